"""Cases for the label network: corpus records with borrowed photos, museum pairs, weak titles, bare photos."""

from __future__ import annotations

import json
import random
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

from biaotu.records.gold import GoldRecord
from biaotu.text.pieces import PieceReader
from biaotu.text.reading import read
from biaotu.training.attributes.augment import page_header
from biaotu.training.features import EncodedText, Half
from biaotu.training.labels.batches import LabelExample
from biaotu.training.labels.weak import census_target, material_target, target_of

CORPUS_WEIGHT = 2.0
MUSEUM_SET_WEIGHT = 0.4
WEAK_WEIGHT = 0.3


class TextSource(Protocol):
    """Gives the text side of cases: states of the frozen encoder, or bare piece ids."""

    def of(self, pairs: Iterable[tuple[str, str]]) -> list[Half | None]:
        """Arrays [T, width] of (title, description) pairs; None where both are empty."""


class TextStates:
    """States of the first window of a text; the label network reads no further (the opening tells what a thing is).

    A text met again (several photos of one thing) is not encoded again.
    """

    def __init__(self, text: EncodedText, reader: PieceReader, *, workers: int = 1) -> None:
        self._text = text
        self._reader = reader
        self._workers = workers
        self._known: dict[str, Half | None] = {}

    def of(self, pairs: Iterable[tuple[str, str]]) -> list[Half | None]:
        """States [T, E] of (title, description) pairs; None where both are empty."""
        wanted = [read(title, body).text for title, body in pairs]
        fresh = [one for one in dict.fromkeys(wanted) if one not in self._known]
        features = self._text.features(self._reader, fresh, workers=self._workers)
        self._known.update(
            (one, found[0].states if found else None) for one, found in zip(fresh, features, strict=True)
        )
        return [self._known[one] for one in wanted]


class Lender:
    """Lends photos to texts that have none: rows of the photos whose labels are the same on both sides."""

    def __init__(self, photos: Sequence[GoldRecord]) -> None:
        self._rows: dict[tuple[frozenset[str], frozenset[str]], list[int]] = {}
        for row, photo in enumerate(photos):
            self._rows.setdefault((frozenset(photo.material), frozenset(photo.use)), []).append(row)

    def rows(self, material: Sequence[str], use: Sequence[str]) -> tuple[int, ...]:
        """Rows of the photos with these labels; none unless both sides are known."""
        return tuple(self._rows.get((frozenset(material), frozenset(use)), ())) if material and use else ()


def corpus_cases(
    records: Sequence[GoldRecord],
    states: TextSource,
    lender: Lender,
    rng: random.Random,
    *,
    copies: int,
    weight: float = CORPUS_WEIGHT,
) -> list[LabelExample]:
    """Annotated records with texts as written, with page headers, as bare titles; photos whose labels agree."""
    versions: list[list[tuple[str, str]]] = []
    for gold in records:
        found = [(gold.record.title, gold.record.description)]
        for _ in range(copies):
            made = page_header(gold, rng)
            if made is not None:
                found.append((made.record.title, made.record.description))
        if copies:
            found.append((gold.record.title, ""))
        versions.append(found)
    flat = states.of(pair for found in versions for pair in found)
    cases, at = [], 0
    for gold, found in zip(records, versions, strict=True):
        texts = tuple(one for one in flat[at : at + len(found)] if one is not None)
        at += len(found)
        agreeing = lender.rows(gold.material, gold.use)
        cases.append(LabelExample(texts, agreeing, *target_of(gold.material, gold.use), weight))
    return cases


def pair_cases(
    photos: Sequence[GoldRecord], states: TextSource, *, weight: float = MUSEUM_SET_WEIGHT
) -> list[LabelExample]:
    """Photos that come with a text of their own."""
    chosen = [(place, gold) for place, gold in enumerate(photos) if gold.record.title]
    texts = states.of((gold.record.title, gold.record.description) for _, gold in chosen)
    return [
        LabelExample((text,), (place,), *target_of(gold.material, gold.use), weight)
        for (place, gold), text in zip(chosen, texts, strict=True)
        if text is not None
    ]


def photo_cases(photos: Sequence[GoldRecord]) -> list[LabelExample]:
    """Bare photos."""
    return [LabelExample((), (place,), *target_of(gold.material, gold.use)) for place, gold in enumerate(photos)]


def weak_cases(
    registry: Path, unlabelled: Path, states: TextSource, known: Collection[tuple[str, str]] = ()
) -> list[LabelExample]:
    """Titles with a census class, and texts with a curator's material words, but for those ``known`` better."""
    texts: list[tuple[str, str]] = []
    targets = []
    for document in _lines(registry):
        target = census_target(document["census_class"])
        if target is not None:
            texts.append((document["title"], ""))
            targets.append((target, WEAK_WEIGHT))
    for document in _lines(unlabelled):
        target = material_target(document.get("material_text") or "")
        pair = (document["title"], document["description"])
        if target is not None and pair not in known:
            texts.append(pair)
            targets.append((target, 1.0))
    found = states.of(texts)
    return [
        LabelExample((text,), (), *target, weight)
        for text, (target, weight) in zip(found, targets, strict=True)
        if text is not None
    ]


def text_only(cases: Sequence[LabelExample]) -> list[LabelExample]:
    """The same cases without their photos."""
    return [LabelExample(case.states, (), case.target, case.judged, case.weight) for case in cases if case.states]


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            document: dict[str, Any] = json.loads(line)
            yield document
