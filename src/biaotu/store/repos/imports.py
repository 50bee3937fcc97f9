"""The ledger of imports: what became of each row, so that an import can be resumed, shown and rolled back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import sqlalchemy as sa

from biaotu.errors import NotFound, Refused
from biaotu.store.cursors import read_cursor, write_cursor
from biaotu.store.repos.base import Repository, notices_in, notices_out
from biaotu.store.repos.copying import insert_many
from biaotu.store.repos.reading import CURRENT, LIVING, SUMMARY, summary
from biaotu.store.schema import batches, import_rows, imports, record_versions, records
from biaotu.store.values import Import, ImportRow, ImportState, Outcome, Page, RecordSummary

CHANGED: Final = ("new", "updated")
"""Outcomes of rows that changed the store."""


class ImportRepository(Repository):
    """Imports and their rows."""

    def begin(
        self,
        file: str,
        digest: str,
        museum: str = "",
        collection: str = "",
        settings: Mapping[str, Any] | None = None,
        state: ImportState = "running",
    ) -> Import:
        """Enter a new import.

        Args:
            file: the list, as the user named it.
            digest: SHA-256 of its bytes.
            museum: whose records.
            collection: of which collection.
            settings: the options that change what a row becomes.
            state: planned or running.
        """
        values = {
            "file": file,
            "digest": digest,
            "museum": museum,
            "collection": collection,
            "settings": dict(settings or {}),
            "state": state,
            "counts": {},
            "user_id": self._user_id,
            "actor": self._unit.actor.name,
            "created_at": self._unit.now(),
        }
        import_id = self._connection.execute(sa.insert(imports).returning(imports.c.id), values).scalar_one()
        self._unit.audit.add("import.begin", f"import:{import_id}", {"file": file, "museum": museum})
        return self.get(import_id)

    def unfinished(self, digest: str, settings: Mapping[str, Any]) -> Import | None:
        """The newest import of the same file with the same settings that was begun and not finished."""
        query = sa.select(imports).where(imports.c.digest == digest, imports.c.state.in_(("running", "stopped")))
        found = (_import(row) for row in self._connection.execute(query.order_by(imports.c.id.desc())))
        return next((one for one in found if one.settings == dict(settings)), None)

    def start(self, import_id: int) -> Import:
        """Set a planned or stopped import going (again).

        Raises:
            NotFound: if there is no such import.
            Refused: if it is done or rolled back.
        """
        startable = imports.c.state.in_(("planned", "running", "stopped"))
        change = sa.update(imports).where(imports.c.id == import_id, startable)
        if self._connection.execute(change.values(state="running", finished_at=None)).rowcount != 1:
            raise Refused(f"import {import_id} is {self.get(import_id).state}; it cannot be run again")
        return self.get(import_id)

    def finish(self, import_id: int, state: ImportState, counts: Mapping[str, int] | None = None) -> None:
        """Say how an import stands.

        Args:
            import_id: the import.
            state: done, stopped and rolled_back end it for now.
            counts: rows by outcome; None leaves them.

        Raises:
            NotFound: if there is no such import.
        """
        ended = state in ("done", "stopped", "rolled_back")
        values: dict[str, Any] = {"state": state, "finished_at": self._unit.now() if ended else None}
        if counts is not None:
            values["counts"] = dict(counts)
        if self._connection.execute(sa.update(imports).where(imports.c.id == import_id).values(values)).rowcount != 1:
            raise NotFound(f"there is no import {import_id}")
        self._unit.audit.add(f"import.{state}", f"import:{import_id}", counts)

    def add_rows(self, import_id: int, rows: Iterable[ImportRow]) -> None:
        """Enter what became of rows; in the transaction that did it."""
        values = [
            {
                "import_id": import_id,
                "position": row.position,
                "row": row.row,
                "number": row.number,
                "outcome": row.outcome,
                "record_id": row.record_id,
                "reason": row.reason,
                "notices": notices_out(row.notices),
                "before": None if row.before is None else dict(row.before),
            }
            for row in rows
        ]
        insert_many(self._unit, import_rows, values)

    def settled(self, import_id: int) -> int:
        """How many rows were entered: where to resume."""
        query = sa.select(sa.func.count()).where(import_rows.c.import_id == import_id)
        return int(self._connection.execute(query).scalar_one())

    def counts(self, import_id: int) -> dict[Outcome, int]:
        """Rows by outcome, as entered so far."""
        query = sa.select(import_rows.c.outcome, sa.func.count()).where(import_rows.c.import_id == import_id)
        return dict(self._connection.execute(query.group_by(import_rows.c.outcome)).tuples().all())

    def rows(
        self, import_id: int, outcome: Outcome | None = None, cursor: str | None = None, limit: int = 100
    ) -> Page[ImportRow]:
        """Rows of an import in the order of the file."""
        query = sa.select(import_rows).where(import_rows.c.import_id == import_id)
        if outcome is not None:
            query = query.where(import_rows.c.outcome == outcome)
        if cursor is not None:
            query = query.where(import_rows.c.position > read_cursor(cursor, int)[0])
        rows = self._connection.execute(query.order_by(import_rows.c.position).limit(limit + 1)).all()
        more = write_cursor(rows[limit - 1].position) if len(rows) > limit else None
        return Page(tuple(_row(row) for row in rows[:limit]), more)

    def all_rows(self, import_id: int, outcome: Outcome | None = None) -> Iterator[ImportRow]:
        """All rows of an import, page by page."""
        cursor = None
        while True:
            page = self.rows(import_id, outcome, cursor, 1000)
            yield from page.items
            if (cursor := page.cursor) is None:
                return

    def get(self, import_id: int) -> Import:
        """One import.

        Raises:
            NotFound: if there is none.
        """
        row = self._connection.execute(sa.select(imports).where(imports.c.id == import_id)).one_or_none()
        if row is None:
            raise NotFound(f"there is no import {import_id}")
        return _import(row)

    def lock(self, import_id: int) -> Import:
        """Like ``get``, and keep others from changing the import until the unit ends.

        Raises:
            NotFound: if there is none.
        """
        self._connection.execute(sa.select(imports.c.id).where(imports.c.id == import_id).with_for_update())
        return self.get(import_id)

    def page(self, cursor: str | None = None, limit: int = 50) -> Page[Import]:
        """Imports, newest first."""
        query = sa.select(imports)
        if cursor is not None:
            query = query.where(imports.c.id < read_cursor(cursor, int)[0])
        rows = self._connection.execute(query.order_by(imports.c.id.desc()).limit(limit + 1)).all()
        more = write_cursor(rows[limit - 1].id) if len(rows) > limit else None
        return Page(tuple(_import(row) for row in rows[:limit]), more)

    def list(self, limit: int = 100) -> tuple[Import, ...]:
        """The newest imports, newest first."""
        return self.page(limit=limit).items

    def decided_since(self, import_id: int) -> tuple[RecordSummary, ...]:
        """Records that an import added or updated and on which people decided since it began."""
        began = self.get(import_id).created_at
        # What is decided on a record that the import made came after it, whatever a clock that went back says.
        after = sa.or_(batches.c.at >= began, records.c.import_id == import_id)
        decided = sa.exists().where(batches.c.record_id == records.c.id, after)
        query = sa.select(*SUMMARY).select_from(CURRENT).where(LIVING, self._touched(import_id), decided)
        return tuple(summary(row) for row in self._connection.execute(query.order_by(records.c.id)))

    def touched_later(self, import_id: int) -> tuple[tuple[int, int, str], ...]:
        """(import, record id, number) of what later imports, not rolled back, updated of an import's records."""
        query = (
            sa.select(import_rows.c.import_id, import_rows.c.record_id, records.c.number)
            .join(imports, imports.c.id == import_rows.c.import_id)
            .join(records, records.c.id == import_rows.c.record_id)
            .where(
                LIVING,
                import_rows.c.import_id > import_id,
                import_rows.c.outcome.in_(CHANGED),
                imports.c.state != "rolled_back",
                self._touched(import_id),
            )
        )
        rows = self._connection.execute(query.order_by(import_rows.c.import_id, import_rows.c.position))
        return tuple((row.import_id, row.record_id, row.number) for row in rows)

    def standing_version(self, record_id: int, version: int) -> int:
        """A version of a record's words; if the import that wrote it was rolled back, the one that stood before it."""
        written = sa.and_(import_rows.c.import_id == imports.c.id, import_rows.c.record_id == record_id)
        query = (
            sa.select(import_rows.c.before)
            .select_from(record_versions.join(imports, imports.c.id == record_versions.c.import_id))
            .join(import_rows, written)
            .where(record_versions.c.record_id == record_id, imports.c.state == "rolled_back")
        )
        while True:
            before = self._connection.scalar(query.where(record_versions.c.version == version))
            if before is None:
                return version
            version = int(before["text_version"])

    def _touched(self, import_id: int) -> sa.ColumnElement[bool]:
        rows = import_rows.alias()
        return records.c.id.in_(
            sa.select(rows.c.record_id).where(rows.c.import_id == import_id, rows.c.outcome.in_(CHANGED))
        )


def _import(row: sa.Row[Any]) -> Import:
    return Import(**row._asdict())


def _row(row: sa.Row[Any]) -> ImportRow:
    return ImportRow(
        position=row.position,
        row=row.row,
        number=row.number,
        outcome=row.outcome,
        record_id=row.record_id,
        reason=row.reason,
        notices=notices_in(row.notices),
        before=row.before,
    )
