"""Snapshots of the graph on disk: what SPARQL reads, and what a process beside the graph's own begins with."""

from __future__ import annotations

import shutil
import threading
import time
from pathlib import Path

from biaotu.graph import Graph, sparql


class Snapshots:
    """Snapshots for SPARQL: made when the graph has changed, kept while somebody reads them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._state = ""
        self._newest: Path | None = None
        self._readers: dict[Path, int] = {}
        self._made = 0

    def take(self, graph: Graph, folder: Path, state: str) -> Path:
        """The snapshot of a graph as it stands, to be left again; the caller holds the graph."""
        with self._lock:
            if self._newest is None or not state or state != self._state:
                self._made += 1
                place = folder / f"snapshot-{time.time_ns()}-{self._made}"
                sparql.snapshot(graph, place)
                self._newest, self._state = place, state
                self._readers.setdefault(place, 0)
            self._readers[self._newest] += 1
            return self._newest

    def leave(self, place: Path) -> None:
        """Say that a snapshot is read no longer."""
        with self._lock:
            self._readers[place] -= 1
            self._sweep(keep=self._newest)

    def clear(self) -> None:
        """Delete all that nobody reads."""
        with self._lock:
            self._newest = None
            self._sweep(keep=None)

    def _sweep(self, keep: Path | None) -> None:
        for place in [one for one, readers in self._readers.items() if not readers and one != keep]:
            sparql.forget(place)
            del self._readers[place]


def copy_newest(folder: Path, target: Path) -> None:
    """Begin with the newest snapshot of the process that holds the graph; without any begin with nothing."""
    for snapshot in sorted(folder.glob("snapshot-*"), reverse=True):
        try:
            shutil.copytree(snapshot, target)
        except (OSError, shutil.Error):  # it was deleted meanwhile
            shutil.rmtree(target, ignore_errors=True)
        else:
            return
