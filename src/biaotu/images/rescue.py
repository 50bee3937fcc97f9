"""What can be shown of a cut-off or damaged picture."""

from __future__ import annotations

import io
from typing import BinaryIO, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from biaotu.images.opening import JPEG, cut_to_nothing, draft, open_photo
from biaotu.images.pixels import GREY, to_rgb
from biaotu.images.preprocess import Shape

_LARGEST: Final = 80_000_000
"""Pixels beyond which a damaged picture that is no JPEG is given up: it would stand in memory five times."""
_END_OF_JPEG: Final = b"\xff\xd9" * 64


def rescue(image: Image.Image, file: BinaryIO, name: str, shape: Shape, cause: Exception) -> Image.Image:
    """What can be shown of a damaged picture, the rest grey.

    A JPEG is read again with end marks behind it: libjpeg then hands out all rows, which it would not do for a
    progressive file (this is what ``LOAD_TRUNCATED_IMAGES`` does, but for this file only). The other decoders have
    written the rows they read into the picture before they gave up.

    Raises:
        PhotoError: if nothing is there.
    """
    if image.format in JPEG:
        file.seek(0)
        again = open_photo(io.BytesIO(file.read() + _END_OF_JPEG), name)
        draft(again, shape)
        try:
            again.load()
        except OSError as error:
            raise cut_to_nothing(name) from error
        return again
    if image.width * image.height > _LARGEST:
        raise cut_to_nothing(name) from cause
    try:
        rows = image._new(image.im)  # the core picture as far as it was filled; sized as the decoder saw it
        rows.load()
        written = np.any(np.asarray(rows).reshape(rows.height, -1), axis=1)
        pixels = np.array(to_rgb(rows))
    except Exception as error:
        raise cut_to_nothing(name) from error
    if not written.any():
        raise cut_to_nothing(name) from cause
    return Image.fromarray(_fill(pixels, written))


def _fill(pixels: NDArray[np.uint8], written: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Fill the rows that were not written: gaps (an interlaced file) from the row above, the end with grey."""
    last = int(np.flatnonzero(written)[-1])
    above = np.maximum.accumulate(np.where(written, np.arange(len(written)), 0))
    filled = pixels[above]
    filled[last + 1 :] = GREY
    return filled
