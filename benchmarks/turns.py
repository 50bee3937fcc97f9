"""Two commits' code side by side, record by record, for ``speed.py --against``; the worker of each is this file."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

WARM = 5


def compare(codes: dict[str, Path], source: Path, count: int, sides: dict[str, bool]) -> dict[str, Any]:
    """CPU milliseconds a record of each code, loading left out, and the ratios of the first to the second.

    One process each, on one thread; they take turns at every record and never work at the same time, so whatever else
    the machine does meets both alike.
    """
    workers = {
        name: subprocess.Popen(
            [sys.executable, __file__, str(source), json.dumps(sides)],
            env={**os.environ, "PYTHONPATH": str(code)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for name, code in codes.items()
    }
    spent: dict[str, list[float]] = {name: [] for name in codes}
    for number in range(WARM + count):
        for name, worker in workers.items():
            assert worker.stdin is not None and worker.stdout is not None
            print(number, file=worker.stdin, flush=True)
            spent[name].append(1000 * float(worker.stdout.readline()))
    for worker in workers.values():
        worker.communicate()
    old, new = (each[WARM:] for each in spent.values())
    ratios = sorted(before / after for before, after in zip(old, new, strict=True))
    return {
        "CPU ms a record, median": {name: round(statistics.median(each[WARM:]), 1) for name, each in spent.items()},
        "CPU ms a record, mean": {name: round(statistics.mean(each[WARM:]), 1) for name, each in spent.items()},
        "times less CPU, of the means": round(sum(old) / sum(new), 2),
        "times less CPU, record by record, median": round(statistics.median(ratios), 2),
        "the middle half of the ratios": [round(ratios[len(ratios) // 4], 2), round(ratios[3 * len(ratios) // 4], 2)],
    }


def _work(source: Path, sides: dict[str, bool]) -> None:
    """Annotate the record whose number comes in, tell the CPU seconds; nothing but what old code has as well."""
    import biaotu
    from biaotu.records import read_records

    records = list(read_records(source))
    annotator = biaotu.load(threads=1, **sides)
    for line in sys.stdin:
        begun = time.thread_time()
        answer = annotator.annotate(records[int(line)])  # type: ignore[arg-type]
        json.dumps(answer.to_dict(), ensure_ascii=False)
        print(time.thread_time() - begun, flush=True)  # noqa: T201


if __name__ == "__main__":
    _work(Path(sys.argv[1]), json.loads(sys.argv[2]))
