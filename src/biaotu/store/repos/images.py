"""Photos, and which record they show. The files themselves are kept by ``PhotoFolder``, before the transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from biaotu.errors import NotFound
from biaotu.store.repos.base import Repository, pieces
from biaotu.store.repos.caches import write_columns
from biaotu.store.repos.inserts import insert_new
from biaotu.store.repos.reading import CURRENT, LIVING, SUMMARY, photo_set, photos_of, summary
from biaotu.store.schema import images, record_images, records
from biaotu.store.values import NewImage, RecordImage, RecordSummary, StoredImage

_SIGN = 1 << 63
_RANGE = 1 << 64


class ImageRepository(Repository):
    """Photos by the SHA-256 of their bytes."""

    def add_many(self, fresh: Iterable[NewImage]) -> int:
        """Add photos; those that are there already stay as they are. Returns how many were new."""
        now = self._unit.now()
        unique = {image.digest: image for image in fresh}
        known: set[str] = set()
        for piece in pieces(list(unique)):
            query = sa.select(images.c.digest).where(images.c.digest.in_(piece))
            known.update(self._connection.execute(query).scalars())
        rows = [
            {
                "digest": image.digest,
                "suffix": image.suffix,
                "media_type": image.media_type,
                "size": image.size,
                "width": image.width,
                "height": image.height,
                "phash": None if image.phash is None else _signed(image.phash),
                "at": now,
            }
            for image in unique.values()
            if image.digest not in known
        ]
        if rows:
            self._connection.execute(insert_new(self._unit, images), rows)
        return len(rows)

    def attach(self, links: Iterable[tuple[int, str, str, int]], import_id: int | None = None) -> int:
        """Say which photos show which records; links that are there already stay as they are.

        Args:
            links: (record id, digest, name as the museum gave it, position).
            import_id: the import that says so.

        Returns:
            How many were new.
        """
        wanted = {(record_id, digest): (name, position) for record_id, digest, name, position in links}
        ids = sorted({record_id for record_id, _ in wanted})
        taken: defaultdict[int, set[int]] = defaultdict(set)
        for record_id, photos in self.of_records(ids).items():
            for photo in photos:
                wanted.pop((record_id, photo.digest), None)
                taken[record_id].add(photo.position)
        rows: list[dict[str, Any]] = []
        for (record_id, digest), (name, position) in wanted.items():
            place = position if position not in taken[record_id] else max(taken[record_id]) + 1
            taken[record_id].add(place)
            rows.append(
                {"record_id": record_id, "position": place, "digest": digest, "name": name, "import_id": import_id}
            )
        if rows:
            self._connection.execute(sa.insert(record_images), rows)
            self._touch({row["record_id"] for row in rows})
        return len(rows)

    def detach_import(self, import_id: int) -> list[int]:
        """Take back the links that an import made (the photos stay); the ids of the records that lost one."""
        query = sa.select(record_images.c.record_id).where(record_images.c.import_id == import_id).distinct()
        ids = list(self._connection.execute(query).scalars())
        self._connection.execute(sa.delete(record_images).where(record_images.c.import_id == import_id))
        self._touch(ids)
        return ids

    def get(self, digest: str) -> StoredImage:
        """One photo.

        Raises:
            NotFound: if there is none.
        """
        row = self._connection.execute(sa.select(images).where(images.c.digest == digest)).one_or_none()
        if row is None:
            raise NotFound(f"there is no photo {digest}")
        return _image(row)

    def all(self) -> Iterator[StoredImage]:
        """Every photo, by digest."""
        for row in self._connection.execute(sa.select(images).order_by(images.c.digest)):
            yield _image(row)

    def of_records(self, ids: Sequence[int]) -> dict[int, tuple[RecordImage, ...]]:
        """The photos of records, in order; records without any are left out."""
        return photos_of(self._connection, ids)

    def hashes(self) -> list[tuple[str, int]]:
        """(digest, perceptual hash) of every photo that shows a record and has one."""
        shown = sa.exists().where(
            record_images.c.digest == images.c.digest, records.c.id == record_images.c.record_id, LIVING
        )
        query = sa.select(images.c.digest, images.c.phash).where(images.c.phash.is_not(None), shown)
        return [(digest, phash % _RANGE) for digest, phash in self._connection.execute(query).tuples()]

    def names(self, digests: Sequence[str]) -> dict[str, list[tuple[RecordSummary, str]]]:
        """For each photo the records it shows and its name there."""
        found: defaultdict[str, list[tuple[RecordSummary, str]]] = defaultdict(list)
        joined = CURRENT.join(record_images, record_images.c.record_id == records.c.id)
        for piece in pieces(digests):
            query = (
                sa.select(*SUMMARY, record_images.c.digest, record_images.c.name)
                .select_from(joined)
                .where(LIVING, record_images.c.digest.in_(piece))
                .order_by(records.c.id)
            )
            for row in self._connection.execute(query):
                found[row.digest].append((summary(row), row.name))
        return dict(found)

    def _touch(self, ids: Collection[int]) -> None:
        """Photos of records have changed: note when, and which they are now."""
        now, photos = self._unit.now(), self.of_records(sorted(ids))
        sets = {record_id: photo_set(photo.digest for photo in photos.get(record_id, ())) for record_id in ids}
        write_columns(self._connection, {one: {"photo_set": named, "updated_at": now} for one, named in sets.items()})


def _signed(phash: int) -> int:
    """A hash of 64 bits as the databases keep it, in two's complement."""
    if not 0 <= phash < _RANGE:
        raise ValueError(f"a perceptual hash has 64 bits, not {phash}")
    return phash - _RANGE if phash >= _SIGN else phash


def _image(row: sa.Row[Any]) -> StoredImage:
    return StoredImage(**row._asdict() | {"phash": None if row.phash is None else row.phash % _RANGE})
