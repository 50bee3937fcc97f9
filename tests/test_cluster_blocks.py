"""Blocks, the worker and the refusals of a run on a cluster, without Ray."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from biaotu.batch import annotate_file
from biaotu.cli.main import cli
from biaotu.cluster import BlockPlaces, Engine, Job, annotate_on_cluster, check_blocks, identity
from biaotu.cluster.blocks import cut, read_block, write_whole
from biaotu.cluster.engine import check_installed
from biaotu.cluster.worker import BlockWorker, Outcome, tally
from biaotu.errors import UsageError
from biaotu.pipeline import Annotator
from biaotu.records import Failure, Notice, Record, Source
from samples import records

FULL = Record(
    id="柳-1",
    title="铁水壶\ud83d",
    description="高21厘米\u2028𠮷",
    images=("水\udcff.jpg",),
    image_root=Path("照片"),
    extra={"页": 3, "表": [1.5, None, {"x": True}]},
    source=Source("in.jsonl", 4),
    notices=(Notice("id-missing", "the row has no number"),),
)


@pytest.fixture
def job(tmp_path: Path, tiny_bundle: Path, annotator: Annotator) -> Job:
    options = {"bundle": str(tiny_bundle), "threads": 1}
    return Job(tmp_path / "out.jsonl", tmp_path, False, identity(annotator.manifest), options)


def planned(places: BlockPlaces, size: int = 3) -> list[str]:
    names = []
    for block in cut(records(7, bad=frozenset({2})), size):
        write_whole(places.planned / f"{block.name}.jsonl", block.content)
        names.append(block.name)
    return names


def test_a_record_comes_back_as_it_was(tmp_path: Path) -> None:
    items: list[Record | Failure] = [
        FULL,
        Failure(Source("in.jsonl", 5), "not valid JSON", None, "{"),
        Record(id="2", title="甲"),
    ]
    blocks = list(cut(items, 2))
    assert [block.size for block in blocks] == [2, 1]
    for block in blocks:
        write_whole(tmp_path / block.name, block.content)
    assert [item for block in blocks for item in read_block(tmp_path / block.name)] == items


def test_a_block_goes_by_its_content() -> None:
    (one,), (same,) = cut([FULL], 2), cut([replace(FULL)], 2)
    (other,) = cut([replace(FULL, description="高22厘米")], 2)
    assert one == same
    assert one.name[:9] == other.name[:9] == "00000000-"
    assert one.name != other.name


def test_what_no_json_holds_fails_by_name_as_in_the_batch_room() -> None:
    ring: list[object] = []
    ring.append(ring)
    (block,) = cut([replace(FULL, extra={"环": ring}), replace(FULL, extra={"日": date(1941, 12, 1)})], 9)
    failed, kept = (json.loads(line) for line in block.content.splitlines())
    assert failed["failure"][2].startswith("the annotation cannot be written as JSON (")
    assert kept["record"]["extra"] == {"日": "1941-12-01"}


def test_nothing_half_is_left_where_writing_fails(tmp_path: Path) -> None:
    (tmp_path / "taken").mkdir()
    with pytest.raises(OSError):
        write_whole(tmp_path / "taken", b"x")
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]


def test_a_worker_gives_what_the_batch_gives_and_never_does_a_block_twice(
    job: Job, annotator: Annotator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(job.cwd)
    places = BlockPlaces.of(job.out)
    places.make(anew=True)
    names, worker = planned(places), BlockWorker(job, "n")
    outcomes = [worker(name) for name in names]
    assert [(outcome.done, outcome.failed, outcome.trouble) for outcome in outcomes] == [
        (2, 1, ""),
        (3, 0, ""),
        (1, 0, ""),
    ]
    annotate_file(annotator, records(7, bad=frozenset({2})), job.cwd / "local.jsonl")
    parts = b"".join(places.answers(name)[0].read_bytes() for name in names)
    assert parts == (job.cwd / "local.jsonl").read_bytes()
    assert places.answers(names[0])[1].read_bytes() == (job.cwd / "local.jsonl.errors.jsonl").read_bytes()
    for path in places.planned.iterdir():
        path.unlink()  # were a block done again, its input would be missed
    assert [worker(name) for name in names] == outcomes
    assert tally(places, names[1]).done == 3


def test_a_node_that_cannot_work_says_why(job: Job) -> None:
    places = BlockPlaces.of(job.out)
    gone = BlockWorker(replace(job, cwd=job.cwd / "none"), "n1")("x")
    assert "node n1" in gone.trouble
    assert "a disk that all nodes share" in gone.trouble
    assert f"{places.folder} is not to be seen" in BlockWorker(job, "n1")("x").trouble
    places.make(anew=True)
    assert "install the same on all nodes" in BlockWorker(replace(job, model="biaotu 0"), "n1")("x").trouble
    assert "no model bundle there" in BlockWorker(replace(job, options={"bundle": "none"}), "n1")("x").trouble
    assert "block x" in BlockWorker(job, "n1")("x").trouble


def test_a_block_that_takes_every_worker_down_is_named_in_the_end(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(job.cwd)
    places = BlockPlaces.of(job.out)
    places.make(anew=True)
    name, *_ = planned(places)
    worker = BlockWorker(job, "n1")

    def die(_path: Path) -> None:
        raise KeyboardInterrupt  # as a kill would: nothing after it is run

    with monkeypatch.context() as patch:
        patch.setattr("biaotu.cluster.worker.read_block", die)
        for _ in range(5):
            with pytest.raises(KeyboardInterrupt):
                worker(name)
    outcome = worker(name)
    assert f"block {name}: 5 workers died over it" in outcome.trouble
    places.tries(name).write_bytes(b"....")
    assert worker(name).trouble == ""
    assert not places.tries(name).exists()


class Here(Engine):
    """The engine's place taken by this process, to test the story around it; stops after some blocks."""

    def outcomes(self, job: Job, names: Sequence[str]) -> Iterator[Outcome]:
        worker = BlockWorker(job, "here")
        for number, name in enumerate(names):
            if number == self.threads:
                raise KeyboardInterrupt
            yield worker(name)


