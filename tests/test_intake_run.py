from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from biaotu.errors import InputError, Refused, UsageError
from biaotu.intake import (
    ImportRequest,
    ImportStopped,
    Progress,
    RollbackRefused,
    plan_import,
    rollback_import,
    run_import,
)
from biaotu.review import parse_item
from biaotu.search import SearchQuery
from biaotu.store import Actor, Store, StorePlace, check
from intake_lists import change, make, photo, table
from store_fixtures import Clock

pytest_plugins = ("store_fixtures",)
ME = Actor.system("test")


def numbers(store: Store, count: int) -> dict[str, str]:
    """Title by number."""
    with store.reading() as unit:
        found = unit.records.find("某馆", [f"{place:04}" for place in range(count)])
    return {number: record.title for number, record in found.items()}


def test_an_import_brings_records_and_photos(store: Store, tmp_path: Path) -> None:
    request = make(tmp_path)
    seen: list[Progress] = []
    result = run_import(store, request, ME, chunk=10, on_progress=seen.append)
    assert (result.state, result.counts, result.resumed) == ("done", {"new": 30}, 0)
    assert [progress.done for progress in seen] == [0, 10, 20, 30]
    assert len(numbers(store, 30)) == 30
    with store.reading() as unit:
        record = unit.records.by_number("某馆", "0003")
        assert [image.name for image in record.images] == ["0003.jpg"]
        stored = unit.images.get(record.images[0].digest)
        assert (stored.width, stored.height, stored.suffix, stored.media_type) == (90, 70, ".jpg", "image/jpeg")
        kept = store.photos.path(stored.digest, stored.suffix)
        assert kept.read_bytes() == (tmp_path / "照片" / "0003.jpg").read_bytes()
        assert len(unit.images.hashes()) == 5
        assert [row.outcome for row in unit.imports.rows(result.id, limit=100).items] == ["new"] * 30
        assert unit.records.counts()["new"] == 30


def test_what_was_imported_is_found_and_whole(store: Store, tmp_path: Path) -> None:
    request = make(tmp_path)
    first = run_import(store, request, ME)
    assert store.search(SearchQuery("第12件")).total >= 1
    assert store.search(SearchQuery("铁壶")).total == 30
    run_import(store, change(request, 12, "找不到的马灯"), ME)
    assert store.search(SearchQuery("马灯")).total == 1
    assert store.search(SearchQuery("铁壶", filters={"museum": ["某馆"]})).total == 29
    assert list(check(store, deep=True)) == []
    rollback_import(store, 2, ME)
    rollback_import(store, first.id, ME)
    assert store.search(SearchQuery("铁壶")).total == 0
    assert list(check(store, deep=True)) == []


def test_the_same_file_twice_changes_nothing(store: Store, tmp_path: Path) -> None:
    request = make(tmp_path)
    first = run_import(store, request, ME)
    with store.reading() as unit:
        before = unit.records.find("某馆", ["0001", "0029"])
    plan = plan_import(store, request)
    assert (plan.counts["same"], plan.counts["photos_identical"], plan.counts["photos_near"]) == (30, 0, 0)
    second = run_import(store, request, ME)
    assert second.counts == {"same": 30}
    assert second.id != first.id
    with store.reading() as unit:
        assert unit.records.find("某馆", ["0001", "0029"]) == before


def test_a_stopped_import_goes_on(store: Store, tmp_path: Path) -> None:
    request = make(tmp_path)
    seen: list[int] = []
    first = run_import(
        store, request, ME, chunk=7, on_progress=lambda at: seen.append(at.done), cancelled=lambda: seen[-1] >= 14
    )
    assert (first.state, first.counts) == ("stopped", {"new": 14})
    assert len(numbers(store, 30)) == 14
    second = run_import(store, request, ME, chunk=7)
    assert (second.id, second.state, second.counts, second.resumed) == (first.id, "done", {"new": 30}, 14)
    assert len(numbers(store, 30)) == 30
    other = run_import(store, ImportRequest(request.file, images=request.images, museum="别馆"), ME)
    assert other.id != first.id


