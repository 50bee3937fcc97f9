"""Records in lists: all of them, those under one label (the grid), those that hold the same words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final, Literal

import sqlalchemy as sa

from biaotu.errors import InputError
from biaotu.records import FieldName
from biaotu.review import LabelItem, SpanItem, State
from biaotu.store.cursors import Part, read_cursor, write_cursor
from biaotu.store.repos.base import Repository, kept_item
from biaotu.store.repos.caches import UNTOLD, span_value
from biaotu.store.repos.reading import CURRENT, LIVING, SUMMARY, summaries, summary
from biaotu.store.schema import record_items, record_versions, records
from biaotu.store.schema.review import LABELS, SPANS
from biaotu.store.values import GridCell, Mention, Mentions, Page, RecordSummary, StoredRecord

Order = Literal["id", "number", "updated"]
Status = Literal["suggested", "accepted", "rejected", "none"]

CONTEXT: Final = 12
"""Code points shown before and after a mention."""
CLOSED: Final = ("submitted", "approved")
LOOKED_AT: Final = 500
"""Records with the same words that are looked at, at most."""
_ENOUGH: Final = LOOKED_AT + 2
"""The record itself, those that are looked at, and one that tells that there are more."""
FIELDS: Final[tuple[FieldName, ...]] = ("title", "description")


class ListRepository(Repository):
    """Lists of records."""

    def records(
        self,
        state: State | None = None,
        museum: str | None = None,
        order: Order = "id",
        cursor: str | None = None,
        limit: int = 50,
    ) -> Page[RecordSummary]:
        """Records page by page.

        Args:
            state: only those in this state.
            museum: only those of this museum.
            order: ``id`` (as they came in), ``number`` (museum, then number) or ``updated`` (last changed first).
            cursor: where to go on.
            limit: how many at most.

        Raises:
            InputError: if the cursor is of another listing.
        """
        query = sa.select(*SUMMARY).select_from(CURRENT).where(LIVING)
        if state is not None:
            query = query.where(records.c.state == state)
        if museum is not None:
            query = query.where(records.c.museum == museum)
        after = None if cursor is None else read_cursor(cursor, *_KINDS[order])
        rows = self._connection.execute(_ordered(query, order, after).limit(limit + 1)).all()
        found = tuple(summary(row) for row in rows[:limit])
        return Page(found, write_cursor(*_place(found[-1], order)) if len(rows) > limit else None)

    def summaries(self, ids: Sequence[int]) -> dict[int, RecordSummary]:
        """Summaries of those of the records that are there."""
        return summaries(self._connection, ids)

    def grid(self, item: LabelItem, status: Status, cursor: str | None = None, limit: int = 60) -> Page[GridCell]:
        """Annotated records where a label stands like this, the model's surest first.

        Raises:
            InputError: if the cursor is of another listing.
        """
        query = sa.select(record_items.c.record_id, record_items.c.confidence).where(_cell(item, status))
        if cursor is not None:
            before = sa.tuple_(*(sa.literal(part) for part in read_cursor(cursor, float, int)))
            query = query.where(sa.tuple_(record_items.c.confidence, record_items.c.record_id) < before)
        query = query.order_by(record_items.c.confidence.desc(), record_items.c.record_id.desc())
        rows = self._connection.execute(query.limit(limit + 1)).all()
        shown = self.summaries([row.record_id for row in rows[:limit]])
        cells = tuple(
            GridCell(shown[row.record_id], None if row.confidence == UNTOLD else row.confidence, status)
            for row in rows[:limit]
        )
        last = rows[limit - 1] if len(rows) > limit else None
        return Page(cells, None if last is None else write_cursor(float(last.confidence), last.record_id))

    def grid_count(self, item: LabelItem, status: Status) -> int:
        """How many cells the grid has."""
        query = sa.select(sa.func.count()).select_from(record_items).where(_cell(item, status))
        return int(self._connection.execute(query).scalar_one())

    def mentions(self, record_id: int, item: SpanItem, limit: int = 50) -> Mentions:
        """Where the words of a span stand in other records: as a span of the same type, or unmarked.

        Words inside a longer span that is suggested or accepted are part of another name and left out; so are submitted
        and approved records, which take no decisions. Open mentions come first. At most ``LOOKED_AT`` records are read;
        where more may hold the words, ``complete`` is False and ``total`` says "at least".

        Raises:
            NotFound: if there is no such record.
        """
        words = self._words(record_id, item)
        if not words.strip():
            return Mentions((), 0, True)
        ids = sorted((self._with_span(item.type, words) | self._with_words(words)) - {record_id})
        others = self._unit.records.get_many(ids[:LOOKED_AT])
        spans = self._spans(list(others))
        shown = self.summaries(list(others))
        found = [
            Mention(shown[one], mentioned.key, words, mentioned.field, mentioned.start, mentioned.end, status, *context)
            for one, record in sorted(others.items())
            if record.state not in CLOSED
            for mentioned, status, context in self._in_record(record, spans[one], item.type, words)
        ]
        found.sort(key=lambda mention: mention.status in ("accepted", "rejected"))
        return Mentions(tuple(found[:limit]), len(found), len(ids) <= LOOKED_AT)

    def _words(self, record_id: int, item: SpanItem) -> str:
        """The words of a value; empty if it was read on photos in a reading that is no longer the record's."""
        if item.field != "ocr":
            return _text(self._unit.records.get(record_id), item.field)[item.start : item.end]
        facts = self._unit.decisions.view(record_id).facts
        return facts.text("ocr")[item.start : item.end].replace("\n", "") if facts.holds(item) else ""

    def _in_record(
        self, record: StoredRecord, spans: dict[SpanItem, str], attribute: str, words: str
    ) -> Iterator[tuple[SpanItem, str | None, tuple[str, str]]]:
        taken = [span for span, status in spans.items() if status in ("suggested", "accepted")]
        for field in FIELDS:
            text = _text(record, field)
            start = text.find(words)
            while start >= 0:
                end = start + len(words)
                span = SpanItem(field, start, end, attribute)
                if span in spans or not any(span.overlaps(other) for other in taken):
                    yield span, spans.get(span), (text[max(0, start - CONTEXT) : start], text[end : end + CONTEXT])
                start = text.find(words, end)

    def _with_span(self, attribute: str, words: str) -> set[int]:
        here = record_items.c.value == span_value(attribute, words)
        query = sa.select(record_items.c.record_id).distinct().where(SPANS, here)
        return set(self._connection.execute(query.order_by(record_items.c.record_id).limit(_ENOUGH)).scalars())

    def _with_words(self, words: str) -> set[int]:
        find = sa.func.strpos if self._unit.postgresql else sa.func.instr
        here = sa.or_(*(find(record_versions.c[field], words) > 0 for field in FIELDS))
        query = sa.select(records.c.id).select_from(CURRENT).where(LIVING, here).order_by(records.c.id)
        return set(self._connection.execute(query.limit(_ENOUGH)).scalars())

    def _spans(self, ids: Sequence[int]) -> dict[int, dict[SpanItem, str]]:
        """The spans of records with their status."""
        found: defaultdict[int, dict[SpanItem, str]] = defaultdict(dict)
        query = sa.select(record_items).where(record_items.c.record_id.in_(ids), record_items.c.kind == "span")
        for row in self._connection.execute(query):
            item = kept_item(row.item)
            if isinstance(item, SpanItem):
                found[row.record_id][item] = row.status
        return found


