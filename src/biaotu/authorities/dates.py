"""Dates of entries in EDTF (ISO 8601-2, level 1 without seasons), and years read out of a record's 时间 values."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable

from biaotu.authorities.numerals import number

_EDTF = re.compile(r"(?P<year>\d{4}|\d{3}X|\d{2}XX)(?:-(?P<month>\d{2}|XX)(?:-(?P<day>\d{2}|XX))?)?[?~%]?")
_REIGNS = {"民国": 1911, "宣统": 1908, "光绪": 1874, "同治": 1861, "咸丰": 1850, "昭和": 1925, "大正": 1911}
_YEAR = re.compile(r"(?<![\d.])(1[89]\d\d|20\d\d)(?![\d.])|([一二][八九零〇○][〇零○一二三四五六七八九]{2})(?=年|$)")
_REIGN_YEAR = re.compile(rf"({'|'.join(_REIGNS)})([元〇一二三四五六七八九十廿卅]+|\d+)年")


def lawful(date: str) -> bool:
    """Whether a text is an EDTF date: ``1937``, ``1937-07``, ``1937-07-07``, ``193X``; ``?`` or ``~`` may follow."""
    match = _EDTF.fullmatch(date)
    if match is None:
        return False
    year, month, day = match["year"], match["month"], match["day"]
    if month is None or month == "XX":
        return day in (None, "XX")
    if not 1 <= int(month) <= 12:
        return False
    if day is None or day == "XX":
        return True
    length = monthrange(int(year), int(month))[1] if year.isdecimal() else 31
    return 1 <= int(day) <= length


def first_year(date: str) -> int:
    """The earliest year that a lawful date can mean."""
    return int(date[:4].replace("X", "0"))


def last_year(date: str) -> int:
    """The latest year that a lawful date can mean."""
    return int(date[:4].replace("X", "9"))


def years_in(values: Iterable[str]) -> tuple[int, ...]:
    """Years that values of 时间 name (1934年, 一九三四年, 民国廿三年), in order, each once; eras name none."""
    found: set[int] = set()
    for value in values:
        text = "".join(value.split())
        for figures, written in _YEAR.findall(text):
            found.add(int(figures) if figures else number(written))
        for reign, year in _REIGN_YEAR.findall(text):
            found.add(_REIGNS[reign] + (1 if year == "元" else number(year)))
    return tuple(sorted(found))
