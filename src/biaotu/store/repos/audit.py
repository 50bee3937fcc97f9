"""The audit log: who did what, when; rows are only ever added."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from biaotu.store.cursors import read_cursor, write_cursor
from biaotu.store.repos.base import Repository
from biaotu.store.schema import audit
from biaotu.store.values import AuditEntry, Page


class AuditRepository(Repository):
    """The audit log."""

    def add(self, action: str, object: str = "", detail: Mapping[str, Any] | None = None) -> None:
        """Write a line in the name of the unit's actor.

        Args:
            action: what was done, as ``record.decide``.
            object: to what, as ``record:17``.
            detail: more, as JSON; never a password or secret.
        """
        row = {
            "at": self._unit.now(),
            "user_id": self._user_id,
            "actor": self._unit.actor.name,
            "action": action,
            "object": object,
            "detail": dict(detail or {}),
        }
        self._connection.execute(sa.insert(audit), [row])

    def page(self, cursor: str | None = None, limit: int = 100, *, object: str | None = None) -> Page[AuditEntry]:
        """The log, newest first; of one object if ``object`` names it."""
        query = sa.select(audit)
        if object is not None:
            query = query.where(audit.c.object == object)
        if cursor is not None:
            query = query.where(audit.c.id < read_cursor(cursor, int)[0])
        rows = self._connection.execute(query.order_by(audit.c.id.desc()).limit(limit + 1)).all()
        more = write_cursor(rows[limit - 1].id) if len(rows) > limit else None
        return Page(tuple(AuditEntry(**row._asdict()) for row in rows[:limit]), more)
