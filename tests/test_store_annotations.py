"""What models say: added once, claimed by several processes, wanted again when words or photos change."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from biaotu.errors import NotFound
from biaotu.records import Annotation
from biaotu.store import NewAnnotation, NewImage, Store, check
from samples import annotation
from store_fixtures import TEST, Clock, add_records, annotate

pytest_plugins = ("store_fixtures",)

MODEL = ("test-model", "1")


def missing(store: Store, model: tuple[str, str] = MODEL) -> list[int]:
    with store.reading() as unit:
        found = [record.id for record in unit.annotations.missing(model, 100)]
        assert unit.annotations.count_missing(model) == len(found)
        return found


def test_an_annotation_comes_back_whole_and_brings_the_record_up_to_date(store: Store) -> None:
    (record_id,) = add_records(store)
    annotate(store, [record_id])
    with store.reading() as unit:
        (kept,) = unit.annotations.of_record(record_id)
        record = unit.records.get(record_id)
    assert Annotation.from_dict(kept.document) == annotation()
    assert list(kept.document) == list(annotation().to_dict())  # keys in the order of the contract
    assert (kept.model_name, kept.model_version, kept.text_version) == (*MODEL, 1)
    assert (record.state, record.annotation_id) == ("annotated", kept.id)
    assert 0 < record.uncertainty <= 1


def test_a_model_version_speaks_once_of_the_same_words(store: Store) -> None:
    ids = add_records(store, 2)
    with store.writing(TEST) as unit:
        fresh = [NewAnnotation(record_id, 1, annotation()) for record_id in (*ids, ids[0], 999)]
        assert unit.annotations.add_many(fresh) == ids
        assert unit.annotations.add_many(fresh) == []
        assert not unit.annotations.add(ids[0], annotation(title="别的"))
        assert unit.annotations.add_many([]) == []
        assert len(unit.annotations.of_record(ids[0])) == 1


def test_records_are_wanted_until_annotated_or_failed(store: Store) -> None:
    ids = add_records(store, 4)
    assert missing(store) == ids
    annotate(store, ids[:1])
    with store.writing(TEST) as unit:
        unit.annotations.fail(ids[1], 1, MODEL, "照片坏了")
        unit.annotations.fail(ids[1], 1, MODEL, "again")
        unit.records.remove([ids[2]])
        assert unit.annotations.failures() == [(ids[1], "照片坏了")]
        assert [one.id for one in unit.annotations.missing(MODEL, 100, after=ids[2])] == [ids[3]]
    assert missing(store) == [ids[3]]
    assert missing(store, ("test-model", "2")) == [ids[0], ids[1], ids[3]]


def test_words_on_photos_once_read_do_not_vanish_when_the_reader_is_off(store: Store) -> None:
    plain, read = add_records(store, 2)
    with store.writing(TEST) as unit:
        assert unit.annotations.add(plain, annotation())
        assert unit.annotations.add(read, annotation(model_version="1+ocr"))
    assert missing(store) == []
    assert missing(store, ("test-model", "1+ocr")) == [plain]
    assert missing(store, ("test-model", "2")) == missing(store, ("test-model", "2+ocr")) == [plain, read]


def test_new_words_and_new_photos_are_annotated_anew(store: Store) -> None:
    first, second, third = add_records(store, 3)
    annotate(store, [first, second, third])
    with store.writing(TEST) as unit:
        unit.records.revise(first, "新", "", {})
        unit.images.add_many([NewImage("a" * 64, ".jpg", "image/jpeg", 1, 1, 1)])
        unit.images.attach([(second, "a" * 64, "a.jpg", 0)])
    assert missing(store) == [first, second]
    with store.writing(TEST) as unit:
        late = [NewAnnotation(first, 1, annotation()), NewAnnotation(second, 1, annotation(), photos=())]
        assert unit.annotations.add_many(late) == []  # what was said of the old ones is there already
        now = [NewAnnotation(first, 2, annotation(title="新", description="", attributes=()))]
        assert unit.annotations.add_many([*now, NewAnnotation(second, 1, annotation())]) == [first, second]
    assert missing(store) == []
    assert [finding.code for finding in check(store)] == ["photo-missing"]  # no file was kept for it here


def test_processes_share_the_work_and_take_over_from_the_dead(store: Store) -> None:
    ids = add_records(store, 5)
    clock = Clock(datetime(2030, 1, 1, tzinfo=UTC))
    with Store.open(store.place, clock=clock) as timed, timed.writing(TEST) as unit:

        def claim(owner: str, limit: int = 2) -> list[int]:
            return [record.id for record in unit.annotations.claim(MODEL, limit, owner)]

        assert (claim("a"), claim("b"), claim("c")) == (ids[:2], ids[2:4], ids[4:])
        assert (claim("d"), claim("a")) == ([], ids[:2])
        assert unit.annotations.owners() == ["a", "b", "c"]
        unit.annotations.release([ids[0]])
        assert unit.annotations.release_owner("c") == 1
        assert claim("d", 9) == [ids[0], ids[4]]
        clock.on(minutes=10)
        assert claim("e", 9) == ids
        unit.annotations.add_many([NewAnnotation(ids[0], 1, annotation())])
        assert claim("e", 9) == ids[1:]


def test_what_is_not_there_is_told(store: Store) -> None:
    with store.reading() as unit, pytest.raises(NotFound, match="annotation 7"):
        unit.annotations.get(7)
