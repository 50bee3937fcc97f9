from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageEnhance

from biaotu.images import Preprocessing, load_photo
from biaotu.intake.near import REACH, NearIndex
from biaotu.intake.phash import NEAR, SIDE, distance, perceptual_hash

hashes = st.integers(0, 2**64 - 1)


def scene(seed: int, size: tuple[int, int] = (320, 240)) -> Image.Image:
    """Soft blobs on a ground, as photos are; another seed is another scene."""
    generator = np.random.default_rng(seed)
    small = Image.fromarray(generator.integers(0, 256, (7, 9, 3), dtype=np.uint8))
    return small.resize(size, Image.Resampling.BICUBIC)


def hashed(path: Path) -> int:
    return perceptual_hash(load_photo(path, Preprocessing(size=SIDE, fit="squash")).pixels)


def test_copies_are_near_and_other_photos_are_not(tmp_path: Path) -> None:
    scenes = [scene(seed) for seed in range(12)]
    values = []
    for number, image in enumerate(scenes):
        image.save(tmp_path / f"{number}.png")
        values.append(hashed(tmp_path / f"{number}.png"))
    for number, image in enumerate(scenes):
        copies = {
            "again.jpg": image,
            "small.jpg": image.resize((160, 120)),
            "grey.png": image.convert("L"),
            "soft.jpg": ImageEnhance.Contrast(image).enhance(0.8),
        }
        for name, copy in copies.items():
            copy.save(tmp_path / name, quality=40)
            apart = [distance(hashed(tmp_path / name), value) for value in values]
            assert apart[number] <= NEAR, (number, name)
            assert min(other for place, other in enumerate(apart) if place != number) > NEAR


def test_a_photo_turned_by_its_exif_is_seen_upright(tmp_path: Path) -> None:
    image = scene(3)
    image.save(tmp_path / "upright.jpg", quality=95)
    exif = Image.Exif()
    exif[0x0112] = 6
    image.transpose(Image.Transpose.ROTATE_90).save(tmp_path / "turned.jpg", quality=95, exif=exif)
    assert distance(hashed(tmp_path / "upright.jpg"), hashed(tmp_path / "turned.jpg")) <= NEAR


@settings(max_examples=60, deadline=None)
@given(value=hashes, bits=st.sets(st.integers(0, 63), max_size=REACH), others=st.lists(hashes, max_size=30))
def test_whatever_is_within_reach_is_found(value: int, bits: set[int], others: list[int]) -> None:
    turned = value
    for bit in bits:
        turned ^= 1 << bit
    index: NearIndex[int] = NearIndex(REACH)
    index.update((other, other) for other in others)
    index.add(turned, turned)
    found = index.nearest(value)
    assert found is not None
    assert found[1] == min(distance(value, other) for other in [turned, *others])
    assert distance(value, found[0]) == found[1]


def test_beyond_reach_nothing_is_found() -> None:
    index: NearIndex[str] = NearIndex(6)
    index.add(0, "zero")
    assert index.nearest(0b111_1111) is None
    assert index.nearest(0b11_1111) == ("zero", 6)
    with pytest.raises(ValueError, match="reach is 8"):
        NearIndex(8)


def test_of_equal_hashes_the_first_is_named() -> None:
    index: NearIndex[str] = NearIndex(6)
    index.update([(5, "first"), (5, "second")])
    assert index.nearest(5) == ("first", 0)
    assert len(index) == 1


def test_a_search_compares_few_of_many() -> None:
    generator = random.Random(7)
    index: NearIndex[int] = NearIndex(NEAR)
    index.update((value, value) for value in (generator.getrandbits(64) for _ in range(20_000)))
    compared = [sum(1 for _ in index._candidates(generator.getrandbits(64))) for _ in range(20)]
    assert max(compared) < 200  # 68 look-ups in 4 x 65,536 places: about 20 of 20,000
