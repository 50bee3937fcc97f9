"""Vectors of records and photos: what search by meaning, by picture and for similar relics compares."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from biaotu.errors import StoreError
from biaotu.search.types import VECTOR_KINDS, VectorKind
from biaotu.store.index import changes
from biaotu.store.index.tables import vector_spaces, vectors
from biaotu.store.repos.base import Repository, pieces
from biaotu.store.repos.inserts import insert_new
from biaotu.store.schema import records

Floats = npt.NDArray[np.float32]
MAX_DIMENSIONS = 4000
"""pgvector indexes no longer half vectors."""


# Made once: every search by vector asks them.
_NEWEST = (
    sa.select(vector_spaces)
    .where(vector_spaces.c.kind == sa.bindparam("kind"))
    .order_by(vector_spaces.c.id.desc())
    .limit(1)
)
_OF_RECORD = (
    sa.select(vectors.c.digest, vectors.c.data)
    .where(vectors.c.space_id == sa.bindparam("space"), vectors.c.record_id == sa.bindparam("record"))
    .order_by(vectors.c.digest)
)


@dataclass(frozen=True, slots=True)
class Space:
    """Vectors of one kind by one model."""

    id: int
    kind: str
    model: str
    dimensions: int


@dataclass(frozen=True, slots=True, eq=False)
class StoredVector:
    """A unit vector of a record, or of one of its photos (``digest``)."""

    record_id: int
    digest: str | None
    model: str
    vector: Floats


class VectorRepository(Repository):
    """Vectors, kept as unit vectors of 16-bit floats."""

    def put(self, kind: VectorKind, model: str, rows: Iterable[tuple[int, str | None, Floats]]) -> None:
        """Add vectors or replace those of the same record and photo.

        Args:
            kind: what they were made of and for.
            model: name and version of the model that made them.
            rows: record id, photo digest (None for vectors of text), vector of any length but zero.

        Raises:
            StoreError: if a vector is zero, not finite, or not as wide as the others of its kind and model.
        """
        rows = sorted(rows, key=lambda row: (row[0], row[1] or ""))
        if not rows:
            return
        space = self._space(kind, model, len(rows[0][2]))
        stamp = changes.stamp(self._connection)
        values = [
            {
                "space_id": space.id,
                "record_id": record_id,
                "digest": digest or "",
                "stamp": stamp,
                "data": write_vector(_unit(vector, space), text=self._unit.postgresql),
            }
            for record_id, digest, vector in rows
        ]
        insert = (postgresql if self._unit.postgresql else sqlite).insert(vectors)
        replaced = {"stamp": insert.excluded.stamp, "data": insert.excluded.data}
        statement = insert.on_conflict_do_update(index_elements=["space_id", "record_id", "digest"], set_=replaced)
        for piece in pieces(values):
            self._connection.execute(statement, piece)

    def get(self, kind: VectorKind, record_id: int) -> list[StoredVector]:
        """A record's vectors of a kind in the space that is searched, by photo digest."""
        space = self.newest(kind)
        if space is None:
            return []
        return [
            StoredVector(record_id, row.digest or None, space.model, read_vector(row.data))
            for row in self._connection.execute(_OF_RECORD, {"space": space.id, "record": record_id})
        ]

    def missing(self, kind: VectorKind, model: str, limit: int, after: int = 0) -> list[int]:
        """Ids above ``after`` of records that have no vector of a kind by a model, lowest first."""
        have = sa.exists().where(
            vectors.c.record_id == records.c.id,
            vectors.c.space_id == vector_spaces.c.id,
            vector_spaces.c.kind == kind,
            vector_spaces.c.model == model,
        )
        query = sa.select(records.c.id).where(records.c.removed_at.is_(None), records.c.id > after, ~have)
        return list(self._connection.execute(query.order_by(records.c.id).limit(limit)).scalars())

    def newest(self, kind: VectorKind) -> Space | None:
        """The space that is searched for a kind: the one that was added last."""
        row = self._connection.execute(_NEWEST, {"kind": kind}).one_or_none()
        return None if row is None else Space(**row._asdict())

    def forget(self, kind: VectorKind, model: str) -> None:
        """Delete all vectors of a kind by a model."""
        where = sa.and_(vector_spaces.c.kind == kind, vector_spaces.c.model == model)
        number = self._connection.scalar(sa.select(vector_spaces.c.id).where(where))
        if number is None:
            return
        self._connection.execute(sa.delete(vectors).where(vectors.c.space_id == number))
        self._connection.execute(sa.delete(vector_spaces).where(vector_spaces.c.id == number))
        if self._unit.postgresql:
            self._connection.execute(sa.text(f"DROP INDEX IF EXISTS ix_vectors_near_{number:d}"))

    def _space(self, kind: VectorKind, model: str, dimensions: int) -> Space:
        if kind not in VECTOR_KINDS:
            raise StoreError(f"unknown kind of vectors {kind!r}; use one of {', '.join(VECTOR_KINDS)}")
        if not 1 <= dimensions <= MAX_DIMENSIONS:
            raise StoreError(f"a vector has 1 to {MAX_DIMENSIONS} numbers, not {dimensions}")
        query = sa.select(vector_spaces).where(vector_spaces.c.kind == kind, vector_spaces.c.model == model)
        row = self._connection.execute(query).one_or_none()
        if row is None:
            values = {"kind": kind, "model": model, "dimensions": dimensions}
            self._connection.execute(insert_new(self._unit, vector_spaces).values(values))
            row = self._connection.execute(query).one()
            if self._unit.postgresql:
                self._index_space(row.id, row.dimensions)
        return Space(**row._asdict())

    def _index_space(self, number: int, dimensions: int) -> None:
        """An HNSW index for one space; all spaces share a table, whose column therefore has no width of its own."""
        self._connection.execute(sa.text(f"DROP INDEX IF EXISTS ix_vectors_near_{number:d}"))
        self._connection.execute(
            sa.text(
                f"CREATE INDEX ix_vectors_near_{number:d} ON vectors "
                f"USING hnsw ((data::halfvec({dimensions:d})) halfvec_cosine_ops) WHERE space_id = {number:d}"
            )
        )


def write_vector(vector: Floats, *, text: bool) -> bytes | str:
    """A vector for the database: pgvector's text, or bytes."""
    half = vector.astype("<f2")
    return "[" + ",".join(map(repr, half.tolist())) + "]" if text else half.tobytes()


def read_vector(data: bytes | str) -> Floats:
    """A vector from the database."""
    if isinstance(data, str):
        return np.array(data[1:-1].split(","), np.float32)
    return np.frombuffer(data, "<f2").astype(np.float32)


def _unit(vector: Floats, space: Space) -> Floats:
    values = np.asarray(vector, np.float32)
    length = float(np.linalg.norm(values))
    if values.shape != (space.dimensions,) or not np.isfinite(length) or length == 0:
        raise StoreError(
            f"a vector of kind {space.kind} by {space.model} has {space.dimensions} finite numbers, not all zero; "
            f"this one has shape {values.shape} and length {length}"
        )
    return values / length


__all__: Sequence[str] = ["Space", "StoredVector", "VectorRepository", "read_vector", "write_vector"]
