"""From the label network's 24 numbers to labels with a confidence and a decision (paper section 4.1).

Pure functions of numbers. The columns of all arrays follow ``biaotu.taxonomy.LABELS``: materials, then uses.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from biaotu.records import Label
from biaotu.taxonomy import MATERIALS, USES, Vocabulary

FLOOR: Final = 0.1
"""A label that was not accepted is still listed from this probability on, for a reviewer to see what came close."""

_WIDTH: Final = len(MATERIALS) + len(USES)


def sigmoid(logits: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Logits to probabilities, of any shape; safe for large values of either sign."""
    return np.exp(-np.logaddexp(0.0, -np.asarray(logits, dtype=np.float64)))


def average(logits: Sequence[npt.ArrayLike]) -> npt.NDArray[np.float64]:
    """One opinion of several photos of one relic: the mean of their logits, ``[n][24] -> [24]``.

    The mean of logits lets a sure photo outvote an unsure one, which the mean of probabilities does less.

    Raises:
        ValueError: if there is none, or one has not 24 finite numbers.
    """
    if not logits:
        raise ValueError("no logits to average")
    rows = np.stack([_checked(row, "logits") for row in logits])
    return np.asarray(rows.mean(axis=0))


def decide(
    probabilities: npt.ArrayLike, thresholds: npt.ArrayLike, *, floor: float = FLOOR
) -> tuple[tuple[Label, ...], tuple[Label, ...]]:
    """Decide both label systems of one record.

    A label is accepted when its probability reaches its own threshold. Listed are the accepted labels, those of at
    least ``floor``, and always the best one: when nothing passes, the best one is given, not accepted.

    Args:
        probabilities: ``[24]``, from the network's sigmoids.
        thresholds: ``[24]``, one for each label, from the dev set.
        floor: the probability from which labels that were not accepted are listed.

    Returns:
        Material labels and use labels, each in falling order of confidence; ties in the order of the vocabulary.

    Raises:
        ValueError: if either array has not 24 finite numbers.
    """
    values = _checked(probabilities, "probabilities")
    limits = _checked(thresholds, "thresholds")
    border = len(MATERIALS)
    return (
        _decide(values[:border], limits[:border], MATERIALS, floor),
        _decide(values[border:], limits[border:], USES, floor),
    )


def _decide(
    values: npt.NDArray[np.float64], limits: npt.NDArray[np.float64], vocabulary: Vocabulary, floor: float
) -> tuple[Label, ...]:
    order = np.argsort(-values, kind="stable")
    return tuple(
        Label(vocabulary.terms[place].zh, float(values[place]), bool(values[place] >= limits[place]))
        for rank, place in enumerate(order)
        if rank == 0 or values[place] >= min(limits[place], floor)
    )


def _checked(row: npt.ArrayLike, name: str) -> npt.NDArray[np.float64]:
    values = np.asarray(row, dtype=np.float64)
    if values.shape != (_WIDTH,) or not np.isfinite(values).all():
        raise ValueError(f"{name} must be {_WIDTH} finite numbers, one for each label, not shape {values.shape}")
    return values
