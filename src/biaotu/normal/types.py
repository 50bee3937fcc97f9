"""Normalised values: what a literal means, how sure that is and why. The literal itself stays in its ``Span``.

``sure`` says how the reading came about:

* ``exact`` - the words alone say it, by the calendar, by the number system or by a list of ours;
* ``assumed`` - a convention or the rest of the record fills a gap (the year of 同年, the measure of a time);
* ``ambiguous`` - several readings are lawful; all of them stand in ``candidates`` and none is chosen.

``notes`` are stable ASCII codes, listed in ``docs/normal.md``, that say why.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache
from typing import Any, ClassVar, Literal

Sure = Literal["exact", "assumed", "ambiguous"]
About = Literal["over", "about"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Normal:
    """What all normalised values share. ``to_dict`` is the contract of the JSON."""

    kind: ClassVar[str] = ""
    sure: Sure = "exact"
    notes: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The value as plain JSON types; ``kind`` and ``sure`` always, everything else only where it is known."""
        document: dict[str, Any] = {"kind": self.kind, "sure": self.sure}
        for name in _names(type(self)):  # type: ignore[arg-type]  # a class is hashed by itself, not as its instances
            value = getattr(self, name)
            if value is not None and value != ():
                document[name] = _plain(value)
        return document


@cache
def _names(kind: type[Normal]) -> tuple[str, ...]:
    """The fields of a kind of value, but for ``sure``."""
    return tuple(field.name for field in fields(kind) if field.name != "sure")


def _plain(value: object) -> object:
    if isinstance(value, tuple):
        return [_plain(entry) for entry in value]
    return value.to_dict() if isinstance(value, Candidate) else value


@dataclass(frozen=True, slots=True)
class Candidate:
    """One lawful reading of an ambiguous quantity: the system of measures and its values in the SI unit."""

    system: str
    unit: str
    values: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON types."""
        return {"system": self.system, "unit": self.unit, "values": list(self.values)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Date(Normal):
    """A point or period as EDTF (level 1; a one-of-set of level 2 if ambiguous).

    ``begin`` and ``end`` are the first and last ISO day it can mean, None where open or without a year. ``time`` is a
    clock time ``HH:MM``, ``part`` a part of the day, ``calendar`` the reckoning that it was told in.
    """

    kind: ClassVar[str] = "date"
    edtf: str
    begin: str | None = None
    end: str | None = None
    time: str | None = None
    part: str | None = None
    calendar: str | None = None
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock(Normal):
    """A time of day without a day; ``time`` is ``HH:MM``, None if morning or evening is open (then ``candidates``)."""

    kind: ClassVar[str] = "time"
    time: str | None = None
    part: str | None = None
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Duration(Normal):
    """A length of time as an ISO 8601 duration; ``max`` is the longer end of 三四天, ``about`` is for 余 多 左右."""

    kind: ClassVar[str] = "duration"
    iso: str
    max: str | None = None
    about: About | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity(Normal):
    """A measure in SI units: ``measure`` is length, area, volume or mass; ``unit`` is m, m2, m3 or kg.

    ``values`` are decimal strings, one for each side of 18×12厘米; ``max`` are their upper ends if a range is told.
    ``written`` is the unit as it stands. If ambiguous, ``values`` is empty and every reading stands in ``candidates``.
    """

    kind: ClassVar[str] = "quantity"
    measure: str
    unit: str | None = None
    values: tuple[str, ...] = ()
    max: tuple[str, ...] = ()
    written: str = ""
    system: str | None = None
    about: About | None = None
    candidates: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetFormat(Normal):
    """A paper format (32开): the sheet is cut into ``fold`` leaves; how large the sheet was is not told."""

    kind: ClassVar[str] = "sheet-format"
    fold: int
    large: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Money(Normal):
    """A sum or a currency: ``amount`` in ``unit`` (元, 文, 两, 枚 ...), None if only the currency is named.

    ``currency`` is an id of ``currencies.toml``, None if ambiguous (then ``candidates``).
    """

    kind: ClassVar[str] = "money"
    amount: str | None = None
    max: str | None = None
    unit: str | None = None
    currency: str | None = None
    about: About | None = None
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Count(Normal):
    """A number with its measure word; ``form`` is count, ordinal, percent, fraction, ratio or serial."""

    kind: ClassVar[str] = "number"
    form: str
    value: str
    max: str | None = None
    measure: str | None = None
    about: About | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms(Normal):
    """Entries of a controlled list: ``vocabulary`` is colour, material or shape; the leading entry stands first.

    ``classes`` are ids of the ten materials; ``tone`` is light, dark or bright; ``form`` is flat, long and the like.
    """

    kind: ClassVar[str] = "term"
    vocabulary: str
    ids: tuple[str, ...]
    classes: tuple[str, ...] = ()
    tone: str | None = None
    form: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Make(Normal):
    """A make or model: ``id`` of ``makes.toml`` with maker and model where known; None and ``candidates`` if several.

    A word that is not listed is only taken apart: ``brand`` before 牌, ``model`` before or with 式 or 型.
    """

    kind: ClassVar[str] = "model"
    id: str | None = None
    brand: str | None = None
    maker: str | None = None
    model: str | None = None
    category: str | None = None
    candidates: tuple[str, ...] = ()
