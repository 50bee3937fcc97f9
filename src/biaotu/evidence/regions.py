"""The regions of a photo as parts that can be left out: covered in the pixels, and where they lie in the photo."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from biaotu.evidence.types import Box
from biaotu.evidence.weighing import Mask
from biaotu.images import Preprocessing

Pixels = npt.NDArray[np.uint8]


def sides(count: int) -> tuple[int, int]:
    """Rows and columns of a grid of ``count`` regions, which are as many; one row where they are no square number."""
    side = math.isqrt(count)
    return (side, side) if side * side == count else (1, count)


def covered(pixels: Pixels, kept: Mask) -> Pixels:
    """The photo ``[S, S, 3]`` with the regions that are not kept painted in its mean colour.

    Regions of the encoder's map overlap in what they see, so that blanking one of them leaves it in its neighbours;
    only covering the photo itself takes it away.
    """
    rows, columns = sides(len(kept))
    height, width = pixels.shape[:2]
    grid = kept.reshape(rows, columns)
    keep = grid[np.arange(height) * rows // height][:, np.arange(width) * columns // width]
    mean = pixels.reshape(-1, 3).mean(axis=0).astype(np.uint8)
    return np.where(keep[..., None], pixels, mean)


def box_of(preprocessing: Preprocessing, width: int, height: int) -> Box:
    """What part of an upright photo the encoder's square shows, in shares of its width and height."""
    if preprocessing.fit == "squash":
        return 0.0, 0.0, 1.0, 1.0
    side = (
        min(width, height) * preprocessing.crop_fraction if preprocessing.fit == "crop" else float(max(width, height))
    )
    across, down = (1 - side / width) / 2, (1 - side / height) / 2
    return across, down, 1 - across, 1 - down
