"""A value of another type than its column says, as a damaged type byte leaves it: told, never a bare error."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from api_fixtures import BASE, CLI, Server, act, decision
from biaotu.api import app
from biaotu.api.settings import Settings
from biaotu.errors import Damaged
from biaotu.store import Store
from biaotu.store.schema import METADATA
from biaotu.store.schema.base import OneOf
from store_fixtures import add_records

pytest_plugins = ("store_fixtures", "api_fixtures")

BYTES, WORD = b"\xe7\xba\xa2\x00\xff", "红"
READS = (
    "/records",
    "/records/{}",
    "/records/{}/history",
    "/search?q=手榴弹",
    "/review/next",
    "/users",
    "/audit",
)


def columns(database: sqlite3.Connection) -> Iterator[tuple[str, sa.Column[object]]]:
    """Every column of the tables that hold rows."""
    for table in METADATA.tables.values():
        if database.execute(f"SELECT count(*) FROM {table.name}").fetchone()[0]:
            yield from ((table.name, column) for column in table.columns)


def unguarded(database: sqlite3.Connection) -> None:
    """Take away what keeps rows from being changed; a failing disk asks no trigger."""
    for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        database.execute(f'DROP TRIGGER "{name}"')
    database.execute("PRAGMA ignore_check_constraints = ON")


@pytest.mark.parametrize("wrong", [BYTES, WORD], ids=["bytes", "a word"])
def test_a_server_tells_damage_and_never_fails_without_a_cause(server: Server, wrong: bytes | str) -> None:
    record = server.record(photos=1)
    client = server.client("admin", raise_errors=False)
    items = [decision("tag:柳", "primary"), decision("tag:河", "secondary")]
    assert client.post(f"/api/v1/records/{record}/decisions", json=act(10**6, "before-1", *items)).status_code == 201
    bare, told = set(), set()
    with (
        closing(sqlite3.connect(server.store.place.sqlite, isolation_level=None)) as database,
        closing(sqlite3.connect(":memory:")) as whole,
    ):
        unguarded(database)
        database.backup(whole)
        for table, column in columns(database):
            if wrong == WORD and not (isinstance(column.type, OneOf) or column.name in ("item", "verdict")):
                continue  # as good as any other
            try:
                database.execute(f"UPDATE OR IGNORE {table} SET {column.name} = ?", (wrong,))
            except sqlite3.Error:
                continue  # a row number is one whatever happens
            for path in READS:
                answer = client.get("/api/v1" + path.format(record))
                if answer.status_code == 500:
                    bare.add((table, column.name, path))
                elif answer.status_code == 503:
                    told.add((table, column.name))
                    assert "the database is damaged" in answer.json()["detail"], (table, column.name, answer.text)
            whole.backup(database)
    assert sorted(bare) == []
    assert len(told) > (30 if wrong == BYTES else 3)


def test_a_store_that_cannot_be_tidied_is_served(sqlite_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    (record,) = add_records(sqlite_store)
    with closing(sqlite3.connect(sqlite_store.place.sqlite, isolation_level=None)) as database:
        unguarded(database)
        database.execute("UPDATE search_documents SET text = CAST(x'e7baff31' AS TEXT)")
    with pytest.raises(Damaged, match="UTF-8: the database is damaged"), sqlite_store.writing(CLI) as unit:
        unit.search.tend()
    told: list[str] = []
    monkeypatch.setattr(app, "_log", SimpleNamespace(warning=lambda text, *rest: told.append(text % rest)))
    with TestClient(app.create_app(Settings(), sqlite_store), base_url=BASE) as client:
        assert client.get("/api/v1/health").status_code == 200
    with sqlite_store.reading() as unit:
        assert unit.records.get(record).title
    (why,) = told
    assert why.startswith("the store was not tidied") and "the database is damaged" in why


def test_a_facet_that_is_none_is_told_each_time(server: Server) -> None:
    server.record()
    with closing(sqlite3.connect(server.store.place.sqlite, isolation_level=None)) as database:
        unguarded(database)
        database.execute("UPDATE search_documents SET facets = replace(facets, 'state:', 'stbte:')")
    client = server.client("admin", raise_errors=False)
    for _ in range(2):
        answer = client.get("/api/v1/search?q=手榴弹")
        assert answer.status_code == 503 and "the database is damaged" in answer.json()["detail"]
    with server.store.writing(CLI) as unit:  # as its message says
        unit.search.rebuild()
    assert client.get("/api/v1/search?q=手榴弹").status_code == 200
