"""From a photo file, whatever state it is in, to the pixels that the image encoder reads.

Three doors: ``_look`` (is there a file worth opening?), ``open_photo`` (is it one of six formats and of a bearable
size? from the header alone), ``_decode`` (the pixels; of a damaged file what can be saved). Foreign errors become
``PhotoError`` here. No state of Pillow is changed (``LOAD_TRUNCATED_IMAGES``, ``MAX_IMAGE_PIXELS``), so several threads
may load photos at once. Only libtiff cannot be kept quiet: of a damaged TIFF it writes a line to standard error.
"""

from __future__ import annotations

import stat
import threading
from collections.abc import Iterable
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from biaotu.images.opening import PhotoError, cut_to_nothing, draft, open_photo
from biaotu.images.pixels import swaps_sides, to_square, to_upright
from biaotu.images.preprocess import Bounds, Preprocessing
from biaotu.images.quiet import quiet
from biaotu.images.rescue import rescue
from biaotu.images.sniff import suffix_contradicts
from biaotu.records import Notice, Record

_MISSING: Final = "image-missing"
_ORIENTATION: Final = 0x0112
_NOTHING: Final = 8
"""A damaged picture whose values lie closer together is the decoder's filling, nothing that was photographed."""

_GIANT: Final = 32_000_000
_one_giant = threading.Lock()
"""Pictures above ``_GIANT`` pixels are decoded one at a time, so that threads do not multiply the peak of memory."""


@dataclass(frozen=True, slots=True, eq=False)
class Photo:
    """A photo ready to be looked at.

    Attributes:
        pixels: uint8, RGB: [size, size, 3] for the encoder, [H, W, 3] of the whole photo for ``load_upright``.
        width: of the whole picture, upright.
        height: of the whole picture, upright.
        notices: what was wrong although the picture could be used.
    """

    pixels: NDArray[np.uint8]
    width: int
    height: int
    notices: tuple[Notice, ...] = ()


def load_photo(path: Path, preprocessing: Preprocessing | None = None) -> Photo:
    """Load one photo: first frame, upright, RGB on white, fitted into the encoder's square.

    Raises:
        PhotoError: if nothing can be got out of it; an ``InputError`` that names the file, the cause and what to do.
    """
    return _load(path, str(path), preprocessing or Preprocessing())


def load_upright(path: Path, longest: int) -> Photo:
    """Load a whole photo in its own proportions: first frame, upright, RGB on white, no side over ``longest`` pixels.

    Raises:
        PhotoError: as ``load_photo``.
    """
    return _load(path, str(path), Bounds(longest))


def load_photos(record: Record, preprocessing: Preprocessing | None = None) -> tuple[list[Photo], list[Notice]]:
    """Load a record's photos; what fails or is odd becomes a notice that names the photo as the user named it."""
    photos: list[Photo] = []
    notices: list[Notice] = []
    for name, path in zip(record.images, record.image_paths(), strict=True):
        try:
            photo = _load(path, name, preprocessing or Preprocessing())
        except PhotoError as error:
            if not _is_told(error.code, name, record.notices):
                notices.append(Notice(error.code, str(error)))
        else:
            photos.append(photo)
            notices.extend(photo.notices)
    return photos, notices


def _is_told(code: str, name: str, notices: Iterable[Notice]) -> bool:
    """Whether the reader of the list has told already that it did not find the photo; it puts names in “ ”."""
    return code == _MISSING and any(notice.code == _MISSING and f"“{name}”" in notice.message for notice in notices)


def _load(path: Path, name: str, shape: Preprocessing | Bounds) -> Photo:
    _look(path, name)
    try:
        with path.open("rb") as file, quiet():
            return _decode(file, path, name, shape)
    except PhotoError:
        raise
    except MemoryError as error:
        raise PhotoError("image-too-large", "does not fit into memory; hand in a smaller copy", file=name) from error
    except OSError as error:
        reason = f"cannot be read ({error.strerror or error}); check the file and its permissions, or export it anew"
        raise PhotoError("image-unreadable", reason, file=name) from error
    # A damaged file makes Pillow raise almost anything (struct.error, KeyError, zlib.error); a batch must survive it.
    except Exception as error:
        reason = f"is damaged ({type(error).__name__}: {error}); open it in a picture viewer and export it anew"
        raise PhotoError("image-unreadable", reason, file=name) from error


def _look(path: Path, name: str) -> None:
    """Refuse what is no file with something in it, without opening it (a pipe would block for ever)."""
    try:
        status = path.stat()
    except (FileNotFoundError, NotADirectoryError, ValueError) as error:
        web = "://" in name
        reason = "is a web address; download the photo and give its path" if web else f"there is no such file as {path}"
        hint = "" if web else "; check its name in the table and the image folder"
        raise PhotoError(_MISSING, reason + hint, file=name) from error
    except OSError as error:
        reason = f"cannot be reached ({error.strerror}); check its name and permissions"
        raise PhotoError("image-unreadable", reason, file=name) from error
    if not stat.S_ISREG(status.st_mode):
        what = "a folder" if stat.S_ISDIR(status.st_mode) else "a device or pipe"
        raise PhotoError("image-not-a-file", f"is {what}, not a picture file; give the photo itself", file=name)
    if status.st_size == 0:
        raise PhotoError("image-empty", "holds no bytes; copy the photo again from its source", file=name)


def _decode(file: BinaryIO, path: Path, name: str, shape: Preprocessing | Bounds) -> Photo:
    """Open, load at a fitting scale, save what can be saved, turn and fit."""
    image = open_photo(file, name)
    width, height = image.size
    notices: list[Notice] = []
    if suffix_contradicts(path.suffix, image.format):
        message = f"{name}: is named {path.suffix} but holds a {image.format}; it was read as that, rename it"
        notices.append(Notice("image-mislabelled", message))
    draft(image, shape)
    with _one_giant if image.width * image.height > _GIANT else nullcontext():
        damage = _load_pixels(image)
        orientation = _orientation(image)
        whole = image if damage is None else rescue(image, file, name, shape, damage)
        pixels = _shaped(whole, shape, orientation)
    if damage is not None:
        if np.ptp(pixels) < _NOTHING:
            raise cut_to_nothing(name) from damage
        message = f"{name}: is cut off or damaged; what could be read of it was used, copy it again from its source"
        notices.append(Notice("image-truncated", message))
    # Pillow gives a TIFF's size upright from the start.
    if swaps_sides(orientation) and image.format != "TIFF":
        width, height = height, width
    return Photo(pixels, width, height, tuple(notices))


def _shaped(image: Image.Image, shape: Preprocessing | Bounds, orientation: int) -> NDArray[np.uint8]:
    if isinstance(shape, Bounds):
        return to_upright(image, shape, orientation)
    return to_square(image, shape, orientation)


def _load_pixels(image: Image.Image) -> Exception | None:
    """Decode; return what the decoder stumbled over, which may be almost anything."""
    try:
        image.load()
    except MemoryError:
        raise
    except Exception as error:
        return error
    return None


def _orientation(image: Image.Image) -> int:
    """The EXIF orientation, 1 (upright) where there is none or the EXIF is damaged."""
    try:
        value = image.getexif().get(_ORIENTATION, 1)
        return value if isinstance(value, int) else 1
    except Exception:  # damaged EXIF must not cost the photo
        return 1
