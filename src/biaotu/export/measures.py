"""The object's own sizes and weight among the values of 长度 and 重量, for formats that keep them as numbers.

Strict on purpose: a value counts as the object's own only where the words before it say so (``，高9厘米``,
``此枪全长21厘米``) or where it stands alone behind a stop (``，26×18厘米``); ``走了七千多里`` and ``钉长11厘米`` are
not. What the number is says ``normal``; where several measures are lawful (a 尺 of no known time) the literal stays
alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from biaotu.export.meaning import Meaning, meanings
from biaotu.records import Annotation, Span

Kind = Literal["length", "width", "height", "thickness", "diameter", "weight", "size"]

_WORD: Final = "长|高|宽|厚|纵|横|直径|径|口径|底径|足径|腹径|重量|重|净重"
_STOP: Final = r"(?:^|[，。；、,;:：（(]|尺寸|规格|[该此本](?:藏品|文物|\S))"
_LEAD = re.compile(rf"{_STOP}\s*(?:通|残|全|总|身)?(?P<word>{_WORD})?[:：]?\s*约?\s*$")
_INNER = re.compile(rf"(?:通|残|全|总)?({_WORD})\s*约?\s*")
_KINDS: Final[dict[str, Kind]] = {
    "长": "length",
    "高": "height",
    "宽": "width",
    "厚": "thickness",
    "纵": "height",
    "横": "width",
    "直径": "diameter",
    "径": "diameter",
    "重": "weight",
    "重量": "weight",
    "净重": "weight",
}
_SHOWN: Final = {
    "m": ("cm", Decimal(100)),
    "m2": ("m2", Decimal(1)),
    "m3": ("m3", Decimal(1)),
    "kg": ("kg", Decimal(1)),
}
"""The unit of museums for each SI unit, and its factor."""

_SYSTEMS: Final = {
    "kuping": "营造尺库平制",
    "market": "市制",
    "market-16": "市制（一斤十六两）",
    "market-10": "市制（一斤十两）",
}
"""Names of the systems of ``normal/measures.toml``."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One size or weight of the object.

    Attributes:
        kind: which side of it.
        literal: as it stands, with its leading word.
        numbers: one for each side, in ``unit``; empty where no number can be told for sure.
        unit: ``cm``, ``kg``, ``m2`` or ``m3``.
        most: the upper ends, if a range is told.
        about: ``over`` (余, 多) or ``about`` (左右, 约), empty if neither is said.
        system: the old or market measures that were taken for granted (``kuping``, ``market-16`` ...), else empty.
        fold: of a paper format (32开) the leaves of a sheet; 0 for all else.
    """

    kind: Kind
    literal: str
    numbers: tuple[Decimal, ...] = ()
    unit: str = ""
    most: tuple[Decimal, ...] = ()
    about: str = ""
    system: str = ""
    fold: int = 0

    @property
    def basis(self) -> str:
        """By which measures it was converted, for people: ``按市制（一斤十六两）折算，推定``; empty if by none."""
        return f"按{_SYSTEMS.get(self.system, self.system)}折算，推定" if self.system else ""


def measures(annotation: Annotation) -> Iterator[Measure]:
    """The sizes and weights that the texts give as the object's own, in their order, each once."""
    told: set[Measure] = set()
    for span, meaning in zip(annotation.attributes, meanings(annotation), strict=True):
        own = span.type in {"长度", "重量"} and span.field != "ocr"  # words on a photo are no measurement of it
        if own and (measure := _measure(span, annotation.text(span.field), meaning)) and measure not in told:
            told.add(measure)
            yield measure


def _measure(span: Span, text: str, meaning: Meaning | None) -> Measure | None:
    match = _LEAD.search(text[: span.start])
    # A value may hold its leading word itself: 长20.5厘米.
    inner = _INNER.match(span.value)
    if match is None:
        return None
    word = match["word"] or (inner[1] if inner else "")
    if span.type == "重量" and not word:
        return None  # a bare weight is mostly that of something else: 装火药半斤
    return _told(_KINDS.get(word, "size"), (match["word"] or "") + span.value, span.type == "重量", meaning or {})


def _told(kind: Kind, literal: str, weight: bool, meaning: Meaning) -> Measure:
    if meaning.get("kind") == "sheet-format":
        return Measure(kind, literal, fold=meaning["fold"])
    values = meaning.get("values", ())
    if not values or meaning.get("unit") not in _SHOWN or (meaning["unit"] == "kg") != weight:
        return Measure(kind, literal)
    unit, factor = _SHOWN[meaning["unit"]]
    return Measure(
        "size" if len(values) > 1 else kind,
        literal,
        tuple(Decimal(value) * factor for value in values),
        unit,
        tuple(Decimal(value) * factor for value in meaning.get("max", ())),
        meaning.get("about", ""),
        meaning.get("system", "") if meaning["sure"] == "assumed" else "",
    )
