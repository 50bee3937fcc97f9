"""Background jobs: a queue in a table. A worker gives a heartbeat; a job whose worker fell silent is taken up again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

import sqlalchemy as sa

from biaotu.errors import NotFound, Refused
from biaotu.store.repos.base import Repository
from biaotu.store.schema import jobs
from biaotu.store.values import Job, JobState

SILENT: Final = timedelta(seconds=60)
"""A worker that gave no heartbeat for so long is taken for dead."""


class JobRepository(Repository):
    """Background jobs."""

    def add(self, kind: str, settings: Mapping[str, Any] | None = None, total: int | None = None) -> Job:
        """Put a job into the queue."""
        values = {
            "kind": kind,
            "settings": dict(settings or {}),
            "state": "waiting",
            "done": 0,
            "total": total,
            "message": "",
            "cancel": False,
            "user_id": self._user_id,
            "actor": self._unit.actor.name,
            "created_at": self._unit.now(),
        }
        job_id = self._connection.execute(sa.insert(jobs).returning(jobs.c.id), values).scalar_one()
        self._unit.audit.add("job.add", f"job:{job_id}", {"kind": kind})
        return self.get(job_id)

    def claim(self, worker: str) -> Job | None:
        """The oldest job that waits, or whose worker fell silent, now ``worker``'s; None if there is none."""
        now = self._unit.now()
        silent = sa.and_(jobs.c.state == "running", jobs.c.heartbeat_at < now - SILENT)
        query = sa.select(jobs.c.id).where(sa.or_(jobs.c.state == "waiting", silent)).order_by(jobs.c.id).limit(1)
        job_id = self._connection.execute(query.with_for_update(skip_locked=True)).scalar_one_or_none()
        if job_id is None:
            return None
        started = sa.func.coalesce(jobs.c.started_at, now, type_=jobs.c.started_at.type)
        values = {"state": "running", "worker": worker, "started_at": started, "heartbeat_at": now}
        self._connection.execute(sa.update(jobs).where(jobs.c.id == job_id).values(values))
        return self.get(job_id)

    def progress(self, job_id: int, worker: str, done: int, total: int | None = None, message: str = "") -> Job:
        """Say how far a job is; this is the heartbeat too. Look at ``cancel`` of what comes back.

        Raises:
            Refused: if the job is no longer this worker's: stop.
        """
        values: dict[str, Any] = {"done": done, "heartbeat_at": self._unit.now(), "message": message}
        if total is not None:
            values["total"] = total
        return self._change(job_id, worker, values)

    def finish(self, job_id: int, worker: str, state: JobState, message: str = "") -> Job:
        """End a job: done, failed or cancelled.

        Raises:
            Refused: if the job is no longer this worker's.
        """
        job = self._change(job_id, worker, {"state": state, "message": message, "finished_at": self._unit.now()})
        self._unit.audit.add(f"job.{state}", f"job:{job_id}", {"kind": job.kind})
        return job

    def release(self, job_id: int, worker: str) -> Job:
        """Put a running job back into the queue, for the next worker.

        Raises:
            Refused: if the job is no longer this worker's.
        """
        return self._change(job_id, worker, {"state": "waiting", "worker": None})

    def cancel(self, job_id: int) -> Job:
        """Ask a running job to stop; a waiting one ends at once, an ended one stays as it is.

        Raises:
            NotFound: if there is no such job.
        """
        now = self._unit.now()
        waiting = sa.update(jobs).where(jobs.c.id == job_id, jobs.c.state == "waiting")
        self._connection.execute(waiting.values(state="cancelled", cancel=True, finished_at=now))
        running = sa.update(jobs).where(jobs.c.id == job_id, jobs.c.state == "running")
        self._connection.execute(running.values(cancel=True))
        job = self.get(job_id)
        self._unit.audit.add("job.cancel", f"job:{job_id}", {"kind": job.kind})
        return job

    def get(self, job_id: int) -> Job:
        """One job.

        Raises:
            NotFound: if there is none.
        """
        row = self._connection.execute(sa.select(jobs).where(jobs.c.id == job_id)).one_or_none()
        if row is None:
            raise NotFound(f"there is no job {job_id}")
        return _job(row)

    def list(self, limit: int = 100) -> tuple[Job, ...]:
        """The newest jobs, newest first."""
        query = sa.select(jobs).order_by(jobs.c.id.desc()).limit(limit)
        return tuple(_job(row) for row in self._connection.execute(query))

    def open(self, kind: str | None = None) -> tuple[Job, ...]:
        """Jobs that wait or run, oldest first."""
        query = sa.select(jobs).where(jobs.c.state.in_(("waiting", "running")))
        if kind is not None:
            query = query.where(jobs.c.kind == kind)
        return tuple(_job(row) for row in self._connection.execute(query.order_by(jobs.c.id)))

    def _change(self, job_id: int, worker: str, values: Mapping[str, Any]) -> Job:
        own = sa.and_(jobs.c.id == job_id, jobs.c.worker == worker, jobs.c.state == "running")
        if self._connection.execute(sa.update(jobs).where(own).values(dict(values))).rowcount != 1:
            raise Refused(f"job {job_id} is no longer {worker}'s; another worker took it over or it has ended")
        return self.get(job_id)


def _job(row: sa.Row[Any]) -> Job:
    return Job(**row._asdict())
