"""How much each part of a whole contributes to a score, found by leaving parts out. Pure functions of numbers.

A *score* takes a mask ``[n]`` of the parts that are kept and gives what the models say then, ``[m]`` numbers at once
(24 labels cost no more than one). Effects ``[n, m]`` are differences of scores: above 0 the part speaks for the item.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
import numpy.typing as npt

Mask = npt.NDArray[np.bool_]
Effects = npt.NDArray[np.float64]
Score = Callable[[Mask], npt.NDArray[np.floating]]

GROUPS: Final = 4
"""A quarter of the parts is left out at a time: what is left still looks like a photo."""
RIDGE: Final = 10.0
"""How strongly effects found from masks are drawn to zero, so that masks may be fewer than parts."""


def by_leaving_out(score: Score, count: int) -> Effects:
    """Each part is left out once: how far the scores fall, ``[n, m]``."""
    whole = np.asarray(score(np.ones(count, bool)), np.float64)
    falls = [whole - np.asarray(score(~np.eye(count, dtype=bool)[part]), np.float64) for part in range(count)]
    return np.stack(falls)


def by_turns(score: Score, count: int) -> Effects:
    """Each part is left out once and left alone once, ``[n, m]``: the mean of what is lost and what it says alone.

    Two parts that say the same hide each other when only one of them is left out; alone both speak. What a part says
    alone is counted from the median of all parts alone, the score of a part that says nothing; the networks have never
    met nothing at all, and their score of it is not to be trusted.
    """
    alone = np.stack([np.asarray(score(np.eye(count, dtype=bool)[part]), np.float64) for part in range(count)])
    both: Effects = by_leaving_out(score, count) + alone - np.median(alone, axis=0)
    return both / 2


def by_masks(score: Score, count: int, rounds: int, *, groups: int = GROUPS, seed: int = 0) -> Effects:
    """Parts are left out in random groups: effects by ridge regression of the scores on the masks, ``[n, m]``.

    In every round the parts are dealt out to ``groups`` groups anew and each group is left out once, so that every part
    is left out as often as every other; a round costs ``groups`` scores. Parts that are seen together, as neighbouring
    regions of a photo are, are judged better so than one by one. The same seed gives the same masks.
    """
    generator = np.random.default_rng(seed)
    deals = [generator.permutation(count) % groups for _ in range(rounds)]
    masks = np.stack([deal != group for deal in deals for group in range(min(groups, count))])
    scores = np.stack([np.asarray(score(mask), np.float64) for mask in masks])
    design = masks - masks.mean(axis=0)
    normal = design.T @ design + RIDGE * np.eye(count)
    return np.asarray(np.linalg.solve(normal, design.T @ (scores - scores.mean(axis=0))), np.float64)


def scaled(effects: Effects, floor: float) -> Effects:
    """Effects ``[n]`` of one item as weights -1 to 1: the strongest has size 1, unless none reaches ``floor``.

    Without the floor, the noise of a photo that says nothing would look like strong evidence.
    """
    strongest = float(np.abs(effects).max(initial=0.0))
    return np.clip(effects / max(strongest, floor), -1.0, 1.0)
