"""From any Pillow mode to RGB on white, from any shape to a square."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from biaotu.images.preprocess import Bounds, Preprocessing

GREY: Final = (127, 127, 127)
"""What is not there: the ground of ``pad`` and the lost part of a damaged picture; close to zero for the encoder."""

_RESIZABLE: Final = {"L", "RGB", "CMYK"}
"""Modes that may be resized first and made RGB afterwards, which spares time and memory."""

_STRIP: Final = 4_000_000
"""Pixels that are converted at a time; more than a photo fitted to the encoder ever has."""

_WHITE: Final = (255, 255, 255, 255)
_DEPTHS: Final = (8, 10, 12, 14, 16)
_TURNS: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def swaps_sides(orientation: int) -> bool:
    """Whether an EXIF orientation makes width and height change places."""
    return orientation in {5, 6, 7, 8}


def to_square(image: Image.Image, preprocessing: Preprocessing, orientation: int = 1) -> NDArray[np.uint8]:
    """Fit a loaded picture of any mode into the encoder's square and turn it upright.

    The turn comes last, on the small picture: every fit is symmetric, so the order makes no difference.

    Returns:
        uint8 [size, size, 3], RGB.
    """
    if image.mode not in _RESIZABLE or image.has_transparency_data:
        image = to_rgb(image)
    square = _fit(image, preprocessing)
    turn = _TURNS.get(orientation)
    if turn is not None:
        square = square.transpose(turn)
    return np.array(to_rgb(square), dtype=np.uint8)


def to_upright(image: Image.Image, bounds: Bounds, orientation: int = 1) -> NDArray[np.uint8]:
    """Bring a loaded picture of any mode within bounds and turn it upright, its proportions kept.

    Returns:
        uint8 [H, W, 3], RGB.
    """
    if image.mode not in _RESIZABLE or image.has_transparency_data:
        image = to_rgb(image)
    width, height = image.size
    scale = bounds.longest / max(width, height)
    if scale < 1:
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        image = _resize(image, size, (0.0, 0.0, float(width), float(height)))
    turn = _TURNS.get(orientation)
    if turn is not None:
        image = image.transpose(turn)
    return np.array(to_rgb(image), dtype=np.uint8)


def to_rgb(image: Image.Image) -> Image.Image:
    """Make a picture of any Pillow mode RGB: alpha on white, deep greys to eight bits.

    A large one is made so in strips: the steps in between would else stand in memory several times over.
    """
    if image.mode == "RGB" and not image.has_transparency_data:
        return image
    deep = _range(image) if image.mode.startswith(("I", "F")) else None
    if image.width * image.height <= _STRIP:
        return _rgb(image, deep)
    whole = Image.new("RGB", image.size)
    for top, strip in _strips(image):
        whole.paste(_rgb(strip, deep), (0, top))
    return whole


def _strips(image: Image.Image) -> Iterator[tuple[int, Image.Image]]:
    """A picture from the top in strips of at most ``_STRIP`` pixels, or of one row, each with its place."""
    rows = max(1, _STRIP // image.width)
    for top in range(0, image.height, rows):
        yield top, image.crop((0, top, image.width, min(top + rows, image.height)))


def _rgb(image: Image.Image, deep: tuple[float, float] | None) -> Image.Image:
    """A picture, or a strip of one, as RGB. ``deep`` is what a deep grey takes for black and for white."""
    if deep is not None:
        return _eight_bits(image, *deep).convert("RGB")
    if image.has_transparency_data or image.mode in {"La", "RGBa"}:
        image = image.convert("RGBA")
        ground = Image.new("RGBA", image.size, _WHITE)
        ground.alpha_composite(image)
        return ground.convert("RGB")
    return image.convert("RGB")


def _values(image: Image.Image) -> NDArray[np.float32]:
    return np.nan_to_num(np.asarray(image, dtype=np.float32), nan=0.0, posinf=0.0, neginf=0.0)


def _range(image: Image.Image) -> tuple[float, float]:
    """What a grey of more than eight bits has for black and for white.

    Scanners store 10, 12 or 14 bits in 16-bit files, so white is taken to be the top of the smallest usual depth that
    holds the brightest pixel. Floats of 0..1 have white at 1; anything else is stretched from its least value to its
    greatest.
    """
    ends = [(float(values.min()), float(values.max())) for values in (_values(strip) for _, strip in _strips(image))]
    low, high = min(least for least, _ in ends), max(most for _, most in ends)
    if low < 0 or high >= 2 ** _DEPTHS[-1]:
        return low, high
    if image.mode == "F" and high <= 1:
        return 0.0, 1.0
    return 0.0, float(next(2**depth for depth in _DEPTHS if high < 2**depth) - 1)


def _eight_bits(image: Image.Image, black: float, white: float) -> Image.Image:
    """Scale a grey of more than eight bits down."""
    values = _values(image)
    span = np.float64(white) - np.float64(black)
    scaled = (values - black) * (255.0 / span) if span > 0 else np.zeros_like(values)
    return Image.fromarray(np.clip(np.rint(scaled), 0, 255).astype(np.uint8))


def _fit(image: Image.Image, preprocessing: Preprocessing) -> Image.Image:
    """One resampling from the part that is wanted to the size that is wanted."""
    size = preprocessing.size
    width, height = image.size
    if preprocessing.fit == "crop":
        side = min(width, height) * preprocessing.crop_fraction
        left, top = (width - side) / 2, (height - side) / 2
        return _shrink(image, (size, size), (left, top, left + side, top + side))
    whole = (0.0, 0.0, float(width), float(height))
    if preprocessing.fit == "squash":
        return _shrink(image, (size, size), whole)
    scale = size / max(width, height)
    inner = (max(1, round(width * scale)), max(1, round(height * scale)))
    square = Image.new("RGB", (size, size), GREY)
    square.paste(to_rgb(_shrink(image, inner, whole)), ((size - inner[0]) // 2, (size - inner[1]) // 2))
    return square


def _shrink(image: Image.Image, size: tuple[int, int], box: tuple[float, float, float, float]) -> Image.Image:
    """For the encoder: as ``_resize``, with a filter of half the width where the picture becomes smaller.

    Hamming's is as sharp as the bicubic one and takes half the time, which for an ordinary JPEG is more than decoding.
    """
    left, top, right, bottom = box
    if right - left < size[0] or bottom - top < size[1]:
        return _resize(image, size, box)
    return image.resize(size, Image.Resampling.HAMMING, box=box, reducing_gap=2.0)


def _resize(image: Image.Image, size: tuple[int, int], box: tuple[float, float, float, float]) -> Image.Image:
    return image.resize(size, Image.Resampling.BICUBIC, box=box, reducing_gap=2.0)
