"""What the values of an annotation mean, for formats that keep dates, sizes and sums as such, beside the literal.

The annotation carries it (``normals``); one that was made before there was any, or that comes out of the store, is read
here by the same rules.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from biaotu import normal
from biaotu.records import Annotation

Meaning = Mapping[str, Any]
"""A normalised value as ``docs/normal.md`` has it."""


def meanings(annotation: Annotation) -> tuple[Meaning | None, ...]:
    """What each attribute value means, in their order; None where nothing lawful can be said."""
    if len(annotation.normals) == len(annotation.attributes):
        return annotation.normals
    found: dict[int, normal.Normal | None] = {}
    for on_photos in (False, True):  # a date on a photographed letter is no date of the description's story
        texts = ("", annotation.text("ocr")) if on_photos else (annotation.title, annotation.description)
        spans = {
            place: replace(span, field="description") if on_photos else span
            for place, span in enumerate(annotation.attributes)
            if (span.field == "ocr") is on_photos
        }
        found |= dict(zip(spans, normal.normalise_all(*texts, tuple(spans.values())), strict=True))
    values = (found[place] for place in range(len(annotation.attributes)))
    return tuple(None if one is None else one.to_dict() for one in values)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A date in the calendar: EDTF, first and last ISO day (empty where open), and whether something was assumed."""

    edtf: str
    begin: str
    end: str
    assumed: bool


def stretch(meaning: Meaning | None) -> Stretch | None:
    """The stretch of days that a date means; None if it is no date, is ambiguous, or has no year."""
    if meaning is None or meaning["kind"] != "date" or meaning["sure"] == "ambiguous":
        return None
    begin, end = meaning.get("begin") or "", meaning.get("end") or ""
    if not begin and not end:
        return None
    return Stretch(meaning["edtf"], begin, end, meaning["sure"] != "exact")


def dated(literal: str) -> Stretch | None:
    """The stretch of days that a museum's own words for an age mean, read alone; None if they say none for sure."""
    found = normal.normalise("时间", literal.strip())
    return stretch(found.to_dict()) if found else None


MODERN = re.compile(r"\d\s*(?:毫米|厘米|分米|米|千克|公斤|克|吨|[cmk]?m|k?g|平方)", re.IGNORECASE)
"""A figure with a unit of today: it needs no translation."""

_TOLD: Final = frozenset({"date", "time", "duration", "quantity", "money", "number", "model"})


def beside(literal: str, meaning: Meaning | None) -> str:
    """What to show beside a literal; empty where it means nothing, or says the same in the same figures (1970年).

    Entries of controlled lists are left out: their ids are for programs.
    """
    if meaning is None or meaning["kind"] not in _TOLD or (meaning["kind"] == "quantity" and MODERN.search(literal)):
        return ""
    text = normal.short(meaning)
    figures = [part.lstrip("0") for part in re.findall(r"\d+", text)]
    same = meaning["sure"] == "exact" and figures == re.findall(r"\d+", literal)
    return "" if same or text == "".join(literal.split()) else text
