"""Connections: SQLite so that an acknowledged write survives a crash and writers queue up; PostgreSQL as it comes.

A transaction that will write says so at its start (``WRITES``): SQLite takes its one write lock at once
(BEGIN IMMEDIATE), since a reader that turns into a writer half-way may be refused and would have to start anew.
"""

from __future__ import annotations

import json
import sqlite3
import time
from functools import partial
from importlib.util import find_spec
from sqlite3 import Connection as SQLiteConnection
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from biaotu.errors import Damaged, StoreError
from biaotu.store.checked import check_types
from biaotu.store.place import StorePlace

WRITES: Final = "biaotu_writes"
"""Execution option of connections whose transaction will write."""
BUSY_SECONDS: Final = 30
"""How long a writer waits for its turn."""
POOL: Final = 5
OVERFLOW: Final = 45
"""More connections than the threads of one server process ask for; a PostgreSQL server allows 100 by default."""


def to_json(value: Any) -> str:
    """JSON as it is kept: Chinese as it is, which halves it; escaped only where lone surrogates could not be written.

    Raises:
        StoreError: if it holds what JSON has no form for: an infinite number, NaN, an object.
    """
    try:
        text = _encode(value, ensure_ascii=False)
    except (ValueError, TypeError) as error:
        raise StoreError(f"a value cannot be stored: {error}") from error
    try:
        text.encode()
    except UnicodeEncodeError:
        return _encode(value, ensure_ascii=True)
    return text


def from_json(text: str) -> Any:
    """JSON as it was kept.

    Raises:
        Damaged: if that is not what stands there any more.
    """
    try:
        return json.loads(text)
    except (ValueError, TypeError, RecursionError) as error:
        raise Damaged(f"a value in the database is damaged ({error}); restore a backup") from error


_encode: Final = partial(json.dumps, separators=(",", ":"), allow_nan=False)


def make_engine(place: StorePlace) -> Engine:
    """An engine for the rows of a place; nothing is opened yet.

    Raises:
        StoreError: if PostgreSQL is asked for and its driver is not installed.
    """
    if place.database is None:
        return _sqlite(place)
    if find_spec("psycopg") is None:
        raise StoreError(
            "PostgreSQL is named by BIAOTU_DATABASE_URL but its driver is missing; pip install 'biaotu[postgres]'"
        )
    engine = sa.create_engine(
        place.url,
        json_serializer=to_json,
        json_deserializer=from_json,
        pool_size=POOL,
        max_overflow=OVERFLOW,
        pool_use_lifo=True,  # the one used last has most in its cache
        pool_pre_ping=True,
        connect_args={"connect_timeout": 10, "options": f"-c lock_timeout={BUSY_SECONDS}s -c timezone=UTC"},
    )
    sa.event.listen(engine, "begin", _begin_postgresql)
    return engine


def _begin_postgresql(connection: Connection) -> None:
    """Readers see one state of the database throughout; writers read what others committed once they hold the lock."""
    if not connection.get_execution_options().get(WRITES):
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")


def _keep_a_log(connection: SQLiteConnection) -> None:
    """Switch to write-ahead logging; SQLite does not wait by itself when others open the same new file just now."""
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL").close()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.02)
        else:
            return


def _sqlite(place: StorePlace) -> Engine:
    engine = sa.create_engine(
        place.url,
        json_serializer=to_json,
        json_deserializer=from_json,
        pool_size=POOL,
        max_overflow=OVERFLOW,
        pool_use_lifo=True,  # the one used last has most in its cache
        connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
    )
    check_types(engine)

    @sa.event.listens_for(engine, "connect")
    def settings(connection: SQLiteConnection, _record: Any) -> None:
        connection.isolation_level = None  # the driver would open transactions by rules of its own
        _keep_a_log(connection)
        for pragma in (
            "synchronous = FULL",  # in WAL mode NORMAL may lose the last commits on a power cut
            "foreign_keys = ON",
            "cache_size = -65536",
            "temp_store = MEMORY",
        ):
            connection.execute(f"PRAGMA {pragma}").close()

    @sa.event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get(WRITES) else "BEGIN")

    return engine
