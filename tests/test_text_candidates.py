from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biaotu.records import Span
from biaotu.records.gold import unmark
from biaotu.text.candidates import (
    BEFORE_QUOTE,
    COMPOUND,
    HEAD,
    HEAD_FULL,
    HEAD_LAST,
    LISTED,
    OBJECT,
    QUOTED,
    WORD,
    Candidate,
    find_candidates,
    locate_spans,
)
from biaotu.text.lexicon import Entry, Lexicon
from biaotu.text.reading import read
from biaotu.text.segment import Segmenter

LEXICON = Lexicon([Entry("军号", None, "objects", "test"), Entry("枫林坳", "place", "places", "test")])
SEGMENTER = Segmenter(LEXICON.words)


def candidates(title: str, description: str = "") -> dict[str, Candidate]:
    plain, spans = unmark(title, "title")
    body, more = unmark(description)
    reading = read(plain, body)
    found = find_candidates(reading, SEGMENTER.cut(reading.text), (*spans, *more), LEXICON)
    return {candidate.text: candidate for candidate in found}


def heads(title: str, kind: str = HEAD_FULL) -> list[str]:
    return [text for text, candidate in candidates(title).items() if kind in candidate.kinds]


@pytest.mark.parametrize(
    ("title", "head"),
    [
        ("<人物>何满仓</人物>用过的军号", "军号"),
        ("<人物>何满仓</人物>用过的军号（二级）", "军号"),
        ("<人物>何满仓</人物>用过的军号（一套）【三级】", "军号"),
        ("<组织>枫林坳夜校</组织>油灯", "油灯"),
        ("<组织>枫林坳夜校</组织>的<材质>木</材质>牌", "木牌"),
        ("《<书名>枫林报</书名>》合订本", "合订本"),
        ("军号", "军号"),
    ],
)
def test_the_thing_stands_at_the_end_of_the_title(title: str, head: str) -> None:
    assert heads(title) == [head]


def test_shorter_ends_are_candidates_too() -> None:
    found = candidates("<组织>枫林坳夜校</组织>的<材质>木</材质>牌")
    assert HEAD in found["牌"].kinds
    assert HEAD_LAST in found["牌"].kinds


def test_before_a_name_that_ends_the_title_stands_what_it_is() -> None:
    assert "刊物" in heads("<组织>枫林坳夜校</组织>编的刊物《<书名>枫林报</书名>》（一级）", BEFORE_QUOTE)
    assert "手稿" in heads("<人物>何满仓</人物>手稿——《<书名>夜校之歌</书名>》", BEFORE_QUOTE)


def test_where_nothing_stands_before_the_name_there_is_no_head() -> None:
    found = candidates("《<书名>枫林报</书名>》")
    assert {"书名", QUOTED} <= found["枫林报"].kinds
    assert not any(candidate.kinds & {HEAD, BEFORE_QUOTE} for candidate in found.values())


def test_each_source_leaves_its_mark() -> None:
    found = candidates("支前军号", "在枫林坳吹过，刻“黎明即起”。")
    assert OBJECT in found["军号"].kinds
    assert LISTED in found["枫林坳"].kinds
    assert QUOTED in found["黎明即起"].kinds
    assert WORD in found["军号"].kinds
    assert COMPOUND in found["支前军号"].kinds


def test_museum_prose_is_no_candidate() -> None:
    found = candidates("军号", "馆藏珍贵文物，具有重要意义。")
    assert not {"馆藏", "珍贵", "文物", "重要", "意义"} & set(found)


def test_the_keeper_is_no_candidate_unless_the_title_names_it() -> None:
    keeper = "枫林县博物馆"
    assert keeper not in candidates("军号", f"<组织>{keeper}</组织>收藏。")
    assert keeper in candidates(f"<组织>{keeper}</组织>门匾", f"<组织>{keeper}</组织>收藏。")


def test_all_places_of_a_candidate_are_known() -> None:
    found = candidates("军号", "军号长30厘米，军号口有伤。")
    assert [place[0] for place in found["军号"].places] == [0, 3, 11]


def test_values_are_found_through_the_spaces_of_a_page_layout() -> None:
    found = candidates("军 号", "<时间>1931 年\n3 月</时间>在 <地点>枫林 坳</地点>所得。")
    assert "时间" in found["1931年3月"].kinds
    assert "地点" in found["枫林坳"].kinds


@given(
    st.text("红军大刀 　1年。，“”《》（）的\n\u200b", max_size=40),
    st.text("红军大刀 　1年。，“”《》（）的\n\u200b", max_size=40),
    st.lists(st.tuples(st.booleans(), st.integers(0, 40), st.integers(0, 40)), max_size=6),
)
def test_every_candidate_stands_in_the_text(title: str, body: str, cuts: Sequence[tuple[bool, int, int]]) -> None:
    spans = []
    for in_title, start, end in cuts:
        text = title if in_title else body
        start, end = min(start, len(text)), min(end, len(text))
        if start < end:
            spans.append(Span("组织", text[start:end], "title" if in_title else "description", start, end))
    reading = read(title, body)
    for start, end, span in locate_spans(reading, spans):
        place = reading.locate(start, end)
        assert place is not None
        assert place[0] == span.field
        assert span.start <= place[1] < place[2] <= span.end
    for candidate in find_candidates(reading, SEGMENTER.cut(reading.text), spans, LEXICON):
        assert candidate.places
        assert all(reading.text[start:end] == candidate.text for start, end in candidate.places)
        assert any(char.isalnum() for char in candidate.text)
