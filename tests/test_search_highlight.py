"""Highlights point into the original text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from biaotu.search.folding import fold
from biaotu.search.highlight import highlights

TEXTS = st.text(st.sampled_from("紅红軍军帽 “”《》-ＡaA1①㎏师師。\u3000"), max_size=30)


def test_offsets_are_those_of_the_original() -> None:
    assert highlights("“紅 軍”的军帽，红军", ("红军",)) == ((1, 4), (9, 11))
    assert highlights("重2㎏", ("kg",)) == ((2, 3),)
    assert highlights("𠮷红军", ("红军",)) == ((1, 3),)


def test_overlaps_are_merged_and_neighbours_are_not() -> None:
    assert highlights("红军军帽", ("红军军", "军帽")) == ((0, 4),)
    assert highlights("红军军帽", ("红军", "军帽")) == ((0, 2), (2, 4))
    assert highlights("红军", ("", "长征")) == ()


@given(TEXTS, st.integers(0, 30), st.integers(1, 6))
def test_a_highlight_folds_to_text_that_holds_the_term(text: str, start: int, length: int) -> None:
    term = fold(text[start : start + length])
    found = highlights(text, (term,))
    assert bool(found) == bool(term)
    for first, last in found:
        assert term in fold(text[first:last])
        assert fold(text[first])  # it begins and ends at something that counts
        assert fold(text[last - 1])
