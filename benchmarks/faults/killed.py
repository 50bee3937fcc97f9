"""``kill -9`` at random moments of ``annotate``, ``import`` and ``serve``; then the same command again."""

from __future__ import annotations

import random
import threading
import time
from pathlib import Path

import httpx
from sample import Lost, biaotu, decided, fill, killed_after, look, serving, write_list

from biaotu.store import Store, StorePlace, check

ANNOTATED = 120
IMPORTED = 2500
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
        kills, stood, whole = 0, b"", self.expected[suffix]
        for number in range(choose.randint(1, 3)):
            early, size = choose.random() < 0.2, len(stood)  # else once it has got further

            def further(early: bool = early, size: int = size) -> bool:
                return early or (journal.exists() and journal.stat().st_size > size)

            arguments: list[str | Path] = ["annotate", self.list, "-o", out, "-q", *(["--resume"] if number else [])]
            kills += killed_after(arguments, choose.uniform(0, self.seconds / 2), further)
            if out.exists() and out.read_bytes() == whole:
                return "after the last record"
            now = journal.read_bytes() if journal.exists() else b""
            now = now[: now.rfind(b"\n") + 1]
            if not now.startswith(stood):
                raise Lost("lines that stood after a kill are gone after the next")
            stood = now
        done = biaotu("annotate", self.list, "-o", out, "-q", "--resume")
        if done.returncode:
            raise Lost(done.stderr)
        if out.read_bytes() != whole or (suffix == "jsonl" and not whole.startswith(stood)):
            raise Lost(f"{out} is not what a run without a kill writes")
        lines = stood.count(b"\n")
        return "between records" if lines else "before the first record"


class Import:
    """A list with photos is imported; what was settled stays, a chunk is whole or not there, the next run ends it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.list = folder, write_list(folder / "in", IMPORTED, PHOTOS)
        biaotu("import", self.list, "--store", folder / "whole", "-q")
        with Store.open(StorePlace(folder / "whole")) as store, store.reading() as unit:
            self.photos = len(list(unit.images.all()))  # some are the same

    def __call__(self, choose: random.Random) -> str:
        """Kill one run, up to three times, look, go on."""
        place = StorePlace(self.folder / f"{choose.random()}")
        settled = 0
        for _ in range(choose.randint(1, 3)):
            log, size = Path(f"{place.sqlite}-wal"), choose.choice((0, choose.randrange(4 << 20)))

            def written(log: Path = log, size: int = size) -> bool:
                return log.exists() and log.stat().st_size >= size

            killed_after(["import", self.list, "--store", place.folder, "-q"], choose.uniform(0, 0.2), written)
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
        if (held, photos) != (IMPORTED, self.photos) or found:
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
        self.told: list[str] = []
        self.refused: list[str] = []

    def __call__(self, choose: random.Random) -> str:
        """One server, killed while three people decide; the next run's server is the restart."""
        before = len(self.told)
        with serving(self.place) as (client, process):
            people = [threading.Thread(target=self._decide, args=(client, record)) for record in self.records]
            for person in people:
                person.start()
            time.sleep(choose.uniform(0, 2))
            process.kill()
            for person in people:
                person.join()
        if self.refused:
            raise Lost(self.refused.pop())
        look(self.place, self.told)
        return "while people decided" if len(self.told) > before else "before the first answer"

    def _decide(self, client: httpx.Client, record: int) -> None:
        while True:
            key = f"act-{record}-{time.monotonic_ns()}"
            try:
                answer = decided(client, record, key)
            except httpx.TransportError:
                return
            if answer.status_code != httpx.codes.CREATED:
                self.refused.append(answer.text)
                return
            self.told.append(f"tag:{key}")
