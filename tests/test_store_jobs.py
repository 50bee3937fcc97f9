"""Background jobs and the ledger of imports."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from biaotu.errors import NotFound, Refused
from biaotu.records import Notice
from biaotu.store import ImportRow, Store
from store_fixtures import TEST, Clock, add_records, add_user, annotate, changes

pytest_plugins = ("store_fixtures",)


def test_a_job_is_claimed_once_and_told_of_until_it_ends(store: Store) -> None:
    anna = add_user(store, "anna")
    with store.writing(anna) as unit:
        job = unit.jobs.add("annotate", {"limit": 5}, 10)
        unit.jobs.add("annotate")
        assert (job.state, job.actor, job.settings, job.total) == ("waiting", "anna", {"limit": 5}, 10)
    with store.writing(TEST) as unit:
        claimed = unit.jobs.claim("w1")
        assert claimed is not None and (claimed.id, claimed.state, claimed.worker) == (job.id, "running", "w1")
        second = unit.jobs.claim("w2")
        assert second is not None and second.id != job.id and unit.jobs.claim("w3") is None
        assert unit.jobs.progress(job.id, "w1", 4, message="第四条").done == 4
        assert not unit.jobs.progress(job.id, "w1", 5, 20).cancel
        unit.jobs.cancel(job.id)
        assert unit.jobs.progress(job.id, "w1", 6).cancel
        ended = unit.jobs.finish(job.id, "w1", "cancelled", "停了")
        assert (ended.state, ended.message, ended.done, ended.total) == ("cancelled", "停了", 6, 20)
        assert unit.jobs.cancel(job.id).state == "cancelled"
        assert [one.id for one in unit.jobs.open("annotate")] == [second.id]
        assert [one.id for one in unit.jobs.list()] == [second.id, job.id]
        with pytest.raises(NotFound):
            unit.jobs.get(99)


def test_a_waiting_job_is_cancelled_at_once(store: Store) -> None:
    with store.writing(TEST) as unit:
        job = unit.jobs.cancel(unit.jobs.add("annotate").id)
        assert job.state == "cancelled" and job.finished_at is not None
        assert unit.jobs.claim("w") is None


def test_a_job_whose_worker_fell_silent_is_taken_over(store: Store) -> None:
    clock = Clock(datetime(2030, 1, 1, tzinfo=UTC))
    with Store.open(store.place, clock=clock) as timed, timed.writing(TEST) as unit:
        job = unit.jobs.add("annotate")
        started = unit.jobs.claim("dead")
        clock.on(seconds=50)
        unit.jobs.progress(job.id, "dead", 3)
        clock.on(seconds=60)
        assert unit.jobs.claim("next") is None
        clock.on(seconds=1)
        taken = unit.jobs.claim("next")
        assert taken is not None and started is not None
        assert (taken.worker, taken.done, taken.started_at) == ("next", 3, started.started_at)
        with pytest.raises(Refused, match="no longer dead's"):
            unit.jobs.progress(job.id, "dead", 9)
        with pytest.raises(Refused, match="no longer dead's"):
            unit.jobs.finish(job.id, "dead", "done")
        assert unit.jobs.release(job.id, "next").state == "waiting"
        assert unit.jobs.claim("third") is not None


def test_an_import_is_entered_resumed_and_told_row_by_row(store: Store) -> None:
    (record_id,) = add_records(store)
    with store.writing(TEST) as unit:
        began = unit.imports.begin("藏品.xlsx", "a" * 64, "馆", "甲", {"update": True})
        rows = [
            ImportRow(0, 2, "0001", "new", record_id, notices=(Notice("image-missing", "无"),)),
            ImportRow(1, 3, "0002", "failed", reason="没有名称"),
            ImportRow(2, None, "0001", "updated", record_id, before={"text_version": 1}),
        ]
        unit.imports.add_rows(began.id, rows)
        unit.imports.add_rows(began.id, [])
    with store.writing(TEST) as unit:
        assert unit.imports.unfinished("a" * 64, {"update": True}) == began
        assert unit.imports.unfinished("a" * 64, {"update": False}) is None
        assert unit.imports.unfinished("b" * 64, {"update": True}) is None
        assert unit.imports.settled(began.id) == 3
        assert unit.imports.counts(began.id) == {"new": 1, "failed": 1, "updated": 1}
        first = unit.imports.rows(began.id, limit=2)
        assert [*first.items, *unit.imports.rows(began.id, cursor=first.cursor).items] == rows
        assert unit.imports.rows(began.id, "failed").items == (rows[1],)
        assert list(unit.imports.all_rows(began.id)) == rows
        unit.imports.finish(began.id, "done", {"new": 1})
        ended = unit.imports.get(began.id)
        assert (ended.state, ended.counts, ended.actor) == ("done", {"new": 1}, "test")
        assert ended.finished_at is not None and unit.imports.lock(began.id) == ended
        assert unit.imports.unfinished("a" * 64, {"update": True}) is None
        with pytest.raises(Refused, match="done"):
            unit.imports.start(began.id)
        for wrong in (
            lambda: unit.imports.get(99),
            lambda: unit.imports.lock(99),
            lambda: unit.imports.finish(99, "done"),
            lambda: unit.imports.start(99),
        ):
            with pytest.raises(NotFound):
                wrong()


def test_a_planned_import_is_started_and_a_stopped_one_again(store: Store) -> None:
    with store.writing(TEST) as unit:
        planned = unit.imports.begin("a.csv", "a" * 64, state="planned")
        assert unit.imports.unfinished("a" * 64, {}) is None
        assert unit.imports.start(planned.id).state == "running"
        unit.imports.finish(planned.id, "stopped")
        assert unit.imports.unfinished("a" * 64, {}) is not None
        assert unit.imports.start(planned.id).finished_at is None
        assert [one.id for one in unit.imports.list()] == [planned.id]


def test_what_stands_against_a_rollback_is_known(store: Store) -> None:
    first, second, third = add_records(store, 3)
    annotate(store, [first, second, third])
    anna = add_user(store, "anna")
    with store.writing(anna) as unit:
        unit.decisions.decide(third, changes("tag:老柳 primary"), base=0, key="before")
    with store.writing(TEST) as unit:
        one = unit.imports.begin("a.csv", "a" * 64)
        unit.imports.add_rows(one.id, [ImportRow(n, n, str(n), "new", r) for n, r in enumerate((first, second, third))])
        two = unit.imports.begin("b.csv", "b" * 64)
        later = [ImportRow(0, 1, "0002", "updated", second), ImportRow(1, 2, "0003", "same", third)]
        unit.imports.add_rows(two.id, later)
    with store.writing(anna) as unit:
        unit.decisions.decide(first, changes("tag:老柳 primary"), base=0, key="after")
    with store.writing(TEST) as unit:
        assert [record.id for record in unit.imports.decided_since(one.id)] == [first]
        assert unit.imports.touched_later(one.id) == ((two.id, second, "0002"),)
        unit.imports.finish(two.id, "rolled_back")
        assert unit.imports.touched_later(one.id) == ()
        unit.records.remove([first])
        assert unit.imports.decided_since(one.id) == ()
