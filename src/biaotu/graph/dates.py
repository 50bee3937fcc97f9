"""EDTF as words and as years."""

from __future__ import annotations

import re
from typing import Final

_DAY: Final = re.compile(r"(\d{4}|\d{3}X|\d{2}XX)(?:-(\d{2}))?(?:-(\d{2}))?([?~%]?)")
_SEASONS: Final = {"21": "春", "22": "夏", "23": "秋", "24": "冬"}
_MARKS: Final = {"": "", "?": "（？）", "~": "前后", "%": "前后（？）"}


def date_words(edtf: str) -> str:
    """A date as Chinese words: ``1935-01`` is 1935年1月, ``193X`` is 1930年代; what is rarer stays EDTF."""
    if "/" in edtf:
        first, _, last = edtf.partition("/")
        begin, end = date_words(first), date_words(last)
        if not first or first == "..":
            return f"{end}以前"
        return f"{begin}以后" if not last or last == ".." else f"{begin}至{end}"
    match = _DAY.fullmatch(edtf)
    if match is None:
        return edtf
    year, month, day, mark = match.groups()
    if year.endswith("XX"):
        words = f"{int(year[:2]) + 1}世纪"
    elif year.endswith("X"):
        words = f"{year[:3]}0年代"
    else:
        words = f"{year}年"
    if month is not None:
        words += _SEASONS.get(month) or f"{int(month)}月"
    if day is not None:
        words += f"{int(day)}日"
    return words + _MARKS[mark]


def year_range(begin: str | None, end: str | None) -> tuple[int, int] | None:
    """First and last year of a stretch of days (ISO, or EDTF of an entry); None if it is open on either side."""
    if not begin or not end:
        return None
    first, last = begin[:4].replace("X", "0"), end[:4].replace("X", "9")
    if not (first.isdecimal() and last.isdecimal()):
        return None
    return (int(first), int(last)) if int(first) <= int(last) else None
