"""A store opened, made, brought up to date; units of work; errors of the database as errors of the store."""

from __future__ import annotations

import threading
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

import biaotu.store.store
from biaotu.errors import Busy, NotFound, StoreError
from biaotu.store import Actor, NewRecord, Store, StorePlace
from biaotu.store.engine import WRITES, make_engine
from biaotu.store.migrations import HEAD, current_version, migrate
from biaotu.store.schema import METADATA
from biaotu.taxonomy import ATTRIBUTES, MATERIALS, USES
from store_fixtures import TEST, PostgresServer, add_records

pytest_plugins = ("store_fixtures",)


def test_a_store_that_is_not_there_is_not_made_unasked(tmp_path: Path, postgres_server: PostgresServer) -> None:
    with pytest.raises(NotFound, match="no store in"):
        Store.open(StorePlace(tmp_path / "none"))
    assert not (tmp_path / "none").exists()
    with pytest.raises(NotFound, match="no store in"):
        Store.open(postgres_server.place("postgres", tmp_path / "none"))


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    (tmp_path / "biaotu.sqlite").write_text("编号,名称\n" * 200, encoding="utf-8")
    with pytest.raises(StoreError, match="not a database"):
        Store.open(StorePlace(tmp_path))


def test_what_was_written_is_there_when_opened_again(place: StorePlace) -> None:
    with Store.open(place) as store:
        add_records(store, 3)
    with Store.open(place) as store, store.reading() as unit:
        assert unit.records.counts()["new"] == 3


def test_a_store_of_a_newer_biaotu_is_refused(store: Store, place: StorePlace) -> None:
    with store.writing(TEST) as unit:
        unit.connection.execute(sa.text("UPDATE alembic_version SET version_num = 'v9999'"))
    with pytest.raises(StoreError, match=f"schema v9999, this biaotu knows up to {HEAD}"):
        Store.open(place)


def test_the_migrations_make_what_the_tables_say(store: Store) -> None:
    with store.engine.connect() as connection:
        assert current_version(connection) == HEAD
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Did not recognize type 'halfvec'")
            options = {"compare_type": False, "include_object": _is_of_a_migration}
            context = MigrationContext.configure(connection, opts=options)
            assert compare_metadata(context, METADATA) == []


def _is_of_a_migration(thing: object, name: str | None, *_: object) -> bool:
    """Whether a migration made it; the near indexes of vectors are made for each model as it comes."""
    del thing
    return not (name or "").startswith("ix_vectors_near_")


def test_many_may_make_the_same_store_at_once(tmp_path: Path) -> None:
    place = StorePlace(tmp_path / "store")
    ready = threading.Barrier(4)

    def make() -> str | None:
        ready.wait()
        with Store.open(place, create=True) as store, store.engine.connect() as connection:
            return current_version(connection)

    with ThreadPoolExecutor(4) as pool:
        assert [one.result() for one in [pool.submit(make) for _ in range(4)]] == [HEAD] * 4


def test_a_migration_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = StorePlace(tmp_path)
    engine = make_engine(place)

    def fails(*_: object) -> None:
        raise RuntimeError("power cut")

    with monkeypatch.context() as patch:
        patch.setattr("biaotu.store.migrations.triggers.freeze", fails)
        with pytest.raises(RuntimeError):
            migrate(engine)
    assert sa.inspect(engine).get_table_names() == []
    migrate(engine)
    with engine.connect() as connection:
        assert current_version(connection) == HEAD
    engine.dispose()


def test_the_vocabularies_are_in_the_store_as_the_package_has_them(store: Store, place: StorePlace) -> None:
    query = sa.text("SELECT zh FROM terms WHERE scheme = :scheme ORDER BY position")
    with store.writing(TEST) as unit:
        for vocabulary in (MATERIALS, USES, ATTRIBUTES):
            names = unit.connection.execute(query, {"scheme": vocabulary.name}).scalars().all()
            assert tuple(names) == vocabulary.names
        unit.connection.execute(sa.text("UPDATE terms SET zh = '旧名' WHERE id = 'metal'"))
    with Store.open(place) as again, again.reading() as unit:
        assert "旧名" not in unit.connection.execute(query, {"scheme": "material"}).scalars().all()


