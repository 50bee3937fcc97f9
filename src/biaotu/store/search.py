"""Search in the store: keeping the index in step with the records, and answering queries from it."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from biaotu.records import OcrReading
from biaotu.review import RecordView
from biaotu.search import SearchPage, SearchQuery
from biaotu.search.columns import FRESH, GONE
from biaotu.search.document import facet_values, indexed_text
from biaotu.store.index import answering, changes, keeping
from biaotu.store.index.matrix import Matrices
from biaotu.store.index.memory import Memory
from biaotu.store.index.tables import search_documents
from biaotu.store.repos.base import Repository, pieces
from biaotu.store.repos.copying import insert_many
from biaotu.store.schema import records

if TYPE_CHECKING:
    from biaotu.store.store import Store
    from biaotu.store.unit import Unit

_BULK = 50
_PATIENCE = (
    4  # acts of people let four times as many fresh texts pile up before one of them has to wait for a new block
)


class SearchRepository(Repository):
    """The index of words and facets, written in the transaction that changes the records."""

    def __init__(self, unit: Unit) -> None:
        super().__init__(unit)
        self._new: list[dict[str, Any]] = []

    def index(self, record_ids: Sequence[int]) -> None:
        """Bring the index rows of records up to date; records that are gone leave the index.

        To be called in the transaction that changed them, with as many at once as there are.
        """
        for piece in pieces(sorted(set(record_ids)), 1000):
            views = self._unit.decisions.views(piece)
            self.index_views({record_id: views.get(record_id) for record_id in piece})

    def index_views(self, views: Mapping[int, RecordView | None]) -> None:
        """The same, with the records' views at hand; None for a record that is gone."""
        before = self._before(sorted(views))
        rows = []
        for record_id in sorted(views):  # in order of id, so that two writers never wait for each other
            row = _row(record_id, views[record_id])
            old = before.get(record_id)
            if old is None and row["block"] == GONE:
                continue
            if old is not None and row["block"] == FRESH and old["text"] == row["text"] and old["block"] != GONE:
                row["block"] = old["block"]  # the words are the same: its bigrams stay where they are
            if old != row:
                rows.append(row)
        if not rows:
            return
        stamp = changes.stamp(self._connection)
        for row in rows:
            row["stamp"] = stamp
        self._connection.execute(self._upsert(), rows)
        enough = keeping.SEAL_AT * (1 if len(views) >= _BULK else _PATIENCE)
        if keeping.fresh_count(self._connection, enough) >= enough:
            keeping.tend(self._connection, stamp)

    def index_new(self, views: Mapping[int, RecordView]) -> None:
        """The same for records that this unit has made, so that no row of theirs can be there; done when it ends."""
        self._new.extend(_row(record_id, view) for record_id, view in views.items())
        if len(self._new) >= keeping.FULL:
            self.settle()

    def settle(self) -> None:
        """Write the rows of new records; where they are many, in blocks of their own, and each of them once."""
        rows, self._new = sorted(self._new, key=lambda row: int(row["record_id"])), []
        for piece in pieces(rows, keeping.FULL):
            stamp = changes.stamp(self._connection)
            block = FRESH
            if len(piece) >= keeping.SEAL_AT:
                ids = [int(row["record_id"]) for row in piece]
                block = keeping.build(self._connection, ids, [str(row["text"]) for row in piece])
            insert_many(self._unit, search_documents, [{**row, "block": block, "stamp": stamp} for row in piece])
            if block == FRESH and keeping.fresh_count(self._connection, keeping.SEAL_AT) >= keeping.SEAL_AT:
                keeping.tend(self._connection, stamp)

    def stale(self, views: Mapping[int, RecordView]) -> set[int]:
        """Those of the records whose row in the index is not what follows from their views."""
        kept = self._before(sorted(views), lock=False)
        free = {"block"}  # any block may hold the words, but one must
        return {
            record_id
            for record_id, view in views.items()
            if (row := kept.get(record_id)) is None
            or row["block"] == GONE
            or any(row[name] != value for name, value in _row(record_id, view).items() if name not in free)
        }

    def probe(self) -> str:
        """A text that stays the same as long as nothing about any record changes (``changes.probe``)."""
        return changes.probe(self._connection)

    def states(self) -> list[tuple[int, str]]:
        """Every record with a mark of its state (``changes.states``)."""
        return changes.states(self._connection)

    def tend(self) -> int:
        """Bring all fresh texts into blocks, however few; for quiet times. Returns how many."""
        return keeping.tend(self._connection, changes.stamp(self._connection), least=1)

    def rebuild(self) -> int:
        """Build the index anew from records, annotations and decisions. Returns how many records stand in it."""
        changes.new_epoch(self._connection)
        keeping.clear(self._connection)
        ids = self._connection.execute(sa.select(records.c.id).where(records.c.removed_at.is_(None))).scalars().all()
        self.index(ids)
        self.tend()
        return len(ids)

    def _before(self, ids: Sequence[int], *, lock: bool = True) -> dict[int, dict[str, Any]]:
        columns = [column for column in search_documents.c if column.name != "stamp"]
        found: dict[int, dict[str, Any]] = {}
        for piece in pieces(ids):
            query = sa.select(*columns).where(search_documents.c.record_id.in_(piece))
            if lock and self._unit.postgresql:  # what stands there must not change until it is overwritten
                query = query.order_by(search_documents.c.record_id).with_for_update()
            found.update({row.record_id: row._asdict() for row in self._connection.execute(query)})
        return found

    def _upsert(self) -> sqlite.Insert | postgresql.Insert:
        table = search_documents
        insert = postgresql.insert(table) if self._unit.postgresql else sqlite.insert(table)
        changed = {column.name: insert.excluded[column.name] for column in table.c if not column.primary_key}
        return insert.on_conflict_do_update(index_elements=["record_id"], set_=changed)


