"""Vectors of a space in memory, for a database that cannot search them.

8 bits a number are exact enough to choose the candidates whose true distances are then worked out from the rows.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from biaotu.search.columns import Columns, Mask
from biaotu.store.index import changes
from biaotu.store.index.tables import vectors

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]
_CHUNK = 1 << 18
"""Numbers turned into 32-bit floats at a time: in the processor's cache, so it costs no more than 32-bit storage.

Larger products numpy's BLAS spreads over threads, which makes them ten times slower on a machine with other work to do.
"""
_BATCH = 2000


class Matrix:
    """The vectors of one space."""

    def __init__(self, dimensions: int) -> None:
        self.size = 0
        self._places: dict[int, int] = {}
        self._rows = np.zeros(0, np.int64)
        self._records = np.zeros(0, np.int64)
        self._scales = np.zeros(0, np.float32)
        self._numbers = np.zeros((0, dimensions), np.int8)
        self._slots = np.zeros(0, np.int64)
        self._columns: Columns | None = None
        self._known = 0
        self._moment: changes.Moment | None = None

    def refresh(self, connection: Connection, space_id: int) -> None:
        """Catch up with what the transaction sees."""
        moment = changes.look(connection)
        if moment == self._moment:
            return
        query = sa.select(vectors.c.id, vectors.c.record_id, vectors.c.data).where(vectors.c.space_id == space_id)
        if self._moment is None:
            count = sa.select(sa.func.count()).where(vectors.c.space_id == space_id)
            self._make_room(int(connection.scalar(count) or 0))
        else:
            query = query.where(moment.since(vectors.c.stamp, self._moment))
        result = connection.execute(query, execution_options={"stream_results": True})
        for rows in result.partitions(_BATCH):
            data = np.frombuffer(b"".join(row.data for row in rows), "<f2").astype(np.float32)
            self._put([row.id for row in rows], [row.record_id for row in rows], data.reshape(len(rows), -1))
        self._moment = moment

    def candidates(self, vector: Floats, columns: Columns, mask: Mask, count: int) -> Ints:
        """Row ids of about the nearest ``count`` vectors of the records of a mask, nearest first."""
        slots = self._slots_of(columns)
        allowed = np.flatnonzero(np.append(mask, False)[slots])  # -1 is the one appended
        if not len(allowed):
            return np.zeros(0, np.int64)
        nearness = (products(self._numbers[: self.size], vector) * self._scales[: self.size])[allowed]
        if len(allowed) > count:
            best = np.argpartition(nearness, len(nearness) - count)[len(nearness) - count :]
            allowed, nearness = allowed[best], nearness[best]
        return self._rows[allowed[np.argsort(-nearness, kind="stable")]]

    def _slots_of(self, columns: Columns) -> Ints:
        """The column slot of every vector's record; -1 for records that the index does not hold."""
        if columns is not self._columns:
            self._columns, self._known, self._slots = columns, 0, np.zeros(0, np.int64)
        if len(self._slots) < self.size:
            self._slots = np.concatenate((self._slots, self._look_up(self._records[len(self._slots) : self.size])))
        if len(columns) > self._known:
            unknown = np.flatnonzero(self._slots < 0)
            self._slots[unknown] = self._look_up(self._records[unknown])
            self._known = len(columns)
        return self._slots

    def _look_up(self, records: Ints) -> Ints:
        slots = self._columns.slots if self._columns else {}
        return np.fromiter((slots.get(record, -1) for record in records.tolist()), np.int64, len(records))

    def _put(self, ids: list[int], records: list[int], values: Floats) -> None:
        self._make_room(len(ids))
        places = np.empty(len(ids), np.int64)
        for number, row in enumerate(ids):
            places[number] = place = self._places.setdefault(row, self.size)
            self.size += place == self.size
        scales = np.maximum(np.abs(values).max(axis=1), 1e-9) / 127
        self._rows[places], self._records[places], self._scales[places] = ids, records, scales
        self._numbers[places] = np.round(values / scales[:, None]).astype(np.int8)

    def _make_room(self, more: int) -> None:
        needed = self.size + more
        if needed > len(self._rows):
            extra = max(needed, len(self._rows) * 5 // 4) - len(self._rows)
            self._rows, self._records = np.pad(self._rows, (0, extra)), np.pad(self._records, (0, extra))
            self._scales = np.pad(self._scales, (0, extra))
            self._numbers = np.concatenate((self._numbers, np.zeros((extra, self._numbers.shape[1]), np.int8)))


def products(rows: npt.NDArray[np.number[Any]], vector: Floats) -> Floats:
    """The inner product of every row, of whatever numbers, with a vector."""
    count, width = rows.shape
    step = max(1, _CHUNK // width)
    answer = np.empty(count, np.float32)
    buffer = np.empty((min(step, count), width), np.float32)
    for start in range(0, count, step):
        end = min(start + step, count)
        chunk = buffer[: end - start]
        np.copyto(chunk, rows[start:end])
        np.dot(chunk, vector, out=answer[start:end])
    return answer


class Matrices:
    """The matrices of the spaces that were asked for."""

    def __init__(self) -> None:
        self._matrices: dict[int, Matrix] = {}

    def of(self, connection: Connection, space_id: int, dimensions: int) -> Matrix:
        """The matrix of a space, up to date."""
        matrix = self._matrices.setdefault(space_id, Matrix(dimensions))
        matrix.refresh(connection, space_id)
        return matrix
