"""Pictures that browsers send: judged by their content, by weight and measure."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from PIL import Image

from biaotu.api.problems import ProblemError
from biaotu.api.settings import Settings
from biaotu.api.uploads import PhotoLimits, check_number, check_photo
from biaotu.images import PhotoError

LIMITS = PhotoLimits(number=3, size=100_000, pixels=1_000_000)


def picture(size: tuple[int, int] = (60, 40), kind: str = "JPEG") -> io.BytesIO:
    buffer = io.BytesIO()
    Image.new("RGB", size, "red").save(buffer, kind)
    return buffer


def bomb(width: int, height: int) -> io.BytesIO:
    """A PNG of a few bytes whose header promises a giant."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(b"\0" * 100)), (b"IEND", b"")]
    told = b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )
    return io.BytesIO(b"\x89PNG\r\n\x1a\n" + told)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "BMP", "GIF"])
def test_the_six_formats_pass_and_are_left_at_their_beginning(kind: str) -> None:
    file = picture(kind=kind)
    check_photo(file, "photo.jpg", LIMITS)
    assert file.tell() == 0


@pytest.mark.parametrize(
    "content",
    [
        b"<!DOCTYPE html><script>alert(1)</script>",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"MZ\x90\x00 not a picture",
        b"%PDF-1.7",
        b"",
        b"\xff\xd8\xff",
    ],
)
def test_what_is_no_picture_is_refused_whatever_its_name(content: bytes) -> None:
    with pytest.raises(PhotoError):
        check_photo(io.BytesIO(content), "photo.jpg", LIMITS)


def test_a_heavy_photo_is_refused() -> None:
    file = io.BytesIO(picture().getvalue() + b"\0" * LIMITS.size)
    with pytest.raises(ProblemError, match="weighs") as caught:
        check_photo(file, "photo.jpg", LIMITS)
    assert caught.value.code == "too-large"


def test_a_large_photo_is_refused() -> None:
    with pytest.raises(ProblemError, match="pixels"):
        check_photo(bomb(1001, 1000), "photo.png", LIMITS)


def test_a_bomb_is_refused_unread_even_where_the_limit_is_high() -> None:
    with pytest.raises(PhotoError, match="too large"):
        check_photo(bomb(60_000, 60_000), "photo.png", PhotoLimits(3, 100_000, 10**12))


def test_too_many_are_refused() -> None:
    check_number(3, LIMITS)
    with pytest.raises(ProblemError, match="more than 3"):
        check_number(4, LIMITS)


def test_the_settings_are_in_megabytes_and_megapixels() -> None:
    limits = PhotoLimits.of(Settings(max_photos=7, max_photo_mb=2, max_photo_megapixels=3))
    assert limits == PhotoLimits(7, 2 << 20, 3_000_000)
