"""``biaotu-train tune``: a folder that configs can name as image encoder.

An image encoder made for 224 pixels loses at fewer, and what it was made for is not what its regions are used for. So
the layers behind the first few go on learning, on small photos, for two things at once: to say the picture labels
(through one linear layer over the mean region, which is thrown away), and to give the mean region that the encoder as
it was gives of the same part of the photo at its own size. The first alone might forget what the labels do not ask for;
the regions one by one would ask too much, for the photos' maps are of different sizes.
"""

from __future__ import annotations

import copy
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from biaotu.errors import ConfigError
from biaotu.images import load_photo
from biaotu.images.preprocess import Preprocessing
from biaotu.records.gold import GoldRecord, read_gold
from biaotu.taxonomy import LABELS
from biaotu.training.checkpoint import save_checkpoint
from biaotu.training.image_encoders import TUNED, ImageEncoder, load_image_encoder
from biaotu.training.labels.score import HALF, micro_f1
from biaotu.training.labels.weak import target_of
from biaotu.training.schedule import linear_decay
from biaotu.training.tune.config import TuneConfig
from biaotu.training.tune.crops import Pixels, draw_crop, load_all

Report = Callable[[str], None]
_LEAST_SPREAD = 0.05
"""Channels that hardly ever differ must not weigh more than all others."""


def run(config: TuneConfig, data: Path, out: Path, report: Report) -> dict[str, float]:
    """Tune an encoder and write it with its facts to ``out/image_encoder.pt``.

    Returns:
        Micro-F1 of the labels said by the linear layer on the dev photos, before any thresholds are chosen.

    Raises:
        ConfigError: if the config names an encoder that is not there or has no layer left to tune.
        InputError: if a file or a photo cannot be used.
    """
    torch.set_num_threads(config.threads)
    torch.manual_seed(config.seed)
    started = time.monotonic()

    def tell(line: str) -> None:
        report(f"[{time.monotonic() - started:5.0f} s] {line}")

    loaded = load_image_encoder(config.base)
    learnt, dev = (_Photos.read(data / name) for name in (config.data.photos, config.data.dev))
    pixels = load_all(learnt.paths, config.threads)
    tell(f"{len(learnt.paths)} photos to learn from, {len(dev.paths)} to measure on")
    course = _Course(config, loaded.encoder, loaded.width)
    course.learn(learnt, pixels, dev, tell)
    scores = {config.data.dev: round(course.score(dev), 4)}
    out.mkdir(parents=True, exist_ok=True)
    facts = {"config": asdict(config), "scores": scores, "seconds": round(time.monotonic() - started)}
    save_checkpoint(out / TUNED, course.encoder.to(memory_format=torch.contiguous_format), facts)
    tell(f"saved; {config.data.dev} {scores[config.data.dev]:.4f}")
    return scores


@dataclass(frozen=True, slots=True)
class _Photos:
    """Photos with what was judged of each: targets and judged flags float32 [M, 24]."""

    paths: list[Path]
    target: Tensor
    judged: Tensor

    @classmethod
    def read(cls, path: Path) -> _Photos:
        gold: list[GoldRecord] = list(read_gold(path))
        target, judged = zip(*(target_of(one.material, one.use) for one in gold), strict=True)
        paths = [one.record.image_paths()[0] for one in gold]
        return cls(paths, torch.from_numpy(np.stack(target)), torch.from_numpy(np.stack(judged)))


