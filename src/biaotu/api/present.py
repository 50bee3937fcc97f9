"""Values of the store as answers: each function turns one kind into its schema, nothing more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from biaotu.api.schemas.common import Model
from biaotu.api.schemas.imports import Import, ImportRow
from biaotu.api.schemas.jobs import Job
from biaotu.api.schemas.records import (
    Act,
    AnnotationRow,
    Evidence,
    HistoryRow,
    Mention,
    RecordReference,
    RecordSummary,
    RecordView,
)
from biaotu.api.schemas.review import GridCell, GridImage, GridRecord
from biaotu.api.schemas.search import Word
from biaotu.evidence import Evidence as FoundEvidence
from biaotu.review import Act as PastAct
from biaotu.review import RecordView as FoldedView
from biaotu.store import GridCell as StoredCell
from biaotu.store import Import as StoredImport
from biaotu.store import ImportRow as StoredImportRow
from biaotu.store import Job as StoredJob
from biaotu.store import Mention as StoredMention
from biaotu.store import Outcome, StoredAnnotation, StoredRecord
from biaotu.store import RecordSummary as StoredSummary
from biaotu.store import Word as StoredWord

IMAGES = "/api/v1/images/"


def thumbnail(digest: str | None) -> str | None:
    """The address of a photo's thumbnail."""
    return None if digest is None else f"{IMAGES}{digest}/thumbnail"


def summary(record: StoredSummary | StoredRecord) -> RecordSummary:
    """A record in a list."""
    return RecordSummary(**summary_fields(record))


def summary_fields(record: StoredSummary | StoredRecord) -> dict[str, Any]:
    """What a record in a list tells, for answers that tell more of it."""
    if isinstance(record, StoredRecord):
        first = record.images[0].digest if record.images else None
    else:
        first = record.thumbnail
    return {
        "id": record.id,
        "number": record.number,
        "museum": record.museum,
        "title": record.title,
        "state": record.state,
        "uncertainty": record.uncertainty,
        "thumbnail": thumbnail(first),
        "updated_at": record.updated_at,
    }


def view(folded: FoldedView) -> RecordView:
    """A record as it stands."""
    return RecordView.model_validate(folded.to_dict())


def act(past: PastAct) -> Act:
    """An act of the history."""
    return Act(
        batch=past.batch,
        user=past.user,
        user_id=past.user_id,
        at=past.at,
        note=past.note,
        undoes=past.undoes,
        in_effect=past.in_effect,
        decisions=[
            HistoryRow(
                id=row.decision.id,
                item=row.decision.item.key,
                verdict=row.decision.verdict,
                text=row.text,
                stale=row.stale,
            )
            for row in past.rows
        ],
    )


def annotation(stored: StoredAnnotation) -> AnnotationRow:
    """What a model version said."""
    model = Model(name=stored.model_name, version=stored.model_version)
    return AnnotationRow(model=model, at=stored.at, text_version=stored.text_version, document=dict(stored.document))


def evidence(found: FoundEvidence, record: StoredRecord) -> Evidence:
    """Evidence with the photos' digests for their places."""
    document: dict[str, Any] = found.to_dict()
    for region in document["regions"]:
        region["digest"] = record.images[region.pop("photo")].digest
    return Evidence.model_validate(document)


def mention(stored: StoredMention) -> Mention:
    """The same words elsewhere."""
    record = stored.record
    shown = RecordReference(id=record.id, number=record.number, title=record.title, revision=record.revision)
    return Mention.model_validate(
        {
            "record": shown,
            "item": stored.item,
            "value": stored.value,
            "field": stored.field,
            "start": stored.start,
            "end": stored.end,
            "status": stored.status,
            "before": stored.before,
            "after": stored.after,
        }
    )


def grid_cell(stored: StoredCell) -> GridCell:
    """One cell of the grid."""
    record, image = stored.record, None
    shown = GridRecord(
        id=record.id, number=record.number, title=record.title, revision=record.revision, state=record.state
    )
    if record.thumbnail is not None:
        image = GridImage(digest=record.thumbnail, thumbnail=f"{IMAGES}{record.thumbnail}/thumbnail")
    return GridCell.model_validate(
        {"record": shown, "image": image, "confidence": stored.confidence, "status": stored.status}
    )


def job(stored: StoredJob) -> Job:
    """A background job."""
    return Job(
        id=stored.id,
        kind=stored.kind,
        state=stored.state,
        done=stored.done,
        total=stored.total,
        message=stored.message,
        cancelling=stored.cancel and stored.state == "running",
        settings=dict(stored.settings),
        created_by=stored.actor,
        created_at=stored.created_at,
        started_at=stored.started_at,
        finished_at=stored.finished_at,
    )


def ledger_entry(stored: StoredImport, counts: Mapping[Outcome, int] | None = None) -> Import:
    """An import of the ledger, with counts of the moment if given."""
    return Import(
        id=stored.id,
        file=stored.file,
        museum=stored.museum,
        collection=stored.collection,
        update=bool(stored.settings.get("update")),
        state=stored.state,
        total=stored.settings.get("total"),
        planned=stored.settings.get("planned"),
        counts=dict(stored.counts) if counts is None else {str(name): number for name, number in counts.items()},
        created_by=stored.actor,
        created_at=stored.created_at,
        finished_at=stored.finished_at,
    )


def import_row(stored: StoredImportRow) -> ImportRow:
    """What became of one row."""
    return ImportRow.model_validate(
        {
            "position": stored.position,
            "row": stored.row,
            "number": stored.number,
            "outcome": stored.outcome,
            "record": stored.record_id,
            "reason": stored.reason,
            "notices": [{"code": notice.code, "message": notice.message} for notice in stored.notices],
        }
    )


def word(stored: StoredWord) -> Word:
    """A word of the museum's own."""
    return Word(id=stored.id, word=stored.word, kind=stored.kind, by=stored.actor, at=stored.added_at)
