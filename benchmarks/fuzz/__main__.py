"""Throw damaged inputs at every reader and at the image path: only errors of ours may come out, soon, in little memory.

    python benchmarks/fuzz                                  # 20,000 inputs for each target, hypothesis
    python benchmarks/fuzz --engine atheris --inputs 100000 # guided by coverage (pip install atheris)
    python benchmarks/fuzz --targets csv,photo --inputs 1000 --seed 7

Each target runs in a process of its own. An input fails that raises anything but a ``BiaotuError``, takes more than five
seconds of processor time, or ends the process; its bytes are kept under ``build/fuzz``. The peak of memory of each
process is told, and more than two gigabytes is a failure as well. Exit status 1 if anything failed.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from fuzz.engines import ENGINES
from fuzz.running import Result, Runner
from fuzz.targets import targets


def _work(name: str, engine: str, inputs: int, seed: int, told: Any) -> None:
    """One target in a process of its own."""
    # Decoders' own complaints of damage go to standard error, a line each.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    fast = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=fast if fast.is_dir() else None) as folder:
        target = targets()[name]
        runner = Runner(name, target, Path(folder))
        began = time.monotonic()
        some = max(1, round(inputs * target.share))
        ENGINES[engine](runner, some, seed, lambda: told.send(runner.result(began)))


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


def tell(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> int:
    """Parse, run, print a table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--engine", choices=list(ENGINES), default="hypothesis")
    parser.add_argument("--targets", default=",".join(targets()), help="names, by comma")
    parser.add_argument("--inputs", type=int, default=20_000, help="for each target; less for slow ones")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    results = []
    tell("| target | inputs | seconds | slowest input, s | memory, MB | failures |")
    tell("| --- | --: | --: | --: | --: | --- |")
    for one in run(given.targets.split(","), given.engine, given.inputs, given.seed):
        results.append(one)
        failures = "; ".join(one.failures) or "none"
        tell(f"| {one.name} | {one.inputs:,} | {one.seconds:.0f} | {one.slowest:.2f} | {one.memory} | {failures} |")
    bad = sum(len(one.failures) for one in results)
    tell(f"\n{given.engine}: {sum(one.inputs for one in results):,} inputs, {bad} kinds of failure")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
