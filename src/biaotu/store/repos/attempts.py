"""Attempts in a window of time, counted for all who share the store: processes, machines, and the next start."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from biaotu.store.repos.base import Repository
from biaotu.store.schema import attempts


class AttemptRepository(Repository):
    """Attempts by key; of a key only its SHA-256 is kept, since people type passwords where names belong."""

    def count(self, key: str, limit: int, window: timedelta) -> timedelta | None:
        """Count one attempt, unless there were too many.

        Attempts at the same moment come one after the other, so that none slips through.

        Args:
            key: what is attempted, or by whom.
            limit: attempts within the window.
            window: how long an attempt counts.

        Returns:
            None if it was counted; how long to wait if there were ``limit`` in the window already.
        """
        hashed, now = _hashed(key), self._unit.now()
        if self._unit.postgresql:  # SQLite's write lock is held already
            turn = int(hashed[:15], 16)
            self._connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": turn})
        own = attempts.c.key == hashed
        self._connection.execute(sa.delete(attempts).where(own, attempts.c.at <= now - window))
        # What lies ahead was counted before the clock was set back, and must not lock anybody out until then.
        query = sa.select(attempts.c.at).where(own, attempts.c.at < now + window).order_by(attempts.c.at)
        made: Sequence[datetime] = self._connection.execute(query).scalars().all()
        if len(made) >= limit:
            return made[-limit] + window - now
        self._connection.execute(sa.insert(attempts).values(key=hashed, at=now))
        return None

    def forget(self, key: str) -> None:
        """Delete a key's attempts."""
        self._connection.execute(sa.delete(attempts).where(attempts.c.key == _hashed(key)))

    def purge(self, window: timedelta) -> int:
        """Delete attempts that count no longer; how many."""
        gone = sa.delete(attempts).where(attempts.c.at <= self._unit.now() - window)
        return self._connection.execute(gone).rowcount


def _hashed(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()
