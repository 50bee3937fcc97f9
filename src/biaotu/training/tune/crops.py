"""Photos as they are learnt from: each time another part of them, somewhat distorted, mirrored half of the times."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
from PIL import Image

from biaotu.images import load_upright
from biaotu.images.preprocess import to_tensor

Pixels = npt.NDArray[np.uint8]

LONGEST: Final = 300
"""Photos are kept in memory no larger than this; a quarter of a megabyte each."""
_SQUARE: Final = 0.7
"""Share of the crops that keep the photo's proportions, as serving does; the others squash the whole of it."""
_DISTORTION: Final = 0.25
"""Greatest logarithm of a crop's width by its height, against what it was."""


def load_all(paths: Sequence[Path], workers: int) -> list[Pixels]:
    """All photos, uint8 [H, W, 3] each.

    Raises:
        InputError: if one of them cannot be used.
    """
    with ThreadPoolExecutor(workers) as pool:
        return [photo.pixels for photo in pool.map(lambda path: load_upright(path, LONGEST), paths)]


@dataclass(frozen=True, slots=True)
class Crop:
    """A part of a photo: left, top, right, bottom in its pixels, and whether left and right are swapped."""

    box: tuple[float, float, float, float]
    mirrored: bool

    def of(self, photo: Pixels, size: int) -> npt.NDArray[np.float32]:
        """The part as an encoder's input, float32 [3, size, size]."""
        larger = self.box[2] - self.box[0] > size
        filter_ = Image.Resampling.HAMMING if larger else Image.Resampling.BICUBIC
        square = np.asarray(Image.fromarray(photo).resize((size, size), filter_, self.box))
        inputs = to_tensor(np.ascontiguousarray(square[:, ::-1]) if self.mirrored else square)
        return np.asarray(inputs[0])


def draw_crop(photo: Pixels, rng: random.Random, least: float) -> Crop:
    """Draw a part that has at least the share ``least`` of the middle square, or of the whole photo."""
    height, width = photo.shape[:2]
    share = math.sqrt(rng.uniform(least, 1.0))
    distortion = math.exp(rng.uniform(-_DISTORTION, _DISTORTION))
    wide, high = width * share, height * share
    if rng.random() < _SQUARE:
        side = min(width, height) * share
        wide, high = min(width, side * distortion), min(height, side / distortion)
    left, top = rng.uniform(0, width - wide), rng.uniform(0, height - high)
    return Crop((left, top, left + wide, top + high), rng.random() < 0.5)
