"""Periods that go by a name (抗日战争时期, 清末, 光绪年间), anniversaries, decades and centuries."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from biaotu.normal.calendar import Moment, Stretch, at, parse_bound
from biaotu.normal.numerals import CHARS, whole
from biaotu.normal.types import Sure
from biaotu.normal.years import reigns


@dataclass(frozen=True, slots=True)
class Period:
    """A named period as read: where it lies, how sure its bounds are and why."""

    stretch: Stretch
    sure: Sure = "exact"
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Era:
    """An entry of ``eras.toml``; ``begin`` and ``end`` are None where open."""

    id: str
    begin: Moment | None
    end: Moment | None
    sure: Sure


_SUFFIXES: Final = ("时期", "期间", "时代", "阶段")
_SUFFIX = re.compile(r"(?:的)?(?:时期|期间|年间|时代|阶段|时)$|朝$")
_PART = re.compile(r"(?:时期|战争|年)?(?P<part>初期|前期|早期|初年|初|中期|中叶|后期|晚期|末期|末年|末)$")
_THIRD: Final = {"初": 0, "前": 0, "早": 0, "中": 1, "后": 2, "晚": 2, "末": 2}

_DECADE = re.compile(
    rf"(?:公元)?(?:(?P<century>\d{{1,2}}|[{CHARS}]{{1,3}}|上个?|本)世纪|(?P<full>1[0-9]|20))?(?P<decade>[1-9]0|[一二三四五六七八九]?十)年代(?P<part>[初中末前后晚][期叶]?)?"
)
_DECADE_PARTS: Final = {"初": (0, 3), "前": (0, 4), "中": (3, 6), "后": (5, 9), "晚": (7, 9), "末": (7, 9)}
"""Years of a decade's parts; the same as the search room's eras."""

_CENTURY = re.compile(
    rf"(?:公元)?(?P<century>\d{{1,2}}|[{CHARS}]{{1,3}})世纪(?P<part>初期?|中[叶期]?|[末晚][叶期]?|前期|后期|上半叶|前半叶|下半叶|后半叶)?"
)
_CENTURY_PARTS: Final = {"初": (0, 29), "前": (0, 29), "中": (30, 69), "末": (70, 99), "晚": (70, 99), "后": (70, 99)}
_HALVES: Final = {"上半叶": (0, 49), "前半叶": (0, 49), "下半叶": (50, 99), "后半叶": (50, 99)}

_ANNIVERSARY = re.compile(rf"(?P<event>.+?)(?P<years>\d+|[{CHARS}]+)周年(?:纪念|之际|时)?")


@cache
def eras() -> dict[str, Era]:
    """All eras by each of their words, from ``eras.toml``."""
    document = tomllib.loads(files("biaotu.normal").joinpath("eras.toml").read_text(encoding="utf-8"))
    return {
        word: Era(entry["id"], parse_bound(entry["begin"]), parse_bound(entry["end"]), entry["sure"])
        for entry in document["era"]
        for word in (
            *entry.get("words", ()),
            *(name + suffix for name in entry.get("names", ()) for suffix in _SUFFIXES),
        )
    }


def read_period(text: str) -> Period | None:
    """The period that the whole of a tidied text names; None if it is none that we know."""
    return _decade(text) or _century(text) or _anniversary(text) or _named(text) or _part_of_named(text)


def _named(text: str) -> Period | None:
    era = eras().get(text) or eras().get(_SUFFIX.sub("", text))
    if era:
        notes = () if era.sure == "exact" else ("era-bounds",)
        return Period(Stretch(era.begin, era.end), era.sure, notes)
    name = re.sub(r"^(?:清|明)", "", _SUFFIX.sub("", text))
    reign = reigns().get(name)
    return Period(Stretch(Moment(reign.first), Moment(reign.last))) if reign else None


def _part_of_named(text: str) -> Period | None:
    """A third of a named period: 抗战初期, 光绪末年."""
    match = _PART.search(text)
    if not match or not text[: match.start()]:
        return None
    named = _named(text[: match.start()])
    if named is None or named.stretch.first is None or named.stretch.last is None:
        return None
    begin, end = named.stretch.begin(), named.stretch.end()
    if begin is None or end is None:
        return None
    first = begin.year * 12 + begin.month - 1
    months = end.year * 12 + end.month - first
    third = _THIRD[match["part"][0]]
    start, stop = first + months * third // 3, first + months * (third + 1) // 3 - 1
    by_year = months > 240  # the thirds of a dynasty are told to the year
    return Period(Stretch(_month(start, by_year), _month(stop, by_year)), "assumed", ("vague-part",))


def _month(count: int, by_year: bool) -> Moment:
    return Moment(count // 12) if by_year else Moment(count // 12, count % 12 + 1)


def _decade(text: str) -> Period | None:
    match = _DECADE.fullmatch(text)
    if not match:
        return None
    sure: Sure = "exact"
    notes: tuple[str, ...] = ()
    if match["full"]:
        century = int(match["full"]) + 1
    elif match["century"] and match["century"][0] not in "上本":
        century = whole(match["century"]) or 0
    else:
        century, sure, notes = (21 if match["century"] == "本" else 20), "assumed", ("century-assumed",)
    start = (century - 1) * 100 + (whole(match["decade"]) or 0)
    if not 1 <= century <= 21:
        return None
    if match["part"]:
        first, last = _DECADE_PARTS[match["part"][0]]
        return Period(Stretch(Moment(start + first), Moment(start + last)), "assumed", (*notes, "vague-part"))
    return Period(Stretch(Moment(start), Moment(start + 9), mask=f"{start // 10:03d}X"), sure, notes)


def _century(text: str) -> Period | None:
    match = _CENTURY.fullmatch(text)
    century = whole(match["century"]) if match else None
    if not match or century is None or not 1 < century <= 21:
        return None
    start, part = (century - 1) * 100, match["part"]
    if not part:
        return Period(Stretch(Moment(start), Moment(start + 99), mask=f"{start // 100:02d}XX"))
    if part in _HALVES:
        first, last = _HALVES[part]
        return Period(Stretch(Moment(start + first), Moment(start + last)))
    first, last = _CENTURY_PARTS[part[0]]
    return Period(Stretch(Moment(start + first), Moment(start + last)), "assumed", ("vague-part",))


def _anniversary(text: str) -> Period | None:
    """The year, for 国庆 the day, that lies so many years after an event."""
    match = _ANNIVERSARY.fullmatch(text)
    years = whole(match["years"]) if match else None
    if not match or years is None or not 1 <= years <= 200:
        return None
    event = match["event"].removesuffix("的")
    if event == "国庆":
        return Period(at(Moment(1949 + years, 10, 1)), notes=("anniversary",))
    era = eras().get(event)
    if era is None or era.begin is None or era.begin.year is None:
        return None
    return Period(at(Moment(era.begin.year + years)), notes=("anniversary",))
