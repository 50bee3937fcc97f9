"""What holds for any text: no error, JSON, lawful EDTF and ISO 8601, ends in order."""

from __future__ import annotations

import json
from datetime import date
from fractions import Fraction

import isodate
import pytest
from edtf import parse_edtf
from hypothesis import given, settings
from hypothesis import strategies as st

from biaotu.normal import NORMALISED, Context, Date, Duration, Normal, normalise, normalise_all
from biaotu.normal.calendar import Moment
from biaotu.normal.lunar import day, ganzhi_years, month_days
from biaotu.normal.numerals import decimal, plain
from biaotu.records import Span
from normal_cases import FOLDER, cases, value_of

_CHARS = (
    "〇零一二三四五六七八九十百千万亿两半廿卅年月日初正腊冬闰农历民国光绪宣统甲乙丙丁子丑寅卯春夏秋冬至到—以来前后同次翌当"
    "天夜时点分世纪代末上中下旬国庆节斤钱尺寸丈里亩元角块大洋法币厘米×第余多几约%成折个枚式型牌0123456789./-~?（）"
)
_PIECES = [
    "1934年",
    "民国二十三年",
    "辛亥年",
    "光绪",
    "10月",
    "5日",
    "初三",
    "至",
    "同年",
    "次日",
    "春",
    "以来",
    "前后",
]
_PIECES += [
    "三斤",
    "六两",
    "半",
    "余",
    "大洋",
    "十元",
    "三丈",
    "二十世纪",
    "三十年代",
    "抗战",
    "时期",
    "下午三时",
    "昼夜",
    "个月",
]
VALUES = st.one_of(
    st.text(max_size=20),
    st.text(alphabet=_CHARS, max_size=12),
    st.lists(st.sampled_from(_PIECES), max_size=5).map("".join),
)


def lawful(value: Normal | None) -> None:
    """Fails unless a value is plain JSON, and its EDTF and durations are read by the formats' own parsers."""
    if value is None:
        return
    document = value.to_dict()
    assert json.loads(json.dumps(document, ensure_ascii=False)) == document
    assert document["sure"] in ("exact", "assumed", "ambiguous")
    assert (document["sure"] == "ambiguous") == bool(document.get("candidates")) or document["kind"] == "date"
    if isinstance(value, Date):
        parse_edtf(value.edtf)
        assert value.begin is None or value.end is None or value.begin <= value.end
    if isinstance(value, Duration):
        isodate.parse_duration(value.iso)
        assert value.max is None or isodate.parse_duration(value.max)


@settings(max_examples=250, deadline=None)
@given(value=VALUES, type_name=st.sampled_from(NORMALISED))
def test_any_text_gives_a_lawful_value_or_none(value: str, type_name: str) -> None:
    lawful(normalise(type_name, value))
    lawful(normalise(type_name, value, Context(Moment(1934, 10, 17), ((1934, 1936),), ((1934, 1934),))))


@settings(max_examples=60, deadline=None)
@given(values=st.lists(st.tuples(st.sampled_from(["时间", "时间", "重量", "货币", "组织"]), VALUES), max_size=6))
def test_any_record_gives_one_value_for_each_span(values: list[tuple[str, str]]) -> None:
    text, spans = "", []
    for type_name, value in values:
        spans.append(Span(type_name, value, "description", len(text), len(text) + len(value)))
        text += value + "。"
    found = normalise_all("标题", text, spans)
    assert len(found) == len(spans)
    for value_found in found:
        lawful(value_found)
    assert all(entry is None for span, entry in zip(spans, found, strict=True) if span.type == "组织")


@pytest.mark.parametrize("name", sorted(path.stem for path in FOLDER.glob("*.jsonl")))
def test_golden_values_are_lawful(name: str) -> None:
    for case in cases(name):
        value = value_of(case)
        if value and value["kind"] == "date":
            parse_edtf(value["edtf"])
        if value and value["kind"] == "duration":
            isodate.parse_duration(value["iso"])


@given(year=st.integers(1, 48))
def test_years_of_the_republic(year: int) -> None:
    for told in (str(year), chinese(year), "元" if year == 1 else chinese(year)):
        value = normalise("时间", f"民国{told}年")
        assert value is not None
        assert (value.to_dict()["edtf"], value.sure) == (str(1911 + year), "exact")


@given(found=st.dates(date(1840, 1, 1), date(2020, 12, 31)))
def test_any_day_in_figures_and_in_chinese(found: date) -> None:
    figures = "".join("〇一二三四五六七八九"[int(figure)] for figure in str(found.year))
    for text in (
        f"{found.year}年{found.month}月{found.day}日",
        f"{figures}年{chinese(found.month)}月{chinese(found.day)}日",
        f"{found.year}.{found.month}.{found.day}",
    ):
        value = normalise("时间", text)
        assert isinstance(value, Date)
        assert value.edtf == value.begin == value.end == found.isoformat()


@given(number=st.integers(1, 99_999_999))
def test_numbers_are_read_as_they_are_written(number: int) -> None:
    import cn2an

    assert plain(cn2an.an2cn(number)) == number
    assert plain(str(number)) == number
    assert plain(f"{number:,}") == number


@given(value=st.fractions(min_value=0, max_value=10**9, max_denominator=10**6))
def test_decimal_strings_are_exact_or_near(value: Fraction) -> None:
    text = decimal(value)
    assert abs(Fraction(text) - value) <= Fraction(1, 10**7)
    assert "e" not in text
    assert not (text.endswith("0") and "." in text)


@settings(max_examples=60, deadline=None)
@given(year=st.integers(1840, 2020), month=st.integers(1, 12))
def test_lunar_months_follow_each_other(year: int, month: int) -> None:
    days = month_days(year, month)
    assert days is not None
    assert (days[1] - days[0]).days in (28, 29)
    assert day(year, month, 1) == days[0]
    assert day(year, month, 31) is None


@given(year=st.integers(1840, 1960))
def test_stem_and_branch_come_round_in_60_years(year: int) -> None:
    name = "甲乙丙丁戊己庚辛壬癸"[(year - 4) % 10] + "子丑寅卯辰巳午未申酉戌亥"[(year - 4) % 12]
    assert ganzhi_years(name, year - 59, year + 59) == (year,)
    value = normalise("时间", f"{name}年")
    assert value is not None
    assert str(year) in value.to_dict()["edtf"]


def chinese(number: int) -> str:
    """A number below 100 in Chinese."""
    tens, ones = divmod(number, 10)
    figures = "〇一二三四五六七八九"
    return (("" if tens == 1 else figures[tens]) + "十" if tens else "") + (figures[ones] if ones else "")
