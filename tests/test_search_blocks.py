"""Blocks of bigrams answer as a plain search through the texts does."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from biaotu.search import blocks
from biaotu.search.columns import Columns, Row
from biaotu.search.lookup import Directory, FreshTexts, find, parts_needed

TEXTS = st.lists(st.text("军红帽长征a1𠮷\n", max_size=12).map(lambda text: text + "\n"), min_size=1, max_size=12)
TERMS = st.text("军红帽长征a1𠮷", min_size=1, max_size=5)


def plain(texts: list[str], term: str) -> set[tuple[int, int]]:
    """Text and position of every occurrence, the slow way."""
    return {
        (number, place)
        for number, text in enumerate(texts)
        for place in range(len(text))
        if text.startswith(term, place)
    }


def columns_of(count: int, block: int) -> Columns:
    columns = Columns()
    columns.put([Row(number, block, 1, 2, 3, 4, ("state:new",)) for number in range(count)])
    return columns


def search(texts: list[str], term: str, fresh_from: int) -> set[tuple[int, int]]:
    """Through a block of the first texts and the rest as fresh texts."""
    block = blocks.build(texts[:fresh_from])
    columns = columns_of(len(texts), block=5)
    fresh = FreshTexts()
    for number in range(fresh_from, len(texts)):
        fresh.put(number, texts[number])
    directory = Directory(5, block.firsts, np.arange(fresh_from))
    needed = parts_needed([directory], [term])
    parts = {key: block.parts[key[1]] for key in needed}
    places = find(term, columns, [directory], parts, fresh)
    found = list(zip(places.slots.tolist(), places.positions.tolist(), strict=True))
    assert len(found) == len(set(found))
    return set(found)


@given(TEXTS, TERMS, st.data())
def test_blocks_and_fresh_texts_find_what_is_there(texts: list[str], term: str, data: st.DataObject) -> None:
    fresh_from = data.draw(st.integers(0, len(texts)))
    assert search(texts, term, fresh_from) == plain(texts, term)


def test_many_parts_and_long_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "PART_SIZE", 16)
    texts = [f"第{number}件红军军帽" * 3 + "\n" for number in range(60)] + ["长" * 70_000 + "征军帽\n"]
    block = blocks.build(texts)
    assert len(block.parts) > 20
    for term in ("红军军帽", "帽", "征军帽", "59", "件红", "长征", "没有"):
        assert search(texts, term, len(texts)) == plain(texts, term)


def test_an_empty_block() -> None:
    block = blocks.build([])
    assert block.parts == ()
    assert not blocks.parts_of(block.firsts, blocks.Range.of("军"))


def test_a_text_that_left_its_block_is_not_found_in_it() -> None:
    block = blocks.build(["军帽\n", "军帽\n"])
    columns = columns_of(2, block=5)
    columns.put([Row(1, 6, 1, 2, 3, 4, ("state:new",))])
    directory = Directory(5, block.firsts, np.arange(2))
    parts = {(5, number): part for number, part in enumerate(block.parts)}
    assert find("军帽", columns, [directory], parts, FreshTexts()).slots.tolist() == [0]


def test_too_many_texts_are_refused() -> None:
    with pytest.raises(ValueError, match="holds"):
        blocks.build([""] * (blocks.MAX_TEXTS + 1))
