"""What follows from annotations and decisions, kept beside the records so that lists need not fold everything anew."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from biaotu.review import RecordView
from biaotu.store.repos.base import pieces
from biaotu.store.repos.copying import insert_many
from biaotu.store.schema import record_items, records

if TYPE_CHECKING:
    from biaotu.store.unit import Unit

LONGEST_VALUE: Final = 200
"""Code points of a value that are kept: PostgreSQL indexes no long ones."""

UNTOLD: Final = -1.0
"""The confidence of what no model spoke of; a number, since the databases sort NULL differently."""

Row = tuple[str, str, str, str, float]


def span_value(attribute: str, words: str) -> str:
    """How ``record_items`` names the value of a span."""
    return f"{attribute}:{words}"[:LONGEST_VALUE]


def columns(view: RecordView, annotation_id: int | None) -> dict[str, Any]:
    """The worked-out columns of ``records``."""
    return {
        "state": view.state,
        "revision": view.revision,
        "uncertainty": view.uncertainty,
        "annotation_id": annotation_id,
        "submitted_by": view.submitter,
    }


def items(view: RecordView) -> dict[str, Row]:
    """(item, kind, value, status, confidence) of everything that is shown or was judged, by item."""
    return {row[0]: row for row in _items(view)}


def _items(view: RecordView) -> Iterator[Row]:
    for label in (*view.material, *view.use):
        if label.confidence is not None or label.status != "none":
            value = f"{label.item.system}:{label.item.term}"
            yield label.item.key, "label", value, label.status, _told(label.confidence)
    for tag in view.tags:
        yield tag.item.key, "tag", tag.item.tag, tag.status, _told(tag.confidence)
    for span in view.attributes:
        yield span.item.key, "span", span_value(span.item.type, span.value), span.status, _told(span.confidence)


def _told(confidence: float | None) -> float:
    return UNTOLD if confidence is None else confidence


def load_items(connection: Connection, ids: Sequence[int]) -> dict[int, dict[str, Row]]:
    """What ``record_items`` holds of records."""
    found: dict[int, dict[str, Row]] = {record_id: {} for record_id in ids}
    for piece in pieces(ids):
        for row in connection.execute(sa.select(record_items).where(record_items.c.record_id.in_(piece))):
            found[row.record_id][row.item] = (row.item, row.kind, row.value, row.status, row.confidence)
    return found


def write_columns(connection: Connection, changes: Mapping[int, Mapping[str, Any]]) -> None:
    """Update columns of ``records``; all changes name the same columns."""
    if changes:
        statement = sa.update(records).where(records.c.id == sa.bindparam("key"))
        connection.execute(statement, [{"key": record_id, **values} for record_id, values in changes.items()])


def write_items(unit: Unit, wanted: Mapping[int, Mapping[str, Row]]) -> None:
    """Make ``record_items`` hold what is wanted of each record, touching only what differs."""
    known = load_items(unit.connection, list(wanted))
    gone, fresh = [], []
    for record_id, rows in wanted.items():
        old = known[record_id]
        gone += [{"record": record_id, "key": item} for item, row in old.items() if rows.get(item) != row]
        fresh += [item_row(record_id, row) for item, row in rows.items() if old.get(item) != row]
    if gone:
        which = (record_items.c.record_id == sa.bindparam("record"), record_items.c.item == sa.bindparam("key"))
        unit.connection.execute(sa.delete(record_items).where(*which), gone)
    insert_many(unit, record_items, fresh)


def item_row(record_id: int, row: Row) -> dict[str, Any]:
    """A row of ``record_items``."""
    item, kind, value, status, confidence = row
    return {
        "record_id": record_id,
        "item": item,
        "kind": kind,
        "value": value,
        "status": status,
        "confidence": confidence,
    }
