"""Cases of the label network and the batches made of them."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from biaotu.training.features import Half
from biaotu.training.labels.network import LabelNetworkConfig


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
class Draw:
    """A case as it is read once: one variant of its text, one photo, or only one of the two."""

    text: Half | None
    photo: int | None
    case: LabelExample

    @property
    def length(self) -> int:
        """Pieces of the text."""
        return 0 if self.text is None else len(self.text)


@dataclass(frozen=True, slots=True)
class LabelBatch:
    """Padded tensors."""

    feeds: dict[str, Tensor]
    target: Tensor
    judged: Tensor


def collate(
    picked: Sequence[Draw],
    views: Sequence[Half],
    rng: random.Random,
    config: LabelNetworkConfig,
    *,
    regions_kept: float = 1.0,
) -> LabelBatch:
    """Pad a batch; a side that none of it has takes (nearly) no room.

    Args:
        picked: what is read.
        views: region arrays float16 [M, k, V] of the photos, one of which is drawn for each photo.
        rng: draws views and regions.
        config: gives the width of a side that no case has.
        regions_kept: share of the regions that is read.
    """
    longest = max(2, max(draw.length for draw in picked))
    width = next((draw.text.shape[1] for draw in picked if draw.text is not None), config.states_width)
    states = np.zeros((len(picked), longest, width), np.float32)
    pad = np.ones((len(picked), longest), bool)
    count, deep = views[0].shape[1:] if views else (config.regions, config.regions_width)
    kept = max(1, round(count * regions_kept)) if any(draw.photo is not None for draw in picked) else 0
    regions = np.zeros((len(picked), kept, deep), np.float32)
    places = np.tile(np.arange(kept), (len(picked), 1))
    for row, draw in enumerate(picked):
        if draw.text is not None:
            states[row, : draw.length] = draw.text
            pad[row, : draw.length] = False
        if draw.photo is not None:
            if kept < count:
                places[row] = sorted(rng.sample(range(count), kept))
            regions[row] = views[rng.randrange(len(views))][draw.photo][places[row]]
    feeds = {
        "states": torch.from_numpy(states),
        "regions": torch.from_numpy(regions),
        "has_text": torch.tensor([float(draw.text is not None) for draw in picked]),
        "has_image": torch.tensor([float(draw.photo is not None) for draw in picked]),
        "pad": torch.from_numpy(pad),
        "places": torch.from_numpy(places),
    }
    target = torch.from_numpy(np.stack([draw.case.target for draw in picked]))
    judged = torch.from_numpy(np.stack([draw.case.judged for draw in picked]))
    return LabelBatch(feeds, target, judged)
