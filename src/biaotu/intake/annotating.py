"""Annotations for the records of the store: claimed, annotated outside of any transaction, written in one.

Several processes share the work: a claimed record is not given to another for some minutes. What a killed process had
claimed is given back as soon as another one starts on the same machine. A record that fails is written down with its
reason and not tried again by the same model version until its words change.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from biaotu.intake.again import written
from biaotu.intake.owners import is_gone, new_owner
from biaotu.records import Failure, Record
from biaotu.review import own_names
from biaotu.search.types import VectorKind
from biaotu.store import Actor, NewAnnotation, Store, StoredRecord, Unit

if TYPE_CHECKING:
    from biaotu.pipeline import Examined

CHUNK: Final = 50
"""Records claimed, and written, at a time."""

Vector = NDArray[np.float32]


class _Manifest(Protocol):
    @property
    def name(self) -> str: ...

    @property
    def version(self) -> str: ...


class Examiner(Protocol):
    """What is needed of the pipeline's ``Annotator``."""

    @property
    def manifest(self) -> _Manifest:
        """Name and version of the model, by which its vectors are kept."""

    @property
    def version(self) -> str:
        """The version by which its annotations are kept: another one where words on photos are read too."""

    def examine_many(self, records: Iterable[Record]) -> Iterator[Examined | Failure]:
        """Annotate a stream, one answer a record, in order."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far annotating is: records annotated and failed in this run, and how many it began with."""

    done: int
    failed: int
    total: int


@dataclass(frozen=True, slots=True)
class Summary:
    """What a run did.

    Attributes:
        done: records that got an annotation.
        failed: records that could not be annotated; the store has the reasons.
        left: records that still want an annotation of this model: over the limit, or claimed by another run.
        seconds: time of this run.
        cancelled: whether it was stopped before its end.
    """

    done: int
    failed: int
    left: int
    seconds: float
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class ShelvedRecord(Record):
    """A record of the store: ``images`` are the museum's names, the files lie elsewhere under names of their own.

    ``paths`` says where, by name, so that a copy of the record with fewer images still knows.
    """

    paths: Mapping[str, Path] = field(default_factory=dict)

    def image_paths(self) -> tuple[Path, ...]:
        """The photos' places in the store's folder."""
        return tuple(self.paths[name] for name in self.images)


def shelved(store: Store, record: StoredRecord) -> ShelvedRecord:
    """A stored record as the pipeline takes it; of photos that came under one name each gets one of its own."""
    names = own_names(image.name for image in record.images)
    paths = {
        name: store.photos.path(image.digest, image.suffix) for name, image in zip(names, record.images, strict=True)
    }
    return ShelvedRecord(
        id=record.number,
        title=record.title,
        description=record.description,
        images=tuple(paths),
        image_root=store.photos.folder,
        extra=record.extra,
        notices=record.notices,
        paths=paths,
    )


