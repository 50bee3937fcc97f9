"""Records as they are listed and shown."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, Field

from biaotu.api.schemas.common import Model, RecordState

Status = Literal["suggested", "accepted", "rejected", "none"]
Place = Literal["primary", "secondary"]
FieldName = Literal["title", "description", "ocr"]
"""Where a value stands; `ocr` is what was read on the photos."""


class RecordSummary(BaseModel):
    """A record in a list."""

    id: int
    number: str
    museum: str
    title: str
    state: RecordState
    uncertainty: float | None
    thumbnail: str | None = Field(description="Address of the first photo's thumbnail.")
    updated_at: datetime


class RecordPage(BaseModel):
    """A page of records."""

    items: list[RecordSummary]
    next: str | None = Field(description="Cursor of the next page; null on the last.")


class Image(BaseModel):
    """A photo of a record; `digest` is the SHA-256 of its bytes."""

    digest: str
    name: str
    width: int | None
    height: int | None
    url: str
    thumbnail: str


class Label(BaseModel):
    """One picture label, proposed by the model or set by a person."""

    item: str
    id: str
    name: str
    confidence: float | None
    suggested: bool
    status: Status
    by: str | None
    at: datetime | None


class Labels(BaseModel):
    """All labels in the order of the vocabularies."""

    material: list[Label]
    use: list[Label]


class Tag(BaseModel):
    """One tag with its place."""

    item: str
    tag: str
    confidence: float | None
    label: str | None = Field(description="The picture label that it leans on.")
    suggested: Place | None
    status: Status
    place: Place | None
    by: str | None
    at: datetime | None


class Attribute(BaseModel):
    """One attribute value in its place; offsets count Unicode code points of the field's text.

    In the field `ocr` a value may run over the end of a line: a line feed stands in it then.
    """

    item: str
    type: str
    type_id: str
    value: str
    field: FieldName
    start: int
    end: int
    confidence: float | None
    suggested: bool
    status: Status
    by: str | None
    at: datetime | None
    normal: dict[str, Any] | None = Field(
        description="What the value means: dates in EDTF, measures in SI units, money, numbers, terms; null if nothing "
        "lawful can be said, or the value was rejected."
    )
    meaning: str | None = Field(description="`normal` in a few signs, as `1934` or `0.18×0.12 m`.")


class LinkDecision(BaseModel):
    """What a person said of a value and an entry of the authorities; `entry` is null for none of them."""

    item: str
    span: str
    entry: str | None
    status: Status
    by: str | None
    at: datetime | None


class ReadLine(BaseModel):
    """A line of words on a photo.

    `photo` is its place in `images`, null if the record no longer has it; `start` and `end` are the line's place in
    the text; `box` are the four corners in pixels of the photo, clockwise from the line's beginning.
    """

    photo: int | None
    start: int
    end: int
    box: list[tuple[float, float]] = Field(min_length=4, max_length=4)
    confidence: float


class Reading(BaseModel):
    """The words read on the photos; values of the field `ocr` count their offsets in `text`."""

    text: str
    mark: str = Field(description="Names this reading in the keys of its values: `span:ocr-MARK:0:5:person`.")
    lines: list[ReadLine]
    engine: str


class AttributeName(BaseModel):
    """An attribute that the model expects the record to have."""

    name: str
    confidence: float


class Warning(BaseModel):
    """What was wrong with a record although it could be annotated."""

    code: str
    message: str


class Submitter(BaseModel):
    """Who submitted a record."""

    id: int | None = Field(description="Null if it was done on the command line.")
    name: str


class RecordView(BaseModel):
    """A record with everything that models suggest and people decided, folded into how it stands now."""

    id: int
    number: str
    museum: str
    title: str
    description: str
    extra: dict[str, Any]
    text_version: int
    state: RecordState
    revision: int = Field(description="Id of the last decision on it; send it back as `base`.")
    images: list[Image]
    ocr: Reading | None = Field(description="What was read on the photos; null if nobody looked.")
    labels: Labels
    tags: list[Tag]
    attributes: list[Attribute]
    links: list[LinkDecision] = Field(
        description="What people said of values and entries; `GET .../links` adds what is likely."
    )
    attribute_names: list[AttributeName]
    model: Model | None
    proposal: str = Field(description="Marks what the model proposes; send it back with `submit`.")
    submitter: Submitter | None = Field(description="Whose submission waits or was approved; they cannot approve it.")
    warnings: list[Warning]
    uncertainty: float | None
    updated_at: datetime | None


class HistoryRow(BaseModel):
    """One decision of an act."""

    id: int
    item: str
    verdict: str
    text: str = Field(description="The item in words, as it stood in the text then.")
    stale: bool = Field(description="A span of an older text; it no longer counts.")


class Act(BaseModel):
    """One act of a person: decisions that were made, and are undone, together."""

    batch: str
    user: str
    user_id: int | None
    at: datetime
    note: str
    undoes: str | None
    in_effect: bool
    decisions: list[HistoryRow]


class History(BaseModel):
    """All acts on a record, newest first."""

    items: list[Act]


class AnnotationRow(BaseModel):
    """What one model version said, as `biaotu annotate` writes it."""

    model: Model
    at: datetime
    text_version: int
    document: dict[str, Any]


class AnnotationList(BaseModel):
    """Annotations of all model versions, newest first."""

    items: list[AnnotationRow]


class EvidenceWord(BaseModel):
    """A piece of text with its weight, -1 (against) to 1 (for)."""

    field: FieldName
    start: int
    end: int
    weight: float


class EvidenceRegions(BaseModel):
    """A grid over a photo with a weight for each cell, row by row.

    `box` is the part of the photo that the grid covers, as fractions of its width and height.
    """

    digest: str
    rows: int
    columns: int
    weights: list[float]
    box: tuple[float, float, float, float]


class Evidence(BaseModel):
    """Which words and which parts of the photos speak for an item."""

    item: str
    words: list[EvidenceWord]
    regions: list[EvidenceRegions]
    text_weight: float | None
    photo_weight: float | None
    score: float | None
    method: str
    label: str | None
    parts: dict[str, float]


class SimilarRecord(RecordSummary):
    """A record with its likeness to another."""

    score: float


class SimilarRecords(BaseModel):
    """The most alike first."""

    items: list[SimilarRecord]


class RecordReference(BaseModel):
    """Enough of a record to decide on it."""

    id: int
    number: str
    title: str
    revision: int


class Mention(BaseModel):
    """The same words in another place, with the text around them."""

    record: RecordReference
    item: str
    value: str
    field: FieldName
    start: int
    end: int
    status: Status | None = Field(description="Null if they stand there unmarked.")
    before: str
    after: str


class Mentions(BaseModel):
    """Identical mentions elsewhere."""

    items: list[Mention]
    total: int
    complete: bool = Field(description="Whether total is all there are; if not, there are at least so many.")
