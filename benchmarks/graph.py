"""Speed and size of the knowledge graph beside a store of many records, on SQLite.

    python benchmarks/graph.py --corpus CORPUS --records 10000 --out docs/results/graph.csv

Fills a fresh store as ``benchmarks/search.py`` does (sentences of ``train.jsonl`` put together anew, with the values
that stand in them), lets people confirm every third record, builds the graph, and asks each question about nodes picked
by chance, the same ones in every run. Questions of the machine's view are asked: they have the most to look at.
"""

from __future__ import annotations

import argparse
import csv
import os
import platform
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from search_data import Maker

from biaotu import graph as graphs
from biaotu.graph import names, sparql
from biaotu.knowledge.graphing import GraphKeeper
from biaotu.review import Item, Verdict
from biaotu.store import Actor, NewAnnotation, NewRecord, Store, StorePlace

ME = Actor.system("benchmark")
CHUNK = 1000
CONFIRMED = 3
"""Every so many-th record is confirmed whole."""


def fill(store: Store, corpus: Path, count: int) -> None:
    """Records with annotations; every third with everything accepted."""
    maker = Maker(corpus)
    for start in range(0, count, CHUNK):
        chunk = [maker.annotation() for _ in range(min(CHUNK, count - start))]
        fresh = [NewRecord(one.id, one.title, one.description, f"纪念馆{int(one.id) % 7}") for one in chunk]
        with store.writing(ME) as unit:
            ids = unit.records.add_many(fresh)
            unit.annotations.add_many([NewAnnotation(number, 1, one) for number, one in zip(ids, chunk, strict=True)])
        with store.writing(ME) as unit:
            for number, view in unit.decisions.views(ids[::CONFIRMED]).items():
                changes: list[tuple[Item, Verdict]] = [(one.item, "accept") for one in view.attributes]
                changes += [(one.item, "accept") for one in (*view.material, *view.use) if one.suggested]
                unit.decisions.decide(number, changes, base=0, key=f"confirm-{number}")