def test_a_duplicate_is_known_after_a_stop(store: Store, tmp_path: Path) -> None:
    source = table(tmp_path / "单.csv", "1,甲,,", "2,乙,,", "1,丙,,")
    request = ImportRequest(source)
    seen: list[int] = []
    run_import(store, request, ME, chunk=2, on_progress=lambda at: seen.append(at.done), cancelled=lambda: seen[-1] > 0)
    result = run_import(store, request, ME, chunk=2)
    assert result.counts == {"new": 2, "duplicate": 1}


def test_rows_that_fail_are_in_the_ledger(store: Store, tmp_path: Path) -> None:
    request = make(tmp_path, 3, photos=1)
    with request.file.open("a", encoding="utf-8") as file:
        file.write("9,,,\n8,名,,没有.jpg\n")
    (tmp_path / "照片" / "0001.jpg").write_bytes(b"broken")
    result = run_import(store, request, ME)
    assert result.counts == {"new": 4, "failed": 1}
    with store.reading() as unit:
        rows = unit.imports.rows(result.id).items
        assert [(row.row, row.outcome) for row in rows] == [
            (2, "new"),
            (3, "new"),
            (4, "new"),
            (5, "failed"),
            (6, "new"),
        ]
        assert "neither a title" in rows[3].reason
        assert [notice.code for notice in rows[4].notices] == ["image-missing"]
        assert [notice.code for notice in rows[1].notices] == ["image-unreadable"]
        record = unit.records.by_number("某馆", "0001")
        assert record.images == ()
        assert [notice.code for notice in record.notices] == ["image-unreadable"]


def test_updates_need_leave_and_can_be_rolled_back(store: Store, tmp_path: Path) -> None:
    request = make(tmp_path)
    run_import(store, request, ME)
    refused = run_import(store, change(request, update=False), ME)
    assert refused.counts == {"same": 29, "conflict": 1}
    assert numbers(store, 30)["0004"] == "第4件铁壶"
    photo(tmp_path / "照片" / "0007.png", 77)
    updated = run_import(store, change(request), ME)
    assert updated.counts == {"same": 28, "updated": 2}
    assert numbers(store, 30)["0004"] == "改名的铁壶"
    with store.reading() as unit:
        assert len(unit.records.by_number("某馆", "0007").images) == 1
    result = rollback_import(store, updated.id, ME)
    assert (result.removed, result.reverted, result.photos, result.kept) == (0, 1, 1, 0)
    assert numbers(store, 30)["0004"] == "第4件铁壶"
    with store.reading() as unit:
        assert unit.records.by_number("某馆", "0007").images == ()
        assert unit.imports.get(updated.id).state == "rolled_back"
    assert list(check(store, deep=True)) == []


def test_rolled_back_records_vanish_and_can_come_again(store: Store, tmp_path: Path) -> None:
    request = make(tmp_path)
    first = run_import(store, request, ME)
    result = rollback_import(store, first.id, ME)
    assert result.removed == 30
    assert numbers(store, 30) == {}
    with pytest.raises(Refused, match="rolled back already"):
        rollback_import(store, first.id, ME)
    again = run_import(store, request, ME)
    assert again.counts == {"new": 30}
    with store.reading() as unit:
        assert len(unit.records.by_number("某馆", "0003").images) == 1


def test_what_people_decided_is_not_rolled_back_unasked(store: Store, tmp_path: Path) -> None:
    request = make(tmp_path)
    first = run_import(store, request, ME)
    with store.writing(ME) as unit:
        record = unit.records.by_number("某馆", "0002")
        unit.decisions.decide(record.id, [(parse_item("label:material:metal"), "accept")], base=0, key="k1")
    with pytest.raises(RollbackRefused, match=r"people have decided on 1 of its records \(0002\)") as caught:
        rollback_import(store, first.id, ME)
    assert caught.value.decided == ((record.id, "0002"),)
    assert len(numbers(store, 30)) == 30
    result = rollback_import(store, first.id, ME, force=True)
    assert (result.removed, result.decided) == (30, 1)
    with store.reading() as unit:
        assert [decision.item.key for decision in unit.decisions.of_record(record.id)] == ["label:material:metal"]


