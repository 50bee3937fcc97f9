"""``kill -9`` of the server in the middle of a background job: the next start ends it, nothing is lost or doubled.

On SQLite alone, for time; that acts are whole and once on PostgreSQL too is seen in ``test_api_killed``.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from api_fixtures import CLI, kept_password
from biaotu.api import accounts
from biaotu.store import Store, StorePlace, check
from test_api_killed import ended, started

pytest_plugins = ("store_fixtures", "api_fixtures")

ROWS = 400
PATIENCE = 90

posix = pytest.mark.skipif(os.name != "posix", reason="kill -9")


def wait(what: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.01)


def annotated(store: Store) -> Counter[int]:
    """How many annotations each record has."""
    with store.reading() as unit:
        page = unit.lists.records(limit=ROWS + 100)
        return Counter({record.id: len(unit.annotations.of_record(record.id)) for record in page.items})


@posix
def test_import_and_annotate_go_on_where_they_were_killed(
    sqlite_place: StorePlace, tiny_bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = sqlite_place
    monkeypatch.setenv("BIAOTU_BUNDLE", str(tiny_bundle))
    with Store.open(place) as store:
        with store.writing(CLI) as unit:
            user = unit.users.add("boss", "admin", kept_password())
        token = accounts.add_token(store, CLI, user.id, "test", 1)[0]
        headers = {"Authorization": f"Bearer {token}"}
        listed = "编号,名称\n" + "".join(f"K{number},柳河游击队使用的铁水壶{number}\n" for number in range(ROWS))

        def job_of(client: httpx.Client, number: int) -> dict[str, object]:
            told: dict[str, object] = client.get(f"/jobs/{number}").json()
            return told

        process, address = started(place)
        try:
            with httpx.Client(base_url=f"{address}api/v1", headers=headers, timeout=60) as client:
                planned = client.post("/imports", files={"file": ("l.csv", listed.encode())}).json()["id"]
                imported = client.post(f"/imports/{planned}/run").json()["id"]

            def some_rows() -> bool:
                with store.reading() as unit:
                    return unit.imports.settled(planned) > 0

            wait(some_rows)
        finally:
            ended(process)
        with store.reading() as unit:
            assert 0 < unit.imports.settled(planned) < ROWS, "killed in the middle"

        process, address = started(place)
        try:
            with httpx.Client(base_url=f"{address}api/v1", headers=headers, timeout=60) as client:
                wait(lambda: job_of(client, imported)["state"] == "done")
                annotating = client.post("/jobs", json={"kind": "annotate"}).json()["id"]
                wait(lambda: job_of(client, annotating)["done"] != 0)
        finally:
            ended(process)
        with store.reading() as unit:
            outcomes = unit.imports.counts(planned)
            numbers = Counter(record.number for record in unit.lists.records(limit=ROWS + 100).items)
        assert outcomes == {"new": ROWS}
        assert numbers == Counter(f"K{number}" for number in range(ROWS))
        there = annotated(store)
        assert 0 < sum(there.values()) < ROWS, "killed in the middle"

        process, address = started(place)
        try:
            with httpx.Client(base_url=f"{address}api/v1", headers=headers, timeout=60) as client:
                wait(lambda: job_of(client, annotating)["state"] == "done")
                told = job_of(client, annotating)
        finally:
            ended(process)
        assert set(annotated(store).values()) == {1}
        assert told["done"] == told["total"] == ROWS
        assert list(check(store, deep=True)) == []
