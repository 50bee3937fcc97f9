"""Throw damaged inputs at every reader and at the image path: only errors of ours may come out, soon, in little memory.

    python benchmarks/fuzz                                  # 20,000 inputs for each target, hypothesis
    python benchmarks/fuzz --engine atheris --inputs 100000 # guided by coverage (pip install atheris)
    python benchmarks/fuzz --targets csv,photo --inputs 1000 --seed 7

Each target runs in a process of its own. An input fails that raises anything but a ``BiaotuError``, takes more than
five seconds of processor time, or ends the process; its bytes are kept under ``build/fuzz``. The peak of memory of each
process is told, and more than two gigabytes is a failure as well. Exit status 1 if anything failed.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from fuzz.engines import ENGINES
from fuzz.processes import run
from fuzz.targets import names


def tell(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> int:
    """Parse, run, print a table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--engine", choices=list(ENGINES), default="hypothesis")
    parser.add_argument("--targets", default=",".join(names()), help="names, by comma")
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