def test_a_unit_that_fails_leaves_nothing(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.writing(TEST) as unit:
        unit.records.add(NewRecord("1"))
        raise ZeroDivisionError
    with store.reading() as unit:
        assert unit.records.counts()["new"] == 0


def test_a_reader_sees_one_state_throughout_and_cannot_write_on_postgresql(store: Store) -> None:
    with store.reading() as unit:
        assert unit.records.counts()["new"] == 0
        add_records(store, 2)
        assert unit.records.counts()["new"] == 0
    if store.place.database is not None:
        with pytest.raises(StoreError, match="read-only"), store.reading() as unit:
            unit.records.add(NewRecord("1"))


def test_a_writer_who_waits_too_long_is_told_to_try_again(
    sqlite_place: StorePlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(biaotu.store.store, "BUSY_SECONDS", 0.05)
    with Store.open(sqlite_place) as store, store.writing(TEST):
        with pytest.raises(Busy, match="try again"), store.writing(TEST):
            pass
        other = sa.create_engine(sqlite_place.url, connect_args={"timeout": 0.05})  # another process, in effect
        with other.connect() as connection, pytest.raises(sa.exc.OperationalError, match="locked"):
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        other.dispose()
    monkeypatch.setattr(biaotu.store.engine, "BUSY_SECONDS", 0.05)
    with Store.open(sqlite_place) as one, Store.open(sqlite_place) as two, one.writing(TEST):  # noqa: SIM117
        with pytest.raises(Busy, match="busy"), two.writing(TEST):
            pass


def test_a_deadlock_is_told_as_busy(postgres_place: StorePlace) -> None:
    with Store.open(postgres_place) as store:
        first, second = add_records(store, 2)
        ready, outcomes = threading.Barrier(2), list[str]()

        def crosswise(one: int, other: int) -> None:
            try:
                with store.writing(TEST) as unit:
                    unit.records.lock([one])
                    ready.wait()
                    unit.records.lock([other])
                outcomes.append("done")
            except Busy:
                outcomes.append("busy")

        threads = [threading.Thread(target=crosswise, args=pair) for pair in ((first, second), (second, first))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(outcomes) == ["busy", "done"]


def test_a_value_that_no_database_takes_is_told(store: Store) -> None:
    with pytest.raises(StoreError, match="cannot be stored"), store.writing(TEST) as unit:
        unit.records.add(NewRecord("1", extra={"长": float("nan")}))
    with store.writing(TEST) as unit:
        record_id = unit.records.add(NewRecord("1", extra={"名": "\ud800"}))
        assert unit.records.get(record_id).extra == {"名": "\ud800"}


def test_sqlite_keeps_what_it_acknowledged(sqlite_store: Store) -> None:
    with sqlite_store.engine.connect().execution_options(**{WRITES: False}) as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 30000}


def test_times_go_in_with_their_zone_alone(store: Store) -> None:
    from datetime import UTC, datetime, timedelta, timezone

    naive = Store(store.place, clock=lambda: datetime(2026, 1, 1))
    with pytest.raises(StoreError, match="without a zone"), naive.writing(TEST) as unit:
        unit.records.add(NewRecord("1"))
    naive.close()
    beijing = datetime(2026, 5, 1, 8, 30, 0, 123456, timezone(timedelta(hours=8)))
    abroad = Store(store.place, clock=lambda: beijing)
    with abroad.writing(Actor.system("x")) as unit:
        record = unit.records.get(unit.records.add(NewRecord("1")))
    abroad.close()
    assert record.created_at == beijing and record.created_at.tzinfo is UTC


def test_a_file_that_may_not_be_written_is_told_with_what_it_takes(sqlite_store: Store) -> None:
    with pytest.raises(StoreError, match=r"readonly database.*the right to write"), sqlite_store.writing(TEST) as unit:
        unit.connection.exec_driver_sql("PRAGMA query_only = ON")
        try:
            unit.records.add(NewRecord("1", "名"))
        finally:
            unit.connection.exec_driver_sql("PRAGMA query_only = OFF")
