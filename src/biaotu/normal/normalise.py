"""From spans to normalised values: every value beside its literal, in the light of the whole record."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import Final

from biaotu.normal.calendar import Moment
from biaotu.normal.context import NOWHERE, Context, Years
from biaotu.normal.counts import read_count
from biaotu.normal.dates import Told, read_date
from biaotu.normal.durations import read_duration
from biaotu.normal.makes import read_make
from biaotu.normal.measures import read_measure
from biaotu.normal.money import read_money
from biaotu.normal.terms import read_colour, read_material, read_shape
from biaotu.normal.tidy import remembered
from biaotu.normal.types import Date, Normal
from biaotu.records import Span

_BY_CONTEXT: Final[dict[str, Callable[[str, Context], Normal | None]]] = {
    "长度": read_measure,
    "重量": read_measure,
    "货币": read_money,
}
_ALONE: Final[dict[str, Callable[[str], Normal | None]]] = {
    "时长": read_duration,
    "数字": read_count,
    "颜色": read_colour,
    "材质": read_material,
    "形状": read_shape,
    "型号": read_make,
}

NORMALISED: Final = ("时间", *_BY_CONTEXT, *_ALONE)
"""The attributes that have normalised values; persons, places, bodies, events and titles are for the authorities."""

_SENTENCE_END = re.compile(r"[。！？!?\n]")
_LIFE_DATES = re.compile(r"[（(]\s*$")
_LONG_AGO: Final = 30
"""Years beyond which a period (清代) says nothing of measures and money."""


def normalise(type_name: str, value: str, context: Context | None = None) -> Normal | None:
    """The normalised value of a literal.

    Args:
        type_name: the attribute's Chinese name.
        value: the literal as it stands in the text.
        context: what the rest of the record tells; None if the value stands alone.

    Returns:
        The value with how sure it is and why; None if nothing lawful can be said or the attribute has no normal form.
    """
    if type_name not in NORMALISED:
        return None
    return _normal(value, type_name, NOWHERE if context is None or type_name in _ALONE else context)


@remembered
def _normal(value: str, type_name: str, context: Context) -> Normal | None:
    if type_name == "时间":
        told = read_date(value, context)
        return told.normal if told else None
    return _BY_CONTEXT[type_name](value, context) if type_name in _BY_CONTEXT else _ALONE[type_name](value)


def normalise_all(title: str, description: str, spans: Sequence[Span], *, ocr: str = "") -> tuple[Normal | None, ...]:
    """The normalised values of a record's spans, in their order; one entry for each span.

    Dates are read in the order of the text, title first, each in the light of those before it; then once more, knowing
    all years of the record, so that 辛亥 or 廿五年 can be told by them; then everything else.

    Args:
        title: the record's title.
        description: its description.
        spans: attribute values that stand in these texts.
        ocr: the words read on its photos, in which spans with the field ``ocr`` stand. They are read by themselves:
            what is printed on an object says nothing of what a curator means by 同年, nor the other way round.
    """
    inscribed = [span.field == "ocr" for span in spans]
    own = iter(_normalise_text({"title": title, "description": description}, [s for s in spans if s.field != "ocr"]))
    read = iter(_normalise_text({"ocr": ocr}, [s for s in spans if s.field == "ocr"]))
    return tuple(next(read if on_photo else own) for on_photo in inscribed)


def _normalise_text(texts: dict[str, str], spans: Sequence[Span]) -> list[Normal | None]:
    order = sorted(
        (place for place, span in enumerate(spans) if span.type == "时间"),
        key=lambda place: (spans[place].field != "title", spans[place].start),
    )
    years: dict[int, Years] = {}
    for _ in range(2):
        told = _dates(spans, order, texts, tuple(dict.fromkeys(years.values())))
        years = {place: found for place, date_told in told.items() if (found := _years(date_told.normal))}
    every = tuple(dict.fromkeys(years.values()))
    results: list[Normal | None] = []
    for place, span in enumerate(spans):
        if span.type == "时间":
            results.append(told[place].normal if place in told else None)
        else:
            near = _near(span, spans, years, texts) if span.type in _BY_CONTEXT else ()
            results.append(normalise(span.type, span.value, Context(None, every, near)))
    return results


def _dates(
    spans: Sequence[Span], order: Sequence[int], texts: dict[str, str], years: tuple[Years, ...]
) -> dict[int, Told]:
    found: dict[int, Told] = {}
    anchor: Moment | None = None
    for place in order:
        told = read_date(spans[place].value, Context(anchor, years))
        if told is None:
            continue
        found[place] = told
        if told.anchor is not None and not _life_dates(spans[place], told, texts):
            anchor = told.anchor
    return found


def _life_dates(span: Span, told: Told, texts: dict[str, str]) -> bool:
    """Whether years in brackets (1903-1947) are somebody's life: 同年 after them does not count from a death."""
    normal = told.normal
    ranged = isinstance(normal, Date) and re.fullmatch(r"\d{4}/\d{4}", normal.edtf) is not None
    return ranged and bool(_LIFE_DATES.search(texts[span.field][: span.start]))


def _years(normal: Normal) -> Years | None:
    """The years that a date is sure of; None for ambiguous, open and very long ones."""
    if not isinstance(normal, Date) or normal.sure == "ambiguous" or normal.begin is None or normal.end is None:
        return None
    first, last = date.fromisoformat(normal.begin).year, date.fromisoformat(normal.end).year
    if normal.edtf.count("-") == 1 and normal.edtf.endswith("-24"):
        last = first  # winter runs into the next year; what is told is the first
    return (first, last) if last - first <= _LONG_AGO else None


def _near(span: Span, spans: Sequence[Span], years: dict[int, Years], texts: dict[str, str]) -> tuple[Years, ...]:
    """The years that a value's own sentence speaks of."""
    text = texts[span.field]
    ends = [match.end() for match in _SENTENCE_END.finditer(text)]
    start = max((end for end in ends if end <= span.start), default=0)
    stop = min((end for end in ends if end >= span.end), default=len(text))
    return tuple(
        dict.fromkeys(
            found
            for place, found in years.items()
            if spans[place].field == span.field and start <= spans[place].start < stop
        )
    )
