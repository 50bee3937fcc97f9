"""Figures of retrieval from a matrix of scores and one of what is right."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

Scores = npt.NDArray[np.floating]
Flags = npt.NDArray[np.bool_]
DEPTHS: Final = (1, 5, 10)


def ranking(scores: Scores, right: Flags) -> dict[str, float]:
    """Recall at 1, 5 and 10 (something right among the first so many) and mean reciprocal rank of the first right one.

    Args:
        scores: [queries, things], higher is nearer.
        right: [queries, things], something in every row.
    """
    order = np.argsort(-scores, axis=1, kind="stable")
    first = np.take_along_axis(right, order, axis=1).argmax(axis=1)
    found = {f"r{depth}": float((first < depth).mean()) for depth in DEPTHS}
    return {**found, "mrr": float((1 / (first + 1)).mean())}


def precision_at_10(scores: Scores, right: Flags) -> float:
    """Mean share of right things among the first ten, or among the first ``n`` where only ``n`` are right at all."""
    order = np.argsort(-scores, axis=1, kind="stable")[:, :10]
    hits = np.take_along_axis(right, order, axis=1)
    counts = np.minimum(right.sum(axis=1), hits.shape[1])
    return float(np.mean([row[:count].mean() for row, count in zip(hits, counts, strict=True) if count]))
