"""Moments told to the year, season, month or day, the EDTF that says them, and the days they can mean."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date

_SEASON_MONTHS = {21: (3, 5), 22: (6, 8), 23: (9, 11), 24: (12, 14)}
"""Months of the seasons for ``begin`` and ``end``; winter runs into the next year."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A point as it is told: each part None if it is not told; ``season`` is 21 to 24 (EDTF) and excludes ``month``."""

    year: int | None = None
    month: int | None = None
    day: int | None = None
    season: int | None = None

    def lawful(self) -> bool:
        """Whether such a day exists in the (proleptic) Gregorian calendar."""
        if self.year is not None and not 1 <= self.year <= 2200:
            return False
        if self.month is not None and not 1 <= self.month <= 12:
            return False
        if self.day is None:
            return True
        if self.month is None:
            return 1 <= self.day <= 31
        return 1 <= self.day <= calendar.monthrange(self.year or 2000, self.month)[1]

    def edtf(self) -> str:
        """EDTF; parts that are not told before parts that are become X (``XXXX-10-10``)."""
        year = "XXXX" if self.year is None else f"{self.year:04d}"
        if self.season is not None:
            return f"{year}-{self.season}"
        if self.month is None:
            return year if self.day is None else f"{year}-XX-{self.day:02d}"
        return f"{year}-{self.month:02d}" + ("" if self.day is None else f"-{self.day:02d}")

    def days(self) -> tuple[date, date] | None:
        """First and last day it can mean; None if the year is not told or a day stands without its month."""
        if self.year is None or (self.day is not None and self.month is None):
            return None
        if self.season is not None:
            first, last = _SEASON_MONTHS[self.season]
            return date(self.year, first, 1), month_end(self.year + (last - 1) // 12, (last - 1) % 12 + 1)
        if self.month is None:
            return date(self.year, 1, 1), date(self.year, 12, 31)
        if self.day is None:
            return date(self.year, self.month, 1), month_end(self.year, self.month)
        same = date(self.year, self.month, self.day)
        return same, same


def month_end(year: int, month: int) -> date:
    """The last day of a month."""
    return date(year, month, calendar.monthrange(year, month)[1])


def of_day(day: date) -> Moment:
    """The moment of a solar day."""
    return Moment(day.year, day.month, day.day)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A moment or what lies between two; an end is None where the stretch is open.

    ``mask`` replaces the EDTF where a period has one of its own (``193X``); ``mark`` is ``~``, ``?`` or empty.
    """

    first: Moment | None
    last: Moment | None
    mask: str = ""
    mark: str = ""

    def edtf(self) -> str:
        """EDTF, level 1."""
        if self.mask:
            return self.mask + self.mark
        if self.first is not None and self.first == self.last:
            return self.first.edtf() + self.mark
        begin = ".." if self.first is None else self.first.edtf() + self.mark
        end = ".." if self.last is None else self.last.edtf() + self.mark
        return f"{begin}/{end}"

    def begin(self) -> date | None:
        """The first day it can mean."""
        days = self.first.days() if self.first else None
        return days[0] if days else None

    def end(self) -> date | None:
        """The last day it can mean."""
        days = self.last.days() if self.last else None
        return days[1] if days else None


def at(moment: Moment) -> Stretch:
    """The stretch that is one moment."""
    return Stretch(moment, moment)


def parse_bound(text: str) -> Moment | None:
    """A bound of the data files: ``1937``, ``1937-07``, ``1937-07-07`` or ``..``; ValueError if it is none."""
    if text == "..":
        return None
    parts = [int(part) for part in text.split("-")]
    return Moment(*parts)