def test_a_later_import_is_rolled_back_first(store: Store, tmp_path: Path) -> None:
    request = make(tmp_path)
    first = run_import(store, request, ME)
    second = run_import(store, change(request, 4, "二"), ME)
    third = run_import(
        store,
        change(ImportRequest(request.file.with_name("改4.csv"), images=request.images, museum="某馆"), 5, "三"),
        ME,
    )
    with pytest.raises(RollbackRefused, match=r"later imports \(2, 3\) changed 0004, 0005"):
        rollback_import(store, first.id, ME)
    assert rollback_import(store, second.id, ME).reverted == 1
    assert numbers(store, 30)["0004"] == "第4件铁壶"
    assert numbers(store, 30)["0005"] == "三"
    rollback_import(store, third.id, ME)
    assert rollback_import(store, first.id, ME).removed == 30


def test_a_forced_rollback_leaves_words_of_later_imports(store: Store, tmp_path: Path) -> None:
    request = make(tmp_path)
    run_import(store, request, ME)
    second = run_import(store, change(request, 4, "二"), ME)
    third = ImportRequest(request.file.with_name("改4.csv"), images=request.images, museum="某馆", update=True)
    third.file.write_text(third.file.read_text(encoding="utf-8").replace(",二,", ",三,"), encoding="utf-8")
    run_import(store, third, ME)
    result = rollback_import(store, second.id, ME, force=True)
    assert (result.reverted, result.kept) == (0, 1)
    assert numbers(store, 30)["0004"] == "三"


