"""What an import asks the store: the records under some numbers, and the photos it has."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from biaotu.intake.decide import Key, Known
from biaotu.intake.pairs import PhotoPair
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


def with_names(store: Store | None, pairs: Sequence[PhotoPair]) -> tuple[PhotoPair, ...]:
    """Pairs of photos, those of the store under the number and name that they have there (of several the first)."""
    digests = {pair.other.digest for pair in pairs if pair.other.in_store}
    if store is None or not digests:
        return tuple(pairs)
    with store.reading() as unit:
        named = {digest: shown[0] for digest, shown in unit.images.names(sorted(digests)).items()}
    return tuple(
        replace(pair, other=replace(pair.other, number=named[digest][0].number, name=named[digest][1]))
        if pair.other.in_store and (digest := pair.other.digest) in named
        else pair
        for pair in pairs
    )


def _known(record: StoredRecord) -> Known:
    return Known(
        record.id, record.title, record.description, record.extra, frozenset(record.digests), record.text_version
    )
