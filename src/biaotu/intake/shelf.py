"""What an import asks the store: the records under some numbers, and the photos it has."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from biaotu.intake.decide import Key, Known
from biaotu.store import Store, StoredRecord, Unit


def known_records(unit: Unit, keys: Iterable[Key]) -> dict[Key, Known]:
    """The records that the store has under these museums and numbers."""
    numbers: defaultdict[str, list[str]] = defaultdict(list)
    for museum, number in keys:
        numbers[museum].append(number)
    return {
        (museum, number): _known(record)
        for museum, wanted in numbers.items()
        for number, record in unit.records.find(museum, wanted).items()
    }


def look_up(store: Store | None, keys: Iterable[Key]) -> Mapping[Key, Known]:
    """``known_records`` as of now; nothing if there is no store yet."""
    if store is None:
        return {}
    with store.reading() as unit:
        return known_records(unit, keys)


def stored_hashes(store: Store | None) -> list[tuple[str, int]]:
    """Digest and perceptual hash of all photos; nothing if there is no store yet."""
    if store is None:
        return []
    with store.reading() as unit:
        return list(unit.images.hashes())


def _known(record: StoredRecord) -> Known:
    return Known(
        record.id, record.title, record.description, record.extra, frozenset(record.digests), record.text_version
    )
