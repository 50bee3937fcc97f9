"""Load: searches and reads come in at a fixed rate, whether the server keeps up or not; how long each takes.

    python benchmarks/search.py --corpus CORPUS --records 10000 --store STORE    # makes the store once
    python benchmarks/load.py --store STORE --corpus CORPUS --processes 2 --rate 50 100 200 --seconds 60
    python benchmarks/load.py --store STORE --corpus CORPUS --processes 2 --seconds 600 --rate 200 --write DOCUMENT
    python benchmarks/load.py --store STORE --corpus CORPUS --alone 200    # what a request costs; no rate

A real ``biaotu serve`` runs in processes of its own, asked over real sockets from this one, with a bearer token.
Requests are an open stream (Poisson arrivals, the same ones in every run): one that waits because the server is behind
counts from the moment at which it was due, so that no delay hides behind another (coordinated omission). Of a hundred
requests 40 are searches by words and facets, 35 a record as it stands, 10 a record's history, 10 a list, 5 records
like one; records are drawn from all of the store's, so few come twice soon.

The client takes a part of the same machine's processors; its own share is told beside the server's. It writes and reads
HTTP/1.1 itself, since a client library would take more time than the server. ``behind`` is how late it sent a request
at worst, its own doing and part of every figure. Memory is what the server's processes have to themselves, and their
part of what they share (PSS), every five seconds.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import re
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

import numpy as np

from biaotu.api import accounts
from biaotu.review import Role
from biaotu.store import Actor, Store, StorePlace

sys.path.insert(0, str(Path(__file__).parent))
from faults.report import write_rows
from search import machine, word_queries

COMMAND: Final = (sys.executable, "-c", "from biaotu.cli.main import main; main()", "serve", "--port", "0")
CONNECTIONS: Final = 64
"""As many browsers and programs at once; a request waits for a free one, and that waiting counts."""
GOAL_MS: Final = 500.0
OK: Final = 200
TIMEOUT: Final = 60.0
LOOK_SECONDS: Final = 5.0
LOADING: Final = 150
"""Requests before the first that counts: a process loads what it keeps."""
HEAD: Final = (
    "| processes, requests a second | seconds | requests | errors | p50, ms | p95, ms | p99, ms | longest, ms "
    "| server, ms of processor a request | client, ms | memory, MB: first, last |"
)
SHARES: Final = (("search", 40), ("record", 35), ("history", 10), ("list", 10), ("similar", 5))

Asked = tuple[str, str]
"""Kind; path with its parameters."""


@dataclass
class Result:
    """What one run at one rate gave; times in milliseconds from the moment a request was due."""

    rate: float
    seconds: float
    times: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: Counter[str] = field(default_factory=Counter)
    behind: float = 0.0
    server: float = 0.0
    client: float = 0.0
    memory: list[tuple[float, float]] = field(default_factory=list)

    def spent(self) -> list[float]:
        """All times."""
        return [one for times in self.times.values() for one in times]

    def growth(self) -> float:
        """Megabytes a minute that the server grew by in the second half, when all it keeps is loaded."""
        later = np.array([row for row in self.memory if row[0] > self.seconds / 2])
        return float(np.polyfit(later[:, 0] / 60, later[:, 1], 1)[0]) if len(later) > 2 else 0.0


def mixture(corpus: Path, records: list[int], count: int) -> list[Asked]:
    """What is asked; the same in every run."""
    choose, queries = random.Random(5), word_queries(corpus)
    kinds = [kind for kind, share in SHARES for _ in range(share)]
    found: list[Asked] = []
    for _ in range(count):
        kind, record = choose.choice(kinds), choose.choice(records)
        if kind == "search":
            query = choose.choice(queries)
            filters = [(facet, value) for facet, values in query.filters.items() for value in values]
            found.append((kind, "/search?" + urlencode([("q", query.text), *filters])))
        elif kind == "list":
            asked = urlencode({"state": "annotated", "museum": f"纪念馆{choose.randrange(7)}"})
            found.append((kind, f"/records?{asked}"))
        else:
            end = {"record": "", "history": "/history", "similar": "/similar"}[kind]
            found.append((kind, f"/records/{record}{end}"))
    return found


class Link:
    """A connection that stays open: HTTP/1.1, one request after the other."""

    def __init__(self, address: str, token: str) -> None:
        found = re.search(r"//([^:/]+):(\d+)", address)
        assert found is not None
        self._place = found[1], int(found[2])
        self._head = f"Host: {found[1]}:{found[2]}\r\nAuthorization: Bearer {token}\r\nAccept: */*\r\n\r\n"
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def get(self, path: str) -> int:
        """The status of an answer, when all of it is here.

        Raises:
            OSError, EOFError: if the connection broke.
            ValueError: if it is no answer.
        """
        if self._reader is None or self._writer is None:
            self._reader, self._writer = await asyncio.open_connection(*self._place)
        self._writer.write(f"GET /api/v1{path} HTTP/1.1\r\n{self._head}".encode())
        head = (await self._reader.readuntil(b"\r\n\r\n")).lower()
        length = re.search(rb"\r\ncontent-length: (\d+)\r\n", head)
        if length is None:
            raise ValueError("an answer without its length")
        body = await self._reader.readexactly(int(length[1]))
        if not body.endswith((b"}", b"]")):
            raise ValueError("an answer that is not whole")
        return int(head[9:12])

    async def close(self) -> None:
        """Close it."""
        if self._writer is not None:
            self._writer.close()
            with suppress(OSError):
                await self._writer.wait_closed()
        self._reader = self._writer = None


async def alone(address: str, token: str, asked: list[Asked], count: int, watch: Watch) -> None:
    """Print what each kind of request costs the server when one client asks, one request after the other."""
    link, mean = Link(address, token), 0.0
    for _, path in asked[:LOADING]:
        await link.get(path)
    for kind, share in SHARES:
        paths = [path for one, path in asked[LOADING:] if one == kind][:count]
        before = watch.spent()
        for path in paths:
            if await link.get(path) != OK:
                raise SystemExit(f"{path} was refused")
        cost = (watch.spent() - before) / len(paths) * 1000
        mean += cost * share / 100
        tell(f"{kind:8} {cost:6.2f} ms of processor")
    tell(f"{'mean':8} {mean:6.2f}")
    await link.close()


async def run(address: str, token: str, asked: list[Asked], rate: float, watch: Watch | None = None) -> Result:
    """Send requests as they are due and wait for all."""
    choose = random.Random(9)
    due, moment = [], 0.0
    for _ in asked:
        moment += choose.expovariate(rate)
        due.append(moment)
    result = Result(rate, due[-1])
    links = [Link(address, token) for _ in range(CONNECTIONS)]
    free: asyncio.Queue[Link] = asyncio.Queue()
    for link in links:
        await link.get("/health")
        free.put_nowait(link)

    async def one(kind: str, path: str, at: float) -> None:
        link = await free.get()
        try:
            status = await asyncio.wait_for(link.get(path), TIMEOUT)
        except (OSError, EOFError, ValueError, TimeoutError) as error:
            result.errors[type(error).__name__] += 1
            await link.close()
            return
        finally:
            free.put_nowait(link)
        result.times[kind].append((time.perf_counter() - at) * 1000)
        if status != OK:
            result.errors[str(status)] += 1

    async def look() -> None:
        while watch is not None:
            result.memory.append((time.perf_counter() - begun, watch.memory()))
            await asyncio.sleep(LOOK_SECONDS)

    cpu, begun = time.process_time(), time.perf_counter()
    looking = asyncio.create_task(look())
    async with asyncio.TaskGroup() as group:
        for (kind, path), moment in zip(asked, due, strict=True):
            at = begun + moment
            wait = at - time.perf_counter()
            if wait > 0:
                await asyncio.sleep(wait)
            result.behind = max(result.behind, time.perf_counter() - at)
            group.create_task(one(kind, path, at))
    result.client = time.process_time() - cpu
    looking.cancel()
    for link in links:
        await link.close()
    return result


@dataclass(frozen=True)
class Watch:
    """The processes of a server (Linux)."""

    pid: int

    def processes(self) -> list[int]:
        """Its id and those of its children."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        return [self.pid, *map(int, children)]

    def spent(self) -> float:
        """Processor seconds that they have had."""
        ticks = 0
        for pid in self.processes():
            stat = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += int(stat[11]) + int(stat[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def memory(self) -> float:
        """Megabytes that they have."""
        rolled = [Path(f"/proc/{pid}/smaps_rollup").read_text() for pid in self.processes()]
        return sum(int(re.search(r"^Pss:\s+(\d+)", text, re.MULTILINE)[1]) for text in rolled) / 1024  # type: ignore[index]


@contextmanager
def serving(place: StorePlace, processes: int = 1) -> Iterator[tuple[str, int]]:
    """A server; its address and process id."""
    environment = os.environ | {"BIAOTU_DATA": str(place.folder)}
    command = (*COMMAND, *(("--processes", str(processes)) if processes > 1 else ()))  # older ones do not know it
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stderr is not None
        said = ""
        for line in process.stderr:
            said += line
            if found := re.search(r"http://\S+/", line):
                break
        else:
            raise SystemExit(said)
        try:
            yield found[0], process.pid
        finally:
            process.terminate()
            process.wait()


def row_of(processes: int, result: Result) -> str:
    """A row of the table."""
    spent = result.spent()
    p50, p95, p99, longest = (f"{np.percentile(spent, share):,.0f}" for share in (50, 95, 99, 100))
    errors, asked = sum(result.errors.values()), len(spent)
    return (
        f"| {processes}, {result.rate:.0f} | {result.seconds:.0f} | {asked:,} | {errors} "
        f"| {p50} | {p95} | {p99} | {longest} "
        f"| {result.server / asked * 1000:.2f} | {result.client / asked * 1000:.2f} "
        f"| {result.memory[0][1]:.0f}, {result.memory[-1][1]:.0f} |"
    )


def tell(line: str) -> None:
    """Print at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def entered(place: StorePlace) -> tuple[str, list[int]]:
    """A token for a reader, made for this run, and the ids of all records."""
    me = Actor.system("benchmark")
    with Store.open(place) as store:
        with store.writing(me) as unit:
            people: tuple[tuple[str, Role], ...] = (("load-admin", "admin"), ("load-reader", "reader"))
            for name, role in people:
                if unit.users.named(name) is None:
                    unit.users.add(name, role, "nobody's")  # the hash of no password
            user = unit.users.named("load-reader")
        assert user is not None
        with store.reading() as unit:
            ids = [number for number, _ in unit.search.states()]
        return accounts.add_token(store, me, user.id, "load", 1)[0], ids


def main() -> None:
    """Ask at each rate, print, say whether the goal is reached."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--store", type=Path, required=True, help="data folder of an annotated store")
    parser.add_argument("--corpus", type=Path, required=True, help="folder with train.jsonl, whose words are asked for")
    parser.add_argument("--rate", type=float, nargs="+", default=[50.0, 100.0, 200.0], help="requests a second")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--processes", type=int, default=1, help="server processes")
    parser.add_argument("--alone", type=int, metavar="N", help="no rate: the cost of N requests of each kind")
    parser.add_argument("--write", type=Path, help="Markdown file whose table of the load is replaced")
    options = parser.parse_args()

    place = StorePlace(options.store)
    token, ids = entered(place)
    tell(f"{len(ids)} records, {machine()}, load average before {os.getloadavg()[0]:.1f}")
    rows, good = [], True
    with serving(place, options.processes) as (address, pid):
        watch = Watch(pid)
        if options.alone:
            asked = mixture(options.corpus, ids, 25 * options.alone + LOADING)
            asyncio.run(alone(address, token, asked, options.alone, watch))
            return
        # Loads what every process keeps.
        asyncio.run(run(address, token, mixture(options.corpus, ids, 200 * options.processes), 20.0))
        for rate in options.rate:
            asked = mixture(options.corpus, ids, round(rate * options.seconds))
            before = watch.spent()
            result = asyncio.run(run(address, token, asked, rate, watch))
            result.server = watch.spent() - before
            rows.append(row_of(options.processes, result))
            tell(rows[-1])
            for kind, times in sorted(result.times.items()):
                p50, p99 = np.percentile(times, 50), np.percentile(times, 99)
                tell(f"    {kind:8} {len(times):6}  p50 {p50:6.0f} ms  p99 {p99:6.0f} ms")
            tell(
                f"    server {result.server / len(asked) * 1000:.2f} ms of processor a request "
                f"({result.server / result.seconds:.0%} of one core), client {result.client / result.seconds:.0%}, "
                f"{len(set(asked)):,} different requests, sent at most {result.behind * 1000:.0f} ms late; "
                f"memory {result.growth():+.1f} MB a minute in the second half; errors {dict(result.errors)}; "
                f"load average {os.getloadavg()[0]:.1f}"
            )
            good &= not result.errors and float(np.percentile(result.spent(), 99)) < GOAL_MS
    if options.write:
        write_rows(options.write, "load", [HEAD, "| " + " | ".join(["--:"] * 11) + " |"], rows)
    raise SystemExit(0 if good else 1)


if __name__ == "__main__":
    main()
