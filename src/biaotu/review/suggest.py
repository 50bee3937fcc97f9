"""From a model's annotation of a record to suggestions, one for each item that it speaks of."""

from __future__ import annotations

from biaotu.records import Annotation, RankedTag
from biaotu.review.items import Item, TagItem, label_named, ocr_mark, span_item
from biaotu.review.verdicts import Place, Suggestion
from biaotu.taxonomy import ATTRIBUTES, MATERIALS, USES


def suggestions_of(annotation: Annotation) -> tuple[Suggestion, ...]:
    """Labels (also those below their threshold), tags and spans, in the annotation's order, each item once.

    Labels and attributes that the vocabularies no longer know (an annotation by an old model) are left out, and so are
    blank tags: nobody could judge them.
    """
    found: dict[Item, Suggestion] = {}
    for system, vocabulary in ((annotation.material, MATERIALS), (annotation.use, USES)):
        for label in system:
            if label.name in vocabulary:
                item = label_named(label.name)
                found.setdefault(item, Suggestion(item, label.confidence, label.accepted))
    for place, tags in (("primary", annotation.primary), ("secondary", annotation.secondary)):
        for tag in tags:
            if tag.tag.strip():
                suggestion = _tag(tag, "primary" if place == "primary" else "secondary")
                found.setdefault(suggestion.item, suggestion)
    mark = ocr_mark(annotation.text("ocr"))
    for span in annotation.attributes:
        if span.type in ATTRIBUTES and 0 <= span.start < span.end:
            place_in_text = span_item(span, mark)
            found.setdefault(place_in_text, Suggestion(place_in_text, span.confidence))
    return tuple(found.values())


def _tag(tag: RankedTag, place: Place) -> Suggestion:
    return Suggestion(TagItem(tag.tag), tag.confidence, place=place, leans_on=tag.label)
