"""Faults on purpose, many times over: nothing acknowledged may be lost, the message is clear, a restart works.

    python benchmarks/faults                             # every fault, a few times
    python benchmarks/faults kill-annotate --runs 34     # those whose name holds one of these words
    python benchmarks/faults --full --write docs/reliability.md

Each run draws its moment or its damage from ``--seed``; a run that breaks the promise is told in full and makes exit
status 1. A full disk and a folder that is read-only need a small file system of their own and so the right to mount one
(root on Linux); without it they are left out and the table says so.
"""

from __future__ import annotations

import argparse
import os
import platform
import random
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Final

from clock import Backwards, faked
from cut import Cut
from damage import DamagedBundle, DamagedGraph, DamagedPages
from disk import FullDisk, ReadOnly, may_mount
from killed import Annotate, Import, Processes, Serve
from report import write_rows
from sample import Lost

Fault = Callable[[Path], Callable[[random.Random], str]]
FAULTS: Final[dict[str, tuple[Fault, int, int]]] = {
    "kill-annotate": (Annotate, 3, 34),
    "kill-import": (Import, 3, 33),
    "kill-serve": (Serve, 3, 33),
    "kill-processes": (Processes, 3, 20),
    "full-disk": (FullDisk, 4, 20),
    "read-only": (ReadOnly, 4, 8),
    "damaged-bundle": (DamagedBundle, 10, 100),
    "damaged-pages": (DamagedPages, 10, 200),
    "damaged-graph": (DamagedGraph, 5, 40),
    "clock-backwards": (Backwards, 3, 20),
    "connection-cut": (Cut, 5, 50),
}
"""How each fault is prepared, and how often it is done in passing and in full."""
MOUNTED: Final = {"full-disk", "read-only"}


def run(name: str, runs: int, seed: int) -> tuple[str, int]:
    """Do one fault many times; its row of the table, and how often the promise was broken."""
    outcomes: Counter[str] = Counter()
    broken, begun = 0, time.monotonic()
    with tempfile.TemporaryDirectory(prefix="biaotu-faults-", ignore_cleanup_errors=True) as folder:
        fault = FAULTS[name][0](Path(folder))
        for number in range(runs):
            try:
                outcomes[fault(random.Random(f"{seed} {name} {number}"))] += 1
            except Exception as error:
                broken += 1
                told = str(error) if isinstance(error, Lost) else traceback.format_exc()
                sys.stderr.write(f"{name}, run {number} of seed {seed}: {told}\n")
        close = getattr(fault, "close", None)
        if close is not None:
            close()
    told = "; ".join(f"{count} {outcome}" for outcome, count in sorted(outcomes.items()))
    return f"| {name} | {runs} | {broken or 'none'} | {told} | {time.monotonic() - begun:.0f} |", broken


def main() -> None:
    """Parse, run, print, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help=f"words of names: {', '.join(FAULTS)}")
    parser.add_argument("--runs", type=int, help="how often each")
    parser.add_argument("--full", action="store_true", help="as often as the table in the documents")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", type=Path, help="Markdown file whose table of faults is replaced")
    options = parser.parse_args()
    wanted = [name for name in FAULTS if not options.names or any(word in name for word in options.names)]
    sys.stdout.write(
        f"{platform.system()}, {os.cpu_count()} cores, Python {platform.python_version()}, load average "
        f"{os.getloadavg()[0]:.1f}, file system {'mounted for it' if may_mount() else 'none'}, system clock "
        f"{'faked too' if faked() else 'not faked'}\n"
    )
    rows, broken = [], 0
    for name in wanted:
        _, few, many = FAULTS[name]
        if name in MOUNTED and not may_mount():
            rows.append(f"| {name} | 0 |  | left out: no file system may be mounted here |  |")
        else:
            row, times = run(name, options.runs or (many if options.full else few), options.seed)
            rows.append(row)
            broken += times
        sys.stdout.write(rows[-1] + "\n")
        sys.stdout.flush()
    if options.write:
        head = ["| fault | runs | promise broken | outcomes | seconds |", "| --- | --: | --: | --- | --: |"]
        write_rows(options.write, "faults", head, rows)
    raise SystemExit(1 if broken else 0)


if __name__ == "__main__":
    main()
