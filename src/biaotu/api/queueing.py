"""The queue and the grid as the routes show them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from biaotu.api.access import Caller
from biaotu.api.deciding import item_of, patiently
from biaotu.api.schemas.review import QueueOrder
from biaotu.errors import InputError
from biaotu.review import LabelItem, RecordView, State
from biaotu.review.view import Status
from biaotu.store import GridCell, Page, RecordSummary, Store

_REASONS: Final[Mapping[QueueOrder, str]] = {
    "uncertainty": "uncertain",
    "active": "telling",
    "oldest": "oldest",
}
"""Why a record stands where it stands, by the order asked for; pages have words for these."""


def listed(
    store: Store, order: QueueOrder, state: State | None, limit: int
) -> tuple[list[tuple[RecordSummary, str]], dict[State, int]]:
    """Records that wait, each with the reason, and how many are in each state."""
    with store.reading() as unit:
        found = unit.queue.list(order, state, limit)
        return [(record, _REASONS[order]) for record in found], unit.records.counts()


def take(
    store: Store, caller: Caller, order: QueueOrder, state: State | None, skip: Sequence[int]
) -> RecordView | None:
    """Lease the next record to the caller; None if nothing waits."""

    def work() -> RecordView | None:
        with store.writing(caller.actor) as unit:
            record_id = unit.queue.take(order, skip, state)
            return None if record_id is None else unit.decisions.view(record_id)

    return patiently(work)


def grid(store: Store, key: str, status: Status, cursor: str | None, limit: int) -> tuple[Page[GridCell], int]:
    """A page of records under a label, and how many there are.

    Raises:
        InputError: if the key names no label.
    """
    item = item_of(key)
    if not isinstance(item, LabelItem):
        raise InputError(f"{key}: the grid shows labels; write label:material:ID or label:use:ID")
    with store.reading() as unit:
        return unit.lists.grid(item, status, cursor, limit), unit.lists.grid_count(item, status)
