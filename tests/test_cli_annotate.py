"""The command around the models; the models themselves are replaced by a quick stand-in."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner, Result
from PIL import Image

from biaotu.cli.annotate import annotate as command
from biaotu.cli.main import cli
from biaotu.cli.progress import describe
from biaotu.records import Annotation, Failure, Record
from samples import Echo


class Model(Echo):
    """The stand-in with a manifest; stops as Ctrl-C would after ``stop`` answers."""

    manifest = SimpleNamespace(name="echo", version="1")
    version = "1"

    def __init__(self, stop: int | None = None) -> None:
        self.stop = stop

    def annotate_many(self, records: Iterable[Record | Failure]) -> Iterator[Annotation | Failure]:
        for number, answer in enumerate(super().annotate_many(records)):
            if number == self.stop:
                raise KeyboardInterrupt
            yield answer


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> Model:
    made = Model()
    # The module's own name is hidden behind the command of the same name.
    monkeypatch.setitem(command.callback.__globals__, "_load", lambda _options: made)  # type: ignore[union-attr]
    return made


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "in.csv"
    path.write_text("编号,名称,描述\n1,甲水壶,铁质\n2,乙马灯,玻璃罩\n3,丙布鞋,手工\n", encoding="utf-8")
    return path


def annotate(*args: str | Path) -> Result:
    return CliRunner().invoke(cli, ["annotate", *map(str, args)])


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.mark.usefixtures("model")
@pytest.mark.parametrize("suffix", [".jsonl", ".csv", ".xlsx", ".html"])
def test_every_format_is_written_by_suffix(suffix: str, source: Path, tmp_path: Path) -> None:
    out = tmp_path / f"out{suffix}"
    result = annotate(source, "-o", out)
    assert result.exit_code == 0, result.output
    assert result.stdout == ""
    assert out.stat().st_size > 0
    assert "3 records: 3 annotated, 0 failed" in result.stderr
    assert str(out) in result.stderr


@pytest.mark.usefixtures("model")
def test_without_an_output_there_is_a_table(source: Path) -> None:
    result = annotate(source)
    assert result.exit_code == 0
    for title in ("甲水壶", "乙马灯", "丙布鞋"):
        assert title in result.stdout
    assert "3 records annotated" in result.stderr


@pytest.mark.usefixtures("model")
def test_failures_are_status_1_and_are_written_down(tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    source.write_text('{"id": "1", "title": "甲水壶"}\n{broken\n{"id": "坏3", "title": "丙"}\n', encoding="utf-8")
    out = tmp_path / "out.jsonl"
    result = annotate(source, "-o", out)
    assert result.exit_code == 1
    assert "1 annotated, 2 failed" in result.stderr
    errors = lines(tmp_path / "out.jsonl.errors.jsonl")
    assert [error["row"] for error in errors] == [2, 3]
    assert f"errors: {out}.errors.jsonl" in result.stderr
    shown = annotate(source)
    assert shown.exit_code == 1
    assert "row 2" in shown.stderr


@pytest.mark.usefixtures("model")
def test_what_cannot_work_is_refused_before_anything_is_written(source: Path, tmp_path: Path) -> None:
    taken = tmp_path / "taken.jsonl"
    taken.write_text("", encoding="utf-8")
    copy = tmp_path / "copy.jsonl"
    copy.write_text('{"title": "甲"}\n', encoding="utf-8")
    refused: list[tuple[list[str | Path], str]] = [
        ([source, "-o", tmp_path / "out.pdf"], ".jsonl .csv .xlsx .html"),
        ([source, "-o", tmp_path / "none" / "out.csv"], "does not exist"),
        ([source, "-o", taken], "--force"),
        ([source, "--resume"], "need an output file"),
        ([source, "-o", source, "--force"], "is the input"),
        ([copy, "-o", copy, "--resume"], "is the input"),
        ([source, "-o", tmp_path / "o.csv", "--without-text", "--without-images"], "nothing to look at"),
        ([source, "-o", tmp_path / "o.csv", "--sheet", "x"], "--sheet"),
    ]
    for args, message in refused:
        result = annotate(*args)
        assert result.exit_code == 2, args
        assert message in result.stderr
    assert source.read_text(encoding="utf-8").startswith("编号")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["copy.jsonl", "in.csv", "taken.jsonl"]


def test_ctrl_c_says_how_to_go_on(model: Model, source: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    model.stop = 2
    result = annotate(source, "-o", out)
    assert result.exit_code == 130
    assert "--resume" in result.stderr
    assert len(lines(out)) == 2
    model.stop = None
    refused = annotate(source, "-o", out, "--resume", "--without-text")
    assert refused.exit_code == 2
    assert "--without-text was False and is True" in refused.stderr
    result = annotate(source, "-o", out, "--resume")
    assert result.exit_code == 0
    assert "3 records (2 of them in an earlier run)" in result.stderr
    assert [line["id"] for line in lines(out)] == ["1", "2", "3"]


@pytest.mark.usefixtures("model")
def test_limit_and_quiet(source: Path, tmp_path: Path) -> None:
    result = annotate(source, "-o", tmp_path / "out.jsonl", "--limit", "2", "--quiet")
    assert (result.exit_code, result.output) == (0, "")
    assert len(lines(tmp_path / "out.jsonl")) == 2
    assert annotate(source, "-o", tmp_path / "out.jsonl", "--resume", "--quiet").exit_code == 0
    assert len(lines(tmp_path / "out.jsonl")) == 3


@pytest.mark.usefixtures("model")
def test_photos_of_no_row_are_reported(source: Path, tmp_path: Path) -> None:
    photos = tmp_path / "photos"
    photos.mkdir()
    for name in ("1-1.jpg", "99.jpg"):
        Image.new("RGB", (20, 20)).save(photos / name)
    result = annotate(source, "-o", tmp_path / "out.jsonl", "--images", photos)
    assert result.exit_code == 0
    assert "1 photos match no row: 99.jpg" in result.stderr
    assert (tmp_path / "out.jsonl.unmatched.txt").read_text(encoding="utf-8") == "99.jpg\n"


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ((0, 10, 0, 1.0), "0 of 10 records"),
        ((120, 500, 0, 8.0), "120 of 500 records, 15.0/s, 0:25 left"),
        ((5000, 100_000, 4000, 100.0), "5000 of 100000 records, 10.0/s, 2:38:20 left"),
        ((7, None, 0, 2.0), "7 records, 3.5/s"),
    ],
)
def test_progress_in_words(numbers: tuple[int, int | None, int, float], words: str) -> None:
    assert describe(*numbers) == words


@pytest.mark.skipif(sys.platform != "linux", reason="file names are bytes on Linux alone")
@pytest.mark.usefixtures("model")
@pytest.mark.parametrize("suffix", ["jsonl", "csv", "xlsx", "html"])
def test_a_file_name_that_is_not_utf8(suffix: str, source: Path, tmp_path: Path) -> None:
    strange = tmp_path / os.fsdecode("清单.csv".encode("gb18030"))
    source.rename(strange)
    folder = tmp_path / os.fsdecode("照片".encode("gb18030"))
    folder.mkdir()
    out = tmp_path / f"out.{suffix}"
    done = annotate(strange, "-o", out, "--images", folder)
    assert done.exit_code == 0, done.output
    assert out.is_file()


@pytest.mark.skipif(os.name != "posix", reason="needs a pipe that closes early")
def test_a_pipe_that_closes_early_is_no_error(tmp_path: Path) -> None:
    source = tmp_path / "in.csv"
    source.write_text("编号,名称\n" + "".join(f"{row},第{row}件铁壶\n" for row in range(2000)), encoding="utf-8")
    script = "from biaotu.cli.main import main\nfrom biaotu.cli.annotate import annotate\nfrom samples import Echo\n"
    script += "annotate.callback.__globals__['_load'] = lambda _options: Echo()\nmain()\n"
    process = subprocess.Popen(
        [sys.executable, "-c", script, "annotate", str(source)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=Path(__file__).parent,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.read(10)
    process.stdout.close()
    said = process.stderr.read()
    process.stderr.close()
    assert (process.wait(), said) == (0, b"")
