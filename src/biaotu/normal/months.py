"""Reads what stands after a year: month and day, lunar or not, named day, season, part of the year."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from biaotu.normal import lunar
from biaotu.normal.calendar import Moment, Stretch, at, month_end, of_day
from biaotu.normal.festivals import days_of, take_festival
from biaotu.normal.numerals import whole
from biaotu.normal.years import YearTold

_DIGIT = "[一二三四五六七八九]"
_CN_DAY = rf"(?:[一二三]十{_DIGIT}?|十{_DIGIT}?|廿{_DIGIT}?|卅一?|二[〇零]|三[〇零]|{_DIGIT})"
MONTH = re.compile(r"(?P<leap>闰)?(?P<month>正|冬|腊|十[一二]?|[一二三四五六七八九]|元|1[0-9]|0?[1-9])月份?")
_MOON_MONTHS: Final = {"正": 1, "冬": 11, "腊": 12, "元": 1}
DAY = re.compile(
    rf"(?:初(?P<early>十|[一二三四五六七八九])|(?P<figures>\d{{1,2}})|(?P<words>{_CN_DAY}))(?P<unit>日|号)?"
)
_SEASONS = {"春": 21, "夏": 22, "秋": 23, "冬": 24}
_SEASON = re.compile(
    r"(?P<third>[孟仲季])?[初深晚暮早盛残]?(?P<season>[春夏秋冬])(?P<next>[春夏秋冬])?(?:季|天|日|月)?(?:之交|间)?"
)
_TEN_DAYS = re.compile(r"(?P<part>[上中下])旬")
_MONTH_PART = re.compile(r"(?P<part>[初中底末])")
YEAR_PART = re.compile(r"年?(?P<part>初|中期?|底|末|尾|终)")
_TWO_MONTHS = re.compile(
    r"(?:(?P<first>十一|[一二三四五六七八九十])、?(?P<second>十[一二]|[二三四五六七八九十])"
    r"|(?P<low>\d{1,2})、(?P<high>\d{1,2}))月(?:份|间|之交)?"
)
_HALF = re.compile(r"(?P<half>[上下])半年|第?(?P<quarter>[一二三四])季度")
_THIRDS: Final = {"上": (1, 10), "中": (11, 20), "下": (21, 31), "初": (1, 10), "底": (21, 31), "末": (21, 31)}
_YEAR_PARTS: Final = {"初": (1, 3), "中": (5, 8), "底": (11, 12), "末": (11, 12), "尾": (11, 12), "终": (11, 12)}


class Unlawful(Exception):  # noqa: N818 - never leaves the room; it only says "there is no such day"
    """The text tells a month or day that does not exist."""


@dataclass(frozen=True, slots=True)
class Part:
    """What stands after the year: a stretch and how it came about."""

    stretch: Stretch
    rest: str
    notes: tuple[str, ...] = ()
    assumed: bool = False
    lunar: bool = False


def after_year(text: str, year: int, told: YearTold, by_moon: bool) -> Part | None:
    """Month and day, festival, season or part of the year that stand after the year."""
    two = _TWO_MONTHS.fullmatch(text)
    if two and not told.lunar and not by_moon:
        first, last = whole(two["first"] or two["low"]), whole(two["second"] or two["high"])
        if first and last and last == first + 1 <= 12:
            return Part(Stretch(Moment(year, first), Moment(year, last)), "")
    month = MONTH.match(text)
    if month:
        return read_month(text, month, year, told.lunar, by_moon, told.calendar == "ganzhi")
    festival = take_festival(text)
    if festival:
        days = days_of(festival[0], year)
        if days:
            stretch = Stretch(of_day(days[0]), of_day(days[-1]))
            return Part(stretch, festival[1], ("days-differ",) if len(days) > 1 else (), len(days) > 1)
    season = _SEASON.match(text)
    if season:
        return _season(season, year, text[season.end() :])
    half = _HALF.match(text)
    if half:
        first = (1 if half["half"] == "上" else 7) if half["half"] else 3 * "一二三四".index(half["quarter"]) + 1
        return Part(Stretch(Moment(year, first), Moment(year, first + (5 if half["half"] else 2))), text[half.end() :])
    part = YEAR_PART.match(text)
    if part:
        first, last = _YEAR_PARTS[part["part"][0]]
        return Part(Stretch(Moment(year, first), Moment(year, last)), text[part.end() :], ("vague-part",), True)
    if re.match(r"\d{1,2}月|[一二三四五六七八九十]+月", text):
        raise Unlawful
    return None


def _season(match: re.Match[str], year: int, rest: str) -> Part:
    season = _SEASONS[match["season"]]
    if match["third"]:  # 仲春 is the second lunar month
        month = 3 * (season - 21) + "孟仲季".index(match["third"]) + 1
        days = lunar.month_days(year, month)
        if days:
            return Part(Stretch(of_day(days[0]), of_day(days[1])), rest, ("lunar-month",), lunar=True)
    last = _SEASONS[match["next"]] if match["next"] else season
    return Part(Stretch(Moment(year, season=season), Moment(year, season=max(season, last))), rest)


def read_month(
    text: str, match: re.Match[str], year: int | None, lunar_year: bool, by_moon: bool, ganzhi: bool = False
) -> Part:
    """A month and what stands after it; lunar if marked, by its form (正月, 初三, 廿六) or by the year's calendar."""
    number = _MOON_MONTHS.get(match["month"]) or whole(match["month"]) or 0
    rest = text[match.end() :].removeprefix("的")
    third = _TEN_DAYS.match(rest)
    day = None if third else DAY.match(rest)
    if day and re.match(r"\d|[时点年月个]", rest[day.end() :]) and not day["unit"]:
        day = None
    by_form = match["month"] in "正冬腊" or bool(match["leap"]) or bool(day and day["early"])
    no_unit = bool(day and day["words"] and not day["unit"] and not day["early"])
    if by_moon or by_form or lunar_year or (no_unit and year is not None):
        notes = ("lunar",) if by_moon or by_form else ("lunar-by-year",) if lunar_year else ("lunar-by-form",)
        assumed = not (by_moon or by_form or (lunar_year and not ganzhi))
        return _lunar_part(rest, day, third, (year, number, bool(match["leap"])), notes, assumed)
    moment = Moment(year, number)
    if not moment.lawful():
        raise Unlawful
    if day:
        moment = Moment(year, number, day_number(day))
        if not moment.lawful():
            raise Unlawful
        return Part(at(moment), rest[day.end() :], assumed=no_unit)
    if third and year is not None:
        return Part(_third(year, number, third["part"]), rest[third.end() :])
    part = _MONTH_PART.match(rest)
    if part and year is not None:
        return Part(_third(year, number, part["part"]), rest[part.end() :], ("vague-part",), True)
    if third or part:
        raise Unlawful
    return Part(at(moment), rest)


