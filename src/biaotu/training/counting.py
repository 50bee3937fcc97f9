"""Exact counts of more different keys than memory holds: an external merge of sorted runs.

Counts are kept in a table until it is as large as allowed; then they go, sorted, to a file (a run), and the table
begins anew. At the end the runs are merged, the counts of one key added up: what comes out is what one large table
would have held, sorted. (Knuth, The Art of Computer Programming, vol. 3, section 5.4: external sorting.)
"""

from __future__ import annotations

import heapq
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from itertools import groupby
from pathlib import Path
from typing import Final

ENTRY_BYTES: Final = 100
"""What a table takes for a key beside the key itself, while it grows (CPython 3.11: 40 to 95)."""
FAN_IN: Final = 64
"""Most runs merged at once; systems allow a process a few hundred open files."""

Count = tuple[str, int]


class SpillingCounter:
    """Counts keys; what memory does not hold lies in runs.

    Args:
        folder: where the runs go; must exist.
        name: what their names begin with, another one for every process.
        memory: bytes that the table may take.
    """

    def __init__(self, folder: Path, name: str, memory: int) -> None:
        self.runs: list[Path] = []
        self._folder = folder
        self._name = name
        self._memory = memory
        self._table: dict[str, int] = {}
        self._held = 0

    def add(self, keys: Iterable[str]) -> None:
        """Count keys, each of them once more; none may hold a line feed.

        Raises:
            OSError: if a run cannot be written.
        """
        table = self._table
        for key in keys:
            if key in table:
                table[key] += 1
            else:
                table[key] = 1
                self._held += sys.getsizeof(key) + ENTRY_BYTES
        if self._held > self._memory:
            self.spill()

    def spill(self) -> None:
        """Write the table as a run and empty it.

        Raises:
            OSError: if it cannot be written.
        """
        if not self._table:
            return
        path = self._folder / f"{self._name}-{len(self.runs):05}.tsv"
        _write(path, ((key, self._table[key]) for key in sorted(self._table)))
        self.runs.append(path)
        self._table.clear()
        self._held = 0


def merged(runs: Sequence[Path], folder: Path) -> Iterator[Count]:
    """Every key of some runs with its count over all of them, sorted by code points; the runs are used up.

    Raises:
        OSError: if the disk fails.
    """
    waiting = list(runs)
    number = 0
    while len(waiting) > FAN_IN:
        some, waiting = waiting[:FAN_IN], waiting[FAN_IN:]
        path = folder / f"merged-{number:05}.tsv"
        _write(path, _sums(some))
        for spent in some:
            spent.unlink()
        waiting.append(path)
        number += 1
    yield from _sums(waiting)


def _sums(runs: Sequence[Path]) -> Iterator[Count]:
    with ExitStack() as stack:
        files = [stack.enter_context(path.open(encoding="utf-8", newline="\n")) for path in runs]
        for key, group in groupby(heapq.merge(*map(_counts, files)), key=lambda count: count[0]):
            yield key, sum(count for _, count in group)


def _counts(lines: Iterable[str]) -> Iterator[Count]:
    for line in lines:
        key, _, count = line.rpartition("\t")
        yield key, int(count)


def _write(path: Path, counts: Iterable[Count]) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as out:
        out.writelines(f"{key}\t{count}\n" for key, count in counts)
