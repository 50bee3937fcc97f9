"""What both trainings share: the course of the learning rate and the averaging of the last epochs' weights."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

FLOOR = 0.02
"""The rate never falls below this share of its top, so that the last epochs still move."""


def linear_decay(total: int, warm_up: float) -> Callable[[int], float]:
    """Share of the top rate at each step: up over the first ``warm_up`` of ``total`` steps, then straight down."""
    rise = max(1, int(total * warm_up))

    def share(step: int) -> float:
        if step < rise:
            return (step + 1) / rise
        return max(FLOOR, (total - step) / max(1, total - rise))

    return share


def average_weights(states: Sequence[dict[str, Tensor]]) -> dict[str, Tensor]:
    """The mean of several states of one network; whole numbers and flags are taken from the first."""
    return {
        key: torch.stack([state[key] for state in states]).mean(0) if value.is_floating_point() else value
        for key, value in states[0].items()
    }
