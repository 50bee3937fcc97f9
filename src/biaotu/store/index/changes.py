"""Who changed what since I last looked: stamps on rows, so that a process reads only the rows that are new to it.

SQLite has one writer at a time; a counter, raised in the transaction that writes, orders all changes. PostgreSQL has
many, and they do not commit in the order they began; there a row is stamped with its transaction, and a reader looks
again at everything stamped by a transaction that was not over when it looked last.
"""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from biaotu.store import schema
from biaotu.store.index.tables import search_state

_FOREVER = 2**62
_COUNTER = sa.select(search_state.c.epoch, search_state.c.counter)
_SNAPSHOT = sa.text(
    "SELECT epoch, pg_snapshot_xmin(s)::text::bigint, pg_snapshot_xmax(s)::text::bigint "
    "FROM search_state, pg_current_snapshot() AS s"
)


@dataclass(frozen=True, slots=True)
class Moment:
    """What a reader has seen: every stamp below ``seen``, none from ``limit`` on; ``epoch`` of the index."""

    epoch: int
    seen: int
    limit: int

    def since(self, stamp: sa.Column[int], before: Moment) -> sa.ColumnElement[bool]:
        """The rows that may have changed between an earlier moment and this one."""
        return sa.and_(stamp >= before.seen, stamp < self.limit)


def look(connection: Connection) -> Moment:
    """The moment that a reading transaction sees."""
    if connection.dialect.name == "postgresql":
        epoch, seen, limit = connection.execute(_SNAPSHOT).one()
        return Moment(epoch, seen, limit)
    epoch, counter = connection.execute(_COUNTER).one()
    return Moment(epoch, counter + 1, _FOREVER)


def stamp(connection: Connection) -> int:
    """The stamp for the rows that a writing transaction changes."""
    if connection.dialect.name == "postgresql":
        return int(connection.scalar(sa.text("SELECT pg_current_xact_id()::text::bigint")) or 0)
    raised = sa.update(search_state).values(counter=search_state.c.counter + 1).returning(search_state.c.counter)
    return int(connection.execute(raised).scalar_one())


def new_epoch(connection: Connection) -> None:
    """Tell every process to load the index from the start."""
    connection.execute(sa.update(search_state).values(epoch=search_state.c.epoch + 1))


def probe(connection: Connection) -> str:
    """A text that is the same at two times only if no record, and nothing said of one, has changed in between.

    It may differ though nothing has. On SQLite the newest decision and annotation and the counter tell all; on
    PostgreSQL, where transactions do not commit in order, only that none has run does.
    """
    if connection.dialect.name == "postgresql":
        return str(connection.scalar(sa.text("SELECT pg_current_snapshot()::text")))
    epoch, counter = connection.execute(_COUNTER).one()
    newest = [
        connection.scalar(sa.select(sa.func.max(table.c.id))) or 0 for table in (schema.decisions, schema.annotations)
    ]
    return ":".join(map(str, (epoch, counter, *newest)))


def states(connection: Connection) -> list[tuple[int, str]]:
    """Every record with a mark of its state, by id: it changes with what models or people say, and with the words.

    For whoever keeps something that follows from records: what has another mark than last time is to be read again,
    what is missing is gone.
    """
    query = sa.select(
        schema.records.c.id, schema.records.c.revision, schema.records.c.annotation_id, schema.records.c.text_version
    )
    rows = connection.execute(query.where(schema.records.c.removed_at.is_(None)).order_by(schema.records.c.id))
    return [(number, f"{revision}.{annotation or 0}.{text}") for number, revision, annotation, text in rows]
