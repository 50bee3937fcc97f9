"""Load: searches and reads come in at a fixed rate, whether the server keeps up or not; how long each takes.

    python benchmarks/search.py --corpus CORPUS --records 10000 --store STORE    # makes the store once
    python benchmarks/load.py --store STORE --corpus CORPUS --rate 50 100 200 --seconds 60
    python benchmarks/load.py --store STORE --corpus CORPUS --rate 200 --seconds 600 --write docs/reliability.md

A real ``biaotu serve`` runs in a process of its own, asked over real sockets by httpx from this one, with a bearer
token. Requests are an open stream (Poisson arrivals, the same ones in every run): one that waits because the server is
behind counts from the moment at which it was due, so that no delay hides behind another. Of a hundred requests 40 are
searches by words and facets, 35 a record as it stands, 10 a record's history, 10 a list, 5 records like one.

The client takes a part of the same machine's processors; its own share is told beside the server's. ``behind`` is how
late it sent a request at worst, its own doing and part of every figure.
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
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import httpx
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
HEAD: Final = "| requests a second | seconds | requests | errors | p50, ms | p95, ms | p99, ms | longest, ms |"
SHARES: Final = (("search", 40), ("record", 35), ("history", 10), ("list", 10), ("similar", 5))

Asked = tuple[str, str, httpx.QueryParams]
"""Kind, path, parameters."""


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

    def spent(self) -> list[float]:
        """All times."""
        return [one for times in self.times.values() for one in times]


def mixture(corpus: Path, records: list[int], count: int) -> list[Asked]:
    """What is asked: kind, path, parameters; the same in every run."""
    choose, queries = random.Random(5), word_queries(corpus)
    kinds = [kind for kind, share in SHARES for _ in range(share)]
    found: list[Asked] = []
    for _ in range(count):
        kind, record = choose.choice(kinds), choose.choice(records)
        if kind == "search":
            query = choose.choice(queries)
            filters = [(facet, value) for facet, values in query.filters.items() for value in values]
            found.append((kind, "/search", httpx.QueryParams([("q", query.text), *filters])))
        elif kind == "list":
            found.append(
                (kind, "/records", httpx.QueryParams(state="annotated", museum=f"纪念馆{choose.randrange(7)}"))
            )
        else:
            end = {"record": "", "history": "/history", "similar": "/similar"}[kind]
            found.append((kind, f"/records/{record}{end}", httpx.QueryParams()))
    return found


async def run(address: str, token: str, asked: list[Asked], rate: float) -> Result:
    """Send requests as they are due and wait for all."""
    choose = random.Random(9)
    due, moment = [], 0.0
    for _ in asked:
        moment += choose.expovariate(rate)
        due.append(moment)
    result = Result(rate, due[-1])
    headers = {"Authorization": f"Bearer {token}"}
    free: asyncio.Queue[httpx.AsyncClient] = asyncio.Queue()
    async with AsyncExitStack() as stack:
        for _ in range(CONNECTIONS):  # a client each: httpx's own waiting room takes longer the more wait in it
            client = httpx.AsyncClient(
                base_url=f"{address}api/v1", headers=headers, timeout=60, trust_env=False, verify=False
            )
            free.put_nowait(await stack.enter_async_context(client))

        async def one(kind: str, path: str, parameters: httpx.QueryParams, at: float) -> None:
            client = await free.get()
            try:
                answer = await client.get(path, params=parameters)
            except httpx.HTTPError as error:
                result.errors[type(error).__name__] += 1
                return
            finally:
                free.put_nowait(client)
            result.times[kind].append((time.perf_counter() - at) * 1000)
            if answer.status_code != httpx.codes.OK:
                result.errors[str(answer.status_code)] += 1

        cpu, begun = time.process_time(), time.perf_counter()
        async with asyncio.TaskGroup() as group:
            for (kind, path, parameters), moment in zip(asked, due, strict=True):
                at = begun + moment
                wait = at - time.perf_counter()
                if wait > 0:
                    await asyncio.sleep(wait)
                result.behind = max(result.behind, time.perf_counter() - at)
                group.create_task(one(kind, path, parameters, at))
        result.client = time.process_time() - cpu
    return result


@contextmanager
def serving(place: StorePlace) -> Iterator[tuple[str, int]]:
    """A server; its address and process id."""
    environment = os.environ | {"BIAOTU_DATA": str(place.folder)}
    with subprocess.Popen(COMMAND, stderr=subprocess.PIPE, text=True, env=environment) as process:
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


def processor_time(pid: int) -> float:
    """Processor seconds that a process has had (Linux)."""
    stat = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(stat[11]) + int(stat[12])) / os.sysconf("SC_CLK_TCK")


def row_of(result: Result) -> str:
    """A row of the table."""
    spent = result.spent()
    p50, p95, p99, longest = (f"{np.percentile(spent, share):,.0f}" for share in (50, 95, 99, 100))
    errors = sum(result.errors.values())
    return (
        f"| {result.rate:.0f} | {result.seconds:.0f} | {len(spent):,} | {errors} | {p50} | {p95} | {p99} | {longest} |"
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
    parser.add_argument("--write", type=Path, help="Markdown file whose table of the load is replaced")
    options = parser.parse_args()

    place = StorePlace(options.store)
    token, ids = entered(place)
    tell(f"{len(ids)} records, {machine()}, load average before {os.getloadavg()[0]:.1f}")
    rows, good = [], True
    with serving(place) as (address, pid):
        asyncio.run(run(address, token, mixture(options.corpus, ids, 200), 20.0))  # loads what a server keeps
        for rate in options.rate:
            asked = mixture(options.corpus, ids, round(rate * options.seconds))
            before = processor_time(pid)
            result = asyncio.run(run(address, token, asked, rate))
            result.server = processor_time(pid) - before
            rows.append(row_of(result))
            tell(rows[-1])
            for kind, times in sorted(result.times.items()):
                p50, p99 = np.percentile(times, 50), np.percentile(times, 99)
                tell(f"    {kind:8} {len(times):6}  p50 {p50:6.0f} ms  p99 {p99:6.0f} ms")
            tell(
                f"    server {result.server / len(asked) * 1000:.2f} ms of processor a request "
                f"({result.server / result.seconds:.0%} of one core), client {result.client / result.seconds:.0%}, "
                f"sent at most {result.behind * 1000:.0f} ms late; errors {dict(result.errors)}; "
                f"load average {os.getloadavg()[0]:.1f}"
            )
            good &= not result.errors and float(np.percentile(result.spent(), 99)) < GOAL_MS
    if options.write:
        write_rows(options.write, "load", [HEAD, "| " + " | ".join(["--:"] * 8) + " |"], rows)
    raise SystemExit(0 if good else 1)


if __name__ == "__main__":
    main()
