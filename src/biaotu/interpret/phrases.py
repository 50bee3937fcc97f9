"""Values as a person reads them: the literal, and in brackets what it means where that helps."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from biaotu.interpret.subject import Subject
from biaotu.interpret.types import Language
from biaotu.records import Span
from biaotu.taxonomy import MATERIALS, USES

_CHINESE = re.compile("[\u4e00-\u9fff]")
_DAY = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")
_METRIC = re.compile("米|克|公斤|公里|吨|公分")
_PLAIN_YEAR = re.compile(r"\d{4}")
_UNITS: Final[Mapping[str, tuple[tuple[Decimal, str, str], ...]]] = {
    "m": ((Decimal("0.01"), "毫米", "mm"), (Decimal(1), "厘米", "cm"), (Decimal("Infinity"), "米", "m")),
    "kg": ((Decimal(1), "克", "g"), (Decimal("Infinity"), "千克", "kg")),
}
"""For each SI unit the units that people read: below how much each is taken, its names."""
_SCALES: Final = {"毫米": 1000, "厘米": 100, "米": 1, "克": 1000, "千克": 1}


def phrase(subject: Subject, span: Span, lang: Language) -> str:
    """A value: 民国二十三年（1934年）, 三斤六两（1.8千克); without white space that a line break left in it."""
    literal = re.sub(r"\s+", "" if lang == "zh" else " ", span.value.strip())
    meaning = meant(subject, span, lang)
    if not meaning:
        return literal
    return f"{literal}（{meaning}）" if lang == "zh" else f"{literal} ({meaning})"


def meant(subject: Subject, span: Span, lang: Language) -> str:
    """What a literal means, empty where it says so itself or nothing is sure."""
    normal = subject.normal(span)
    if normal is None or normal.get("sure") == "ambiguous":
        return ""
    if normal["kind"] == "date":
        edtf = str(normal.get("edtf", ""))
        plain = (
            _PLAIN_YEAR.search(span.value) is not None or "/" in edtf
        )  # an era says more than its first and last day
        return "" if plain else _date(edtf, lang)
    if normal["kind"] == "quantity" and normal.get("sure") == "exact" and not _METRIC.search(span.value):
        return _quantity(normal, lang)
    return ""


def closed_up(text: str) -> str:
    """A text on one line; Chinese that a scan wrote with a blank behind each sign (红 军 斗 笠) without the blanks."""
    words = text.split()
    chinese = [word for word in words if _CHINESE.search(word)]
    scanned = len(chinese) > 2 and all(len(word) == 1 for word in chinese)
    return ("" if scanned else " ").join(words)


def term(name: str, lang: Language) -> str:
    """The name of a material or use in a language."""
    for vocabulary in (MATERIALS, USES):
        if name in vocabulary:
            return name if lang == "zh" else vocabulary.named(name).en
    return name


def _date(edtf: str, lang: Language) -> str:
    """An EDTF date in words; empty for what a caption cannot say in short (sets, open ends, seasons)."""
    sides = [_DAY.fullmatch(side.strip("?~%")) for side in edtf.split("/")]
    if not 1 <= len(sides) <= 2 or any(side is None for side in sides):
        return ""
    told = [_day(*side.groups(), lang=lang) for side in sides if side is not None]
    return ("—" if lang == "zh" else "–").join(told)


def _day(year: str, month: str | None, day: str | None, *, lang: Language) -> str:
    if month and int(month) > 12:  # a season
        return _day(year, None, None, lang=lang)
    if lang == "en":
        return "-".join(part for part in (year, month, day) if part)
    return f"{year}年" + (f"{int(month)}月" if month else "") + (f"{int(day)}日" if month and day else "")


def _quantity(normal: Mapping[str, Any], lang: Language) -> str:
    ladder = _UNITS.get(str(normal.get("unit")))
    values = [Decimal(str(value)) for value in normal.get("values", ())]
    if ladder is None or not values or normal.get("max") or normal.get("about"):
        return ""
    unit = next(names for below, *names in ladder if max(values) < below)
    shown = "×".join(f"{(value * _SCALES[unit[0]]).normalize():f}" for value in values)
    return f"{shown}{unit[0]}" if lang == "zh" else f"{shown} {unit[1]}"
