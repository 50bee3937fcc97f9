"""Examples for the attribute network: features, BIO tags, attribute names, and a photo whose labels agree."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from biaotu.records.gold import GoldRecord
from biaotu.taxonomy import ATTRIBUTES, bio_tags
from biaotu.text.marks import WIDTH, Marks, TextMarks
from biaotu.text.pieces import PieceReader
from biaotu.text.reading import Reading, read
from biaotu.training.attributes.augment import drop_punctuation, page_header
from biaotu.training.features import Half, TextFeature, char_tags

LEXICON_DROP = 0.15
TAGS = {tag: number for number, tag in enumerate(bio_tags())}


@dataclass(frozen=True, slots=True)
class Example:
    """One window of one record.

    Attributes:
        feature: the window with its states.
        tags: int64 [N].
        marks: lexicon flags [N, ``WIDTH``].
        names: float32 [15].
        labels: (material, use); they choose the photo.
    """

    feature: TextFeature
    tags: npt.NDArray[np.int64]
    marks: Marks
    names: npt.NDArray[np.float32]
    labels: tuple[tuple[str, ...], tuple[str, ...]]


class TextSource(Protocol):
    """Gives the windows of texts with what a network reads of them: states of the frozen encoder, or piece ids."""

    def features(self, reader: PieceReader, texts: Iterable[str]) -> list[list[TextFeature]]:
        """Windows of many texts, in order."""


class PhotoBank:
    """Photos by their labels: a record without a photo borrows one whose material and use agree.

    Args:
        regions: float16 [M, k, V].
        labels: (material, use) of each photo.
    """

    def __init__(self, regions: Half, labels: Sequence[tuple[tuple[str, ...], tuple[str, ...]]]) -> None:
        self.regions = regions
        self._places: dict[tuple[str, str], list[int]] = {}
        for place, (materials, uses) in enumerate(labels):
            for material in materials:
                for use in uses:
                    self._places.setdefault((material, use), []).append(place)

    def draw(self, labels: tuple[tuple[str, ...], tuple[str, ...]], rng: random.Random) -> int | None:
        """The place of a photo that shares the record's first material and use; None if there is none."""
        materials, uses = labels
        if not materials or not uses:
            return None
        found = self._places.get((materials[0], uses[0]))
        return rng.choice(found) if found else None


def variants(records: Sequence[GoldRecord], copies: int, rng: random.Random) -> list[GoldRecord]:
    """The records as they are, and ``copies`` changed ones of each: page headers, dropped punctuation."""
    out = list(records)
    for _ in range(copies):
        for record in records:
            made = page_header(record, rng) if rng.random() < 0.6 else None
            if made is None or rng.random() < 0.5:
                made = drop_punctuation(made or record, rng, rng.choice((0.1, 0.3, 0.6)))
            out.append(made)
    return out


def examples(records: Sequence[GoldRecord], text: TextSource, reader: PieceReader, lexicon: TextMarks) -> list[Example]:
    """Encode records and lay their spans and the lexicon's matches over the characters."""
    readings = [read(gold.record.title, gold.record.description) for gold in records]
    encoded = text.features(reader, [reading.text for reading in readings])
    out = []
    for gold, reading, features in zip(records, readings, encoded, strict=True):
        tags = gold_tags(gold, reading)
        marks = lexicon.of(reading.text)
        names = np.zeros(len(ATTRIBUTES), np.float32)
        for span in gold.spans or ():
            names[ATTRIBUTES.index(span.type)] = 1
        for feature in features:
            start = feature.window.start
            end = start + feature.window.chars.shape[1]
            out.append(
                Example(feature, lawful(tags[start:end].copy()), marks[start:end], names, (gold.material, gold.use))
            )
    return out


def gold_tags(gold: GoldRecord, reading: Reading) -> npt.NDArray[np.int64]:
    """The BIO tag id of each character of a record's reading."""
    spans = [(span.field, span.start, span.end, span.type) for span in gold.spans or ()]
    return char_tags(reading, spans, TAGS)


def lawful(tags: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """A window may open inside a span: its first tag then becomes a B."""
    if len(tags) and tags[0] > 0 and tags[0] % 2 == 0:
        tags[0] -= 1
    return tags


def batches(count: int, lengths: Sequence[int], size: int, rng: random.Random) -> list[list[int]]:
    """Shuffled batches of examples of like length."""
    order = sorted(range(count), key=lambda place: lengths[place] * (0.9 + 0.2 * rng.random()))
    groups = [order[start : start + size] for start in range(0, count, size)]
    rng.shuffle(groups)
    return groups


@dataclass(frozen=True, slots=True)
class Batch:
    """Padded tensors of one batch; ``lengths`` on the CPU."""

    feeds: dict[str, Tensor]
    tags: Tensor
    names: Tensor
    mask: Tensor


def collate(
    picked: Sequence[Example],
    bank: PhotoBank | None,
    rng: random.Random,
    *,
    drop_photo: float,
    drop_char: float,
    regions_width: int,
) -> Batch:
    """Pad a batch. A photo is drawn for each record, or left out at random; characters become unknown at random."""
    lengths = torch.tensor([len(example.tags) for example in picked])
    longest, pieces = int(lengths.max()), max(len(example.feature.states) for example in picked)
    width = picked[0].feature.states.shape[1]
    states = np.zeros((len(picked), pieces, width), np.float32)
    whole = {
        key: np.zeros((len(picked), longest), np.int64) for key in ("pieces", "offsets", "chars", "bigrams", "tags")
    }
    marks = np.zeros((len(picked), longest, WIDTH), np.float32)
    for row, example in enumerate(picked):
        # The lexicon is left out of a record now and then: no unseen text finds as many of its words there.
        if not drop_char or rng.random() >= LEXICON_DROP:
            marks[row, : len(example.tags)] = example.marks
        states[row, : len(example.feature.states)] = example.feature.states
        feeds = example.feature.window.feeds()
        for key in ("pieces", "offsets", "chars", "bigrams"):
            whole[key][row, : len(example.tags)] = feeds[key][0]
        whole["tags"][row, : len(example.tags)] = example.tags
    if drop_char:
        for key in ("chars", "bigrams"):
            lost = np.random.default_rng(rng.getrandbits(32)).random(whole[key].shape) < drop_char
            whole[key][lost & (whole[key] > 1)] = 1
    regions, has = _photos(picked, bank, rng, drop_photo, regions_width)
    feeds_out = {key: torch.from_numpy(whole[key]) for key in ("pieces", "offsets", "chars", "bigrams")}
    feeds_out |= {
        "marks": torch.from_numpy(marks),
        "states": torch.from_numpy(states),
        "regions": regions,
        "has_image": has,
        "lengths": lengths,
    }
    mask = torch.arange(longest)[None, :] < lengths[:, None]
    return Batch(
        feeds_out, torch.from_numpy(whole["tags"]), torch.from_numpy(np.stack([e.names for e in picked])), mask
    )


def _photos(
    picked: Sequence[Example], bank: PhotoBank | None, rng: random.Random, drop: float, width: int
) -> tuple[Tensor, Tensor]:
    if bank is None:
        return torch.zeros(len(picked), 1, width), torch.zeros(len(picked))
    regions = np.zeros((len(picked), *bank.regions.shape[1:]), np.float32)
    has = torch.zeros(len(picked))
    for row, example in enumerate(picked):
        place = None if rng.random() < drop else bank.draw(example.labels, rng)
        if place is not None:
            regions[row] = bank.regions[place]
            has[row] = 1
    return torch.from_numpy(regions), has
