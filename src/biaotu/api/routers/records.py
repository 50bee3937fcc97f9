"""Records: lists, one as it stands, its history, what models said of it, why, what is like it."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Query

from biaotu.api import finding, present
from biaotu.api.access import Reader
from biaotu.api.openapi import problems
from biaotu.api.routing import api_router
from biaotu.api.schemas.common import Cursor, ItemKey, Limit, PathId, RecordState, ShortText
from biaotu.api.schemas.records import (
    AnnotationList,
    Evidence,
    History,
    Mentions,
    RecordPage,
    RecordView,
    SimilarRecord,
    SimilarRecords,
)
from biaotu.api.services import Parts

router = api_router("/records", "records")
evidence = api_router("/records", "records", slow=True)

Item = Annotated[ItemKey, Query()]


@router.get(
    "", operation_id="list_records", summary="Records by state", response_model=RecordPage, responses=problems()
)
def list_records(
    _caller: Reader,
    parts: Parts,
    state: Annotated[RecordState | None, Query(description="Only those in this state.")] = None,
    museum: Annotated[ShortText | None, Query(description="Only those of this museum.")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> RecordPage:
    """Records in the order in which they came in."""
    with parts.store.reading() as unit:
        page = unit.lists.records(state=state, museum=museum, cursor=cursor, limit=limit)
    return RecordPage(items=[present.summary(record) for record in page.items], next=page.cursor)


@router.get(
    "/{record_id}",
    operation_id="get_record",
    summary="A record as it stands",
    response_model=RecordView,
    responses=problems("not-found"),
)
def get_record(record_id: PathId, _caller: Reader, parts: Parts) -> RecordView:
    """Everything that models suggest and people decided, folded together."""
    with parts.store.reading() as unit:
        return present.view(unit.decisions.view(record_id))


@router.get(
    "/{record_id}/history",
    operation_id="get_history",
    summary="What people did to a record",
    response_model=History,
    responses=problems("not-found"),
)
def get_history(record_id: PathId, _caller: Reader, parts: Parts) -> History:
    """All acts, newest first; undone ones too."""
    with parts.store.reading() as unit:
        return History(items=[present.act(act) for act in unit.decisions.history(record_id)])


@router.get(
    "/{record_id}/annotations",
    operation_id="list_annotations",
    summary="What each model version said of a record",
    response_model=AnnotationList,
    responses=problems("not-found"),
)
def list_annotations(record_id: PathId, _caller: Reader, parts: Parts) -> AnnotationList:
    """Annotations as `biaotu annotate` writes them, newest first."""
    with parts.store.reading() as unit:
        unit.records.get(record_id)
        return AnnotationList(items=[present.annotation(one) for one in unit.annotations.of_record(record_id)])


@evidence.get(
    "/{record_id}/evidence",
    operation_id="get_evidence",
    summary="What speaks for an item",
    response_model=Evidence,
    responses=problems("not-found"),
)
def get_evidence(record_id: PathId, item: Item, _caller: Reader, parts: Parts) -> Evidence:
    """Which words and which parts of the photos speak for or against a label, tag or attribute value."""
    return finding.evidence(parts, record_id, item)


@router.get(
    "/{record_id}/similar",
    operation_id="list_similar",
    summary="Records like this one",
    response_model=SimilarRecords,
    responses=problems("not-found"),
)
def list_similar(
    record_id: PathId,
    _caller: Reader,
    parts: Parts,
    by: Annotated[Literal["text", "photo"] | None, Query(description="By words or photos; both by default.")] = None,
    limit: Limit = 10,
) -> SimilarRecords:
    """The records nearest by the models' vectors."""
    found = finding.similar(parts, record_id, by, limit)
    return SimilarRecords(
        items=[SimilarRecord(**present.summary_fields(record), score=hit.score) for hit, record in found]
    )


@router.get(
    "/{record_id}/mentions",
    operation_id="list_mentions",
    summary="The same words in other records",
    response_model=Mentions,
    responses=problems("not-found"),
)
def list_mentions(record_id: PathId, item: Item, _caller: Reader, parts: Parts, limit: Limit = 50) -> Mentions:
    """Where else the words of an attribute value stand, so that one decision can be offered for all."""
    found = finding.mentions(parts, record_id, item, limit)
    items = [present.mention(one) for one in found.items]
    return Mentions(items=items, total=found.total, complete=found.complete)
