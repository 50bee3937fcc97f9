"""Ray behind one plain call: names of blocks in, their outcomes out as they come.

Nothing is told to Ray's makers, no dashboard is opened; without an address Ray keeps to this machine.
"""

from __future__ import annotations

import importlib.util
import logging
import os
import socket
import sys
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any, Final

from biaotu.batch.journal import OutputError
from biaotu.cluster.worker import BlockWorker, Job, Outcome
from biaotu.errors import UsageError

_INSTALL: Final = "--engine ray needs Ray, which is not installed: pip install 'biaotu[cluster]'. 集群标注需安装 Ray。"
_QUIET: Final = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
    "RAY_BACKEND_LOG_LEVEL": "fatal",  # hints for programmers of Ray; what matters comes as an exception
}
_ALONE: Final = {"RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0"}
"""Whoever reaches Ray's ports can run programs through them, so a Ray of our own keeps to this machine.

Ray listens on the loopback alone where it takes no part in clusters, which is its habit on Windows and macOS; this asks
for it on every system. It counts when Ray is imported.
"""
_OBJECT_STORE: Final = 200 << 20
"""Bytes of shared memory on a machine of our own: only names and counts go through it."""
_PATIENCE: Final = 10.0
"""Seconds for a cluster to answer at all."""
_RAY_BLOCKS: Final = 20_000
"""Tasks that Ray holds at most; past this many blocks, each task takes several."""


@dataclass(frozen=True, slots=True)
class Engine:
    """Where the work is done.

    Attributes:
        address: ``HOST:PORT`` of a running cluster, ``auto`` for the one that this machine is part of, None for a Ray
            of our own on this machine alone.
        workers: processes that each load the bundle; as many as there are cores by default.
        threads: records that each of them works on side by side, a core for each.
    """

    address: str | None = None
    workers: int | None = None
    threads: int = 1

    def outcomes(self, job: Job, names: Sequence[str]) -> Iterator[Outcome]:
        """Have blocks annotated; a worker or node that is lost is replaced and its block given to another.

        Raises:
            UsageError: if Ray is not installed or the cluster cannot be reached, or a node cannot work.
            OutputError: if the cluster gave up midway.
        """
        check_installed()
        wanted = _QUIET | (_ALONE if self.address is None else {})
        os.environ.update({name: value for name, value in wanted.items() if name not in os.environ})
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of Ray's own making, about Ray's own code
            import ray
            import ray.data
        with _connected(self):
            rows = self._dataset(job, names).iter_rows()
            try:
                for row in rows:
                    outcome = Outcome(**row)
                    if outcome.trouble:
                        raise UsageError(outcome.trouble)
                    yield outcome
            except (ray.exceptions.RayError, ray.data.exceptions.RayDataUserCodeException) as error:
                raise OutputError(
                    f"the cluster gave up ({_first_line(error)}); what is done stands, run again with --resume"
                ) from error

    def _dataset(self, job: Job, names: Sequence[str]) -> Any:
        import ray

        cores = int(ray.cluster_resources().get("CPU", 1))
        workers = max(1, min(self.workers or cores // self.threads, len(names)))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            context = ray.data.DataContext.get_current()
        context.enable_progress_bars = False
        return ray.data.from_items(
            [{"name": name} for name in names], override_num_blocks=min(len(names), _RAY_BLOCKS)
        ).map(
            _Row,
            fn_constructor_args=(job,),
            compute=ray.data.ActorPoolStrategy(min_size=1, max_size=workers, initial_size=workers),
            num_cpus=self.threads,
            # For ever: calls to a node that is gone count as tries too. The worker itself counts those of a block.
            max_task_retries=-1,
        )


class _Row:
    """The worker as Ray Data calls it: rows in, rows out."""

    def __init__(self, job: Job) -> None:
        import ray

        self._worker = BlockWorker(job, ray.get_runtime_context().get_node_id())

    def __call__(self, row: dict[str, Any]) -> dict[str, Any]:
        return asdict(self._worker(str(row["name"])))


def check_installed() -> None:
    """See that Ray is there, without loading it.

    Raises:
        UsageError: if it is not, naming what to install.
    """
    if importlib.util.find_spec("ray") is None or importlib.util.find_spec("pyarrow") is None:
        raise UsageError(_INSTALL)


@contextmanager
def _connected(engine: Engine) -> Iterator[None]:
    """Ray for as long as it is needed; one that the caller has started is used and left running."""
    import ray

    if ray.is_initialized():
        yield
        return
    if engine.address not in (None, "auto"):
        _knock(str(engine.address))
    quiet: dict[str, Any] = {"logging_level": logging.ERROR, "log_to_driver": False}
    with warnings.catch_warnings(), _hushed():
        warnings.simplefilter("ignore")
        try:
            if engine.address is None:
                cores = engine.threads * (engine.workers or max(1, (os.cpu_count() or 1) // engine.threads))
                ray.init(
                    address="local",
                    num_cpus=cores,
                    include_dashboard=False,
                    object_store_memory=_OBJECT_STORE,
                    _node_ip_address="127.0.0.1",
                    **quiet,
                )
            else:
                ray.init(address=engine.address, **quiet)
        except (ConnectionError, ValueError, RuntimeError, TimeoutError) as error:
            if engine.address is None:
                raise UsageError(f"Ray cannot be started on this machine ({_first_line(error)})") from error
            raise UsageError(
                f"Ray at {engine.address} does not let us in ({_first_line(error)}); is this a machine of its network, "
                "with the same version of Ray, and RAY_AUTH_MODE and RAY_AUTH_TOKEN as for `ray start`?"
            ) from error
        # Not only the root of Ray's loggers: Ray Data sets up its own, which would talk between our progress.
        for name in ("ray", "ray.data"):
            logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        ray.shutdown()


def _knock(address: str) -> None:
    """See that somebody listens at an address: Ray itself would wait a minute or more in silence."""
    host, _, port = address.rpartition(":")
    try:
        socket.create_connection((host, int(port)), timeout=_PATIENCE).close()
    except (OSError, ValueError, OverflowError) as error:
        raise UsageError(
            f"no Ray cluster can be reached at {address} ({error}); --address is HOST:PORT of its head node, as "
            "`ray start --head` tells it, or auto on a machine of the cluster"
        ) from error


@contextmanager
def _hushed() -> Iterator[None]:
    """Nothing on stderr while Ray starts: its C++ side tells that it was told to be quiet, past all of Python."""
    sys.stderr.flush()
    kept, sink = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(sink, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(sink)


def _first_line(error: BaseException) -> str:
    return next((line for line in str(error).splitlines() if line.strip()), type(error).__name__)
