"""Many at once, and processes that die: no decision is lost, none is doubled, on either database."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from biaotu.errors import Conflict
from biaotu.review import Decision, TagItem
from biaotu.store import Actor, Done, Store, StorePlace, check
from store_fixtures import TEST, add_records, add_user, annotate, changes, place_environment

pytest_plugins = ("store_fixtures",)

PEOPLE = 20


def at_once(work: Callable[[int], object]) -> list[object]:
    """Twenty threads that start together; what each returned or raised."""
    ready = threading.Barrier(PEOPLE)

    def one(number: int) -> object:
        ready.wait()
        try:
            return work(number)
        except Exception as error:
            return error

    with ThreadPoolExecutor(PEOPLE) as pool:
        return list(pool.map(one, range(PEOPLE)))


def people(store: Store) -> list[Actor]:
    with store.writing(TEST) as unit:
        names = [f"person{number}" for number in range(PEOPLE)]
        return [Actor(unit.users.add(name, "annotator").id, name) for name in names]


def decisions(store: Store, record: int) -> list[Decision]:
    with store.reading() as unit:
        return unit.decisions.of_record(record)


def test_twenty_people_on_twenty_tags_of_one_record(store: Store) -> None:
    (record,), crowd = add_records(store), people(store)
    annotate(store, [record])

    def work(number: int) -> list[Done]:
        done = []
        for verdict in ("primary", "reject"):
            with store.writing(crowd[number]) as unit:
                found = changes(f"tag:标签{number} {verdict}")
                done.append(unit.decisions.decide(record, found, base=0, key=f"{number}-{verdict}"))
        return done

    results = at_once(work)
    given = [done.revision for result in results if isinstance(result, list) for done in result]
    rows = decisions(store, record)
    assert len(given) == 2 * PEOPLE and sorted(given) == [row.id for row in rows]
    with store.reading() as unit:
        view = unit.decisions.view(record)
    assert {tag.item.tag: (tag.status, tag.by) for tag in view.tags if tag.item.tag.startswith("标签")} == {
        f"标签{number}": ("rejected", f"person{number}") for number in range(PEOPLE)
    }
    assert list(check(store)) == []


def test_of_twenty_people_on_one_label_one_wins_and_the_others_are_told(store: Store) -> None:
    (record,), crowd = add_records(store), people(store)
    annotate(store, [record])

    def work(number: int) -> Done:
        with store.writing(crowd[number]) as unit:
            verdict = "accept" if number % 2 else "reject"
            return unit.decisions.decide(record, changes(f"label:material:metal {verdict}"), base=0, key="once")

    results = at_once(work)
    assert Counter(type(result) for result in results) == {Done: 1, Conflict: PEOPLE - 1}
    (winner,) = [result for result in results if isinstance(result, Done)]
    (row,) = decisions(store, record)
    assert (row.id, row.batch) == (winner.revision, winner.batch)


def test_an_act_sent_twenty_times_is_done_once(store: Store) -> None:
    (record,), anna = add_records(store), add_user(store, "anna")
    annotate(store, [record])

    def work(_: int) -> Done:
        with store.writing(anna) as unit:
            return unit.decisions.decide(record, changes("tag:老柳 primary"), base=0, key="same")

    results = [result for result in at_once(work) if isinstance(result, Done)]
    assert len(results) == PEOPLE and len({result.batch for result in results}) == 1
    assert Counter(result.repeated for result in results) == {False: 1, True: PEOPLE - 1}
    assert len(decisions(store, record)) == 1


def test_twenty_people_on_a_queue_never_get_the_same_record(store: Store) -> None:
    ids, crowd = add_records(store, 50), people(store)
    annotate(store, ids)

    def work(number: int) -> list[int]:
        taken: list[int] = []
        while len(taken) < 4:
            with store.writing(crowd[number]) as unit:
                record = unit.queue.take("uncertainty", skip=taken)
            if record is None:
                break
            taken.append(record)
            with store.writing(crowd[number]) as unit:
                unit.decisions.decide(record, changes("state submit"), base=0, key=f"submit {record}")
        return taken

    results = at_once(work)
    taken = [record for result in results if isinstance(result, list) for record in result]
    assert sorted(taken) == ids
    with store.reading() as unit:
        assert unit.records.counts()["submitted"] == 50


def test_two_processes_share_one_store(place: StorePlace, store: Store) -> None:
    ids = add_records(store, 4)
    annotate(store, ids)
    script = """
