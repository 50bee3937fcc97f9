"""Numbers that differ in leading zeros or full width only: 358 and 0358 are mostly one object, once through Excel."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Container, Iterable
from typing import Final

from biaotu.intake.decide import Key
from biaotu.records import Notice

_ZEROS: Final = 6
"""Leading zeros that are tried in the store."""

Lookup = Callable[[Iterable[Key]], Container[Key]]


class TwinFinder:
    """Takes the numbers of a list chunk by chunk and says which of them stand elsewhere in another spelling."""

    def __init__(self) -> None:
        self._spelt: dict[Key, tuple[str, str]] = {}

    def find(self, rows: Iterable[tuple[int, Key, str]], known: Container[Key], lookup: Lookup) -> dict[int, Notice]:
        """The numbers that are new to the store and have a twin in it, or before them in the list.

        Args:
            rows: place in the list, museum and number, and what a person calls the place.
            known: the numbers that the store has.
            lookup: finds those of some numbers that the store has.

        Returns:
            A notice by the row's place.
        """
        found: dict[int, Notice] = {}
        asked: dict[int, tuple[Key, list[Key]]] = {}
        for position, key, place in rows:
            plain = _plain(key[1])
            if plain is None:
                continue
            number, where = self._spelt.setdefault((key[0], plain), (key[1], place))
            if key in known:
                continue
            if number != key[1]:
                found[position] = _notice(key[1], number, f"in {where}")
            else:
                others = [(key[0], "0" * zeros + plain) for zeros in range(_ZEROS + 1)]
                asked[position] = key, [other for other in others if other != key]
        stored = lookup([other for _, others in asked.values() for other in others]) if asked else ()
        for position, (key, others) in asked.items():
            twin = next((other for other in others if other in stored), None)
            if twin is not None:
                found[position] = _notice(key[1], twin[1], "in the store")
        return found


def _plain(number: str) -> str | None:
    """A number of digits alone in half width without leading zeros; None for any other."""
    text = unicodedata.normalize("NFKC", number)
    return (text.lstrip("0") or "0") if text.isascii() and text.isdecimal() else None


def _notice(number: str, twin: str, where: str) -> Notice:
    return Notice("id-alike", f"{where} stands {twin}; if {number} is the same object, write the number the same way")
