"""Records and their photos: added, found, revised, removed; on both databases."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from biaotu.errors import Conflict, NotFound, Refused
from biaotu.records import Notice
from biaotu.store import NewImage, NewRecord, Store, check
from store_fixtures import TEST, Clock, add_records, annotate

pytest_plugins = ("store_fixtures",)

RED, BLUE = "a" * 64, "b" * 64


def image(digest: str, phash: int | None = None) -> NewImage:
    return NewImage(digest, ".jpg", "image/jpeg", 1000, 900, 600, phash)


def test_added_records_come_back_as_they_went_in(store: Store) -> None:
    notice = Notice("image-missing", "没有照片")
    fresh = [
        NewRecord(str(n), f"红军{n}", "𠮷\n一行", "馆", "甲库", {"来源": ["a", 1, None]}, [notice]) for n in range(1200)
    ]
    with store.writing(TEST) as unit:
        ids = unit.records.add_many(fresh)
    with store.reading() as unit:
        found = unit.records.find("馆", [one.number for one in fresh])
        assert [found[one.number].id for one in fresh] == ids
        record = unit.records.by_number("馆", "7")
        assert (record.title, record.description, record.extra) == ("红军7", "𠮷\n一行", {"来源": ["a", 1, None]})
        assert (record.collection, record.notices, record.text_version) == ("甲库", (notice,), 1)
        assert (record.state, record.revision, record.uncertainty, record.images) == ("new", 0, 0.0, ())
        assert unit.records.get_many([*ids, 10**9]).keys() == set(ids)
        assert unit.records.museums() == ["馆"]


def test_a_number_stands_once_in_a_museum(store: Store) -> None:
    add_records(store, 2, museum="馆")
    with pytest.raises(Conflict, match="already"), store.writing(TEST) as unit:
        unit.records.add_many([NewRecord("9", museum="馆"), NewRecord("0002", museum="馆")])
    with store.writing(TEST) as unit:
        unit.records.add(NewRecord("0002", museum="另一馆"))
        assert unit.records.counts()["new"] == 3


def test_new_words_are_a_new_version(store: Store) -> None:
    clock = Clock(datetime(2030, 1, 1, tzinfo=UTC))
    with Store.open(store.place, clock=clock) as timed:
        (record_id,) = add_records(timed)
        clock.on(days=1)
        with timed.writing(TEST) as unit:
            assert unit.records.revise(record_id, "新", "说明", {"a": 1}, collection="乙库") == 2
            unit.records.revert(record_id, 1)
            assert unit.records.revise(record_id, "更新", "说明", {}) == 3  # a version is never written twice
        with timed.reading() as unit:
            record, versions = unit.records.get(record_id), unit.records.versions(record_id)
    assert (record.title, record.text_version, record.collection, record.updated_at) == ("更新", 3, "乙库", clock.time)
    assert [(one.version, one.title, one.extra) for one in versions[1:]] == [(2, "新", {"a": 1}), (3, "更新", {})]


def test_a_removed_record_is_hidden_everywhere_and_its_number_is_free(store: Store) -> None:
    first, second = add_records(store, 2)
    annotate(store, [first, second])
    with store.writing(TEST) as unit:
        unit.records.remove([first])
    with store.reading() as unit:
        for look in (unit.records.get, unit.decisions.view, unit.decisions.history):
            with pytest.raises(NotFound):
                look(first)
        assert unit.records.find("", ["0001", "0002"]).keys() == {"0002"}
        assert [one.id for one in unit.lists.records().items] == [second]
        assert sum(unit.records.counts().values()) == 1
        assert unit.queue.list() == tuple(unit.lists.summaries([second]).values())
        assert unit.decisions.views([first, second]).keys() == {second}
    assert list(check(store)) == []
    with store.writing(TEST) as unit:
        assert unit.records.add(NewRecord("0001")) > second


def test_what_is_not_there_is_told(store: Store) -> None:
    with store.writing(TEST) as unit:
        for look in (
            lambda: unit.records.get(5),
            lambda: unit.records.by_number("馆", "5"),
            lambda: unit.records.revise(5, "", "", {}),
            lambda: unit.records.lock([5]),
        ):
            with pytest.raises(NotFound, match="5"):
                look()
        (record_id,) = unit.records.add_many([NewRecord("1")])
        with pytest.raises(NotFound, match="no version 2"):
            unit.records.revert(record_id, 2)


@pytest.mark.parametrize("text", ["前\x00后", "前\ud800后"])
def test_words_that_no_database_keeps_are_refused_with_their_place(store: Store, text: str) -> None:
    with store.writing(TEST) as unit:
        with pytest.raises(Refused, match=r"title holds U\+\w+ at character 2"):
            unit.records.add(NewRecord("1", text))
        record_id = unit.records.add(NewRecord("1"))
        with pytest.raises(Refused, match="description holds"):
            unit.records.revise(record_id, "", text, {})
        with pytest.raises(Refused, match="number has more than"):
            unit.records.add(NewRecord("9" * 201))


def test_photos_are_kept_once_and_shown_in_order(store: Store) -> None:
    first, second = add_records(store, 2)
    hashed = 2**63 + 5
    with store.writing(TEST) as unit:
        assert unit.images.add_many([image(RED, hashed), image(BLUE), image(RED, hashed)]) == 2
        assert unit.images.add_many([image(RED, 1)]) == 0
        links = [(first, BLUE, "背面.jpg", 1), (first, RED, "正面.jpg", 0), (second, RED, "同.jpg", 0)]
        assert unit.images.attach(links) == 3
        assert unit.images.attach([*links, (second, BLUE, "又.jpg", 0)]) == 1  # its place is taken: it goes behind
    with store.reading() as unit:
        assert [(one.name, one.position, one.width) for one in unit.records.get(first).images] == [
            ("正面.jpg", 0, 900),
            ("背面.jpg", 1, 900),
        ]
        assert unit.records.get(second).digests == (RED, BLUE)
        assert unit.images.hashes() == [(RED, hashed)]
        assert [(record.id, name) for record, name in unit.images.names([RED])[RED]] == [
            (first, "正面.jpg"),
            (second, "同.jpg"),
        ]
        assert unit.images.get(RED).phash == hashed
        assert unit.lists.summaries([first])[first].thumbnail == RED
        with pytest.raises(NotFound):
            unit.images.get("c" * 64)


def test_what_an_import_attached_can_be_taken_back(store: Store) -> None:
    (record_id,) = add_records(store)
    with store.writing(TEST) as unit:
        began = unit.imports.begin("a.csv", "0" * 64)
        unit.images.add_many([image(RED), image(BLUE)])
        unit.images.attach([(record_id, RED, "a.jpg", 0)])
        unit.images.attach([(record_id, BLUE, "b.jpg", 1)], began.id)
        assert unit.images.detach_import(began.id) == [record_id]
        assert unit.records.get(record_id).digests == (RED,)
        assert [one.digest for one in unit.images.all()] == [RED, BLUE]


def test_the_photos_of_removed_records_are_no_longer_compared(store: Store) -> None:
    (record_id,) = add_records(store)
    with store.writing(TEST) as unit:
        unit.images.add_many([image(RED, 3)])
        assert unit.images.hashes() == []
        unit.images.attach([(record_id, RED, "a.jpg", 0)])
        assert unit.images.hashes() == [(RED, 3)]
        unit.records.remove([record_id])
        assert unit.images.hashes() == []


def test_a_hash_of_other_length_is_refused(store: Store) -> None:
    with pytest.raises(ValueError, match="64 bits"), store.writing(TEST) as unit:
        unit.images.add_many([image(RED, 2**64)])
