"""All that is known of a record, loaded for many records in a few queries and folded into their views."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from biaotu.errors import Damaged
from biaotu.records import Annotation
from biaotu.review import Decision, ImageFacts, RecordFacts, RecordView, fold
from biaotu.store.repos.base import kept_item, kept_verdict, pieces
from biaotu.store.repos.reading import records_of
from biaotu.store.schema import annotations, batches, decisions
from biaotu.store.values import StoredRecord

DECIDED = decisions.join(batches, batches.c.id == decisions.c.batch)
DECISION = (
    decisions.c.id,
    decisions.c.record_id,
    batches.c.user_id,
    batches.c.actor,
    decisions.c.item,
    decisions.c.verdict,
    decisions.c.batch,
    batches.c.text_version,
    batches.c.at,
    batches.c.note,
    batches.c.undoes,
)
"""Columns of a ``Decision``, selected from ``DECIDED``."""
_IDS: sa.BindParameter[Any] = sa.bindparam("ids", expanding=True)
_DECISIONS = sa.select(*DECISION).select_from(DECIDED).where(decisions.c.record_id.in_(_IDS)).order_by(decisions.c.id)
_SPOKEN = sa.select(annotations.c.record_id, annotations.c.text_version, annotations.c.id).where(
    annotations.c.record_id.in_(_IDS)
)
_DOCUMENTS = sa.select(annotations.c.record_id, annotations.c.id, annotations.c.document).where(
    annotations.c.id.in_(_IDS)
)
MEND = "biaotu store check says what else is damaged, a backup has it whole"


@dataclass(frozen=True, slots=True)
class Case:
    """A record, the annotation that counts, what people decided, and the view that follows."""

    record: StoredRecord
    annotation_id: int | None
    decisions: Sequence[Decision]
    view: RecordView


def load_cases(connection: Connection, ids: Sequence[int]) -> dict[int, Case]:
    """The cases of the records that are there; the annotation is the newest, whatever the record's column says."""
    found: dict[int, Case] = {}
    for piece in pieces(ids):
        stored = records_of(connection, piece)
        spoken = _newest_annotations(connection, {record.id: record.text_version for record in stored})
        decided = load_decisions(connection, [record.id for record in stored])
        for record in stored:
            annotation_id, document = spoken.get(record.id, (None, None))
            rows = decided.get(record.id, [])
            view = fold(_facts(record), None if document is None else _annotation(record, document), rows)
            found[record.id] = Case(record, annotation_id, rows, view)
    return found


def _annotation(record: StoredRecord, document: dict[str, Any]) -> Annotation:
    try:
        return Annotation.from_dict(document)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        message = f"record {record.id}: its annotation is damaged ({error}); annotate it anew or restore a backup"
        raise Damaged(message) from error


def _newest_annotations(connection: Connection, versions: dict[int, int]) -> dict[int, tuple[int, dict[str, Any]]]:
    """(id, document) of the annotation that counts for each record, if any: of its current words, else of older ones.

    Args:
        connection: where to look.
        versions: record ids with the versions of their words.
    """
    best: dict[int, tuple[bool, int]] = {}
    for record_id, version, annotation_id in connection.execute(_SPOKEN, {"ids": list(versions)}).tuples().all():
        if record_id not in versions:
            raise Damaged(f"the index of annotations leads to record {record_id}, which nobody asked for; {MEND}")
        rank = (version == versions[record_id], annotation_id)
        best[record_id] = max(best.get(record_id, rank), rank)
    wanted = [annotation_id for _, annotation_id in best.values()]
    rows = connection.execute(_DOCUMENTS, {"ids": wanted}) if wanted else ()
    return {row.record_id: (row.id, row.document) for row in rows}


def load_decisions(connection: Connection, ids: Sequence[int]) -> dict[int, list[Decision]]:
    """All decisions on records, oldest first."""
    found: defaultdict[int, list[Decision]] = defaultdict(list)
    for piece in pieces(ids):
        for row in connection.execute(_DECISIONS, {"ids": piece}).all():
            found[row.record_id].append(decision(row))
    return found


def decision(row: sa.Row[Any]) -> Decision:
    """A ``Decision`` of a row of ``DECISION``."""
    item = kept_item(row.item)
    return Decision(
        id=row.id,
        record_id=row.record_id,
        user_id=row.user_id,
        user=row.actor,
        item=item,
        verdict=kept_verdict(item, row.verdict),
        batch=row.batch,
        text_version=row.text_version,
        at=row.at,
        note=row.note,
        undoes=row.undoes,
    )


def _facts(record: StoredRecord) -> RecordFacts:
    return RecordFacts(
        id=record.id,
        number=record.number,
        museum=record.museum,
        title=record.title,
        description=record.description,
        text_version=record.text_version,
        images=tuple(ImageFacts(image.digest, image.name, image.width, image.height) for image in record.images),
        extra=record.extra,
        updated_at=record.updated_at,
    )
