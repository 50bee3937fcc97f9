"""A Ray cluster of two nodes on this machine, started as a user would (``ray start``), and the command run against it.

Ray installs handlers and warns freely; here it stays outside of the tests' own process, as it does for a user.
"""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import psutil  # type: ignore[import-untyped]

SOURCE = Path(__file__).resolve().parents[1] / "src"
PATIENCE = 300
"""Seconds without progress after which something hangs; a machine that is busy with other work is slow, not stuck."""
_TRIES = 5

ENVIRONMENT = {
    **os.environ,
    "PYTHONPATH": os.pathsep.join([str(SOURCE), os.environ.get("PYTHONPATH", "")]),
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
    "RAY_AUTH_MODE": "token",
    "RAY_AUTH_TOKEN": secrets.token_hex(32),
}
_AGENTS = ("runtime-env-agent", "dashboard-agent-grpc", "metrics-export", "dashboard-agent-listen")
"""Parts of a node that would choose a port of their own: a node waits a quarter of a minute for it, then aborts."""
_NODE = ("--num-cpus=1", f"--object-store-memory={100 << 20}", "--node-ip-address=127.0.0.1", "--block")


class TwoNodes:
    """A running cluster of two nodes with one core each."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.address = f"127.0.0.1:{_free_port()}"
        self._folder = folder
        self._stack = stack
        port = self.address.rpartition(":")[2]
        self._begin("head", "--head", f"--port={port}", "--include-dashboard=false", f"--temp-dir={folder}")
        self._second = self._begin("second", f"--address={self.address}")

    def second_of(self, workers: dict[str, int]) -> str:
        """The node among these, by a process of each, that is the second one."""
        mine = {process.pid for process in psutil.Process(self._second.pid).children(recursive=True)}
        (found,) = (node for node, process in workers.items() if process in mine)
        return found

    def lose_second(self) -> None:
        """Kill all processes of the second node, as a power cut would."""
        _kill(self._second)

    def _begin(self, name: str, *options: str) -> subprocess.Popen[bytes]:
        """A node. Ray gives up on one whose processes are not up in half a minute; whoever is told so tries again."""
        for _ in range(_TRIES):
            ports = [f"--{agent}-port={_free_port()}" for agent in _AGENTS]
            with (log := self._folder / f"{name}.log").open("wb") as output:
                node = subprocess.Popen(
                    [sys.executable, "-m", "ray.scripts.scripts", "start", *options, *ports, *_NODE],
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    env=ENVIRONMENT,
                )
            self._stack.callback(_kill, node)
            until = time.monotonic() + PATIENCE
            while node.poll() is None and time.monotonic() < until:
                if b"Ray runtime started" in log.read_bytes():
                    return node
                time.sleep(0.1)
            _kill(node)
        raise RuntimeError(f"the node {name} did not start: {log.read_text('utf-8', 'replace')}")


@contextmanager
def two_nodes() -> Iterator[TwoNodes]:
    folder = Path(tempfile.mkdtemp(prefix="ray-"))  # its own folder: the path of a socket must be short
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        yield TwoNodes(folder, stack)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


def _kill(node: subprocess.Popen[bytes]) -> None:
    """Kill a node's processes from the top: nobody is left who would say goodbye."""
    mine = {node.pid}
    with suppress(psutil.Error):
        mine |= {process.pid for process in psutil.Process(node.pid).children(recursive=True)}
    for process in mine:
        with suppress(psutil.Error):
            psutil.Process(process).kill()
    node.wait()


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
