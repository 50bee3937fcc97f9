"""The entries that come with the package, and the checker they must pass."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import pytest

from biaotu.authorities import Change, Entry, Variant, check, shipped_entries
from biaotu.authorities.reading import DATA_FILES

GOLD = Path(__file__).parent / "data"


def test_the_shipped_entries_are_lawful_together() -> None:
    assert [str(problem) for problem in check(shipped_entries())] == []


def test_there_are_several_hundred_and_none_claims_to_be_checked() -> None:
    counts = Counter(entry.type for entry in shipped_entries())
    assert counts["body"] >= 200 and counts["person"] >= 150 and counts["place"] >= 120
    assert counts["event"] + counts["period"] >= 80
    assert not any(entry.checked for entry in shipped_entries())
    assert all("general knowledge" in entry.source for entry in shipped_entries())


def test_a_person_is_told_by_name_years_and_role_only() -> None:
    for entry in shipped_entries():
        if entry.type == "person":
            assert not entry.broader
            assert len(entry.note) <= 24, entry.id
            assert entry.end, f"{entry.id} may be alive"


def test_every_line_of_the_data_files_reads_back_as_it_was_written() -> None:
    folder = files("biaotu.authorities").joinpath("data")
    for name in DATA_FILES:
        for line in folder.joinpath(name).read_text(encoding="utf-8").splitlines():
            assert Entry.from_dict(json.loads(line)).to_dict() == json.loads(line)


def test_the_gold_points_to_entries_that_exist() -> None:
    ids = {entry.id for entry in shipped_entries()}
    mentions = [json.loads(line) for line in (GOLD / "linking.jsonl").read_text(encoding="utf-8").splitlines()]
    assert len(mentions) > 1000
    assert {entry for mention in mentions for entry in mention["entries"]} <= ids
    places = [(m["file"], m["record"], m["field"], m["start"]) for m in mentions]
    assert len(set(places)) == len(places)


SOUND = Entry("body:a", "body", "甲师", (Variant("甲", "short"),), "1937", "1945", "division", source="x")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"id": "Body A"}, "type:name"),
        ({"id": "place:a"}, "the id says place"),
        ({"kind": "planet"}, "kind 'planet'"),
        ({"source": ""}, "no source"),
        ({"name": "甲師"}, "write 甲师"),
        ({"name": " 甲师"}, "white space"),
        ({"variants": (Variant("", "short"),)}, "is empty"),
        ({"variants": (Variant("《》", "short"),)}, "is empty"),
        ({"variants": (Variant("甲师", "short"),)}, "stands 2 times"),
        ({"variants": (Variant("甲", "pet"),)}, "kind 'pet'"),
        ({"variants": (Variant("甲", "short", "1945", "1937"),)}, "before it begins"),
        ({"begin": "1937-13"}, "EDTF"),
        ({"begin": "民国二十六年"}, "EDTF"),
        ({"begin": "1946"}, "before it begins"),
        ({"broader": "body:none"}, "which is no entry"),
        ({"broader": "body:a"}, "to the entry itself"),
        ({"see": ("place:none",)}, "which is no entry"),
        ({"replaced_by": "body:none"}, "which is no entry"),
    ],
)
def test_each_fault_is_named(change: dict[str, object], said: str) -> None:
    problems = [str(problem) for problem in check([replace(SOUND, **change)])]  # type: ignore[arg-type]
    assert any(said in problem for problem in problems), problems
    assert check([SOUND]) == ()


def test_ids_and_names_stand_once() -> None:
    problems = "\n".join(map(str, check([SOUND, replace(SOUND, variants=())])))
    assert "the id stands 2 times" in problems
    assert "add a qualifier" in problems


def test_circles_are_found() -> None:
    one, two = replace(SOUND, broader="body:b"), replace(SOUND, id="body:b", name="乙师", broader="body:a")
    assert [problem.entry_id for problem in check([one, two]) if "circle" in problem.message] == ["body:a", "body:b"]
    one, two = replace(SOUND, replaced_by="body:b"), replace(SOUND, id="body:b", name="乙师", replaced_by="body:a")
    assert any("circle" in problem.message for problem in check([one, two]))


def test_a_body_is_part_of_a_body() -> None:
    place = Entry("place:p", "place", "丙地", kind="town", source="x")
    assert any("use see" in problem.message for problem in check([replace(SOUND, broader="place:p"), place]))


def test_an_entry_with_history_reads_back() -> None:
    entry = replace(SOUND, history=(Change("added", "2026-01-02T03:04:05Z", "李"),), see=("body:b",), checked=True)
    assert Entry.from_dict(entry.to_dict()) == entry


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ({"id": "body:a", "type": "body"}, "'name' is missing"),
        ({"id": "body:a", "type": "thing", "name": "甲"}, "none of person"),
        ({"id": "body:a", "type": "body", "name": "甲", "born": "1"}, "unknown field 'born'"),
        ({"id": "body:a", "type": "body", "name": "甲", "begin": 1937}, "'begin' must be text"),
        ({"id": "body:a", "type": "body", "name": "甲", "see": "body:b"}, "'see' must be a list"),
        ({"id": "body:a", "type": "body", "name": "甲", "variants": ["乙"]}, "'variants' must be a list of objects"),
        ({"id": "body:a", "type": "body", "name": "甲", "variants": [{"from": "乙"}]}, "wrong shape"),
        ({"id": "body:a", "type": "body", "name": "甲", "checked": "yes"}, "true or false"),
    ],
)
def test_a_document_of_the_wrong_shape_is_refused(document: dict[str, object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Entry.from_dict(document)
