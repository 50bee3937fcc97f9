"""Records that come in with their annotations, by the thousand, each row written once.

All that follows from them is worked out before they are written. What ``records``, ``images``, ``annotations`` and the
index do in turn, with a look at the database before each step, is one step here; that works because nobody can have
said anything of a record that is not there yet.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from biaotu.errors import Conflict
from biaotu.records import Annotation
from biaotu.review import ImageFacts, RecordFacts, RecordView, fold, suggestions_of
from biaotu.store.repos import caches
from biaotu.store.repos.annotations import suggestion_rows
from biaotu.store.repos.base import Repository, notices_out
from biaotu.store.repos.copying import insert_many, new_ids
from biaotu.store.repos.reading import photo_set
from biaotu.store.repos.records import keepable
from biaotu.store.schema import annotations, record_images, record_items, record_versions, records, suggestions
from biaotu.store.values import NewImage, NewRecord

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class NewCase:
    """A record on its way in with all that is known of it.

    Attributes:
        record: its number and words.
        annotation: what a model says of exactly these words and photos.
        photos: its photos in order, each with its name; their files are kept already.
    """

    record: NewRecord
    annotation: Annotation
    photos: Sequence[tuple[NewImage, str]] = ()


class BulkRepository(Repository):
    """Adds annotated records."""

    def add(self, cases: Sequence[NewCase]) -> list[int]:
        """Add records with photos and annotations; their ids, rising, in the order given.

        Raises:
            Conflict: if a number is taken in its museum; nothing of this unit should be kept then.
            Refused: if a text holds characters that a database cannot keep, or a number or name is too long.
        """
        for case in cases:
            keepable(case.record)
        self._unit.images.add_many(image for case in cases for image, _ in case.photos)
        ids = new_ids(self._unit, records, len(cases))
        spoken = new_ids(self._unit, annotations, len(cases))
        views = [_view(number, case) for number, case in zip(ids, cases, strict=True)]
        try:
            self._insert(records, [self._record(*one) for one in zip(ids, spoken, cases, views, strict=True)])
        except sa.exc.IntegrityError as error:
            raise Conflict("a record of this museum and number is there already; update it instead") from error
        self._insert(record_versions, [self._words(*one) for one in zip(ids, cases, strict=True)])
        self._insert(record_images, [row for one in zip(ids, cases, strict=True) for row in _photos(*one)])
        self._insert(annotations, [self._annotation(*one) for one in zip(spoken, ids, cases, strict=True)])
        opinions = zip(spoken, cases, strict=True)
        self._insert(
            suggestions,
            [row for number, case in opinions for row in suggestion_rows(number, suggestions_of(case.annotation))],
        )
        items = [
            caches.item_row(number, row)
            for number, view in zip(ids, views, strict=True)
            for row in caches.items(view).values()
        ]
        self._insert(record_items, items)
        self._unit.search.index_new(dict(zip(ids, views, strict=True)))
        return ids

    def _insert(self, table: sa.Table, rows: Sequence[Row]) -> None:
        insert_many(self._unit, table, rows)

    def _record(self, number: int, spoken: int, case: NewCase, view: RecordView) -> Row:
        now = self._unit.now()
        return {
            "id": number,
            "museum": case.record.museum,
            "collection": case.record.collection,
            "number": case.record.number,
            "text_version": 1,
            "photo_set": photo_set(image.digest for image, _ in case.photos),
            "import_id": case.record.import_id,
            "created_at": now,
            "updated_at": now,
            **caches.columns(view, spoken),
        }

    def _words(self, number: int, case: NewCase) -> Row:
        record = case.record
        return {
            "record_id": number,
            "version": 1,
            "title": record.title,
            "description": record.description,
            "extra": dict(record.extra),
            "notices": notices_out(record.notices),
            "import_id": record.import_id,
            "at": self._unit.now(),
        }

    def _annotation(self, spoken: int, number: int, case: NewCase) -> Row:
        told = case.annotation
        return {
            "id": spoken,
            "record_id": number,
            "text_version": 1,
            "photo_set": photo_set(image.digest for image, _ in case.photos),
            "model_id": self._unit.annotations.model(told.model_name, told.model_version),
            "document": told.to_dict(),
            "at": self._unit.now(),
        }


def _view(number: int, case: NewCase) -> RecordView:
    record = case.record
    photos = tuple(ImageFacts(image.digest, name, image.width, image.height) for image, name in case.photos)
    facts = RecordFacts(number, record.number, record.museum, record.title, record.description, 1, photos, record.extra)
    return fold(facts, case.annotation, ())


def _photos(number: int, case: NewCase) -> list[Row]:
    return [
        {
            "record_id": number,
            "position": place,
            "digest": image.digest,
            "name": name,
            "import_id": case.record.import_id,
        }
        for place, (image, name) in enumerate(case.photos)
    ]
