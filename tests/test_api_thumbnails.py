"""Thumbnails: right size and look, made once, whole or not at all."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from biaotu.api.thumbnails import SIZES, Thumbnails
from biaotu.images import PhotoError

DIGEST = "ab" * 32


def photo(folder: Path, mode: str = "RGB", size: tuple[int, int] = (900, 600), suffix: str = ".jpg") -> Path:
    place = folder / f"photo{suffix}"
    Image.new(mode, size, 200 if mode in {"L", "I;16"} else None).save(place)
    return place


@pytest.mark.parametrize("size", SIZES)
def test_the_longest_side_is_as_asked_and_small_photos_stay_small(tmp_path: Path, size: int) -> None:
    with Image.open(Thumbnails(tmp_path / "t").of(DIGEST, photo(tmp_path), size)) as small:
        assert small.format == "JPEG"
        assert max(small.size) == min(size, 900)
        assert abs(small.width / small.height - 1.5) < 0.02


def test_it_is_made_once_and_lies_under_its_digest(tmp_path: Path) -> None:
    thumbnails = Thumbnails(tmp_path / "t")
    place = thumbnails.of(DIGEST, photo(tmp_path), 160)
    assert place == tmp_path / "t" / "160" / "ab" / f"{DIGEST}.jpg"
    (tmp_path / "photo.jpg").unlink()
    assert thumbnails.of(DIGEST, tmp_path / "photo.jpg", 160) == place


def test_it_is_turned_upright(tmp_path: Path) -> None:
    place = tmp_path / "turned.jpg"
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (600, 300)).save(place, exif=exif)
    with Image.open(Thumbnails(tmp_path / "t").of(DIGEST, place, 160)) as small:
        assert small.size == (80, 160)


def test_what_is_see_through_becomes_white(tmp_path: Path) -> None:
    place = tmp_path / "clear.png"
    Image.new("RGBA", (200, 200), (0, 0, 0, 0)).save(place)
    with Image.open(Thumbnails(tmp_path / "t").of(DIGEST, place, 160)) as small:
        assert np.asarray(small).min() > 250


def test_deep_greys_keep_their_shades(tmp_path: Path) -> None:
    place = tmp_path / "deep.tif"
    Image.fromarray(np.tile(np.linspace(0, 60000, 200, dtype=np.uint16), (200, 1))).save(place)
    with Image.open(Thumbnails(tmp_path / "t").of(DIGEST, place, 160)) as small:
        row = np.asarray(small.convert("L"))[80].astype(int)
    assert row[0] < 20
    assert 100 < row[80] < 155
    assert row[-1] > 235


@pytest.mark.parametrize(("kind", "share"), [("JPEG", 0.6), ("PNG", 0.6), ("BMP", 0.6)])
def test_of_a_photo_that_ends_early_what_is_there_is_shown(tmp_path: Path, kind: str, share: float) -> None:
    pixels = np.random.default_rng(1).integers(0, 255, (300, 400, 3), dtype=np.uint8)
    place = tmp_path / "cut"
    Image.fromarray(pixels).save(place, kind)
    whole = place.read_bytes()
    place.write_bytes(whole[: int(len(whole) * share)])
    with Image.open(Thumbnails(tmp_path / "t").of(DIGEST, place, 160)) as small:
        assert small.size == (160, 120)
        values = np.asarray(small.convert("L"))
    ends = sorted((float(np.std(values[:30])), float(np.std(values[-15:]))))
    assert ends[0] < 3 < ends[1], "one end shows the photo, the other is filled"


def test_a_damaged_photo_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    place = photo(tmp_path)
    place.write_bytes(place.read_bytes()[:400])
    with pytest.raises(PhotoError):
        Thumbnails(tmp_path / "t").of(DIGEST, place, 160)
    assert not [path for path in (tmp_path / "t").rglob("*") if path.is_file()]


def test_many_at_once_get_the_same_whole_picture(tmp_path: Path) -> None:
    source, thumbnails = photo(tmp_path), Thumbnails(tmp_path / "t")
    with ThreadPoolExecutor(8) as pool:
        places = set(pool.map(lambda _: thumbnails.of(DIGEST, source, 320), range(24)))
    assert len(places) == 1
    with Image.open(places.pop()) as small:
        small.load()
    assert len([path for path in (tmp_path / "t").rglob("*") if path.is_file()]) == 1
