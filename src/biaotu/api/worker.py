"""The background worker: one thread that takes up waiting jobs, one after the other, and outlasts restarts.

A job is a row in the store. Its work is cut in pieces that each stand when done, so a job whose server died is simply
taken up again and goes on; nothing is kept in memory that the store does not have.
"""

from __future__ import annotations

import logging
import os
import platform
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from typing import Final

from biaotu.errors import BiaotuError, Busy
from biaotu.store import Actor, Job, JobState, Store

IDLE_SECONDS: Final = 2.0
"""How often the worker looks for jobs that it was not woken for (another server's, or one left by a dead one)."""
TELL_SECONDS: Final = 0.5
"""How often progress is written at most; each time is a write to the database."""

_log = logging.getLogger("biaotu.api.worker")


class Stopped(Exception):  # noqa: N818 - no error: a person or the server's end asked for it
    """Raised by a job's work that ended early because ``Progress.stopped`` said so; what it has done stands."""


class Progress:
    """What a job's work tells how far it is, and asks whether to go on.

    Args:
        write: writes progress (done, total, message) to the store; returns the job as it then is.
        stopping: whether the server is about to end.
    """

    def __init__(self, write: Callable[[int, int | None, str], Job], stopping: Callable[[], bool]) -> None:
        self._write = write
        self._stopping = stopping
        self._written = 0.0
        self._cancelled = False

    def tell(self, done: int, total: int | None = None, message: str = "") -> None:
        """Say how far the work is; cheap, written at most every ``TELL_SECONDS`` and at the end."""
        now = time.monotonic()
        if now - self._written >= TELL_SECONDS or done == total:
            self._cancelled = self._write(done, total, message).cancel
            self._written = now

    def stopped(self) -> bool:
        """Whether the work should end now, between two pieces."""
        return self._cancelled or self._stopping()


Work = Callable[[Job, Progress], str]
"""Does a kind of job; returns its last words or raises ``Stopped``."""


class Worker:
    """Runs jobs in a thread of its own.

    Args:
        store: where the jobs are.
        works: what to do for each kind of job.
        elsewhere: tells the process that does the work of a new job, if that is not this one; it is not started then.
    """

    def __init__(self, store: Store, works: Mapping[str, Work], elsewhere: Callable[[], None] | None = None) -> None:
        self._store = store
        self._works = works
        self._elsewhere = elsewhere
        self.name = f"{platform.node()}:{os.getpid()}:{secrets.token_hex(3)}"
        self._actor = Actor.system("worker")
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin; jobs that a dead server of this machine left running are taken up at once."""
        self._revive()
        self._thread = threading.Thread(target=self._run, name="biaotu-worker", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """Look for a job now."""
        if self._elsewhere is None:
            self._wake.set()
        else:
            self._elsewhere()

    def stop(self, timeout: float = 120) -> None:
        """End after the piece of work at hand; a job in the middle waits for the next start."""
        self._stopping.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join(timeout)

    def _revive(self) -> None:
        with self._store.writing(self._actor) as unit:
            for job in unit.jobs.open():
                if job.state == "running" and job.worker is not None and is_dead(job.worker):
                    unit.jobs.release(job.id, job.worker)

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._wake.clear()
            try:
                with self._store.writing(self._actor) as unit:
                    job = unit.jobs.claim(self.name)
                if job is not None:
                    self._do(job)
                    continue
            except Exception:  # the database may be away for a while; the worker must still be there afterwards
                _log.exception("the worker could not go on; it tries again")
            self._wake.wait(IDLE_SECONDS)

    def _do(self, job: Job) -> None:
        """One job from taking up to its end."""

        def write(done: int, total: int | None, message: str) -> Job:
            with self._store.writing(self._actor) as unit:
                return unit.jobs.progress(job.id, self.name, done, total, message)

        try:
            if job.cancel:
                raise Stopped
            message = self._work(job)(job, Progress(write, self._stopping.is_set))
        except (Stopped, Busy) as stop:
            if isinstance(stop, Busy) or self._stopping.is_set():
                self._release(job)
            else:
                self._finish(job, "cancelled", "")
        except BiaotuError as error:
            self._finish(job, "failed", str(error))
        except Exception as error:
            number = secrets.token_hex(4)
            _log.exception("failure %s in job %d", number, job.id)
            self._finish(job, "failed", f"failure {number} ({type(error).__name__}); the server's log tells more")
        else:
            self._finish(job, "done", message)

    def _work(self, job: Job) -> Work:
        work = self._works.get(job.kind)
        if work is None:
            raise BiaotuError(f"this version of biaotu knows no job {job.kind!r}")
        return work

    def _finish(self, job: Job, state: JobState, message: str) -> None:
        with self._store.writing(self._actor) as unit:
            unit.jobs.finish(job.id, self.name, state, message)

    def _release(self, job: Job) -> None:
        with self._store.writing(self._actor) as unit:
            unit.jobs.release(job.id, self.name)


def is_dead(worker: str) -> bool:
    """Whether a worker was of this machine and its process is gone; of other machines only their silence tells."""
    host, _, rest = worker.rpartition(":")[0].rpartition(":")
    if host != platform.node() or not rest.isdecimal() or os.name == "nt":
        return False
    if int(rest) == os.getpid():
        return True  # an earlier one of this process, or one whose number came around again
    try:
        os.kill(int(rest), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False
