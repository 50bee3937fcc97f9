"""The background worker: progress, cancelling, failing, stopping, and jobs of servers that were killed."""

from __future__ import annotations

import platform
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping

import pytest

from api_fixtures import CLI
from biaotu.api import worker as module
from biaotu.api.worker import Progress, Stopped, Work, Worker, is_dead
from biaotu.errors import Busy, InputError
from biaotu.store import Job, Store

pytest_plugins = ("store_fixtures", "api_fixtures")

Start = Callable[[Mapping[str, Work]], Worker]


@pytest.fixture
def start(store: Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    """Starts workers on the store and stops them in the end."""
    monkeypatch.setattr(module, "IDLE_SECONDS", 0.02)
    monkeypatch.setattr(module, "TELL_SECONDS", 0.0)
    workers = []

    def begin(works: Mapping[str, Work]) -> Worker:
        workers.append(Worker(store, works))
        workers[-1].start()
        return workers[-1]

    yield begin
    for one in workers:
        one.stop(10)


def add(store: Store, kind: str = "count") -> Job:
    with store.writing(CLI) as unit:
        return unit.jobs.add(kind, {"to": 3})


def ended(store: Store, job: Job, *states: str) -> Job:
    """The job, when it is in one of the states."""
    for _ in range(1000):
        with store.reading() as unit:
            now = unit.jobs.get(job.id)
        if now.state in (states or ("done", "failed", "cancelled")):
            return now
        time.sleep(0.01)
    pytest.fail(f"{job} is still {now.state}")


def counting(job: Job, progress: Progress) -> str:
    for number in range(job.done, 3):
        if progress.stopped():
            raise Stopped
        progress.tell(number + 1, 3, f"at {number + 1}")
    return "counted"


def test_jobs_are_done_in_order_one_after_the_other(store: Store, start: Start) -> None:
    order: list[int] = []

    def note(job: Job, progress: Progress) -> str:
        order.append(job.id)
        return counting(job, progress)

    jobs = [add(store) for _ in range(3)]
    start({"count": note})
    for job in jobs:
        now = ended(store, job)
        assert (now.state, now.done, now.total, now.message) == ("done", 3, 3, "counted")
        assert now.started_at is not None
        assert now.finished_at is not None
    assert order == [job.id for job in jobs]


def test_a_job_that_comes_later_is_found(store: Store, start: Start) -> None:
    worker = start({"count": counting})
    time.sleep(0.05)
    job = add(store)
    worker.wake()
    assert ended(store, job).state == "done"


@pytest.mark.parametrize(
    ("error", "told"),
    [(InputError("no such list", file="a.csv"), "a.csv: no such list"), (RuntimeError("the secret is 42"), "failure ")],
)
def test_what_fails_is_told_and_the_next_job_runs(store: Store, start: Start, error: Exception, told: str) -> None:
    def fail(_job: Job, _progress: Progress) -> str:
        raise error

    bad, good = add(store, "bad"), add(store)
    start({"count": counting, "bad": fail})
    now = ended(store, bad)
    assert now.state == "failed"
    assert now.message.startswith(told)
    assert "secret" not in now.message
    assert ended(store, good).state == "done"


def test_a_kind_of_a_newer_version_fails(store: Store, start: Start) -> None:
    job = add(store, "dream")
    start({})
    assert "dream" in ended(store, job).message


def waiting(gate: threading.Event) -> Work:
    """Work that goes on telling until it is stopped."""

    def work(job: Job, progress: Progress) -> str:
        for number in range(job.done, 10_000):
            if progress.stopped():
                raise Stopped
            progress.tell(number + 1)
            gate.set()
            time.sleep(0.005)
        return "never"

    return work


def test_a_running_job_is_cancelled_between_two_pieces(store: Store, start: Start) -> None:
    gate, job = threading.Event(), add(store)
    start({"count": waiting(gate)})
    assert gate.wait(5)
    with store.writing(CLI) as unit:
        assert unit.jobs.cancel(job.id).cancel
    now = ended(store, job)
    assert now.state == "cancelled"
    assert now.done >= 1


def test_a_waiting_job_is_cancelled_at_once(store: Store, start: Start) -> None:
    gate = threading.Event()
    first, second = add(store), add(store)
    start({"count": waiting(gate)})
    assert gate.wait(5)
    with store.writing(CLI) as unit:
        assert unit.jobs.cancel(second.id).state == "cancelled"
        unit.jobs.cancel(first.id)
    ended(store, first)
    with store.reading() as unit:
        assert unit.jobs.get(second.id).started_at is None


def test_a_clean_stop_leaves_the_job_to_the_next_start(store: Store, start: Start) -> None:
    gate, job = threading.Event(), add(store)
    worker = start({"count": waiting(gate)})
    assert gate.wait(5)
    worker.stop(10)
    now = ended(store, job, "waiting")
    assert now.done >= 1
    begun: list[int] = []

    def go_on(job: Job, _progress: Progress) -> str:
        begun.append(job.done)
        return "went on"

    start({"count": go_on})
    assert ended(store, job).message == "went on"
    assert begun == [now.done]


def test_a_busy_store_is_tried_again(store: Store, start: Start) -> None:
    tries: list[int] = []

    def busy(_job: Job, _progress: Progress) -> str:
        tries.append(1)
        if len(tries) < 3:
            raise Busy("locked")
        return "at last"

    job = add(store)
    start({"count": busy})
    assert ended(store, job).message == "at last"


def test_a_killed_server_s_job_is_taken_up_at_once(store: Store, start: Start) -> None:
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    job = add(store)
    name = f"{platform.node()}:{dead.pid}:abcdef"
    with store.writing(CLI) as unit:
        claimed = unit.jobs.claim(name)
        assert claimed is not None
        unit.jobs.progress(job.id, name, 2, 3)
    start({"count": counting})
    now = ended(store, job)
    assert (now.state, now.done) == ("done", 3)


def test_a_living_server_s_job_is_left_to_it(store: Store, start: Start) -> None:
    living = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        job = add(store)
        with store.writing(CLI) as unit:
            assert unit.jobs.claim(f"{platform.node()}:{living.pid}:abcdef") is not None
        start({"count": counting})
        time.sleep(0.2)
        with store.reading() as unit:
            assert unit.jobs.get(job.id).state == "running"
    finally:
        living.communicate()


@pytest.mark.parametrize("name", ["", "x", "otherhost:1:abc", f"{platform.node()}:x:abc", f"{platform.node()}:1:abc"])
def test_of_others_it_is_not_said_that_they_are_dead(name: str) -> None:
    assert not is_dead(name)
