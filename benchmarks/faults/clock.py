"""A clock that goes backwards: in the store, by its own clock, and for a whole process, by libfaketime."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from importlib import resources
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from sample import ME, Lost, acknowledged, biaotu, fill, serving, write_list

from biaotu.review import TagItem, Verdict
from biaotu.store import Actor, Store, StorePlace, check

VERDICTS: Final[tuple[Verdict, ...]] = ("primary", "secondary", "reject")


def faked() -> dict[str, str] | None:
    """The environment that puts libfaketime before a program; None if the package libfaketime is not installed."""
    if find_spec("libfaketime") is None:
        return None
    library = resources.files("libfaketime") / "vendor/libfaketime/src/libfaketime.so.1"
    return {"LD_PRELOAD": str(library), "DONT_FAKE_MONOTONIC": "1"}


class Backwards:
    """Every act finds an earlier hour than the one before it: the last one still counts, and nothing is refused."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.number = folder, 0
        self.list = write_list(folder / "in", 20)

    def __call__(self, choose: random.Random) -> str:
        """A store of its own: acts under a clock that jumps, then whole programs days ago."""
        self.number += 1
        place = StorePlace(self.folder / f"store{self.number}")
        ids, now = fill(place, 3), datetime.now(UTC)
        at = [now]

        def clock() -> datetime:
            at[0] += timedelta(hours=choose.uniform(-48, 24))
            return at[0]

        last: dict[int, str] = {}
        with Store.open(place, clock=clock) as store:
            for number in range(60):
                record, verdict = choose.choice(ids), choose.choice(VERDICTS)
                with store.writing(Actor(None, choose.choice("甲乙"))) as unit:
                    unit.decisions.decide(record, [(TagItem("柳"), verdict)], base=10**9, key=f"key{number}")
                last[record] = verdict
            found = list(check(store, deep=True))
            with store.reading() as unit:
                current = {record: unit.decisions.current(record)[TagItem("柳")].verdict for record in last}
                history = [row.id for record in ids for row in unit.decisions.of_record(record)]
        if found or current != last or len(history) != 60:
            raise Lost(f"{found[:3]} {current} {last}")
        fake = faked()
        if fake is None:
            return "last act counts (store's clock)"
        self._programs(place, ids, fake | {"FAKETIME": f"-{choose.randint(1, 400)}d"})
        return "last act counts (store's clock); import and serve work days earlier"

    def _programs(self, place: StorePlace, ids: list[int], past: dict[str, str]) -> None:
        """What was written today is worked on by programs that believe it is last year."""
        done = biaotu("import", self.list, "--store", place.folder, "-q", more=past)
        if done.returncode not in (0, 1) or "Traceback" in done.stderr:
            raise Lost(done.stderr)
        with Store.open(place) as store, store.reading() as unit:
            before = [row.item.key for row in unit.decisions.all() if row.item.key != "tag:柳"]
        with serving(place, past) as (client, _):
            kept = [acknowledged(client, ids[0], f"past{number}") for number in range(5)]
            if client.get("/search", params={"q": "红军"}).json()["total"] < len(ids):
                raise Lost("records are not found")
        with serving(place) as (client, _):
            kept += [acknowledged(client, ids[0], f"now{number}") for number in range(5)]
        with Store.open(place) as store:
            with store.writing(ME) as unit:
                there = {row.item.key for row in unit.decisions.all()}
            if not {*kept, *before} <= there or list(check(store, deep=True)):
                raise Lost("acts are gone")
