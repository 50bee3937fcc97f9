from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from biaotu.batch.journal import OutputError
from biaotu.errors import InputError, UsageError
from biaotu.text.lexicon import Lexicon
from biaotu.text.segment import Segmenter
from biaotu.text.statistics import WordStatistics
from biaotu.training import blocks, cli, shares
from biaotu.training.statistics import build, count_corpus

_WORDS = st.sampled_from(
    ["军号", "油灯", "红军", "用过的", "（二级）", "\t", "\n", "a b", "1934年", "灯", "。", "<人物>小余</人物>"]
)
_TEXTS = st.lists(st.tuples(st.lists(_WORDS, max_size=5), st.lists(_WORDS | st.text(max_size=8), max_size=6)))


@pytest.fixture(autouse=True, scope="module")
def one_segmenter() -> object:
    """The dictionary is read once for all tests of this module."""
    patch = pytest.MonkeyPatch()
    lexicon = Lexicon.load()
    shared = Segmenter(lexicon.words)
    patch.setattr(Lexicon, "load", lambda: lexicon)
    patch.setattr(shares, "Segmenter", lambda _words: shared)
    patch.setattr("biaotu.training.statistics.Segmenter", lambda _words: shared)
    yield
    patch.undo()


def corpus(path: Path, count: int = 60) -> Path:
    things = ("军号", "草鞋", "油灯", "斗笠", "水壶")
    with path.open("w", encoding="utf-8") as lines:
        for number in range(count):
            title = f"第{number}团用过的{things[number % 5]}"
            lines.write(json.dumps({"title": title, "description": f"长{number}厘米，略有磨损。"}) + "\n")
    return path


@settings(max_examples=40, deadline=None)
@given(_TEXTS, st.integers(1, 4), st.sampled_from([0, 3000, 1 << 20]), st.integers(20, 400))
def test_the_file_is_that_of_counting_in_memory(
    texts: list[tuple[list[str], list[str]]], least: int, memory: int, size: int
) -> None:
    documents = [{"title": "".join(title), "description": "".join(text)} for title, text in texts]
    documents.append({"title": "军号", "description": "吹过的军号。"})
    with tempfile.TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocks.blocks, "__defaults__", (size,))
        source, plain, bounded = (Path(name) / part for part in ("in.jsonl", "plain.gz", "bounded.gz"))
        lines = [json.dumps(document, ensure_ascii=number % 2 == 0) for number, document in enumerate(documents)]
        source.write_text("\n".join(lines), encoding="utf-8", errors="surrogatepass")
        try:
            build([source], min_count=least).save(plain)
        except InputError:  # half a surrogate that is no UTF-8, or marks against the rules
            return
        found = count_corpus([source], bounded, min_count=least, memory=memory)
        assert bounded.read_bytes() == plain.read_bytes()
        assert found.texts == len(documents) and found.total == WordStatistics.load(plain).total
        assert sorted(path.name for path in Path(name).iterdir()) == ["bounded.gz", "in.jsonl", "plain.gz"]


def test_several_processes_and_files_give_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inputs = [corpus(tmp_path / "a.jsonl"), corpus(tmp_path / "b.jsonl", 90)]
    monkeypatch.setattr(blocks.blocks, "__defaults__", (1000,))
    build(inputs, min_count=2).save(tmp_path / "plain.gz")
    told: list[tuple[int, int]] = []
    out = tmp_path / "out.gz"
    found = count_corpus(inputs, out, min_count=2, memory=20_000, processes=2, on_progress=lambda *at: told.append(at))
    assert out.read_bytes() == (tmp_path / "plain.gz").read_bytes()
    assert found.texts == 150 and found.runs > 2
    assert told[-1] == (150, 150)


