"""``biaotu-train labels``: cases from corpus, museum pairs, weak titles, bare photos; training; thresholds."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch

from biaotu.images.preprocess import Preprocessing
from biaotu.records.gold import GoldRecord, read_gold
from biaotu.runtime import Network
from biaotu.taxonomy import LABELS
from biaotu.training.config import EncoderConfig, LabelConfig
from biaotu.training.encoders import load_text_encoder
from biaotu.training.features import Half, image_regions
from biaotu.training.labels.data import (
    TextSource,
    TextStates,
    corpus_cases,
    pair_cases,
    photo_cases,
    text_only,
    weak_cases,
)
from biaotu.training.labels.joint import JointLabelNetwork, TextIds
from biaotu.training.labels.network import LabelNetwork, LabelNetworkConfig
from biaotu.training.labels.objects import labelled_nouns, object_cases
from biaotu.training.labels.train import AnyLabelNetwork, LabelExample, fit, logits_of
from biaotu.training.workspace import prepare_encoders, save_checkpoint

Report = Callable[[str], None]
Dev = dict[str, tuple[list[LabelExample], Half | None]]


def run(config: LabelConfig, data: Path, out: Path, report: Report) -> dict[str, float]:
    """Train and save ``out/labels.pt``.

    Returns:
        Micro-F1 on each dev set with the chosen thresholds.
    """
    torch.set_num_threads(config.threads)
    started = time.monotonic()

    def tell(line: str) -> None:
        report(f"[{time.monotonic() - started:5.0f} s] {line}")

    text = prepare_encoders(out, config.encoders)
    reader = text.reader({}, {})
    joint = config.network.fusion == "joint"
    states: TextSource = TextIds(reader) if joint else TextStates(text, reader)
    network = Network(out / "image_encoder.onnx")
    photos = list(read_gold(data / config.data.photos))
    regions = _regions(network, photos)
    tell(f"{len(photos)} photos encoded")
    rng = random.Random(config.seed)
    corpus = list(read_gold(data / config.data.train))
    texts = corpus_cases(corpus, states, photos, rng, copies=1)
    texts += pair_cases(photos, states)
    if config.data.registry:
        texts += weak_cases(data / config.data.registry, data / config.data.unlabelled, states)
    if config.data.object_copies:
        texts += object_cases(labelled_nouns(), corpus, states, rng, copies=config.data.object_copies)
    tell(f"{len(texts)} texts encoded")
    dev = _dev(config, data, states, network)

    torch.manual_seed(config.seed)
    net = build_network(
        replace(config.network, states_width=text.width, regions_width=regions.shape[2], regions=regions.shape[1]),
        config.encoders,
    )
    fit(
        net,
        texts,
        photo_cases(photos),
        regions,
        config.stage,
        seed=config.seed,
        validate=lambda one: scores_of(one, dev, np.full(len(LABELS), 0.5)),
        report=tell,
    )
    thresholds = choose_thresholds(net, dev)
    plain, scores = scores_of(net, dev, np.full(len(LABELS), 0.5)), scores_of(net, dev, thresholds)
    tell("thresholds of 0.5:" + "".join(f" {name} {score:.4f}" for name, score in plain.items()))
    tell("chosen thresholds:" + "".join(f" {name} {score:.4f}" for name, score in scores.items()))
    knobs = {
        "config": asdict(replace(config, network=net.config)),
        "thresholds": [round(float(one), 3) for one in thresholds],
        "scores": scores,
        "scores_at_one_half": plain,
        "seconds": round(time.monotonic() - started),
    }
    save_checkpoint(out / "labels.pt", net, knobs)
    return scores


def build_network(config: LabelNetworkConfig, encoders: EncoderConfig) -> AnyLabelNetwork:
    """The network of a config: fused above the frozen text encoder, or (``joint``) inside one of its own."""
    if config.fusion == "stacked":
        return LabelNetwork(config)
    loaded = load_text_encoder(encoders.text, encoders.layers)
    return JointLabelNetwork(config, loaded.encoder.model, loaded.opening[0], loaded.closing[0])


def _regions(network: Network, photos: Sequence[GoldRecord]) -> Half:
    return image_regions(network, [gold.record.image_paths()[0] for gold in photos], Preprocessing())


def _dev(config: LabelConfig, data: Path, states: TextSource, network: Network) -> Dev:
    """Each text dev file by its words alone; the photo dev file by its photos alone, its museum pairs by both."""
    dev: Dev = {}
    for name in config.data.dev:
        if name != config.data.photos_dev:
            dev[name] = (
                text_only(corpus_cases(list(read_gold(data / name)), states, [], random.Random(0), copies=0)),
                None,
            )
    photos = list(read_gold(data / config.data.photos_dev))
    regions = _regions(network, photos)
    dev[config.data.photos_dev] = (photo_cases(photos), regions)
    pairs = pair_cases(photos, states)
    if pairs:
        dev["museum pairs"] = (pairs, regions)
    return dev


def scores_of(network: AnyLabelNetwork, dev: Dev, thresholds: npt.NDArray[np.float64]) -> dict[str, float]:
    """Micro-F1 over the judged labels of each dev set."""
    return {name: _f1(*_judged(network, cases, regions), thresholds) for name, (cases, regions) in dev.items()}


def choose_thresholds(network: AnyLabelNetwork, dev: Dev) -> npt.NDArray[np.float64]:
    """A threshold for each label, the best of a grid over all dev sets, each set weighing the same.

    Pulled half way back to 0.5: some labels have a handful of dev cases, and a threshold must not follow each of them.
    """
    parts = [_judged(network, cases, regions) for name, (cases, regions) in dev.items() if name != "museum pairs"]
    grid = np.linspace(0.2, 0.8, 25)
    chosen = np.full(len(LABELS), 0.5)
    for label in range(len(LABELS)):
        gains = [_weighted_f1(parts, label, float(limit)) for limit in grid]
        best = float(grid[int(np.argmax(gains))])
        if max(gains) > _weighted_f1(parts, label, 0.5) + 0.01:
            chosen[label] = 0.5 + (best - 0.5) / 2
    return chosen


Judged = tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_], npt.NDArray[np.bool_]]


def _judged(network: AnyLabelNetwork, cases: Sequence[LabelExample], regions: Half | None) -> Judged:
    """Probabilities, targets and judged flags, [M, 24] each."""
    sure = 1 / (1 + np.exp(-logits_of(network, cases, regions).astype(np.float64)))
    return sure, np.stack([case.target for case in cases]) > 0.5, np.stack([case.judged for case in cases]) > 0


def _f1(
    sure: npt.NDArray[np.float64],
    target: npt.NDArray[np.bool_],
    judged: npt.NDArray[np.bool_],
    limits: npt.NDArray[np.float64],
) -> float:
    found, wanted = (sure >= limits) & judged, target & judged
    return float(2 * (found & wanted).sum() / max(1, found.sum() + wanted.sum()))


def _weighted_f1(parts: Sequence[Judged], label: int, limit: float) -> float:
    right = found = wanted = 0.0
    for sure, target, judged in parts:
        rows = judged[:, label]
        weight = 1 / max(1, len(sure))
        hit = sure[rows, label] >= limit
        right += weight * float((hit & target[rows, label]).sum())
        found += weight * float(hit.sum())
        wanted += weight * float(target[rows, label].sum())
    return 2 * right / max(1e-9, found + wanted)


def summary(scores: Mapping[str, float]) -> str:
    """Scores in one line."""
    return ", ".join(f"{name} {score:.4f}" for name, score in scores.items())
