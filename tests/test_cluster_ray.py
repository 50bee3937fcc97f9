"""``biaotu annotate --engine ray``: the same bytes as the local engine, whoever is killed meanwhile."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import pytest
from click.testing import CliRunner
from PIL import Image

from biaotu.cli.main import cli
from cluster_nodes import TwoNodes, start, two_nodes

pytest.importorskip("ray", reason="the extra cluster is not installed")
pytestmark = pytest.mark.cluster

COUNT = 500
PATIENCE = 300
"""Seconds without progress after which something hangs; a machine that is busy with other work is slow, not stuck."""


@pytest.fixture(scope="module")
def nodes() -> Iterator[TwoNodes]:
    with two_nodes() as running:
        yield running


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A list with photos, warnings, and rows that fail."""
    folder = tmp_path_factory.mktemp("work")
    Image.new("RGB", (64, 48), (120, 40, 40)).save(folder / "水壶.jpg")
    rows = []
    for number in range(COUNT):
        row = {
            "编号": f"柳-{number // 2}",
            "名称": f"柳河游击队用过的铁水壶之{number}",
            "描述": "1941年冬由田小满缴获。" * 4,
        }
        row["图片"] = ("水壶.jpg", "没有.jpg", "")[number % 3]
        rows.append(json.dumps({**row, "来源": {"页": number}}, ensure_ascii=False))
    rows[7] = "{broken"
    rows[400] = json.dumps({"编号": "空"})
    (folder / "in.jsonl").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def local(work: Path, tiny_bundle: Path) -> Path:
    """The list as the local engine annotates it."""
    result = CliRunner().invoke(
        cli, ["annotate", str(work / "in.jsonl"), "-o", str(work / "local.jsonl"), "--bundle", str(tiny_bundle)]
    )
    assert result.exit_code == 1, result.output
    return work / "local.jsonl"


def begin(work: Path, name: str, bundle: Path, nodes: TwoNodes, *more: str) -> subprocess.Popen[str]:
    options = ["--engine", "ray", "--address", nodes.address, "--block", "5", *more]
    return start(work / "in.jsonl", "-o", work / name, "--bundle", bundle, *options, cwd=work)


def end(run: subprocess.Popen[str]) -> str:
    _, told = run.communicate(timeout=2 * PATIENCE)  # Ray itself tells of lost workers on stdout
    assert (run.returncode, "output:" in told) == (1, True), told  # two rows fail, as they do locally
    return told


def who(index: Path) -> list[tuple[str, int]]:
    """Node and process of each block that is done so far."""
    if not index.exists():
        return []
    whole = index.read_text(encoding="utf-8").split("\n")[:-1]
    return [(line["node"], int(line["worker"])) for line in map(json.loads, whole)]


def wait_for(
    run: subprocess.Popen[str], index: Path, ready: Callable[[list[tuple[str, int]]], bool]
) -> list[tuple[str, int]]:
    """Wait until the blocks that are done are enough."""
    seen, until = -1, 0.0
    while not ready(found := who(index)):
        assert run.poll() is None, run.communicate()
        if len(found) > seen:
            seen, until = len(found), time.monotonic() + PATIENCE
        assert time.monotonic() < until, f"nothing more was done after {seen} blocks"
        time.sleep(0.01)
    return found


def same(work: Path, name: str, local: Path) -> bool:
    errors = [path.with_name(f"{path.name}.errors.jsonl").read_bytes() for path in (work / name, local)]
    assert not (work / f"{name}.blocks").exists()
    return (work / name).read_bytes() == local.read_bytes() and errors[0] == errors[1]


