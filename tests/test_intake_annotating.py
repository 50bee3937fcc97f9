from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from biaotu.intake import run_import
from biaotu.intake.annotating import Progress, ShelvedRecord, annotate_store, shelved
from biaotu.intake.owners import is_gone, new_owner
from biaotu.pipeline import Annotator, Examined, PhotoVector
from biaotu.records import Annotation, Failure, Record
from biaotu.store import Actor, Store, StorePlace
from biaotu.store.repos.annotations import AnnotationRepository
from intake_lists import change, make, photo
from samples import Echo

pytest_plugins = ("store_fixtures",)
ME = Actor.system("test")
MODEL = ("test-model", "1")


class Quick(Echo):
    """A stand-in for the slow models; ids that end in ``fail`` fail, and it notes what it was given."""

    def __init__(self, version: str = "1", fail: str = "-") -> None:
        self.manifest = SimpleNamespace(name="test-model", version=version)
        self.version = version
        self.fail = fail
        self.seen: list[str] = []

    def examine_many(self, records: Iterable[Record]) -> Iterator[Examined | Failure]:
        for record in records:
            self.seen.append(record.id)
            if record.id.endswith(self.fail):
                yield Failure(record.source or SimpleNamespace(file="", row=None), "made to fail", record.id)  # type: ignore[arg-type]
                continue
            assert all(path.is_file() for path in record.image_paths())
            answer = next(iter(super().annotate_many([record])))
            assert isinstance(answer, Annotation)
            photos = tuple(PhotoVector(place, np.full(4, 0.5, np.float32)) for place in range(len(record.images)))
            yield Examined(answer, np.array([1, 0, 0], np.float32), photos)


@pytest.fixture
def filled(store: Store, tmp_path: Path) -> Store:
    run_import(store, make(tmp_path, 30), ME)
    return store


def missing(store: Store) -> int:
    with store.reading() as unit:
        return unit.annotations.count_missing(MODEL)


def opinions(store: Store) -> dict[str, int]:
    """How many annotations each number has."""
    with store.reading() as unit:
        found = unit.records.find("某馆", [f"{place:04}" for place in range(2000)])
        return {number: len(unit.annotations.of_record(record.id)) for number, record in found.items()}


def test_every_record_gets_one_annotation_with_its_vectors(filled: Store) -> None:
    seen: list[Progress] = []
    summary = annotate_store(filled, Quick(), chunk=8, on_progress=seen.append)
    assert (summary.done, summary.failed, summary.left, summary.cancelled) == (30, 0, 0, False)
    assert [progress.done for progress in seen] == [0, 8, 16, 24, 30, 30]
    assert {progress.total for progress in seen} == {30}
    assert set(opinions(filled).values()) == {1}
    with filled.reading() as unit:
        assert unit.records.counts()["annotated"] == 30
        record = unit.records.by_number("某馆", "0003")
        stored = unit.annotations.of_record(record.id)[0]
        assert stored.document["images"] == ["0003.jpg"]
        assert stored.document["title"] == "第3件铁壶"
        assert (stored.model_name, stored.model_version, stored.text_version) == ("test-model", "1", 1)
        vectors = unit.vectors.get("photo", record.id)
        assert [(vector.digest, vector.model) for vector in vectors] == [(record.digests[0], "test-model 1")]
        assert len(unit.vectors.get("text", record.id)) == 1
        assert any(label.suggested for label in unit.decisions.view(record.id).material)
    again = Quick()
    assert annotate_store(filled, again).done == 0
    assert again.seen == []


def test_a_failure_is_kept_and_not_tried_again_until_the_words_change(filled: Store, tmp_path: Path) -> None:
    model = Quick(fail="0004")
    summary = annotate_store(filled, model, chunk=8)
    assert (summary.done, summary.failed, summary.left) == (29, 1, 0)
    with filled.reading() as unit:
        record = unit.records.by_number("某馆", "0004")
        assert unit.annotations.failures() == [(record.id, "made to fail")]
    model.seen.clear()
    assert annotate_store(filled, model).failed == 0
    assert model.seen == []
    run_import(filled, change(make(tmp_path)), ME)
    assert annotate_store(filled, Quick()).done == 1
    newer = Quick("2")
    assert annotate_store(filled, newer).done == 30


def test_a_limit_and_a_stop_leave_the_rest_for_later(filled: Store) -> None:
    assert annotate_store(filled, Quick(), limit=7, chunk=5).left == 23
    told: list[int] = []
    stopped = annotate_store(
        filled, Quick(), chunk=5, on_progress=lambda at: told.append(at.done), cancelled=lambda: told[-1] >= 10
    )
    assert (stopped.cancelled, stopped.done, stopped.left) == (True, 10, 13)
    model = Quick()
    assert annotate_store(filled, model).done == 13
    assert model.seen == [f"{place:04}" for place in range(17, 30)]


def test_a_crash_gives_its_claims_back(filled: Store) -> None:
    class Breaking(Quick):
        def examine_many(self, records: Iterable[Record]) -> Iterator[Examined | Failure]:
            self.seen.extend(record.id for record in records)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        annotate_store(filled, Breaking())
    with filled.reading() as unit:
        assert unit.annotations.owners() == []
    assert annotate_store(filled, Quick()).done == 30


def test_two_at_once_share_the_work(filled: Store) -> None:
    models = [Quick(), Quick()]
    begun = threading.Barrier(2)

    def work(model: Quick) -> None:
        begun.wait()
        annotate_store(filled, model, chunk=3)

    threads = [threading.Thread(target=work, args=(model,)) for model in models]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(models[0].seen + models[1].seen) == [f"{place:04}" for place in range(30)]
    assert set(opinions(filled).values()) == {1}


