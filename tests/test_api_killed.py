"""``kill -9`` of the server while people decide: whatever got its answer is there afterwards, whole and once."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from api_fixtures import CLI, TEXT, TITLE, annotation, decision, kept_password
from biaotu.api import accounts
from biaotu.store import NewRecord, Store, StorePlace, check
from store_fixtures import place_environment

pytest_plugins = ("store_fixtures", "api_fixtures")

PEOPLE = 4
ENOUGH = 24
"""Acknowledged acts after which the server is killed."""

COMMAND = (sys.executable, "-c", "from biaotu.cli.main import main; main()", "serve", "--port", "0")


def started(place: StorePlace) -> tuple[subprocess.Popen[str], str]:
    """A server process and its address."""
    process = subprocess.Popen(COMMAND, stderr=subprocess.PIPE, text=True, env=place_environment(place))
    assert process.stderr is not None
    said = ""
    for line in process.stderr:
        said += line
        if found := re.search(r"http://\S+/", line):
            return process, found[0]
    process.wait()
    pytest.fail(said)


def ended(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.wait()
    if process.stderr is not None:
        process.stderr.close()


class Person:
    """Decides without pause until the server is gone."""

    def __init__(self, number: int, token: str, record: int) -> None:
        self.number = number
        self.token = token
        self.record = record
        self.told: dict[str, int] = {}
        self.asked: list[str] = []

    def client(self, address: str) -> httpx.Client:
        headers = {"Authorization": f"Bearer {self.token}"}
        return httpx.Client(base_url=f"{address}api/v1", headers=headers, timeout=60)

    def send(self, client: httpx.Client, key: str) -> httpx.Response:
        """One act: two decisions."""
        tag = decision(f"tag:{key}", "primary")
        label = decision("label:material:metal", "accept" if len(self.asked) % 2 else "reject")
        return client.post(
            f"/records/{self.record}/decisions", json={"base": 10**9, "key": key, "decisions": [tag, label]}
        )

    def work(self, address: str, enough: threading.Semaphore) -> None:
        with self.client(address) as client:
            while True:
                key = f"person-{self.number}-{len(self.asked)}"
                self.asked.append(key)
                try:
                    answer = self.send(client, key)
                except httpx.TransportError:
                    return
                assert answer.status_code == 201, answer.text
                self.told[key] = answer.json()["revision"]
                enough.release()


@pytest.mark.skipif(os.name != "posix", reason="kill -9")
def test_no_acknowledged_decision_is_lost_and_none_is_halved_or_doubled(place: StorePlace) -> None:
    with Store.open(place) as store:
        with store.writing(CLI) as unit:
            unit.users.add("boss", "admin", kept_password())
            ids = unit.records.add_many([NewRecord(f"K{number}", TITLE, TEXT) for number in range(PEOPLE)])
            for number, record in enumerate(ids):
                unit.annotations.add(record, annotation(f"K{number}", TITLE, TEXT))
        people = []
        for number, record in enumerate(ids):
            with store.writing(CLI) as unit:
                user = unit.users.add(f"person{number}", "annotator", None)
            people.append(Person(number, accounts.add_token(store, CLI, user.id, "test", 1)[0], record))

    process, address = started(place)
    enough = threading.Semaphore(0)
    try:
        with ThreadPoolExecutor(PEOPLE) as pool:
            jobs = [pool.submit(person.work, address, enough) for person in people]
            heard = all(enough.acquire(timeout=60) for _ in range(ENOUGH))
            process.kill()
            for job in jobs:
                job.result(60)
            assert heard, "the server answered too slowly"
    finally:
        ended(process)

    process, address = started(place)
    try:
        with Store.open(place) as store, store.reading() as unit:
            rows = list(unit.decisions.all())
            assert list(check(store, deep=True)) == []
        there = {row.item.key.removeprefix("tag:"): row for row in rows if row.item.key.startswith("tag:")}
        for person in people:
            assert person.told.keys() <= there.keys(), "what was acknowledged is there"
            assert len(person.asked) - len(person.told) == 1, "each lost one answer"
        assert set(Counter(row.batch for row in rows).values()) == {2}, "no act was halved"

        # As the pages do: the act without an answer is sent again under its key, and is done once.
        for person in people:
            with person.client(address) as client:
                answer = person.send(client, person.asked[-1])
                assert answer.status_code == 201, answer.text
        with Store.open(place) as store, store.reading() as unit:
            done = Counter(row.item.key for row in unit.decisions.all() if row.item.key.startswith("tag:"))
        assert done == Counter(f"tag:{key}" for person in people for key in person.asked)
    finally:
        ended(process)