def test_a_stopped_run_goes_on_where_it_was_and_other_options_are_refused(
    nodes: TwoNodes, work: Path, local: Path, tiny_bundle: Path
) -> None:
    run = begin(work, "stopped.jsonl", tiny_bundle, nodes)
    folder = work / "stopped.jsonl.blocks"
    done = len(wait_for(run, folder / "index.jsonl", lambda found: len(found) >= 6))
    run.kill()
    run.communicate()
    assert not (work / "stopped.jsonl").exists()
    with (folder / "index.jsonl").open("ab") as file:
        file.write(b'{"name": "torn')
    spoilt = sorted((folder / "done").glob("0*[0-9a-f].jsonl"))[0]
    spoilt.write_bytes(spoilt.read_bytes()[:-30])
    told = CliRunner().invoke(
        cli,
        [
            "annotate",
            str(work / "in.jsonl"),
            "-o",
            str(work / "stopped.jsonl"),
            "--engine",
            "ray",
            "--resume",
            "--bundle",
            str(tiny_bundle),
            "--block",
            "6",
        ],
    )
    assert (told.exit_code, "--block was 5 and is 6" in told.stderr) == (2, True)
    summary = end(begin(work, "stopped.jsonl", tiny_bundle, nodes, "--resume"))
    resumed = int(summary.split(" of them in an earlier run")[0].rsplit("(", 1)[1])
    assert (done - 1) * 5 <= resumed < COUNT
    assert same(work, "stopped.jsonl", local)


def test_two_nodes_give_the_same_bytes_though_a_worker_is_killed_and_a_node_lost(
    nodes: TwoNodes, work: Path, local: Path, tiny_bundle: Path
) -> None:
    """The last test of the cluster: from here on it has one node."""
    run = begin(work, "killed.jsonl", tiny_bundle, nodes)
    index = work / "killed.jsonl.blocks" / "index.jsonl"
    met = wait_for(run, index, lambda found: len(set(found)) == 2)
    assert len({node for node, _ in met}) == 2, "each node has one core and so one worker"
    os.kill(met[0][1], signal.SIGKILL)
    wait_for(run, index, lambda found: len(set(found)) == 3)  # it was replaced
    nodes.lose_one()
    assert run.poll() is None, "too late: the run was over"
    told = end(run)
    assert "nodes: 2" in told
    assert f"{COUNT} records: {COUNT - 2} annotated, 2 failed" in told
    assert same(work, "killed.jsonl", local)


def listening(run: subprocess.Popen[str]) -> set[str]:
    """The addresses on which Ray's two servers listen, seen while the run works."""
    addresses: dict[str, set[str]] = {}
    while run.poll() is None and not {"gcs_server", "raylet"} <= addresses.keys():
        for process in psutil.Process(run.pid).children(recursive=True):
            with suppress(psutil.Error):
                heard = {one.laddr.ip for one in process.net_connections("tcp") if one.status == psutil.CONN_LISTEN}
                addresses |= {process.name(): heard} if heard else {}
        time.sleep(0.05)
    assert addresses
    return {address.removeprefix("::ffff:") for heard in addresses.values() for address in heard}


def test_without_an_address_ray_runs_on_this_machine_and_parquet_goes_in_and_out(work: Path, tiny_bundle: Path) -> None:
    from pyarrow import Table
    from pyarrow.parquet import read_table, write_table

    rows = [{"id": f"{n}", "title": f"第{n}号铁水壶", "images": ["水壶.jpg"], "年": n} for n in range(20)]
    write_table(Table.from_pylist(rows), work / "in.parquet")
    source, options = work / "in.parquet", ["--bundle", str(tiny_bundle), "-q"]
    run = start(
        source, "-o", work / "ray.parquet", *options, "--engine", "ray", "--workers", "1", "--block", "8", cwd=work
    )
    heard = listening(run)
    out, told = run.communicate(timeout=2 * PATIENCE)
    assert heard == {"127.0.0.1"}, "nobody but this machine may reach Ray's ports"
    assert (run.returncode, out, told) == (0, "", "")
    for name in ("here.parquet", "here.jsonl"):
        assert CliRunner().invoke(cli, ["annotate", str(source), "-o", str(work / name), *options]).exit_code == 0
    assert (work / "ray.parquet").read_bytes() == (work / "here.parquet").read_bytes()
    table = read_table(work / "ray.parquet").to_pylist()
    lines = [json.loads(line) for line in (work / "here.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [row["labels"] for row in table] == [line["labels"] for line in lines]
    assert [json.loads(row["extra"]) for row in table] == [line["extra"] for line in lines]
    assert not [path for path in work.iterdir() if path.name.startswith("ray.parquet.")]