def test_changed_input_and_damaged_answers_are_done_again_and_no_others(
    job: Job, annotator: Annotator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(job.cwd)
    items = records(20, bad=frozenset({2}))
    with pytest.raises(KeyboardInterrupt):
        annotate_on_cluster(Here(threads=4), job, items, job.out, block=4)
    places = BlockPlaces.of(job.out)
    with pytest.raises(UsageError, match="unfinished run"):
        check_blocks(job.out)
    first = sorted(path for path in places.done.iterdir() if "errors" not in path.name)[0]
    first.write_bytes(b"")
    changed = Record(id="新", title="新来的马灯", source=Source("入.jsonl", 5))
    items[4] = changed
    run = annotate_on_cluster(Here(threads=9), job, items, job.out, block=4, resume=True)
    assert (run.summary.resumed, run.summary.done, run.summary.failed) == (8, 19, 1)
    annotate_file(annotator, items, job.cwd / "local.jsonl")
    assert job.out.read_bytes() == (job.cwd / "local.jsonl").read_bytes()
    assert not places.folder.exists()
    with pytest.raises(UsageError, match="nothing to resume"):
        check_blocks(job.out, resume=True)


def test_trouble_of_a_node_stops_the_run_and_nothing_is_lost(job: Job) -> None:
    def trouble(*_: object) -> list[Outcome]:
        raise UsageError("node n1: no")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Engine, "outcomes", trouble)
        with pytest.raises(UsageError, match="n1"):
            annotate_on_cluster(Engine(), job, records(3), job.out)
    assert not job.out.exists()
    assert len(list(BlockPlaces.of(job.out).planned.iterdir())) == 1


def test_an_empty_input_needs_no_cluster(job: Job) -> None:
    run = annotate_on_cluster(Here(threads=0), job, [], job.out)
    assert (run.summary.done, run.workers, job.out.read_bytes()) == (0, 0, b"")


def test_the_extra_is_named_where_it_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    with pytest.raises(UsageError, match=r"pip install 'biaotu\[cluster\]'"):
        check_installed()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--workers", "2"], "--workers goes with --engine ray"),
        (["--engine", "ray"], "goes with IN and -o"),
        (["--engine", "ray", "-o", "x.jsonl", "--address", "ray://a:1"], "HOST:PORT"),
        (["--engine", "ray", "-o", "x.jsonl", "--address", "127.0.0.1:1"], "no Ray cluster can be reached"),
        (["--engine", "ray", "-o", "in.jsonl", "--force"], "is the input"),
    ],
)
def test_what_cannot_work_is_refused(
    options: list[str], message: str, tmp_path: Path, tiny_bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if "x.jsonl" in options or "in.jsonl" in options:
        pytest.importorskip("ray", reason="the extra cluster is not installed")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in.jsonl").write_text('{"title": "甲水壶"}\n', encoding="utf-8")
    result = CliRunner().invoke(cli, ["annotate", "in.jsonl", "--bundle", str(tiny_bundle), *options])
    assert result.exit_code == 2
    assert message in result.stderr


def test_a_cluster_that_lets_nobody_in_is_told_with_what_to_look_at(
    tmp_path: Path, tiny_bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So ends a wrong or a missing token, after Ray's twenty seconds of tries."""
    ray = pytest.importorskip("ray", reason="the extra cluster is not installed")

    def refuse(**options: object) -> None:
        del options
        raise ConnectionError("Failed to connect to Ray cluster\nmore")

    monkeypatch.setattr(ray, "init", refuse)
    (tmp_path / "in.jsonl").write_text('{"title": "甲水壶"}\n', encoding="utf-8")
    given = ["annotate", str(tmp_path / "in.jsonl"), "--bundle", str(tiny_bundle), "--engine", "ray"]
    with socket.create_server(("127.0.0.1", 0)) as head:
        address = f"127.0.0.1:{head.getsockname()[1]}"
        result = CliRunner().invoke(cli, [*given, "-o", str(tmp_path / "x.jsonl"), "--address", address])
    assert result.exit_code == 2
    assert f"Ray at {address} does not let us in (Failed to connect to Ray cluster); " in result.stderr
    assert "RAY_AUTH_TOKEN" in result.stderr
