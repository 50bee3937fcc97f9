"""A photo's likeness in 64 bits: copies that were saved again, made smaller or recoloured stay close.

The hash is the common pHash: the photo as a grey square of 32 x 32, its cosine transform, of that the 8 x 8 lowest
frequencies, each above or below their median. The library ``imagehash`` computes the same but brings SciPy and
PyWavelets, more than all the rest of serving together. Over 700 museum photos and eight kinds of copies it beats the
difference hash: at a distance of 6 it finds 99 to 100 % of the copies saved again at half or a quarter of the size,
at quality 30 or recoloured (difference hash: 91 to 98 %), with 16 pairs of different photos in 244,650.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

SIDE: Final = 32
"""Side in pixels of the square that a photo is squeezed into."""

NEAR: Final = 6
"""Most bits of 64 in which two photos differ that are told as near duplicates."""

_LOW: Final = 8
_GREY: Final = np.array([0.299, 0.587, 0.114])


def _cosines() -> NDArray[np.float64]:
    """The lowest rows of the discrete cosine transform [8, 32]."""
    places = np.arange(SIDE)
    return np.cos(np.pi * (2 * places[np.newaxis, :] + 1) * np.arange(_LOW)[:, np.newaxis] / (2 * SIDE))


_COSINES: Final = _cosines()


def perceptual_hash(pixels: NDArray[np.uint8]) -> int:
    """The hash of a photo squeezed into a square.

    Args:
        pixels: uint8 [32, 32, 3], RGB.

    Returns:
        A number of 64 bits, the lowest frequency first.
    """
    low = (_COSINES @ (pixels @ _GREY) @ _COSINES.T).ravel()
    # The first coefficient is the brightness of the whole, which says nothing about what is seen.
    return int.from_bytes(np.packbits(low > np.median(low[1:])).tobytes(), "big")


def distance(one: int, other: int) -> int:
    """In how many of 64 bits two hashes differ."""
    return (one ^ other).bit_count()
