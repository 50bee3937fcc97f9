"""How a photo becomes the image encoder's input; the numbers travel in the model bundle's manifest.

The defaults are those of EfficientNet-Lite0: RGB, short side to 256, centre crop of 224, ``(x - 127) / 128``; its
bicubic filter only where a photo is enlarged, Hamming's of the same sharpness where it shrinks (``pixels.py``).
ImageNet mean and deviation, common elsewhere, cost this encoder nine points.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Final, Literal, Protocol, get_args

import numpy as np
from numpy.typing import NDArray

Fit = Literal["crop", "squash", "pad"]
OVERSAMPLING: Final = 2
"""A JPEG is decoded at the smallest half, quarter or eighth that is so many times the size wanted; a filter does the
rest."""
ENOUGH: Final = 1.0
"""The same for the encoder, for which the decoder's own shrinking is as good and takes half the time."""


class Shape(Protocol):
    """What a photo is to become."""

    def least_scale(self, width: int, height: int) -> float:
        """The share of its size below which a photo must not be decoded; above 1 if it is small anyway."""


@dataclass(frozen=True, slots=True)
class Preprocessing:
    """The settings of one image encoder.

    Attributes:
        size: side of the square input in pixels.
        fit: ``crop`` takes the middle square, ``squash`` distorts the whole photo into the square, ``pad`` keeps the
            whole photo in shape on a grey ground.
        crop_fraction: with ``crop``, the share of the short side that is kept; 0.875 is "resize to 256, crop 224".
        mean: subtracted from every value 0..255.
        scale: divides what is left.

    Raises:
        ValueError: if a value is out of its range.
    """

    size: int = 224
    fit: Fit = "crop"
    crop_fraction: float = 0.875
    mean: float = 127.0
    scale: float = 128.0

    def __post_init__(self) -> None:
        if not (isinstance(self.size, int) and 1 <= self.size <= 4096):
            raise ValueError(f"preprocessing: size is {self.size!r}, not a whole number from 1 to 4096")
        if self.fit not in get_args(Fit):
            raise ValueError(f"preprocessing: fit is {self.fit!r}, not one of {', '.join(get_args(Fit))}")
        if not 0.0 < self.crop_fraction <= 1.0:
            raise ValueError(f"preprocessing: crop_fraction is {self.crop_fraction!r}, not above 0 and at most 1")
        if not math.isfinite(self.mean):
            raise ValueError(f"preprocessing: mean is {self.mean!r}, not a finite number")
        if not (math.isfinite(self.scale) and self.scale > 0):
            raise ValueError(f"preprocessing: scale is {self.scale!r}, not a finite number above 0")

    def to_dict(self) -> dict[str, Any]:
        """The settings as plain JSON types."""
        return asdict(self)

    @classmethod
    def from_dict(cls, document: Mapping[str, Any]) -> Preprocessing:
        """Read what ``to_dict`` wrote; a missing key takes its default.

        Raises:
            ValueError: if a key is unknown or a value is out of its range or of the wrong type.
        """
        known = {field.name for field in fields(cls)}
        unknown = sorted(set(document) - known)
        if unknown:
            raise ValueError(f"preprocessing: unknown {', '.join(unknown)}; known are {', '.join(sorted(known))}")
        try:
            return cls(**document)
        except TypeError as error:
            raise ValueError(f"preprocessing: a value is of the wrong type ({error})") from error

    def least_scale(self, width: int, height: int) -> float:
        """See ``Shape``."""
        wanted = self.size * ENOUGH
        if self.fit == "crop":
            return wanted / self.crop_fraction / min(width, height)
        return wanted / (max if self.fit == "pad" else min)(width, height)

    def tensor(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        """``to_tensor`` with these settings' mean and scale."""
        return to_tensor(pixels, self.mean, self.scale)


@dataclass(frozen=True, slots=True)
class Bounds:
    """A whole photo in its own proportions, neither side longer than ``longest`` pixels; a small one stays as it is."""

    longest: int

    def least_scale(self, width: int, height: int) -> float:
        """See ``Shape``."""
        return self.longest * OVERSAMPLING / max(width, height)


def to_tensor(pixels: NDArray[np.uint8], mean: float = 127.0, scale: float = 128.0) -> NDArray[np.float32]:
    """Turn pixels uint8 [H, W, 3] into the encoder's input float32 [1, 3, H, W], ``(x - mean) / scale``.

    Raises:
        ValueError: if the pixels are of another shape or type.
    """
    if pixels.ndim != 3 or pixels.shape[2] != 3 or pixels.dtype != np.uint8:
        raise ValueError(f"pixels are {pixels.dtype} {list(pixels.shape)}, not uint8 [H, W, 3]")
    planes = np.ascontiguousarray(pixels.transpose(2, 0, 1)[np.newaxis], dtype=np.float32)
    planes -= np.float32(mean)
    planes /= np.float32(scale)
    return planes
