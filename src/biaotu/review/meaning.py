"""What the attribute values of a record mean, worked out from the values that count now.

Not kept with the annotation's own: a value that a person added means something too, and what a person rejected must no
longer lend its year to others (同年 counts from the date told before it).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from biaotu.normal import normalise_all

if TYPE_CHECKING:
    from biaotu.review.view import RecordView

Meaning = Mapping[str, Any]
"""A normalised value as plain JSON types (docs/normal.md)."""


def normals_of(view: RecordView) -> dict[str, Meaning]:
    """The normalised values of all spans that are shown, by the keys of their items.

    Spans of which nothing lawful can be said have none.
    """
    shown, facts = view.shown_spans(), view.facts
    found = normalise_all(facts.title, facts.description, [span for _, span in shown], ocr=facts.text("ocr"))
    return {one.item.key: normal.to_dict() for (one, _), normal in zip(shown, found, strict=True) if normal is not None}