def test_lines_that_are_no_record_are_named_and_the_rest_is_counted(tmp_path: Path) -> None:
    source = corpus(tmp_path / "in.jsonl")
    good = source.read_bytes().splitlines(keepends=True)
    bad = [b"{broken\n", b'{"title": "\xff"}\n', b'{"title": "<\xe4\xba\xba\xe7\x89\xa9>\xe4\xbd\x99"}\n', b"[1]\n"]
    source.write_bytes(b"".join([*good[:20], bad[0], *good[20:40], *bad[1:], b"\n", *good[40:]]))
    out = tmp_path / "out.gz"
    result = CliRunner().invoke(cli.cli, ["statistics", str(source), "-o", str(out), "--min-count", "1", "-q"])
    assert result.exit_code == 1
    assert "4 lines could not be read" in result.output
    told = [json.loads(line) for line in (tmp_path / "out.gz.errors.jsonl").read_text("utf-8").splitlines()]
    assert [line["row"] for line in told] == [21, 42, 43, 44]
    assert all(line["file"] == str(source) and line["reason"] for line in told)
    (tmp_path / "good.jsonl").write_bytes(b"".join(good))
    again = count_corpus([tmp_path / "good.jsonl"], tmp_path / "good.gz", min_count=1)
    assert again.errors is None
    assert out.read_bytes() == (tmp_path / "good.gz").read_bytes()
    count_corpus([tmp_path / "good.jsonl"], out, min_count=1)
    assert not (tmp_path / "out.gz.errors.jsonl").exists()


def test_texts_without_words_are_refused_and_the_old_file_stays(tmp_path: Path) -> None:
    source, out = tmp_path / "in.jsonl", tmp_path / "out.gz"
    source.write_text('{"title": "。"}\n{}\n[]\n', encoding="utf-8")
    out.write_bytes(b"old")
    with pytest.raises(InputError, match=r"in\.jsonl: no title or description with words in it; 1 lines could not"):
        count_corpus([source], out)
    assert out.read_bytes() == b"old"
    source.write_bytes(b"")
    with pytest.raises(InputError, match=r"no title or description"):
        count_corpus([source], out)


def test_what_cannot_be_written_is_refused_before_anything_is_counted(tmp_path: Path) -> None:
    source = corpus(tmp_path / "in.jsonl")
    with pytest.raises(UsageError, match="over the texts themselves"):
        count_corpus([source], source)
    with pytest.raises(UsageError, match="no such folder"):
        count_corpus([source], tmp_path / "none" / "out.gz")


def test_a_full_disk_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device", "out.gz.runs/0-00000.tsv")

    source, out = corpus(tmp_path / "in.jsonl"), tmp_path / "out.gz"
    out.write_bytes(b"old")
    monkeypatch.setattr("biaotu.training.counting._write", full)
    with pytest.raises(OutputError, match="No space left on device; nothing was written"):
        count_corpus([source], out)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.jsonl", "out.gz"]
    assert out.read_bytes() == b"old"


def test_two_runs_into_one_file_are_kept_apart(tmp_path: Path) -> None:
    source, out = corpus(tmp_path / "in.jsonl"), tmp_path / "out.gz"
    refused: list[str] = []

    def second(*_: int) -> None:
        if not refused:
            with pytest.raises(UsageError, match="is being written by another run") as caught:
                count_corpus([source], out)
            refused.append(str(caught.value))

    count_corpus([source], out, on_progress=second)
    assert refused and out.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
@pytest.mark.parametrize("kind", [signal.SIGINT, signal.SIGKILL])
def test_a_stopped_run_leaves_the_old_file_and_the_next_one_clears_up(tmp_path: Path, kind: signal.Signals) -> None:
    source, out = corpus(tmp_path / "in.jsonl", 40_000), tmp_path / "out.gz"
    out.write_bytes(b"old")
    command = [sys.executable, "-c", "from biaotu.training.cli import main; main()", "statistics", str(source)]
    # Where tests run behind "&" it is ignored, and a new process inherits that.
    was = signal.signal(signal.SIGINT, signal.default_int_handler)
    process = subprocess.Popen(
        [*command, "-o", str(out), "--processes", "2", "--memory", "1"], stderr=subprocess.PIPE, start_new_session=True
    )
    signal.signal(signal.SIGINT, was)
    folder = tmp_path / "out.gz.runs"
    deadline = time.monotonic() + 120
    while not list(folder.glob("*.tsv")):
        assert process.poll() is None and time.monotonic() < deadline
        time.sleep(0.05)
    if kind == signal.SIGINT:
        os.killpg(process.pid, kind)  # as a terminal does
    else:
        process.kill()
    _, told = process.communicate(timeout=60)
    assert process.returncode not in {0, None}
    assert b"Traceback" not in told
    assert out.read_bytes() == b"old"
    assert folder.exists() == (kind == signal.SIGKILL)
    corpus(source, 20)
    deadline = time.monotonic() + 60
    while True:
        try:  # the processes of a killed run see within a moment that nobody waits for them
            count_corpus([source], out)
            break
        except UsageError:
            assert time.monotonic() < deadline
            time.sleep(0.2)
    assert WordStatistics.load(out).titles == 20
    assert not folder.exists()
