"""Near pairs among many 64-bit hashes without comparing each with each.

The hash is cut into four bands of 16 bits. Of two hashes at most seven bits apart, one band differs in no more than
one bit (four bands with two each would make eight). So each band is looked up as it is and with each of its bits
turned: 68 look-ups, and only what they give is compared. Nothing near is missed, and among a million photos about a
thousand are compared.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final, Generic, TypeVar

from biaotu.intake.phash import distance

Key = TypeVar("Key")

REACH: Final = 7
"""The largest distance for which nothing is missed."""

_BANDS: Final = 4
_BITS: Final = 16
_TURNS: Final = (0, *(1 << bit for bit in range(_BITS)))


class NearIndex(Generic[Key]):
    """Hashes by key, asked for those near another.

    Args:
        reach: largest distance that counts as near, at most ``REACH``.

    Raises:
        ValueError: if ``reach`` is larger.
    """

    def __init__(self, reach: int) -> None:
        if not 0 <= reach <= REACH:
            raise ValueError(f"reach is {reach}, not from 0 to {REACH}")
        self._reach = reach
        self._keys: dict[int, Key] = {}
        self._bands: tuple[dict[int, list[int]], ...] = tuple(defaultdict(list) for _ in range(_BANDS))

    def __len__(self) -> int:
        return len(self._keys)

    def add(self, value: int, key: Key) -> None:
        """Add a hash; of several keys with the same hash the first is kept."""
        if value in self._keys:
            return
        self._keys[value] = key
        for band, part in zip(self._bands, _parts(value), strict=True):
            band[part].append(value)

    def update(self, pairs: Iterable[tuple[int, Key]]) -> None:
        """Add many hashes."""
        for value, key in pairs:
            self.add(value, key)

    def nearest(self, value: int) -> tuple[Key, int] | None:
        """The key of the nearest hash and its distance; None if none is near. The first added wins a tie."""
        if value in self._keys:
            return self._keys[value], 0
        best: tuple[int, int] | None = None
        for candidate in self._candidates(value):
            apart = distance(value, candidate)
            if apart <= self._reach and (best is None or apart < best[0]):
                best = apart, candidate
        return None if best is None else (self._keys[best[1]], best[0])

    def _candidates(self, value: int) -> Iterator[int]:
        for band, part in zip(self._bands, _parts(value), strict=True):
            for turn in _TURNS:
                yield from band.get(part ^ turn, ())


def _parts(value: int) -> Iterator[int]:
    for place in range(_BANDS):
        yield (value >> (place * _BITS)) & ((1 << _BITS) - 1)
