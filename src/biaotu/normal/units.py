"""The units of ``measures.toml`` and the systems of old and market measures, with the years that they were in force."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from importlib.resources import files
from typing import Any, Final

from biaotu.normal.context import Context, Years

SI: Final = {"length": "m", "area": "m2", "volume": "m3", "mass": "kg"}
"""The SI unit of each measure."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit: its factor to SI in each system; one entry (``si``, ``imperial`` or ``market``) if it never changed."""

    word: str
    measure: str
    factors: dict[str, Fraction]
    after: str | None = None

    @property
    def fixed(self) -> bool:
        """Whether the unit means the same at all times."""
        return len(self.factors) == 1


_IMPERIAL = "英码磅盎哩吋呎浬海"


@cache
def units() -> dict[str, tuple[Unit, ...]]:
    """All units by word; 分 stands twice, after 亩 and after 钱."""
    found: dict[str, tuple[Unit, ...]] = {}
    for entry in _document()["unit"]:
        for word in entry["words"]:
            if "systems" in entry:
                factors = {name: Fraction(factor) for name, factor in entry["systems"].items()}
            else:
                imperial = "imperial" if any(char in _IMPERIAL for char in word) else "si"
                factors = {entry.get("system", imperial): Fraction(entry["si"])}
            found[word] = (*found.get(word, ()), Unit(word, entry["measure"], factors, entry.get("after")))
    return found


@cache
def systems() -> dict[str, Years]:
    """The systems in order of time, with the years that they were in force."""
    return {name: (years[0], years[1]) for name, years in _document()["systems"].items()}


@cache
def _document() -> dict[str, Any]:
    return tomllib.loads(files("biaotu.normal").joinpath("measures.toml").read_text(encoding="utf-8"))


def systems_of(context: Context) -> tuple[str, ...]:
    """The systems in force in the years that the value's sentence speaks of, else the record; all if neither does."""
    of_record = _touched(context.years)
    if len(of_record) == 1:
        return of_record
    of_sentence = _touched(context.near)
    return of_sentence or of_record or tuple(systems())


def _touched(years: tuple[Years, ...]) -> tuple[str, ...]:
    return tuple(
        name
        for name, (start, stop) in systems().items()
        if any(first <= stop and last >= start for first, last in years)
    )
