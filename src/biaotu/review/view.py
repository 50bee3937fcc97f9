"""One record as a person sees it: suggestions and decisions folded together. ``to_dict`` is the contract of the API."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as default
from datetime import datetime
from typing import Any, Literal

from biaotu.records import AttributeName, Notice, OcrReading, Span, SpanField
from biaotu.review.items import LabelItem, LinkItem, SpanItem, TagItem, ocr_mark
from biaotu.review.presenting import document_of
from biaotu.review.verdicts import Place, State

Status = Literal["suggested", "accepted", "rejected", "none"]


@dataclass(frozen=True, slots=True)
class ImageFacts:
    """A photo of a record: SHA-256 in hex, the name it came under, size in pixels."""

    digest: str
    name: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class RecordFacts:
    """What is known of a record apart from what models and people say of it.

    ``number`` is the museum's, ``id`` the store's. ``text_version`` grows when an import changes title or description.
    ``ocr`` is what was read on the photos last, its lines naming places in ``images``; ``fold`` sets it.
    """

    id: int
    number: str
    museum: str
    title: str
    description: str
    text_version: int
    images: tuple[ImageFacts, ...] = ()
    extra: Mapping[str, Any] = default(default_factory=dict)
    updated_at: datetime | None = None
    ocr: OcrReading | None = None

    def text(self, name: SpanField) -> str:
        """The text of one field; empty for the photos if nobody read them."""
        if name == "ocr":
            return self.ocr.text if self.ocr else ""
        return self.title if name == "title" else self.description

    def holds(self, item: SpanItem) -> bool:
        """Whether a value's offsets are in the text that they were counted in, as far as its key tells."""
        text = self.text(item.field)
        return item.end <= len(text) and (item.field != "ocr" or item.mark == ocr_mark(text))


@dataclass(frozen=True, slots=True)
class LabelView:
    """A label; ``suggested`` if the model accepted it. ``confidence`` is None where the model did not list it."""

    item: LabelItem
    confidence: float | None
    suggested: bool
    status: Status
    by: str | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class TagView:
    """A tag; ``suggested`` is the place that the model gave it, ``place`` the one where it stands now."""

    item: TagItem
    confidence: float | None
    label: str | None
    suggested: Place | None
    status: Status
    place: Place
    by: str | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SpanView:
    """An attribute value; ``value`` is what stands in its place."""

    item: SpanItem
    value: str
    confidence: float | None
    suggested: bool
    status: Status
    by: str | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class LinkView:
    """What a person said of a value and an entry: that it is this one (``accepted``) or is not (``rejected``)."""

    item: LinkItem
    status: Status
    by: str | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Picked:
    """The part of a view that counts: Chinese names of labels, tags best first, spans in the order of the text."""

    material: tuple[str, ...]
    use: tuple[str, ...]
    primary: tuple[str, ...]
    secondary: tuple[str, ...]
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class RecordView:
    """A record with the standing of everything that can be judged on it.

    ``revision`` is the id of the last decision, 0 if there is none. ``submitter`` is the user whose submission waits or
    was approved, None also if the command line did; ``submitter_name`` is then its name, empty if there is no
    submission. ``proposal`` marks what the model proposes for the present words: another model version that says the
    same has the same mark. ``material`` and ``use`` hold all terms in the order of the
    vocabulary. ``links`` is what people said of shown values and entries, in the order of the values.
    """

    facts: RecordFacts
    state: State
    revision: int
    material: tuple[LabelView, ...]
    use: tuple[LabelView, ...]
    tags: tuple[TagView, ...]
    attributes: tuple[SpanView, ...]
    attribute_names: tuple[AttributeName, ...] = ()
    model: tuple[str, str] | None = None
    warnings: tuple[Notice, ...] = ()
    uncertainty: float = 0.0
    submitter: int | None = None
    submitter_name: str = ""
    proposal: str = ""
    links: tuple[LinkView, ...] = ()

    @property
    def ocr(self) -> OcrReading | None:
        """What was read on the photos, its lines naming places in ``facts.images``; None if nobody looked."""
        return self.facts.ocr

    @property
    def submitted(self) -> bool:
        """Whether the record is closed for changes: submitted or approved."""
        return self.state in ("submitted", "approved")

    def confirmed(self) -> Picked:
        """What people accepted."""
        return self._picked(("accepted",))

    def shown(self) -> Picked:
        """What counts as of now: accepted by people, or proposed by the model and not judged yet.

        Of a record that is submitted or approved only what people accepted: a newer model's proposals wait until it is
        opened again.
        """
        return self._picked(self._showing)

    def shown_spans(self) -> tuple[tuple[SpanView, Span], ...]:
        """The spans of ``shown``, each beside its view."""
        return self._spans(self._showing)

    @property
    def _showing(self) -> tuple[Status, ...]:
        return ("accepted",) if self.submitted else ("accepted", "suggested")

    def _picked(self, statuses: tuple[Status, ...]) -> Picked:
        return Picked(
            material=tuple(label.item.name for label in self.material if label.status in statuses),
            use=tuple(label.item.name for label in self.use if label.status in statuses),
            primary=tuple(tag.item.tag for tag in self.tags if tag.status in statuses and tag.place == "primary"),
            secondary=tuple(tag.item.tag for tag in self.tags if tag.status in statuses and tag.place == "secondary"),
            spans=tuple(span for _, span in self._spans(statuses)),
        )

    def _spans(self, statuses: tuple[Status, ...]) -> tuple[tuple[SpanView, Span], ...]:
        return tuple(
            (
                span,
                Span(
                    span.item.name,
                    span.value,
                    span.item.field,
                    span.item.start,
                    span.item.end,
                    1.0 if span.confidence is None else span.confidence,
                ),
            )
            for span in self.attributes
            if span.status in statuses
        )

    def to_dict(self) -> dict[str, Any]:
        """The view as plain JSON types, keys in the order of the contract; confidences to four places."""
        return document_of(self)
