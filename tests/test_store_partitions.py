"""The largest tables in parts on PostgreSQL: everything goes as before, and back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from biaotu.cli.main import cli
from biaotu.errors import StoreError, UsageError
from biaotu.review import parse_item
from biaotu.search import SearchQuery
from biaotu.store import Store, StorePlace, check, divide, partitions
from biaotu.store.partitions import DIVIDED
from store_fixtures import TEST, PostgresServer, add_records, annotate, place_environment

pytest_plugins = ("store_fixtures",)

SHAPE = """
WITH asked AS (SELECT CAST(:name AS text) AS name, CAST(CAST(:name AS text) AS regclass) AS oid)
SELECT conname, pg_get_constraintdef(c.oid) FROM pg_constraint c, asked WHERE conrelid = asked.oid AND contype <> 'n'
UNION ALL SELECT indexname, replace(indexdef, ' ONLY ', ' ') FROM pg_indexes, asked WHERE tablename = asked.name
UNION ALL SELECT column_name, data_type || is_nullable FROM information_schema.columns, asked WHERE table_name = name
UNION ALL SELECT attname, attstorage::text FROM pg_attribute, asked WHERE attrelid = asked.oid AND attnum > 0
UNION ALL SELECT tgname, '' FROM pg_trigger, asked WHERE tgrelid = asked.oid AND NOT tgisinternal
ORDER BY 1, 2
"""


@pytest.fixture
def own_place(tmp_path: Path, postgres_server: PostgresServer) -> Iterator[StorePlace]:
    """A database of its own: that of the other tests is emptied by a list of its tables."""
    postgres_server.run("CREATE DATABASE parts")
    yield postgres_server.place("parts", tmp_path / "store")
    postgres_server.run("DROP DATABASE parts WITH (FORCE)")


def shapes(store: Store) -> dict[str, list[tuple[str, str]]]:
    with store.engine.connect() as connection:
        found = {name: connection.execute(sa.text(SHAPE), {"name": name}).tuples().all() for name in DIVIDED}
    return {name: [(one, other) for one, other in rows] for name, rows in found.items()}


def work(store: Store, start: int) -> None:
    """What people and programs do."""
    ids = add_records(store, 12, start=start)
    annotate(store, ids)
    with store.writing(TEST) as unit:
        unit.decisions.decide(ids[0], [(parse_item("tag:手榴弹"), "primary")], base=0, key=f"key {start}")
        unit.records.revise(ids[1], "改过的名称", "改过的描述。", {})
        unit.records.remove([ids[2]])
    assert list(check(store, deep=True)) == []


def test_a_store_is_cut_into_parts_and_made_whole_with_all_it_holds(own_place: StorePlace) -> None:
    with Store.open(own_place, create=True) as store:
        whole = shapes(store)
        work(store, 1)
        assert (partitions(store), divide(store, 4), partitions(store), divide(store, 4)) == (0, True, 4, False)
        assert list(check(store, deep=True)) == []
        cut = shapes(store)
        assert {name: [one for one, _ in rows] for name, rows in cut.items()} == {
            name: [one for one, _ in rows] for name, rows in whole.items()
        }
        work(store, 101)
        for table in ("suggestions", "suggestions_0_of_4", "suggestions_3_of_4", "record_versions_1_of_4"):
            with pytest.raises(StoreError, match="is append-only: DELETE is forbidden"), store.writing(TEST) as unit:
                unit.connection.execute(sa.text(f"DELETE FROM {table}"))
        with store.engine.connect() as connection:
            counted = "SELECT count(*) FROM record_items_{}_of_4"
            assert all(connection.scalar(sa.text(counted.format(part))) for part in range(4))
    with Store.open(own_place) as store:
        assert store.search(SearchQuery("水壶")).total == 22
        assert divide(store, 7) and divide(store, 0)
        assert shapes(store) == whole
        work(store, 201)
        assert store.search(SearchQuery("水壶")).total == 33


def test_who_asks_for_what_cannot_be_is_told(sqlite_store: Store, postgres_place: StorePlace) -> None:
    with pytest.raises(UsageError, match="only PostgreSQL has partitions"):
        divide(sqlite_store, 4)
    assert partitions(sqlite_store) == 0
    with Store.open(postgres_place) as store, pytest.raises(UsageError, match="into 2 to 256 parts, not 1"):
        divide(store, 1)


def test_the_command_makes_a_store_in_parts(own_place: StorePlace) -> None:
    for count, told in (("3", "in 3 parts"), ("3", "in 3 parts"), ("0", "are whole")):
        done = CliRunner().invoke(cli, ["store", "init", "--partitions", count], env=place_environment(own_place))
        assert (done.exit_code, told in done.stdout) == (0, True), done.output
