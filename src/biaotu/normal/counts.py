"""数字: from a literal to a number with its measure word; ordinals, fractions, percentages, ratios, serial numbers."""

from __future__ import annotations

import re
from fractions import Fraction
from itertools import pairwise
from typing import Final

from biaotu.normal.numerals import CHARS, NUMBER, Number, decimal, plain, read
from biaotu.normal.tidy import tidy
from biaotu.normal.types import About, Count, Sure

_ORDINAL = re.compile(rf"(?:第|头)(?P<number>{NUMBER})(?P<rest>.*)")
_RANK = re.compile(rf"(?P<number>[{CHARS}\d]+)(?P<measure>等|级|号)(?P<rest>奖|功|品|文物)?")
_SPAN = re.compile(
    rf"(?P<low>{NUMBER})(?P<first>\D{{0,2}}?)(?:至|到|-|~|、)第?(?P<high>{NUMBER})(?P<measure>[^\d、]{{0,3}})"
)
_PERCENT = re.compile(
    rf"(?P<sign>负|-)?(?P<base>百万|千万|[百千万佰仟])分之(?P<number>-?{NUMBER})(?:(?:至|到|-|~)(?:百分之)?(?P<high>{NUMBER}))?"
)
_SIGNED = re.compile(rf"(?P<number>[负-]?{NUMBER})(?P<sign>%|‰|个百分点)")
_TENTHS = re.compile(rf"(?P<number>{NUMBER})(?P<unit>成|折)(?P<more>半|[一二三四五六七八九])?")
_FRACTION = re.compile(
    rf"(?P<sign>负|-)?(?:(?P<whole>{NUMBER})又)?(?P<below>{NUMBER})分之(?P<above>{NUMBER})(?P<measure>\D{{0,3}})"
)
_SLASH = re.compile(r"(?P<sign>-)?(?P<above>\d+)/(?P<below>\d+)(?P<measure>\D{0,3})")
_RATIO = re.compile(rf"(?P<left>[\d.]+|[{CHARS}]+)(?::|比)(?P<right>[\d.]+|[{CHARS}]+)")
_SERIAL = re.compile(
    r"[A-Za-z0-9一-鿿]{0,4}?[A-Za-z]*[\d〇零一二三四五六七八九]*[-A-Za-z\d]*[\d〇零一二三四五六七八九]{2,}[A-Za-z]{0,2}"
)
_READING = str.maketrans("〇零一二三四五六七八九", "00123456789")
_COUNT = re.compile(
    rf"(?P<minus>负|零下|-)?(?P<number>{NUMBER})(?P<middle>个半|半)?(?P<measure>[^\d]{{0,4}}?)(?P<after>半|多|余)?"
)
_NOT_MEASURES: Final = frozenset("第至到和与、")
_TEN_YEARS: Final = "旬"


def read_count(value: str) -> Count | None:
    """The number that a literal of 数字 tells; None if it tells none, or only how many vaguely (数千, 几十)."""
    text = tidy(value)
    if not text or len(text) > 40:
        return None
    text = re.sub(r"^(?:编号|全套|一套|共计|总计|合计|共|计)(?=[\d两〇一二三四五六七八九十百千])", "", text)
    if text in ("对折", "半折"):
        return Count(form="percent", value="50", notes=("discount",))
    if text == "一半":
        return Count(form="count", value="0.5")
    for read_form in (_percent, _ordinal, _fraction, _ratio, _rank, _range, _serial, _count):
        found = read_form(text)
        if found is not None:
            return found
    return None


def _percent(text: str) -> Count | None:
    match = _PERCENT.fullmatch(text)
    if match:
        number = read(match["number"])
        high = plain(match["high"]) if match["high"] else None
        scale = Fraction(100) / (plain(match["base"]) or 100)
        if number is None:
            return None
        if scale != 1:  # 千分之三 is told as a fraction of a thousand; in hundredths it is the same value
            return _made("percent", number.times(scale))
        return _made("percent", Number(-number.value if match["sign"] else number.value, high, number.about))
    match = _SIGNED.fullmatch(text)
    if match:
        number = read(match["number"])
        return (
            _made("percent", number.times(Fraction(1, 10) if match["sign"] == "‰" else Fraction(1))) if number else None
        )
    match = _TENTHS.fullmatch(text)
    number = read(match["number"]) if match else None
    if not match or number is None:
        return None
    tenths = plain(match["more"]) if match["more"] else Fraction(0)
    value = number.value + (tenths or Fraction(0)) / (1 if match["more"] == "半" else 10)  # 七成半, 七成六
    if match["unit"] == "折" and value > 10:
        value /= 10  # 七五折
    notes = ("discount",) if match["unit"] == "折" else ()
    most = number.most * 10 if number.most is not None else None
    return _made("percent", Number(value * 10, most, number.about), notes=notes)


def _ordinal(text: str) -> Count | None:
    match = _ORDINAL.fullmatch(text)
    if not match:
        return None
    if text.startswith("头") and match["rest"] not in ("回", "次", "个", "名", "天", "季", "批"):
        return None
    span = _SPAN.fullmatch(text.removeprefix("第"))
    if span:
        return _between(span, "ordinal")
    number = read(match["number"])
    return _made("ordinal", number, match["rest"]) if number and len(match["rest"]) <= 4 else None


