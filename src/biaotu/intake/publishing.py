"""Records of the store on their way into another system's format."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from pathlib import Path

from biaotu.export.exchange import Link
from biaotu.export.packages import Exhibit
from biaotu.intake.exporting import annotation_of, views
from biaotu.records import Annotation, Source
from biaotu.review import RecordView, State
from biaotu.store import Store, Unit

Namer = Callable[[RecordView, Annotation], tuple[Link | None, ...]]


def stored_exhibits(
    store: Store, unit: Unit, states: Collection[State], museum: str = "", namer: Namer | None = None
) -> Iterator[Exhibit]:
    """The records in these states, as they stand.

    Of approved records only what people accepted counts, and they say so; of submitted ones the same, but nobody has
    approved it yet; of others also what the model proposed and nobody rejected.

    Args:
        store: where the photos lie.
        unit: a reading of that store.
        states: which records.
        museum: only the records of this museum; all if empty.
        namer: says whom and what the shown values of a record name, one place for each value of the annotation; nobody
            looks without one.
    """
    for view in views(unit, states):
        if museum and view.facts.museum != museum:
            continue
        facts = view.facts
        annotation = annotation_of(view, tuple(image.name for image in facts.images))
        # A record without a number still needs a name; the store's own id cannot be mistaken for a museum's number.
        named = replace(annotation, id=facts.number or f"record-{facts.id}", ocr=view.ocr)
        yield Exhibit(
            named,
            _files(store, unit, view),
            facts.museum,
            confirmed=view.state == "approved",
            source=Source(f"record {facts.id}"),
            links=namer(view, named) if namer else (),
        )


def count_stored(unit: Unit, states: Collection[State]) -> int:
    """How many records are in these states, for a progress bar."""
    counts = unit.records.counts()
    return sum(counts.get(state, 0) for state in states)


def _files(store: Store, unit: Unit, view: RecordView) -> tuple[Path, ...]:
    return tuple(store.photos.path(image.digest, unit.images.get(image.digest).suffix) for image in view.facts.images)
