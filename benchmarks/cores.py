"""What keeps two cores busy: threads that share the networks, threads with networks of their own, or processes.

    python benchmarks/cores.py --records 150

Every way annotates the same records and writes them as JSON Lines into memory, with everything loaded before the clock
starts; several rounds in turns, the median is told. ``busy`` is the CPU time over wall time times cores; memory is
the proportional share (PSS) of all processes at the end, so that what processes share counts once.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from speed import make_photos, make_records, table

from biaotu.batch.resume import journal_line
from biaotu.pipeline import Annotator, load
from biaotu.records.read import read_records

WARM = 20
CORES = 2
SHORT = 0.0005
"""Seconds after which a thread that waits for the interpreter asks for it; 5 ms by default."""

Run = Callable[[], Any]


def work(annotator: Annotator, source: Path, part: slice) -> int:
    """Read, annotate and write, as the command does; the number of bytes."""
    records = list(read_records(source))[part]
    answers = annotator.annotate_many(iter(records))
    return sum(
        len(journal_line(answer, record, wrapped=False)) for answer, record in zip(answers, records, strict=True)
    )  # type: ignore[arg-type]


def pss() -> float:
    """Proportional memory of this process in MB."""
    for line in Path("/proc/self/smaps_rollup").read_text(encoding="ascii").splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return 0.0


@contextmanager
def threads(source: Path, count: int, number: int) -> Iterator[tuple[Run, Callable[[], float]]]:
    """One process, threads that share the networks."""
    annotator = load(threads=number)
    work(annotator, source, slice(WARM))
    yield lambda: work(annotator, source, slice(WARM, WARM + count)), pss


@contextmanager
def switching(source: Path, count: int, number: int) -> Iterator[tuple[Run, Callable[[], float]]]:
    """The same, the interpreter handed on sooner."""
    before = sys.getswitchinterval()

    def run() -> int:
        sys.setswitchinterval(SHORT)
        try:
            return shared()
        finally:
            sys.setswitchinterval(before)

    with threads(source, count, number) as (shared, memory):
        yield run, memory


@contextmanager
def own_networks(source: Path, count: int, number: int) -> Iterator[tuple[Run, Callable[[], float]]]:
    """One process, each thread with networks of its own."""
    annotators = [load(threads=1) for _ in range(number)]
    for annotator in annotators:
        work(annotator, source, slice(WARM))
    with ThreadPoolExecutor(number) as pool:
        parts = [slice(WARM + place, WARM + count, number) for place in range(number)]
        yield lambda: list(pool.map(lambda one, part: work(one, source, part), annotators, parts)), pss


def _serve(source: Path, part: slice, pipe: Any) -> None:
    annotator = load(threads=1)
    work(annotator, source, slice(WARM))
    pipe.send(0.0)
    while pipe.recv():
        begun = time.process_time()
        work(annotator, source, part)
        pipe.send((time.process_time() - begun, pss()))


@contextmanager
def processes(source: Path, count: int, number: int) -> Iterator[tuple[Run, Callable[[], float]]]:
    """Processes of one thread each."""
    context = multiprocessing.get_context("spawn")
    pipes, children, told = [], [], [(0.0, 0.0)] * number
    for place in range(number):
        ours, theirs = context.Pipe()
        child = context.Process(target=_serve, args=(source, slice(WARM + place, WARM + count, number), theirs))
        child.start()
        pipes.append(ours)
        children.append(child)
    for pipe in pipes:
        pipe.recv()

    def run() -> float:
        for pipe in pipes:
            pipe.send(True)
        told[:] = [pipe.recv() for pipe in pipes]
        return sum(cpu for cpu, _ in told)

    yield run, lambda: sum(memory for _, memory in told)
    for pipe in pipes:
        pipe.send(False)
    for child in children:
        child.join()


WAYS: dict[str, tuple[Any, int]] = {
    "1 thread": (threads, 1),
    "2 threads": (threads, 2),
    "3 threads": (threads, 3),
    "2 threads, the interpreter handed on after 0.5 ms": (switching, 2),
    "3 threads, the interpreter handed on after 0.5 ms": (switching, 3),
    "2 threads, networks of their own": (own_networks, 2),
    "2 processes": (processes, 2),
}


def measure(way: str, source: Path, count: int) -> tuple[float, float, float]:
    """Records a second, share of the cores' time, memory in MB."""
    made, number = WAYS[way]
    with made(source, count, number) as (run, memory):
        begun, cpu = time.perf_counter(), time.process_time()
        answer = run()
        wall = time.perf_counter() - begun
        spent = answer if isinstance(answer, float) else time.process_time() - cpu
        return count / wall, spent / wall / CORES, memory()


def main() -> None:
    """Command line of this script; each way is measured in a process of its own, which is this script again."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=150)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--way", choices=WAYS, help=argparse.SUPPRESS)
    parser.add_argument("--source", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.way:
        print(json.dumps(measure(options.way, options.source, options.records)))  # noqa: T201
        return
    found: dict[str, list[tuple[float, float, float]]] = {name: [] for name in WAYS}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = make_records(folder, options.records + WARM, make_photos(folder))
        for _ in range(options.rounds):
            for way in WAYS:
                again = [sys.executable, __file__, "--way", way, "--source", str(source)]
                again += ["--records", str(options.records)]
                found[way].append(json.loads(subprocess.run(again, check=True, capture_output=True).stdout))
    rows = [
        {
            "way": way,
            "records/s": f"{statistics.median(rate for rate, _, _ in rounds):.1f}",
            "busy": f"{statistics.median(busy for _, busy, _ in rounds):.0%}",
            "memory, MB": f"{statistics.median(memory for _, _, memory in rounds):.0f}",
        }
        for way, rounds in found.items()
    ]
    print(json.dumps(rows, indent=1) if options.json else table(rows))  # noqa: T201


if __name__ == "__main__":
    main()