def test_claims_of_others_are_left_alone_until_they_run_out(sqlite_place: StorePlace, tmp_path: Path) -> None:
    from store_fixtures import Clock

    clock = Clock()
    with Store.open(sqlite_place, clock=clock) as store:
        run_import(store, make(tmp_path, 10, photos=0), ME)
        with store.writing(ME) as unit:
            unit.annotations.claim(MODEL, 4, "elsewhere:1:1:1")
        summary = annotate_store(store, Quick())
        assert (summary.done, summary.left) == (6, 4)
        clock.time += timedelta(minutes=11)
        assert annotate_store(store, Quick()).done == 4


def test_an_owner_tells_whether_it_lives() -> None:
    mine = new_owner()
    assert not is_gone(mine)
    host, process, started, token = mine.rsplit(":", 3)
    assert is_gone(f"{host}:{process}:{int(started or 0) + 1}:{token}") == (started != "")
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    assert is_gone(f"{host}:{ended.pid}:5:x")
    assert not is_gone(f"another-host:{ended.pid}:5:x")
    assert not is_gone("nonsense")


def test_a_shelved_record_has_the_museums_names_and_the_stores_files(filled: Store) -> None:
    with filled.reading() as unit:
        record = shelved(filled, unit.records.by_number("某馆", "0001"))
    assert isinstance(record, ShelvedRecord)
    assert record.images == ("0001.jpg",)
    assert [path.is_file() for path in record.image_paths()] == [True]


def test_two_photos_of_one_name_stay_two(sqlite_store: Store, tmp_path: Path) -> None:
    request = make(tmp_path, 2, photos=1)
    run_import(sqlite_store, request, ME)
    photo(tmp_path / "照片" / "0000.jpg", 99)
    run_import(sqlite_store, replace(request, update=True), ME)
    with sqlite_store.reading() as unit:
        stored = unit.records.by_number("某馆", "0000")
    assert [image.name for image in stored.images] == ["0000.jpg", "0000.jpg"]
    record = shelved(sqlite_store, stored)
    assert record.images == ("0000.jpg", "0000.jpg (2)")
    alone = replace(record, images=record.images[1:])
    assert alone.image_paths() == record.image_paths()[1:]


def test_photos_that_come_later_are_looked_at(filled: Store, tmp_path: Path) -> None:
    annotate_store(filled, Quick())
    photo(tmp_path / "照片" / "0020.jpg", 20)
    run_import(filled, replace(make(tmp_path), update=True), ME)
    model = Quick()
    assert annotate_store(filled, model).done == 1
    assert model.seen == ["0020"]


def test_a_record_is_not_tried_for_ever(sqlite_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run_import(sqlite_store, make(tmp_path, 3, photos=0), ME)
    monkeypatch.setattr(AnnotationRepository, "fail", lambda *_: None)  # as if the store forgot
    summary = annotate_store(sqlite_store, Quick(fail="0001"))
    assert (summary.done, summary.failed, summary.left) == (2, 1, 1)


def test_the_real_pipeline_annotates_a_store(sqlite_store: Store, annotator: Annotator, tmp_path: Path) -> None:
    run_import(sqlite_store, make(tmp_path, 6, photos=3), ME)
    with sqlite_store.reading() as unit:
        spoilt = unit.records.by_number("某馆", "0001").images[0]
    sqlite_store.photos.path(spoilt.digest, spoilt.suffix).write_bytes(b"spoilt")
    summary = annotate_store(sqlite_store, annotator)
    assert (summary.done, summary.failed) == (6, 0)
    with sqlite_store.reading() as unit:
        record = unit.records.by_number("某馆", "0001")
        warnings = unit.annotations.of_record(record.id)[0].document["warnings"]
        assert [(warning["code"], warning["message"][:8]) for warning in warnings] == [("image-unreadable", "0001.jpg")]
        good = unit.records.by_number("某馆", "0002")
        assert len(unit.vectors.get("photo", good.id)) == 1
        assert unit.vectors.get("photo", record.id) == []
        model = f"{annotator.manifest.name} {annotator.manifest.version}"
        assert [vector.model for vector in unit.vectors.get("text", good.id)] == [model]


KILLED = """
import sys
from biaotu.intake.annotating import annotate_store
from biaotu.store import Store, StorePlace
from test_intake_annotating import Quick

with Store.open(StorePlace.settle()) as store:
    annotate_store(store, Quick(), chunk=10, on_progress=lambda at: print(at.done, flush=True))
"""


@pytest.mark.skipif(os.name != "posix", reason="kill -9")
def test_kill_9_loses_nothing_and_blocks_nothing(place: StorePlace, tmp_path: Path) -> None:
    from test_intake_run import kill_after

    with Store.open(place) as store:
        run_import(store, make(tmp_path, 600, photos=3), ME)
    command = f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r})\n{KILLED}"
    told = int(kill_after(place, [command], lambda line: int(line) >= 30, 0.01))
    with Store.open(place) as store:
        done = 600 - missing(store)
        assert told <= done < 600
        assert done % 10 == 0  # a chunk is whole or not there
        summary = annotate_store(store, Quick())
        assert (summary.done, summary.left) == (600 - done, 0)
        assert set(opinions(store).values()) == {1}
        with store.reading() as unit:
            assert unit.records.counts()["annotated"] == 600
