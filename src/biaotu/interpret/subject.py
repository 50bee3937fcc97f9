"""The relic that is spoken of: its texts, the values that count, what they mean and what people confirmed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from biaotu.interpret.types import Normals
from biaotu.normal import normalise_all
from biaotu.records import Annotation, Span, SpanField
from biaotu.review import RecordView, normals_of, span_item
from biaotu.review.items import ocr_mark


@dataclass(frozen=True, slots=True)
class Subject:
    """One relic, wherever it comes from.

    Attributes:
        id: the museum's number.
        title: its title.
        description: its description.
        ocr: the words on its photos, empty if nobody read them.
        spans: the values that count, title first, in the order of the text.
        normals: what they mean, one entry for each.
        items: their keys for decisions, one for each.
        material: Chinese names of the material labels that count.
        use: the same for use.
        museum: who holds it, empty if unknown.
        confirmed: which of ``spans`` people accepted.
        confirmed_labels: which labels people accepted.
    """

    id: str
    title: str
    description: str
    ocr: str = ""
    spans: tuple[Span, ...] = ()
    normals: Normals = ()
    items: tuple[str, ...] = ()
    material: tuple[str, ...] = ()
    use: tuple[str, ...] = ()
    museum: str = ""
    confirmed: frozenset[int] = frozenset()
    confirmed_labels: frozenset[str] = frozenset()

    @classmethod
    def of_annotation(cls, annotation: Annotation, museum: str = "") -> Subject:
        """The relic of an annotation; nothing of it is confirmed, and only accepted labels count."""
        ocr = annotation.text("ocr")
        told = annotation.normals
        if not told:
            found = normalise_all(annotation.title, annotation.description, annotation.attributes, ocr=ocr)
            told = tuple(one.to_dict() if one else None for one in found)
        order = _order(annotation.attributes)
        spans = tuple(annotation.attributes[place] for place in order)
        return cls(
            id=annotation.id,
            title=annotation.title,
            description=annotation.description,
            ocr=ocr,
            spans=spans,
            normals=tuple(told[place] for place in order),
            items=tuple(span_item(span, ocr_mark(ocr)).key for span in spans),
            material=tuple(label.name for label in annotation.material if label.accepted),
            use=tuple(label.name for label in annotation.use if label.accepted),
            museum=museum,
        )

    @classmethod
    def of_view(cls, view: RecordView) -> Subject:
        """The relic of a record in the store: what people accepted or, before approval, nobody rejected."""
        kept = view.shown_spans()  # in the order of the text
        normals = normals_of(view)
        labels = [one for one in (*view.material, *view.use) if one.status == "accepted"]
        shown = view.shown()
        return cls(
            id=view.facts.number,
            title=view.facts.title,
            description=view.facts.description,
            ocr=view.facts.text("ocr"),
            spans=tuple(span for _, span in kept),
            normals=tuple(normals.get(one.item.key) for one, _ in kept),
            items=tuple(one.item.key for one, _ in kept),
            material=shown.material,
            use=shown.use,
            museum=view.facts.museum,
            confirmed=frozenset(place for place, (one, _) in enumerate(kept) if one.status == "accepted"),
            confirmed_labels=frozenset(label.item.name for label in labels),
        )

    def text(self, field: SpanField) -> str:
        """The text in which offsets of a field count."""
        return {"title": self.title, "description": self.description, "ocr": self.ocr}[field]

    def is_confirmed(self, span: Span) -> bool:
        """Whether people accepted a value."""
        return span in self.spans and self.spans.index(span) in self.confirmed

    def normal(self, span: Span) -> Mapping[str, Any] | None:
        """What a value means, None if nothing lawful can be said."""
        place = self.spans.index(span) if span in self.spans else len(self.normals)
        return self.normals[place] if place < len(self.normals) else None

    def item(self, span: Span) -> str | None:
        """The key of a value for decisions."""
        place = self.spans.index(span) if span in self.spans else len(self.items)
        return self.items[place] if place < len(self.items) else None

    def of_type(self, *types: str) -> tuple[Span, ...]:
        """The values of some attributes, in the order of the text."""
        return tuple(span for span in self.spans if span.type in types)


def _order(spans: Sequence[Span]) -> list[int]:
    fields = ("title", "description", "ocr")
    return sorted(range(len(spans)), key=lambda place: (fields.index(spans[place].field), spans[place].start))
