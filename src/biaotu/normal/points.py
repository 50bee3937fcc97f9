"""Reads one point of time from a tidied text: a year and what follows it, or the month, day or hour that lacks one."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from biaotu.normal.calendar import Moment, Stretch, at, of_day
from biaotu.normal.clock import TimeTold, take_time
from biaotu.normal.context import Context
from biaotu.normal.festivals import days_of, take_festival
from biaotu.normal.months import DAY, MONTH, YEAR_PART, Unlawful, after_year, day_number, read_month
from biaotu.normal.types import Sure
from biaotu.normal.years import YearTold, take_year

_LUNAR = re.compile(r"[(]?(?:农历|阴历|旧历|夏历|古历)[)]?")
_SAME_MONTH = {"同月": 0, "当月": 0, "是月": 0, "本月": 0, "该月": 0, "次月": 1, "翌月": 1, "上月": -1}
_DAYS = {
    "同日": 0, "当日": 0, "当天": 0, "是日": 0, "当夜": 0, "当晚": 0, "次日": 1, "翌日": 1, "第二天": 1, "次晨": 1,
    "前一日": -1, "前一天": -1, "第三天": 2, "后一日": 1,
}  # fmt: skip
_SPLIT_DATE = re.compile(r"(?P<year>\d{4})[-./](?P<month>\d{1,2})(?:[-./](?P<day>\d{1,2}))?(?![\d-])")
_SPLIT_YEAR_LAST = re.compile(r"(?P<day>\d{1,2})[-./](?P<month>\d{1,2})[-./](?P<year>\d{4})$")
_NO_TIME: Final = TimeTold()


@dataclass(frozen=True, slots=True)
class Point:
    """A point as read: one stretch, or several if ambiguous; ``rest`` is what could not be read."""

    stretches: tuple[Stretch, ...] = ()
    sure: Sure = "exact"
    notes: tuple[str, ...] = ()
    calendar: str | None = None
    time: TimeTold = _NO_TIME
    rest: str = ""
    explicit: bool = False


def read_point(text: str, context: Context, inherited: Moment | None = None) -> Point | None:
    """The point of time at the head of a text; None if there is none.

    ``inherited`` is the left side of a range, which lends year and month to the right one without any doubt.

    Raises:
        Unlawful: if the text tells a month or day that does not exist.
    """
    split = _split(text)
    if split:
        return _timed(split)
    by_moon = bool(_LUNAR.search(text))
    text = _LUNAR.sub("", text)
    taken = take_year(text, context, inherited.year if inherited else None)
    if taken:
        return _timed(_in_year(taken[0], taken[1].removeprefix("的").removeprefix(")"), by_moon))
    return _without_year(text, context, inherited, by_moon)


def _split(text: str) -> Point | None:
    match = _SPLIT_DATE.match(text) or _SPLIT_YEAR_LAST.match(text)
    if not match:
        return None
    day = match.groupdict().get("day")
    moment = Moment(int(match["year"]), int(match["month"]), int(day) if day else None)
    if not moment.lawful():
        return None
    return Point((at(moment),), calendar="gregorian", rest=text[match.end() :], explicit=True)


def _timed(point: Point | None) -> Point | None:
    """Takes a part of the day or clock time off the rest."""
    taken = take_time(point.rest) if point and point.rest else None
    return replace(point, time=taken[0], rest=taken[1]) if point and taken else point


def _in_year(told: YearTold, rest: str, by_moon: bool) -> Point:
    notes, sure = told.notes, told.sure
    rest, of_year = (rest[1:], True) if rest.startswith("度") else (rest, False)
    if of_year:
        notes = (*notes, "accounting-year")
    parts = [part for year in told.years if (part := after_year(rest, year, told, by_moon)) is not None]
    if not parts:
        stretches = tuple(at(Moment(year)) for year in told.years)
        return Point(stretches, sure, notes, told.calendar, rest=rest, explicit=told.calendar not in ("ganzhi",))
    first = parts[0]
    notes = (*notes, *first.notes)
    if sure == "exact" and first.assumed:
        sure = "assumed"
    stretches = tuple(dict.fromkeys(part.stretch for part in parts))
    if len(stretches) > 1:
        sure = "ambiguous"
    elif len(told.years) > 1:  # the day is lawful in one of the years only
        sure = "assumed"
    calendar = "lunar" if first.lunar else told.calendar
    return Point(stretches, sure, notes, calendar, rest=first.rest, explicit=True)


def _without_year(text: str, context: Context, inherited: Moment | None, by_moon: bool) -> Point | None:
    """A month, day, festival or season whose year is that of the left side of a range or of the date told last."""
    anchor = inherited or context.anchor or Moment()
    sure: Sure = "exact" if inherited else "assumed"
    notes = () if inherited else ("year-from-record",)
    relative = _relative_day(text, anchor) or _relative_month(text, anchor, by_moon)
    if relative:
        return _timed(replace(relative, sure="assumed"))
    month = MONTH.match(text)
    if month:
        part = read_month(text, month, anchor.year, False, by_moon)
        if anchor.year is None:
            return _timed(Point((part.stretch,), "exact", ("year-unknown", *part.notes), "gregorian", rest=part.rest))
        calendar = "lunar" if part.lunar else "gregorian"
        point = Point((part.stretch,), sure, (*notes, *part.notes), calendar, rest=part.rest)
        return _timed(replace(point, sure="assumed") if part.assumed else point)
    day = DAY.match(text)
    if day and (day["unit"] or inherited) and not day["early"] and anchor.month is not None:
        moment = Moment(anchor.year, anchor.month, day_number(day))
        if not moment.lawful():
            raise Unlawful
        return _timed(Point((at(moment),), sure, ("month-from-record",) if notes else (), rest=text[day.end() :]))
    return _timed(_year_part_without_year(text, anchor, sure, notes))


def _year_part_without_year(text: str, anchor: Moment, sure: Sure, notes: tuple[str, ...]) -> Point | None:
    if anchor.year is None or (YEAR_PART.match(text) and not text.startswith("年")):
        return None
    part = after_year(text, _feast_year(text, anchor), YearTold((anchor.year,), "gregorian"), False)
    if part is None:
        return None
    return Point((part.stretch,), sure, (*notes, *part.notes), "lunar" if part.lunar else None, rest=part.rest)


def _feast_year(text: str, anchor: Moment) -> int:
    """The year of a named day: that of the date told last, or the one before if that comes nearer (小年 in January)."""
    year = anchor.year or 0
    festival, days = take_festival(text), anchor.days()
    if festival is None or days is None or anchor.day is None:
        return year
    nearest = min(
        ((abs((day - days[0]).days), told) for told in (year, year - 1) for day in days_of(festival[0], told)),
        default=(0, year),
    )
    return nearest[1] if nearest[0] <= 40 else year


def _relative_day(text: str, anchor: Moment) -> Point | None:
    for word, shift in _DAYS.items():
        if not text.startswith(word) or anchor.year is None:
            continue
        rest = word[-1] + text[len(word) :] if word[-1] in "夜晚" else text[len(word) :]
        if anchor.day is not None and anchor.month is not None:
            moved = date(anchor.year, anchor.month, anchor.day) + timedelta(days=shift)
            return Point((at(of_day(moved)),), notes=("day-from-record",), rest=rest)
        if shift == 0 and anchor.season is None:
            mask = f"{anchor.edtf()}-XX" if anchor.month else f"{anchor.edtf()}-XX-XX"
            moment = Moment(anchor.year, anchor.month)
            return Point((Stretch(moment, moment, mask=mask),), notes=("day-unknown",), rest=rest)
    return None


def _relative_month(text: str, anchor: Moment, by_moon: bool) -> Point | None:
    for word, shift in _SAME_MONTH.items():
        if not text.startswith(word) or anchor.year is None or anchor.month is None:
            continue
        count = anchor.year * 12 + anchor.month - 1 + shift
        month = f"{count % 12 + 1}月"
        rest = month + text[len(word) :]
        found = MONTH.match(rest)
        if found is None:
            return None
        part = read_month(rest, found, count // 12, False, by_moon)
        return Point((part.stretch,), notes=("month-from-record", *part.notes), rest=part.rest)
    return None
