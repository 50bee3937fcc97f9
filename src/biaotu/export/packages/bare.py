"""A photo's file without what the camera and other programs wrote into it, its picture untouched to the last byte.

Place, time, owner, comments and previews go; what is needed to show the picture rightly stays: the colour profile, and
which way is up. Nothing is decoded: parts of the file are left out, so that no picture is compressed a second time.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import Final

from biaotu.errors import InputError

_EXIF: Final = b"Exif\0\0"
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT: Final = frozenset(
    b"IHDR PLTE IDAT IEND tRNS iCCP sRGB gAMA cHRM cICP sBIT bKGD pHYs acTL fcTL fdAT".split(),
)
_WEBP_KEPT: Final = frozenset((b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"))
_GIF_KEPT: Final = (b"NETSCAPE2.0", b"ANIMEXTS1.0", b"ICCRGBG1012")


def bare(content: bytes, kind: str, orientation: int) -> bytes:
    """The file without its metadata.

    Args:
        content: the file.
        kind: Pillow's name of its format: JPEG, MPO, PNG, WEBP or GIF.
        orientation: which way is up, as EXIF counts (1 to 8); written anew where it is not 1.

    Raises:
        InputError: if the file is not of that format, or ends too early.
    """
    makers = {"JPEG": _jpeg, "MPO": _jpeg, "PNG": _png, "WEBP": _webp, "GIF": _gif}
    try:
        return b"".join(makers[kind](content, orientation if 1 < orientation <= 8 else 1))
    except (struct.error, IndexError, ValueError) as error:
        raise InputError("is damaged, so that its metadata cannot be told from its picture; save it anew") from error


def _exif(orientation: int) -> bytes:
    """A TIFF block with nothing but the orientation."""
    entry = struct.pack("<HHIHH", 0x0112, 3, 1, orientation, 0)
    return b"II*\0" + struct.pack("<IH", 8, 1) + entry + struct.pack("<I", 0)


def _jpeg(content: bytes, orientation: int) -> Iterator[bytes]:
    """JFIF, colour profile and Adobe's colour mark stay of the application parts; what follows the picture goes.

    Behind it phones put a second picture (MPO), a film or a depth map, each with metadata of its own.
    """
    if content[:2] != b"\xff\xd8":
        raise ValueError("no JPEG")
    yield content[:2]
    if orientation != 1:
        block = _EXIF + _exif(orientation)
        yield b"\xff\xe1" + struct.pack(">H", len(block) + 2) + block
    place = 2
    while True:
        start = content.index(b"\xff", place)
        marker = content[start + 1]
        if marker == 0xFF:  # fill bytes may stand before a marker
            place = start + 1
            continue
        if marker == 0xD9:
            yield content[start : start + 2]
            return
        (length,) = struct.unpack_from(">H", content, start + 2)
        end = start + 2 + length
        if length < 2 or end > len(content):
            raise ValueError("a part runs over the end")
        if _jpeg_kept(marker, content[start + 4 : end]):
            yield content[start:end]
        place = end
        if marker == 0xDA:
            place = _scan_end(content, end)
            yield content[end:place]
            if place >= len(content):  # cut off, but shown by browsers as far as it goes
                return


def _jpeg_kept(marker: int, data: bytes) -> bool:
    if marker == 0xE0:
        return data.startswith(b"JFIF\0")  # JFXX holds a preview
    if marker == 0xE2:
        return data.startswith(b"ICC_PROFILE\0")
    if marker == 0xEE:
        return data.startswith(b"Adobe")
    return not (0xE0 <= marker <= 0xEF or marker == 0xFE)


def _scan_end(content: bytes, place: int) -> int:
    """Where the compressed data of a scan end: at the next marker that is neither stuffing nor a restart."""
    while True:
        place = content.find(b"\xff", place)
        if place < 0 or place + 1 >= len(content):
            return len(content)
        after = content[place + 1]
        if after != 0 and not 0xD0 <= after <= 0xD7 and after != 0xFF:
            return place
        place += 1 if after == 0xFF else 2


def _png(content: bytes, orientation: int) -> Iterator[bytes]:
    if not content.startswith(_PNG):
        raise ValueError("no PNG")
    yield _PNG
    place = len(_PNG)
    while place < len(content):
        length, kind = struct.unpack_from(">I4s", content, place)
        end = place + 12 + length
        if end > len(content):
            raise ValueError("a chunk runs over the end")
        if kind in _PNG_KEPT:
            yield content[place:end]
        if kind == b"IHDR" and orientation != 1:
            block = _exif(orientation)
            yield struct.pack(">I", len(block)) + b"eXIf" + block + struct.pack(">I", zlib.crc32(b"eXIf" + block))
        if kind == b"IEND":
            return
        place = end


def _webp(content: bytes, orientation: int) -> Iterator[bytes]:
    if content[:4] != b"RIFF" or content[8:12] != b"WEBP":
        raise ValueError("no WebP")
    chunks: list[bytes] = []
    place = 12
    while place + 8 <= len(content):
        kind, length = struct.unpack_from("<4sI", content, place)
        end = place + 8 + length + length % 2
        if place + 8 + length > len(content):
            raise ValueError("a chunk runs over the end")
        data = content[place + 8 : place + 8 + length]
        if kind == b"VP8X":  # its flags say which metadata follow: bit 2 XMP, bit 3 EXIF
            data = bytes([data[0] & ~0x0C | (0x08 if orientation != 1 else 0)]) + data[1:]
        if kind in _WEBP_KEPT:
            chunks.append(_riff(kind, data))
        place = end
    if orientation != 1:
        if not any(chunk.startswith(b"VP8X") for chunk in chunks):
            raise ValueError("an orientation without the header that allows one")
        chunks.append(_riff(b"EXIF", _exif(orientation)))
    whole = b"WEBP" + b"".join(chunks)
    yield b"RIFF" + struct.pack("<I", len(whole)) + whole


def _riff(kind: bytes, data: bytes) -> bytes:
    return kind + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)


def _gif(content: bytes, orientation: int) -> Iterator[bytes]:
    del orientation  # a GIF has none
    if content[:6] not in (b"GIF87a", b"GIF89a"):
        raise ValueError("no GIF")
    place = 13 + (3 << (content[10] & 7) + 1 if content[10] & 0x80 else 0)
    yield content[:place]
    while True:
        block = content[place]
        if block == 0x3B:
            yield b"\x3b"
            return
        start = place
        if block == 0x21:
            kind, place = content[place + 1], place + 2
        elif block == 0x2C:
            kind, flags = 0, content[place + 9]
            place += 10 + (3 << (flags & 7) + 1 if flags & 0x80 else 0) + 1
        else:
            raise ValueError("an unknown block")
        first = content[place + 1 : place + 1 + content[place]]
        while content[place]:
            place += 1 + content[place]
        place += 1
        if kind == 0xFE or (kind == 0xFF and first not in _GIF_KEPT):
            continue
        yield content[start:place]
