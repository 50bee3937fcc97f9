"""长度 and 重量: from a literal to SI, with the unit as written. The record's years tell old from market measures."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from biaotu.normal.context import NOWHERE, Context
from biaotu.normal.numerals import NUMBER, Number, decimal, read
from biaotu.normal.tidy import tidy
from biaotu.normal.types import About, Candidate, Quantity, SheetFormat, Sure
from biaotu.normal.units import SI, Unit, systems_of, units

_FOLD = re.compile(r"(?P<large>[大小])?(?P<number>对|\d{1,3}|[一二三四五六七八九十]{1,4})开(?:本|纸)?")
_CROSS = re.compile(r"[×xX*乘]")
_TO = re.compile(r"至|到|-|~")
_LEAD = re.compile(
    r"(?:[通残全总最身边壁口直底足腹内外]{0,2}[长宽高厚径横纵深围]|[净毛总共]?重|射程|面积|[建占]\S{0,2}面积|占地)"
    r"(?:度|量)?(?:[为是:达]|约为)?(?=[约近]|[\d〇零半一二两三四五六七八九十百千])"
)
"""Words before a measure that say of what it is; what they say is for those who read the text, not for the number."""
_ABOUT = re.compile(r"^(?:大约|约|近)")
_TEN_DOU = Unit("石", "volume", {name: 10 * factor for name, factor in units()["斗"][0].factors.items()})


@dataclass(frozen=True, slots=True)
class _Side:
    """One side of a size: number and unit, and the parts that follow it (三斤六两)."""

    parts: tuple[tuple[Number, Unit], ...]

    def total(self, system: str) -> Number:
        """The side in SI by a system; units that never changed keep their one factor."""
        sides = [
            number.times(unit.factors.get(system) or next(iter(unit.factors.values()))) for number, unit in self.parts
        ]
        total = sides[0]
        for side in sides[1:]:
            total = total.plus(side)
        return total


def read_measure(value: str, context: Context = NOWHERE) -> Quantity | SheetFormat | None:
    """The measure that a literal of 长度 or 重量 tells; None if it tells none or its unit is not known (步, 垧)."""
    text = tidy(value)
    if not text or len(text) > 40:
        return None
    fold = _FOLD.fullmatch(text)
    if fold:
        return _sheet(fold)
    about: About | None = None
    text = _LEAD.sub("", text, count=1) if _LEAD.match(text) else text
    if _ABOUT.match(text):
        text, about = _ABOUT.sub("", text), "about"
    if re.search(r"(?:左右|上下|许)$", text):
        text, about = re.sub(r"(?:左右|上下|许)$", "", text), "about"
    sides = _sides(text) or _listed(text)
    return _quantity(sides, about, context) if sides else None


def _sheet(match: re.Match[str]) -> SheetFormat | None:
    number = read(match["number"]) if match["number"] != "对" else Number(Fraction(2))
    if number is None or number.value.denominator != 1 or not 1 <= number.value <= 256:
        return None
    return SheetFormat(fold=int(number.value), large=match["large"] == "大" if match["large"] else None)


@cache
def _piece() -> re.Pattern[str]:
    words = "|".join(re.escape(word) for word in sorted(units(), key=len, reverse=True))
    return re.compile(rf"(?P<number>{NUMBER})(?P<halved>个?半)?(?P<unit>{words})(?P<after>半|多|余|来)?", re.IGNORECASE)


def _sides(text: str) -> tuple[_Side, ...]:
    """The sides of A×B×C with their one unit at the end, the ends of A至B as one side, or one side; empty if unread."""
    crossed = _CROSS.split(text)
    if len(crossed) > 1:
        last = _side(crossed[-1])
        if last is None or len(last.parts) != 1:
            return ()
        sides = []
        for side in crossed[:-1]:
            found = _side(side) or _with_unit(side, last.parts[0][1])
            if found is None:
                return ()
            sides.append(found)
        return (*sides, last)
    whole = _side(text)
    if whole:
        return (whole,)
    for match in _TO.finditer(text):
        high = _side(text[match.end() :])
        if high is None or len(high.parts) != 1 or not match.start():
            continue
        low = _side(text[: match.start()]) or _with_unit(text[: match.start()], high.parts[0][1])
        if low is not None and len(low.parts) == 1 and low.parts[0][1] == high.parts[0][1]:
            start, stop = low.parts[0][0], high.parts[0][0]
            if start.value < stop.value:
                return (_Side(((Number(start.value, stop.value, start.about or stop.about), low.parts[0][1]),)),)
    return ()


def _listed(text: str) -> tuple[_Side, ...]:
    """The sides of 长35、宽27.5厘米, each behind its own word; one that has no unit takes that of the next."""
    parts = [part for part in re.split(r"[、,;]|(?=[长宽高厚横纵深])", text) if part]
    if len(parts) < 2 or not all(_LEAD.match(part) for part in parts[1:]):
        return ()
    sides: list[_Side] = []
    for part in reversed([_LEAD.sub("", part, count=1) for part in parts]):
        side = _side(part) or (_with_unit(part, sides[-1].parts[0][1]) if sides else None)
        if side is None or len(side.parts) != 1:
            return ()
        sides.append(side)
    return tuple(reversed(sides))


def _with_unit(text: str, unit: Unit) -> _Side | None:
    number = read(text)
    return _Side(((number, unit),)) if number else None


def _side(text: str) -> _Side | None:
    """Number and unit, again and again: 三斤六两, 七亩三分, 一米五, 四亩半."""
    parts: list[tuple[Number, Unit]] = []
    place = 0
    while place < len(text):
        match = _match(text, place)
        if match is None:
            return _tail(parts, text[place:])
        unit = _unit(match["unit"], parts[-1][1].word if parts else None)
        number = read(match["number"])
        if unit is None or number is None:
            return None
        if parts and parts[-1][1].measure == "grain" and unit.measure == "volume":  # 三石六斗: with 斗, 石 is no weight
            parts[-1] = (parts[-1][0], _TEN_DOU)
        if parts and parts[-1][1].measure != unit.measure:
            return None
        if match["halved"] or match["after"] == "半":
            number = Number(number.value + Fraction(1, 2), None, number.about)
        elif match["after"]:
            number = Number(number.value, number.most, "about" if match["after"] == "来" else "over")
        parts.append((number, unit))
        place = match.end()
        if text[place : place + 1] in ("零", "又") and place + 1 < len(text):
            place += 1
    return _Side(tuple(parts)) if parts else None


def _match(text: str, place: int) -> re.Match[str] | None:
    """The next number and unit; 两 is a number before a unit and a unit after a number (两万两)."""
    match = _piece().match(text, place)
    if match is None:
        for end in range(len(text), place, -1):
            match = _piece().fullmatch(text, place, end)
            if match:
                break
    return match


def _tail(parts: list[tuple[Number, Unit]], rest: str) -> _Side | None:
    """一米五: a lone figure after a unit counts its tenths."""
    if (
        len(parts) != 1
        or not re.fullmatch(r"[一二三四五六七八九]", rest)
        or parts[0][1].word not in ("米", "丈", "尺", "公斤")
    ):
        return None
    tenth = read(rest)
    return _Side((*parts, (tenth.times(Fraction(1, 10)), parts[0][1]))) if tenth else None


def _unit(word: str, before: str | None) -> Unit | None:
    for unit in units().get(word, units().get(word.lower(), ())):
        if unit.after is None or unit.after == before:
            return unit
    return None


def _quantity(sides: tuple[_Side, ...], about: About | None, context: Context) -> Quantity | None:
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


def _label(sides: tuple[_Side, ...], values: tuple[str, ...], name: str) -> str:
    """The system's name; simply ``market`` where 斤 of 16 and of 10 两 give the same."""
    markets = (tuple(decimal(side.total(market).value) for side in sides) for market in ("market-16", "market-10"))
    return "market" if name != "kuping" and all(market == values for market in markets) else name


def _told(
    sides: tuple[_Side, ...],
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


def _grain(sides: tuple[_Side, ...], written: str, about: About | None) -> Quantity:
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
