"""The object's own sizes and weight among the values of 长度 and 重量, for formats that keep them as numbers.

Strict on purpose: a value counts as the object's own only where the words before it say so (``，高9厘米``) or where it
stands alone behind a stop (``，26×18厘米``); ``走了七千多里`` and ``钉长11厘米`` are not. Only Arabic numerals with a
modern unit become numbers; the rest stays a literal.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from biaotu.records import Annotation, Span

Kind = Literal["length", "width", "height", "thickness", "diameter", "weight", "size"]

_LEAD = re.compile(
    r"(?:^|[，。；、,;:：（(\s])(?:通|残|全|总)?(?P<word>长|高|宽|厚|直径|径|口径|底径|腹径|重|净重)?约?$"
)
_KINDS: Final[dict[str, Kind]] = {
    "长": "length",
    "高": "height",
    "宽": "width",
    "厚": "thickness",
    "直径": "diameter",
    "径": "diameter",
    "重": "weight",
    "净重": "weight",
}
_NUMBERS = re.compile(r"(?P<sides>\d+(?:\.\d+)?(?:[×xX*]\d+(?:\.\d+)?)*)\s*(?P<unit>毫米|厘米|分米|米|千克|公斤|克)")
_UNITS: Final = {
    "毫米": ("cm", Decimal("0.1")),
    "厘米": ("cm", Decimal(1)),
    "分米": ("cm", Decimal(10)),
    "米": ("cm", Decimal(100)),
    "千克": ("kg", Decimal(1)),
    "公斤": ("kg", Decimal(1)),
    "克": ("kg", Decimal("0.001")),
}


@dataclass(frozen=True, slots=True)
class Measure:
    """One size or weight of the object: ``literal`` with its leading word, one number for each side in ``unit``.

    ``numbers`` is empty where the literal is no plain number; ``unit`` is ``cm`` or ``kg``.
    """

    kind: Kind
    literal: str
    numbers: tuple[Decimal, ...] = ()
    unit: str = ""


def measures(annotation: Annotation) -> Iterator[Measure]:
    """The sizes and weights that the texts give as the object's own, in their order."""
    for span in annotation.attributes:
        if span.type in {"长度", "重量"}:
            text = annotation.title if span.field == "title" else annotation.description
            if measure := _measure(span, text):
                yield measure


def _measure(span: Span, text: str) -> Measure | None:
    match = _LEAD.search(text[: span.start])
    # A value may hold its leading word itself: 长20.5厘米.
    inner = re.match(r"(?:通|残|全|总)?(长|高|宽|厚|直径|径|口径|底径|腹径|净重|重)约?", span.value)
    if match is None:
        return None
    word = match["word"] or (inner[1] if inner else "")
    if span.type == "重量" and not word:
        return None  # a bare weight is mostly that of something else: 装火药半斤
    kind = _KINDS.get(word, "size")
    value = span.value[inner.end() :] if inner else span.value
    literal = (match["word"] or "") + span.value
    numbers = _NUMBERS.fullmatch(value)
    if not numbers:
        return Measure(kind, literal)
    unit, factor = _UNITS[numbers["unit"]]
    if (unit == "kg") != (span.type == "重量"):
        return Measure(kind, literal)
    sides = tuple(Decimal(side) * factor for side in re.split("[×xX*]", numbers["sides"]))
    return Measure("size" if len(sides) > 1 else kind, literal, sides, unit)
