from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from biaotu.batch import Progress, annotate_file
from biaotu.errors import UsageError
from biaotu.records import Annotation, Failure, Record, Source
from samples import Echo, annotation, records


class Stopping(Echo):
    """Stops as Ctrl-C would after some answers."""

    def __init__(self, after: int) -> None:
        self.after = after

    def annotate_many(self, records: Iterable[Record | Failure]) -> Iterator[Annotation | Failure]:
        for number, answer in enumerate(super().annotate_many(records)):
            if number == self.after:
                raise KeyboardInterrupt
            yield answer


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n")[:-1]]


def rows_of(out: Path) -> list[str]:
    """The titles in an output of any format."""
    if out.suffix == ".jsonl":
        return [line["title"] for line in lines(out)]
    with out.open(encoding="utf-8-sig", newline="") as file:
        return [row["名称"] for row in csv.DictReader(file)]


def test_all_records_and_all_failures_are_written(tmp_path: Path) -> None:
    items = [*records(20, bad=frozenset({3, 7})), Record(id="坏", title="坏的", source=Source("入.jsonl", 21))]
    seen: list[Progress] = []
    summary = annotate_file(Echo(), items, tmp_path / "out.jsonl", on_progress=seen.append)
    assert (summary.done, summary.failed, summary.warned, summary.resumed) == (18, 3, 4, 0)
    assert len(rows_of(tmp_path / "out.jsonl")) == 18
    assert summary.errors == tmp_path / "out.jsonl.errors.jsonl"
    errors = lines(summary.errors)
    assert [(error["row"], error["id"], error["reason"]) for error in errors] == [
        (3, None, "not valid JSON"),
        (7, None, "not valid JSON"),
        (21, "坏", "made to fail"),
    ]
    assert errors[0]["file"] == "入.jsonl"
    assert errors[0]["raw"] == "{"
    assert [progress.seen for progress in seen] == list(range(22))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.jsonl", "out.jsonl.errors.jsonl"]


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".html"])
def test_other_formats_leave_the_output_alone(suffix: str, tmp_path: Path) -> None:
    out = tmp_path / f"out{suffix}"
    seen: list[Progress] = []
    summary = annotate_file(Echo(), records(6), out, on_progress=seen.append)
    assert summary.errors is None
    assert [path.name for path in tmp_path.iterdir()] == [out.name]
    assert [progress.seen for progress in seen if progress.stage == "write"] == [1, 2, 3, 4, 5, 6]


def test_an_empty_input_gives_an_empty_output(tmp_path: Path) -> None:
    assert annotate_file(Echo(), [], tmp_path / "out.jsonl").done == 0
    assert (tmp_path / "out.jsonl").read_bytes() == b""
    annotate_file(Echo(), [], tmp_path / "out.csv")
    assert rows_of(tmp_path / "out.csv") == []


@pytest.mark.parametrize("suffix", [".jsonl", ".csv"])
@pytest.mark.parametrize("stop", [0, 1, 2, 3, 9, 19])
def test_a_stopped_run_goes_on(suffix: str, stop: int, tmp_path: Path) -> None:
    items = records(20, bad=frozenset({1, 3, 20}))
    whole, out = tmp_path / f"whole{suffix}", tmp_path / f"out{suffix}"
    annotate_file(Echo(), items, whole)
    with pytest.raises(KeyboardInterrupt):
        annotate_file(Stopping(stop), items, out, settings={"a": 1})
    summary = annotate_file(Echo(), items, out, settings={"a": 1}, resume=True)
    assert summary.resumed == stop
    assert (summary.done, summary.failed) == (17, 3)
    assert out.read_bytes() == whole.read_bytes()
    errors = f"out{suffix}.errors.jsonl"
    assert (tmp_path / errors).read_bytes() == (tmp_path / errors.replace("out", "whole")).read_bytes()
    assert len(list(tmp_path.iterdir())) == 4


@pytest.mark.parametrize("tail", [b'{"id": "torn', b"\0\0\0\n", b'{"id": "torn\n', b"\n"])
def test_a_torn_last_line_is_cut_off(tail: bytes, tmp_path: Path) -> None:
    items = records(9, bad=frozenset({2}))
    out, errors = tmp_path / "out.jsonl", tmp_path / "out.jsonl.errors.jsonl"
    with pytest.raises(KeyboardInterrupt):
        annotate_file(Stopping(5), items, out)
    for path in (out, errors):
        with path.open("ab") as file:
            file.write(tail)
    summary = annotate_file(Echo(), items, out, resume=True)
    assert (summary.done, summary.failed, summary.resumed) == (8, 1, 5)
    assert len(rows_of(out)) == 8
    assert len(lines(errors)) == 1


