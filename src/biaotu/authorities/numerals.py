"""Numbers in names: 115师, 一一五师 and 一百一十五师 are one; 第 before a number is set or left out at will."""

from __future__ import annotations

import re

_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_WRITTEN = re.compile(r"第?(\d+|[零〇○一二三四五六七八九十百千廿卅]+)")
_FIGURES = re.compile(r"\d+")


def number(text: str) -> int:
    """A number in figures (115), digit by digit (一一五) or with units (一百一十五, 廿五); ValueError otherwise."""
    if text.isdecimal():
        return int(text)
    text = text.replace("廿", "二十").replace("卅", "三十")
    if not text or not set(text) <= set(_DIGITS) | set(_UNITS):
        raise ValueError(f"{text!r} is no number")
    if not set(text) & set(_UNITS):
        return int("".join(str(_DIGITS[char]) for char in text))
    total = digit = 0
    for char in text:
        if char in _UNITS:
            total += (digit or 1) * _UNITS[char]
            digit = 0
        else:
            digit = _DIGITS[char]
    return total + digit


def with_figures(text: str) -> str:
    """Every number in figures and without 第, made to compare, not to show: 第一一五师 becomes 115师."""
    return _WRITTEN.sub(lambda match: str(number(match[1])), text)


def digit_by_digit(value: int) -> str:
    """115 as 一一五, 120 as 一二〇."""
    return "".join("〇一二三四五六七八九"[int(figure)] for figure in str(value))


def with_units(value: int) -> str:
    """115 as 一百一十五, 12 as 十二; ValueError outside 1 to 9999."""
    if not 1 <= value <= 9999:
        raise ValueError(f"{value} is not between 1 and 9999")
    written, zero = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        figure = value // unit % 10
        if figure:
            written += ("零" if zero and written else "") + "零一二三四五六七八九"[figure] + name
            zero = False
        else:
            zero = True
    return written[1:] if 10 <= value < 20 else written


def numbers_rewritten(text: str) -> tuple[str, ...]:
    """A name with its numbers in figures, digit by digit and with units, each with and without 第; itself excluded."""
    plain = with_figures(text)
    if not _FIGURES.search(plain):
        return ()
    found: dict[str, None] = {}
    for before in ("", "第"):
        for write in (str, digit_by_digit, with_units):
            try:
                found[_FIGURES.sub(lambda match, w=write, b=before: b + w(int(match[0])), plain)] = None  # type: ignore[misc]
            except ValueError:
                continue
    found.pop(text, None)
    return tuple(found)
