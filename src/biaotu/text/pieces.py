"""From the reading to what the networks take: pieces for the encoder, characters aligned to them, windows.

The encoder reads pieces of one to four characters; attributes are told character by character. So every character
carries the number of its piece and its place inside it. A text longer than the encoder takes goes in overlapping
windows, and each character is judged in the window where it lies furthest from a border; nothing is cut off.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

Ints = npt.NDArray[np.int64]

UNKNOWN: Final = 1
"""Id of a character or bigram that the vocabulary lacks; 0 is padding."""

MAX_OFFSET: Final = 7


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of the reading, ready for the networks; N characters, T pieces.

    Attributes:
        start: offset of the first character in the reading.
        keep: the characters, counted inside the window, that this window answers for.
        ids: piece ids with the opening and closing special piece, int64 [1, T].
        pieces: number of the piece of each character, int64 [1, N].
        offsets: place of each character in its piece, at most ``MAX_OFFSET``, int64 [1, N].
        chars: character ids, int64 [1, N].
        bigrams: ids of each character with its right neighbour, int64 [1, N].
    """

    start: int
    keep: range
    ids: Ints
    pieces: Ints
    offsets: Ints
    chars: Ints
    bigrams: Ints

    def feeds(self) -> dict[str, Ints]:
        """The arrays under the names that exported networks ask for."""
        return {
            "ids": self.ids,
            "pieces": self.pieces,
            "offsets": self.offsets,
            "chars": self.chars,
            "bigrams": self.bigrams,
        }


class PieceReader:
    """Cuts texts into windows of pieces.

    Args:
        tokenizer: the fast tokeniser of the text encoder; its offsets must be those of the text given.
        chars: character -> id (2 and up).
        bigrams: two characters -> id (2 and up).
        opening: the piece ids before a text, usually the one of ``<s>``.
        closing: the piece ids after it.
        limit: the most pieces in a window, special ones aside.
        overlap: how many pieces neighbouring windows share.
    """

    def __init__(
        self,
        tokenizer: Tokenizer,
        chars: Mapping[str, int],
        bigrams: Mapping[str, int],
        *,
        opening: Sequence[int],
        closing: Sequence[int],
        limit: int = 400,
        overlap: int = 80,
    ) -> None:
        if not 0 <= overlap < limit:
            raise ValueError(f"overlap {overlap} must be smaller than the limit {limit}")
        self._tokenizer = tokenizer
        self._chars = chars
        self._bigrams = bigrams
        self._opening = list(opening)
        self._closing = list(closing)
        self._limit = limit
        self._overlap = overlap

    def windows(self, text: str) -> list[Window]:
        """All windows of a text in order; none for an empty text. Their ``keep`` ranges cover every character once."""
        if not text:
            return []
        encoding = self._tokenizer.encode(text, add_special_tokens=False)
        owner = _owners(len(text), encoding.offsets)
        step = self._limit - self._overlap
        count = len(encoding.ids)
        firsts = [0] if count <= self._limit else list(range(0, count - self._overlap, step))
        bounds = [(first, min(first + self._limit, count)) for first in firsts]
        spans = [_characters(owner, first, last) for first, last in bounds]
        spans = [(start, end) for start, end in spans if end > start] or [(0, len(text))]
        borders = [0, *((spans[i][1] + spans[i + 1][0]) // 2 for i in range(len(spans) - 1)), len(text)]
        return [
            self._window(text, encoding.ids, owner, span, range(borders[i], borders[i + 1]))
            for i, span in enumerate(spans)
        ]

    def _window(self, text: str, ids: list[int], owner: Ints, span: tuple[int, int], keep: range) -> Window:
        start, end = span
        part = owner[start:end]
        first = int(part.min())
        pieces = part - first
        # How far back a character's piece begins: its place less the greatest place at which a piece begins before it.
        places = np.arange(len(part))
        begins = np.concatenate([[True], pieces[1:] != pieces[:-1]])
        offsets = np.minimum(places - np.maximum.accumulate(np.where(begins, places, 0)), MAX_OFFSET)
        chars = [self._chars.get(char, UNKNOWN) for char in text[start:end]]
        bigrams = [self._bigrams.get(text[i : i + 2], UNKNOWN) for i in range(start, end)]
        body = ids[first : int(part.max()) + 1]
        return Window(
            start=start,
            keep=range(keep.start - start, keep.stop - start),
            ids=_row([*self._opening, *body, *self._closing]),
            pieces=_row(pieces + len(self._opening)),
            offsets=_row(offsets),
            chars=_row(chars),
            bigrams=_row(bigrams),
        )


def _row(values: Sequence[int] | Ints) -> Ints:
    return np.asarray(values, np.int64)[None, :]


def _owners(length: int, offsets: Sequence[tuple[int, int]]) -> Ints:
    """The number of each character's piece; one that no piece covers (a dropped space) goes with its left neighbour."""
    owner = [-1] * length
    for number, (start, end) in enumerate(offsets):
        owner[start:end] = [number] * (min(end, length) - start)
    last = 0
    for place, number in enumerate(owner):
        if number < 0:
            owner[place] = last
        last = owner[place]
    return np.array(owner, np.int64)


def _characters(owner: Ints, first: int, last: int) -> tuple[int, int]:
    """The stretch of characters whose pieces are first..last-1 (owners never decrease)."""
    return int(np.searchsorted(owner, first)), int(np.searchsorted(owner, last))