def questions(graph: graphs.Graph, count: int) -> Iterator[tuple[str, Callable[[], object]]]:
    """Each question about other nodes, by name."""
    chance = random.Random(7)
    records = sorted(graph.ties.records(), key=int)
    named = sorted(iri for iri, _ in graph.ties.nodes(machine=True))
    entries = [iri for iri in named if names.entry_of(iri) is not None]
    hubs = [iri for _, iri in sorted(((-size, iri) for iri, size in graph.ties.nodes(machine=True)))][:50]
    for _ in range(count):
        relic, other = (names.relic_iri(record) for record in chance.sample(records, 2))
        node, one, two = chance.choice(named), *chance.sample(entries, 2)
        hub, record = chance.choice(hubs), chance.choice(records)
        yield "neighbours of a relic", lambda relic=relic: graphs.neighbours(graph, relic, machine=True)
        yield "neighbours of a node", lambda node=node: graphs.neighbours(graph, node, machine=True)
        yield "neighbours of a hub", lambda hub=hub: graphs.neighbours(graph, hub, machine=True)
        yield "paths between relics", lambda relic=relic, other=other: graphs.paths(graph, relic, other, machine=True)
        yield "paths between entries", lambda one=one, two=two: graphs.paths(graph, one, two, machine=True)
        yield "related relics", lambda record=record: graphs.related(graph, record, machine=True)
        yield "together with a node", lambda one=one: graphs.together(graph, "person", "event", iri=one, machine=True)
    for _ in range(max(3, count // 10)):
        yield "together, all pairs", lambda: graphs.together(graph, "event", "body", machine=True)
        yield "timeline 1934-1936", lambda: graphs.timeline(graph, machine=True, first=1934, last=1936)
        yield "timeline, all", lambda: graphs.timeline(graph, machine=True)
        yield "places", lambda: graphs.places(graph, machine=True)
    for _ in range(max(3, count // 10)):
        word = graph.node(chance.choice(entries)).label[:2]
        yield "nodes by name", lambda word=word: graphs.nodes(graph, word, machine=True)


def size(folder: Path) -> float:
    """MB of a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def memory() -> float:
    """MB of this process at most so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(folder: Path, corpus: Path, count: int, asked: int) -> list[dict[str, Any]]:
    """All figures of one size."""
    rows: list[dict[str, Any]] = []

    def tell(what: str, value: float, unit: str) -> None:
        rows.append({"records": count, "what": what, "value": round(value, 1), "unit": unit})
        sys.stdout.write(f"{count:>7}  {what:<42} {value:>10.1f} {unit}\n")
        sys.stdout.flush()

    with Store.open(StorePlace(folder), create=True) as store:
        fill(store, corpus, count)
        before = memory()
        with GraphKeeper(store) as keeper:
            began, cpu = time.perf_counter(), time.process_time()
            with keeper.graph() as graph:
                tell("build", time.perf_counter() - began, "s")
                tell("build", time.process_time() - cpu, "s of processor time")
                tell("quads", len(graph.dataset.store), "")
                confirmed, everything = graph.ties.edges()
                tell("edges", everything, "")
                tell("of them confirmed", confirmed, "")
            tell("memory added", memory() - before, "MB")
        tell("on disk", size(folder / "graph"), "MB")
        with GraphKeeper(store) as keeper:
            began = time.perf_counter()
            with keeper.graph() as graph:
                tell("open", time.perf_counter() - began, "s")
                took: dict[str, list[float]] = {}
                worked: dict[str, list[float]] = {}
                for name, ask in questions(graph, asked):
                    began, cpu = time.perf_counter(), time.thread_time()
                    ask()
                    took.setdefault(name, []).append((time.perf_counter() - began) * 1000)
                    worked.setdefault(name, []).append((time.thread_time() - cpu) * 1000)
            for name in took:
                for times, how in ((sorted(took[name]), ""), (sorted(worked[name]), " of processor time")):
                    tell(f"{name}, p50", times[len(times) // 2], f"ms{how}")
                    tell(f"{name}, p95", times[min(len(times) - 1, int(len(times) * 0.95))], f"ms{how}")
            for name, change in (("up to date, nothing new", False), ("up to date, one record new", True)):
                times = []
                for place in range(20):
                    if change:
                        with store.writing(ME) as unit:
                            number = 2 + CONFIRMED * place
                            view = unit.decisions.view(number)
                            item = next(one.item for one in (*view.material, *view.attributes))
                            unit.decisions.decide(number, [(item, "reject")], base=view.revision, key=f"again-{number}")
                    began = time.perf_counter()
                    with keeper.graph():
                        times.append((time.perf_counter() - began) * 1000)
                times.sort()
                tell(f"{name}, p50", times[len(times) // 2], "ms")
            for number, (_, english, query) in enumerate(sparql.EXAMPLES, 1):
                times = sorted(_timed(lambda query=query: keeper.ask(query, machine=True)) for _ in range(5))
                tell(f"SPARQL {number} ({english})", times[2], "ms")
    return rows


def _timed(ask: Callable[[], object]) -> float:
    began = time.perf_counter()
    ask()
    return (time.perf_counter() - began) * 1000


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print, and with ``--out`` write a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, required=True, help="folder with train.jsonl")
    parser.add_argument("--records", type=int, nargs="+", default=[1000, 10000])
    parser.add_argument("--questions", type=int, default=200, help="of each kind")
    parser.add_argument("--out", type=Path, help="a .csv")
    wanted = parser.parse_args(arguments)
    rows = []
    for count in wanted.records:
        with tempfile.TemporaryDirectory() as folder:
            rows += measure(Path(folder), wanted.corpus, count, wanted.questions)
    if wanted.out:
        with wanted.out.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, ["records", "what", "value", "unit"], lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    sys.stdout.write(f"{platform.machine()}, {os.cpu_count()} cores, Python {sys.version.split()[0]}\n")


if __name__ == "__main__":
    main()
