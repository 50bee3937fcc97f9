from __future__ import annotations

import io
import os
import struct
import tempfile
import threading
import warnings
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageFile

from biaotu.errors import InputError
from biaotu.images import Photo, PhotoError, Preprocessing, load_photo, load_photos
from biaotu.images.quiet import quiet
from biaotu.records import Record

SMALL = Preprocessing(size=32, fit="squash")


def encoded(format_name: str, size: tuple[int, int] = (96, 96), **options: Any) -> bytes:
    rng = np.random.default_rng(3)
    values = rng.integers(60, 256, (size[1] // 8, size[0] // 8, 3), dtype=np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(values).resize(size).save(buffer, format_name, **options)
    return buffer.getvalue()


def load_bytes(folder: Path, content: bytes, name: str = "photo.jpg") -> Photo:
    path = folder / name
    path.write_bytes(content)
    return load_photo(path, SMALL)


def code_of(path: Path) -> str:
    with pytest.raises(PhotoError) as caught:
        load_photo(path, SMALL)
    assert isinstance(caught.value, InputError)
    assert caught.value.file == str(path)
    return caught.value.code


def png_header(width: int, height: int) -> bytes:
    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(64))) + chunk(b"IEND", b"")


def test_missing(tmp_path: Path) -> None:
    assert code_of(tmp_path / "none.jpg") == "image-missing"
    assert code_of(tmp_path / "none" / "deeper.jpg") == "image-missing"
    assert code_of(tmp_path / "nul\0.jpg") == "image-missing"


def test_web_address() -> None:
    photos, notices = load_photos(Record("1", images=("https://museum.example/a.jpg",)))
    assert photos == []
    assert notices[0].code == "image-missing"
    assert "download" in notices[0].message


def test_name_that_no_disk_can_hold(tmp_path: Path) -> None:
    assert code_of(tmp_path / ("x" * 300)) == "image-unreadable"


def test_empty(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").touch()
    assert code_of(tmp_path / "a.jpg") == "image-empty"


def test_not_a_file(tmp_path: Path) -> None:
    assert code_of(tmp_path) == "image-not-a-file"
    os.mkfifo(tmp_path / "pipe.jpg")
    assert code_of(tmp_path / "pipe.jpg") == "image-not-a-file"


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"%PDF-1.7 ...", "PDF"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "HEIC"),
        (b"<!doctype html><title>404</title>", "web page"),
        (b"PK\x03\x04 a workbook", "ZIP"),
        (b"\xff\xd8\xff\xe0\0\x10JF", "JPEG with a damaged beginning"),
        (b"hello", "JPEG, PNG, WebP"),
        (b"P6 1 1 255 abc", "JPEG, PNG, WebP"),
    ],
)
def test_unreadable_says_what_it_seems_to_be(tmp_path: Path, content: bytes, what: str) -> None:
    with pytest.raises(PhotoError, match=what) as caught:
        load_bytes(tmp_path, content)
    assert caught.value.code == "image-unreadable"


@pytest.mark.parametrize(
    ("name", "format_name", "warned"),
    [
        ("a.png", "JPEG", True),
        ("a.jpg", "WEBP", True),
        ("a.txt", "PNG", True),
        ("a.JPG", "JPEG", False),
        ("a.jfif", "JPEG", False),
        ("a", "PNG", False),
    ],
)
def test_mislabelled(tmp_path: Path, name: str, format_name: str, warned: bool) -> None:
    photo = load_bytes(tmp_path, encoded(format_name), name)
    assert [notice.code for notice in photo.notices] == ["image-mislabelled"] * warned


@pytest.mark.parametrize("size", [(60_000, 60_000), (13_378, 13_378), (2**31 - 1, 1)])
def test_bomb_is_refused_from_its_header(tmp_path: Path, size: tuple[int, int]) -> None:
    (tmp_path / "a.png").write_bytes(png_header(*size))
    assert code_of(tmp_path / "a.png") == "image-too-large"


def test_bomb_limit_does_not_hang_on_pillows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", None)
    (tmp_path / "a.png").write_bytes(png_header(60_000, 60_000))
    assert code_of(tmp_path / "a.png") == "image-too-large"


def test_a_picture_that_pillow_only_warns_of_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 6000)
    assert load_bytes(tmp_path, encoded("JPEG")).notices == ()


