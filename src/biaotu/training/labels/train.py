"""Training of the label network: text with photo, text alone, photo alone; sides that were not judged do not count."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from biaotu.taxonomy import LABELS
from biaotu.training.features import Half
from biaotu.training.labels.joint import JointLabelNetwork
from biaotu.training.labels.network import LabelNetwork, LabelNetworkConfig
from biaotu.training.schedule import average_weights, linear_decay

AnyLabelNetwork = LabelNetwork | JointLabelNetwork


@dataclass(frozen=True, slots=True)
class LabelStageConfig:
    """The knobs of the training. ``drop_photo`` and ``drop_text`` leave one side of a pair out at random."""

    epochs: int = 12
    rate: float = 5e-4
    weight_decay: float = 0.01
    batch: int = 32
    clip: float = 1.0
    warm_up: float = 0.05
    drop_photo: float = 0.4
    drop_text: float = 0.2
    text_share: float = 0.5
    smoothing: float = 0.02
    average_last: int = 3


@dataclass(frozen=True, slots=True)
class LabelExample:
    """One training case.

    Attributes:
        states: candidates of the text's states, float16 [T, E] each (variants of one text); empty without text.
        photos: rows of the region array, one of which is drawn; empty without photo.
        target: float32 [24].
        judged: float32 [24], 0 where nobody judged (weak labels lie between).
        weight: how often the case is drawn, relative to others.
    """

    states: tuple[Half, ...]
    photos: tuple[int, ...]
    target: npt.NDArray[np.float32]
    judged: npt.NDArray[np.float32]
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class LabelBatch:
    """Padded tensors."""

    feeds: dict[str, Tensor]
    target: Tensor
    judged: Tensor


def collate(
    picked: Sequence[LabelExample],
    regions: Half | None,
    rng: random.Random,
    config: LabelNetworkConfig,
    *,
    drop_photo: float,
    drop_text: float,
) -> LabelBatch:
    """Draw a variant of each text and a photo for it, leave sides out, pad. A case never loses both sides.

    ``config`` gives the shape of a side that no case of the batch has.
    """
    texts: list[Half | None] = []
    photos: list[int | None] = []
    for example in picked:
        text = rng.choice(example.states) if example.states else None
        photo = rng.choice(example.photos) if example.photos and regions is not None else None
        if text is not None and photo is not None:
            draw = rng.random()
            if draw < drop_photo:
                photo = None
            elif draw < drop_photo + drop_text:
                text = None
        texts.append(text)
        photos.append(photo)
    width = next((text.shape[1] for text in texts if text is not None), config.states_width)
    longest = max([2] + [len(text) for text in texts if text is not None])
    states = np.zeros((len(picked), longest, width), np.float32)
    pad = np.ones((len(picked), longest), bool)
    for row, text in enumerate(texts):
        if text is not None:
            states[row, : len(text)] = text
            pad[row, : len(text)] = False
    shape = regions.shape[1:] if regions is not None else (config.regions, config.regions_width)
    seen = np.zeros((len(picked), *shape), np.float32)
    for row, photo in enumerate(photos):
        if photo is not None and regions is not None:
            seen[row] = regions[photo]
    feeds = {
        "states": torch.from_numpy(states),
        "regions": torch.from_numpy(seen),
        "has_text": torch.tensor([float(text is not None) for text in texts]),
        "has_image": torch.tensor([float(photo is not None) for photo in photos]),
        "pad": torch.from_numpy(pad),
    }
    target = torch.from_numpy(np.stack([example.target for example in picked]))
    judged = torch.from_numpy(np.stack([example.judged for example in picked]))
    return LabelBatch(feeds, target, judged)


def fit(
    network: AnyLabelNetwork,
    text_cases: Sequence[LabelExample],
    photo_cases: Sequence[LabelExample],
    regions: Half,
    config: LabelStageConfig,
    *,
    seed: int,
    validate: Callable[[AnyLabelNetwork], dict[str, float]] | None = None,
    report: Callable[[str], None] = lambda _: None,
) -> None:
    """Train in place; an epoch is every photo case once, and so many text cases that they make ``text_share`` of it."""
    rng = random.Random(seed)
    torch.manual_seed(seed)
    texts_an_epoch = (
        int(len(photo_cases) * config.text_share / max(1e-6, 1 - config.text_share)) if photo_cases else len(text_cases)
    )
    per_epoch = math.ceil(len(photo_cases) / config.batch) + math.ceil(texts_an_epoch / config.batch)
    optimiser = torch.optim.AdamW(network.parameters(), lr=config.rate, weight_decay=config.weight_decay)
    total = per_epoch * config.epochs
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, linear_decay(total, config.warm_up))
    kept: list[dict[str, Tensor]] = []
    for epoch in range(1, config.epochs + 1):
        network.train()
        losses = []
        for group in _groups(text_cases, photo_cases, texts_an_epoch, config.batch, rng):
            drops = {"drop_photo": config.drop_photo, "drop_text": config.drop_text}
            batch = collate(group, regions, rng, network.config, **drops)
            losses.append(_step(network, batch, optimiser, config))
            schedule.step()
        if epoch > config.epochs - config.average_last:
            kept.append({key: value.detach().clone() for key, value in network.state_dict().items()})
        line = f"epoch {epoch}/{config.epochs} loss {np.mean(losses):.4f}"
        if validate is not None and (epoch % 3 == 0 or epoch == config.epochs):
            line += "".join(f" {name} {score:.4f}" for name, score in validate(network).items())
        report(line)
    if len(kept) > 1:
        network.load_state_dict(average_weights(kept))


def _groups(
    text_cases: Sequence[LabelExample], photo_cases: Sequence[LabelExample], texts: int, size: int, rng: random.Random
) -> list[list[LabelExample]]:
    """Batches of like kind and like length, shuffled."""
    weights = [example.weight for example in text_cases]
    drawn = rng.choices(range(len(text_cases)), weights, k=texts) if text_cases else []
    first = [len(example.states[0]) if example.states else 0 for example in text_cases]
    drawn.sort(key=lambda place: first[place] * (0.8 + 0.4 * rng.random()))
    photos = list(range(len(photo_cases)))
    rng.shuffle(photos)
    groups = [[text_cases[place] for place in drawn[start : start + size]] for start in range(0, len(drawn), size)]
    groups += [[photo_cases[place] for place in photos[start : start + size]] for start in range(0, len(photos), size)]
    rng.shuffle(groups)
    return groups


def _step(
    network: AnyLabelNetwork, batch: LabelBatch, optimiser: torch.optim.Optimizer, config: LabelStageConfig
) -> float:
    optimiser.zero_grad(set_to_none=True)
    logits = network(**batch.feeds)
    target = batch.target * (1 - 2 * config.smoothing) + config.smoothing
    loss = nn.functional.binary_cross_entropy_with_logits(logits, target, weight=batch.judged, reduction="sum")
    loss = loss / batch.judged.sum().clamp(min=1)
    loss.backward()  # type: ignore[no-untyped-call]
    nn.utils.clip_grad_norm_(network.parameters(), config.clip)
    optimiser.step()
    return float(loss.detach())


@torch.no_grad()
def logits_of(
    network: AnyLabelNetwork, cases: Sequence[LabelExample], regions: Half | None, size: int = 64
) -> npt.NDArray[np.float32]:
    """Logits [M, 24] of cases, with the first variant of each side."""
    network.eval()
    out = [np.zeros((0, len(LABELS)), np.float32)]
    for start in range(0, len(cases), size):
        group = [
            LabelExample(case.states[:1], case.photos[:1], case.target, case.judged)
            for case in cases[start : start + size]
        ]
        batch = collate(group, regions, random.Random(0), network.config, drop_photo=0, drop_text=0)
        out.append(network(**batch.feeds).numpy())
    return np.concatenate(out)
