from __future__ import annotations

import json
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from biaotu.batch.journal import Journal, mend, read_lines
from biaotu.export.jsonl import encode


@given(st.lists(st.dictionaries(st.text(max_size=3), st.text(max_size=200), max_size=3), max_size=6), st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_a_file_torn_anywhere_keeps_its_whole_lines(
    tmp_path: Path, documents: list[dict[str, str]], data: st.DataObject
) -> None:
    path = tmp_path / "journal.jsonl"
    path.unlink(missing_ok=True)
    with Journal(path) as journal:
        journal.create()
        for document in documents:
            journal.append(encode(document))
    whole = path.read_bytes()
    cut = data.draw(st.integers(0, len(whole)))
    path.write_bytes(whole[:cut])
    mend(path)
    kept = whole[:cut].count(b"\n")
    assert list(read_lines(path)) == documents[:kept]


def test_a_long_torn_line_is_cut_to_its_beginning(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    path.write_bytes(b'{"a": 1}\n' + b'{"b": "' + b"x" * 300_000)
    mend(path)
    assert path.read_bytes() == b'{"a": 1}\n'
    path.write_bytes(b'{"b": "' + b"x" * 300_000)
    mend(path)
    assert path.read_bytes() == b""


def test_a_missing_file_stays_missing(tmp_path: Path) -> None:
    mend(tmp_path / "none")
    with Journal(tmp_path / "none"):
        pass
    assert not (tmp_path / "none").exists()
    assert list(read_lines(tmp_path / "none")) == []


def test_lines_are_appended_behind_what_stands(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    for number in range(3):
        with Journal(path) as journal:
            journal.append(encode({"n": number}))
    assert [json.loads(line)["n"] for line in path.read_bytes().split(b"\n")[:-1]] == [0, 1, 2]