class _Course:
    """The encoder that learns, the encoder as it was, and the layer that says labels."""

    def __init__(self, config: TuneConfig, encoder: ImageEncoder, width: int) -> None:
        self.config = config
        # Evaluation mode throughout: the norms keep the means and spreads that they came with.
        self.encoder = encoder.eval().to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.teacher = copy.deepcopy(self.encoder).requires_grad_(False)
        self.weights = free_weights(self.encoder, config.kept)
        self.head = nn.Sequential(
            nn.LayerNorm(width, elementwise_affine=False),
            nn.Dropout(config.stage.dropout),
            nn.Linear(width, len(LABELS)),
        )
        self.spread: Tensor | None = None

    def learn(self, photos: _Photos, pixels: Sequence[Pixels], dev: _Photos, tell: Report) -> None:
        """Train in place."""
        stage, rng = self.config.stage, random.Random(self.config.seed)
        optimiser = torch.optim.AdamW(
            [
                {"params": self.weights, "lr": stage.rate},
                {"params": list(self.head.parameters()), "lr": stage.head_rate},
            ],
            weight_decay=stage.weight_decay,
        )
        order = list(range(len(pixels)))
        steps = len(range(0, len(order), stage.batch)) * stage.epochs
        schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, linear_decay(steps, stage.warm_up))
        for epoch in range(1, stage.epochs + 1):
            rng.shuffle(order)
            self.head.train()
            losses = []
            for start in range(0, len(order), stage.batch):
                wrong, apart = self._losses(photos, pixels, order[start : start + stage.batch], rng)
                optimiser.zero_grad(set_to_none=True)
                (wrong + stage.follow * apart).backward()  # type: ignore[no-untyped-call]
                nn.utils.clip_grad_norm_(self.weights, stage.clip)
                optimiser.step()
                schedule.step()
                losses.append((float(wrong.detach()), float(apart.detach())))
            wrong_mean, apart_mean = np.mean(losses, axis=0)
            told = f"epoch {epoch}/{stage.epochs} loss {wrong_mean:.4f}, apart {apart_mean:.4f}"
            tell(f"{told}, dev {self.score(dev):.4f}")

    def _losses(
        self, photos: _Photos, pixels: Sequence[Pixels], rows: Sequence[int], rng: random.Random
    ) -> tuple[Tensor, Tensor]:
        """Cross-entropy of the judged labels, and the distance to the teacher's mean region in shares of its spread."""
        config, stage = self.config, self.config.stage
        crops = [(pixels[row], draw_crop(pixels[row], rng, stage.least)) for row in rows]
        mean = self.encoder(_batch([crop.of(photo, config.photo_size) for photo, crop in crops])).mean(1)
        target = photos.target[rows] * (1 - 2 * stage.smoothing) + stage.smoothing
        judged = photos.judged[rows]
        wrong = nn.functional.binary_cross_entropy_with_logits(
            self.head(mean), target, weight=judged, reduction="sum"
        ) / judged.sum().clamp(min=1)
        if not stage.follow:
            return wrong, torch.zeros(())
        with torch.no_grad(), torch.autocast("cpu", torch.bfloat16, enabled=stage.teacher_precision == "bfloat16"):
            wanted = (
                self.teacher(_batch([crop.of(photo, config.teacher_size) for photo, crop in crops])).float().mean(1)
            )
        if self.spread is None:
            self.spread = wanted.std(0).clamp(min=_LEAST_SPREAD)
        return wrong, (((mean - wanted) / self.spread) ** 2).mean()

    @torch.no_grad()
    def score(self, photos: _Photos) -> float:
        """Micro-F1 of the labels of photos in the view that serves."""
        self.head.eval()
        serving = Preprocessing(size=self.config.photo_size)
        found = []
        for start in range(0, len(photos.paths), self.config.stage.batch):
            paths = photos.paths[start : start + self.config.stage.batch]
            pixels = [serving.tensor(load_photo(path, serving).pixels)[0] for path in paths]
            found.append(self.head(self.encoder(_batch(pixels)).mean(1)))
        sure = torch.sigmoid(torch.cat(found)).double().numpy()
        return micro_f1(sure, photos.target.numpy() > 0.5, photos.judged.numpy() > 0, HALF)


def free_weights(encoder: nn.Module, kept: int) -> list[nn.Parameter]:
    """Free the weights behind the first ``kept`` convolutions and their norms, hold all others.

    Raises:
        ConfigError: if there are no more convolutions than that.
    """
    encoder.requires_grad_(False)
    passed, free = 0, []
    for module in encoder.modules():
        passed += isinstance(module, nn.Conv2d)
        if passed > kept:
            free += list(module.parameters(recurse=False))
    if not free:
        raise ConfigError(f"kept = {kept}: the image encoder has {passed} convolutions, so none is left to tune")
    for weight in free:
        weight.requires_grad_(True)
    return free


def _batch(inputs: Sequence[np.ndarray[tuple[int, ...], np.dtype[np.float32]]]) -> Tensor:
    return torch.from_numpy(np.stack(inputs)).contiguous(memory_format=torch.channels_last)
