"""The records nearest to a vector: by pgvector's index on PostgreSQL, by the matrix in memory on SQLite."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import sqlalchemy as sa

from biaotu.search import QueryError
from biaotu.search.columns import Columns, Mask
from biaotu.store.index.matrix import Matrices, products
from biaotu.store.index.tables import vectors
from biaotu.store.repos.base import pieces
from biaotu.store.schema import record_images
from biaotu.store.vectors import Space, write_vector

if TYPE_CHECKING:
    from biaotu.store.unit import Unit

Floats = npt.NDArray[np.float32]
Scored = dict[int, float]
_SPARE = 100
"""More candidates than wanted: some vectors are photos of one record, some are no longer shown."""
_EXACT = 2_000_000
"""Numbers (records times dimensions) that PostgreSQL compares one by one: walking its index past all other records, to
find these few, would take longer."""
_BEAM = 400
"""Candidates that pgvector keeps at hand at first; it goes on where that is not enough."""
_WALK = sa.text(
    "SELECT set_config('hnsw.iterative_scan', 'strict_order', true), set_config('hnsw.ef_search', :beam, true), "
    "set_config('hnsw.max_scan_tuples', :most, true)"
)
_SHOWN = sa.or_(
    vectors.c.digest == "",
    sa.exists().where(record_images.c.record_id == vectors.c.record_id, record_images.c.digest == vectors.c.digest),
)
"""Vectors of text, and of photos that still show their record."""
_ROWS = sa.select(vectors.c.record_id, vectors.c.data).where(
    # written out: a bound parameter each would cost more than the reading
    vectors.c.id.in_(sa.bindparam("ids", expanding=True, literal_execute=True)),
    _SHOWN,
)


def nearest(
    unit: Unit, matrices: Matrices, columns: Columns, space: Space, vector: Floats, mask: Mask, count: int
) -> Scored:
    """The records of a mask nearest to a vector, best first, with their cosine (of a record's best photo).

    Raises:
        QueryError: if the vector is not as wide as those it is compared with.
    """
    if len(vector) != space.dimensions:
        raise QueryError(
            f"the vector to search by has {len(vector)} numbers, those stored have {space.dimensions}: another model "
            "made them; annotate the store with the present model"
        )
    vector = (vector / np.linalg.norm(vector)).astype("<f2").astype(np.float32)  # as exact as those stored
    if not mask.any():
        return {}
    if unit.postgresql:
        return _by_pgvector(unit, columns, space, vector, mask, count)
    matrix = matrices.of(unit.connection, space.id, space.dimensions)
    wanted = count + _SPARE
    while True:
        rows = matrix.candidates(vector, columns, mask, wanted).tolist()
        found = _ranked(_exact(unit, rows, vector), count)
        if len(found) >= count or len(rows) < wanted:
            return found
        wanted *= 4


def _exact(unit: Unit, rows: list[int], vector: Floats) -> Iterable[tuple[int, float]]:
    """Record and cosine of vectors, from their rows; those that are no longer there drop out."""
    records: list[int] = []
    data: list[bytes] = []
    for piece in pieces(sorted(rows)):
        for record_id, one in unit.connection.execute(_ROWS, {"ids": piece}).all():
            records.append(record_id)
            data.append(one)
    exact = np.frombuffer(b"".join(data), "<f2").reshape(len(data), len(vector)).astype(np.float32)
    cosines = products(exact, vector) / (np.linalg.norm(exact, axis=1) * np.linalg.norm(vector))
    return zip(records, cosines.tolist(), strict=True)


def _by_pgvector(unit: Unit, columns: Columns, space: Space, vector: Floats, mask: Mask, count: int) -> Scored:
    """Walk pgvector's index until enough records of the mask are found; compare one by one where they are few."""
    width = f"halfvec({space.dimensions:d})"  # written out, as is the space: the planner matches the index by its words
    query = (
        f"SELECT record_id, (data::{width}) <=> CAST(:vector AS {width}) AS distance, "
        "digest = '' OR EXISTS (SELECT FROM record_images AS shown "
        "WHERE shown.record_id = vectors.record_id AND shown.digest = vectors.digest) AS shown "
        f"FROM vectors WHERE space_id = {space.id:d}"
    )
    values = {"vector": write_vector(vector, text=True)}
    allowed = int(np.count_nonzero(mask))
    if allowed * space.dimensions <= _EXACT:
        few = sa.text(  # materialized, so that no index is walked
            f"WITH few AS MATERIALIZED ({query} AND record_id = ANY(CAST(:ids AS bigint[]))) "
            "SELECT record_id, min(distance) AS distance FROM few WHERE shown "
            "GROUP BY record_id ORDER BY min(distance), record_id LIMIT :wanted"
        )
        compared = unit.connection.execute(few, values | {"ids": columns.ids[mask].tolist(), "wanted": count + _SPARE})
        return _ranked(((row.record_id, 1 - row.distance) for row in compared), count)
    walk = sa.text(query + " ORDER BY distance LIMIT :wanted")
    wanted = int(1.3 * count * len(columns) / allowed) + _SPARE
    while True:
        unit.connection.execute(_WALK, {"beam": str(min(wanted, _BEAM)), "most": str(max(20000, 4 * wanted))})
        rows = unit.connection.execute(walk, values | {"wanted": wanted}).all()
        inside = [
            (row.record_id, 1 - row.distance)
            for row in rows
            if row.shown and (slot := columns.slots.get(row.record_id)) is not None and mask[slot]
        ]
        found = _ranked(inside, count)
        if len(found) >= count or len(rows) < wanted:
            return found
        wanted *= 4


def _ranked(found: Iterable[tuple[int, float]], count: int) -> Scored:
    """Each record once, with its best score to five places; best first, equal ones by id."""
    best: Scored = {}
    for record_id, score in found:
        best[record_id] = max(best.get(record_id, -2.0), score)
    rounded = sorted(((-round(score, 5), record_id) for record_id, score in best.items()))
    return {record_id: -score for score, record_id in rounded[:count]}