def _rank(text: str) -> Count | None:
    """二等, 一级, 三号: an order without 第; with figures of four places or a leading zero 号 is a serial number's."""
    match = _RANK.fullmatch(text)
    number = read(match["number"]) if match else None
    if not match or number is None:
        return None
    return _made("ordinal", number, match["measure"])


def _range(text: str) -> Count | None:
    match = _SPAN.fullmatch(text)
    if not match or "、" in match["first"]:
        return _listed(text)
    return None if re.fullmatch(r"\d+-\d+", text) else _between(match, "count")


def _listed(text: str) -> Count | None:
    """一、二、三等: neighbours in a row, told as a range."""
    match = re.fullmatch(rf"(?P<numbers>[{CHARS}\d]+(?:、[{CHARS}\d]+)+)(?P<measure>\D{{0,2}})", text)
    numbers = [plain(part) for part in match["numbers"].split("、")] if match else []
    found = [number for number in numbers if number is not None]
    if not match or len(found) != len(numbers) or any(after - before != 1 for before, after in pairwise(found)):
        return None
    form = "ordinal" if match["measure"] in ("等", "级", "号") else "count"
    return _made(form, Number(found[0], found[-1]), match["measure"])


def _between(match: re.Match[str], form: str) -> Count | None:
    low, high = read(match["low"]), read(match["high"])
    if low is None or high is None or low.value >= high.value:
        return None
    if match["first"] and match["first"] != match["measure"]:
        return None
    return _made(form, Number(low.value, high.value), match["measure"])


def _fraction(text: str) -> Count | None:
    match = _SLASH.fullmatch(text) or _FRACTION.fullmatch(text)
    if not match:
        return None
    above, below = read(match["above"]), plain(match["below"])
    if above is None or below is None or not below or above.value.denominator != 1 or below.denominator != 1:
        return None
    parts = match.groupdict()
    extra = plain(parts["whole"]) if parts.get("whole") else Fraction(0)
    if extra is None:
        return None
    top = extra * below + above.value
    sign = "-" if parts.get("sign") else ""
    return Count(form="fraction", value=f"{sign}{int(top)}/{int(below)}", measure=match["measure"] or None)


def _ratio(text: str) -> Count | None:
    match = _RATIO.fullmatch(text)
    left, right = (plain(match["left"]), plain(match["right"])) if match else (None, None)
    return None if left is None or right is None else Count(form="ratio", value=f"{decimal(left)}:{decimal(right)}")


def _serial(text: str) -> Count | None:
    """A serial number, told sign by sign: with a leading zero, letters or a dash, or of four figures and more."""
    text, numbered = text.removeprefix("No.").removeprefix("No"), text.startswith("No")
    if not _SERIAL.fullmatch(text):
        return None
    if re.match(r"-\d+$|负", text):
        return None
    signs = text.translate(_READING)
    if re.search(r"[十百千万亿两余多几半]", text):
        return None
    digits = re.sub(r"\D", "", signs)
    by_sign = (
        numbered or bool(re.search(r"[A-Za-z-]", text)) or re.match(r"[^\d〇零一二三四五六七八九]", text) is not None
    )
    long_chinese = bool(re.fullmatch(r"[〇零一二三四五六七八九]{3,}", text))
    if not (
        by_sign
        or long_chinese
        or (text.isdecimal() and (len(text) >= 4 or text.startswith("0")))
        or signs.startswith("0")
    ):
        return None
    if not digits or not re.fullmatch(r"[一-鿿]{0,4}[-A-Za-z\d]+", signs):
        return None
    if (
        not by_sign and not signs.startswith("0") and text.isdecimal()
    ):  # 31877 stands alone: too long to be counted, most often
        return Count(form="serial", value=signs, sure="assumed", notes=("bare-figures",))
    return Count(form="serial", value=f"No.{signs}" if numbered else signs)


def _count(text: str) -> Count | None:
    match = _COUNT.fullmatch(text)
    if not match or set(match["measure"]) & _NOT_MEASURES or re.search(rf"[{CHARS}]", match["measure"]):
        return None  # 五角星一枚: the first number belongs to a name
    number = read(match["number"])
    if number is None:
        return None
    about: About | None = number.about
    notes: tuple[str, ...] = ()
    sure: Sure = "exact"
    value, most, measure = number.value, number.most, match["measure"]
    if match["middle"] or match["after"] == "半":
        value += Fraction(1, 2)
        measure = "个" if match["middle"] == "个半" and not measure else measure
    elif match["after"]:
        about = "over"
    for word in ("左右", "上下"):
        if measure.endswith(word):
            measure, about = measure.removesuffix(word), "about"
    if text.startswith("上") and about == "over":
        sure, notes = "assumed", ("up-to",)
    if measure == _TEN_YEARS:
        value, most, measure, sure, notes = (
            value * 10,
            None if most is None else most * 10,
            "岁",
            "assumed",
            ("ten-years",),
        )
    if match["minus"]:
        value, most = -value, None
    return _made("count", Number(value, most, about), measure, notes, sure)


def _made(form: str, number: Number, measure: str = "", notes: tuple[str, ...] = (), sure: Sure = "exact") -> Count:
    return Count(
        form=form,
        value=decimal(number.value),
        max=decimal(number.most) if number.most is not None else None,
        measure=measure or None,
        about=number.about,
        notes=notes,
        sure=sure,
    )
