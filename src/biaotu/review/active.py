"""Which records to review next: unsure ones that are unlike each other and unlike what was reviewed (active learning).

Taken alone, uncertainty asks for the same kind of relic again and again. Here each next record is the one with the
largest product of uncertainty and distance to the nearest record that is chosen or was reviewed before (the greedy
k-centre of Sener and Savarese, weighted by uncertainty).

Measured (``benchmarks/review_order.py``): it finds what is wrong much earlier than the oldest-first order and a little
later than uncertainty alone; a plain label model that starts from 40 records learnt no faster from it than from records
drawn at random. Its use is to spread a reviewer's time over kinds of relics.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from biaotu.review.items import LabelItem
from biaotu.review.verdicts import Suggestion
from biaotu.taxonomy import LABELS

Floats = npt.NDArray[np.float32]
_COLUMN = {name: column for column, name in enumerate(LABELS)}
_BLOCK = 1024


def label_vector(suggestions: Iterable[Suggestion]) -> Floats:
    """A record as the model's label probabilities, ``[24]`` in the order of ``LABELS``; 0 where it lists none."""
    vector = np.zeros(len(LABELS), np.float32)
    for one in suggestions:
        if isinstance(one.item, LabelItem):
            vector[_COLUMN[one.item.name]] = one.confidence
    return vector


def next_records(
    uncertainties: npt.ArrayLike, vectors: npt.ArrayLike, count: int, *, seen: npt.ArrayLike | None = None
) -> list[int]:
    """Choose records of a pool; the same numbers always give the same choice.

    Args:
        uncertainties: ``[n]``, 0 to 1.
        vectors: ``[n, d]``; like records have near vectors (label probabilities, text or photo vectors).
        count: how many to choose; all of them if the pool is smaller.
        seen: ``[m, d]``, vectors of records that were reviewed already.

    Returns:
        Places in the pool, the first to review first. Of equals the one that stands first in the pool; once nothing new
        is left (all distances 0) the most uncertain first.

    Raises:
        ValueError: if the shapes do not fit each other.
    """
    weights, points = np.asarray(uncertainties, np.float64), np.asarray(vectors, np.float32)
    if weights.ndim != 1 or points.ndim != 2 or len(weights) != len(points):
        raise ValueError(f"uncertainties [n] and vectors [n, d] do not fit: {weights.shape} and {points.shape}")
    known = np.zeros((0, points.shape[1]), np.float32) if seen is None else np.asarray(seen, np.float32)
    if known.ndim != 2 or known.shape[1] != points.shape[1]:
        raise ValueError(f"seen has shape {known.shape}; it must be [m, {points.shape[1]}]")
    nearest = _nearest(points, known)
    chosen: list[int] = []
    free = np.ones(len(points), bool)
    for _ in range(min(count, len(points))):
        gain = weights * nearest if np.isfinite(nearest).all() else weights
        gain = np.where(free, gain if (gain[free] > 0).any() else weights, -1.0)
        best = int(gain.argmax())
        chosen.append(best)
        free[best] = False
        nearest = np.minimum(nearest, np.linalg.norm(points - points[best], axis=1))
    return chosen


def _nearest(points: Floats, known: Floats) -> npt.NDArray[np.float64]:
    """Distance of each point to the nearest known one, ``[n]``; infinite if none is known. In blocks: m may be big."""
    nearest = np.full(len(points), np.inf)
    lengths = np.square(points, dtype=np.float64).sum(axis=1)
    for start in range(0, len(known), _BLOCK):
        block = known[start : start + _BLOCK].astype(np.float64)
        squares = lengths[:, None] - 2 * (points @ block.T) + np.square(block).sum(axis=1)
        nearest = np.minimum(nearest, np.sqrt(np.maximum(squares, 0)).min(axis=1))
    return nearest
