"""Rows of records as values: the queries that several repositories share."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from biaotu.store.repos.base import notices_in, pieces
from biaotu.store.schema import images, record_images, record_versions, records
from biaotu.store.values import RecordImage, RecordSummary, StoredRecord, TextVersion

CURRENT = records.join(
    record_versions,
    sa.and_(record_versions.c.record_id == records.c.id, record_versions.c.version == records.c.text_version),
)
"""Records with their current words."""
LIVING = records.c.removed_at.is_(None)

_PHOTOS = record_images.alias()
_THUMBNAIL = (
    sa.select(_PHOTOS.c.digest)
    .where(_PHOTOS.c.record_id == records.c.id)
    .order_by(_PHOTOS.c.position)
    .limit(1)
    .scalar_subquery()
    .label("thumbnail")
)
SUMMARY: Sequence[sa.ColumnElement[Any]] = (
    records.c.id,
    records.c.museum,
    records.c.collection,
    records.c.number,
    record_versions.c.title,
    records.c.state,
    records.c.revision,
    records.c.uncertainty,
    _THUMBNAIL,
    records.c.updated_at,
)
"""Columns of a ``RecordSummary``, selected from ``CURRENT``."""
_HIDDEN = ("removed_at", "lease_user_id", "lease_until", "photo_set")
_RECORD = (
    *(column for column in records.c if column.name not in _HIDDEN),
    record_versions.c.title,
    record_versions.c.description,
    record_versions.c.extra,
    record_versions.c.notices,
)


# Made once: to build a statement and to work out what it is cached under costs more than to run it for one record.
_IDS: sa.BindParameter[Any] = sa.bindparam("ids", expanding=True)
_SUMMARIES = (
    sa.select(*SUMMARY, record_versions.c.description).select_from(CURRENT).where(LIVING, records.c.id.in_(_IDS))
)
_RECORDS = sa.select(*_RECORD).select_from(CURRENT).where(LIVING, records.c.id.in_(_IDS)).order_by(records.c.id)
_IMAGES = (
    sa.select(record_images, images.c.width, images.c.height, images.c.suffix)
    .select_from(record_images.join(images, images.c.digest == record_images.c.digest))
    .where(record_images.c.record_id.in_(_IDS))
    .order_by(record_images.c.record_id, record_images.c.position)
)


def summary(row: sa.Row[Any]) -> RecordSummary:
    """A ``RecordSummary`` of a row that begins with ``SUMMARY``."""
    return RecordSummary(*row[: len(SUMMARY)])


def summaries(connection: Connection, ids: Sequence[int]) -> dict[int, RecordSummary]:
    """Summaries of the records that are there."""
    return {record_id: one for record_id, (one, _) in described(connection, ids).items()}


def described(connection: Connection, ids: Sequence[int]) -> dict[int, tuple[RecordSummary, str]]:
    """Summaries of the records that are there, each with the description."""
    found = {}
    for piece in pieces(ids):
        found.update(
            {row.id: (summary(row), row.description) for row in connection.execute(_SUMMARIES, {"ids": piece}).all()}
        )
    return found


def records_of(connection: Connection, ids: Sequence[int]) -> list[StoredRecord]:
    """Those of the records that are there, with words and photos, by id; at most a piece of them."""
    return _with_photos(connection, connection.execute(_RECORDS, {"ids": ids}).all())


def stored_records(connection: Connection, condition: sa.ColumnElement[bool]) -> list[StoredRecord]:
    """The records that a condition picks, with words and photos, by id."""
    query = sa.select(*_RECORD).select_from(CURRENT).where(LIVING, condition).order_by(records.c.id)
    return _with_photos(connection, connection.execute(query).all())


def _with_photos(connection: Connection, rows: Sequence[sa.Row[Any]]) -> list[StoredRecord]:
    photos = photos_of(connection, [row.id for row in rows])
    return [_record(row, photos.get(row.id, ())) for row in rows]


def photos_of(connection: Connection, ids: Sequence[int]) -> dict[int, tuple[RecordImage, ...]]:
    """The photos of records, in order; records without any are left out."""
    found: defaultdict[int, list[RecordImage]] = defaultdict(list)
    for piece in pieces(ids):
        for row in connection.execute(_IMAGES, {"ids": piece}).all():
            photo = RecordImage(row.digest, row.name, row.position, row.width, row.height, row.suffix)
            found[row.record_id].append(photo)
    return {record_id: tuple(photos) for record_id, photos in found.items()}


def photo_set(digests: Iterable[str]) -> str:
    """What names the photos of a record, in their order: a hash, empty if there are none."""
    text = "\n".join(digests)
    return hashlib.sha256(text.encode("ascii")).hexdigest() if text else ""


def text_version(row: sa.Row[Any]) -> TextVersion:
    """A ``TextVersion`` of a row of ``record_versions``."""
    return TextVersion(
        record_id=row.record_id,
        version=row.version,
        title=row.title,
        description=row.description,
        extra=row.extra,
        notices=notices_in(row.notices),
        import_id=row.import_id,
        at=row.at,
    )


def _record(row: sa.Row[Any], photos: tuple[RecordImage, ...]) -> StoredRecord:
    values = row._asdict()
    return StoredRecord(**values | {"notices": notices_in(row.notices), "images": photos})
