"""A Ray cluster of two nodes on this machine, in a process of its own, and the command run against it.

Ray installs handlers and warns freely; here it stays outside of the tests' own process, as it does for a user.
"""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[1] / "src"

_NODES = """
import sys
from ray.cluster_utils import Cluster

args = {"num_cpus": 1, "object_store_memory": 100 << 20, "include_dashboard": False}
args |= {"node_ip_address": "127.0.0.1"}
cluster = Cluster(initialize_head=True, head_node_args=args)
second = cluster.add_node(**args)
print("at", cluster.address, flush=True)
for line in sys.stdin:
    cluster.remove_node(second, allow_graceful=False)
    print("gone", flush=True)
cluster.shutdown()
"""

ENVIRONMENT = {
    **os.environ,
    "PYTHONPATH": os.pathsep.join([str(SOURCE), os.environ.get("PYTHONPATH", "")]),
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",  # keeps to the loopback; nodes on one machine do well with it
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
}


class TwoNodes:
    """A running cluster of two nodes with one core each."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self.address = self._answer("at ")

    def lose_one(self) -> None:
        """Kill all processes of the second node, as a power cut would."""
        assert self._process.stdin is not None
        self._process.stdin.write("lose\n")
        self._process.stdin.flush()
        self._answer("gone")

    def _answer(self, beginning: str) -> str:
        assert self._process.stdout is not None
        for line in self._process.stdout:  # Ray may talk in between
            if line.startswith(beginning):
                return line[len(beginning) :].strip()
        raise RuntimeError("the cluster did not start")


@contextmanager
def two_nodes() -> Iterator[TwoNodes]:
    """Ray gives a node up that is not there within half a minute, on a busy machine too: then it is asked again."""
    for last in (False, False, True):
        with _cluster() as process:
            try:
                running = TwoNodes(process)
            except RuntimeError:
                if last:
                    raise
                continue
            yield running
            return


@contextmanager
def _cluster() -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(_NODES)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=ENVIRONMENT,
    )
    try:
        yield process
    finally:
        assert process.stdin is not None
        process.stdin.close()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        assert process.stdout is not None
        process.stdout.close()


def start(*arguments: str | Path, cwd: Path) -> subprocess.Popen[str]:
    """``biaotu annotate`` in a process of its own."""
    call = "from biaotu.cli.main import main; main()"
    return subprocess.Popen(
        [sys.executable, "-c", call, "annotate", *map(str, arguments)],
        cwd=cwd,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=ENVIRONMENT,
    )
