"""A full disk, damaged pages and lost connections: what a client hears, and that the same again works."""

from __future__ import annotations

import random

import psycopg
import pytest
import sqlalchemy as sa

from api_fixtures import Server, act, decision
from biaotu.errors import BiaotuError, Busy, Damaged, StoreError
from biaotu.review import parse_item
from biaotu.search import SearchQuery
from biaotu.store import Store, StorePlace, check
from biaotu.store.repos.cases import _newest_annotations
from biaotu.store.store import _Stage, _told
from store_fixtures import TEST, PostgresServer, add_records, annotate

pytest_plugins = ("store_fixtures", "api_fixtures")

END = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = 'biaotu'"


def test_a_full_disk_is_told_to_the_client_and_reading_goes_on(server: Server) -> None:
    record, client = server.record(), server.client("annotator")
    address, long = f"/api/v1/records/{record}/decisions", "柳" * 60
    engine = server.store.engine

    def full(connection: object, _record: object, _proxy: object) -> None:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()  # type: ignore[attr-defined]
        connection.execute(f"PRAGMA max_page_count = {pages}").close()  # type: ignore[attr-defined]

    sa.event.listen(engine, "checkout", full)
    answers = [
        client.post(address, json=act(10**6, f"full{n}", decision(f"tag:{n}{long}", "primary"))) for n in range(60)
    ]
    refused = next(answer for answer in answers if answer.status_code != 201)
    assert refused.status_code == 503
    assert refused.json()["detail"] == (
        "the disk that holds the database is full; make room, then try again; nothing was written"
    )
    assert client.get(f"/api/v1/records/{record}").status_code == 200

    sa.event.remove(engine, "checkout", full)
    sa.event.listen(
        engine, "checkout", lambda one, _record, _proxy: one.execute("PRAGMA max_page_count = 100000").close()
    )
    assert client.post(address, json=act(10**6, "again", decision("tag:柳", "primary"))).status_code == 201
    with server.store.reading() as unit:
        kept = [row.item.key for row in unit.decisions.of_record(record)]
    told = [f"tag:{n}{long}" for n, answer in enumerate(answers) if answer.status_code == 201]
    assert kept == [*told, "tag:柳"]


def test_a_connection_cut_in_a_transaction_leaves_nothing_and_is_worth_another_try(
    postgres_place: StorePlace, postgres_server: PostgresServer
) -> None:
    with Store.open(postgres_place) as store:
        (record,) = add_records(store)
        annotate(store, [record])
        lost = r"the connection to the database was lost .*; try again"
        with pytest.raises(Busy, match=lost), store.writing(TEST) as unit:
            unit.decisions.decide(record, [(parse_item("tag:甲"), "primary")], base=10**6, key="cut")
            postgres_server.run(END)
            unit.decisions.decide(record, [(parse_item("tag:乙"), "primary")], base=10**6, key="cut2")
        with store.writing(TEST) as unit:
            unit.decisions.decide(record, [(parse_item("tag:丙"), "primary")], base=10**6, key="cut")
            assert [row.item.key for row in unit.decisions.of_record(record)] == ["tag:丙"]


def test_a_connection_cut_while_committing_is_no_promise_either_way(
    postgres_place: StorePlace, postgres_server: PostgresServer
) -> None:
    with Store.open(postgres_place) as store:
        (record,) = add_records(store)
        open_end = "see whether it is there, then try again"
        with pytest.raises(StoreError, match=open_end) as told, store.writing(TEST) as unit:
            unit.audit.add("test", f"record:{record}")
            postgres_server.run(END)  # the next that the connection hears is COMMIT
        assert not isinstance(told.value, Busy), "nobody sends it again by itself"


def test_a_cut_in_the_middle_of_several_statements_is_told_from_words_of_the_caller(sqlite_place: StorePlace) -> None:
    def told(error: psycopg.Error) -> StoreError:
        return _told(sqlite_place, sa.exc.OperationalError("INSERT", {}, error), _Stage())

    for cut in ("sending query failed: cannot exit pipeline mode while busy", "FATAL:  terminating connection due to"):
        assert isinstance(told(psycopg.OperationalError(cut)), Busy)
    named = psycopg.errors.UniqueViolation("Key (name)=(pipeline mode) already exists.")
    assert not isinstance(told(named), Busy), "never worth another try"


def test_damaged_pages_are_told_as_such(sqlite_place: StorePlace) -> None:
    """Every error that damage brings is one of ours; a whole file put back is as before."""
    with Store.open(sqlite_place) as store:
        ids = add_records(store, 60)
        annotate(store, ids)
        with store.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    whole, told, choose = sqlite_place.sqlite.read_bytes(), list[StoreError](), random.Random(4)
    for _ in range(25):
        data = bytearray(whole)
        start = choose.randrange(len(data) // 4096) * 4096
        for _ in range(40):
            data[start + choose.randrange(4096)] = choose.randrange(256)
        _put(sqlite_place, bytes(data))
        try:
            with Store.open(sqlite_place) as store:
                list(check(store))
                store.search(SearchQuery("手榴弹"))
                with store.reading() as unit:
                    for record in ids:
                        unit.decisions.view(record).to_dict()
        except BiaotuError as error:
            assert isinstance(error, StoreError)
            told.append(error)
    assert any(isinstance(error, Damaged) and "backup" in str(error) for error in told)
    _put(sqlite_place, whole)
    with Store.open(sqlite_place) as store:
        assert list(check(store, deep=True)) == []


def _put(place: StorePlace, data: bytes) -> None:
    for path in place.folder.glob(f"{place.sqlite.name}-*"):
        path.unlink()
    place.sqlite.write_bytes(data)


def test_an_index_that_leads_elsewhere_is_told(sqlite_store: Store) -> None:
    first, second = add_records(sqlite_store, 2)
    annotate(sqlite_store, [first, second])
    with sqlite_store.reading() as unit, pytest.raises(Damaged, match=f"record {second}, which nobody asked for"):
        _newest_annotations(_Misled(unit.connection, second), {first: 1})  # type: ignore[arg-type]


class _Misled:
    """A connection whose index gives another record's row."""

    def __init__(self, connection: sa.Connection, record: int) -> None:
        self._connection, self._record = connection, record

    def execute(self, query: sa.Select[tuple[int, int, int]], parameters: object = None) -> object:
        del query, parameters
        return self._connection.execute(sa.text(f"SELECT {self._record}, 1, 1"))
