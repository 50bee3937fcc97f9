"""Files of annotations loaded into the store, on both databases: as import and annotate leave it, but at once."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from PIL import Image

import samples
from biaotu.cli.main import cli
from biaotu.errors import UsageError
from biaotu.export.parquet import ParquetWriter
from biaotu.export.writers import Entry, Overview
from biaotu.intake import ImportRequest, ImportResult, ImportStopped, rollback_import, run_import
from biaotu.records import Annotation
from biaotu.search import SearchQuery
from biaotu.store import Actor, NewRecord, Store, StorePlace, check
from biaotu.store.index import keeping
from biaotu.store.schema import annotations, record_items, suggestions
from store_fixtures import TEST, annotate, place_environment

pytest_plugins = ("store_fixtures",)

ME = Actor.system("test")


def told(number: int, **changes: Any) -> Annotation:
    one = samples.annotation()
    lawful = tuple(span for span in one.attributes if one.text(span.field)[span.start : span.end] == span.value)
    return replace(
        one, **{"id": f"{number:04}", "images": (), "attributes": lawful, "extra": {"年代": "1935年"}} | changes
    )


def written(path: Path, some: Sequence[Annotation]) -> Path:
    path.write_text("".join(json.dumps(one.to_dict(), ensure_ascii=False) + "\n" for one in some), encoding="utf-8")
    return path


def load(store: Store, path: Path, chunk: int = 1000, **options: Any) -> ImportResult:
    return run_import(store, ImportRequest(path, annotated=True, museum="馆", **options), ME, chunk=chunk)


def test_a_loaded_store_is_one_that_was_imported_and_annotated(store: Store, tmp_path: Path) -> None:
    some = [told(number) for number in range(1, 301)]
    assert load(store, written(tmp_path / "a.jsonl", some), chunk=128).counts == {"new": 300}
    assert list(check(store, deep=True)) == []
    with store.writing(TEST) as unit:
        ids = unit.records.add_many([NewRecord("9000", some[0].title, some[0].description, "馆")])
    annotate(store, ids, replace(some[0], id="9000"))
    with store.reading() as unit:
        loaded = unit.records.by_number("馆", "0001")
        one, other = (unit.decisions.view(number) for number in (loaded.id, ids[0]))
        assert (one.material, one.use, one.tags, one.attributes) == (
            other.material,
            other.use,
            other.tags,
            other.attributes,
        )
        assert (loaded.state, loaded.uncertainty, loaded.extra) == ("annotated", one.uncertainty, {"年代": "1935年"})
        for table, name in ((suggestions, "annotation_id"), (record_items, "record_id")):
            counted = sa.select(sa.func.count()).select_from(table).group_by(table.c[name]).distinct()
            assert len(unit.connection.execute(counted).scalars().all()) == 1, "as many for each record"
        newest = unit.connection.scalar(sa.select(sa.func.max(annotations.c.id)))
    assert newest == 301, "ids go on behind those of the bulk"
    assert store.search(SearchQuery(some[0].title[:4])).total == 301


def test_many_make_a_block_of_their_own_and_are_found(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "SEAL_AT", 50)
    monkeypatch.setattr(keeping, "FULL", 80)
    some = [told(number, description=f"柳河第{number}号铁水壶", attributes=(), normals=()) for number in range(1, 201)]
    load(store, written(tmp_path / "a.jsonl", some), chunk=200)
    with store.reading() as unit:
        blocks = unit.connection.execute(sa.text("SELECT block, count(*) FROM search_documents GROUP BY block"))
        assert sorted(count for _, count in blocks.tuples()) == [40, 80, 80]
    assert store.search(SearchQuery("第137号")).total == 1
    assert list(check(store, deep=True)) == []


def test_a_stopped_load_goes_on_and_is_taken_back(store: Store, tmp_path: Path) -> None:
    path = written(tmp_path / "a.jsonl", [told(number) for number in range(1, 31)])
    request = ImportRequest(path, annotated=True, museum="馆")
    calls = iter((False, True))
    stopped = run_import(store, request, ME, chunk=10, cancelled=lambda: next(calls))
    assert (stopped.state, stopped.counts) == ("stopped", {"new": 10})
    again = load(store, path)
    assert (again.id, again.resumed, again.counts) == (stopped.id, 10, {"new": 30})
    assert load(store, path).counts == {"same": 30}
    assert rollback_import(store, again.id, ME).removed == 30
    assert store.search(SearchQuery()).total == 0
    assert list(check(store, deep=True)) == []


def test_known_records_get_the_annotation_of_a_new_model_and_no_words_unasked(store: Store, tmp_path: Path) -> None:
    load(store, written(tmp_path / "a.jsonl", [told(1), told(2)]))
    newer = [told(1, model_version="2.0"), told(2, model_version="2.0", title="另一个名称", attributes=(), normals=())]
    result = load(store, written(tmp_path / "b.jsonl", newer))
    assert result.counts == {"same": 1, "conflict": 1}
    with store.reading() as unit:
        one, two = (unit.records.by_number("馆", number).id for number in ("0001", "0002"))
        assert [len(unit.annotations.of_record(number)) for number in (one, two)] == [2, 1]
    updated = load(store, tmp_path / "b.jsonl", update=True)
    assert updated.counts == {"same": 1, "updated": 1}
    with store.reading() as unit:
        assert unit.annotations.of_record(two)[0].text_version == 2
        assert unit.decisions.view(two).facts.title == "另一个名称"
    assert list(check(store, deep=True)) == []


def test_what_is_no_annotation_fails_by_name_and_the_rest_goes_in(store: Store, tmp_path: Path) -> None:
    path = written(tmp_path / "a.jsonl", [told(1), told(1), told(2, title="水\0壶", attributes=(), normals=())])
    with path.open("a", encoding="utf-8") as file:
        file.write('{"id": "7", "title": "壶"}\n{broken\n')
    result = load(store, path)
    assert result.counts == {"new": 2, "duplicate": 1, "failed": 2}
    with store.reading() as unit:
        reasons = [row.reason for row in unit.imports.rows(result.id, "failed").items]
        assert unit.records.by_number("馆", "0002").title == "水\ufffd壶"
    assert "no annotation that biaotu annotate wrote" in reasons[0] and "not valid JSON" in reasons[1]
    with pytest.raises(UsageError, match="is no file of annotations"):
        load(store, written(tmp_path / "a.csv", []))


def test_photos_come_along(store: Store, tmp_path: Path) -> None:
    Image.new("RGB", (64, 48), (120, 40, 40)).save(tmp_path / "壶.jpg")
    one = replace(told(1), images=("壶.jpg", "没有.jpg", "../外.jpg"))
    result = load(store, written(tmp_path / "a.jsonl", [one]))
    with store.reading() as unit:
        record = unit.records.by_number("馆", "0001")
        notices = {notice.code for notice in unit.imports.rows(result.id).items[0].notices}
    assert [photo.name for photo in record.images] == ["壶.jpg"]
    assert notices == {"image-missing", "image-outside"}
    assert list(check(store, deep=True)) == []


def test_a_taken_number_stops_the_chunk_and_nothing_of_it_stays(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another writer takes a number between the look and the writing, as the databases tell it."""
    monkeypatch.setattr("biaotu.intake.run.known_records", lambda _unit, _keys: {})
    path = written(tmp_path / "a.jsonl", [told(number) for number in range(1, 201)])
    with store.writing(TEST) as unit:
        unit.records.add_many([NewRecord("0150", "先来的", museum="馆")])
    with pytest.raises(ImportStopped, match="a record of this museum and number is there already"):
        load(store, path)
    with store.reading() as unit:
        assert unit.records.counts()["new"] == 1
        assert unit.records.counts()["annotated"] == 0


def test_the_command_loads_and_says_what_is_not_in(place: StorePlace, tmp_path: Path) -> None:
    path = written(tmp_path / "a.jsonl", [told(1), told(1), told(2)])
    call = ["store", "load", str(path), "--museum", "馆", "--chunk", "2"]
    done = CliRunner().invoke(cli, call, env=place_environment(place))
    assert done.exit_code == 1, done.output
    assert "import 1: 1 duplicate, 2 new" in done.stderr or "import 1: 2 new, 1 duplicate" in done.stderr
    assert "1 rows are not in; biaotu store imports 1 names them" in done.stderr
    assert CliRunner().invoke(cli, [*call, "-q"], env=place_environment(place)).stderr == ""


def test_parquet_is_loaded_as_json_lines_are(sqlite_store: Store, tmp_path: Path) -> None:
    pytest.importorskip("pyarrow", reason="the extra cluster is not installed")
    one = told(1)
    path = tmp_path / "a.parquet"
    with ParquetWriter(path, Overview()) as out:
        out.write(Entry(one))
    assert load(sqlite_store, path).counts == {"new": 1}
    with sqlite_store.reading() as unit:
        stored = unit.annotations.of_record(1)[0]
    assert stored.document == one.to_dict()
