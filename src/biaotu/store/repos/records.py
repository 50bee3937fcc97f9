"""Records and the versions of their words."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

import sqlalchemy as sa

from biaotu.errors import Conflict, NotFound, Refused
from biaotu.records import Notice
from biaotu.review import STATES, State, uncertainty
from biaotu.store.repos.base import Repository, notices_out, pieces
from biaotu.store.repos.copying import insert_many
from biaotu.store.repos.reading import LIVING, records_of, stored_records, text_version
from biaotu.store.schema import record_versions, records
from biaotu.store.values import NewRecord, StoredRecord, TextVersion

LONGEST_NAME: Final = 200
"""Code points of a number, a museum, a collection; PostgreSQL indexes no long ones."""
_UNKEEPABLE: Final = re.compile("[\\x00\ud800-\udfff]")


class RecordRepository(Repository):
    """Adds and revises records. Removed ones stay in the tables but are never given out."""

    def add(self, record: NewRecord) -> int:
        """Add one record; see ``add_many``."""
        return self.add_many([record])[0]

    def add_many(self, fresh: Sequence[NewRecord]) -> list[int]:
        """Add records; their ids in the order given.

        Raises:
            Conflict: if a number is taken in its museum; nothing of this unit should be kept then.
            Refused: if a text holds characters that a database cannot keep, or a number or name is too long.
        """
        if not fresh:
            return []
        for record in fresh:
            keepable(record)
        now, doubt = self._unit.now(), uncertainty(())
        rows = [
            {
                "museum": record.museum,
                "collection": record.collection,
                "number": record.number,
                "text_version": 1,
                "photo_set": "",
                "import_id": record.import_id,
                "created_at": now,
                "updated_at": now,
                "state": "new",
                "revision": 0,
                "uncertainty": doubt,
            }
            for record in fresh
        ]
        statement = sa.insert(records).returning(records.c.id, sort_by_parameter_order=True)
        try:
            ids = list(self._connection.execute(statement, rows).scalars())
        except sa.exc.IntegrityError as error:
            raise Conflict("a record of this museum and number is there already; update it instead") from error
        words = [
            self._version(
                record_id, 1, record.title, record.description, record.extra, record.notices, record.import_id
            )
            for record_id, record in zip(ids, fresh, strict=True)
        ]
        insert_many(self._unit, record_versions, words)
        return ids

    def revise(
        self,
        record_id: int,
        title: str,
        description: str,
        extra: Mapping[str, Any],
        import_id: int | None = None,
        *,
        notices: Sequence[Notice] = (),
        collection: str | None = None,
    ) -> int:
        """Give a record new words as a new version; annotations and span decisions stay with the old one.

        Returns:
            The number of the new version.

        Raises:
            NotFound: if there is no such record.
            Refused: if a text holds characters that a database cannot keep.
        """
        keepable(NewRecord("", title, description, collection=collection or ""))
        self.lock([record_id])
        newest = sa.select(sa.func.max(record_versions.c.version)).where(record_versions.c.record_id == record_id)
        version = int(self._connection.execute(newest).scalar_one()) + 1
        words = self._version(record_id, version, title, description, extra, notices, import_id)
        self._connection.execute(sa.insert(record_versions), [words])
        self._turn_to(record_id, version, collection)
        return version

    def revert(self, record_id: int, version: int, *, collection: str | None = None) -> None:
        """Make an older version of the words the current one again.

        Raises:
            NotFound: if there is no such record or version.
        """
        self.lock([record_id])
        if version not in {known.version for known in self.versions(record_id)}:
            raise NotFound(f"record {record_id} has no version {version}")
        self._turn_to(record_id, version, collection)

    def _turn_to(self, record_id: int, version: int, collection: str | None) -> None:
        values: dict[str, Any] = {"text_version": version, "updated_at": self._unit.now()}
        if collection is not None:
            values["collection"] = collection
        self._connection.execute(sa.update(records).where(records.c.id == record_id).values(values))
        self._unit.decisions.refresh([record_id])

    def remove(self, ids: Sequence[int]) -> None:
        """Hide records from everywhere and free their numbers; nothing is deleted."""
        now = self._unit.now()
        for piece in pieces(ids):
            change = sa.update(records).where(records.c.id.in_(piece), LIVING)
            self._connection.execute(
                change.values(removed_at=now, updated_at=now, lease_user_id=None, lease_until=None)
            )
            self._unit.decisions.refresh(piece)

    def get(self, record_id: int) -> StoredRecord:
        """One record.

        Raises:
            NotFound: if there is none.
        """
        found = records_of(self._connection, [record_id])
        if not found:
            raise NotFound(f"there is no record {record_id}")
        return found[0]

    def get_many(self, ids: Sequence[int]) -> dict[int, StoredRecord]:
        """Those of the records that are there."""
        found = (records_of(self._connection, piece) for piece in pieces(ids))
        return {record.id: record for piece in found for record in piece}

    def by_number(self, museum: str, number: str) -> StoredRecord:
        """The record of a museum's number.

        Raises:
            NotFound: if there is none.
        """
        found = self.find(museum, [number])
        if number not in found:
            raise NotFound(f"there is no record {number!r}" + (f" of {museum}" if museum else ""))
        return found[number]

    def find(self, museum: str, numbers: Sequence[str]) -> dict[str, StoredRecord]:
        """Those of a museum's numbers that are there."""
        found: dict[str, StoredRecord] = {}
        for piece in pieces(numbers):
            condition = sa.and_(records.c.museum == museum, records.c.number.in_(piece))
            found.update({record.number: record for record in stored_records(self._connection, condition)})
        return found

    def versions(self, record_id: int) -> list[TextVersion]:
        """All versions of a record's words, oldest first; those of a removed record too."""
        query = sa.select(record_versions).where(record_versions.c.record_id == record_id)
        return [text_version(row) for row in self._connection.execute(query.order_by(record_versions.c.version))]

    def counts(self) -> dict[State, int]:
        """How many records are in each state."""
        query = sa.select(records.c.state, sa.func.count()).where(LIVING).group_by(records.c.state)
        found: dict[State, int] = dict(self._connection.execute(query).tuples().all())
        return {state: found.get(state, 0) for state in STATES}

    def museums(self) -> list[str]:
        """The museums that records are of, sorted."""
        # From one to the next by the index of numbers: there are few of them, and DISTINCT would read every record.
        first = sa.select(sa.func.min(records.c.museum).label("museum")).where(LIVING)
        walk = first.cte("walk", recursive=True)
        following = first.where(records.c.museum > walk.c.museum).scalar_subquery()
        walk = walk.union_all(sa.select(following).where(walk.c.museum.is_not(None)))
        query = sa.select(walk.c.museum).where(walk.c.museum.is_not(None)).order_by(walk.c.museum)
        return list(self._connection.execute(query).scalars())

    def lock(self, ids: Sequence[int]) -> None:
        """Keep others from changing records until the unit ends; on SQLite a writing unit holds the whole store.

        Raises:
            NotFound: if one of them is not there.
        """
        if missing := sorted(set(ids) - self.lock_living(ids)):
            raise NotFound(f"there is no record {', '.join(map(str, missing))}")

    def lock_living(self, ids: Sequence[int]) -> set[int]:
        """Like ``lock``, for those of the records that are there; which these are."""
        locked: set[int] = set()
        for piece in pieces(sorted(set(ids))):
            query = sa.select(records.c.id).where(LIVING, records.c.id.in_(piece)).order_by(records.c.id)
            locked.update(self._connection.execute(query.with_for_update()).scalars())
        return locked

    def _version(
        self,
        record_id: int,
        version: int,
        title: str,
        description: str,
        extra: Mapping[str, Any],
        notices: Sequence[Notice],
        import_id: int | None,
    ) -> dict[str, Any]:
        return {
            "record_id": record_id,
            "version": version,
            "title": title,
            "description": description,
            "extra": dict(extra),
            "notices": notices_out(notices),
            "import_id": import_id,
            "at": self._unit.now(),
        }


def keepable(record: NewRecord) -> None:
    """See that a database can keep the texts of a record; Refused if not."""
    for name in ("number", "museum", "collection"):
        if len(getattr(record, name)) > LONGEST_NAME:
            raise Refused(f"the {name} has more than {LONGEST_NAME} characters: {getattr(record, name)[:20]}...")
    for name in ("number", "museum", "collection", "title", "description"):
        if found := _UNKEEPABLE.search(getattr(record, name)):
            sign = f"U+{ord(found.group()):04X}"
            raise Refused(
                f"the {name} holds {sign} at character {found.start() + 1}, which no database keeps; remove it"
            )
