"""Adding and merging entries, and reading a user's own."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from biaotu.authorities import (
    Entry,
    Variant,
    add,
    by_id,
    check,
    find,
    merge,
    read_entries,
    resolve,
    revise,
    shipped_entries,
)
from biaotu.errors import InputError

AT = "2026-01-02T03:04:05Z"
A = Entry("body:a", "body", "甲团", (Variant("甲", "short"),), "1937", "", "regiment", source="馆藏档案")
B = Entry(
    "body:b", "body", "甲字团", (Variant("甲", "short"), Variant("老甲团", "former")), "1936", "1945", "regiment",
    "body:c", ("body:a", "body:d"), "乙", "县志",
)  # fmt: skip
C = Entry("body:c", "body", "丙师", kind="division", source="x")
D = Entry("body:d", "body", "丁连", kind="company-unit", broader="body:b", see=("body:a", "body:b"), source="x")
P = Entry("person:p", "person", "王某人", kind="other", source="x")
ALL = by_id([A, B, C, D, P])


def test_an_added_entry_remembers_who_and_when() -> None:
    new = Entry("place:x", "place", "某村", kind="village", source="捐赠人口述")
    after = add(ALL, new, at=AT, by="李")
    assert after["place:x"].history[-1].to_dict() == {"act": "added", "at": AT, "by": "李"}
    assert "place:x" not in ALL


def test_what_is_unlawful_is_not_added() -> None:
    with pytest.raises(InputError, match=r"taken by 甲团"):
        add(ALL, A, at=AT, by="李")
    with pytest.raises(InputError, match=r"body:x: broader leads to body:none"):
        add(ALL, Entry("body:x", "body", "某社", kind="society", broader="body:none", source="x"), at=AT, by="李")


def test_several_that_name_one_another_are_added_at_once() -> None:
    new = (
        Entry("body:x", "body", "某团", kind="regiment", broader="body:y", source="x"),
        Entry("body:y", "body", "某师", kind="division", source="x"),
    )
    assert set(add(ALL, new, at=AT, by="李")) == {*ALL, "body:x", "body:y"}
    with pytest.raises(InputError, match="taken by 某团"):
        add(ALL, (new[0], new[0]), at=AT, by="李")


def test_a_correction_keeps_the_history_and_tells_what_changed() -> None:
    after = revise(ALL, replace(A, end="1940", checked=True, history=()), at=AT, by="李", note="见县志")
    entry = after["body:a"]
    assert (entry.end, entry.checked, entry.broader) == ("1940", True, A.broader)
    assert entry.history[-1].to_dict() == {"act": "changed", "at": AT, "by": "李", "note": "end, checked. 见县志"}
    again = revise(after, replace(entry, history=(), note="乙"), at=AT, by="王")["body:a"]
    assert [change.by for change in again.history] == ["李", "王"]


@pytest.mark.parametrize(
    ("new", "said"),
    [
        (replace(A, id="body:none"), "there is no entry body:none"),
        (A, "as it was"),
        (replace(A, name="丙师"), "another body is called 丙师"),
        (replace(A, broader="body:a"), "leads to the entry itself"),
        (replace(P, note="一生" * 21), "of a person it names the role, in 40 at most"),
        (replace(P, name="王\n某"), "no control characters"),
        (replace(A, variants=(Variant("长" * 101),)), "100 characters at most"),
    ],
)
def test_a_correction_that_is_unlawful_is_refused(new: Entry, said: str) -> None:
    with pytest.raises(InputError, match=re.escape(said)):
        revise(ALL, new, at=AT, by="李")


def test_an_entry_that_was_merged_is_corrected_no_more() -> None:
    after = merge(ALL, "body:a", "body:b", at=AT, by="李")
    with pytest.raises(InputError, match="merged into body:a before; correct that one"):
        revise(after, replace(B, note="丙"), at=AT, by="李")


def test_entries_are_found_by_any_spelling_the_very_name_first() -> None:
    entries = shipped_entries()
    assert find(entries, "115師")[0][1].id == find(entries, "一一五师")[0][1].id == "body:8ra-115"
    assert [entry.id for _, entry in find(ALL.values(), "甲")] == ["body:a", "body:b"], "the variant of both"
    assert [entry.id for _, entry in find(ALL.values(), "甲团")] == ["body:a", "body:b"], "老甲团 holds it"
    assert [entry.id for _, entry in find(ALL.values())] == ["body:d", "body:c", "person:p", "body:a", "body:b"]
    assert [entry.id for _, entry in find(merge(ALL, "body:b", "body:a", at=AT, by="李").values(), "甲团")] == [
        "body:b"
    ]
    assert find(ALL.values(), "“”") == []
    places = [place for place, _ in find(entries, "军")]
    assert places == sorted(places) and len(places) > 20


def test_a_merge_keeps_both_ids_and_all_names() -> None:
    after = merge(ALL, "body:a", "body:b", at=AT, by="李", note="同一单位")
    kept, gone = after["body:a"], after["body:b"]
    assert [variant.form for variant in kept.variants] == ["甲", "甲字团", "老甲团"]
    assert (kept.begin, kept.end, kept.broader, kept.note) == ("1937", "1945", "body:c", "乙")
    assert kept.source == "馆藏档案; 县志" and kept.see == ("body:d",) and not kept.checked
    assert gone.replaced_by == "body:a" and gone.begin == "1936", "what it said stays readable"
    assert kept.history[-1].act == gone.history[-1].act == "merged" and "同一单位" in kept.history[-1].note
    assert after["body:d"].broader == "body:a" and after["body:d"].see == ("body:a",)
    assert resolve(after, "body:b") == kept
    assert check(after.values()) == ()


def test_merges_follow_each_other() -> None:
    e = Entry("body:e", "body", "戊团", kind="regiment", source="x")
    after = merge(merge({**ALL, "body:e": e}, "body:a", "body:b", at=AT, by="李"), "body:e", "body:a", at=AT, by="李")
    assert resolve(after, "body:b").id == resolve(after, "body:a").id == "body:e"
    assert {"甲团", "甲字团", "老甲团"} <= {variant.form for variant in after["body:e"].variants}


@pytest.mark.parametrize(
    ("keep", "gone", "said"),
    [
        ("body:a", "body:none", "there is no entry body:none"),
        ("body:a", "body:a", "two entries of one type"),
        ("body:a", "person:p", "two entries of one type"),
        ("body:c", "body:a", "merged into body:b before"),
    ],
)
def test_a_merge_that_makes_no_sense_is_refused(keep: str, gone: str, said: str) -> None:
    entries = merge(ALL, "body:b", "body:a", at=AT, by="李") if "before" in said else ALL
    with pytest.raises(InputError, match=said):
        merge(entries, keep, gone, at=AT, by="李")


def test_an_unknown_id_resolves_to_nothing() -> None:
    with pytest.raises(InputError, match="no entry body:none"):
        resolve(ALL, "body:none")
    with pytest.raises(InputError, match="stands twice"):
        by_id([A, A])


def test_two_shipped_entries_can_be_merged() -> None:
    after = merge(by_id(shipped_entries()), "body:neaja-1", "body:pra-1", at=AT, by="李")
    assert resolve(after, "body:pra-1").id == "body:neaja-1"
    assert check(after.values()) == ()


def test_own_entries_from_csv(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_bytes(
        "类型,名称,异名,起,止,种类,上级,参见,来源\n"
        "组织,某县独立营,独立营=short；县独营,1938,1941-05,other,body:8ra,place:wuxiang; place:taihang,县志\n\n"
        "人物,张三丰收,,,,other,,,家属口述\n".encode("gb18030")
    )
    body, person = read_entries(path)
    assert re.fullmatch(r"body:own-[0-9a-f]{10}", body.id)
    assert body.variants == (Variant("独立营", "short"), Variant("县独营", "other"))
    assert (body.end, body.broader, body.see) == ("1941-05", "body:8ra", ("place:wuxiang", "place:taihang"))
    assert person.type == "person" and read_entries(path)[1].id == person.id
    assert check((*shipped_entries(), body, person)) == ()


def test_own_entries_from_json_lines(tmp_path: Path) -> None:
    path = tmp_path / "own.jsonl"
    path.write_text('{"type": "place", "name": "某村", "kind": "village", "source": "x"}\n\n', encoding="utf-8")
    assert [entry.name for entry in read_entries(path)] == ["某村"]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.jsonl", '{"type": "body", "name": "甲"}\n{"type": "body"}\n', "row 2: the field 'name' is missing"),
        ("a.jsonl", '{"type": "body", "name": "甲"}\n{\n', r"row 2: not valid JSON"),
        ("a.jsonl", "[1]\n", r"row 1: not a JSON object"),
        ("a.csv", "名称,年\n甲,1\n", r"row 1: has no columns"),
        ("a.csv", "类型,名称\n组织,甲\n星球,乙\n", r"row 3: type '星球' is none of"),
        ("a.csv", "类型,名称\n组织,甲,多\n", r"row 2: holds 3 cells under 2 headers"),
        ("a.csv", '类型,名称\n组织,"甲\n', r"row 2: not valid CSV"),
        ("a.csv", "类型,名称,年龄\n组织,甲,3\n", r"row 2: unknown field '年龄'"),
        ("a.txt", "甲\n", "neither .jsonl nor .csv"),
    ],
)
def test_a_bad_row_is_named(tmp_path: Path, name: str, text: str, said: str) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=said):
        read_entries(path)
