"""Reads the year at the head of a date: 公元, reign titles, stems and branches, 同年 and 次年, two-figure years."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from biaotu.normal.context import Context
from biaotu.normal.lunar import BRANCHES, STEMS, ganzhi_years
from biaotu.normal.numerals import CHARS, whole
from biaotu.normal.types import Sure

PLAUSIBLE: Final = (1840, 1960)
"""Years within which a bare stem-and-branch year is looked for."""

CLOSE: Final = 10
"""A bare stem-and-branch year is taken for one this near to a year of the record, its like being 60 years away."""


_LATER: Final = 60
"""Years that a range with a short right side can last."""


@dataclass(frozen=True, slots=True)
class Reign:
    """A reign title with its first and last year; ``lunar`` if its months are lunar."""

    name: str
    first: int
    last: int
    lunar: bool


@dataclass(frozen=True, slots=True)
class YearTold:
    """A year as it is told: one year, or several if ambiguous; ``lunar`` if its months are lunar."""

    years: tuple[int, ...]
    calendar: str
    lunar: bool = False
    sure: Sure = "exact"
    notes: tuple[str, ...] = ()


@cache
def reigns() -> dict[str, Reign]:
    """All reign titles by name, from ``reigns.toml``."""
    document = tomllib.loads(files("biaotu.normal").joinpath("reigns.toml").read_text(encoding="utf-8"))
    return {entry["name"]: Reign(**entry) for entry in document["reign"]}


_GANZHI = rf"(?P<ganzhi>[{STEMS}][{BRANCHES}])"
_NUMBER = rf"(?:元|\d{{1,2}}|[{CHARS}]{{1,4}})"
_RELATIVE = {
    "同年": 0, "是年": 0, "本年": 0, "该年": 0, "当年": 0, "这年": 0, "次年": 1, "翌年": 1, "第二年": 1, "转年": 1,
    "来年": 1, "前一年": -1, "上年": -1, "上一年": -1, "后一年": 1, "今年": 0, "明年": 1, "去年": -1,
}  # fmt: skip
_ELEMENTS = "木火土铁水"
_ANIMALS = "鼠牛虎兔龙蛇马羊猴鸡狗猪"

_FULL = re.compile(
    r"(?:公元|公历|西元|阳历|新历)?(?P<year>\d{4}|[一二][〇零一二三四五六七八九]{3})(?![\d〇零一二三四五六七八九十百])(?P<unit>年?)"
)
_EARLY = re.compile(r"(?:公元|公历|西元)?(?P<year>\d{3}|[一二三四五六七八九][〇零一二三四五六七八九]{2})年")
_TWO_FIGURES = re.compile(r"(?P<year>\d{2})年")
_SHORT = re.compile(rf"(?P<year>[{CHARS}]{{1,4}})年")
_BARE_GANZHI = re.compile(rf"{_GANZHI}(?:年|岁|之年)?")
_TIBETAN = re.compile(rf"(?:藏历)?(?P<element>[{_ELEMENTS}金])[阴阳]?(?P<animal>[{_ANIMALS}])年")


@cache
def _reign_pattern() -> re.Pattern[str]:
    names = "|".join(reigns())
    return re.compile(
        rf"(?:清朝?|明朝?|中华|伪满|日本|伪)?(?P<reign>{names})(?:(?P<year>{_NUMBER})年?(?:[(]?{_GANZHI}年?[)]?)?|(?:岁次)?(?P<only>[{STEMS}][{BRANCHES}])(?:年|岁)?)"
    )


def take_year(text: str, context: Context, inherited: int | None = None) -> tuple[YearTold, str] | None:
    """The year at the head of a tidied text and what stands after it; None if no year stands there.

    ``inherited`` is the year on the left side of a range: it lends its century to 1931-34年.
    """
    for take in (_full, _reign, _ganzhi, _relative):
        taken = take(text, context)
        if taken:
            return taken
    return _short(text, context, inherited)


def _full(text: str, _context: Context) -> tuple[YearTold, str] | None:
    match = _FULL.match(text) or _EARLY.match(text)
    if not match:
        return None
    year = whole(match["year"])
    if year is None or (not match.groupdict().get("unit", "年") and not 1000 <= year <= 2100):
        return None
    return YearTold((year,), "gregorian"), text[match.end() :]


def _reign(text: str, _context: Context) -> tuple[YearTold, str] | None:
    match = _reign_pattern().match(text)
    if not match:
        return None
    reign = reigns()[match["reign"]]
    rest = text[match.end() :]
    calendar = "minguo" if reign.name == "民国" else "reign"
    if match["only"]:
        years = ganzhi_years(match["only"], reign.first, reign.last)
        return _told(years, calendar, reign.lunar, rest)
    number = 1 if match["year"] == "元" else whole(match["year"])
    if number is None or not 1 <= number <= reign.last - reign.first + 1:
        return None
    year = reign.first + number - 1
    told = YearTold((year,), calendar, reign.lunar)
    if match["ganzhi"] and year not in ganzhi_years(match["ganzhi"], year, year):
        told = YearTold((year,), calendar, reign.lunar, "assumed", ("ganzhi-disagrees",))
    return told, rest


def _told(years: tuple[int, ...], calendar: str, lunar: bool, rest: str) -> tuple[YearTold, str] | None:
    if not years:
        return None
    if len(years) > 1:
        return YearTold(years, calendar, lunar, "ambiguous", ("ganzhi-cycle",)), rest
    return YearTold(years, calendar, lunar), rest


def _ganzhi(text: str, context: Context) -> tuple[YearTold, str] | None:
    """A bare stem-and-branch year: of its likes 60 years apart the one that the record's years come close to."""
    match = _BARE_GANZHI.match(text)
    if match:
        name = match["ganzhi"]
    else:
        match = _TIBETAN.match(text)
        if not match:
            return None
        element, branch = _ELEMENTS.index(match["element"].replace("金", "铁")), _ANIMALS.index(match["animal"])
        name = STEMS[2 * element + branch % 2] + BRANCHES[branch]
    rest = text[match.end() :]
    first = min([PLAUSIBLE[0], *(first - CLOSE for first, _ in context.years if first >= 1368)])
    last = max([PLAUSIBLE[1], *(last + CLOSE for _, last in context.years)])
    years = ganzhi_years(name, first, last)
    return _chosen(years, "ganzhi", True, context, rest, CLOSE)


