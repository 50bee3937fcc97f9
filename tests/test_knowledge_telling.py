"""Relics to be told of: by number, by state, out of a file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import samples
from biaotu.errors import InputError, NotFound, UsageError
from biaotu.interpret import Subject
from biaotu.knowledge.telling import file_subject, file_subjects, numbered_subject, stored_subject, stored_subjects
from biaotu.records import Failure
from biaotu.store import Store
from store_fixtures import add_records, annotate

pytest_plugins = ("store_fixtures",)

TOLD = samples.annotation(attributes=samples.annotation().attributes[:-1])


def test_a_record_is_found_by_its_number(sqlite_store: Store) -> None:
    ids = add_records(sqlite_store, 2, "石门馆")
    annotate(sqlite_store, ids[:1])
    with sqlite_store.reading() as unit:
        assert numbered_subject(unit, "0001") == stored_subject(unit, ids[0])
        assert numbered_subject(unit, "0001").of_type("人物")[0].value == "老柳"
        assert numbered_subject(unit, "0002", "石门馆").spans == ()
        with pytest.raises(NotFound, match="'0009'"):
            numbered_subject(unit, "0009")
        with pytest.raises(NotFound):
            numbered_subject(unit, "0001", "别馆")


def test_a_number_of_several_museums_needs_the_museum(sqlite_store: Store) -> None:
    add_records(sqlite_store, 1, "甲馆")
    add_records(sqlite_store, 1, "乙馆")
    with sqlite_store.reading() as unit:
        with pytest.raises(UsageError, match="--museum"):
            numbered_subject(unit, "0001")
        assert numbered_subject(unit, "0001", "乙馆").museum == "乙馆"


def test_records_by_state_and_museum(sqlite_store: Store) -> None:
    ids = add_records(sqlite_store, 2, "甲馆") + add_records(sqlite_store, 1, "乙馆", start=5)
    annotate(sqlite_store, [ids[0], ids[2]])
    with sqlite_store.reading() as unit:
        assert [one.id for one in stored_subjects(unit, ["annotated"])] == ["0001", "0005"]
        assert [one.id for one in stored_subjects(unit, ["annotated", "new"], "甲馆")] == ["0001", "0002"]
        assert list(stored_subjects(unit, ["approved"])) == []


def test_a_file_of_annotations(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    lines = [json.dumps(TOLD.to_dict(), ensure_ascii=False), "{", "{}"]
    path.write_text("\n".join(lines), encoding="utf-8")
    found = list(file_subjects(path, "石门馆"))
    assert [type(one) for one in found] == [Subject, Failure, Failure]
    assert file_subject(path, "样-001").title == samples.annotation().title
    with pytest.raises(InputError, match="'nobody'"):
        file_subject(path, "nobody")
    path.write_text("\n".join([lines[0], lines[0]]), encoding="utf-8")
    with pytest.raises(InputError, match="2 records have the number '样-001'"):
        file_subject(path, "样-001")
    with pytest.raises(UsageError):
        file_subject(tmp_path / "a.xlsx", "1")
