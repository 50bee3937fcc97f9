"""What browsers send: pictures that are pictures, none over a limit. Names are made harmless by ``biaotu.intake``."""

from __future__ import annotations

import struct
import zipfile
from dataclasses import dataclass
from typing import BinaryIO, Final

from biaotu.api.problems import ProblemError
from biaotu.api.settings import Settings
from biaotu.images.opening import open_photo
from biaotu.images.quiet import quiet

_MB: Final = 1 << 20
_MAX_UNPACKED: Final = 1 << 30
"""Bytes that the parts of a workbook may have unpacked; a million rows have less."""


@dataclass(frozen=True, slots=True)
class PhotoLimits:
    """How many photos there may be, and what each may weigh (bytes) and measure (pixels)."""

    number: int
    size: int
    pixels: int

    @classmethod
    def of(cls, settings: Settings) -> PhotoLimits:
        """The limits that a server was given."""
        return cls(settings.max_photos, settings.max_photo_mb * _MB, settings.max_photo_megapixels * 1_000_000)


def check_number(number: int, limits: PhotoLimits) -> None:
    """See that there are not too many photos.

    Raises:
        ProblemError: 413, if there are.
    """
    if number > limits.number:
        raise ProblemError("too-large", f"more than {limits.number} photos in one upload; send fewer at a time")


def check_photo(file: BinaryIO, name: str, limits: PhotoLimits) -> None:
    """Look at a picture's size and header, not at its name; its pixels are not decoded.

    Raises:
        PhotoError: (an ``InputError``) if the content is none of the picture formats that biaotu reads.
        ProblemError: 413, if it weighs or measures too much.
    """
    size = file.seek(0, 2)
    file.seek(0)
    if size > limits.size:
        raise ProblemError("too-large", f"{name} weighs {size / _MB:.1f} MB; the limit is {limits.size // _MB} MB")
    with quiet():
        image = open_photo(file, name)
    if image.width * image.height > limits.pixels:
        measures = f"{image.width} x {image.height}"
        raise ProblemError("too-large", f"{name} has {measures} pixels; the limit is {limits.pixels:,} in all")
    file.seek(0)


def check_list(file: BinaryIO, name: str) -> None:
    """Look whether a workbook, which is an archive, would unpack to more than memory holds.

    Raises:
        ProblemError: 413, if it would.
    """
    file.seek(0)
    if zipfile.is_zipfile(file):
        try:
            with zipfile.ZipFile(file) as archive:
                size = sum(part.file_size for part in archive.infolist())
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, struct.error):
            size = 0  # no archive, or a damaged one: the reader tells what is wrong with it, or that nothing is
        if size > _MAX_UNPACKED:
            limit = _MAX_UNPACKED // _MB
            raise ProblemError("too-large", f"{name} unpacks to {size // _MB} MB; the limit is {limit} MB")
    file.seek(0)
