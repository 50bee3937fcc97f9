"""What of a reading the models get to see."""

from __future__ import annotations

import pytest

from biaotu.ocr import passages, reading_confidence
from biaotu.records import OcrLine, OcrReading
from biaotu.text import read_passages
from test_ocr_order import column, row


def reading(*lines: OcrLine) -> OcrReading:
    return OcrReading(lines, "test")


def seen(*lines: OcrLine) -> list[str]:
    made = reading(*lines)
    return [made.text[start:end] for start, end in passages(made)]


def test_broken_lines_are_one_passage_and_others_are_parted() -> None:
    assert seen(row("柳河县抗日民主", 0, 0), row("政府布告", 0, 60)) == ["柳河县抗日民主\n政府布告"]
    assert seen(row("柳河县政府", 0, 0), row("一九四一年五月", 0, 400)) == ["柳河县政府", "一九四一年五月"]
    assert seen(column("柳河县抗日民主", 60, 0), column("政府布告", 0, 0)) == ["柳河县抗日民主\n政府布告"]


@pytest.mark.parametrize("text", ["RESERVE BANK OF INDIA", "4CG 551906", "1949", "山东", "N°.12 月"])
def test_what_is_not_chinese_is_not_handed_on(text: str) -> None:
    assert seen(row(text, 0, 0)) == []


def test_figures_in_chinese_words_are() -> None:
    assert seen(row("1941年5月1日", 0, 0)) == ["1941年5月1日"]


@pytest.mark.parametrize("address", ["www.museum.example.com", "ww.museum", "MUSEUM.ORG", "a@museum.cn"])
def test_a_photo_agency_is_not_on_the_relic(address: str) -> None:
    far = row("柳河县政府布告", 0, 300)
    assert seen(row("某某图片社", 0, 0), row(address, 0, 42), far) == [far.text]
    assert seen(row(address, 0, 0), row("某某图片社", 0, 42), far) == [far.text]


def test_a_date_with_a_point_is_no_address() -> None:
    assert seen(row("民国31.5.1柳河县", 0, 0)) == ["民国31.5.1柳河县"]


def test_nothing_comes_of_nothing() -> None:
    assert passages(reading()) == ()


def test_a_reading_is_as_sure_as_its_least_sure_line() -> None:
    lines = [OcrLine(0, "甲乙", row("甲乙", 0, 0).box, 0.9), OcrLine(0, "丙丁", row("丙丁", 0, 60).box, 0.8)]
    made = reading(*lines)
    assert reading_confidence(made, 0, 2) == 0.9
    assert reading_confidence(made, 3, 5) == 0.8
    assert reading_confidence(made, 1, 4) == 0.8


def test_models_read_passages_and_answer_in_the_whole_texts_offsets() -> None:
    whole = "No. 12\n柳河縣抗日\n民主政府\nwww.example.com\n一九四一年 五月"
    spans = [(7, 17), (34, len(whole))]
    made = read_passages(whole, spans)
    assert made.text == "柳河县抗日民主政府。一九四一年五月"
    assert (made.title, made.description, made.title_length) == ("", whole, 0)
    for start in range(len(made.text)):
        for end in range(start + 1, len(made.text) + 1):
            place = made.locate(start, end)
            if place is not None:
                field, first, last = place
                assert field == "description"
                assert 0 <= first < last <= len(whole)
    assert made.original(0, 9) == "柳河縣抗日\n民主政府"
    assert made.original(10, 17) == "一九四一年 五月"
    assert read_passages("", ()).text == ""


def test_a_line_that_is_hardly_read_parts_what_stands_around_it() -> None:
    doubtful = OcrLine(0, "抗日民王政", row("抗日民王政", 0, 60).box, 0.85)
    assert seen(row("柳河县各区", 0, 0), doubtful, row("布告军民等", 0, 120)) == ["柳河县各区", "布告军民等"]
