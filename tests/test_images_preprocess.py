from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from biaotu.images import Preprocessing, to_tensor
from biaotu.images.opening import draft
from biaotu.images.preprocess import ENOUGH


def test_tensor_is_planes_of_scaled_values() -> None:
    pixels = np.zeros((2, 3, 3), dtype=np.uint8)
    pixels[1, 2] = (255, 127, 63)

    tensor = to_tensor(pixels)

    assert tensor.shape == (1, 3, 2, 3)
    assert tensor.dtype == np.float32
    assert tensor[0, :, 1, 2] == pytest.approx([1.0, 0.0, -0.5])
    assert tensor[0, 0, 0, 0] == pytest.approx(-127 / 128)
    assert tensor.flags["C_CONTIGUOUS"]


def test_tensor_uses_the_settings() -> None:
    pixels = np.full((1, 1, 3), 200, dtype=np.uint8)
    assert Preprocessing(mean=100, scale=50).tensor(pixels)[0, :, 0, 0] == pytest.approx([2.0] * 3)


@pytest.mark.parametrize("shape", [(4, 4), (4, 4, 4), (1, 3, 4, 4)])
def test_tensor_refuses_other_shapes(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="not uint8"):
        to_tensor(np.zeros(shape, dtype=np.uint8))


@given(
    st.builds(
        Preprocessing,
        size=st.integers(1, 4096),
        fit=st.sampled_from(["crop", "squash", "pad"]),
        crop_fraction=st.floats(0.01, 1.0),
        mean=st.floats(-300, 300),
        scale=st.floats(0.1, 300),
    )
)
def test_settings_survive_the_manifest(preprocessing: Preprocessing) -> None:
    assert Preprocessing.from_dict(preprocessing.to_dict()) == preprocessing


@pytest.mark.parametrize(
    "document",
    [
        {"sise": 224},
        {"size": 0},
        {"size": 224.5},
        {"size": "224"},
        {"fit": "stretch"},
        {"crop_fraction": 0},
        {"crop_fraction": 1.5},
        {"crop_fraction": "0.9"},
        {"mean": float("nan")},
        {"scale": 0},
        {"scale": float("inf")},
    ],
)
def test_unlawful_settings_are_named(document: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="preprocessing"):
        Preprocessing.from_dict(document)


@pytest.mark.parametrize(
    ("side", "size", "decoded"),
    [
        (224, (1000, 750), (500, 375)),
        (224, (4000, 3000), (500, 375)),
        (224, (400, 300), (400, 300)),
        (160, (1000, 750), (250, 188)),
        (160, (4000, 3000), (500, 375)),
    ],
)
def test_a_jpeg_is_decoded_no_larger_than_the_encoder_has_use_for(
    tmp_path: Path, side: int, size: tuple[int, int], decoded: tuple[int, int]
) -> None:
    Image.new("RGB", size).save(tmp_path / "a.jpg")
    with Image.open(tmp_path / "a.jpg") as image:
        draft(image, Preprocessing(size=side))
        assert image.size == decoded
        assert min(image.size) >= side / 0.875 * ENOUGH or image.size == size
