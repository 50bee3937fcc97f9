"""``kill -9`` at random moments of ``annotate``, ``import`` and ``serve``; then the same command again."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import httpx
from sample import BIAOTU, Lost, biaotu, decided, fill, killed_after, look, serving, write_list

from biaotu.store import Store, StorePlace, check

ANNOTATED = 40
IMPORTED = 2500
PHOTOS = 60
DRAWS = 12
"""How often a moment is drawn until it falls within the work."""


class Early(Exception):  # noqa: N818 - no fault: the moment is drawn again
    """The program was done before the kill."""


def again(killed: Callable[[random.Random], str], choose: random.Random) -> str:
    """Do a run until its kills came before the work was done."""
    for _ in range(DRAWS):
        with suppress(Early):
            return killed(choose)
    raise Lost(f"no kill of {DRAWS} came before the end")


class Annotate:
    """A file is annotated; every whole line that stood when the run was killed stands in the end, and all others do."""

    def __init__(self, folder: Path) -> None:
        self.list = write_list(folder / "in", ANNOTATED)
        self.expected: dict[str, bytes] = {}
        self.folder = folder
        for suffix in ("jsonl", "csv"):
            out = folder / f"whole.{suffix}"
            done = biaotu("annotate", self.list, "-o", out, "-q")
            if done.returncode:
                raise SystemExit(done.stderr)
            self.expected[suffix] = out.read_bytes()

    def __call__(self, choose: random.Random) -> str:
        """Kill one run in its work, up to three times, go on, compare."""
        return again(self._killed, choose)

    def _killed(self, choose: random.Random) -> str:
        suffix, folder = choose.choice(("jsonl", "csv")), self.folder / f"{choose.random()}"
        folder.mkdir()
        out = folder / f"out.{suffix}"
        journal = out if suffix == "jsonl" else folder / f"{out.name}.part.jsonl"
        stood, whole = b"", self.expected[suffix]
        # Lines at which it is killed, in order; 0 is before the first record.
        places = sorted(choose.sample(range(ANNOTATED - 10), choose.randint(1, 3)))
        for number, place in enumerate(places):

            def there(place: int = place) -> bool:
                return place == 0 or (journal.exists() and journal.read_bytes().count(b"\n") >= place)

            arguments: list[str | Path] = ["annotate", self.list, "-o", out, "-q", *(["--resume"] if number else [])]
            if not killed_after(arguments, choose.uniform(0, 0.15), there):
                raise Early
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
        return "between records" if stood.count(b"\n") else "before the first record"


class Import:
    """A list with photos is imported; what was settled stays, a chunk is whole or not there, the next run ends it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.list = folder, write_list(folder / "in", IMPORTED, PHOTOS)
        place = StorePlace(folder / "whole")
        with subprocess.Popen([*BIAOTU, "import", str(self.list), "--store", str(place.folder), "-q"]) as process:
            while process.poll() is None and not place.sqlite.exists():
                time.sleep(0.005)
            begun = time.monotonic()
            process.wait()
        self.seconds = time.monotonic() - begun
        with Store.open(place) as store, store.reading() as unit:
            self.photos = len(list(unit.images.all()))  # some are the same

    def __call__(self, choose: random.Random) -> str:
        """Kill one run in its work, up to three times, look, go on."""
        return again(self._killed, choose)

    def _killed(self, choose: random.Random) -> str:
        place = StorePlace(self.folder / f"{choose.random()}")
        settled = 0
        for number in range(choose.randint(1, 3)):
            # From the moment at which the database is there; a later run has less to do.
            seconds = choose.uniform(0, 0.9 * self.seconds / (number + 1))
            arguments: list[str | Path] = ["import", self.list, "--store", place.folder, "-q"]
            if not killed_after(arguments, seconds, place.sqlite.exists):
                raise Early
            now = self._settled(place)
            if now < settled:
                raise Lost(f"{settled} rows were settled, after the next kill {now}")
            if now == IMPORTED:
                raise Early
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
        return "between chunks" if settled else "before the first chunk"

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


class Processes(Serve):
    """A server process is killed while people decide: the others go on. Their supervisor is killed: all end."""

    COUNT = 2

    def __call__(self, choose: random.Random) -> str:
        """A server process killed once or twice, people going on; then, half the time, the supervisor."""
        before = len(self.told)
        with serving(self.place, options=("--processes", str(self.COUNT))) as (client, process):
            stop = threading.Event()
            people = [threading.Thread(target=self._go_on, args=(client, record, stop)) for record in self.records]
            for person in people:
                person.start()
            for _ in range(choose.randint(1, 2)):
                time.sleep(choose.uniform(0.1, 1.5))
                os.kill(choose.choice(self._children(process.pid)), signal.SIGKILL)
            time.sleep(choose.uniform(0.2, 1))
            told, until = len(self.told), time.monotonic() + 60
            while len(self.told) < told + 3 and not self.refused:  # somebody still decides
                if time.monotonic() > until:
                    raise Lost("nobody was answered for a minute after a server process was killed")
                time.sleep(0.05)
            children = self._children(process.pid)
            boss = choose.random() < 0.5
            if boss:
                process.kill()
                self._ended(children)
            stop.set()
            for person in people:
                person.join()
        if not boss:
            self._ended(children)
        if self.refused:
            raise Lost(self.refused.pop())
        look(self.place, self.told)
        if len(self.told) == before:
            raise Lost("nothing was decided")
        return "a process, then the supervisor" if boss else "a process"

    def _children(self, pid: int) -> list[int]:
        """The server processes of a supervisor, waited for if one is just being replaced."""
        until = time.monotonic() + 60
        while time.monotonic() < until:
            with suppress(OSError):
                found = [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
                found = [one for one in found if b"spawn_main" in Path(f"/proc/{one}/cmdline").read_bytes()]
                if len(found) == self.COUNT:
                    return found
            time.sleep(0.05)
        raise Lost("a killed server process was not replaced within a minute")

    def _ended(self, pids: list[int]) -> None:
        """No server process outlives its supervisor."""
        until = time.monotonic() + 60
        while any(Path(f"/proc/{pid}/cmdline").exists() and self._lives(pid) for pid in pids):
            if time.monotonic() > until:
                raise Lost("a server process outlived its supervisor")
            time.sleep(0.05)

    @staticmethod
    def _lives(pid: int) -> bool:
        with suppress(OSError):
            return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
        return False

    def _go_on(self, client: httpx.Client, record: int, stop: threading.Event) -> None:
        """Decide until told to stop; what is not answered is sent again under the same key, as a client does."""
        while not stop.is_set():
            key = f"act-{record}-{time.monotonic_ns()}"
            while not stop.is_set():
                try:
                    answer = decided(client, record, key)
                except httpx.TransportError:
                    time.sleep(0.05)
                    continue
                if answer.status_code not in (httpx.codes.CREATED, httpx.codes.OK):
                    self.refused.append(answer.text)
                    return
                self.told.append(f"tag:{key}")
                break