@pytest.mark.parametrize(
    ("name", "format_name", "options"),
    [
        ("a.jpg", "JPEG", {}),
        ("a.jpg", "JPEG", {"progressive": True}),
        ("a.png", "PNG", {"compress_level": 0}),
        ("a.tif", "TIFF", {}),
        ("a.bmp", "BMP", {}),
        ("a.gif", "GIF", {"interlace": 0}),
        ("a.gif", "GIF", {"interlace": 1}),
    ],
)
def test_truncated_keeps_what_is_there(tmp_path: Path, name: str, format_name: str, options: dict[str, Any]) -> None:
    whole = encoded(format_name, **options)
    full = load_bytes(tmp_path, whole, name).pixels.astype(int)
    # A BMP stands upside down: its first bytes are the bottom rows.
    rows = slice(24, 30) if format_name == "BMP" else slice(0, 6)

    photo = load_bytes(tmp_path, whole[: len(whole) * 6 // 10], name)

    assert [notice.code for notice in photo.notices] == ["image-truncated"]
    assert (photo.width, photo.height) == (96, 96)
    tolerance = 30 if options.get("progressive") or options.get("interlace") else 3
    assert np.abs(photo.pixels[rows].astype(int) - full[rows]).mean() < tolerance
    assert ImageFile.LOAD_TRUNCATED_IMAGES is False


def test_what_a_truncated_picture_lacks_is_grey(tmp_path: Path) -> None:
    whole = encoded("PNG", compress_level=0)
    pixels = load_bytes(tmp_path, whole[: len(whole) // 2], "a.png").pixels
    assert (pixels[-10:] == 127).all()


def test_truncated_and_turned(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    whole = encoded("JPEG", (96, 48), exif=exif)
    photo = load_bytes(tmp_path, whole[: len(whole) * 8 // 10])
    assert (photo.width, photo.height) == (48, 96)


def test_cut_webp_is_named(tmp_path: Path) -> None:
    whole = encoded("WEBP")
    (tmp_path / "a.webp").write_bytes(whole[: len(whole) // 2])
    assert code_of(tmp_path / "a.webp") == "image-truncated"


def test_cut_before_the_first_row(tmp_path: Path) -> None:
    whole = encoded("JPEG")
    start = whole.index(b"\xff\xda") + 14
    (tmp_path / "a.jpg").write_bytes(whole[:start])
    assert code_of(tmp_path / "a.jpg") == "image-truncated"


def test_damaged_exif_costs_neither_photo_nor_warning(tmp_path: Path) -> None:
    body = b"Exif\0\0II*\0\x08\0\0\0\x03\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\x1a\x01\x05\0\x01\0\0\0\xff\xff\0\0"
    whole = encoded("JPEG")
    start = whole.index(b"\xff\xdb")
    with_exif = b"\xff\xd8\xff\xe1" + struct.pack(">H", len(body) + 2) + body + whole[start:]
    with pytest.warns(UserWarning):
        Image.open(io.BytesIO(with_exif)).getexif()
    photo = load_bytes(tmp_path, with_exif)
    assert photo.notices == ()


def test_quiet_ends_with_its_block_and_its_thread() -> None:
    def warn_as_pillow() -> None:
        warnings.warn_explicit("odd", UserWarning, "TiffImagePlugin.py", 1, module="PIL.TiffImagePlugin")

    inside, done = threading.Event(), threading.Event()

    def hold() -> None:
        with quiet():
            warn_as_pillow()
            inside.set()
            done.wait(10)

    with ThreadPoolExecutor(1) as pool:
        held = pool.submit(hold)
        inside.wait(10)
        with pytest.raises(UserWarning, match="odd"):
            warn_as_pillow()
        done.set()
        held.result()
    with quiet():
        warn_as_pillow()
        with pytest.raises(UserWarning, match="ours"):
            warnings.warn("ours", stacklevel=1)
    with pytest.raises(UserWarning, match="odd"):
        warn_as_pillow()


def test_threads_see_the_same_pictures(tmp_path: Path) -> None:
    whole = encoded("JPEG")
    (tmp_path / "cut.jpg").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "whole.jpg").write_bytes(whole)
    paths = [tmp_path / ("cut.jpg" if turn % 2 else "whole.jpg") for turn in range(40)]
    with ThreadPoolExecutor(4) as pool:
        photos = list(pool.map(lambda path: load_photo(path, SMALL), paths))
    for turn, photo in enumerate(photos):
        assert len(photo.notices) == turn % 2
        assert np.array_equal(photo.pixels, photos[turn % 2].pixels)


SEEDS = [
    encoded(name, (24, 16), **options)
    for name, options in cast(
        list[tuple[str, dict[str, Any]]],
        [
            ("JPEG", {}),
            (
                "JPEG",
                {
                    "progressive": True,
                    "exif": b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0",
                },
            ),
            ("PNG", {}),
            ("GIF", {}),
            ("BMP", {}),
            ("TIFF", {}),
            ("TIFF", {"compression": "tiff_lzw"}),
            ("WEBP", {}),
        ],
    )
]


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    content = bytearray(draw(st.sampled_from(SEEDS)))
    for _ in range(draw(st.integers(1, 6))):
        content[draw(st.integers(0, len(content) - 1))] = draw(st.integers(0, 255))
    return bytes(content[: draw(st.integers(len(content) // 2, len(content)))])


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.binary(max_size=200), mutated()))
def test_no_bytes_break_it(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        try:
            photo = load_bytes(Path(folder), content)
        except InputError as error:
            assert error.reason
        else:
            assert photo.pixels.shape == (32, 32, 3)
            assert photo.pixels.dtype == np.uint8
