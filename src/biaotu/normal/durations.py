"""时长: from a literal to an ISO 8601 duration. Days and nights in one word (三天三夜, 七昼夜) count as days."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Final

from biaotu.normal.numerals import NUMBER, Number, decimal, plain, read
from biaotu.normal.tidy import tidy
from biaotu.normal.types import About, Duration, Sure

_UNITS: Final = {
    "Y": ("周年", "年", "载", "岁"),
    "M": ("个月", "月"),
    "W": ("个星期", "星期", "个礼拜", "礼拜", "周"),
    "D": ("昼夜", "天", "日", "夜", "晚"),
    "H": ("个小时", "小时", "个钟头", "钟头", "个时辰", "时辰", "时"),
    "MIN": ("分钟", "分"),
    "S": ("秒钟", "秒"),
}
_LETTER: Final = {word: letter for letter, words in _UNITS.items() for word in words}
_WORDS = "|".join(sorted(_LETTER, key=len, reverse=True))
_PIECE = re.compile(rf"(?P<number>\d+/\d+|{NUMBER})个?(?P<half>半)?(?P<more>多)?(?P<word>{_WORDS})(?P<after>半|多|余)?")
_BOTH = re.compile(rf"(?P<days>{NUMBER})(?:天|日)(?P<nights>{NUMBER})(?:夜|晚)")
_CENTURY = re.compile(rf"(?P<number>{NUMBER})个?世纪")
_LONG_RANGE = re.compile(rf"(?P<low>{NUMBER})(?:{_WORDS})?(?:至|到|-|~)(?P<high>{NUMBER}个?(?:{_WORDS}).*)")
_HALVES: Final[dict[str, tuple[str, Fraction]]] = {
    "Y": ("M", Fraction(6)),
    "M": ("D", Fraction(15)),
    "W": ("D", Fraction(7, 2)),
    "D": ("H", Fraction(12)),
    "H": ("MIN", Fraction(30)),
    "MIN": ("S", Fraction(30)),
}
_ORDER: Final = "YMWD"
_TIMES: Final = ("H", "MIN", "S")
_WHOLE = re.compile(r"(?:一整|整整?)(?:夜|天|日|个?晚上?)")

Parts = dict[str, Number]


def read_duration(value: str) -> Duration | None:
    """The duration that a literal of 时长 tells; None if it tells none, or only how long vaguely (几天, 半晌)."""
    text = tidy(value).removesuffix("之久").removesuffix("的时间").removesuffix("时间")
    text = re.sub(r"^(?:约|近|大约|长达)", "约", text)
    about: About | None = None
    if text.startswith("约"):
        text, about = text[1:], "about"
    if re.search(r"(?:左右|上下)$", text):
        text, about = text[:-2], "about"
    if not text or len(text) > 30:
        return None
    if _WHOLE.fullmatch(text):
        return Duration(iso="P1D", sure="assumed", notes=("night-as-day",))
    both = _BOTH.fullmatch(text)
    if both:
        return _days_and_nights(both, about)
    longer = _LONG_RANGE.fullmatch(text)
    if longer:
        return _range(longer, about)
    parts, notes = _pieces(text)
    return _duration(parts, notes, about) if parts else None


def _days_and_nights(match: re.Match[str], about: About | None) -> Duration | None:
    """三天三夜, 两天一夜, 四天三夜: as many days as the larger count."""
    days, nights = read(match["days"]), read(match["nights"])
    if days is None or nights is None or abs(days.value - nights.value) > 1:
        return None
    return _duration({"D": days if days.value >= nights.value else nights}, (), about)


def _range(match: re.Match[str], about: About | None) -> Duration | None:
    low, (high, notes) = read(match["low"]), _pieces(match["high"])
    if low is None or len(high) != 1:
        return None
    letter, most = next(iter(high.items()))
    if low.value >= most.value:
        return None
    return _duration({letter: Number(low.value, most.value)}, notes, about)


def _pieces(text: str) -> tuple[Parts, tuple[str, ...]]:
    """Unit by unit; empty if any of the text is not read."""
    century = _CENTURY.fullmatch(text)
    if century:
        number = read(century["number"])
        return ({"Y": number.times(Fraction(100))}, ()) if number else ({}, ())
    parts: Parts = {}
    notes: list[str] = []
    place = 0
    while place < len(text):
        match = _PIECE.match(text, place)
        if not match or not _add(parts, match, notes):
            return {}, ()
        place = match.end()
        while text[place : place + 1] in ("零", "又", "加") and place + 1 < len(text):
            place += 1
    return parts, tuple(dict.fromkeys(notes))


def _add(parts: Parts, match: re.Match[str], notes: list[str]) -> bool:
    letter = _LETTER[match["word"]]
    number = _fraction(match["number"]) or read(match["number"])
    if number is None:
        return False
    if match["word"].endswith("时辰"):
        number = number.times(Fraction(2))
    if match["more"] or match["after"] in ("多", "余"):
        number = Number(number.value, number.most, "over")
    if match["number"] == "半" and letter in _HALVES:
        _half(parts, letter, notes, number.about)
        return True
    if match["word"] in ("夜", "晚"):
        notes.append("night-as-day")
    parts[letter] = parts[letter].plus(number) if letter in parts else number
    if match["half"] or match["after"] == "半":
        if letter not in _HALVES:
            return False
        _half(parts, letter, notes, None)
    return True


def _half(parts: Parts, letter: str, notes: list[str], about: About | None) -> None:
    """Half a unit in the next smaller one; half a month is taken for 15 days, half a day for 12 hours."""
    smaller, count = _HALVES[letter]
    if letter in "MDW":
        notes.append("half-unit")
    half = Number(count, None, about)
    parts[smaller] = parts[smaller].plus(half) if smaller in parts else half


def _fraction(text: str) -> Number | None:
    top, slash, bottom = text.partition("/")
    if not slash:
        return None
    above, below = plain(top), plain(bottom)
    return Number(above / below) if above is not None and below else None


def _duration(parts: Parts, notes: tuple[str, ...], about: About | None) -> Duration | None:
    if any(part.value < 0 for part in parts.values()):
        return None
    most = any(part.most is not None for part in parts.values())
    about = about or next((part.about for part in parts.values() if part.about), None)
    sure: Sure = "assumed" if "half-unit" in notes else "exact"
    return Duration(
        iso=_iso({letter: part.value for letter, part in parts.items()}),
        max=_iso({letter: part.most or part.value for letter, part in parts.items()}) if most else None,
        about=about,
        sure=sure,
        notes=notes,
    )


def _iso(parts: dict[str, Fraction]) -> str:
    """ISO 8601; weeks beside other units become days, for they may only stand alone."""
    if "W" in parts and len(parts) > 1:
        parts = {**parts, "D": parts.get("D", Fraction(0)) + 7 * parts["W"]}
        del parts["W"]
    days = "".join(f"{decimal(parts[letter])}{letter}" for letter in _ORDER if letter in parts)
    times = "".join(f"{decimal(parts[letter])}{letter[0]}" for letter in _TIMES if letter in parts)
    return f"P{days}T{times}" if times else f"P{days}"
