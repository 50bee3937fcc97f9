"""An import into the store, in chunks: each is one transaction together with its lines of the ledger.

So it can be stopped at any moment, gone on with, and taken back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import nullcontext, suppress
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final, Literal

from biaotu.errors import Busy, Conflict, StoreError
from biaotu.intake.decide import WRITTEN
from biaotu.intake.keep import Keeper, without
from biaotu.intake.loading import write_annotated
from biaotu.intake.photos import PhotoFacts, PhotoReader
from biaotu.intake.plan import CHUNK, Planner, chunks, dry_run
from biaotu.intake.planned import DryRun
from biaotu.intake.request import ImportRequest, Item, ItemStream, fingerprint
from biaotu.intake.shelf import known_records, look_up, stored_hashes, with_names
from biaotu.intake.writing import write_rows
from biaotu.store import Actor, Import, Store, Unit

_TRIES: Final = 5
"""How often a chunk is begun anew when another writer was in the way."""

Looked = list[tuple[Item, tuple[PhotoFacts, ...]]]


class ImportStopped(StoreError):  # noqa: N818 - what happened, not whose fault
    """An import ended before its list did; what is in the ledger stands, and the same call goes on from there."""

    exit_status = 1


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an import is: rows settled, those of an earlier run included."""

    done: int
    resumed: int


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import did.

    Attributes:
        id: its number in the ledger.
        state: ``done``, or ``stopped`` if it was cancelled.
        counts: rows by outcome, those of an earlier run included.
        resumed: rows that an earlier run had settled.
    """

    id: int
    state: Literal["done", "stopped"]
    counts: Mapping[str, int]
    resumed: int


def plan_import(
    store: Store | None,
    request: ImportRequest,
    *,
    reader: PhotoReader | None = None,
    on_progress: Callable[[int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> DryRun:
    """Say what an import would do; nothing is written.

    Args:
        store: the store; None if there is none yet.
        request: what was asked for.
        reader: looks at photos; hand the same to ``run_import`` and none is looked at twice.
        on_progress: told how many rows are done.
        cancelled: asked between chunks.

    Raises:
        UsageError, InputError: if the list cannot be read.
        Cancelled: if ``cancelled`` said so.
    """
    with PhotoReader() if reader is None else nullcontext(reader) as photos:
        plan = dry_run(
            request,
            lambda keys: look_up(store, keys),
            stored=stored_hashes(store),
            reader=photos,
            on_progress=on_progress,
            cancelled=cancelled,
        )
    return replace(plan, pairs=with_names(store, plan.pairs))


def run_import(
    store: Store,
    request: ImportRequest,
    actor: Actor,
    *,
    import_id: int | None = None,
    chunk: int = CHUNK,
    reader: PhotoReader | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> ImportResult:
    """Import a list, or go on with it where an earlier run of the same list and options was stopped.

    Args:
        store: where to.
        request: what was asked for.
        actor: in whose name.
        import_id: an import that the ledger has already (planned, running or stopped); without it an unfinished one of
            the same list and options, else a new one.
        chunk: rows a transaction.
        reader: looks at photos.
        on_progress: told after every chunk.
        cancelled: asked before every chunk.

    Raises:
        UsageError, InputError: if the list cannot be read; nothing was written.
        NotFound: if there is no such import.
        ImportStopped: if the store could not be written any further, another run works on the same import, or it was
            rolled back in the meantime.
    """
    stream = ItemStream(request)
    digest = fingerprint(request.file)
    with PhotoReader() if reader is None else nullcontext(reader) as photos:
        run = _Run(store, request, actor, photos, _begin(store, request, actor, digest, import_id))
        return run.go(stream, chunk, on_progress or _silent, cancelled or _never)


def _begin(store: Store, request: ImportRequest, actor: Actor, digest: str, import_id: int | None) -> Import:
    settings = request.settings()
    with store.writing(actor) as unit:
        if import_id is not None:
            entry = unit.imports.get(import_id)
        else:
            entry = unit.imports.unfinished(digest, settings) or unit.imports.begin(
                request.shown_name, digest, request.museum, request.collection, settings
            )
        if entry.state in {"done", "rolled_back"}:
            raise ImportStopped(f"import {entry.id} is {entry.state.replace('_', ' ')} already; begin a new one")
        if entry.digest != digest:
            raise ImportStopped(f"import {entry.id} was begun with other contents of {entry.file}; begin a new one")
        return unit.imports.start(entry.id)


class _Run:
    """One run of one import."""

    def __init__(self, store: Store, request: ImportRequest, actor: Actor, reader: PhotoReader, entry: Import) -> None:
        self._store = store
        self._request = request
        self._actor = actor
        self._entry = entry
        self._planner = Planner(request, reader)
        self._keeper = Keeper(store)
        with store.reading() as unit:
            self._done = self._resumed = unit.imports.settled(entry.id)

    def go(
        self,
        stream: ItemStream,
        chunk: int,
        report: Callable[[Progress], None],
        cancelled: Callable[[], bool],
    ) -> ImportResult:
        """Take the rows in, chunk by chunk."""
        try:
            for item in islice(stream, self._done):
                self._planner.skip(item)
            report(Progress(self._done, self._resumed))
            for part in chunks(stream, chunk):
                if cancelled():
                    return self._end("stopped")
                self._take(part)
                self._done += len(part)
                report(Progress(self._done, self._resumed))
            return self._end("done")
        except StoreError as error:
            self._leave()
            if isinstance(error, ImportStopped):
                raise
            raise ImportStopped(
                f"{error}; {self._done} rows of {self._entry.file} are settled and stand: put the cause right and run "
                "the same command again to go on"
            ) from error
        except BaseException:  # Ctrl-C, or a fault of ours: what stands is whole
            self._leave()
            raise

    def _leave(self) -> None:
        """Note that nobody is at work any more; if that cannot be written, the next run finds it all the same."""
        with suppress(Exception), self._store.writing(self._actor) as unit:
            if unit.imports.get(self._entry.id).state == "running" and self._is_mine(unit):
                unit.imports.finish(self._entry.id, "stopped")

    def _end(self, state: Literal["done", "stopped"]) -> ImportResult:
        with self._store.writing(self._actor) as unit:
            counts = {str(outcome): rows for outcome, rows in unit.imports.counts(self._entry.id).items()}
            unit.imports.finish(self._entry.id, state, counts)
        return ImportResult(self._entry.id, state, counts, self._resumed)

    def _take(self, part: list[Item]) -> None:
        """Settle one chunk. Photos first; then all rows in one transaction, decided by what the store has in it."""
        looked = self._planner.look(part)
        for left in reversed(range(_TRIES)):
            looked = self._keep(looked)
            try:
                with self._store.writing(self._actor) as unit:
                    self._write(unit, looked)
                return
            except (Busy, Conflict):
                # Someone else wrote the same numbers or was in the way; decide again by what is there now.
                if not left:
                    raise

    def _keep(self, looked: Looked) -> Looked:
        """Put the photos that would be new into the folder, and again those that it has lost."""
        if not any(photos for _, photos in looked):
            return looked
        planned = self._planner.decide(looked, lambda keys: look_up(self._store, keys))
        wanted = [photo for row in planned if row.outcome in WRITTEN for photo in row.decision.new_photos]
        wanted += self._keeper.lost(photo for row in planned for photo in row.stored_photos)
        lost = self._keeper.keep(wanted)
        return [(item, without(photos, lost)) for item, photos in looked] if lost else looked

    def _is_mine(self, unit: Unit) -> bool:
        """Whether all rows of the ledger are known to this run: no other one works on the same import."""
        return unit.imports.settled(self._entry.id) == self._done

    def _write(self, unit: Unit, looked: Looked) -> None:
        entry = unit.imports.lock(self._entry.id)  # no rollback passes by
        if entry.state != "running" or not self._is_mine(unit):
            doing = "is rolled back" if entry.state == "rolled_back" else "is worked on by another run"
            raise ImportStopped(f"import {entry.id} of {entry.file} {doing}; this run leaves it")
        planned = self._planner.decide(looked, lambda keys: known_records(unit, keys))
        write = write_annotated if self._request.annotated else write_rows
        write(unit, planned, {item.position: item.read for item, _ in looked}, self._entry, self._keeper)


def _silent(progress: Progress) -> None:
    del progress


def _never() -> bool:
    return False
