"""Changed copies of a record: whatever is done to the text, its spans still mark what they marked."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import tiny
from biaotu.records import Source, Span
from biaotu.records.gold import GoldRecord, mark, parse_gold, unmark
from biaotu.taxonomy import ATTRIBUTES
from biaotu.training.attributes.augment import drop_punctuation, page_header
from biaotu.training.attributes.data import variants
from places import text_of

GOLD = [parse_gold(record, root=Path(), source=Source("train.jsonl", 1)) for record in tiny.RECORDS]
plain = st.text(st.sampled_from("铁壶高长约宽，。、；：“”《》（） 一年1"), max_size=8)
marked = st.tuples(st.sampled_from(["时间", "材质", "长度", "人物"]), plain.filter(bool)).map(
    lambda found: f"<{found[0]}>{found[1]}</{found[0]}>"
)
marked_text = st.lists(st.one_of(plain, marked), max_size=8).map("".join)


def gold(title: str, description: str) -> GoldRecord:
    document = {"id": "a", "title": title, "description": description}
    return parse_gold(document, root=Path(), source=Source("f", 1))


def check(made: GoldRecord) -> None:
    for span in made.spans or ():
        assert text_of(made.record, span.field)[span.start : span.end] == span.value
        assert span.type in ATTRIBUTES
    for field in ("title", "description"):
        spans = tuple(span for span in made.spans or () if span.field == field)
        assert unmark(mark(made.record.text(field), spans), field) == (made.record.text(field), spans)


def values(spans: tuple[Span, ...] | None) -> list[tuple[str, str]]:
    return [(span.type, span.value) for span in spans or ()]


@given(marked_text, marked_text, st.integers(0, 999), st.sampled_from([0.0, 0.3, 1.0]))
def test_dropping_punctuation_keeps_every_value(title: str, description: str, seed: int, share: float) -> None:
    before = gold(title, description)
    made = drop_punctuation(before, random.Random(seed), share)
    check(made)
    assert values(made.spans) == values(before.spans)
    if share == 0:
        assert made.record == before.record
    outside = made.record.title + made.record.description
    for span in made.spans or ():
        outside = outside.replace(span.value, "", 1)
    if share == 1 and not made.spans:
        assert not set(outside) & set("，。、；：“”《》（）")


@given(marked_text, marked_text, st.integers(0, 999))
def test_a_page_header_tells_only_what_the_text_tells(title: str, description: str, seed: int) -> None:
    before = gold(title, description)
    made = page_header(before, random.Random(seed))
    if made is None:
        return
    check(made)
    assert made.record.title == before.record.title
    assert set(values(made.spans)) <= set(values(before.spans))


@pytest.mark.parametrize("seed", range(6))
def test_a_page_header_stands_before_the_description(seed: int) -> None:
    made = page_header(GOLD[1], random.Random(seed))
    assert made is not None
    assert {("时间", "1942年冬"), ("长度", "30厘米"), ("材质", "布")} <= set(values(made.spans))
    assert made.record.description.index("1942年冬") < made.record.description.index("缝于")
    assert (made.material, made.use, made.tags) == (GOLD[1].material, GOLD[1].use, GOLD[1].tags)


def test_a_text_that_tells_too_little_gets_no_header() -> None:
    assert page_header(gold("铁壶", "高<长度>5厘米</长度>。"), random.Random(0)) is None


def test_variants_are_seeded_and_hold_the_originals() -> None:
    made = variants(GOLD, 2, random.Random(4))
    assert made[: len(GOLD)] == GOLD
    assert len(made) == 3 * len(GOLD)
    assert made == variants(GOLD, 2, random.Random(4))
    for one in made:
        check(one)
    assert variants(GOLD, 0, random.Random(4)) == GOLD