def test_two_lists_at_once_make_no_doubles(store: Store, tmp_path: Path) -> None:
    """Two runs of different lists with the same numbers, at the same time."""
    first = make(tmp_path, 40, photos=3)
    other = tmp_path / "另.csv"
    other.write_text(first.file.read_text(encoding="utf-8") + "9999,只在这里,,\n", encoding="utf-8")
    second = ImportRequest(other, images=first.images, museum="某馆")
    results: list[dict[str, int]] = []
    begun = threading.Barrier(2)

    def run(request: ImportRequest) -> None:
        begun.wait()
        results.append(dict(run_import(store, request, ME, chunk=5).counts))

    threads = [threading.Thread(target=run, args=(request,)) for request in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(counts.get("new", 0) for counts in results) == 41
    assert sum(counts.get("same", 0) for counts in results) == 40
    with store.reading() as unit:
        assert unit.records.counts()["new"] == 41


def test_a_second_run_of_the_same_import_leaves_it_to_the_first(store: Store, tmp_path: Path) -> None:
    request = make(tmp_path, 20, photos=0)

    def second(progress: Progress) -> None:
        if progress.done == 10:  # in the midst of the first, another run takes the rest
            run_import(store, request, ME, chunk=5)

    with pytest.raises(ImportStopped, match=r"worked on by another run|is done"):
        run_import(store, request, ME, chunk=5, on_progress=second)
    with store.reading() as unit:
        assert unit.records.counts()["new"] == 20
        assert unit.imports.list()[0].state == "done"


def test_a_rollback_in_the_midst_stops_the_run(store: Store, tmp_path: Path) -> None:
    request = make(tmp_path, 20, photos=0)

    def undo(progress: Progress) -> None:
        if progress.done == 10:
            rollback_import(store, 1, ME)

    with pytest.raises(ImportStopped, match="rolled back"):
        run_import(store, request, ME, chunk=5, on_progress=undo)
    assert numbers(store, 20) == {}


def test_a_list_that_cannot_be_read_leaves_no_trace(sqlite_store: Store, tmp_path: Path) -> None:
    bad = tmp_path / "坏.json"
    bad.write_text('[{"id": 1,', encoding="utf-8")
    with pytest.raises(InputError, match="not valid JSON"):
        run_import(sqlite_store, ImportRequest(bad), ME)
    with pytest.raises(UsageError, match="no such file"):
        run_import(sqlite_store, ImportRequest(tmp_path / "无.csv"), ME)
    with sqlite_store.reading() as unit:
        assert unit.imports.list() == ()


def test_a_photo_folder_that_cannot_be_written_is_told_and_gone_on_with(sqlite_store: Store, tmp_path: Path) -> None:
    request = make(tmp_path, 6, photos=6)
    sqlite_store.place.photos.write_text("a file stands in the way", encoding="utf-8")
    with pytest.raises(ImportStopped, match=r"could not be kept .* 0 rows of 单.csv are settled"):
        run_import(sqlite_store, request, ME, chunk=2)
    assert numbers(sqlite_store, 6) == {}
    sqlite_store.place.photos.unlink()
    result = run_import(sqlite_store, request, ME, chunk=2)
    assert result.counts == {"new": 6}
    with sqlite_store.reading() as unit:
        assert len(unit.imports.list()) == 1


def test_a_full_disk_is_told_and_nothing_is_torn(sqlite_store: Store, tmp_path: Path) -> None:
    """SQLite is given no more pages, which it answers as a full disk."""
    request = make(tmp_path, 400, photos=0)

    def full(progress: Progress) -> None:
        if progress.done == 100:
            with sqlite_store.engine.connect() as connection:
                pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
            sqlite_store.engine.dispose()
            from sqlalchemy import event

            @event.listens_for(sqlite_store.engine, "connect")
            def limit(connection: object, _record: object) -> None:
                connection.execute(f"PRAGMA max_page_count = {pages + 4}")  # type: ignore[attr-defined]

    with pytest.raises(ImportStopped, match=r"full.* rows of 单.csv are settled"):
        run_import(sqlite_store, request, ME, chunk=50, on_progress=full)
    place = sqlite_store.place
    with Store.open(place) as opened:
        held = len(numbers(opened, 400))
        with opened.reading() as unit:
            assert unit.imports.settled(1) == held
        assert 100 <= held < 400
        assert run_import(opened, request, ME).counts == {"new": 400}
        assert len(numbers(opened, 400)) == 400


KILLED = """
import sys
from pathlib import Path
from biaotu.intake import ImportRequest, run_import
from biaotu.search import SearchQuery
from biaotu.store import Actor, Store, StorePlace, check

with Store.open(StorePlace.settle()) as store:
    request = ImportRequest(Path(sys.argv[1]), images=Path(sys.argv[2]), museum="某馆")
    run_import(store, request, Actor.system("kill"), chunk=10, on_progress=lambda at: print(at.done, flush=True))
"""


def kill_after(place: StorePlace, command: list[str], enough: Callable[[str], bool], delay: float = 0.0) -> str:
    """Run a script and kill it with -9 once it has printed a line that is enough; the last line it printed."""
    from store_fixtures import place_environment

    process = subprocess.Popen(
        [sys.executable, "-c", *command], stdout=subprocess.PIPE, text=True, env=place_environment(place)
    )
    assert process.stdout is not None
    last = ""
    for line in process.stdout:
        last = line.strip()
        if enough(last):
            time.sleep(delay)
            break
    process.send_signal(signal.SIGKILL)
    rest = process.stdout.read().split()
    process.stdout.close()
    assert process.wait() == -signal.SIGKILL
    return rest[-1] if rest else last


@pytest.mark.skipif(os.name != "posix", reason="kill -9")
@pytest.mark.parametrize("delay", [0.0, 0.013])
def test_kill_9_loses_nothing_acknowledged(place: StorePlace, tmp_path: Path, delay: float) -> None:
    request = make(tmp_path, 1500, photos=20)
    told = kill_after(place, [KILLED, str(request.file), str(request.images)], lambda line: int(line) >= 60, delay)
    with Store.open(place) as store:
        with store.reading() as unit:
            settled = unit.imports.settled(1)
            assert unit.imports.get(1).state == "running"
            assert unit.records.counts()["new"] == settled  # a chunk is whole or not there
        assert int(told) <= settled < 1500
        result = run_import(store, request, ME)
        assert (result.id, result.counts, result.resumed) == (1, {"new": 1500}, settled)
        with store.reading() as unit:
            assert unit.records.counts()["new"] == 1500
            images = list(unit.images.all())
        assert len(images) == 20
        assert all(store.photos.intact(image.digest, image.suffix) for image in images)


def test_words_of_a_rolled_back_import_do_not_come_back(store: Store, tmp_path: Path) -> None:
    """Rolled back out of order by force: what an import said must not show again once it is rolled back."""
    request = make(tmp_path)
    run_import(store, request, ME)
    second = run_import(store, change(request, 4, "二"), ME)
    third = ImportRequest(request.file.with_name("改4.csv"), images=request.images, museum="某馆", update=True)
    third.file.write_text(third.file.read_text(encoding="utf-8").replace(",二,", ",三,"), encoding="utf-8")
    last = run_import(store, third, ME)
    rollback_import(store, second.id, ME, force=True)
    assert rollback_import(store, last.id, ME).reverted == 1
    assert numbers(store, 30)["0004"] == "第4件铁壶"
    assert list(check(store, deep=True)) == []


def test_an_update_takes_nothing_away_that_the_list_does_not_speak_of(store: Store, tmp_path: Path) -> None:
    full = table(tmp_path / "全.csv", "1,甲,铁质,捐", "2,乙,木质,捐", header="编号,名称,描述,来源")
    run_import(store, ImportRequest(full), ME)
    grades = table(tmp_path / "级.csv", "1,一级", header="编号,级别")
    photo(tmp_path / "图" / "1.jpg", 1)
    updated = run_import(store, ImportRequest(grades, images=tmp_path / "图", update=True), ME)
    assert updated.counts == {"updated": 1}
    with store.reading() as unit:
        record = unit.records.by_number("", "1")
    assert (record.title, record.description, len(record.images)) == ("甲", "铁质", 1)
    assert record.extra == {"来源": "捐", "级别": "一级"}
    emptied = table(tmp_path / "空.csv", "1,甲,铁质,", header="编号,名称,描述,来源")
    assert run_import(store, ImportRequest(emptied, update=True), ME).counts == {"updated": 1}
    with store.reading() as unit:
        assert unit.records.by_number("", "1").extra == {"来源": "", "级别": "一级"}
    assert run_import(store, ImportRequest(emptied), ME).counts == {"same": 1}


@pytest.mark.parametrize("damage", ["gone", "cut"])
def test_an_import_puts_back_a_photo_that_the_folder_lost(store: Store, tmp_path: Path, damage: str) -> None:
    request = make(tmp_path, 3, photos=2)
    run_import(store, request, ME)
    with store.reading() as unit:
        image = unit.records.by_number("某馆", "0001").images[0]
    lost = store.photos.path(image.digest, image.suffix)
    lost.unlink() if damage == "gone" else lost.write_bytes(b"")
    assert [finding.object for finding in check(store)] == [image.digest]
    assert run_import(store, request, ME).counts == {"same": 3}
    assert list(check(store, deep=True)) == []


def test_decisions_count_although_the_clock_went_back(place: StorePlace, tmp_path: Path) -> None:
    clock = Clock()
    with Store.open(place, clock=clock) as store:
        first = run_import(store, make(tmp_path, 3, photos=0), ME)
        clock.on(hours=-5)
        with store.writing(ME) as unit:
            record = unit.records.by_number("某馆", "0002")
            unit.decisions.decide(record.id, [(parse_item("label:material:metal"), "accept")], base=0, key="k1")
        with pytest.raises(RollbackRefused, match="people have decided on 1"):
            rollback_import(store, first.id, ME)


def test_a_photo_like_one_of_the_store_is_told_with_its_number(store: Store, tmp_path: Path) -> None:
    run_import(store, make(tmp_path, 5, photos=2), ME)
    photo(tmp_path / "新" / "甲9.jpg", 1)
    photo(tmp_path / "新" / "甲8.jpg", 0, size=(180, 140))
    other = ImportRequest(table(tmp_path / "新.csv", "甲9,旗,,", "甲8,鼓,,"), images=tmp_path / "新", museum="别馆")
    pairs = [
        (pair.kind, pair.photo.number, pair.other.number, pair.other.name) for pair in plan_import(store, other).pairs
    ]
    assert pairs == [("identical", "甲9", "0001", "0001.jpg"), ("near", "甲8", "0000", "0000.jpg")]
