"""A confirmed record as a line of the corpus, so that what people have settled trains the next models.

The format is that of the annotation guide: inline marks in the texts, Chinese names of labels, tags best first.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from biaotu.errors import InputError
from biaotu.records import FieldName
from biaotu.records.gold import mark, unmark
from biaotu.review.view import ImageFacts, Picked, RecordView


def corpus_line(view: RecordView, image_path: Callable[[ImageFacts], str] | None = None) -> dict[str, Any]:
    """One record of the corpus format; ``parse_gold`` reads back the same texts, spans, labels and tags.

    Only what people accepted is written. ``object`` is left out: nobody is asked for it. A record without any span
    reads as "attributes not judged", the format has no other way to say so.

    Args:
        view: a record that is submitted or approved; in others some suggestions are still open.
        image_path: how the file shall name a photo; by the name under which it came in if not given.

    Raises:
        InputError: if the record is still open, or a text holds what would read as an inline mark.
    """
    facts = view.facts
    if not view.submitted:
        raise InputError(f"record {facts.number}: it is {view.state}; only what was submitted or approved is settled")
    picked = view.confirmed()
    line: dict[str, Any] = {
        "id": corpus_id(view),
        "title": _marked(view, picked, "title"),
        "description": _marked(view, picked, "description"),
        "material": list(picked.material),
        "use": list(picked.use),
        "tags": [*picked.primary, *picked.secondary],
    }
    if facts.images:
        line["images"] = [image_path(image) if image_path else image.name for image in facts.images]
    return line


def corpus_id(view: RecordView) -> str:
    """The record's id in a corpus of many museums: its number behind its museum, or the store's id without a number."""
    number = view.facts.number or f"record-{view.facts.id}"
    return f"{view.facts.museum}/{number}" if view.facts.museum else number


def _marked(view: RecordView, picked: Picked, field: FieldName) -> str:
    text = view.facts.text(field)
    try:
        plain, _ = unmark(text)
    except ValueError:
        plain = ""
    if plain != text:
        raise InputError(
            f"record {view.facts.number}: the {field} itself holds an inline mark such as <组织>; "
            "take it out of the museum's list and import the record again"
        )
    return mark(text, tuple(span for span in picked.spans if span.field == field))
