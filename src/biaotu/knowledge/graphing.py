"""The graph beside the store: brought up to date before it is asked, kept on disk, made anew whenever it is lost.

Nothing in it is the only copy: it follows from records, annotations, decisions and entries. The store's own marks say
which records it has to read again; a mark is written after the relic, so a crash costs at most the reading of a few
records.
"""

from __future__ import annotations

import logging
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from biaotu.errors import StoreError
from biaotu.graph import Graph, Locked, Note, sparql
from biaotu.graph.graph import mark_of
from biaotu.knowledge.facts import facts_of_view
from biaotu.knowledge.linking import Authorities
from biaotu.knowledge.relinking import stale_records
from biaotu.knowledge.snapshots import Snapshots, copy_newest
from biaotu.store import Store

FOLDER: Final = "graph"
BATCH: Final = 250
"""Records that are read and written at a time."""
MANY: Final = 1000
"""So many new records are worth a snapshot, which spares another process to read them too."""
_log = logging.getLogger("biaotu.graph")
Told = Callable[[int, int], None]
"""Hears how many records of how many are done."""


class GraphKeeper:
    """Keeps the graph of an open store. Threads may share it; their questions are answered one after the other.

    While another process holds the graph on disk, this one works on a copy of its own in a temporary folder.

    Args:
        store: the store that it follows; it stays open.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._folder = store.place.folder / FOLDER
        self._lock = threading.RLock()
        self._graph: Graph | None = None
        self._own: tempfile.TemporaryDirectory[str] | None = None
        self._probe = ""
        self._marks: dict[str, str] = {}
        self._behind = 0
        self._authorities: tuple[Authorities, str] | None = None
        self._snapshots = Snapshots()
        self._helper: threading.Thread | None = None
        self._closed = threading.Event()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the graph on disk."""
        self._closed.set()
        if self._helper is not None:
            self._helper.join()
        with self._lock:
            if self._graph is not None:
                self._graph.dataset.close()
                self._graph = None
            self._snapshots.clear()
            if self._own is not None:
                self._own.cleanup()
                self._own = None

    @contextmanager
    def graph(self, seconds: float | None = None, told: Told | None = None) -> Iterator[Graph]:
        """The graph, up to date; for the length of the block it is the caller's alone.

        Args:
            seconds: how long to wait for it to catch up; what is left is done in the background, and ``note`` says so.
                None waits until all is done.
            told: hears of the progress.

        Raises:
            StoreError: if the database failed or the graph cannot be written.
        """
        with self._lock:
            try:
                graph = self._opened()
                if seconds is None or not self._helped():  # whoever may not wait leaves it to the helper
                    self._catch_up(graph, seconds, told)
            except (OSError, RuntimeError) as error:  # the engine's: no room left, no right to write, damaged files
                raise StoreError(
                    f"the graph in {self._place()} cannot be kept: {error}; that folder may be deleted at any time"
                ) from error
            if self._behind:
                self._go_on()
            yield graph

    @property
    def behind(self) -> int:
        """Records that the graph has not read yet, as of the last question."""
        return self._behind

    def note(self) -> Note | None:
        """What to say while the graph is catching up."""
        if not self._behind:
            return None
        return Note(
            "catching-up",
            f"知识图谱正在更新，还有 {self._behind} 件记录未读入；请稍后再试。",
            f"the graph is catching up: {self._behind} records are still to be read; ask again in a while",
        )

    def ask(self, query: str, *, machine: bool = False, seconds: float | None = None) -> dict[str, Any]:
        """Answer a SPARQL query; see ``graph.sparql.ask``."""
        sparql.check(query)
        with self.graph(seconds) as graph:
            note = self.note() or graph.note(machine)
            place = self._snapshots.take(graph, self._place(), self._probe)
        try:  # the query reads a snapshot; others go on meanwhile
            found = sparql.ask(place, query, machine=machine)
        finally:
            self._snapshots.leave(place)
        return found | {"note": None if note is None else note.to_dict()}

    def _place(self) -> Path:
        return Path(self._own.name) if self._own is not None else self._folder

    def _opened(self) -> Graph:
        if self._graph is None:
            try:
                self._graph = Graph(self._folder / "live")
                for old in self._folder.glob("snapshot-*"):
                    shutil.rmtree(old, ignore_errors=True)
            except Locked:
                self._own = tempfile.TemporaryDirectory(prefix="biaotu-graph-", ignore_cleanup_errors=True)
                live = Path(self._own.name) / "live"
                copy_newest(self._folder, live)
                self._graph = Graph(live)
            self._marks = self._graph.dataset.seen()
        return self._graph

    def _catch_up(self, graph: Graph, seconds: float | None, told: Told | None) -> None:
        until = None if seconds is None else time.monotonic() + seconds
        with self._store.reading() as unit:
            probe = unit.search.probe()
            authorities = Authorities.of(unit)
            mark = self._mark(authorities)
            if probe == self._probe and not self._behind and graph.dataset.authorities == mark:
                return
            if graph.dataset.authorities != mark:
                stale = stale_records(graph, authorities.entries)
                graph.put_entries(authorities.entries, mark, stale)
                self._marks.update(dict.fromkeys(stale, ""))
            states = {str(number): state for number, state in unit.search.states()}
            gone = [record for record in self._marks if record not in states]
            graph.remove(gone)
            for record in gone:
                del self._marks[record]
            changed = [record for record, state in states.items() if self._marks.get(record) != state]
            done = 0
            for start in range(0, len(changed), BATCH):
                if self._closed.is_set() or (until is not None and time.monotonic() > until and start):
                    break
                batch = changed[start : start + BATCH]
                views = unit.decisions.views([int(record) for record in batch])
                facts = [facts_of_view(view, authorities) for view in views.values()]
                marks = {one.record: states[one.record] for one in facts}
                graph.put(facts, marks)
                self._marks |= marks
                done += len(batch)
                if told is not None:
                    told(done, len(changed))
        self._behind = len(changed) - done
        self._probe = probe if not self._behind else ""
        if not self._behind and done >= MANY:
            self._snapshots.leave(self._snapshots.take(graph, self._place(), self._probe))  # for a process beside this

    def _mark(self, authorities: Authorities) -> str:
        """The mark of the entries, worked out once for each state of them."""
        if self._authorities is None or self._authorities[0] is not authorities:
            self._authorities = authorities, mark_of(authorities.entries)
        return self._authorities[1]

    def _helped(self) -> bool:
        """Whether the rest is being read in the background."""
        return self._behind > 0 and self._helper is not None and self._helper.is_alive()

    def _go_on(self) -> None:
        """Read the rest in the background, a little at a time, so that questions come in between."""
        if self._closed.is_set() or self._helped():
            return

        def work() -> None:
            try:
                while self._behind and not self._closed.wait(0.05):
                    with self._lock:
                        if not self._closed.is_set():
                            self._catch_up(self._opened(), 0.5, None)
            except Exception:
                _log.exception("the graph could not be brought up to date in the background")

        self._helper = threading.Thread(target=work, name="biaotu-graph", daemon=True)
        self._helper.start()