def _text(record: StoredRecord, field: FieldName) -> str:
    return record.title if field == "title" else record.description


def _moment(text: Part) -> datetime:
    try:
        return datetime.fromisoformat(str(text))
    except ValueError as error:
        raise InputError("no cursor of this listing; start without one") from error


_KINDS: Final[dict[Order, tuple[type, ...]]] = {"id": (int,), "number": (str, str), "updated": (str, int)}


def _place(record: RecordSummary, order: Order) -> tuple[Part, ...]:
    """What a record is sorted by, for the cursor."""
    if order == "number":
        return record.museum, record.number
    return (record.id,) if order == "id" else (record.updated_at.isoformat(), record.id)


def _ordered(query: sa.Select[Any], order: Order, after: tuple[Part, ...] | None) -> sa.Select[Any]:
    if order == "id":
        if after is not None:
            # Said of both tables: PostgreSQL, which may merge them, would read the words from the first record on.
            query = query.where(records.c.id > after[0], record_versions.c.record_id > after[0])
        return query.order_by(records.c.id)
    if order == "number":
        columns = (records.c.museum, records.c.number)
        query = query if after is None else query.where(sa.tuple_(*columns) > sa.tuple_(*map(sa.literal, after)))
        return query.order_by(*columns)
    if after is not None:
        place = sa.tuple_(sa.literal(_moment(after[0]), records.c.updated_at.type), sa.literal(after[1]))
        query = query.where(sa.tuple_(records.c.updated_at, records.c.id) < place)
    return query.order_by(records.c.updated_at.desc(), records.c.id.desc())


def _cell(item: LabelItem, status: Status) -> sa.ColumnElement[bool]:
    return sa.and_(LABELS, record_items.c.item == item.key, record_items.c.status == status)
