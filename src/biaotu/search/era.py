"""The era of a record, told by rule from its values of 时间; a value that names no year and no known era tells none.

What a value means (``normal``: first and last day, with 同年 and 次年 counted out) tells the eras that it touches.
Without that, years are read in figures (1934年), in Chinese (一九三四年), of the republic (民国二十三年) and of the
last emperors (光绪三十年), with the month where it stands; decades (三十年代) and ranges (1931—1934年) touch every era
they overlap.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import zip_longest

from biaotu.normal import Date, Normal
from biaotu.search.folding import fold, spelling


@dataclass(frozen=True, slots=True)
class Era:
    """An era: first and last month counted from year 0 (``year * 12 + month - 1``), and the words that name it."""

    id: str
    zh: str
    en: str
    first: int
    last: int
    words: tuple[str, ...]


_DIGITS = {char: str(value) for value, char in enumerate("〇一二三四五六七八九")} | {"零": "0", "○": "0", "元": "1"}
_FORMAL = str.maketrans("壹贰叁肆伍陆柒捌玖拾廿卅", "一二三四五六七八九十廿卅")
_REIGNS = {
    "民国": 1911,
    "宣统": 1908,
    "光绪": 1874,
    "同治": 1861,
    "咸丰": 1850,
    "道光": 1820,
    "大正": 1911,
    "昭和": 1925,
}
_NUMBER = r"(?:\d{1,2}|[元一二三四五六七八九十廿卅]{1,4})"
_MONTH = rf"(?:年?(?P<month>{_NUMBER})月)?"
_YEAR = re.compile(
    rf"(?<!\d)(?P<year>1[89]\d\d|20\d\d|[一二][八九〇零○][〇零○一二三四五六七八九]{{2}})(?!\d)(?:年{_MONTH}|[./-](?P<point>0?[1-9]|1[0-2])(?![\d年]))?"
)
_REIGN = re.compile(rf"(?P<reign>{'|'.join(_REIGNS)})(?P<year>{_NUMBER})年(?:(?P<month>{_NUMBER})月)?")
_DECADE = re.compile(
    r"(?:(?P<century>19|20|十九|二十)世纪)?(?P<decade>[1-9]0|[一二三四五六七八九]十)年代(?P<part>初|前期|中期|中|末|后期)?"
)
_RANGE = re.compile(r"[年月日]?(?:至|到|[-—–~～―]+)")
_SHORT = re.compile(r"(?:至|到|[-—–~～―]+)(?P<year>\d\d)年")


_LONGEST = 30 * 12
"""Months beyond which a stretch (民国, 清代) touches so many eras that it tells none."""


@cache
def eras() -> tuple[Era, ...]:
    """All eras in order of time, from ``eras.toml``."""
    document = tomllib.loads(files("biaotu.search").joinpath("eras.toml").read_text(encoding="utf-8"))
    return tuple(
        Era(
            entry["id"],
            entry["zh"],
            entry["en"],
            _month(entry["from"]),
            _month(entry["to"]),
            tuple(fold(word) for word in entry["words"]),
        )
        for entry in document["era"]
    )


def eras_of(values: Iterable[str], meanings: Iterable[Normal | None] = ()) -> tuple[str, ...]:
    """Ids of the eras that values of 时间 tell, in order of time, each once; empty if none tells any.

    Args:
        values: the literals.
        meanings: what each of them means, in their order; fewer where nobody has asked.
    """
    found: set[str] = set()
    for value, meaning in zip_longest(values, meanings):
        found.update(_eras_by(value, meaning) if isinstance(meaning, Date) else _eras_of(value))
    return tuple(era.id for era in eras() if era.id in found)


def _eras_by(value: str, meaning: Date) -> set[str]:
    """The eras that a date touches. An era's own name (抗战时期) is that era, whatever days others count to it."""
    if "era-bounds" in meaning.notes and (named := _named(value)):
        return named
    if meaning.sure == "ambiguous":
        return _named(value)
    if meaning.begin is None:  # 1949年以前, or a day of no known year
        return set()
    first = _month(meaning.begin[:7])
    last = _month((meaning.end or meaning.begin)[:7])
    if last - first > _LONGEST:
        return _named(value)
    return {era.id for era in eras() if first <= era.last and last >= era.first}


def _named(value: str) -> set[str]:
    folded = fold(value)
    return {era.id for era in eras() if any(word in folded for word in era.words)}


def _eras_of(value: str) -> set[str]:
    stretches = list(_stretches(_plain(value)))
    told = {era.id for era in eras() for first, last in stretches if first <= era.last and last >= era.first}
    return told or _named(value)


def _stretches(text: str) -> Iterator[tuple[int, int]]:
    """First and last month of every date in a value; two dates with 至, 到 or a dash between are one stretch."""
    dates = sorted((match.start(), match.end(), *_months(match)) for match in _dates(text))
    waiting: tuple[int, int, int, int] | None = None
    for date in dates:
        if (
            waiting
            and date[0] >= waiting[1]
            and "年" not in (between := text[waiting[1] : date[0]])
            and _RANGE.search(between)
        ):
            waiting = (waiting[0], date[1], min(waiting[2], date[2]), max(waiting[3], date[3]))
            continue
        if waiting:
            yield waiting[2], waiting[3]
        waiting = date
    if waiting:
        short = _SHORT.match(text, waiting[1])
        last = waiting[3]
        if short:  # 1931—34年
            year = waiting[3] // 1200 * 100 + int(short["year"])
            last = max(last, year * 12 + 11)
        yield waiting[2], last


def _dates(text: str) -> Iterator[re.Match[str]]:
    for pattern in (_YEAR, _REIGN, _DECADE):
        yield from pattern.finditer(text)


def _months(match: re.Match[str]) -> tuple[int, int]:
    parts = match.groupdict()
    if parts.get("decade"):
        return _decade(match)
    year = _number(match["year"])
    if parts.get("reign"):
        year += _REIGNS[match["reign"]]
    month = _number(parts.get("month") or parts.get("point") or "0")
    if 1 <= month <= 12:
        return year * 12 + month - 1, year * 12 + month - 1
    return year * 12, year * 12 + 11


def _decade(match: re.Match[str]) -> tuple[int, int]:
    """A decade, of the twentieth century unless another is named; its first, middle or last part if that is said."""
    century = _number(match["century"] or "20")
    start = (century - 1) * 100 + _number(match["decade"])
    first, last = {"初": (0, 3), "前": (0, 4), "中": (3, 6), "末": (7, 9), "后": (5, 9)}.get(
        (match["part"] or " ")[0], (0, 9)
    )
    return (start + first) * 12, (start + last) * 12 + 11


def _number(text: str) -> int:
    """A number in figures, digit by digit (一九三四) or with tens (二十三, 廿一, 卅四); 元 is 1."""
    if text.isdecimal():
        return int(text)
    text = text.replace("廿", "二十").replace("卅", "三十")
    if "十" in text:
        tens, _, ones = text.partition("十")
        return 10 * (_number(tens) if tens else 1) + (_number(ones) if ones else 0)
    figures = "".join(_DIGITS.get(char, "") for char in text)
    return int(figures) if figures else 0


def _plain(value: str) -> str:
    """Simplified, half width, no white space, everyday numerals."""
    return spelling(value).translate(_FORMAL)


def _month(text: str) -> int:
    year, month = text.split("-")
    return int(year) * 12 + int(month) - 1
