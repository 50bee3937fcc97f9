"""Many rows at once: by COPY on PostgreSQL, which takes them several times as fast as INSERT does.

The rows are plain: whoever calls knows that no key is taken, or wants the error.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, cast

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from biaotu.errors import StoreError
from biaotu.store.engine import to_json

if TYPE_CHECKING:
    from biaotu.store.unit import Unit

COPY_FROM: Final = 100
"""Rows from which on COPY pays: it is a statement of its own, with a round trip more than an INSERT."""
_SEQUENCE: Final = sa.text("SELECT nextval(pg_get_serial_sequence(:table, 'id')) FROM generate_series(1, :count)")
_LAST: Final = sa.text("SELECT seq FROM sqlite_sequence WHERE name = :table")

Row = Mapping[str, Any]
Turn = Callable[[Any], Any]


def insert_many(unit: Unit, table: sa.Table, rows: Sequence[Row]) -> None:
    """Add rows that all name the same columns.

    Raises:
        sqlalchemy.exc.DBAPIError: as an INSERT; ``IntegrityError`` if a key is taken.
        StoreError: if a value cannot be stored.
    """
    if not rows:
        return
    if unit.postgresql and len(rows) >= COPY_FROM:
        _copy(unit.connection, table, rows)
    else:
        unit.connection.execute(sa.insert(table), rows)


def new_ids(unit: Unit, table: sa.Table, count: int) -> list[int]:
    """Ids for rows to come, rising; never given out before nor again.

    Needs a writing unit: on SQLite nobody else can write before it ends, and the rows must be written in it.
    """
    if unit.postgresql:
        found = unit.connection.execute(_SEQUENCE, {"table": table.name, "count": count}).scalars()
        return [int(number) for number in found]
    last = int(unit.connection.scalar(_LAST, {"table": table.name}) or 0)
    return list(range(last + 1, last + 1 + count))


def _copy(connection: Connection, table: sa.Table, rows: Sequence[Row]) -> None:
    import psycopg

    names = list(rows[0])
    turns = [_turn(connection, table.c[name]) for name in names]
    quoted = ", ".join(f'"{name}"' for name in names)
    statement = f'COPY "{table.name}" ({quoted}) FROM STDIN'
    driver: Any = connection.connection.driver_connection
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(
                    [
                        value if turn is None or value is None else turn(value)
                        for value, turn in zip(row.values(), turns, strict=True)
                    ]
                )
    except psycopg.Error as error:  # as SQLAlchemy would tell it, so that all who catch its errors catch this one
        lost = connection.dialect.is_disconnect(cast(Any, error), None, None)
        if lost:
            connection.invalidate(error)
        raise sa.exc.DBAPIError.instance(
            statement, None, error, psycopg.Error, connection_invalidated=lost, dialect=connection.dialect
        ) from error
    except UnicodeEncodeError as error:
        raise StoreError(f"a value cannot be stored: {error}") from error


def _turn(connection: Connection, column: sa.Column[Any]) -> Turn | None:
    """What makes a column's value one that the driver writes; None if it is one already."""
    if isinstance(column.type, sa.JSON):
        return to_json
    return column.type.dialect_impl(connection.dialect).bind_processor(connection.dialect)


__all__ = ["COPY_FROM", "insert_many", "new_ids"]
