"""Watching a process from outside while it works: CPU time and memory along the way, from /proc (Linux).

Not ``ru_maxrss``: a child begins with its parent's figure, so that a benchmark that loaded much before would find its
own peak again.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

TICKS: Final = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Sample:
    """One look at a process and its children.

    Attributes:
        records: done so far.
        seconds: since the start, wall time.
        cpu: seconds of CPU, ended children included.
        rss: resident memory now, MB, all processes added up.
        peak: the greatest resident memory that any one of them had (VmHWM), MB.
    """

    records: int
    seconds: float
    cpu: float
    rss: float
    peak: float


@dataclass(frozen=True, slots=True)
class Curve:
    """A whole run: its samples, the last one taken just before the end."""

    samples: list[Sample]
    status: int

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON types, rounded."""
        rows = [{name: round(value, 3) for name, value in asdict(sample).items()} for sample in self.samples]
        return {"status": self.status, "samples": rows}


class Lines:
    """How many lines a growing file has; only what is new is read."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen = self._count = 0

    def __call__(self) -> int:
        """Lines up to now; 0 if there is no file."""
        try:
            with self._path.open("rb") as file:
                file.seek(self._seen)
                while block := file.read(1 << 20):
                    self._seen += len(block)
                    self._count += block.count(b"\n")
        except OSError:
            pass
        return self._count


def watch(
    command: Sequence[str], done: Callable[[], int], *, every: int = 1000, poll: float = 0.1, **spawned: Any
) -> Curve:
    """Run a command and look at it each time so many more records are done, and once a second before the first.

    Args:
        command: what to run; it writes to the benchmark's stderr.
        done: how many records are done.
        every: records between two samples.
        poll: seconds between two looks.
        spawned: further arguments of ``Popen``.
    """
    begun = time.perf_counter()
    process = subprocess.Popen(command, stdout=sys.stderr, **spawned)
    samples: list[Sample] = []
    last = None
    while process.poll() is None:
        count = done()
        seen = _look(process.pid)
        if seen is not None:
            last = Sample(count, time.perf_counter() - begun, *seen)
            if not samples or count >= samples[-1].records + every or (not count and last.seconds > len(samples)):
                samples.append(last)
        try:
            time.sleep(poll)
        except KeyboardInterrupt:  # what was seen so far is worth keeping
            process.terminate()
            process.wait()
    if last is not None and samples[-1] != last:
        samples.append(Sample(done(), *(getattr(last, name) for name in ("seconds", "cpu", "rss", "peak"))))
    return Curve(samples, process.returncode)


def resident() -> float:
    """Resident memory of this process, MB."""
    found = _look(os.getpid())
    return found[1] if found else 0.0


def _look(pid: int) -> tuple[float, float, float] | None:
    """CPU seconds, resident memory and greatest peak of a process with its children; None if it is gone."""
    cpu = rss = peak = 0.0
    waiting = [pid]
    while waiting:
        one = waiting.pop()
        try:
            fields = Path(f"/proc/{one}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
            status = Path(f"/proc/{one}/status").read_text(encoding="utf-8", errors="replace")
            for task in Path(f"/proc/{one}/task").iterdir():
                waiting += map(int, (task / "children").read_text(encoding="ascii").split())
        except OSError:
            if one == pid:
                return None
            continue
        cpu += sum(map(int, fields[11:15])) / TICKS  # utime, stime, and those of ended children
        memory = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
        if "VmRSS" not in memory:
            continue  # ended, not yet fetched
        rss += int(memory["VmRSS"].split()[0]) / 1024
        peak = max(peak, int(memory["VmHWM"].split()[0]) / 1024)
    return None if not rss else (cpu, rss, peak)
