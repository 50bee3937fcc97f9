"""One chunk of decided rows into the store: records, words, photos, ledger, search index; all in the caller's unit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from biaotu.errors import Conflict
from biaotu.intake.decide import WRITTEN, plain_extra, words_after
from biaotu.intake.keep import Keeper
from biaotu.intake.planned import PlannedRow
from biaotu.records import Failure, Record
from biaotu.review import RecordFacts, RecordView, fold
from biaotu.store import Import, ImportRow, NewRecord, Unit

Read = Mapping[int, Record | Failure]
"""What was read, by the row's position."""


def write_rows(unit: Unit, planned: Sequence[PlannedRow], read: Read, entry: Import, keeper: Keeper) -> None:
    """Write what was decided.

    Args:
        unit: the transaction in which it was decided.
        planned: the rows with their decisions.
        read: the rows as they were read.
        entry: the import they belong to.
        keeper: has put the photos into the folder.

    Raises:
        Conflict: if another writer took a number in the meantime, or a photo is new that was not when photos were kept.
    """
    ids = _write_words(unit, planned, read, entry)
    _write_photos(unit, planned, ids, entry, keeper)
    unit.imports.add_rows(entry.id, [ledger_row(row, ids.get(row.position)) for row in planned])
    # Revised records are indexed by the store. The index comes last, so that nobody waits for it longer than needed.
    unit.search.index_views(
        {
            ids[row.position]: _bare_view(ids[row.position], record, row.museum)
            for row in planned
            if row.outcome == "new" and isinstance(record := read[row.position], Record)
        }
    )


def _write_words(unit: Unit, planned: Iterable[PlannedRow], read: Read, entry: Import) -> dict[int, int]:
    """Add and revise records; the ids by the rows' positions, those of records left as they are included."""
    ids: dict[int, int] = {}
    fresh: list[tuple[int, NewRecord]] = []
    for row in planned:
        record, known = read[row.position], row.decision.known
        if known is not None:
            ids[row.position] = known.id
        if not isinstance(record, Record):
            continue
        if row.outcome == "new":
            fresh.append((row.position, new_record(record, row, entry)))
        elif row.outcome == "updated" and known is not None and row.decision.new_text:
            unit.records.revise(known.id, *words_after(record, known), entry.id, notices=row.notices)
    added = unit.records.add_many([record for _, record in fresh])
    ids.update(zip((position for position, _ in fresh), added, strict=True))
    return ids


def new_record(record: Record, row: PlannedRow, entry: Import) -> NewRecord:
    """The record that a row of which the store knows nothing becomes."""
    return NewRecord(
        number=record.id,
        title=record.title,
        description=record.description,
        museum=row.museum,
        collection=entry.collection,
        extra=plain_extra(record.extra),
        notices=row.notices,
        import_id=entry.id,
    )


def _write_photos(
    unit: Unit, planned: Iterable[PlannedRow], ids: Mapping[int, int], entry: Import, keeper: Keeper
) -> None:
    links: list[tuple[int, str, str, int]] = []
    images = {}
    for row in planned:
        if row.outcome not in WRITTEN:
            continue
        for place, photo in enumerate(row.decision.new_photos):
            image = keeper.image(photo.digest)
            if image is None:  # the record lost a photo between the two looks; the next one puts it in the folder
                raise Conflict(f"the photo {photo.name} was not kept yet")
            images[photo.digest] = image
            links.append((ids[row.position], photo.digest, photo.name, place))
    if links:
        unit.images.add_many(images.values())
        unit.images.attach(links, entry.id)


def ledger_row(row: PlannedRow, record_id: int | None) -> ImportRow:
    """The line of the ledger that a row gets."""
    known = row.decision.known
    before = {"text_version": known.text_version} if row.outcome == "updated" and known is not None else None
    return ImportRow(
        position=row.position,
        row=row.row,
        number=row.number,
        outcome=row.outcome,
        record_id=record_id,
        reason=row.decision.reason,
        notices=row.notices,
        before=before,
    )


_BARE: Final = fold(RecordFacts(0, "", "", "", "", 1), None, ())


def _bare_view(record_id: int, record: Record, museum: str) -> RecordView:
    """The view of a record of which neither a model nor a person has said anything, as the index takes it."""
    return replace(_BARE, facts=RecordFacts(record_id, record.id, museum, record.title, record.description, 1))
