"""Cases for the label network: corpus records with borrowed photos, museum pairs, weak titles, bare photos."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from biaotu.records.gold import GoldRecord
from biaotu.text.pieces import PieceReader
from biaotu.text.reading import read
from biaotu.training.attributes.augment import page_header
from biaotu.training.features import EncodedText, Half
from biaotu.training.labels.train import LabelExample
from biaotu.training.labels.weak import census_target, material_target, target_of

CORPUS_WEIGHT = 2.0
MUSEUM_SET_WEIGHT = 0.4
WEAK_WEIGHT = 0.3


class TextSource(Protocol):
    """Gives the text side of cases: states of the frozen encoder, or bare piece ids."""

    def of(self, pairs: Iterable[tuple[str, str]]) -> list[Half | None]:
        """Arrays [T, width] of (title, description) pairs; None where both are empty."""


class TextStates:
    """States of the first window of a text; the label network reads no further (the opening tells what a thing is)."""

    def __init__(self, text: EncodedText, reader: PieceReader) -> None:
        self._text = text
        self._reader = reader

    def of(self, pairs: Iterable[tuple[str, str]]) -> list[Half | None]:
        """States [T, E] of (title, description) pairs; None where both are empty."""
        features = self._text.features(self._reader, [read(title, body).text for title, body in pairs])
        return [found[0].states if found else None for found in features]


def corpus_cases(
    records: Sequence[GoldRecord], states: TextSource, photos: Sequence[GoldRecord], rng: random.Random, *, copies: int
) -> list[LabelExample]:
    """Corpus records with texts as written, with page headers, as bare titles; photos whose labels agree."""
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
    by_labels: dict[tuple[frozenset[str], frozenset[str]], list[int]] = {}
    for place, photo in enumerate(photos):
        by_labels.setdefault((frozenset(photo.material), frozenset(photo.use)), []).append(place)
    cases, at = [], 0
    for gold, found in zip(records, versions, strict=True):
        texts = tuple(one for one in flat[at : at + len(found)] if one is not None)
        at += len(found)
        agreeing = by_labels.get((frozenset(gold.material), frozenset(gold.use)), [])
        cases.append(LabelExample(texts, tuple(agreeing), *target_of(gold.material, gold.use), CORPUS_WEIGHT))
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


def weak_cases(registry: Path, unlabelled: Path, states: TextSource) -> list[LabelExample]:
    """Titles with a census class, and texts with a curator's material words."""
    texts: list[tuple[str, str]] = []
    targets = []
    for document in _lines(registry):
        target = census_target(document["census_class"])
        if target is not None:
            texts.append((document["title"], ""))
            targets.append((target, WEAK_WEIGHT))
    for document in _lines(unlabelled):
        target = material_target(document.get("material_text") or "")
        if target is not None:
            texts.append((document["title"], document["description"]))
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


def judged_sides(cases: Sequence[LabelExample]) -> tuple[np.ndarray, np.ndarray]:
    """Targets and judged flags [M, 24] of cases."""
    return np.stack([case.target for case in cases]), np.stack([case.judged for case in cases])
