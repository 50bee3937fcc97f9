"""长度 and 重量: from a literal to SI, with the unit as written. The record's years tell old from market measures."""

from __future__ import annotations

import re
from fractions import Fraction

from biaotu.normal.context import NOWHERE, Context
from biaotu.normal.numerals import Number, decimal, read
from biaotu.normal.sides import LEAD, Side, sides_of
from biaotu.normal.tidy import tidy
from biaotu.normal.types import About, Candidate, Quantity, SheetFormat, Sure
from biaotu.normal.units import SI, systems_of

_FOLD = re.compile(r"(?P<large>[大小])?(?P<number>对|\d{1,3}|[一二三四五六七八九十]{1,4})开(?:本|纸)?")
_ABOUT = re.compile(r"^(?:大约|约|近)")


def read_measure(value: str, context: Context = NOWHERE) -> Quantity | SheetFormat | None:
    """The measure that a literal of 长度 or 重量 tells; None if it tells none or its unit is not known (步, 垧)."""
    text = tidy(value)
    if not text or len(text) > 40:
        return None
    fold = _FOLD.fullmatch(text)
    if fold:
        return _sheet(fold)
    about: About | None = None
    text = LEAD.sub("", text, count=1) if LEAD.match(text) else text
    if _ABOUT.match(text):
        text, about = _ABOUT.sub("", text), "about"
    if re.search(r"(?:左右|上下|许)$", text):
        text, about = re.sub(r"(?:左右|上下|许)$", "", text), "about"
    sides = sides_of(text)
    return _quantity(sides, about, context) if sides else None


def _sheet(match: re.Match[str]) -> SheetFormat | None:
    number = read(match["number"]) if match["number"] != "对" else Number(Fraction(2))
    if number is None or number.value.denominator != 1 or not 1 <= number.value <= 256:
        return None
    return SheetFormat(fold=int(number.value), large=match["large"] == "大" if match["large"] else None)


def _quantity(sides: tuple[Side, ...], about: About | None, context: Context) -> Quantity | None:
    parts = [part for side in sides for part in side.parts]
    measure = parts[0][1].measure
    if any(unit.measure != measure for _, unit in parts):
        return None
    about = about or next((number.about for number, _ in parts if number.about), None)
    written = "".join(dict.fromkeys(unit.word for _, unit in parts))
    if measure == "grain":
        return _grain(sides, written, about)
    if all(unit.fixed for _, unit in parts):
        system = next(iter(parts[0][1].factors))
        return _told(sides, system, "exact", (), measure, written, about, None if system == "si" else system)
    allowed = systems_of(context)
    readings: dict[tuple[str, ...], list[str]] = {}
    for system in allowed:
        values = tuple(decimal(side.total(system).value) for side in sides)
        readings.setdefault(values, []).append(system)
    if len(readings) == 1:
        values, names = next(iter(readings.items()))
        label = _label(sides, values, names[0])
        return _told(sides, names[0], "assumed", ("system-by-years",), measure, written, about, label)
    candidates = tuple(
        Candidate(_label(sides, values, names[0]), SI[measure], values) for values, names in readings.items()
    )
    return Quantity(
        measure=measure,
        written=written,
        about=about,
        sure="ambiguous",
        notes=("system-unknown",),
        candidates=candidates,
    )


def _label(sides: tuple[Side, ...], values: tuple[str, ...], name: str) -> str:
    """The system's name; simply ``market`` where 斤 of 16 and of 10 两 give the same."""
    markets = (tuple(decimal(side.total(market).value) for side in sides) for market in ("market-16", "market-10"))
    return "market" if name != "kuping" and all(market == values for market in markets) else name


def _told(
    sides: tuple[Side, ...],
    system: str,
    sure: Sure,
    notes: tuple[str, ...],
    measure: str,
    written: str,
    about: About | None,
    label: str | None,
) -> Quantity:
    totals = [side.total(system) for side in sides]
    most = tuple(decimal(total.most if total.most is not None else total.value) for total in totals)
    return Quantity(
        measure=measure,
        unit=SI[measure],
        values=tuple(decimal(total.value) for total in totals),
        max=most if any(total.most is not None for total in totals) else (),
        written=written,
        system=label,
        about=about,
        sure=sure,
        notes=notes,
    )


def _grain(sides: tuple[Side, ...], written: str, about: About | None) -> Quantity:
    """石 as a measure of grain or as a weight, in every system."""
    factors = sides[0].parts[0][1].factors
    candidates = tuple(
        Candidate(
            system.removesuffix("-volume"),
            SI["volume" if system.endswith("-volume") else "mass"],
            tuple(decimal(side.total(system).value) for side in sides),
        )
        for system in factors
        if system != "market-10"
    )
    return Quantity(
        measure="grain",
        written=written,
        about=about,
        sure="ambiguous",
        notes=("volume-or-mass",),
        candidates=candidates,
    )
