"""The learnt part of the shared space: one linear map for texts, one for photos, trained to find each other.

A batch is photos, each with one of its texts. Each text is to find its photo among those of the batch and the other
way round (InfoNCE; Oord et al. 2018, as in CLIP, Radford et al. 2021). A text that may stand beside several photos of
the batch - a name, a label - is to find each of them alike, so the target is shared out among them.

Both sides are whitened first, in part: so the maps learn in a few hundred steps what raw features would take thousands
for. What is learnt is folded into plain projections.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from biaotu.search.space import Projection, root, unit
from biaotu.training.retrieval.basis import Basis
from biaotu.training.retrieval.encode import Floats
from biaotu.training.retrieval.material import Case, membership

_WARM_UP = 0.1
_SHARPEST = 4.6
"""Logarithm of the largest factor that cosines are multiplied by (100)."""


@dataclass(frozen=True, slots=True)
class DualConfig:
    """Knobs of the training.

    Attributes:
        width: numbers in the learnt part.
        epochs: how often every case is drawn; cases with the museum's own words ``museum`` times as often.
        batch: photos in a batch.
        rate: peak of the learning rate.
        weight_decay: of the maps.
        labels: share of the draws that take the name of a label for the text, where there is another.
        text_drop, photo_drop: dropout of the inputs.
        temper: how far the inputs are whitened, 0 not, 0.5 wholly.
        text_directions: main directions of the texts that are kept.
        museum: see ``epochs``.
    """

    width: int = 128
    epochs: int = 30
    batch: int = 512
    rate: float = 3e-3
    weight_decay: float = 0.05
    labels: float = 0.1
    text_drop: float = 0.1
    photo_drop: float = 0.2
    temper: float = 0.35
    text_directions: int = 256
    museum: int = 2


@dataclass(frozen=True, slots=True)
class Sides:
    """Features: text means [texts, n], photo means of each view [photos, m], and the basis of photos."""

    texts: Floats
    views: tuple[Floats, ...]
    basis: Basis


def train_dual(
    cases: Sequence[Case], sides: Sides, config: DualConfig, *, seed: int, tell: Callable[[str], None]
) -> tuple[Projection, Projection]:
    """Train both maps.

    Returns:
        Projection of unit text means, projection of photos in the basis.
    """
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    text_basis = Basis.of(unit(sides.texts), config.text_directions)
    texts = torch.from_numpy(text_basis.projection(unit(sides.texts)) * text_basis.scales(config.temper))
    scales = sides.basis.scales(config.temper)
    views = [torch.from_numpy(sides.basis.projection(root(view)) * scales) for view in sides.views]
    net = _Dual(texts.shape[1], views[0].shape[1], config)
    beside = membership(cases, len(texts))
    rows = np.array([case.row for case in cases])
    draws = np.concatenate([np.arange(len(cases)), *[_own(cases)] * (config.museum - 1)])
    batches = -(-len(draws) // config.batch)
    optimiser = torch.optim.AdamW(net.parameters(), lr=config.rate, weight_decay=config.weight_decay)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, config.rate, total_steps=config.epochs * batches, pct_start=_WARM_UP
    )
    for epoch in range(1, config.epochs + 1):
        losses = []
        for group in np.array_split(rng.permutation(draws), batches):
            picked = np.array([_text(cases[place], config.labels, rng) for place in group])
            photos = views[rng.integers(len(views))][rows[group]]
            target = torch.from_numpy(beside[group][:, picked].astype(np.float32))
            loss = net.loss(texts[picked], photos, target)
            optimiser.zero_grad(set_to_none=True)
            loss.backward()  # type: ignore[no-untyped-call]
            optimiser.step()
            schedule.step()
            losses.append(float(loss.detach()))
        if epoch % 10 == 0 or epoch == config.epochs:
            tell(f"epoch {epoch}/{config.epochs} loss {np.mean(losses):.3f}")
    text = _folded(text_basis.projection, text_basis.scales(config.temper), net.text)
    photo = _folded(None, scales, net.photo)
    return text, photo


class _Dual(nn.Module):
    def __init__(self, text_width: int, photo_width: int, config: DualConfig) -> None:
        super().__init__()
        self.text = nn.Linear(text_width, config.width)
        self.photo = nn.Linear(photo_width, config.width)
        self.sharpness = nn.Parameter(torch.tensor(2.66))
        self._drops = (config.text_drop, config.photo_drop)

    def loss(self, texts: Tensor, photos: Tensor, target: Tensor) -> Tensor:
        """InfoNCE both ways; ``target`` [photos, texts] is 1 where the two may stand together."""
        words = F.normalize(self.text(F.dropout(texts, self._drops[0])), dim=-1)
        things = F.normalize(self.photo(F.dropout(photos, self._drops[1])), dim=-1)
        scores = self.sharpness.clamp(max=_SHARPEST).exp() * things @ words.T
        return (_shared_out(scores, target) + _shared_out(scores.T, target.T)) / 2


def _shared_out(scores: Tensor, target: Tensor) -> Tensor:
    """Cross-entropy of each row against its target, shared out among the row's ones."""
    return -(target / target.sum(1, keepdim=True) * F.log_softmax(scores, 1)).sum(1).mean()


def _own(cases: Sequence[Case]) -> npt.NDArray[np.int64]:
    """Places of the cases with a museum's own words."""
    return np.array([place for place, case in enumerate(cases) if case.own], np.int64)


def _text(case: Case, labels: float, rng: np.random.Generator) -> int:
    """Draw one text of a case: a label's name now and then, else a kind and a text of it."""
    if case.labels and (not case.kinds or rng.random() < labels):
        return case.labels[rng.integers(len(case.labels))]
    kind = case.kinds[rng.integers(len(case.kinds))]
    return kind[rng.integers(len(kind))]


def _folded(before: Projection | None, scales: Floats, layer: nn.Linear) -> Projection:
    """A whitening and the linear layer behind it as one projection."""
    matrix = scales[:, None] * layer.weight.detach().numpy().T
    offset = layer.bias.detach().numpy().astype(np.float32)
    if before is None:
        return Projection(np.zeros(len(matrix), np.float32), matrix.astype(np.float32), offset)
    return Projection(before.centre, (before.matrix @ matrix).astype(np.float32), offset)
