"""Blocks: the bigrams of some thousand texts with their places, written once and never changed.

Every character of a text but the breaks begins one bigram (the last one of a field pairs with the break), so a single
character is the range of bigrams that begin with it, and a longer term is bigrams that stand the right distance apart.
A block is cut into parts of a few kilobytes by bigram order; the first bigram of every part is the block's directory:
a search reads only the parts it needs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from biaotu.search.document import BREAK

Codes = npt.NDArray[np.uint64]
Ints = npt.NDArray[np.int64]
MAX_TEXTS = 1 << 15
PART_SIZE = 2048
"""Places (of all its bigrams) a part holds, and those of its last bigram."""

_SHIFT = 21  # bits of a code point


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """``firsts[i]`` is the lowest bigram of ``parts[i]``."""

    firsts: Codes
    parts: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Range:
    """Bigrams from ``low`` to below ``high``."""

    low: int
    high: int

    @classmethod
    def of(cls, chars: str) -> Range:
        """The range of one character (every bigram it begins) or of one bigram."""
        low = ord(chars[0]) << _SHIFT
        if len(chars) == 1:
            return cls(low, low + (1 << _SHIFT))
        low += ord(chars[1])
        return cls(low, low + 1)


def cover(term: str) -> tuple[tuple[int, Range], ...]:
    """Ranges that together cover a term, with their distance from its beginning."""
    if len(term) == 1:
        return ((0, Range.of(term)),)
    starts = {*range(0, len(term) - 1, 2), len(term) - 2}
    return tuple((start, Range.of(term[start : start + 2])) for start in sorted(starts))


def build(texts: Sequence[str]) -> Block:
    """Make a block of at most ``MAX_TEXTS`` texts, each ending in a break."""
    if len(texts) > MAX_TEXTS:
        raise ValueError(f"a block holds {MAX_TEXTS} texts, not {len(texts)}")
    chars = np.frombuffer("".join(texts).encode("utf-32-le"), dtype="<u4").astype(np.uint64)
    lengths = np.array([len(text) for text in texts], dtype=np.int64)
    document = np.repeat(np.arange(len(texts)), lengths)
    position = np.arange(len(chars)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    begins = np.flatnonzero(chars[:-1] != ord(BREAK))
    codes = (chars[begins] << np.uint64(_SHIFT)) | chars[begins + 1]
    order = np.argsort(codes, kind="stable")  # texts and positions stay in order within a bigram
    codes, document, position = codes[order], document[begins][order], position[begins][order]
    _, starts = np.unique(codes, return_index=True)
    cuts = _cuts(starts)
    parts = tuple(
        _encode(codes[start:end], document[start:end], position[start:end])
        for start, end in pairwise([*cuts, len(codes)])
    )
    return Block(codes[cuts], parts)


def parts_of(firsts: Codes, wanted: Range) -> range:
    """Which parts of a block may hold bigrams of a range."""
    first = int(np.searchsorted(firsts, np.uint64(wanted.low), side="right")) - 1
    return range(max(first, 0), int(np.searchsorted(firsts, np.uint64(wanted.high), side="left")))


def find(part: bytes, wanted: Range) -> tuple[Ints, Ints]:
    """Texts (their number in the block) and positions at which bigrams of a range begin, in one part."""
    count, places = (int(number) for number in np.frombuffer(part, "<u4", 2))
    grams = np.frombuffer(part, "<u8", count, 8)
    first = int(np.searchsorted(grams, np.uint64(wanted.low)))
    last = int(np.searchsorted(grams, np.uint64(wanted.high)))
    starts = np.frombuffer(part, "<u4", count + 1, 8 + 8 * count)
    start, end = int(starts[first]), int(starts[last])
    at = 8 + 8 * count + 4 * (count + 1)
    wide = len(part) - at - 2 * places == 4 * places
    texts = np.frombuffer(part, "<u2", end - start, at + 2 * start)
    width = 4 if wide else 2
    positions = np.frombuffer(part, "<u4" if wide else "<u2", end - start, at + 2 * places + width * start)
    return texts.astype(np.int64), positions.astype(np.int64)


def _cuts(starts: npt.NDArray[np.intp]) -> list[int]:
    """Places to cut at: bigrams that begin within the same ``PART_SIZE`` places share a part, none is cut."""
    window = starts // PART_SIZE
    return [int(start) for start in starts[np.flatnonzero(np.diff(window, prepend=-1))]]


def _encode(codes: Codes, texts: Ints, positions: Ints) -> bytes:
    grams, starts = np.unique(codes, return_index=True)
    wide = len(positions) > 0 and int(positions.max()) > 0xFFFF
    return b"".join(
        (
            np.array([len(grams), len(codes)], "<u4").tobytes(),
            grams.astype("<u8").tobytes(),
            np.append(starts, len(codes)).astype("<u4").tobytes(),
            texts.astype("<u2").tobytes(),
            positions.astype("<u4" if wide else "<u2").tobytes(),
        )
    )
