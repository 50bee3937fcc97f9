"""Each target in a process of its own, so that one that ends takes no other with it."""

from __future__ import annotations

import multiprocessing
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fuzz import requests
from fuzz.engines import ENGINES
from fuzz.running import Result, Runner
from fuzz.targets import target


def _work(name: str, engine: str, inputs: int, seed: int, told: Any) -> None:
    """One target in a process of its own."""
    # Decoders' own complaints of damage go to standard error, a line each.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    fast = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=fast if fast.is_dir() else None) as folder:
        made = target(name)
        runner = Runner(name, made, Path(folder))
        began = time.monotonic()
        some = max(1, round(inputs * made.share))
        try:
            ENGINES[engine](runner, some, seed, lambda: told.send(runner.result(began)))
        finally:
            requests.close()


def run(names: list[str], engine: str, inputs: int, seed: int) -> Iterator[Result]:
    """The targets, one after the other."""
    context = multiprocessing.get_context("spawn")
    for name in names:
        told, sender = context.Pipe(duplex=False)
        process = context.Process(target=_work, args=(name, engine, inputs, seed, sender))
        process.start()
        sender.close()
        try:
            result: Result = told.recv()
        except EOFError:
            process.join()
            result = Result(name, 0, 0.0, 0.0, 0, (f"the process ended with {process.exitcode}",))
        process.join(30)
        yield result
