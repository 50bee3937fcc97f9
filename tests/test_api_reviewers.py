"""Twenty reviewers at once against a real server process: no decision is lost, none doubled, no record given to two."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import httpx
import pytest

from api_fixtures import CLI, TEXT, TITLE, annotation, decision, kept_password
from biaotu.api import accounts
from biaotu.store import NewRecord, Store, StorePlace, check
from store_fixtures import place_environment

pytest_plugins = ("store_fixtures", "api_fixtures")

REVIEWERS = 20
ROUNDS = 4
RECORDS = 2 * REVIEWERS + 2
"""While all take at once, each still holds one and locks another; with fewer the queue may rightly say: none free."""
METAL, WOOD = "label:material:metal", "label:material:wood-bamboo"
COMMAND = (sys.executable, "-c", "from biaotu.cli.main import main; main()", "serve", "--port", "0")


@dataclass
class Told:
    """What the server acknowledged to one reviewer, and when the reviewer had which record in hand."""

    acts: dict[str, tuple[int, int]] = field(default_factory=dict)
    holds: list[tuple[int, float, float]] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)


@contextmanager
def running(place: StorePlace) -> Iterator[str]:
    """A server process; its address."""
    environment = place_environment(place)
    process = subprocess.Popen(COMMAND, stderr=subprocess.PIPE, text=True, env=environment)
    assert process.stderr is not None
    try:
        said = ""
        for line in process.stderr:
            said += line
            if found := re.search(r"http://\S+/", line):
                yield found[0]
                break
        else:
            pytest.fail(said)
        process.terminate()
        assert process.wait(30) == 0
    finally:
        process.kill()
        process.wait()
        process.stderr.close()


def prepared(store: Store) -> tuple[list[str], list[int]]:
    """Tokens of the reviewers and ids of annotated records."""
    tokens = []
    for number in range(REVIEWERS):
        with store.writing(CLI) as unit:
            user = unit.users.add(f"reviewer{number}", "reviewer", None)
        tokens.append(accounts.add_token(store, CLI, user.id, "test", 1)[0])
    with store.writing(CLI) as unit:
        unit.users.add("boss", "admin", kept_password())
        numbers = [f"R{number:03}" for number in range(RECORDS)]
        ids = unit.records.add_many([NewRecord(number, TITLE, TEXT) for number in numbers])
        for record_id, museum_number in zip(ids, numbers, strict=True):
            unit.annotations.add(record_id, annotation(museum_number, TITLE, TEXT))
    return tokens, ids


def work(address: str, token: str, name: str, contested: int, start: threading.Barrier) -> Told:
    """One reviewer: fights for one record with all others, then takes, decides and undoes on records of the queue."""
    told = Told()
    with httpx.Client(base_url=f"{address}api/v1", headers={"Authorization": f"Bearer {token}"}, timeout=120) as client:

        def post(path: str, key: str, body: dict[str, Any]) -> httpx.Response:
            """Send, and send again as after a lost answer; both answers must agree."""
            first, second = (client.post(path, json=body | {"key": key}) for _ in range(2))
            assert first.status_code == second.status_code
            if first.is_success:
                # Others may have decided since, but what this act did is told alike.
                assert second.json()["revision"] >= first.json()["revision"]
                told.acts[key] = (first.json()["id"], len(body.get("decisions", [1])))
            return first

        start.wait(60)
        fight = {"base": 0, "decisions": [decision(METAL, "accept" if int(name) % 2 else "reject")]}
        told.statuses.append(post(f"records/{contested}/decisions", f"fight-{name:0>4}", fight).status_code)
        skip = [contested]
        for turn in range(ROUNDS):
            taken = client.post("queue/next", json={"skip": skip})
            begun = time.monotonic()
            assert taken.status_code == 200, taken.text
            view = taken.json()
            verdict = "reject" if view["labels"]["material"][2]["status"] == "accepted" else "accept"
            body = {"base": view["revision"], "decisions": [decision(METAL, verdict), decision(WOOD, "reject")]}
            answer = post(f"records/{view['id']}/decisions", f"round-{name}-{turn}", body)
            assert answer.status_code == 201, answer.text
            if turn % 2:
                assert post(f"records/{view['id']}/undo", f"undo-{name}-{turn}", {}).status_code == 200
            told.holds.append((view["id"], begun, time.monotonic()))
            skip = [contested, view["id"]]
    return told


def test_no_decision_is_lost_or_doubled(place: StorePlace) -> None:
    with Store.open(place) as store:
        tokens, ids = prepared(store)
    start = threading.Barrier(REVIEWERS)
    with running(place) as address, ThreadPoolExecutor(REVIEWERS) as pool:
        jobs = [pool.submit(work, address, token, str(name), ids[0], start) for name, token in enumerate(tokens)]
        told = [job.result(120) for job in jobs]

    statuses = sorted(status for one in told for status in one.statuses)
    assert statuses == [201] + [409] * (REVIEWERS - 1), "of those who judge the same thing at once one is first"

    with Store.open(place) as store, store.reading() as unit:
        rows = list(unit.decisions.all())
        findings = list(check(store))
        lines = [entry for entry in unit.audit.page(limit=200).items if entry.action.startswith("record.")]
    acknowledged = [act for one in told for act in one.acts.values()]
    assert len(acknowledged) == REVIEWERS * (ROUNDS + ROUNDS // 2) + 1
    batches = {row.batch for row in rows}
    assert len(batches) == len(acknowledged), "every act that was acknowledged is there once, and no other"
    assert len(lines) == len(acknowledged)
    decided = [row for row in rows if row.undoes is None]
    assert len(decided) == 2 * REVIEWERS * ROUNDS + 1
    assert sorted({row.user for row in decided}) == sorted({f"reviewer{number}" for number in range(REVIEWERS)})
    assert findings == []

    holds = sorted((record, begun, end, who) for who, one in enumerate(told) for record, begun, end in one.holds)
    for (record, _, end, who), (after, begun, _, other) in pairwise(holds):
        assert record != after or who == other or begun >= end, f"record {record} was given to two at once"
