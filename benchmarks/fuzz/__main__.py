"""Throw damaged inputs at every reader and at the image path: only errors of ours may come out, soon, in little memory.

    python benchmarks/fuzz                                  # 20,000 inputs for each target, hypothesis
    python benchmarks/fuzz --engine atheris --inputs 100000 # guided by coverage (pip install atheris)
    python benchmarks/fuzz --targets csv,photo --inputs 1000 --seed 7
    python benchmarks/fuzz --full --write docs/reliability.md  # a million, all three engines

Each target runs in a process of its own. An input fails that raises anything but a ``BiaotuError``, takes more than
five seconds of processor time, or ends the process; its bytes are kept under ``build/fuzz``. The peak of memory of each
process is told, and more than two gigabytes is a failure as well. Exit status 1 if anything failed.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from faults.report import write_rows

from fuzz.engines import ENGINES
from fuzz.processes import run
from fuzz.running import Result
from fuzz.targets import names

FULL: Final = {"chance": 28_000, "hypothesis": 2_500, "atheris": 2_500}
"""Inputs for each target whose share is whole; over a million in all."""
UNGUIDED: Final = frozenset({"xlsx", "census", "network", "api-asking", "api-telling", "api-upload"})
"""What libFuzzer is too slow for, or what it sees nothing of."""


def tell(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def total(results: list[Result]) -> list[str]:
    """A row for each target over all engines, and one for all of it."""
    by_name: dict[str, list[Result]] = {}
    for one in results:
        by_name.setdefault(one.name, []).append(one)
    made = []
    for name, some in by_name.items():
        failures = "; ".join(dict.fromkeys(what for one in some for what in one.failures)) or "none"
        slowest, memory = max(one.slowest for one in some), max(one.memory for one in some)
        made.append(f"| {name} | {sum(one.inputs for one in some):,} | {slowest:.2f} | {memory} | {failures} |")
    bad = len({(one.name, what) for one in results for what in one.failures})
    inputs, seconds = sum(one.inputs for one in results), sum(one.seconds for one in results)
    return [*made, f"| all | {inputs:,} | in {seconds / 60:.0f} min |  | {bad or 'none'} |"]


def main() -> int:
    """Parse, run, print tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--engine", choices=list(ENGINES), default="hypothesis")
    parser.add_argument("--targets", default=",".join(names()), help="names, by comma")
    parser.add_argument("--inputs", type=int, default=20_000, help="for each target; less for slow ones")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--full", action="store_true", help="a million inputs: all targets, all three engines")
    parser.add_argument("--write", type=Path, help="Markdown file whose table of damaged input is replaced")
    given = parser.parse_args()
    results: list[Result] = []
    for engine, inputs in FULL.items() if given.full else [(given.engine, given.inputs)]:
        tell(f"| {engine} | inputs | seconds | slowest input, s | memory, MB | failures |")
        tell("| --- | --: | --: | --: | --: | --- |")
        chosen = [name for name in given.targets.split(",") if engine != "atheris" or name not in UNGUIDED]
        for one in run(chosen, engine, inputs, given.seed):
            results.append(one)
            failures = "; ".join(one.failures) or "none"
            tell(f"| {one.name} | {one.inputs:,} | {one.seconds:.0f} | {one.slowest:.2f} | {one.memory} | {failures} |")
        tell("")
    rows = total(results)
    tell(rows[-1])
    if given.write:
        head = [
            "| target | inputs | slowest, s of processor | memory, MB | failures |",
            "| --- | --: | --: | --: | --- |",
        ]
        write_rows(given.write, "fuzz", head, rows)
    return 1 if any(one.failures for one in results) else 0


if __name__ == "__main__":
    sys.exit(main())
