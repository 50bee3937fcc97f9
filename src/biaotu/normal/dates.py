"""时间: from a literal to EDTF. Points, ranges, named periods, open stretches, and how surely they were read."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final

from biaotu.normal.calendar import Moment, Stretch
from biaotu.normal.clock import take_time
from biaotu.normal.context import NOWHERE, Context
from biaotu.normal.months import Unlawful
from biaotu.normal.periods import read_period
from biaotu.normal.points import Point, read_point
from biaotu.normal.tidy import remembered, tidy
from biaotu.normal.types import Clock, Date, Normal, Sure

LONGEST: Final = 60
"""Characters beyond which a value is no date; a wrong span must not cost time."""

_SPLIT = re.compile(r"至|到|-|~|与|和")
_WITHIN = re.compile(r"(?:年|之)?间$|期间$|时期$|之间$|之际$")
_ABOUT_AFTER = re.compile(r"(?:前后|左右|上下|许)$")
_ABOUT_BEFORE = re.compile(r"^(?:大约|约莫|约|近|大概)")
_UNSURE = re.compile(r"[(]?[??][)]?$|^(?:可能|疑)")
_SINCE = re.compile(r"(?:(?:开始)?以来|至今|以后|之后|后|起)$")
_UNTIL = re.compile(r"(?:以前|之前|前)$")
_RANK: Final[dict[Sure, int]] = {"exact": 0, "assumed": 1, "ambiguous": 2}


@dataclass(frozen=True, slots=True)
class Told:
    """A date as read: its normal value and the moment that later relative dates (同年, 次日) count from, if any."""

    normal: Normal
    anchor: Moment | None = None


@remembered
def read_date(value: str, context: Context = NOWHERE) -> Told | None:
    """The date that a literal of 时间 tells; None if nothing lawful can be said."""
    text = tidy(value)
    if not text or len(text) > LONGEST:
        return None
    try:
        point = _read(text, context) or _lenient(text, context)
    except Unlawful:
        return None
    if point is None:
        return _clock(text, context)
    return Told(_date(point), _anchor(point))


def _read(text: str, context: Context) -> Point | None:
    """The whole of a text as a period, a point, a range, or one of these with a word of doubt or an open end."""
    return _period(text) or _whole_point(text, context) or _range(text, context) or _wrapped(text, context)


def _period(text: str) -> Point | None:
    period = read_period(text)
    return Point((period.stretch,), period.sure, period.notes) if period else None


def _whole_point(text: str, context: Context, inherited: Moment | None = None) -> Point | None:
    point = read_point(text, context, inherited)
    return point if point and point.stretches and not point.rest else None


def _range(text: str, context: Context) -> Point | None:
    text = re.sub(r"^(?:自|从|由|在)", "", text)
    inner = _WITHIN.sub("", text)
    for match in _SPLIT.finditer(inner):
        left_text, right_text = inner[: match.start()], inner[match.end() :]
        if not left_text or not right_text or (match.group() in "与和" and inner == text):
            continue
        left = _side(left_text, context, None)
        if left is None or len(left.stretches) != 1 or left.stretches[0].first is None:
            continue
        right = _side(
            right_text, replace(context, anchor=left.stretches[0].last or context.anchor), left.stretches[0].last
        )
        if right is None or len(right.stretches) != 1 or right.stretches[0].last is None:
            continue
        joined = _join(left.stretches[0], right.stretches[0])
        if joined is None:
            continue
        sure = max(left.sure, right.sure, key=_RANK.__getitem__)
        return Point((joined,), sure, tuple(dict.fromkeys((*left.notes, *right.notes))), left.calendar)
    if inner != text and inner:
        return _whole_point(inner, context)
    return None


def _side(text: str, context: Context, inherited: Moment | None) -> Point | None:
    if inherited is not None and (count := re.fullmatch(r"\d{2}", text)) and inherited.month is None:
        text = count.group() + "年"
    try:
        return _period(text) or _whole_point(text, context, inherited) or _wrapped(text, context)
    except Unlawful:
        return None


def _join(left: Stretch, right: Stretch) -> Stretch | None:
    """From the first of the left to the last of the right; None if it would run backwards."""
    begin, end = left.begin(), right.end()
    if begin is not None and end is not None and begin > end:
        return None
    mark = left.mark or right.mark
    return Stretch(left.first, right.last, mark=mark)


def _wrapped(text: str, context: Context) -> Point | None:
    """A date with 前后, 约, ?, 以来 or 以前 around it."""
    for pattern, mark in ((_UNSURE, "?"), (_ABOUT_AFTER, "~"), (_ABOUT_BEFORE, "~")):
        inner = pattern.sub("", text)
        if inner and inner != text:
            point = _read(inner, context)
            if point is None or not _has_year(point):
                return None
            return replace(point, stretches=tuple(replace(stretch, mark=mark) for stretch in point.stretches))
    bare = re.sub(r"^(?:自|从)", "", text)
    for pattern in (_SINCE, _UNTIL):
        inner = pattern.sub("", bare)
        if inner and inner != bare:
            point = _period(inner) or _whole_point(inner, context)
            return _opened(point, pattern is _SINCE) if point and _has_year(point) else None
    return None


def _has_year(point: Point) -> bool:
    """Whether all its ends have years; without one neither ~ nor an open end can be said in EDTF."""
    ends = [end for stretch in point.stretches for end in (stretch.first, stretch.last) if end is not None]
    return all(end.year is not None for end in ends)


def _opened(point: Point, since: bool) -> Point | None:
    """From the beginning of a point on; up to its end, where 以前 may or may not include it."""
    if len(point.stretches) != 1:
        return None
    stretch = point.stretches[0]
    if since:
        return replace(point, stretches=(Stretch(stretch.first, None),)) if stretch.first else None
    if stretch.last is None:
        return None
    sure: Sure = "assumed" if point.sure == "exact" else point.sure
    return replace(point, stretches=(Stretch(None, stretch.last),), sure=sure, notes=(*point.notes, "end-inclusive"))


def _lenient(text: str, context: Context) -> Point | None:
    """A year or date that stands at the head of words we cannot read: coarser, never wrong (1943年麦收)."""
    point = read_point(re.sub(r"^(?:约|大约)", "", text), context)
    if (
        point is None
        or not point.explicit
        or re.match(r"[\d〇一二三四五六七八九十]|至|到|-|~|前|后|以|之|代|世", point.rest)
    ):
        return None
    sure: Sure = "assumed" if point.sure == "exact" else point.sure
    return replace(point, sure=sure, notes=(*point.notes, "rest-not-read"))


def _clock(text: str, context: Context) -> Told | None:
    """A clock time alone: of the day told last if there is one, else without a day."""
    taken = take_time(text)
    if taken is None or taken[1] or not taken[0].times:
        return None
    told = taken[0]
    if context.anchor is not None and context.anchor.day is not None and context.anchor.month is not None:
        stretch = Stretch(context.anchor, context.anchor)
        return Told(_date(Point((stretch,), "assumed", ("day-from-record",), time=told)), context.anchor)
    if len(told.times) > 1:
        return Told(Clock(sure="ambiguous", notes=("half-day-unknown",), part=told.part, candidates=told.times))
    return Told(Clock(time=told.times[0], part=told.part))


def _date(point: Point) -> Date:
    stretches, time = point.stretches, point.time
    notes = point.notes
    begins = [begin for stretch in stretches if (begin := stretch.begin())]
    ends = [end for stretch in stretches if (end := stretch.end())]
    if len(time.times) > 1:
        notes = (*notes, "half-day-unknown")
    single = len(stretches) == 1
    return Date(
        sure=point.sure,
        notes=tuple(dict.fromkeys(notes)),
        edtf=stretches[0].edtf() if single else _one_of(stretches),
        begin=min(begins).isoformat() if begins else None,
        end=max(ends).isoformat() if ends else None,
        time=time.times[0] if len(time.times) == 1 else None,
        part=time.part,
        calendar=point.calendar,
        candidates=() if single else tuple(stretch.edtf() for stretch in stretches),
    )


def _one_of(stretches: tuple[Stretch, ...]) -> str:
    """A one-of-set; its members are days or years, for EDTF knows no sets of seasons or intervals."""
    if all(stretch.first == stretch.last and stretch.first and stretch.first.season is None for stretch in stretches):
        return f"[{','.join(stretch.edtf() for stretch in stretches)}]"
    years = sorted({stretch.first.year for stretch in stretches if stretch.first and stretch.first.year})
    return f"[{','.join(f'{year:04d}' for year in years)}]"


def _anchor(point: Point) -> Moment | None:
    """What 同年 and 次日 count from: the end of the only stretch; no decade, century or era."""
    if len(point.stretches) != 1 or point.stretches[0].mask or "era-bounds" in point.notes:
        return None
    last = point.stretches[0].last
    return last if last is not None and last.year is not None else None
