"""Whether a store is sound, and its backup."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest
import sqlalchemy as sa

from biaotu.errors import NotFound, Refused, StoreError
from biaotu.store import NewImage, NewRecord, Store, StorePlace, backup, check
from biaotu.store.schema import FROZEN
from store_fixtures import TEST, add_records, add_user, annotate, changes

pytest_plugins = ("store_fixtures",)


def with_photo(store: Store, data: bytes = b"photo") -> str:
    """A record with a photo whose file is kept."""
    kept = store.photos.put(data, ".jpg")
    with store.writing(TEST) as unit:
        unit.images.add_many([NewImage(kept.digest, ".jpg", "image/jpeg", kept.size, 1, 1)])
        record_id = unit.records.add(NewRecord(kept.digest[:9], "名"))
        unit.images.attach([(record_id, kept.digest, "a.jpg", 0)])
        unit.search.index([record_id])
    return kept.digest


def found(store: Store, deep: bool = False) -> list[tuple[str, str]]:
    return [(finding.code, finding.object) for finding in check(store, deep)]


def run(store: Store, statement: str) -> None:
    with store.writing(TEST) as unit:
        unit.connection.execute(sa.text(statement))


def test_a_store_in_use_is_sound(store: Store) -> None:
    ids, anna = add_records(store, 5), add_user(store, "anna")
    annotate(store, ids[:4])
    with_photo(store)
    with store.writing(anna) as unit:
        unit.decisions.decide(ids[0], changes("state submit"), base=0, key="a")
        unit.decisions.decide(ids[1], changes("tag:老柳 reject", "label:use:weapon accept"), base=0, key="b")
        unit.decisions.undo(ids[1], key="c")
        unit.records.remove([ids[3]])
    assert found(store, deep=True) == []


def test_photos_are_compared_with_what_their_names_say(store: Store) -> None:
    missing, short, changed = (with_photo(store, data) for data in (b"one", b"two", b"three"))
    store.photos.path(missing, ".jpg").unlink()
    store.photos.path(short, ".jpg").write_bytes(b"")
    store.photos.path(changed, ".jpg").write_bytes(b"eerht")
    (store.photos.folder / "zz").mkdir()
    (store.photos.folder / "zz" / "stray.jpg").touch()
    (store.photos.folder / ".new-half").touch()
    expected = {
        ("photo-missing", missing),
        ("photo-damaged", short),
        ("photo-stray", "stray.jpg"),
        ("photo-stray", ".new-half"),
    }
    assert set(found(store)) == expected
    assert set(found(store, deep=True)) == expected | {("photo-damaged", changed)}


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE records SET state = 'approved'",
        "UPDATE records SET uncertainty = 0.123",
        "UPDATE records SET revision = 99",
        "UPDATE records SET annotation_id = NULL",
        "UPDATE records SET photo_set = 'x'",
        "DELETE FROM record_items WHERE kind = 'tag'",
        "UPDATE record_items SET status = 'accepted' WHERE item = 'label:material:metal'",
    ],
)
def test_what_is_worked_out_is_compared_with_the_truth_and_mended(store: Store, change: str) -> None:
    (record_id,) = add_records(store)
    annotate(store, [record_id])
    run(store, change)
    assert found(store) == [("stale", f"record:{record_id}")]
    if "photo_set" not in change:
        with store.writing(TEST) as unit:
            unit.decisions.refresh([record_id])
        assert found(store) == []


def test_a_record_without_its_words_and_an_act_without_decisions_are_found(store: Store) -> None:
    (record_id,) = add_records(store)
    run(store, "UPDATE records SET text_version = 7")
    run(
        store,
        "INSERT INTO batches (id, record_id, actor, key, kind, text_version, note, at) "
        f"VALUES ('b', {record_id}, 'x', 'k', 'decide', 1, '', '2030-01-01 00:00:00.000000')",
    )
    assert set(found(store)) == {("dangling", f"record:{record_id}"), ("dangling", "batch:b")}


@pytest.mark.parametrize("table", FROZEN)
def test_triggers_that_were_taken_away_are_missed(sqlite_store: Store, table: str) -> None:
    run(sqlite_store, f"DROP TRIGGER {table}_no_delete")
    assert found(sqlite_store) == [("unguarded", table)]


def test_triggers_that_were_switched_off_are_missed(postgres_place: StorePlace) -> None:
    with Store.open(postgres_place) as store:
        run(store, "ALTER TABLE audit DISABLE TRIGGER audit_frozen")
        try:
            assert found(store) == [("unguarded", "audit")]
        finally:
            run(store, "ALTER TABLE audit ENABLE TRIGGER audit_frozen")


def test_a_damaged_file_is_found(sqlite_place: StorePlace) -> None:
    with Store.open(sqlite_place) as store:
        add_records(store, 200)
    data = bytearray(sqlite_place.sqlite.read_bytes())
    place = data.rindex("青石沟".encode()) // 4096 * 4096
    data[place : place + 200] = b"\x05" * 200
    sqlite_place.sqlite.write_bytes(bytes(data))
    with Store.open(sqlite_place) as store:
        codes = set[str]()
        try:
            codes.update(finding.code for finding in check(store))
        except StoreError as error:
            codes.add("database" if "malformed" in str(error) else str(error))
    assert "database" in codes


def test_a_backup_is_a_store_as_it_stood_while_people_went_on(sqlite_store: Store, tmp_path: Path) -> None:
    ids = add_records(sqlite_store, 300)
    annotate(sqlite_store, ids[:20])
    photo = with_photo(sqlite_store)
    stop = threading.Event()

    def go_on() -> None:
        number = 1000
        while not stop.is_set():
            add_records(sqlite_store, 1, start=(number := number + 1))

    writer = threading.Thread(target=go_on)
    writer.start()
    told: list[tuple[int, int]] = []
    try:
        assert backup(sqlite_store, tmp_path / "copy", lambda done, total: told.append((done, total))) == 1
    finally:
        stop.set()
        writer.join()
    assert told == [(1, 1)]
    with Store.open(StorePlace(tmp_path / "copy")) as copy, copy.reading() as unit:
        assert unit.records.counts()["annotated"] == 20
        assert copy.photos.read(photo, ".jpg") == b"photo"
        assert found(copy, deep=True) == []
    again = with_photo(sqlite_store, b"another")
    assert backup(sqlite_store, tmp_path / "copy") == 1  # only what is new
    assert {path.name for path in (tmp_path / "copy").rglob("*") if path.is_file()} == {
        "biaotu.sqlite",
        f"{photo}.jpg",
        f"{again}.jpg",
    }


def test_a_backup_says_what_it_could_not_copy(sqlite_store: Store, tmp_path: Path) -> None:
    missing, there = with_photo(sqlite_store, b"one"), with_photo(sqlite_store, b"two")
    sqlite_store.photos.path(missing, ".jpg").unlink()
    with pytest.raises(NotFound, match=missing):
        backup(sqlite_store, tmp_path / "copy")
    with Store.open(StorePlace(tmp_path / "copy")) as copy:
        assert copy.photos.intact(there, ".jpg")
    with pytest.raises(StoreError, match="itself"):
        backup(sqlite_store, sqlite_store.place.folder)
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="no backup in"):
        backup(sqlite_store, tmp_path / "file")


def test_the_rows_of_a_server_are_its_own_matter(postgres_place: StorePlace, tmp_path: Path) -> None:
    with Store.open(postgres_place) as store, pytest.raises(Refused, match="pg_dump"):
        backup(store, tmp_path / "copy")


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE search_documents SET text = 'x' WHERE record_id = :id",
        "UPDATE search_documents SET facets = '' WHERE record_id = :id",
        "DELETE FROM search_documents WHERE record_id = :id",
    ],
)
def test_a_search_index_that_differs_is_found_and_mended(store: Store, damage: str) -> None:
    record_id = add_records(store, 3)[1]
    with store.writing(TEST) as unit:
        unit.connection.execute(sa.text(damage), {"id": record_id})
    assert found(store, deep=True) == [("stale", f"record:{record_id}")]
    with store.writing(TEST) as unit:
        unit.search.rebuild()
    assert found(store, deep=True) == []


def test_a_removed_record_that_is_still_found_is_stale(store: Store) -> None:
    record_id = add_records(store, 3)[1]
    with store.writing(TEST) as unit:
        unit.records.remove([record_id])
    assert found(store, deep=True) == []
    run(store, f"UPDATE search_documents SET block = 0 WHERE record_id = {record_id}")
    assert found(store, deep=True) == [("stale", f"record:{record_id}")]


def test_a_backup_that_was_opened_and_killed_is_overtaken_whole(sqlite_store: Store, tmp_path: Path) -> None:
    """The companions that a killed process left beside an older backup belong to the older one."""
    add_records(sqlite_store, 3)
    backup(sqlite_store, tmp_path / "copy")
    script = f"""
import os
from pathlib import Path
from biaotu.store import Actor, NewRecord, Store, StorePlace
store = Store.open(StorePlace(Path({str(tmp_path / "copy")!r})))
with store.writing(Actor.system("test")) as unit:
    unit.records.add_many([NewRecord(f"in the copy {{n}}", "名" * 500) for n in range(200)])
os._exit(9)
"""
    subprocess.run([sys.executable, "-c", script], check=False)
    assert (tmp_path / "copy" / "biaotu.sqlite-wal").stat().st_size
    add_records(sqlite_store, 50, start=10)
    backup(sqlite_store, tmp_path / "copy")
    with Store.open(StorePlace(tmp_path / "copy")) as copy, copy.reading() as unit:
        assert unit.records.counts()["new"] == 53
        assert found(copy, deep=True) == []
