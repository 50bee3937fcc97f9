"""Small JPEG copies of photos, made once and kept on disk beside the store."""

from __future__ import annotations

import os
import tempfile
import threading
from pathlib import Path
from typing import BinaryIO, Final, cast

from PIL import Image, ImageOps

from biaotu.images import PhotoError
from biaotu.images.opening import cut_to_nothing, open_photo
from biaotu.images.preprocess import Preprocessing
from biaotu.images.quiet import quiet
from biaotu.images.rescue import rescue

SIZES: Final = (160, 320, 640, 1280, 2048)
"""Longest sides to choose from, in pixels; no others, so that nobody fills the disk with sizes."""

_AT_ONCE: Final = 2
_QUALITY: Final = 80
_NOTHING: Final = 8
"""A damaged picture whose values lie closer together is the decoder's filling, nothing that was photographed."""


class Thumbnails:
    """Thumbnails in a folder of their own, which may be deleted at any time. Safe to share between threads.

    Args:
        folder: where they are kept.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._turn = threading.BoundedSemaphore(_AT_ONCE)

    def of(self, digest: str, photo: Path, size: int) -> Path:
        """The thumbnail of a photo, made if it is not there.

        Args:
            digest: SHA-256 of the photo, in hex; the file is named by it.
            photo: the original, which is only read.
            size: one of ``SIZES``.

        Raises:
            PhotoError: if nothing can be got out of the photo.
        """
        place = self._folder / str(size) / digest[:2] / f"{digest}.jpg"
        if not place.exists():
            with self._turn:
                place.parent.mkdir(parents=True, exist_ok=True)
                _write(place, photo, size)
        return place


def _write(place: Path, photo: Path, size: int) -> None:
    """Make it beside its place and move it there whole: two threads, or a killed process, leave no half picture."""
    try:
        with photo.open("rb") as file, quiet():
            image = open_photo(file, photo.name)
            image.draft("RGB", (size, size))
            small, damage = _decoded(image, file, photo.name, size)
            small.thumbnail((size, size), reducing_gap=3.0)
            if (
                damage is not None
                and max(high - low for low, high in cast("tuple[tuple[int, int], ...]", small.getextrema())) < _NOTHING
            ):
                raise cut_to_nothing(photo.name) from damage
    except PhotoError:
        raise
    except (OSError, MemoryError) as error:
        raise _unusable(photo, error) from error
    except Exception as error:  # a damaged picture makes Pillow raise almost anything
        raise _unusable(photo, error) from error
    handle, name = tempfile.mkstemp(dir=place.parent, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as out:
            small.save(out, "JPEG", quality=_QUALITY, optimize=True)
        Path(name).replace(place)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _decoded(image: Image.Image, file: BinaryIO, name: str, size: int) -> tuple[Image.Image, Exception | None]:
    """The picture upright in RGB, of a damaged one what the models see of it too; and what was stumbled over."""
    damage: Exception | None = None
    try:
        image.load()
    except MemoryError:
        raise
    except Exception as error:  # a damaged picture makes Pillow raise almost anything
        damage = error
        image = rescue(image, file, name, Preprocessing(size=size), error)
    return _flat(ImageOps.exif_transpose(image)), damage


def _unusable(photo: Path, error: Exception) -> PhotoError:
    return PhotoError("image-unreadable", f"cannot be shown ({type(error).__name__}: {error})", file=photo.name)


def _flat(image: Image.Image) -> Image.Image:
    """RGB on white; 16-bit greys are scaled down, which a plain conversion would clip to white."""
    if image.mode.startswith(("I", "F")):
        low, high = image.getextrema()
        scale = 255 / max(float(high) - min(float(low), 0.0), 255.0)  # type: ignore[arg-type]
        image = image.convert("F").point(lambda value: value * scale).convert("L")
    if image.mode in {"P", "PA", "LA", "RGBA", "La", "RGBa"} or "transparency" in image.info:
        layer = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", layer.size, "white"), layer)
    return image.convert("RGB")
