"""The dry run: what an import would do, row by row, before anything is written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Final, TypeVar

from biaotu.intake.decide import Decision, Key, Known, decide
from biaotu.intake.pairs import PairFinder, PhotoPair
from biaotu.intake.photos import PhotoFacts, PhotoReader
from biaotu.intake.planned import DryRun, PlannedRow
from biaotu.intake.request import ImportRequest, Item, ItemStream
from biaotu.intake.twins import TwinFinder
from biaotu.records import Failure, Notice, Record

Lookup = Callable[[Iterable[Key]], Mapping[Key, Known]]
"""Finds the records that the store has under these numbers."""

CHUNK: Final = 200
"""Rows worked on at a time: what the store is asked at once, and in a run one transaction."""

T = TypeVar("T")


class Cancelled(Exception):  # noqa: N818 - no error: the caller asked for it
    """The caller's ``cancelled`` said so."""


@dataclass(frozen=True, slots=True)
class _First:
    """Where a number stood first in the list, and a hash of what stood there."""

    position: int
    place: str
    contents: int


class Planner:
    """Decides chunk by chunk; knows the numbers that have gone by in the list.

    Args:
        request: what was asked for.
        reader: looks at photos.
        pairs: finds photos that are alike; None to leave that out, and numbers that are alike as well.
    """

    def __init__(self, request: ImportRequest, reader: PhotoReader, pairs: PairFinder | None = None) -> None:
        self.found_pairs: list[PhotoPair] = []
        self._request = request
        self._reader = reader
        self._pairs = pairs
        self._twins = TwinFinder()
        self._first: dict[Key, _First] = {}

    def skip(self, item: Item) -> None:
        """Note a row that an earlier run settled."""
        if not isinstance(item.read, Record):
            return
        key = self._key(item.read)
        if key not in self._first:
            self._first[key] = _First(item.position, _place(item), _contents(item.read))

    def look(self, items: Iterable[Item]) -> list[tuple[Item, tuple[PhotoFacts, ...]]]:
        """The photos of each row; rows that could not be read, and numbers that stood there before, have none."""
        items = list(items)
        records: list[Record] = []
        for item in items:
            self.skip(item)
            if isinstance(item.read, Record) and self._is_first(item, item.read):
                records.append(item.read)
        facts = dict(zip(map(id, records), self._reader.look(records), strict=True))
        return [(item, facts.get(id(item.read), ())) for item in items]

    def decide(self, looked: Iterable[tuple[Item, tuple[PhotoFacts, ...]]], lookup: Lookup) -> list[PlannedRow]:
        """What becomes of each row, given what the store has now."""
        looked = list(looked)
        keys = [self._key(item.read) for item, _ in looked if isinstance(item.read, Record)]
        known = lookup(dict.fromkeys(keys))
        twins: Mapping[int, Notice] = {}
        if self._pairs is not None:
            numbers = [
                (item.position, self._key(item.read), _place(item))
                for item, _ in looked
                if isinstance(item.read, Record)
            ]
            twins = self._twins.find(numbers, known, lookup)
        return [self._row(item, photos, known, twins.get(item.position)) for item, photos in looked]

    def _row(
        self, item: Item, photos: tuple[PhotoFacts, ...], known: Mapping[Key, Known], twin: Notice | None
    ) -> PlannedRow:
        read = item.read
        if isinstance(read, Failure):
            failed = Decision("failed", read.reason)
            return PlannedRow(item.position, read.source.row, read.source.file, read.id or "", "", "", failed, (), ())
        key = self._key(read)
        mine = known.get(key)
        if self._is_first(item, read):
            decision = decide(read, photos, mine, update=self._request.update)
        else:
            decision = self._duplicate(read, self._first[key])
        if self._pairs is not None:
            own = mine.photos if mine else frozenset()
            self.found_pairs.extend(self._pairs.find(item.position, read.id, photos, own))
        source = read.source
        notices = [notice for notice in read.notices if notice.code != "id-duplicate"]
        notices += [twin] if twin is not None else []
        told = {(notice.code, notice.message) for notice in notices}
        notices += [notice for photo in photos for notice in photo.notices if (notice.code, notice.message) not in told]
        return PlannedRow(
            item.position,
            source.row if source else None,
            source.file if source else "",
            read.id,
            read.title,
            key[0],
            decision,
            photos,
            tuple(notices),
        )

    def _key(self, record: Record) -> Key:
        return self._request.museum_of(record), record.id

    def _is_first(self, item: Item, record: Record) -> bool:
        return self._first[self._key(record)].position == item.position

    def _duplicate(self, record: Record, first: _First) -> Decision:
        told = "with the same contents" if first.contents == _contents(record) else "with other contents"
        return Decision("duplicate", f"the number {record.id} stands in {first.place} already, {told}; that row counts")


def dry_run(
    request: ImportRequest,
    lookup: Lookup,
    *,
    stored: Iterable[tuple[str, int | None]] = (),
    reader: PhotoReader,
    on_progress: Callable[[int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> DryRun:
    """Read the whole list and all its photos and say what an import would do.

    Args:
        request: what was asked for.
        lookup: finds the records that the store has.
        stored: digest and perceptual hash of the store's photos.
        reader: looks at photos; handed to the run afterwards, it does not look twice.
        on_progress: told how many rows are done.
        cancelled: asked between chunks.

    Raises:
        UsageError, InputError: if the list cannot be read.
        Cancelled: if ``cancelled`` said so.
    """
    stream = ItemStream(request)
    planner = Planner(request, reader, PairFinder(stored))
    rows: list[PlannedRow] = []
    for chunk in chunks(stream, CHUNK):
        if cancelled is not None and cancelled():
            raise Cancelled
        rows.extend(planner.decide(planner.look(chunk), lookup))
        if on_progress is not None:
            on_progress(len(rows))
    return DryRun(request.shown_name, tuple(rows), tuple(planner.found_pairs), stream.unmatched_photos())


def chunks(items: Iterator[T], size: int) -> Iterator[list[T]]:
    """Lists of ``size`` items, the last one shorter."""
    while part := list(islice(items, size)):
        yield part


def _contents(record: Record) -> int:
    return hash((record.title, record.description, record.images))


def _place(item: Item) -> str:
    """What a person calls a row."""
    source = item.read.source
    return f"row {source.row}" if source and source.row is not None else f"place {item.position + 1}"
