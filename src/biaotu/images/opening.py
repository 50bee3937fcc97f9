"""Open a photo file by its header: one of six formats, of a bearable size, ready to be decoded at a fitting scale."""

from __future__ import annotations

import math
from typing import BinaryIO, Final

# The plugins are imported so that Image.open finds them; no other plugin is ever tried.
from PIL import (
    BmpImagePlugin,
    GifImagePlugin,
    Image,
    JpegImagePlugin,
    MpoImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)

from biaotu.errors import InputError
from biaotu.images.preprocess import Shape
from biaotu.images.sniff import guess, is_cut_webp

MAX_PIXELS: Final = 178_956_970
"""Larger pictures are refused unread: twice the size at which Pillow warns of a decompression bomb."""
_MAX_PIXELS_OF: Final[dict[str, int]] = {WebPImagePlugin.WebPImageFile.format: 80_000_000}
"""Formats whose decoder holds the picture four times over, so that less of it fits into two gigabytes."""

FORMATS: Final = tuple(
    plugin.format
    for plugin in (
        JpegImagePlugin.JpegImageFile,
        PngImagePlugin.PngImageFile,
        WebPImagePlugin.WebPImageFile,
        TiffImagePlugin.TiffImageFile,
        BmpImagePlugin.BmpImageFile,
        GifImagePlugin.GifImageFile,
    )
)
JPEG: Final = {JpegImagePlugin.JpegImageFile.format, MpoImagePlugin.MpoImageFile.format}


class PhotoError(InputError):
    """Nothing can be got out of a photo. ``code`` is that of the notice it becomes on a record."""

    def __init__(self, code: str, reason: str, *, file: str) -> None:
        super().__init__(reason, file=file)
        self.code = code


def open_photo(file: BinaryIO, name: str) -> Image.Image:
    """Read the header and judge it before anything is allocated.

    Raises:
        PhotoError: if it is none of the six formats, larger than ``MAX_PIXELS`` or damaged from the beginning.
        OSError: if the disk fails.
    """
    try:
        image = Image.open(file, formats=FORMATS)
    except Image.DecompressionBombError as error:
        raise _too_large(name, str(error)) from error
    except Exception as error:  # a damaged header makes plugins raise all sorts of things
        if isinstance(error, OSError) and error.errno is not None:
            raise  # the disk's fault, not the picture's
        file.seek(0)
        head = file.read(64)
        if is_cut_webp(head, file):
            reason = "is cut off and a cut-off WebP cannot be shown in part; copy it again from its source"
            raise PhotoError("image-truncated", reason, file=name) from error
        raise PhotoError("image-unreadable", f"is {guess(head)}", file=name) from error
    width, height = image.size
    limit = min(MAX_PIXELS, _MAX_PIXELS_OF.get(image.format or "", MAX_PIXELS))
    if width * height > limit:
        raise _too_large(name, f"{width} x {height} pixels", limit)
    if width < 1 or height < 1:
        raise PhotoError("image-unreadable", f"has no area ({width} x {height} pixels); export it anew", file=name)
    return image


def _too_large(name: str, what: str, limit: int = MAX_PIXELS) -> PhotoError:
    reason = f"is too large to be a photo ({what}; the limit is {limit:,} pixels); hand in a smaller copy"
    return PhotoError("image-too-large", reason, file=name)


def cut_to_nothing(name: str) -> PhotoError:
    """The error of a picture that opens but shows nothing."""
    reason = "is cut off or damaged and nothing of it can be shown; copy it again from its source"
    return PhotoError("image-truncated", reason, file=name)


def draft(image: Image.Image, shape: Shape) -> None:
    """Let a JPEG be decoded at 1/2, 1/4 or 1/8: faster, and a large photo never stands whole in memory."""
    if image.format not in JPEG:
        return
    scale = shape.least_scale(*image.size)
    if scale < 1:
        image.draft(None, (math.ceil(image.width * scale), math.ceil(image.height * scale)))
