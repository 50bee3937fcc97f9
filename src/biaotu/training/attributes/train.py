"""Training of the attribute network: one stage at a time, best epoch on the dev sets kept."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from torch import nn

from biaotu.attributes.decode import Decoder, bio_spans
from biaotu.taxonomy import ATTRIBUTES, bio_tags
from biaotu.training.attributes.data import Batch, Example, PhotoBank, batches, collate
from biaotu.training.attributes.network import ValueTagger
from biaotu.training.schedule import average_weights, linear_decay


@dataclass(frozen=True, slots=True)
class StageConfig:
    """The knobs of one training stage (ENCODERS recipe: AdamW, linear decay, clipping)."""

    epochs: int = 14
    rate: float = 2e-3
    weight_decay: float = 1e-4
    batch: int = 16
    clip: float = 2.0
    warm_up: float = 0.05
    drop_photo: float = 0.5
    drop_char: float = 0.02
    average_last: int = 3
    precision: Literal["float32", "bfloat16"] = "float32"


def fit(
    network: ValueTagger,
    train: Sequence[Example],
    bank: PhotoBank | None,
    config: StageConfig,
    *,
    seed: int,
    validate: Callable[[ValueTagger], dict[str, float]] | None = None,
    report: Callable[[str], None] = lambda _: None,
) -> None:
    """Train in place. The weights of the last ``average_last`` epochs are averaged: steadier than picking the best."""
    rng = random.Random(seed)
    torch.manual_seed(seed)
    lengths = [len(example.tags) for example in train]
    optimiser = torch.optim.AdamW(network.parameter_groups(config.rate), weight_decay=config.weight_decay)
    total = config.epochs * math.ceil(len(train) / config.batch)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, linear_decay(total, config.warm_up))
    kept: list[dict[str, torch.Tensor]] = []
    for epoch in range(1, config.epochs + 1):
        network.train()
        losses = []
        for group in batches(len(train), lengths, config.batch, rng):
            picked = [train[place] for place in group]
            batch = collate(
                picked,
                bank,
                rng,
                drop_photo=config.drop_photo,
                drop_char=config.drop_char,
                regions_width=network.config.regions_width,
            )
            losses.append(_step(network, batch, optimiser, config))
            schedule.step()
        if epoch > config.epochs - config.average_last:
            kept.append({key: value.detach().clone() for key, value in network.state_dict().items()})
        line = f"epoch {epoch}/{config.epochs} loss {np.mean(losses):.3f}"
        if validate is not None and (epoch % 3 == 0 or epoch == config.epochs):
            line += "".join(f" {name} {score:.4f}" for name, score in validate(network).items())
        report(line)
    if len(kept) > 1:
        network.load_state_dict(average_weights(kept))
        if validate is not None:
            report("averaged" + "".join(f" {name} {score:.4f}" for name, score in validate(network).items()))


def _step(network: ValueTagger, batch: Batch, optimiser: torch.optim.Optimizer, config: StageConfig) -> float:
    optimiser.zero_grad(set_to_none=True)
    # Half the width halves a step on processors with AVX512-BF16; the sums of the CRF stay in full width.
    with torch.autocast("cpu", torch.bfloat16, enabled=config.precision == "bfloat16"):
        emissions, names = network(**batch.feeds)
    loss = network.loss(emissions.float(), names.float(), batch.tags, batch.names, batch.mask)
    loss.backward()  # type: ignore[no-untyped-call]
    nn.utils.clip_grad_norm_(network.parameters(), config.clip)
    optimiser.step()
    return float(loss.detach())


def decoder_of(network: ValueTagger) -> Decoder:
    """The numpy decoder of a network's CRF; zero scores for lawful moves when it was trained with softmax."""
    moves, first, last = (score.detach().numpy() for score in network.crf.scores())
    if network.config.decoder == "softmax":
        moves, first, last = np.minimum(moves, 0) * (moves < -1e3), np.minimum(first, 0) * (first < -1e3), last * 0
    return Decoder(moves, first, last)


@torch.no_grad()
def outputs_of(
    network: ValueTagger, examples: Sequence[Example], *, bank: PhotoBank | None = None, size: int = 32
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Value emissions [N, tags] and name logits [types] of examples; without photos, or each with one of ``bank``."""
    network.eval()
    width = network.config.regions_width
    rng = random.Random(0)
    order = sorted(range(len(examples)), key=lambda place: len(examples[place].tags))
    out: list[tuple[np.ndarray, np.ndarray]] = [(np.zeros(0), np.zeros(0))] * len(examples)
    for start in range(0, len(order), size):
        group = order[start : start + size]
        picked = [examples[place] for place in group]
        batch = collate(picked, bank, rng, drop_photo=0, drop_char=0, regions_width=width)
        emissions, names = network(**batch.feeds)
        for row, place in enumerate(group):
            out[place] = emissions[row, : len(examples[place].tags)].numpy(), names[row].numpy()
    return out


def emissions_of(network: ValueTagger, examples: Sequence[Example]) -> list[np.ndarray]:
    """Value emissions [N, tags] of each example, without photos."""
    return [emissions for emissions, _ in outputs_of(network, examples)]


def span_scores(
    emissions: Sequence[np.ndarray],
    decoder: Decoder,
    examples: Sequence[Example],
    types: Sequence[str] = ATTRIBUTES.names,
) -> tuple[float, float, float]:
    """Micro precision, recall, F1 of exact span and type over the windows."""
    right = found = gold = 0
    tags = bio_tags(types)
    for scores, example in zip(emissions, examples, strict=True):
        predicted = set(bio_spans(decoder.path(scores), tags))
        wanted = set(bio_spans(example.tags, tags))
        right += len(predicted & wanted)
        found += len(predicted)
        gold += len(wanted)
    precision, recall = right / max(found, 1), right / max(gold, 1)
    return precision, recall, 2 * precision * recall / max(precision + recall, 1e-9)