import sys
from biaotu.review import TagItem
from biaotu.store import Actor, Store, StorePlace
actor = Actor(None, sys.argv[1])
with Store.open(StorePlace.settle()) as store:
    for number in range(20):
        with store.writing(actor) as unit:
            found = [(TagItem(f"{sys.argv[1]}{number}"), "primary")]
            unit.decisions.decide(1 + number % 4, found, base=10**6, key=str(number))
"""
    workers = [_process(place, script, name) for name in ("甲", "乙")]
    assert [worker.communicate(timeout=60)[0] for worker in workers] == [b"", b""]
    assert [worker.returncode for worker in workers] == [0, 0]
    rows = [row for record in ids for row in decisions(store, record)]
    assert Counter(row.user for row in rows) == {"甲": 20, "乙": 20}
    assert len({row.item for row in rows}) == 40
    assert list(check(store)) == []


def test_what_a_killed_process_was_told_is_done_is_there(place: StorePlace, store: Store) -> None:
    (record,) = add_records(store)
    annotate(store, [record])
    script = """
import sys
from biaotu.review import TagItem
from biaotu.store import Actor, Store, StorePlace
with Store.open(StorePlace.settle()) as store:
    for number in range(10**6):
        with store.writing(Actor(None, "cli")) as unit:
            found = [(TagItem(f"第{number}"), "primary"), (TagItem(f"副{number}"), "secondary")]
            done = unit.decisions.decide(1, found, base=10**6, key=str(number))
        sys.stdout.write(f"{number} {done.revision}\\n")
        sys.stdout.flush()
"""
    told: list[tuple[int, int]] = []
    for round_ in range(2):
        worker = _process(place, script.replace("range(10**6)", f"range({round_ * 1000}, 10**6)"))
        assert worker.stdout is not None
        for _ in range(15):
            number, revision = worker.stdout.readline().split()
            told.append((int(number), int(revision)))
        os.kill(worker.pid, signal.SIGKILL)
        rest = [line.split() for line in worker.stdout.read().splitlines() if len(line.split()) == 2]
        told += [(int(number), int(revision)) for number, revision in rest]
        worker.wait(10)
        worker.stdout.close()
    with Store.open(place) as again:
        rows = decisions(again, record)
        there = {row.id: row.item for row in rows}
        assert all(there[revision] == TagItem(f"副{number}") for number, revision in told)
        assert Counter(Counter(row.batch for row in rows).values()) == {2: len(rows) // 2}  # no half act
        assert len(rows) // 2 - len(told) in (0, 1, 2)  # at most one act a round was done and not told any more
        assert list(check(again, deep=True)) == []
        with again.writing(TEST) as unit:  # and nobody is locked out
            unit.decisions.decide(record, changes("tag:老柳 primary"), base=10**6, key="after")


def _process(place: StorePlace, script: str, *arguments: str) -> subprocess.Popen[bytes]:
    environment = place_environment(place) | {"PYTHONUTF8": "1"}
    return subprocess.Popen([sys.executable, "-c", script, *arguments], env=environment, stdout=subprocess.PIPE)


def test_a_process_killed_inside_a_unit_leaves_nothing_and_blocks_nobody(place: StorePlace, store: Store) -> None:
    (record,) = add_records(store)
    annotate(store, [record])
    script = """
import sys, time
from biaotu.review import TagItem
from biaotu.store import Actor, Store, StorePlace
store = Store.open(StorePlace.settle())
with store.writing(Actor(None, "cli")) as unit:
    unit.decisions.decide(1, [(TagItem("老柳"), "reject")], base=0, key="k")
    sys.stdout.write("ready\\n")
    sys.stdout.flush()
    time.sleep(60)
"""
    worker = _process(place, script)
    assert worker.stdout is not None
    assert worker.stdout.readline() == b"ready\n"
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait(10)
    worker.stdout.close()
    with store.writing(TEST) as unit:
        unit.decisions.decide(record, changes("tag:老柳 primary"), base=0, key="k")
    assert [row.verdict for row in decisions(store, record)] == ["primary"]


def test_an_import_that_revises_and_people_who_decide_do_not_wait_for_each_other(store: Store) -> None:
    ids, crowd = add_records(store, 20), people(store)
    annotate(store, ids)

    def work(number: int) -> str:
        for round_ in range(2):
            with store.writing(crowd[number]) as unit:
                if number < 2:  # each takes many records one after the other, in the same order
                    for record in ids:
                        unit.records.revise(record, f"标题{number}{round_}", "", {})
                else:
                    found = changes(f"tag:标签{round_} primary")
                    unit.decisions.decide(ids[number], found, base=0, key=str(round_))
        return "done"

    assert at_once(work) == ["done"] * PEOPLE
    assert list(check(store)) == []
