"""Which numbers have gone by in a list, in little memory: a list may have millions of rows.

A dictionary of texts takes about 200 bytes a number. Here a number is a hash of 128 bits in a flat table with open
addressing (linear probing): 24 bytes a slot, 36 to 72 bytes a number. Two different numbers of ten million have one
hash with a chance of 10^-25.
"""

from __future__ import annotations

import hashlib
import struct
from array import array
from typing import Final

_FIRST_SIZE: Final = 1 << 10
_PAIR = struct.Struct("<QQ")


class SeenNumbers:
    """The place at which each number stood first."""

    def __init__(self) -> None:
        self._count = 0
        self._names: list[str] = []
        self._make(_FIRST_SIZE)

    def __len__(self) -> int:
        """How many different numbers were seen."""
        return self._count

    def first(self, number: str, place: int | str) -> int | str | None:
        """Where a number stood first; None if it is new, and then it is noted.

        Args:
            number: as a record's id.
            place: its row, or the file that stands for one.
        """
        # A name that is no UTF-8 on disk has half surrogates here.
        digest = hashlib.blake2b(number.encode("utf-8", "surrogatepass"), digest_size=_PAIR.size).digest()
        low, high = _PAIR.unpack(digest)
        slot = self._slot(low, high)
        found = self._places[slot]
        if found > 0:
            return found - 1
        if found < 0:
            return self._names[-found - 1]
        if isinstance(place, str):
            self._names.append(place)
            held = -len(self._names)
        else:
            held = place + 1
        self._put(slot, low, high, held)
        self._count += 1
        if 3 * self._count > 2 * self._size:
            self._grow()
        return None

    def _make(self, size: int) -> None:
        self._size = size  # a power of two
        self._low = array("Q", bytes(8 * size))
        self._high = array("Q", bytes(8 * size))
        self._places = array("q", bytes(8 * size))  # 0 free, > 0 a row + 1, < 0 a name's number

    def _slot(self, low: int, high: int) -> int:
        """The slot of a hash, or the free one that it would take."""
        lows, highs, places, last = self._low, self._high, self._places, self._size - 1
        slot = low & last
        while places[slot] and (lows[slot] != low or highs[slot] != high):
            slot = (slot + 1) & last
        return slot

    def _put(self, slot: int, low: int, high: int, held: int) -> None:
        self._low[slot], self._high[slot], self._places[slot] = low, high, held

    def _grow(self) -> None:
        old = zip(self._low, self._high, self._places, strict=True)
        self._make(2 * self._size)
        for low, high, held in old:
            if held:
                self._put(self._slot(low, high), low, high, held)
