"""Decisions, the queue, the grid, agreement."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, Field

from biaotu.api.schemas.common import (
    IdempotencyKey,
    Identifier,
    ItemKey,
    RecordState,
    Revision,
    ShortText,
    Strict,
    Text,
)
from biaotu.api.schemas.records import RecordReference, RecordSummary, Status

Verdict = Literal[
    "accept", "reject", "withdraw", "primary", "secondary", "submit", "approve", "return", "reopen"
]  # which of them an item takes is told by the review rules


class NewDecision(Strict):
    """A verdict on one item.

    Labels, spans and links take accept, reject, withdraw; tags primary, secondary, reject, withdraw; the state submit,
    approve, return, reopen.
    """

    item: ItemKey
    verdict: Verdict


Decisions = Annotated[list[NewDecision], Field(min_length=1, max_length=500)]


class NewDecisions(Strict):
    """One act: all of its decisions are written, or none."""

    base: Revision
    key: IdempotencyKey
    decisions: Decisions
    note: Annotated[Text, Field(max_length=2000)] = ""
    proposal: Annotated[
        ShortText | None,
        Field(
            description="`proposal` of the record that the person saw: a `submit` is a conflict if the model has "
            "proposed something else since. Without it what is proposed now is confirmed."
        ),
    ] = None


class BulkChange(Strict):
    """Decisions on one of several records."""

    record: Identifier
    base: Revision
    decisions: Decisions


class BulkDecisions(Strict):
    """Decisions on many records; each record is an act of its own."""

    key: IdempotencyKey
    changes: Annotated[list[BulkChange], Field(min_length=1, max_length=500)]


class BulkOutcome(BaseModel):
    """What became of one record's decisions."""

    record: int
    outcome: Literal["done", "conflict", "refused", "missing"]
    detail: str
    revision: int


class BulkOutcomes(BaseModel):
    """What became of each, in the order asked."""

    items: list[BulkOutcome]


class Undo(Strict):
    """Take back an act; without `batch` one's own last one on the record."""

    key: IdempotencyKey
    batch: ShortText | None = None


def _in_range(at: datetime) -> datetime:
    """In UTC; ValueError at the ends of time, where another zone's clock leaves the calendar."""
    if not 1900 <= at.year <= 9000:
        raise ValueError("is a time between the years 1900 and 9000")
    return at.astimezone(UTC)


class Restore(Strict):
    """Bring a record back to how it stood at a time."""

    key: IdempotencyKey
    at: Annotated[AwareDatetime, AfterValidator(_in_range), Field(description="With a time zone.")]


QueueOrder = Literal["uncertainty", "active", "oldest"]


class QueueRow(RecordSummary):
    """A record that waits, and why it stands where it stands."""

    reason: str


class Waiting(BaseModel):
    """Records by state."""

    new: int
    annotated: int
    in_review: int
    submitted: int
    approved: int
    returned: int


class Queue(BaseModel):
    """What to look at next."""

    items: list[QueueRow]
    waiting: Waiting


class NextRecord(Strict):
    """Ask for the next record; it is kept for the asker for ten minutes."""

    order: QueueOrder = "uncertainty"
    skip: Annotated[list[Identifier], Field(max_length=1000, default_factory=list)]
    state: RecordState | None = None


class GridRecord(RecordReference):
    """A record in the grid."""

    state: RecordState


class GridImage(BaseModel):
    """Its first photo."""

    digest: str
    thumbnail: str


class GridCell(BaseModel):
    """One record with what is thought of the item."""

    record: GridRecord
    image: GridImage | None
    confidence: float | None
    status: Status


class Grid(BaseModel):
    """A page of records with one item each."""

    items: list[GridCell]
    next: str | None
    total: int


class PairAgreement(BaseModel):
    """Agreement over `pairs` items that two people judged.

    `agree` is a share, null without any; `kappa` is Cohen's, null where it is not defined.
    """

    pairs: int
    agree: float | None
    kappa: float | None


class SpanAgreement(PairAgreement):
    """Agreement on spans; `f1`: of the spans that one or the other accepted, which did both."""

    f1: float | None


class AgreementKinds(BaseModel):
    """Agreement by kind of item."""

    label: PairAgreement
    tag: PairAgreement
    span: SpanAgreement


class PeopleAgreement(PairAgreement):
    """Agreement of two people."""

    a: str
    b: str


class Agreement(BaseModel):
    """Agreement over all records that several people judged."""

    overall: PairAgreement
    kinds: AgreementKinds
    people: list[PeopleAgreement]


class AuditRow(BaseModel):
    """One line of the audit log."""

    id: int
    at: datetime
    user: str
    action: str
    subject: str
    detail: dict[str, object]


class AuditPage(BaseModel):
    """A page of the audit log, newest first."""

    items: list[AuditRow]
    next: str | None
