"""The largest tables in parts (PostgreSQL's hash partitions): for stores of tens of millions of records.

Queries do not know of it. What it is for: a part is vacuumed, reindexed, dumped and restored by itself and beside the
others, and its indexes stay small enough for memory. A store has as many parts as it was told; the same call with
another number moves the rows. Migrations work on the whole table, as before.
"""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from biaotu.errors import UsageError
from biaotu.store.migrations.triggers import freeze
from biaotu.store.schema import FROZEN
from biaotu.store.store import Store
from biaotu.store.values import Actor

DIVIDED: Final = {
    "record_versions": "record_id",
    "suggestions": "annotation_id",
    "record_items": "record_id",
    "search_documents": "record_id",
}
"""Tables that grow with the records and by whose key no other table names a row, with the column that decides the part.

``annotations`` has ids of its own that ``suggestions`` name and so cannot be cut by record; it has an eighth of the
rows.
"""
MOST: Final = 256


def partitions(store: Store) -> int:
    """In how many parts the largest tables are; 0 if they are whole."""
    with store.reading() as unit:
        return 0 if not unit.postgresql else _parts(unit.connection, next(iter(DIVIDED)))


def divide(store: Store, count: int) -> bool:
    """Cut the largest tables into ``count`` parts, 0: make them whole; False if they are so already.

    One transaction: others wait until it ends, and if it does not all is as it was. An empty store takes a moment, a
    full one as long as a copy of these tables and their indexes, and as much room on the disk.

    Raises:
        UsageError: if the store is no PostgreSQL, or for a number of parts that helps nobody.
        StoreError: if the database fails.
    """
    if store.place.database is None:
        raise UsageError(
            "only PostgreSQL has partitions; name a server by BIAOTU_DATABASE_URL. 仅 PostgreSQL 支持分区。"
        )
    if count and not 2 <= count <= MOST:
        raise UsageError(f"a table is cut into 2 to {MOST} parts, not {count}; 0 makes it whole again")
    if partitions(store) == count:
        return False
    with store.writing(Actor.system("store")) as unit:
        for table, column in DIVIDED.items():
            _move(unit.connection, table, column, count)
        unit.audit.add("store.divide", "store", {"partitions": count})
    return True


def _parts(connection: Connection, table: str) -> int:
    query = sa.text("SELECT count(*) FROM pg_inherits WHERE inhparent = to_regclass(:table)")
    return int(connection.execute(query, {"table": table}).scalar_one())


def _move(connection: Connection, table: str, column: str, count: int) -> None:
    """Make the table anew beside the old one, with the same columns, keys, indexes and triggers, and move the rows."""
    run = connection.exec_driver_sql
    run(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
    keys = run(
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint "
        f"WHERE conrelid = '{table}'::regclass AND contype IN ('p', 'f', 'c') ORDER BY contype DESC"
    ).all()
    indexes = run(
        "SELECT i.relname, pg_get_indexdef(i.oid) FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid "
        f"WHERE x.indrelid = '{table}'::regclass AND NOT x.indisprimary"
    ).all()
    whole = f"{table}_moving"
    run(f"ALTER TABLE {table} RENAME TO {whole}")
    for name, _ in keys:
        run(f'ALTER TABLE {whole} DROP CONSTRAINT "{name}"')
    for name, _ in indexes:
        run(f'DROP INDEX "{name}"')
    divided = f"PARTITION BY HASH ({column})" if count else ""
    run(f"CREATE TABLE {table} (LIKE {whole} INCLUDING DEFAULTS INCLUDING STORAGE) {divided}")
    for part in range(count):
        bound = f"FOR VALUES WITH (MODULUS {count}, REMAINDER {part})"
        run(f"CREATE TABLE {table}_{part}_of_{count} PARTITION OF {table} {bound}")
    run(f"INSERT INTO {table} SELECT * FROM {whole}")
    run(f"DROP TABLE {whole}")
    for name, definition in sorted(keys, key=lambda key: not key[1].startswith("PRIMARY")):
        run(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}'.replace("%", "%%"))
    for _, definition in indexes:
        run(definition.replace(" ONLY ", " ").replace("%", "%%"))
    if table in FROZEN:
        freeze(connection, [table, *(f"{table}_{part}_of_{count}" for part in range(count))])
    run(f"ANALYZE {table}")


__all__ = ["DIVIDED", "MOST", "divide", "partitions"]