def _chosen(
    years: tuple[int, ...], calendar: str, lunar: bool, context: Context, rest: str, slack: int
) -> tuple[YearTold, str] | None:
    """Among several years the only one that the record comes close to; its own years count before near ones.

    A year after the plausible ones counts only if the record names it: an inscription is rarely as young as its gift.
    """
    if not years:
        return None
    for closeness in (0, slack):
        fitting = [year for year in years if context.covers(year, 0 if year > PLAUSIBLE[1] else closeness)]
        if len(fitting) == 1:
            return YearTold((fitting[0],), calendar, lunar, "assumed", ("year-by-record",)), rest
        if fitting:
            break
    plausible = tuple(year for year in years if PLAUSIBLE[0] <= year <= PLAUSIBLE[1]) or years
    if len(plausible) == 1:
        return YearTold(plausible, calendar, lunar, "assumed", ("year-plausible",)), rest
    return YearTold(plausible, calendar, lunar, "ambiguous", ("ganzhi-cycle" if lunar else "reign-unknown",)), rest


def _relative(text: str, context: Context) -> tuple[YearTold, str] | None:
    for word, shift in _RELATIVE.items():
        if text.startswith(word):
            if context.anchor is None or context.anchor.year is None:
                return None
            year = context.anchor.year + shift
            return YearTold((year,), "gregorian", False, "assumed", ("year-from-record",)), text[len(word) :]
    return None


def _short(text: str, context: Context, inherited: int | None) -> tuple[YearTold, str] | None:
    """A year of one or two figures: of the republic, of 光绪, or of a century that is not told."""
    match = _TWO_FIGURES.match(text) or _SHORT.match(text)
    number = whole(match["year"]) if match else None
    if match is None or number is None:
        return None
    rest = text[match.end() :]
    figures = match["year"].isdecimal()
    if not figures and (not 1 <= number <= 60 or re.fullmatch(r"[〇零一二三四五六七八九]{2,}", match["year"])):
        return None
    if figures:
        years = tuple(sorted({1900 + number, *_republic([number])}))
    else:
        years = (*([1874 + number] if number <= 34 else []), *_republic([number]))
    if inherited is not None:  # 1931-34年, 民国十五年至十七年: counted as on the left side
        later = [year for year in (inherited // 100 * 100 + number, *years) if 0 < year - inherited <= _LATER]
        if later:
            return YearTold((later[0],), "gregorian"), rest
    return _chosen(years, "gregorian" if figures else "minguo", False, context, rest, 3)


def _republic(numbers: Iterable[int]) -> list[int]:
    return [1911 + number for number in numbers if 1 <= number <= 60]
