"""What models say of records. A new model version is a new annotation beside the old one; none is ever changed."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

import sqlalchemy as sa

from biaotu.errors import NotFound
from biaotu.records import WITH_OCR, Annotation
from biaotu.review import Suggestion, suggestions_of
from biaotu.store.repos.base import Repository, pieces
from biaotu.store.repos.copying import insert_many
from biaotu.store.repos.inserts import insert_new
from biaotu.store.repos.reading import LIVING, photo_set
from biaotu.store.schema import (
    annotation_claims,
    annotation_failures,
    annotations,
    models,
    records,
    suggestions,
)
from biaotu.store.values import NewAnnotation, StoredAnnotation, StoredRecord

CLAIM: Final = timedelta(minutes=10)
Key = tuple[int, int, str, int]
_KEY: Final = ("record_id", "text_version", "photo_set", "model_id")


class AnnotationRepository(Repository):
    """Annotations by model version, and which records still want one."""

    def add_many(self, fresh: Iterable[NewAnnotation]) -> list[int]:
        """Add annotations with their suggestions and bring the records up to date.

        Where the model version has spoken of the same words and photos already, the second annotation is left out; so
        are those of records that are no longer there.

        Returns:
            The records that got one.
        """
        fresh, now = list(fresh), self._unit.now()
        ids = [one.record_id for one in fresh]
        self.release(ids)
        photos = self._photo_sets(self._unit.records.lock_living(ids))
        known = {_model_of(one): self.model(*_model_of(one)) for one in fresh}
        wanted = {
            (
                one.record_id,
                one.text_version,
                photos[one.record_id] if one.photos is None else photo_set(one.photos),
                known[_model_of(one)],
            ): one.annotation
            for one in fresh
            if one.record_id in photos
        }
        if not wanted:
            return []
        rows = [
            dict(zip(_KEY, key, strict=True)) | {"document": annotation.to_dict(), "at": now}
            for key, annotation in wanted.items()
        ]
        columns = (annotations.c.id, *(annotations.c[name] for name in _KEY))
        statement = insert_new(self._unit, annotations).returning(*columns)
        added: dict[Key, int] = {}
        for row in self._connection.execute(statement, rows):
            added[row.record_id, row.text_version, row.photo_set, row.model_id] = row.id
        opinions = ((number, suggestions_of(wanted[key])) for key, number in added.items())
        insert_many(self._unit, suggestions, [row for one in opinions for row in suggestion_rows(*one)])
        touched = sorted({key[0] for key in added})
        self._unit.decisions.refresh(touched)
        return touched

    def add(self, record_id: int, annotation: Annotation, text_version: int | None = None) -> bool:
        """Add one annotation of the photos as they are and, by default, the current words; False if there was one."""
        version = text_version or self._unit.records.get(record_id).text_version
        return bool(self.add_many([NewAnnotation(record_id, version, annotation)]))

    def fail(self, record_id: int, text_version: int, model: tuple[str, str], reason: str) -> None:
        """Note that a model version could not annotate a record; it is not tried again by it."""
        row = {
            "record_id": record_id,
            "text_version": text_version,
            "photo_set": self._photo_sets([record_id])[record_id],
            "model_id": self.model(*model),
            "reason": reason,
            "at": self._unit.now(),
        }
        self._connection.execute(insert_new(self._unit, annotation_failures), [row])
        self.release([record_id])

    def model(self, name: str, version: str) -> int:
        """The id of a model version, made if it is new."""
        query = sa.select(models.c.id).where(models.c.name == name, models.c.version == version)
        found = self._connection.execute(query).scalar_one_or_none()
        if found is None:
            row = {"name": name, "version": version, "at": self._unit.now()}
            self._connection.execute(insert_new(self._unit, models), [row])
            found = self._connection.execute(query).scalar_one()
        return int(found)

    def missing(self, model: tuple[str, str], limit: int, after: int = 0) -> list[StoredRecord]:
        """Records whose current words and photos a model version has neither annotated nor failed at, by id.

        Args:
            model: name and version.
            limit: how many at most.
            after: only ids above it.
        """
        return self._missing(model, limit, after)

    def count_missing(self, model: tuple[str, str]) -> int:
        """How many records a model version has still to annotate."""
        query = sa.select(sa.func.count()).select_from(records).where(LIVING, self._open(model))
        return int(self._connection.execute(query).scalar_one())

    def claim(self, model: tuple[str, str], limit: int, owner: str, after: int = 0) -> list[StoredRecord]:
        """Take records that a model version has still to annotate; other owners do not get them for ten minutes.

        Needs a writing unit; keep it short and annotate after it has ended.

        Args:
            model: name and version.
            limit: how many at most.
            owner: who takes them.
            after: only ids above it. Whoever goes on from the last one taken is spared a look at all that are done.
        """
        now = self._unit.now()
        if self._unit.postgresql:  # one at a time picks records; SQLite's write lock does the same
            self._connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": 0x636C61696D})
        self._connection.execute(sa.delete(annotation_claims).where(annotation_claims.c.until <= now))
        free = ~sa.exists().where(annotation_claims.c.record_id == records.c.id, annotation_claims.c.owner != owner)
        found = self._missing(model, limit, after, free)
        self._connection.execute(
            sa.delete(annotation_claims).where(annotation_claims.c.record_id.in_([one.id for one in found]))
        )
        rows = [{"record_id": record.id, "owner": owner, "until": now + CLAIM} for record in found]
        if rows:
            self._connection.execute(sa.insert(annotation_claims), rows)
        return found

    def release(self, ids: Sequence[int]) -> None:
        """Give claimed records back."""
        for piece in pieces(ids):
            self._connection.execute(sa.delete(annotation_claims).where(annotation_claims.c.record_id.in_(piece)))

    def owners(self) -> list[str]:
        """Who has claimed records."""
        query = sa.select(annotation_claims.c.owner).distinct().order_by(annotation_claims.c.owner)
        return list(self._connection.execute(query).scalars())

    def release_owner(self, owner: str) -> int:
        """Give back all that an owner claimed, since it is gone; how many."""
        return self._connection.execute(sa.delete(annotation_claims).where(annotation_claims.c.owner == owner)).rowcount

    def of_record(self, record_id: int) -> list[StoredAnnotation]:
        """All annotations of a record, newest first."""
        return self._select(annotations.c.record_id == record_id)

    def get_many(self, ids: Sequence[int]) -> dict[int, StoredAnnotation]:
        """Annotations by their own ids."""
        found = (self._select(annotations.c.id.in_(piece)) for piece in pieces(ids))
        return {one.id: one for piece in found for one in piece}

    def get(self, annotation_id: int) -> StoredAnnotation:
        """One annotation.

        Raises:
            NotFound: if there is none.
        """
        found = self.get_many([annotation_id])
        if annotation_id not in found:
            raise NotFound(f"there is no annotation {annotation_id}")
        return found[annotation_id]

    def failures(self, limit: int = 100) -> list[tuple[int, str]]:
        """(record id, reason) of records that could not be annotated in their current words, newest first."""
        joined = annotation_failures.join(
            records,
            sa.and_(
                records.c.id == annotation_failures.c.record_id,
                records.c.text_version == annotation_failures.c.text_version,
                records.c.photo_set == annotation_failures.c.photo_set,
            ),
        )
        query = sa.select(annotation_failures.c.record_id, annotation_failures.c.reason).select_from(joined)
        query = query.where(LIVING).order_by(annotation_failures.c.at.desc()).limit(limit)
        return list(self._connection.execute(query).tuples())

    def _select(self, condition: sa.ColumnElement[bool]) -> list[StoredAnnotation]:
        query = (
            sa.select(annotations, models.c.name, models.c.version)
            .join(models, models.c.id == annotations.c.model_id)
            .where(condition)
            .order_by(annotations.c.id.desc())
        )
        return [
            StoredAnnotation(row.id, row.record_id, row.text_version, row.name, row.version, row.document, row.at)
            for row in self._connection.execute(query)
        ]

    def _missing(
        self, model: tuple[str, str], limit: int, after: int, *conditions: sa.ColumnElement[bool]
    ) -> list[StoredRecord]:
        query = sa.select(records.c.id).where(LIVING, records.c.id > after, *conditions, self._open(model, after))
        ids = list(self._connection.execute(query.order_by(records.c.id).limit(limit)).scalars())
        found = self._unit.records.get_many(ids)
        return [found[record_id] for record_id in ids]

    def _photo_sets(self, ids: Collection[int]) -> dict[int, str]:
        found: dict[int, str] = {}
        for piece in pieces(sorted(ids)):
            query = sa.select(records.c.id, records.c.photo_set).where(records.c.id.in_(piece))
            found.update(self._connection.execute(query).tuples().all())
        return found

    def _open(self, model: tuple[str, str], after: int = 0) -> sa.ColumnElement[bool]:
        # What was annotated with the words on photos too says all that the same model says without them: annotated anew
        # those words would vanish from sight.
        name, version = model
        fuller = {version, version.removesuffix(WITH_OCR) + WITH_OCR}
        query = sa.select(models.c.id, models.c.version).where(models.c.name == name, models.c.version.in_(fuller))
        numbers = {found: number for number, found in self._connection.execute(query).tuples()}
        return sa.and_(
            sa.true(),
            *(
                ~sa.exists().where(
                    table.c.record_id == records.c.id,
                    table.c.text_version == records.c.text_version,
                    table.c.photo_set == records.c.photo_set,
                    table.c.model_id.in_(ids),
                    table.c.record_id > after,  # follows, but PostgreSQL does not see it and would begin at the first
                )
                for table, ids in (
                    (annotations, list(numbers.values())),
                    (annotation_failures, [numbers[version]] if version in numbers else []),
                )
                if ids
            ),
        )


def _model_of(fresh: NewAnnotation) -> tuple[str, str]:
    return fresh.annotation.model_name, fresh.annotation.model_version


def suggestion_rows(annotation_id: int, told: Iterable[Suggestion]) -> list[Mapping[str, Any]]:
    """Rows of ``suggestions``."""
    return [
        {
            "annotation_id": annotation_id,
            "position": position,
            "item": one.item.key,
            "confidence": one.confidence,
            "accepted": one.accepted,
            "place": one.place,
            "leans_on": one.leans_on,
        }
        for position, one in enumerate(told)
    ]
