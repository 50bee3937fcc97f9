from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biaotu.errors import InputError
from biaotu.records import Failure, Record, read_records
from biaotu.records.jsonl import count_json, json_rows
from biaotu.records.rows import Row

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


def read(path: Path, content: str | bytes) -> list[Record | Failure]:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return list(read_records(path))


def lines(*documents: Any) -> str:
    return "\n".join(json.dumps(document, ensure_ascii=False) for document in documents)


@given(st.lists(st.tuples(TEXT, TEXT), max_size=4))
def test_text_is_kept_to_the_character(tmp_path_factory: pytest.TempPathFactory, texts: list[tuple[str, str]]) -> None:
    path = tmp_path_factory.getbasetemp() / "any.jsonl"
    path.write_text("\n".join(json.dumps({"title": title, "简介": body}) for title, body in texts) or "\n{}")
    rows = [row for row in json_rows(path) if isinstance(row, Row) and row.fields]
    assert [(row.fields["title"], row.fields["简介"]) for row in rows] == texts


def test_english_and_chinese_keys(tmp_path: Path) -> None:
    first, second = read(
        tmp_path / "a.jsonl",
        lines({"id": "1", "title": "旗", "馆": {"名": "某馆"}}, {"文物编号": 2, "名称": "灯", "说明": "铁", "件数": 3}),
    )
    assert isinstance(first, Record)
    assert isinstance(second, Record)
    assert (first.id, first.title, first.extra) == ("1", "旗", {"馆": {"名": "某馆"}})
    assert (second.id, second.title, second.description, second.extra) == ("2", "灯", "铁", {"件数": 3})


def test_a_bad_line_is_told_and_the_rest_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    content = (
        '\n{"id": "1", "title": "旗"}\n{"id": \n[1]\nnull\n{"id": "5"}\n{"id": "6", "title": ["灯"]}\n{"title": "灯"}'
    )
    items = read(path, content)
    assert [item.source.row for item in items if item.source] == [2, 3, 4, 5, 6, 7, 8]
    reasons = [item.reason for item in items if isinstance(item, Failure)]
    assert [reason.split(" (")[0][:24] for reason in reasons] == [
        "not valid JSON",
        "not a JSON object but a ",
        "not a JSON object but nu",
        "the row has neither a ti",
        "“title” holds a list whe",
    ]
    failed = items[5]
    assert isinstance(failed, Failure)
    assert (failed.id, failed.raw) == ("6", {"id": "6", "title": ["灯"]})


@pytest.mark.parametrize(
    "content", ['[{"title": "旗"}, 7, {"title": "灯"}]', '[\n{"title": "旗"},\n7,\n{"title": "灯"}\n]']
)
@pytest.mark.parametrize("suffix", [".json", ".jsonl"])
def test_a_list_counts_its_items(tmp_path: Path, content: str, suffix: str) -> None:
    items = read(tmp_path / f"a{suffix}", content)
    assert [type(item) for item in items] == [Record, Failure, Record]
    assert [item.source.row for item in items if item.source] == [1, 2, 3]
    assert count_json(tmp_path / f"a{suffix}") is None


def test_a_json_file_may_hold_one_object_or_lines(tmp_path: Path) -> None:
    assert len(read(tmp_path / "a.json", '{\n "title": "旗"\n}')) == 1
    assert len(read(tmp_path / "a.json", '{"title": "旗"}\n{"title": "灯"}')) == 2


def test_a_broken_list_is_refused_whole(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"a\.json: not valid JSON .* at line 2"):
        read(tmp_path / "a.json", '[{"title": "旗"},\n{"title": ]')


def test_numbers_become_text_and_nan_is_nothing(tmp_path: Path) -> None:
    (record,) = read(tmp_path / "a.jsonl", '{"id": 358.0, "title": 1927, "description": NaN, "重": 1.50}')
    assert isinstance(record, Record)
    assert (record.id, record.title, record.description, record.extra) == ("358", "1927", "", {"重": 1.5})


