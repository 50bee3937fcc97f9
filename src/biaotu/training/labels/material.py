"""What a label training reads: all texts, photos and dev sets, encoded once."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from biaotu.records.gold import read_gold
from biaotu.training.config import LabelConfig
from biaotu.training.features import Half
from biaotu.training.labels.batches import LabelExample
from biaotu.training.labels.data import (
    Lender,
    TextSource,
    TextStates,
    corpus_cases,
    pair_cases,
    photo_cases,
    text_only,
    weak_cases,
)
from biaotu.training.labels.joint import TextIds
from biaotu.training.labels.objects import labelled_nouns, object_cases
from biaotu.training.labels.photos import photo_views
from biaotu.training.labels.score import PAIRS, Dev, DevSet
from biaotu.training.museum import named_museum
from biaotu.training.workspace import prepare_encoders


@dataclass(frozen=True, slots=True)
class LabelMaterial:
    """Cases and features.

    Attributes:
        texts: cases with a text, some with photos they may be shown with.
        photos: every photo of ``views`` as a case.
        views: region arrays float16 [M, k, V], one for each way to look at the photos.
        dev: the dev sets by name.
        width: of the text's states.
    """

    texts: list[LabelExample]
    photos: list[LabelExample]
    views: list[Half]
    dev: Dev
    width: int


def gather(config: LabelConfig, data: Path, out: Path, tell: Callable[[str], None]) -> LabelMaterial:
    """Read and encode; what lies encoded in ``out`` is not encoded again.

    Raises:
        InputError: if a file is not as it should be.
    """
    text = prepare_encoders(out, config.encoders)
    reader = text.reader({}, {})
    joint = config.network.fusion == "joint"
    states: TextSource = TextIds(reader) if joint else TextStates(text, reader, workers=config.threads)
    photos = list(read_gold(data / config.data.photos))
    views = photo_views(out, [gold.record.image_paths()[0] for gold in photos], config.stage.views)
    tell(f"{len(photos)} photos encoded")
    lender, rng = Lender(photos), random.Random(config.seed)
    corpus = list(read_gold(data / config.data.train))
    museum = named_museum(data, config.data.museum, config.data.annotations)
    texts = corpus_cases(corpus, states, lender, rng, copies=1)
    texts += corpus_cases(museum, states, lender, rng, copies=1, weight=config.data.museum_weight)
    texts += pair_cases(photos, states)
    if config.data.registry:
        known = {(gold.record.title, gold.record.description) for gold in museum}
        texts += weak_cases(data / config.data.registry, data / config.data.unlabelled, states, known)
    if config.data.object_copies:
        copies = config.data.object_copies
        texts += object_cases(labelled_nouns(), corpus, states, lender, rng, copies=copies)
    tell(f"{len(texts)} texts encoded")
    return LabelMaterial(texts, photo_cases(photos), views, _dev(config, data, out, states), text.width)


def _dev(config: LabelConfig, data: Path, out: Path, states: TextSource) -> Dev:
    """Each text dev file by its words alone; the photo dev file by its photos alone, its museum pairs by both."""
    dev: Dev = {}
    for name in config.data.dev:
        if name != config.data.photos_dev:
            gold = list(read_gold(data / name))
            dev[name] = DevSet(text_only(corpus_cases(gold, states, Lender([]), random.Random(0), copies=0)), None)
    photos = list(read_gold(data / config.data.photos_dev))
    (regions,) = photo_views(out, [gold.record.image_paths()[0] for gold in photos], 1)
    dev[config.data.photos_dev] = DevSet(photo_cases(photos), regions)
    pairs = pair_cases(photos, states)
    if pairs:
        dev[PAIRS] = DevSet(pairs, regions)
    return dev