class Searcher:
    """Answers queries. One for each open store; it keeps columns, parts and vectors in memory between queries.

    Queries of one process are answered one after the other: the work is numpy's and holds the interpreter anyway.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._memory = Memory()
        self._matrices = Matrices()

    def search(self, query: SearchQuery) -> tuple[SearchPage, answering.Shown]:
        """Answer a query, with the records found.

        Raises:
            QueryError: if it cannot be answered as asked; the words typed are never the cause.
            NotFound: if the record that others are to be like is not there.
            StoreError: if the database fails.
        """
        query.check()
        # The transaction begins inside the lock, so it never sees less than what is in memory already.
        with self._lock, self._store.reading() as unit:
            self._memory.refresh(unit.connection)
            return answering.answer(unit, self._memory, self._matrices, query)


def _photo_texts(reading: OcrReading | None) -> list[str]:
    """The words read on each photo."""
    lines: defaultdict[int, list[str]] = defaultdict(list)
    for line in reading.lines if reading else ():
        lines[line.photo].append(line.text)
    return ["\n".join(texts) for texts in lines.values()]


def _row(record_id: int, view: RecordView | None) -> dict[str, Any]:
    """A row of ``search_documents`` but for the stamp."""
    if view is None:
        empty: dict[str, Any] = dict.fromkeys(("title_end", "description_end", "tags_end", "length"), 0)
        return {"record_id": record_id, "block": GONE, **empty, "facets": "", "text": ""}
    shown, facts = view.shown(), view.facts
    indexed = indexed_text(
        facts.title,
        facts.description,
        (*shown.primary, *shown.secondary),
        [span.value for span in shown.spans],
        _photo_texts(view.ocr),
    )
    facets = facet_values(
        material=shown.material,
        use=shown.use,
        spans=shown.spans,
        museum=facts.museum,
        state=view.state,
        title=facts.title,
        description=facts.description,
    )
    return {
        "record_id": record_id,
        "block": FRESH,
        "title_end": indexed.title_end,
        "description_end": indexed.description_end,
        "tags_end": indexed.tags_end,
        "length": len(indexed.text),
        "facets": "\n".join(facets),
        "text": indexed.text,
    }