def _third(year: int, month: int, part: str) -> Stretch:
    first, last = _THIRDS[part]
    return Stretch(Moment(year, month, first), Moment(year, month, min(last, month_end(year, month).day)))


def day_number(match: re.Match[str]) -> int:
    """The day of a match of ``DAY``; 0 if it is no number."""
    text = match["early"] or match["figures"] or match["words"]
    text = {"二〇": "二十", "二零": "二十", "三〇": "三十", "三零": "三十"}.get(text, text)
    return whole(text) or 0


def _lunar_part(
    rest: str,
    day: re.Match[str] | None,
    third: re.Match[str] | None,
    month: tuple[int | None, int, bool],
    notes: tuple[str, ...],
    assumed: bool,
) -> Part:
    year, number, leap = month
    if year is None:
        raise Unlawful
    days = lunar.month_days(year, number, leap)
    if days is None:
        raise Unlawful
    if day:
        found = lunar.day(year, number, day_number(day), leap)
        if found is None:
            raise Unlawful
        return Part(at(of_day(found)), rest[day.end() :], notes, assumed, True)
    first, last = days
    if third:
        low, high = _THIRDS[third["part"]]
        first, last = first + timedelta(days=low - 1), min(last, first + timedelta(days=high - 1))
        rest = rest[third.end() :]
    return Part(Stretch(of_day(first), of_day(last)), rest, notes, assumed, True)
