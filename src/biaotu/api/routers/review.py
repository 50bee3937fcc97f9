"""The queue, the grid, agreement."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Response

from biaotu.api import present, queueing
from biaotu.api.access import Annotator, Reader, Reviewer
from biaotu.api.openapi import problems
from biaotu.api.routing import api_router
from biaotu.api.schemas.common import Cursor, Limit, RecordState
from biaotu.api.schemas.records import RecordView, Status
from biaotu.api.schemas.review import Agreement, Grid, NextRecord, Queue, QueueOrder, QueueRow, Waiting
from biaotu.api.services import Parts
from biaotu.review import agreement

router = api_router("", "review")

LabelKey = Annotated[
    str, Query(pattern="^label:(material|use):[a-z-]{1,64}$", examples=["label:material:metal"], max_length=100)
]


@router.get(
    "/queue", operation_id="get_queue", summary="What to look at next", response_model=Queue, responses=problems()
)
def get_queue(
    _caller: Reader,
    parts: Parts,
    order: Annotated[
        QueueOrder, Query(description="The least certain, the most telling for training, or the oldest first.")
    ] = "uncertainty",
    state: Annotated[RecordState | None, Query(description="By default all that wait for a person.")] = None,
    limit: Limit = 20,
) -> Queue:
    """Records that wait for a person, the most worthwhile first, and how many are in each state."""
    found, waiting = queueing.listed(parts.store, order, state, limit)
    items = [QueueRow(**present.summary(record).model_dump(), reason=reason) for record, reason in found]
    return Queue(items=items, waiting=Waiting.model_validate(waiting))


@router.post(
    "/queue/next",
    operation_id="take_next",
    summary="Take the next record",
    response_model=RecordView,
    responses=problems() | {204: {"description": "Nothing waits."}},
)
def take_next(wanted: NextRecord, caller: Annotator, parts: Parts) -> RecordView | Response:
    """The next record of the queue, kept for the asker for ten minutes so that two people do not get the same."""
    view = queueing.take(parts.store, caller, wanted.order, wanted.state, wanted.skip)
    return Response(status_code=204) if view is None else present.view(view)


@router.get(
    "/grid", operation_id="get_grid", summary="Records under one label", response_model=Grid, responses=problems()
)
def get_grid(
    _caller: Reader,
    parts: Parts,
    item: LabelKey,
    status: Annotated[Status, Query(description="How the label stands on the records.")] = "suggested",
    cursor: Cursor = None,
    limit: Limit = 60,
) -> Grid:
    """Records by one label, so that many can be decided on at a glance."""
    page, total = queueing.grid(parts.store, item, status, cursor, limit)
    return Grid(items=[present.grid_cell(cell) for cell in page.items], next=page.cursor, total=total)


@router.get(
    "/agreement",
    operation_id="get_agreement",
    summary="How far people agree",
    response_model=Agreement,
    responses=problems(),
)
def get_agreement(_caller: Reviewer, parts: Parts) -> Agreement:
    """Over all items that two people judged: shares, Cohen's kappa, F1 of spans."""
    with parts.store.reading() as unit:
        return Agreement.model_validate(agreement(unit.decisions.all()).to_dict())
