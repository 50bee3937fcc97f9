"""What a file is by its first bytes, and what its name says it is."""

from __future__ import annotations

from typing import BinaryIO, Final

SUFFIXES: Final = {
    ".jpg": "JPEG",
    ".jpeg": "JPEG",
    ".jpe": "JPEG",
    ".jfif": "JPEG",
    ".mpo": "JPEG",
    ".png": "PNG",
    ".apng": "PNG",
    ".webp": "WEBP",
    ".tif": "TIFF",
    ".tiff": "TIFF",
    ".bmp": "BMP",
    ".dib": "BMP",
    ".gif": "GIF",
}
"""Suffixes of photos and the format each promises."""

_READABLE: Final = "JPEG, PNG, WebP, TIFF, BMP or GIF"
_CONVERT: Final = f"which biaotu does not read; convert it to {_READABLE}"
_BROKEN: Final = "with a damaged beginning; copy it again from its source"
_HEADS: Final = (
    (0, b"\xff\xd8", f"a JPEG {_BROKEN}"),
    (0, b"\x89PNG", f"a PNG {_BROKEN}"),
    (8, b"WEBP", f"a WebP {_BROKEN}"),
    (0, b"II*\x00", f"a TIFF {_BROKEN}"),
    (0, b"MM\x00*", f"a TIFF {_BROKEN}"),
    (0, b"BM", f"a BMP {_BROKEN}"),
    (0, b"GIF8", f"a GIF {_BROKEN}"),
    (4, b"ftypavif", f"an AVIF picture, {_CONVERT}"),
    (4, b"ftyphe", f"a HEIC picture, {_CONVERT}"),
    (4, b"ftypmif1", f"a HEIC picture, {_CONVERT}"),
    (0, b"8BPS", f"a Photoshop file, {_CONVERT}"),
    (0, b"%PDF", f"a PDF, {_CONVERT}"),
    (0, b"<svg", f"an SVG drawing, {_CONVERT}"),
    (0, b"PK\x03\x04", "a ZIP archive or Office file; unpack it and give the photo itself"),
    (0, b"<!DOCTYPE", "a web page saved under a photo's name; download the photo itself"),
    (0, b"<html", "a web page saved under a photo's name; download the photo itself"),
)


def guess(head: bytes) -> str:
    """Name, for a person, what an unreadable file seems to be, and say what to do with it."""
    for place, mark, what in _HEADS:
        if head[place : place + len(mark)].lower() == mark.lower():
            return what
    return f"no picture that biaotu reads; hand in {_READABLE}"


def suffix_contradicts(suffix: str, format_name: str | None) -> bool:
    """Whether a file's name promises another format than its content has; no suffix promises nothing."""
    promised = SUFFIXES.get(suffix.lower())
    return suffix != "" and promised != {"MPO": "JPEG"}.get(format_name or "", format_name)


def is_cut_webp(head: bytes, file: BinaryIO) -> bool:
    """Whether the file is a WebP that is shorter than its own header says."""
    if not (head[:4] == b"RIFF" and head[8:12] == b"WEBP"):
        return False
    return file.seek(0, 2) < int.from_bytes(head[4:8], "little") + 8
