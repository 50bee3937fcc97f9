"""What is to be reviewed next, and who has it in hand."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt
import sqlalchemy as sa

from biaotu.errors import Refused
from biaotu.review import State, label_named, next_records
from biaotu.store.repos.base import Repository
from biaotu.store.repos.reading import LIVING, summaries
from biaotu.store.schema import record_items, records
from biaotu.store.values import RecordSummary
from biaotu.taxonomy import LABELS

Order = Literal["uncertainty", "active", "oldest"]
Ids = list[int]
Rows = list[tuple[Any, int]]

OPEN: Final[tuple[State, ...]] = ("annotated", "in_review", "returned")
"""States in which a record waits for a reviewer's hand, unless another state is asked for."""
LEASE: Final = timedelta(minutes=10)
POOL: Final = 300
"""Active learning chooses among the most uncertain records, so many."""
SEEN: Final = 200
"""... unlike the last so many that were submitted or approved."""
TRIES: Final = 60
"""Candidates looked at for one that nobody takes at the same moment."""
_COLUMN: Final = {label_named(name).key: column for column, name in enumerate(LABELS)}


class QueueRepository(Repository):
    """The queue of records to review."""

    def list(
        self, order: Order = "uncertainty", state: State | None = None, limit: int = 50
    ) -> tuple[RecordSummary, ...]:
        """The head of the queue.

        Args:
            order: ``uncertainty``: the most uncertain first; ``active``: uncertain ones, unlike each other; ``oldest``:
                the longest unchanged first.
            state: only this state; by default those in which a record waits to be worked on.
            limit: how many at most.
        """
        ids = self._candidates(order, OPEN if state is None else (state,), limit, sa.true())
        found = summaries(self._connection, ids)
        return tuple(found[record_id] for record_id in ids)

    def take(self, order: Order = "uncertainty", skip: Collection[int] = (), state: State | None = None) -> int | None:
        """Take the next record that nobody else has in hand; it is the actor's for ten minutes.

        What the actor took before and skips now is given back.

        Args:
            order: as in ``list``.
            skip: records that the actor does not want now.
            state: as in ``list``.

        Returns:
            The record's id; None if nothing is left.

        Raises:
            Refused: if the actor is no user.
        """
        if self._user_id is None:
            raise Refused("only a user can take a record from the queue")
        states = OPEN if state is None else (state,)
        now = self._unit.now()
        own = records.c.lease_user_id == self._user_id
        if skip:
            given_back = sa.update(records).where(own, records.c.id.in_(skip))
            self._connection.execute(given_back.values(lease_user_id=None, lease_until=None))
        free = sa.and_(
            sa.or_(records.c.lease_until.is_(None), records.c.lease_until <= now, own), records.c.id.not_in(skip)
        )
        for record_id in self._candidates(order, states, TRIES, free):
            query = sa.select(records.c.id).where(records.c.id == record_id, LIVING, records.c.state.in_(states), free)
            if self._connection.execute(query.with_for_update(skip_locked=True)).one_or_none() is not None:
                lease = sa.update(records).where(records.c.id == record_id)
                self._connection.execute(lease.values(lease_user_id=self._user_id, lease_until=now + LEASE))
                return record_id
        return None

    def release(self, record_id: int) -> None:
        """Give a record back that the actor has in hand."""
        own = sa.and_(records.c.id == record_id, records.c.lease_user_id == self._user_id)
        self._connection.execute(sa.update(records).where(own).values(lease_user_id=None, lease_until=None))

    def _candidates(
        self, order: Order, states: Sequence[State], limit: int, condition: sa.ColumnElement[bool]
    ) -> Sequence[int]:
        if order == "active":
            return self._active(states, limit, condition)
        rising = order == "oldest"
        column = records.c.updated_at if rising else records.c.uncertainty
        sorting = (column, records.c.id) if rising else (column.desc(), records.c.id.desc())
        rows: Rows = []
        for state in states:  # one index range each; the heads are merged here
            query = sa.select(column, records.c.id).where(LIVING, records.c.state == state, condition)
            rows += self._connection.execute(query.order_by(*sorting).limit(limit)).tuples().all()
        rows.sort(reverse=not rising)
        return [record_id for _, record_id in rows[:limit]]

    def _active(self, states: Sequence[State], limit: int, condition: sa.ColumnElement[bool]) -> Sequence[int]:
        pool = self._candidates("uncertainty", states, max(POOL, limit), condition)
        if not pool:
            return []
        query = sa.select(records.c.id, records.c.uncertainty).where(records.c.id.in_(pool))
        doubts = dict(self._connection.execute(query).tuples().all())
        seen = [one for one in self._lately_reviewed() if one not in set(pool)]
        chosen = next_records(
            [doubts[record_id] for record_id in pool],
            self._vectors(pool),
            limit,
            seen=self._vectors(seen) if seen else None,
        )
        return [pool[place] for place in chosen]

    def _lately_reviewed(self) -> Sequence[int]:
        found: Ids = []
        for state in ("submitted", "approved"):
            query = sa.select(records.c.id).where(LIVING, records.c.state == state)
            found += self._connection.execute(query.order_by(records.c.updated_at.desc()).limit(SEEN)).scalars().all()
        return found

    def _vectors(self, ids: Sequence[int]) -> npt.NDArray[np.float32]:
        """What the model says of the labels of records, ``[n, 24]`` in the order of ``LABELS``; 0 if nothing."""
        vectors = np.zeros((len(ids), len(LABELS)), np.float32)
        places = {record_id: place for place, record_id in enumerate(ids)}
        query = sa.select(record_items.c.record_id, record_items.c.item, record_items.c.confidence)
        query = query.where(record_items.c.record_id.in_(ids), record_items.c.kind == "label")
        for record_id, item, confidence in self._connection.execute(query).tuples():
            vectors[places[record_id], _COLUMN[item]] = max(confidence, 0.0)
        return vectors