def test_lone_surrogates_are_made_harmless(tmp_path: Path) -> None:
    (record,) = read(tmp_path / "a.jsonl", r'{"id": "1", "title": "\ud800旗\ud83d\ude00", "馆": ["\udc00"]}')
    assert isinstance(record, Record)
    assert (record.title, record.extra) == ("\ufffd旗😀", {"馆": ["\ufffd"]})
    assert [notice.code for notice in record.notices] == ["text-damaged"]


def test_lawful_marks_are_taken_out_and_told(tmp_path: Path) -> None:
    marked, unlawful = read(
        tmp_path / "a.jsonl",
        lines(
            {"id": "1", "title": "<组织>红军</组织>的旗", "object": "旗"}, {"id": "2", "title": "<组织>红军的旗</地点>"}
        ),
    )
    assert isinstance(marked, Record)
    assert isinstance(unlawful, Record)
    assert (marked.title, marked.extra) == ("红军的旗", {"object": "旗"})
    assert [notice.code for notice in marked.notices] == ["marks-removed"]
    assert unlawful.title == "<组织>红军的旗</地点>"
    assert [notice.code for notice in unlawful.notices] == ["marks-unlawful"]


def test_hostile_lines(tmp_path: Path) -> None:
    items = read(
        tmp_path / "a.jsonl",
        lines({"title": "弹" * 50_000}, {"title": "a\x00\x1b\u202e"})
        + '\n{"title": '
        + "[" * 100_000
        + '\n{"title": "\xff',
    )
    assert [type(item) for item in items] == [Record, Record, Failure, Failure]
    long, control, deep, _ = items
    assert isinstance(long, Record)
    assert len(long.title) == 50_000
    assert isinstance(control, Record)
    assert control.title == "a\x00\x1b\u202e"
    assert isinstance(deep, Failure)
    assert len(str(deep.raw)) < 3000


def test_other_encodings(tmp_path: Path) -> None:
    for codec in ("utf-8-sig", "gb18030", "utf-16"):
        (record,) = read(tmp_path / "a.jsonl", '{"编号": "1", "名称": "红军的旗"}'.encode(codec))
        assert isinstance(record, Record)
        assert record.title == "红军的旗"


def test_bytes_that_were_cut_are_told(tmp_path: Path) -> None:
    content = (
        lines({"id": "0", "title": "红军战士用过的马灯和旗"}).encode()
        + b'\n{"id": "1", "title": "'
        + "旗".encode()[:2]
        + b'"}'
    )
    _, record = read(tmp_path / "a.jsonl", content)
    assert isinstance(record, Record)
    assert (record.title, [notice.code for notice in record.notices]) == ("\ufffd", ["text-damaged"])


def test_nothing_but_empty_lines(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nothing but empty lines"):
        read(tmp_path / "a.jsonl", "\n\n")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"title": "铁\t壶"}', "not valid JSON (Invalid control character at column 13)"),
        ('{"title": "铁壶", "n": %s}' % ("9" * 5000), "not valid JSON (a number of more than 4300 digits)"),
    ],
)
def test_reasons_are_sentences(line: str, reason: str, tmp_path: Path) -> None:
    (failure,) = read(tmp_path / "a.jsonl", line)
    assert isinstance(failure, Failure)
    assert failure.reason == reason


@pytest.mark.parametrize("title", ["<组织>红军的铁壶", "红军的铁壶<组织>", "<组织><人物>红军的铁壶"])
def test_a_mark_that_is_not_closed_is_told(title: str, tmp_path: Path) -> None:
    (record,) = read(tmp_path / "a.jsonl", f'{{"title": "{title}"}}')
    assert isinstance(record, Record)
    assert (record.title, [notice.code for notice in record.notices]) == (title, ["id-missing", "marks-unlawful"][::-1])
