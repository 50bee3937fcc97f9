"""One chunk of annotated rows into the store; all in the caller's unit.

New records, by far the most, are written in bulk. Those that the store has go the way of any import, and the annotation
is added where it speaks of the words that the record has now.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import Final

from biaotu.errors import Conflict
from biaotu.intake.annotated import AnnotatedRecord
from biaotu.intake.keep import Keeper
from biaotu.intake.planned import PlannedRow
from biaotu.intake.writing import Read, ledger_row, new_record, write_rows
from biaotu.store import Import, NewAnnotation, NewCase, NewImage, Unit

CHUNK: Final = 16_384
"""Rows a transaction: as many as the largest block of the search index holds."""
_AT_ONCE: Final = 1024
"""Records of which everything is worked out before it is written; each takes about 50 KB of memory meanwhile."""


def write_annotated(unit: Unit, planned: Sequence[PlannedRow], read: Read, entry: Import, keeper: Keeper) -> None:
    """Write what was decided, with the annotations that the rows bring; as ``writing.write_rows``.

    Raises:
        Conflict: if another writer took a number in the meantime, or a photo is new that was not when photos were kept.
    """
    others = [row for row in planned if row.outcome != "new"]
    write_rows(unit, others, read, entry, keeper)
    _speak(unit, others, read)
    fresh = iter([row for row in planned if row.outcome == "new"])
    while some := list(islice(fresh, _AT_ONCE)):
        ids = unit.bulk.add([_case(row, read, entry, keeper) for row in some])
        unit.imports.add_rows(entry.id, [ledger_row(row, number) for row, number in zip(some, ids, strict=True)])


def _case(row: PlannedRow, read: Read, entry: Import, keeper: Keeper) -> NewCase:
    record = read[row.position]
    if not isinstance(record, AnnotatedRecord) or record.annotation is None:
        raise TypeError(f"row {row.position} brings no annotation")
    photos: list[tuple[NewImage, str]] = []
    for photo in row.decision.new_photos:
        image = keeper.image(photo.digest)
        if image is None:
            raise Conflict(f"the photo {photo.name} was not kept yet")
        photos.append((image, photo.name))
    return NewCase(new_record(record, row, entry), record.annotation, photos)


def _speak(unit: Unit, planned: Sequence[PlannedRow], read: Read) -> None:
    """Annotations of records that the store had: added where the words are those that the model read."""
    told = {
        row.decision.known.id: record.annotation
        for row in planned
        if row.outcome in ("same", "updated")
        and row.decision.known is not None
        and isinstance(record := read[row.position], AnnotatedRecord)
        and record.annotation is not None
    }
    known = unit.records.get_many(list(told))
    unit.annotations.add_many(
        NewAnnotation(number, record.text_version, told[number])
        for number, record in known.items()
        if (record.title, record.description) == (told[number].title, told[number].description)
    )
