"""Whole photos in their own proportions, behind the same doors as those for the encoder."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from biaotu.images import MAX_PIXELS, PhotoError, load_upright
from test_images_damage import png_header

RED, BLUE = (220, 30, 30), (30, 30, 220)


def halves(width: int = 400, height: int = 100) -> Image.Image:
    """The left half red, the right half blue."""
    image = Image.new("RGB", (width, height), RED)
    image.paste(BLUE, (width // 2, 0, width, height))
    return image


def test_proportions_are_kept_and_small_photos_as_they_are(tmp_path: Path) -> None:
    halves().save(tmp_path / "a.png")
    assert load_upright(tmp_path / "a.png", 1000).pixels.shape == (100, 400, 3)
    photo = load_upright(tmp_path / "a.png", 200)
    assert photo.pixels.shape == (50, 200, 3)
    assert (photo.width, photo.height) == (400, 100)
    assert np.abs(photo.pixels[25, 20].astype(int) - RED).max() < 3
    assert np.abs(photo.pixels[25, 180].astype(int) - BLUE).max() < 3
    assert load_upright(tmp_path / "a.png", 2).pixels.shape == (1, 2, 3)


@pytest.mark.parametrize("suffix", [".jpg", ".tif", ".png"])
def test_a_turned_photo_stands_upright(tmp_path: Path, suffix: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    halves(4000, 1000).transpose(Image.Transpose.ROTATE_90).save(tmp_path / f"a{suffix}", exif=exif)
    photo = load_upright(tmp_path / f"a{suffix}", 400)
    assert (photo.width, photo.height) == (4000, 1000)
    assert photo.pixels.shape == (100, 400, 3)
    assert np.abs(photo.pixels[50, 50].astype(int) - RED).max() < 10


def test_glass_lies_on_white(tmp_path: Path) -> None:
    Image.new("RGBA", (20, 10), (0, 0, 0, 0)).save(tmp_path / "a.png")
    assert load_upright(tmp_path / "a.png", 100).pixels.min() == 255


def test_what_can_be_saved_of_a_cut_off_photo_is_given(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (300, 900, 3), dtype=np.uint8)
    Image.fromarray(noise).save(tmp_path / "whole.jpg")
    content = (tmp_path / "whole.jpg").read_bytes()
    (tmp_path / "a.jpg").write_bytes(content[: len(content) // 2])
    photo = load_upright(tmp_path / "a.jpg", 300)
    assert photo.pixels.shape == (100, 300, 3)
    assert [notice.code for notice in photo.notices] == ["image-truncated"]


def test_what_is_no_photo_is_refused(tmp_path: Path) -> None:
    side = int(MAX_PIXELS**0.5) + 2
    (tmp_path / "bomb.png").write_bytes(png_header(side, side))
    (tmp_path / "empty.png").write_bytes(b"")
    for name, code in (("bomb.png", "image-too-large"), ("empty.png", "image-empty"), ("gone.png", "image-missing")):
        with pytest.raises(PhotoError) as caught:
            load_upright(tmp_path / name, 100)
        assert caught.value.code == code
