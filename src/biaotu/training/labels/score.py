"""Scores of a label network on the dev sets, and the thresholds that are chosen on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from biaotu.taxonomy import LABELS
from biaotu.training.features import Half
from biaotu.training.labels.batches import LabelExample
from biaotu.training.labels.train import AnyLabelNetwork, logits_of

PAIRS: Final = "museum pairs"
HALF: Final = np.full(len(LABELS), 0.5)
"""Thresholds before any are chosen."""


@dataclass(frozen=True, slots=True)
class DevSet:
    """Cases of one dev set with the regions their photos are rows of; None where it has no photos."""

    cases: list[LabelExample]
    regions: Half | None


Dev = dict[str, DevSet]


def scores_of(network: AnyLabelNetwork, dev: Dev, thresholds: npt.NDArray[np.float64]) -> dict[str, float]:
    """Micro-F1 over the judged labels of each dev set; of the museum pairs with both sides and with each alone."""
    scores = {name: micro_f1(*_judged(network, part), thresholds) for name, part in dev.items()}
    if PAIRS in dev:
        scores[f"{PAIRS}, text alone"] = micro_f1(*_judged(network, dev[PAIRS], photo=False), thresholds)
        scores[f"{PAIRS}, photo alone"] = micro_f1(*_judged(network, dev[PAIRS], text=False), thresholds)
    return scores


def choose_thresholds(network: AnyLabelNetwork, dev: Dev) -> npt.NDArray[np.float64]:
    """A threshold for each label, the best of a grid over all dev sets, each set weighing the same.

    Pulled half way back to 0.5: some labels have a handful of dev cases, and a threshold must not follow each of them.
    """
    parts = [_judged(network, part) for name, part in dev.items() if name != PAIRS]
    grid = np.linspace(0.2, 0.8, 25)
    chosen = np.full(len(LABELS), 0.5)
    for label in range(len(LABELS)):
        gains = [_weighted_f1(parts, label, float(limit)) for limit in grid]
        best = float(grid[int(np.argmax(gains))])
        if max(gains) > _weighted_f1(parts, label, 0.5) + 0.01:
            chosen[label] = 0.5 + (best - 0.5) / 2
    return chosen


Judged = tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_], npt.NDArray[np.bool_]]


def _judged(network: AnyLabelNetwork, part: DevSet, *, text: bool = True, photo: bool = True) -> Judged:
    """Probabilities, targets and judged flags, [M, 24] each."""
    logits = logits_of(network, part.cases, part.regions, text=text, photo=photo).astype(np.float64)
    return 1 / (1 + np.exp(-logits)), *judged_sides(part.cases)


def judged_sides(cases: Sequence[LabelExample]) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Targets and judged flags [M, 24] of cases."""
    return np.stack([case.target for case in cases]) > 0.5, np.stack([case.judged for case in cases]) > 0


def micro_f1(
    sure: npt.NDArray[np.float64],
    target: npt.NDArray[np.bool_],
    judged: npt.NDArray[np.bool_],
    limits: npt.NDArray[np.float64],
) -> float:
    """Micro-F1 of labels said with a probability of at least ``limits`` [24], over the judged ones; [M, 24] each."""
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
