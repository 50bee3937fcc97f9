"""Training of the label network: texts alone, photos alone, and both together; sides not judged do not count.

What keeps the photo from drowning the words (the paper's open problem): a frozen image encoder and some thousand photos
let a network remember its photos, so in training a photo is nearly always right and in a museum it is not. So a share
of the photos that accompany a text are *strangers*, of any other thing, while the text's labels stay the truth: the
network meets photos that are as often wrong as unseen ones are, and learns how far to trust them.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from biaotu.taxonomy import LABELS
from biaotu.training.features import Half
from biaotu.training.labels.batches import Draw, LabelBatch, LabelExample, collate
from biaotu.training.labels.joint import JointLabelNetwork
from biaotu.training.labels.network import LabelNetwork
from biaotu.training.schedule import average_weights, linear_decay

AnyLabelNetwork = LabelNetwork | JointLabelNetwork


@dataclass(frozen=True, slots=True)
class LabelStageConfig:
    """The knobs of the training.

    Attributes:
        texts: drawn an epoch, by weight; every photo is seen once an epoch besides.
        with_photo: share of the texts that get a photo; of its own thing or one with the same labels.
        strangers: share of these photos that are of any other thing.
        regions_kept: share of a photo's regions that is read, drawn anew each time.
        views: in how many ways each photo is encoded (``photos.py``).
        precision: ``bfloat16`` halves the time on processors that have it and costs no accuracy.
    """

    epochs: int = 6
    rate: float = 1e-3
    weight_decay: float = 0.01
    batch: int = 32
    clip: float = 1.0
    warm_up: float = 0.05
    texts: int = 12_000
    with_photo: float = 0.5
    strangers: float = 0.3
    regions_kept: float = 0.5
    views: int = 2
    smoothing: float = 0.02
    average_last: int = 3
    precision: Literal["float32", "bfloat16"] = "float32"


def draw_texts(cases: Sequence[LabelExample], photos: int, rng: random.Random, config: LabelStageConfig) -> list[Draw]:
    """Draw ``config.texts`` texts, some with a photo; ``photos`` is how many there are to draw strangers from."""
    found = []
    for case in rng.choices(cases, [case.weight for case in cases], k=config.texts) if cases else []:
        photo = None
        if photos and rng.random() < config.with_photo:
            if rng.random() < config.strangers:
                photo = rng.randrange(photos)
            elif case.photos:
                photo = rng.choice(case.photos)
        found.append(Draw(rng.choice(case.states), photo, case))
    return found


def fit(
    network: AnyLabelNetwork,
    text_cases: Sequence[LabelExample],
    photo_cases: Sequence[LabelExample],
    views: Sequence[Half],
    config: LabelStageConfig,
    *,
    seed: int,
    validate: Callable[[AnyLabelNetwork], dict[str, float]] | None = None,
    report: Callable[[str], None] = lambda _: None,
) -> None:
    """Train in place; an epoch is every photo case once and ``config.texts`` draws of the text cases."""
    rng = random.Random(seed)
    torch.manual_seed(seed)
    optimiser = torch.optim.AdamW(network.parameters(), lr=config.rate, weight_decay=config.weight_decay)
    draws = (config.texts if text_cases else 0) + len(photo_cases)
    total = math.ceil(draws / config.batch) * config.epochs
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, linear_decay(total, config.warm_up))
    kept: list[dict[str, Tensor]] = []
    for epoch in range(1, config.epochs + 1):
        network.train()
        losses = []
        for group in _groups(text_cases, photo_cases, rng, config):
            batch = collate(group, views, rng, network.config, regions_kept=config.regions_kept)
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
    text_cases: Sequence[LabelExample],
    photo_cases: Sequence[LabelExample],
    rng: random.Random,
    config: LabelStageConfig,
) -> list[list[Draw]]:
    """Batches of like kind (text, photo, both) and like length, shuffled."""
    texts = draw_texts(text_cases, len(photo_cases), rng, config)
    photos = [Draw(None, rng.choice(case.photos), case) for case in photo_cases]
    rng.shuffle(photos)
    kinds = [[draw for draw in texts if draw.photo is None], [draw for draw in texts if draw.photo is not None]]
    for kind in kinds:
        kind.sort(key=lambda draw: draw.length * (0.8 + 0.4 * rng.random()))
    groups = [
        kind[start : start + config.batch] for kind in (*kinds, photos) for start in range(0, len(kind), config.batch)
    ]
    rng.shuffle(groups)
    return groups


def _step(
    network: AnyLabelNetwork, batch: LabelBatch, optimiser: torch.optim.Optimizer, config: LabelStageConfig
) -> float:
    optimiser.zero_grad(set_to_none=True)
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=config.precision == "bfloat16"):
        logits = network(**batch.feeds)
    target = batch.target * (1 - 2 * config.smoothing) + config.smoothing
    loss = nn.functional.binary_cross_entropy_with_logits(logits.float(), target, weight=batch.judged, reduction="sum")
    loss = loss / batch.judged.sum().clamp(min=1)
    loss.backward()  # type: ignore[no-untyped-call]
    nn.utils.clip_grad_norm_(network.parameters(), config.clip)
    optimiser.step()
    return float(loss.detach())


@torch.no_grad()
def logits_of(
    network: AnyLabelNetwork,
    cases: Sequence[LabelExample],
    regions: Half | None,
    *,
    text: bool = True,
    photo: bool = True,
    size: int = 64,
) -> npt.NDArray[np.float32]:
    """Logits [M, 24] of cases, with the first variant of each side; ``text`` and ``photo`` False leave a side out."""
    network.eval()
    views = [] if regions is None else [regions]
    draws = [
        Draw(
            case.states[0] if text and case.states else None,
            case.photos[0] if photo and case.photos and views else None,
            case,
        )
        for case in cases
    ]
    order = sorted(range(len(draws)), key=lambda place: draws[place].length)
    found = np.zeros((len(draws), len(LABELS)), np.float32)
    for start in range(0, len(order), size):
        rows = order[start : start + size]
        batch = collate([draws[row] for row in rows], views, random.Random(0), network.config)
        found[rows] = network(**batch.feeds).numpy()
    return found
