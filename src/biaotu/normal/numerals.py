"""Numbers as museum texts write them: figures, Chinese, formal (壹贰叁), 廿 卅, 半, and the ways to say "some more".

The arithmetic of plain Chinese numbers is cn2an's; what it does not read - 廿 alone, a unit without its one (百余),
decimals before a unit (4.78万), pairs (三四十), 余 多 来 几 - is put into its words here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

import cn2an

from biaotu.normal.tidy import remembered
from biaotu.normal.types import About

_FORMAL = str.maketrans("壹贰叁肆伍陆柒捌玖拾佰仟萬億圆弌弍弎两俩仨", "一二三四五六七八九十百千万亿元一二三二二三")
_UNITS = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8, "兆": 10**12}
_HALVES: Final = {"半": Fraction(1, 2), "半百": Fraction(50)}
_FIGURES = str.maketrans("〇零一二三四五六七八九", "00123456789")

CHARS: Final = "〇零一二三四五六七八九十百千万亿兆两廿卅卌壹贰叁肆伍陆柒捌玖拾佰仟萬億"
"""Characters that Chinese numbers are made of."""

_PLAIN: Final = CHARS.replace("两", "")
NUMBER: Final = (
    rf"(?:-?(?:\d[\d,]*(?:\.\d+)?|\.\d+)(?:[{_PLAIN}余多来几]|(?<=[十百千万亿兆零])\d)*"
    rf"|半百|(?:[{_PLAIN}点几余多来数上]|两(?=[百千万亿三点]))+|两|半)"
)
"""A regular expression, without groups, for a number before a unit; 两 is a figure only where no unit can be meant."""

LARGEST: Final = Fraction(10) ** 18


@dataclass(frozen=True, slots=True)
class Number:
    """A number or a range: ``most`` is the upper end of 三四十; ``about`` tells 余 多 (over) from 来 左右 (about)."""

    value: Fraction
    most: Fraction | None = None
    about: About | None = None

    def times(self, factor: Fraction) -> Number:
        """The number of a unit as a number of another."""
        return replace(self, value=self.value * factor, most=None if self.most is None else self.most * factor)

    def plus(self, other: Number) -> Number:
        """The sum of two parts of one quantity (三斤六两); what is vague in either is vague in the sum."""
        most = None
        if self.most is not None or other.most is not None:
            most = (self.most or self.value) + (other.most or other.value)
        return Number(self.value + other.value, most, self.about or other.about)


@remembered
def read(text: str) -> Number | None:
    """The number that the whole of a tidied text says; None if it says none, or only how many vaguely (几, 数十)."""
    about: About | None = None
    if text[:1] in "约近" and text[1:]:
        text, about = text[1:], "about"
    elif text[:1] == "上" and text[1:2] in "百千万亿" and text[1:]:
        text, about = text[1:], "over"
    if text.endswith(("左右", "上下")):
        text, about = text[:-2], "about"
    sign = 1
    for minus in ("负", "-", "零下"):
        if text.startswith(minus):
            text, sign = text[len(minus) :], -1
            break
    more = re.search(r"(?<=[\d十百千万亿廿卅])[余多来几]", text)
    if more:
        text = text[: more.start()] + text[more.end() :]
        about = "about" if more.group() == "来" else "over"
    pair = _pair(text)
    if pair:
        return Number(sign * pair[0], sign * pair[1], about)
    value = plain(text)
    return None if value is None else Number(sign * value, None, about)


def _pair(text: str) -> tuple[Fraction, Fraction] | None:
    """Both ends of 七八 三四十 十七八 三五: two neighbouring figures (or 三五) in the place of one."""
    match = re.fullmatch(r"(.*?[十百千万])?([一二两三四五六七八九])([二三四五六七八九])([十百千万亿]*)", text)
    if not match:
        return None
    before, first, second, after = match.group(1) or "", match[2], match[3], match[4]
    low, high = ("一二三四五六七八九".index(char.replace("两", "二")) for char in (first, second))
    if high - low != 1 and first + second != "三五":
        return None
    ends = plain(before + first + after), plain(before + second + after)
    return None if ends[0] is None or ends[1] is None or ends[0] >= ends[1] else (ends[0], ends[1])


@remembered
def plain(text: str) -> Fraction | None:
    """A number that says one value; None if the text is not one."""
    text = text.translate(_FORMAL)
    if text in _HALVES:
        return _HALVES[text]
    figures = re.fullmatch(r"(\d[\d,]*|\d*)(\.\d+)?([十百千万亿兆]*)", text)
    if figures and (figures[1] or figures[2]):
        return _within(Fraction((figures[1].replace(",", "") or "0") + (figures[2] or "")) * _product(figures[3]))
    point = re.fullmatch(r"([^点]+)点([〇零一二三四五六七八九\d]+)([十百千万亿]*)", text)
    if point:
        whole = plain(point[1])
        if whole is None:
            return None
        return _within((whole + Fraction("0." + point[2].translate(_FIGURES))) * _product(point[3]))
    if not text or not re.fullmatch(rf"[{CHARS}\d]+", text):
        return None
    if re.fullmatch(r"[〇零一二三四五六七八九]+", text):
        return _within(Fraction(int(text.translate(_FIGURES)))) if len(text) < 18 else None
    return _by_cn2an(text)


def _by_cn2an(text: str) -> Fraction | None:
    words = text.replace("廿", "二十").replace("卅", "三十").replace("卌", "四十").replace("〇", "零")
    words = re.sub(r"(?:(?<=^)|(?<=零)|(?<=[万亿]))(?=[百千])|^(?=[万亿])", "一", words)  # 百余 is 一百余
    words = re.sub(r"(?<=[百千万亿])十", "一十", words)
    words = re.sub(r"^十", "一十", words)
    words = re.sub(r"零+", "零", words).rstrip("零") or "零"
    for mode in ("strict", "normal"):
        try:
            return _within(Fraction(str(cn2an.cn2an(words, mode))))
        except (ValueError, ArithmeticError, KeyError, IndexError):
            continue
    return _by_unit(words, 0)


def _by_unit(text: str, depth: int) -> Fraction | None:
    """What cn2an does not read, split at its largest unit: 5万4千6百, 四万万 (万 twice), 一百零十万."""
    unit = next((unit for unit in "兆亿万千百十" if unit in text), None)
    if unit is None:
        figures = text.replace("两", "二").translate(_FIGURES)
        return Fraction(int(figures)) if figures.isdecimal() and figures.isascii() and len(figures) < 18 else None
    if depth > 12:
        return None
    above, below = text.rsplit(unit, 1)
    high = _by_unit(above, depth + 1) if above.strip("零") else Fraction(1 if not above else 0)
    rest = below.lstrip("零")
    low = _by_unit(rest, depth + 1) if rest else Fraction(0)
    if high is None or low is None:
        return None
    if below == rest and re.fullmatch(r"[一二三四五六七八九]", rest):  # 九万四 is 94000
        low *= Fraction(_UNITS[unit], 10)
    value = high * _UNITS[unit] + low
    return _within(value) if low < _UNITS[unit] else None


def _within(value: Fraction) -> Fraction | None:
    return value if value <= LARGEST else None


def _product(units: str) -> int:
    product = 1
    for unit in units[:6]:
        product *= _UNITS[unit]
    return product


def whole(text: str) -> int | None:
    """A plain whole number (a year, a month, a count of days); None if the text is not one."""
    value = plain(text)
    return int(value) if value is not None and value.denominator == 1 else None


def decimal(value: Fraction) -> str:
    """A decimal string: exact where the fraction ends, else rounded to seven places; no exponent, no trailing zeros."""
    rest = value.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    places = 7 if rest != 1 else max(_places(value.denominator), 0)
    scaled = round(value * 10**places)
    text = f"{abs(scaled):0{places + 1}d}"
    text = f"{text[:-places]}.{text[-places:]}".rstrip("0").rstrip(".") if places else text
    return f"-{text}" if scaled < 0 else text


def _places(denominator: int) -> int:
    """How many decimals a fraction of this denominator (twos and fives only) needs."""
    places = 0
    while 10**places % denominator:
        places += 1
    return places
