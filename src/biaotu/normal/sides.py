"""The sides of a size: numbers with units, one after the other (三斤六两), crossed (18×12厘米), listed, or a range."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from biaotu.normal.numerals import NUMBER, Number, read
from biaotu.normal.units import Unit, units

_CROSS = re.compile(r"[×xX*乘]")
_TO = re.compile(r"至|到|-|~")
LEAD = re.compile(
    r"(?:[通残全总最身边壁口直底足腹内外]{0,2}[长宽高厚径横纵深围]|[净毛总共]?重|射程|面积|[建占]\S{0,2}面积|占地)"
    r"(?:度|量)?(?:[为是:达]|约为)?(?=[约近]|[\d〇零半一二两三四五六七八九十百千])"
)
"""Words before a measure that say of what it is; what they say is for those who read the text, not for the number."""
_TEN_DOU = Unit("石", "volume", {name: 10 * factor for name, factor in units()["斗"][0].factors.items()})


@dataclass(frozen=True, slots=True)
class Side:
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


def sides_of(text: str) -> tuple[Side, ...]:
    """The sides that a tidied text tells, bare of its leading words; empty if it cannot be read whole."""
    return _sides(text) or _listed(text)


@cache
def _piece() -> re.Pattern[str]:
    words = "|".join(re.escape(word) for word in sorted(units(), key=len, reverse=True))
    return re.compile(rf"(?P<number>{NUMBER})(?P<halved>个?半)?(?P<unit>{words})(?P<after>半|多|余|来)?", re.IGNORECASE)


def _sides(text: str) -> tuple[Side, ...]:
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
                return (Side(((Number(start.value, stop.value, start.about or stop.about), low.parts[0][1]),)),)
    return ()


def _listed(text: str) -> tuple[Side, ...]:
    """The sides of 长35、宽27.5厘米, each behind its own word; one that has no unit takes that of the next."""
    parts = [part for part in re.split(r"[、,;]|(?=[长宽高厚横纵深])", text) if part]
    if len(parts) < 2 or not all(LEAD.match(part) for part in parts[1:]):
        return ()
    sides: list[Side] = []
    for part in reversed([LEAD.sub("", part, count=1) for part in parts]):
        side = _side(part) or (_with_unit(part, sides[-1].parts[0][1]) if sides else None)
        if side is None or len(side.parts) != 1:
            return ()
        sides.append(side)
    return tuple(reversed(sides))


def _with_unit(text: str, unit: Unit) -> Side | None:
    number = read(text)
    return Side(((number, unit),)) if number else None


def _side(text: str) -> Side | None:
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
    return Side(tuple(parts)) if parts else None


def _match(text: str, place: int) -> re.Match[str] | None:
    """The next number and unit; 两 is a number before a unit and a unit after a number (两万两)."""
    match = _piece().match(text, place)
    if match is None:
        for end in range(len(text), place, -1):
            match = _piece().fullmatch(text, place, end)
            if match:
                break
    return match


def _tail(parts: list[tuple[Number, Unit]], rest: str) -> Side | None:
    """一米五: a lone figure after a unit counts its tenths."""
    if (
        len(parts) != 1
        or not re.fullmatch(r"[一二三四五六七八九]", rest)
        or parts[0][1].word not in ("米", "丈", "尺", "公斤")
    ):
        return None
    tenth = read(rest)
    return Side((*parts, (tenth.times(Fraction(1, 10)), parts[0][1]))) if tenth else None


def _unit(word: str, before: str | None) -> Unit | None:
    for unit in units().get(word, units().get(word.lower(), ())):
        if unit.after is None or unit.after == before:
            return unit
    return None
