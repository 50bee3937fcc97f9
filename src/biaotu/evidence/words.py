"""The words of a record as parts that can be left out: where each stands, which states of the encoder are its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from biaotu import text
from biaotu.records import FieldName


@dataclass(frozen=True, slots=True)
class Word:
    """One word inside a window.

    Attributes:
        start: first character, counted in the window.
        end: behind the last one.
        rows: the places of its pieces among the window's states.
        field: where it stands in the original.
        first: original offset of its first character.
        last: original offset behind its last character.
    """

    start: int
    end: int
    rows: tuple[int, ...]
    field: FieldName
    first: int
    last: int


def words_of(reading: text.Reading, window: text.Window, segmenter: text.Segmenter) -> list[Word]:
    """The words of a window in order; punctuation and what was added for the models is left out.

    A piece that reaches over two words belongs to the one that holds more of it, the longer of two that hold alike; a
    word that has no piece of its own then is left out too.
    """
    owners: dict[int, tuple[int, int, int]] = {}
    pieces = window.pieces[0]
    stretch = range(window.start, window.start + len(pieces))
    # Words are cut from the whole text, as everywhere else, so that a window's border makes no new ones.
    tokens = [
        token for token in segmenter.cut(reading.text) if token.start < stretch.stop and token.end > stretch.start
    ]
    for number, token in enumerate(tokens):
        inside = pieces[max(token.start, stretch.start) - stretch.start : token.end - stretch.start]
        for piece, share in zip(*np.unique(inside, return_counts=True), strict=True):
            claim = (int(share), len(token.word), number)
            owners[int(piece)] = max(owners.get(int(piece), claim), claim)
    rows: dict[int, list[int]] = {}
    for piece, (_, _, number) in sorted(owners.items()):
        rows.setdefault(number, []).append(piece)
    found = []
    for number, token in enumerate(tokens):
        place = reading.locate(token.start, token.end)
        if place is not None and number in rows and any(char.isalnum() for char in token.word):
            start, end = max(token.start, stretch.start), min(token.end, stretch.stop)
            found.append(Word(start - stretch.start, end - stretch.start, tuple(rows[number]), *place))
    return found


def rows_kept(
    words: Sequence[Word], kept: Sequence[bool] | np.ndarray[tuple[int], np.dtype[np.bool_]], count: int
) -> list[int]:
    """Which of a window's ``count`` states are left when only some words are kept; what belongs to no word stays."""
    gone = {row for word, keep in zip(words, kept, strict=True) if not keep for row in word.rows}
    return [row for row in range(count) if row not in gone]