def test_a_complete_jsonl_takes_records_that_were_added(tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    annotate_file(Echo(), records(5), out)
    summary = annotate_file(Echo(), records(8), out, resume=True)
    assert (summary.done, summary.resumed) == (8, 5)
    assert len(set(rows_of(out))) == 8


def changed(number: int, title: str) -> list[Record | Failure]:
    items = records(9)
    items[number] = Record(id=items[number].id or "", title=title, source=items[number].source)
    return items


@pytest.mark.parametrize(
    ("items", "settings", "message"),
    [
        (changed(2, "另一件"), {"--sheet": None}, r"line 3: does not fit row 3 \(id '号1'\)"),
        (records(3), {"--sheet": None}, "line 4: the input ends"),
        (records(9), {"--sheet": "表二"}, "--sheet was None and is '表二'"),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_is_lost(
    items: list[Record | Failure], settings: dict[str, Any], message: str, tmp_path: Path
) -> None:
    out = tmp_path / "out.jsonl"
    with pytest.raises(KeyboardInterrupt):
        annotate_file(Stopping(6), records(9), out, settings={"--sheet": None})
    before = out.read_bytes()
    with pytest.raises(UsageError, match=message):
        annotate_file(Echo(), items, out, settings=settings, resume=True)
    assert out.read_bytes() == before
    assert annotate_file(Echo(), records(9), out, settings={"--sheet": None}, resume=True).resumed == 6


def test_a_foreign_file_is_no_journal(tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    out.write_text('not ours\n{"id": 1}\n', encoding="utf-8")
    with pytest.raises(UsageError, match="line 1: not a line that biaotu wrote"):
        annotate_file(Echo(), records(3), out, resume=True)
    assert out.read_text(encoding="utf-8").startswith("not ours")


def test_outputs_are_not_overwritten_unasked(tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    annotate_file(Echo(), records(2), out)
    with pytest.raises(UsageError, match=r"exists; --resume .* --force"):
        annotate_file(Echo(), records(3), out)
    with pytest.raises(UsageError, match="complete, there is nothing to resume"):
        annotate_file(Echo(), records(3), out, resume=True)
    with pytest.raises(UsageError, match="give one of them"):
        annotate_file(Echo(), records(3), out, resume=True, force=True)
    annotate_file(Echo(), records(3), out, force=True)
    assert len(rows_of(out)) == 3
    with pytest.raises(KeyboardInterrupt):
        annotate_file(Stopping(1), records(3), out, force=True)
    assert len(rows_of(out)) == 3, "the old output stands until the new one is whole"
    out.unlink()
    with pytest.raises(UsageError, match="holds an unfinished run"):
        annotate_file(Echo(), records(3), out)


def test_places_that_cannot_be_written_are_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"folder .* does not exist; make it first"):
        annotate_file(Echo(), records(1), tmp_path / "none" / "out.csv")
    (tmp_path / "out.csv").mkdir()
    with pytest.raises(UsageError, match="is a folder"):
        annotate_file(Echo(), records(1), tmp_path / "out.csv")
    with pytest.raises(UsageError, match="names no output format"):
        annotate_file(Echo(), records(1), tmp_path / "out.pdf")


def _no_sheet() -> Record:
    raise UsageError("no such sheet")


def test_an_input_that_fails_at_once_leaves_the_old_output(tmp_path: Path) -> None:
    def broken() -> Iterator[Record]:
        yield from (_no_sheet() for _ in range(1))

    out = tmp_path / "out.jsonl"
    annotate_file(Echo(), records(2), out)
    with pytest.raises(UsageError, match="no such sheet"):
        annotate_file(Echo(), broken(), out, force=True)
    assert len(rows_of(out)) == 2


@pytest.mark.skipif(os.name != "posix", reason="needs a limit on file sizes")
def test_a_write_that_fails_midway_leaves_whole_lines(tmp_path: Path) -> None:
    script = textwrap.dedent(FULL).format(tests=str(Path(__file__).parent), out=str(tmp_path / "out.jsonl"))
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert "cannot be written any further" in said
    assert "--resume" in said
    left = (tmp_path / "out.jsonl").read_bytes()
    assert 0 < len(left) <= 20_000
    assert left.endswith(b"\n")
    summary = annotate_file(Echo(), records(100), tmp_path / "out.jsonl", resume=True)
    assert summary.resumed == left.count(b"\n")
    assert summary.done == 100


def test_a_value_that_json_cannot_hold_fails_that_record_only(tmp_path: Path) -> None:
    endless: dict[str, Any] = {}
    endless["self"] = endless
    items = [
        Record(id="1", title="甲乙", extra=endless, source=Source("入", 1)),
        Record(id="2", title="丙丁", source=Source("入", 2)),
    ]
    summary = annotate_file(Echo(), items, tmp_path / "out.jsonl")
    assert (summary.done, summary.failed) == (1, 1)


FULL = """
import resource, sys
from pathlib import Path
sys.path.insert(0, {tests!r})
from samples import Echo, records
from biaotu.batch import OutputError, annotate_file

resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
try:
    annotate_file(Echo(), records(100), Path({out!r}))
except OutputError as error:
    print(error)
"""

KILLED = """
import sys, time
from pathlib import Path
sys.path.insert(0, {tests!r})
from samples import Echo, records
from biaotu.batch import annotate_file

class Slow(Echo):
    def annotate_many(self, records):
        for answer in super().annotate_many(records):
            time.sleep(0.002)
            yield answer

annotate_file(Slow(), records(4000, bad=frozenset(range(10, 4000, 97))), Path({out!r}))
"""


@pytest.mark.skipif(os.name != "posix", reason="needs SIGKILL")
@pytest.mark.parametrize("suffix", [".jsonl", ".csv"])
def test_a_killed_process_leaves_whole_lines_and_is_resumed(suffix: str, tmp_path: Path) -> None:
    out = tmp_path / f"out{suffix}"
    journal = out if suffix == ".jsonl" else tmp_path / "out.csv.part.jsonl"
    script = textwrap.dedent(KILLED).format(tests=str(Path(__file__).parent), out=str(out))
    process = subprocess.Popen([sys.executable, "-c", script])
    deadline = time.monotonic() + 60
    while not journal.exists() or journal.stat().st_size < 50_000:
        assert process.poll() is None, "the run ended before it could be killed"
        assert time.monotonic() < deadline
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    left = journal.read_bytes()
    assert left.endswith(b"\n")
    assert all(json.loads(line) for line in left.split(b"\n")[:-1])
    items = records(4000, bad=frozenset(range(10, 4000, 97)))
    summary = annotate_file(Echo(), items, out, resume=True)
    assert 0 < summary.resumed < 4000
    failed = len(range(10, 4000, 97))
    assert (summary.done, summary.failed) == (4000 - failed, failed)
    assert rows_of(out) == [item.title for item in items if isinstance(item, Record)]
    assert [line["row"] for line in lines(tmp_path / f"{out.name}.errors.jsonl")] == list(range(10, 4000, 97))


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".html"])
def test_a_stop_while_the_output_is_made_loses_nothing(suffix: str, tmp_path: Path) -> None:
    out = tmp_path / f"out{suffix}"

    def stop(progress: Progress) -> None:
        if progress.stage == "write" and progress.seen == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        annotate_file(Echo(), records(6), out, on_progress=stop)
    assert not out.exists()
    summary = annotate_file(Echo(), records(6), out, resume=True)
    assert (summary.done, summary.resumed) == (6, 6)
    assert [path.name for path in tmp_path.iterdir()] == [out.name]


def test_a_journal_of_another_version_is_refused(tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    with pytest.raises(KeyboardInterrupt):
        annotate_file(Stopping(2), records(3), out)
    journal = tmp_path / "out.csv.part.jsonl"
    journal.write_text(journal.read_text(encoding="utf-8").replace("text_tags", "words"), encoding="utf-8")
    with pytest.raises(UsageError, match="written by another version"):
        annotate_file(Echo(), records(3), out, resume=True)


def test_the_stand_in_answers_every_item() -> None:
    assert len(list(Echo().annotate_many(records(7)))) == 7
    assert annotation().title


@pytest.mark.skipif(os.name != "posix", reason="needs flock")
@pytest.mark.parametrize("suffix", [".jsonl", ".csv"])
@pytest.mark.parametrize("option", ["resume", "force"])
def test_two_runs_do_not_write_one_output(suffix: str, option: str, tmp_path: Path) -> None:
    out = tmp_path / f"out{suffix}"
    tried: list[str] = []

    def second(progress: Progress) -> None:
        if progress.seen == 3:
            with pytest.raises(UsageError, match="another run") as refused:
                annotate_file(Echo(), records(6), out, **{option: True})  # type: ignore[arg-type]
            tried.append(str(refused.value))

    summary = annotate_file(Echo(), records(6), out, on_progress=second)
    assert len(tried) == (1 if suffix == ".jsonl" else 2), "while annotating and while the output is made"
    assert summary.done == 6
    assert len(rows_of(out)) == 6
    assert [path.name for path in tmp_path.iterdir()] == [out.name]
