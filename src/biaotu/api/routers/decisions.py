"""What people decide on records."""

from __future__ import annotations

from biaotu.api import deciding, present
from biaotu.api.access import Annotator
from biaotu.api.openapi import problems
from biaotu.api.routing import api_router
from biaotu.api.schemas.common import PathId
from biaotu.api.schemas.records import RecordView
from biaotu.api.schemas.review import BulkDecisions, BulkOutcomes, NewDecisions, Restore, Undo
from biaotu.api.services import Parts

router = api_router("", "decisions")


@router.post(
    "/records/{record_id}/decisions",
    operation_id="decide",
    summary="Decide on a record",
    status_code=201,
    response_model=RecordView,
    responses=problems("not-found", "conflict", "refused"),
)
def decide(record_id: PathId, new: NewDecisions, caller: Annotator, parts: Parts) -> RecordView:
    """One act: all of its decisions are written, or none. Correct a span by rejecting the old and accepting the new.

    The same `key` again returns the first result. Where somebody else decided on the same item after `base`, nothing is
    written and `current` of the problem is the record as it stands.
    """
    view = deciding.decide(parts.store, caller, record_id, new.base, new.key, new.decisions, new.note, new.proposal)
    return present.view(view)


@router.post(
    "/decisions/bulk",
    operation_id="decide_many",
    summary="Decide on many records",
    response_model=BulkOutcomes,
    responses=problems(),
)
def decide_many(bulk: BulkDecisions, caller: Annotator, parts: Parts) -> BulkOutcomes:
    """An act on each record; what became of each is told one by one."""
    return BulkOutcomes(items=deciding.decide_many(parts.store, caller, bulk.key, bulk.changes))


@router.post(
    "/records/{record_id}/undo",
    operation_id="undo",
    summary="Take an act back",
    response_model=RecordView,
    responses=problems("not-found", "conflict", "refused"),
)
def undo(record_id: PathId, wanted: Undo, caller: Annotator, parts: Parts) -> RecordView:
    """Take back one's own last act on the record, or a named one; reviewers anyone's. Naming an undo redoes the act."""
    return present.view(deciding.undo(parts.store, caller, record_id, wanted.key, wanted.batch))


@router.post(
    "/records/{record_id}/restore",
    operation_id="restore",
    summary="Bring a record back to a time",
    response_model=RecordView,
    responses=problems("not-found", "conflict", "refused"),
)
def restore(record_id: PathId, wanted: Restore, caller: Annotator, parts: Parts) -> RecordView:
    """Append the decisions that make labels, tags and attributes what they were then; nothing is lost."""
    return present.view(deciding.restore(parts.store, caller, record_id, wanted.key, wanted.at))