def annotate_store(
    store: Store,
    annotator: Examiner,
    *,
    actor: Actor | None = None,
    limit: int | None = None,
    chunk: int = CHUNK,
    on_progress: Callable[[Progress], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Summary:
    """Annotate the records that have no annotation of this model for their current words, the oldest first.

    What is written stands: a stopped run is gone on with by calling again.

    Args:
        store: the store.
        annotator: the pipeline.
        actor: in whose name; that of the model by default.
        limit: at most so many records.
        chunk: records claimed and written at a time.
        on_progress: told after every chunk.
        cancelled: asked before every chunk.

    Raises:
        StoreError: if the store cannot be read or written.
    """
    run = _Run(store, annotator, actor or Actor.system("annotate"))
    begun = time.monotonic()
    run.release_dead()
    total = run.count()
    if limit is not None:
        total = min(total, limit)
    stopped = False
    try:
        while limit is None or run.done + run.failed < limit:
            if on_progress is not None:
                on_progress(Progress(run.done, run.failed, total))
            if cancelled is not None and cancelled():
                stopped = True
                break
            if not run.step(chunk if limit is None else min(chunk, limit - run.done - run.failed)):
                break
    except BaseException:
        with suppress(Exception):
            run.release()
        raise
    if on_progress is not None:
        on_progress(Progress(run.done, run.failed, total))
    return Summary(run.done, run.failed, run.count(), time.monotonic() - begun, stopped)


class _Run:
    """One run over the store; counts what it did."""

    def __init__(self, store: Store, annotator: Examiner, actor: Actor) -> None:
        self.done = self.failed = 0
        self._store = store
        self._annotator = annotator
        self._actor = actor
        self._owner = new_owner()
        self._after = 0
        self._seen: set[tuple[int, int, tuple[str, ...]]] = set()
        self._model = (annotator.manifest.name, annotator.version)
        self._vectors = f"{annotator.manifest.name} {annotator.manifest.version}"

    def count(self) -> int:
        """How many records want an annotation."""
        with self._store.reading() as unit:
            return unit.annotations.count_missing(self._model)

    def step(self, size: int) -> bool:
        """Claim, annotate and write some records; False if there were none."""
        claimed = self._claim(size)
        if not claimed and self._after:  # what was added, or given back, behind us in the meantime
            self._after = 0
            claimed = self._claim(size)
        states = {(record.id, record.text_version, record.digests) for record in claimed}
        if states <= self._seen:  # none is left, or the store gives out what it was told of already: no endless round
            self.release()
            return False
        self._seen |= states
        answers = list(self._annotator.examine_many([shelved(self._store, record) for record in claimed]))
        pairs = list(zip(claimed, answers, strict=True))
        written(self._store, self._actor, lambda unit: self._write(unit, pairs))
        failed = sum(isinstance(answer, Failure) for answer in answers)
        self.failed += failed
        self.done += len(answers) - failed
        return True

    def _claim(self, size: int) -> list[StoredRecord]:
        def claim(unit: Unit) -> list[StoredRecord]:
            return unit.annotations.claim(self._model, size, self._owner, self._after)

        claimed = written(self._store, self._actor, claim)
        self._after = claimed[-1].id if claimed else self._after
        return claimed

    def release_dead(self) -> None:
        """Give back what runs of this machine had claimed when they were killed."""
        with self._store.reading() as unit:
            gone = [owner for owner in unit.annotations.owners() if is_gone(owner)]
        for owner in gone:
            self._release(owner)

    def release(self) -> None:
        """Give back what this run has claimed."""
        self._release(self._owner)

    def _release(self, owner: str) -> None:
        written(self._store, self._actor, lambda unit: unit.annotations.release_owner(owner))

    def _write(self, unit: Unit, pairs: Sequence[tuple[StoredRecord, Examined | Failure]]) -> None:
        answered: dict[int, Examined] = {}
        fresh: list[NewAnnotation] = []
        for record, answer in pairs:
            if isinstance(answer, Failure):
                unit.annotations.fail(record.id, record.text_version, self._model, answer.reason)
            else:
                answered[record.id] = answer
                fresh.append(NewAnnotation(record.id, record.text_version, answer.annotation, record.digests))
        added = set(unit.annotations.add_many(fresh))
        # What another run wrote first stands, with its vectors; what was removed in the meantime needs none.
        taken = [(record, answered[record.id]) for record, _ in pairs if record.id in added]
        for kind, rows in vectors_of(taken).items():
            unit.vectors.put(kind, self._vectors, rows)


def vectors_of(
    answered: Iterable[tuple[StoredRecord, Examined]],
) -> dict[VectorKind, list[tuple[int, str | None, Vector]]]:
    """The vectors of examined records by kind, as the store takes them: (record id, digest of the photo, vector)."""
    found: dict[VectorKind, list[tuple[int, str | None, Vector]]] = {}
    for record, examined in answered:
        if examined.text_vector is not None:
            found.setdefault("text", []).append((record.id, None, examined.text_vector))
        for photo in examined.photo_vectors:
            digest = record.images[photo.index].digest
            found.setdefault("photo", []).append((record.id, digest, photo.vector))
        if examined.shared_text is not None:
            found.setdefault("shared_text", []).append((record.id, None, examined.shared_text))
        for photo in examined.shared_photos:
            digest = record.images[photo.index].digest
            found.setdefault("shared_photo", []).append((record.id, digest, photo.vector))
    return found
