"""The lunar calendar (农历), converted by lunar_python; months and days that did not exist convert to nothing."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

from lunar_python import Lunar, LunarYear, Solar

FIRST, LAST = 1368, 2100
"""Years that are converted; before 1368 the months' beginnings are contested."""

STEMS = "甲乙丙丁戊己庚辛壬癸"
BRANCHES = "子丑寅卯辰巳午未申酉戌亥"

_TERMS = {
    "冬至": "DONG_ZHI",
    "清明": "清明",
    "立春": "立春",
    "立秋": "立秋",
    "立夏": "立夏",
    "立冬": "立冬",
    "夏至": "夏至",
    "春分": "春分",
    "秋分": "秋分",
    "谷雨": "谷雨",
    "芒种": "芒种",
    "惊蛰": "惊蛰",
    "白露": "白露",
    "霜降": "霜降",
}


@lru_cache(maxsize=4096)
def month_days(year: int, month: int, leap: bool = False) -> tuple[date, date] | None:
    """First and last solar day of a lunar month; None if that year had no such month."""
    if not FIRST <= year <= LAST:
        return None
    found = LunarYear.fromYear(year).getMonth(-month if leap else month)
    if found is None:
        return None
    first = _solar(Lunar.fromYmd(year, found.getMonth(), 1).getSolar())
    return first, first + timedelta(days=found.getDayCount() - 1)


def day(year: int, month: int, number: int, leap: bool = False) -> date | None:
    """The solar day of a lunar day; None if that month had no such day."""
    days = month_days(year, month, leap)
    if days is None or not 1 <= number <= (days[1] - days[0]).days + 1:
        return None
    return days[0] + timedelta(days=number - 1)


def term(year: int, name: str) -> date | None:
    """The day of a solar term (清明, 冬至) in a solar year; None if the name is none of ours."""
    if name not in _TERMS or not FIRST < year < LAST:
        return None
    table = Lunar.fromSolar(Solar.fromYmd(year, 7, 1)).getJieQiTable()
    return _solar(table[_TERMS[name]])


def terms() -> tuple[str, ...]:
    """The names of the solar terms that ``term`` knows."""
    return tuple(_TERMS)


def ganzhi_years(name: str, first: int, last: int) -> tuple[int, ...]:
    """The years between two (both included) that bear a stem-and-branch name; empty if stem and branch never meet."""
    stem, branch = STEMS.index(name[0]), BRANCHES.index(name[1])
    return tuple(year for year in range(first, last + 1) if (year - 4) % 10 == stem and (year - 4) % 12 == branch)


def _solar(found: Solar) -> date:
    return date(found.getYear(), found.getMonth(), found.getDay())
