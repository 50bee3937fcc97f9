"""A record as a whole: what stands before a value, and what its sentence and its years tell."""

from __future__ import annotations

import pytest

from biaotu.normal import Context, Date, Money, Normal, Quantity, normalise, normalise_all
from biaotu.normal.calendar import Moment
from biaotu.records import Span
from biaotu.records.gold import unmark


def read(description: str, title: str = "") -> list[Normal | None]:
    plain_title, first = unmark(title, "title")
    text, second = unmark(description)
    return list(normalise_all(plain_title, text, (*first, *second)))


def edtf(values: list[Normal | None]) -> list[str | None]:
    return [value.edtf if isinstance(value, Date) else None for value in values]


def test_title_comes_before_the_description() -> None:
    assert edtf(read("<时间>同年</时间>赠送，<时间>次年</时间>归还", "<时间>1931年</时间>的印")) == [
        "1931",
        "1931",
        "1932",
    ]


def test_spans_may_come_in_any_order() -> None:
    text, spans = unmark("<时间>1931年</时间>到，<时间>次年</时间>走")
    values = normalise_all("", text, tuple(reversed(spans)))
    assert edtf(list(values)) == ["1932", "1931"]


def test_days_are_counted_one_from_another() -> None:
    text = "<时间>1935年5月24日</时间>出发，<时间>次日</时间>渡河，<时间>29日</时间>夺桥，"
    text += "<时间>次日凌晨</时间>会合，<时间>6月2日</时间>休整"
    assert edtf(read(text)) == ["1935-05-24", "1935-05-25", "1935-05-29", "1935-05-30", "1935-06-02"]


def test_a_decade_or_an_era_is_no_year_to_count_from() -> None:
    assert edtf(read("<时间>抗日战争时期</时间>所用，<时间>同年</时间>收存")) == ["1937-07/1945-08", None]
    assert edtf(read("<时间>三十年代</时间>所用，<时间>同年</时间>收存")) == ["193X", None]


def test_a_life_in_brackets_is_no_year_to_count_from() -> None:
    values = read("<时间>1927年</时间>，李某（<时间>1905-1934</时间>）入党，<时间>次年</时间>被捕")
    assert edtf(values) == ["1927", "1905/1934", "1928"]


def test_old_and_market_measures_by_the_years_of_the_sentence() -> None:
    text = "<时间>1926年</时间>存谷<重量>一百斤</重量>。<时间>1943年</时间>交粮<重量>一百斤</重量>。"
    text += "另有<重量>一百斤</重量>。"
    old, market, open_ = (value for value in read(text) if isinstance(value, Quantity))
    assert (old.system, old.values) == ("kuping", ("59.6816",))
    assert (market.system, market.values) == ("market", ("50",))
    assert open_.sure == "ambiguous"
    assert [(entry.system, entry.values) for entry in open_.candidates] == [
        ("kuping", ("59.6816",)),
        ("market", ("50",)),
    ]


def test_one_system_for_the_whole_record_needs_no_sentence() -> None:
    (_, weight) = read("<时间>1936年10月</时间>会师。竹篓，重<重量>三斤六两</重量>。")
    assert isinstance(weight, Quantity)
    assert (weight.sure, weight.system, weight.values) == ("assumed", "market-16", ("1.6875",))


def test_a_dynasty_tells_nothing_of_measures() -> None:
    (_, weight) = read("<时间>清代</时间>铁锁，重<重量>三斤</重量>")
    assert isinstance(weight, Quantity)
    assert weight.sure == "ambiguous"


def test_bare_yuan_is_never_guessed() -> None:
    (alone,) = read("收据上写<货币>五元</货币>")
    assert isinstance(alone, Money)
    assert (alone.sure, alone.currency, alone.amount) == ("ambiguous", None, "5")
    assert {"silver-yuan", "fabi", "cny"} <= set(alone.candidates)
    (_, told) = read("<时间>1962年</时间>售价<货币>五元</货币>")
    assert isinstance(told, Money)
    assert (told.sure, told.currency) == ("assumed", "cny")


def test_stem_and_branch_by_the_years_of_the_record() -> None:
    assert edtf(read("款署“<时间>癸酉</时间>”，<时间>1933年</时间>作")) == ["1933", "1933"]
    assert edtf(read("款署“<时间>癸酉</时间>”，<时间>2006年</时间>捐")) == ["[1873,1933]", "2006"]


def test_what_has_no_normal_form_stays_none() -> None:
    assert normalise("人物", "朱德") is None
    assert normalise("没有这一类", "朱德") is None
    assert normalise_all("", "", ()) == ()


def test_an_offset_out_of_the_text_does_no_harm() -> None:
    assert normalise_all("", "", (Span("重量", "三斤", "description", 90, 92),))[0] is not None


@pytest.mark.parametrize(
    ("value", "anchor", "told"),
    [
        ("当天", Moment(1935, 5, 29), "1935-05-29"),
        ("当天", Moment(1935, 5), "1935-05-XX"),
        ("次日", Moment(1948, 2, 28), "1948-02-29"),
        ("次日", Moment(1935, 5), None),
        ("次月", Moment(1948, 12), "1949-01"),
        ("31日", Moment(1948, 4, 2), None),
        ("小年", Moment(1952, 1, 18), "1952-01-19/1952-01-20"),
    ],
)
def test_relative_dates(value: str, anchor: Moment, told: str | None) -> None:
    found = normalise("时间", value, Context(anchor))
    assert (found.edtf if isinstance(found, Date) else None) == told


def test_words_on_photos_are_read_by_themselves() -> None:
    text, told = unmark("<时间>1951年</时间>捐赠")
    written, marks = unmark("<时间>中华民国三十一年</时间>印，<时间>次年</时间>作废")
    read_there = [Span(span.type, span.value, "ocr", span.start, span.end) for span in marks]
    spans = (read_there[0], *told, read_there[1])
    alone = normalise_all("", written, marks)
    found = normalise_all("", text, spans, ocr=written)
    assert edtf([found[1]]) == ["1951"]
    assert (found[0], found[2]) == alone  # the donation's year says nothing about the paper's
    assert edtf(list(found)) == ["1942", "1951", "1943"]
