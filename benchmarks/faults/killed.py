"""``kill -9`` at random moments of ``annotate``, ``import`` and ``serve``; then the same command again."""

from __future__ import annotations

import random
import re
import subprocess
import threading
import time
from collections import Counter
from pathlib import Path

import httpx
from sample import BIAOTU, ME, Lost, biaotu, fill, killed_after, write_list

from biaotu.api import accounts
from biaotu.store import Store, StorePlace, check

ANNOTATED = 120
IMPORTED = 1500
PHOTOS = 60


class Annotate:
    """A file is annotated; every whole line that stood when the run was killed stands in the end, and all others do."""

    def __init__(self, folder: Path) -> None:
        self.list = write_list(folder / "in", ANNOTATED)
        self.expected: dict[str, bytes] = {}
        self.folder, self.seconds = folder, 0.0
        for suffix in ("jsonl", "csv"):
            out, begun = folder / f"whole.{suffix}", time.monotonic()
            done = biaotu("annotate", self.list, "-o", out, "-q")
            if done.returncode:
                raise SystemExit(done.stderr)
            self.expected[suffix], self.seconds = out.read_bytes(), time.monotonic() - begun

    def __call__(self, choose: random.Random) -> str:
        """Kill one run, up to three times, go on, compare."""
        suffix, folder = choose.choice(("jsonl", "csv")), self.folder / f"{choose.random()}"
        folder.mkdir()
        out = folder / f"out.{suffix}"
        journal = out if suffix == "jsonl" else folder / f"{out.name}.part.jsonl"
        kills, stood = 0, b""
        for _ in range(choose.randint(1, 3)):
            resumed = ["--resume"] if kills else []
            kills += killed_after(["annotate", self.list, "-o", out, "-q", *resumed], choose.uniform(0, self.seconds))
            now = journal.read_bytes() if journal.exists() else b""
            now = now[: now.rfind(b"\n") + 1]
            if journal.exists() and not now.startswith(stood):
                raise Lost("lines that stood after a kill are gone after the next")
            stood = now
            if out.exists() and out.read_bytes() == self.expected[suffix]:
                break
        done = biaotu("annotate", self.list, "-o", out, "-q", "--resume")
        if done.returncode:
            raise Lost(done.stderr)
        if out.read_bytes() != self.expected[suffix]:
            raise Lost(f"{out} is not what a run without a kill writes")
        if suffix == "jsonl" and not out.read_bytes().startswith(stood):
            raise Lost("lines that stood are gone")
        lines = stood.count(b"\n")
        return "ended before" if not kills else "before the first record" if not lines else "between records"


class Import:
    """A list with photos is imported; what was settled stays, a chunk is whole or not there, the next run ends it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.list = folder, write_list(folder / "in", IMPORTED, PHOTOS)
        begun = time.monotonic()
        biaotu("import", self.list, "--store", folder / "whole", "-q")
        self.seconds = time.monotonic() - begun

    def __call__(self, choose: random.Random) -> str:
        """Kill one run, up to three times, look, go on."""
        place = StorePlace(self.folder / f"{choose.random()}")
        kills, settled = 0, 0
        for _ in range(choose.randint(1, 3)):
            kills += killed_after(
                ["import", self.list, "--store", place.folder, "-q"], choose.uniform(0, self.seconds)
            )
            now = self._settled(place)
            if now < settled:
                raise Lost(f"{settled} rows were settled, after the next kill {now}")
            settled = now
        done = biaotu("import", self.list, "--store", place.folder, "-q")
        if done.returncode:
            raise Lost(done.stderr)
        with Store.open(place) as store:
            with store.reading() as unit:
                held, photos = unit.records.counts()["new"], len(list(unit.images.all()))
            found = [one for one in check(store, deep=True) if one.code != "photo-stray"]
        if (held, photos) != (IMPORTED, PHOTOS) or found:
            raise Lost(f"{held} records, {photos} photos, {found[:3]}")
        return "ended before" if settled == IMPORTED else "between chunks" if settled else "before the first chunk"

    def _settled(self, place: StorePlace) -> int:
        """Rows that the ledger says are in, seen by another process right after the kill."""
        if not place.sqlite.exists() or not place.sqlite.stat().st_size:
            return 0
        with Store.open(place, create=True) as store:
            with store.reading() as unit:
                runs = list(unit.imports.list())
                settled = unit.imports.settled(runs[0].id) if runs else 0
                held = unit.records.counts().get("new", 0)
            found = [one for one in check(store) if one.code != "photo-stray"]
        if held != settled or found:
            raise Lost(f"{settled} rows settled, {held} records held, {found[:3]}")
        return settled


class Serve:
    """People decide; every decision that was answered is there after the kill, whole and once."""

    PEOPLE = 3

    def __init__(self, folder: Path) -> None:
        self.place = StorePlace(folder / "store")
        self.records = fill(self.place, self.PEOPLE)
        self.tokens = []
        self.told: dict[str, int] = {}
        with Store.open(self.place) as store:
            with store.writing(ME) as unit:
                unit.users.add("boss", "admin", "nobody's")
                users = [unit.users.add(f"person{number}", "annotator", None) for number in range(self.PEOPLE)]
            self.tokens = [accounts.add_token(store, ME, user.id, "faults", 1)[0] for user in users]
        self.asked = 0

    def __call__(self, choose: random.Random) -> str:
        """One server, killed while three people decide; the next run's server is the restart."""
        command = [*BIAOTU, "serve", "--port", "0", "--store", str(self.place.folder)]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
            assert process.stderr is not None
            said = ""
            for line in process.stderr:
                said += line
                if found := re.search(r"http://\S+/", line):
                    break
            else:
                raise Lost(f"the server did not start again: {said}")
            before = len(self.told)
            people = [
                threading.Thread(target=self._decide, args=(found[0], number)) for number in range(self.PEOPLE)
            ]
            for person in people:
                person.start()
            time.sleep(choose.uniform(0, 3))
            process.kill()
            for person in people:
                person.join()
        self._look()
        return "while people decided" if len(self.told) > before else "before the first answer"

    def _decide(self, address: str, number: int) -> None:
        headers = {"Authorization": f"Bearer {self.tokens[number]}"}
        with httpx.Client(base_url=f"{address}api/v1", headers=headers, timeout=60, trust_env=False) as client:
            while True:
                self.asked += 1
                key = f"act-{number}-{time.monotonic_ns()}"
                items = [(f"tag:{key}", "primary"), (f"tag:{key}-b", "secondary")]
                body = {"base": 10**9, "key": key, "decisions": [{"item": i, "verdict": v} for i, v in items]}
                try:
                    answer = client.post(f"/records/{self.records[number]}/decisions", json=body)
                except httpx.TransportError:
                    return
                if answer.status_code == httpx.codes.CREATED:
                    self.told[f"tag:{key}"] = answer.json()["revision"]
                else:
                    raise Lost(answer.text)

    def _look(self) -> None:
        with Store.open(self.place) as store:
            with store.reading() as unit:
                rows = list(unit.decisions.all())
            found = list(check(store, deep=True))
        there = Counter(row.item.key for row in rows)
        lost = [key for key in self.told if there[key] != 1]
        halves = [batch for batch, count in Counter(row.batch for row in rows).items() if count != 2]
        if lost or halves or found:
            raise Lost(f"lost or doubled {lost[:3]}, halved {halves[:3]}, {found[:3]}")
