"""The int8 forms answer nearly as the float ones, and a served answer hangs on nothing but its own input."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from torch import nn

import tiny
from biaotu.errors import BundleError, ConfigError
from biaotu.runtime import Network
from biaotu.training.encoders import load_text_encoder
from biaotu.training.image_encoders import ImageEncoder
from biaotu.training.onnx_export import export, quantise_4bit, quantise_8bit
from biaotu.training.photos_int8 import photos_in_int8
from biaotu.training.served import serve_in_int8


def likeness(one: object, other: object) -> float:
    return float(np.corrcoef(np.asarray(one, np.float32).ravel(), np.asarray(other, np.float32).ravel())[0, 1])


@pytest.fixture(scope="module")
def four_bit(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[np.ndarray]]:
    """A small text encoder in 4-bit blocks, and some texts."""
    torch.set_num_threads(1)
    root = tmp_path_factory.mktemp("int8")
    loaded = load_text_encoder(str(tiny.text_encoder(root / "bert")), (0, 1, 2))
    with torch.no_grad():  # as in a trained one, no two biases are the same; the exporter joins those that are
        for parameter in loaded.encoder.parameters():
            if parameter.ndim == 1:
                parameter.add_(0.1 * torch.randn_like(parameter))
    size = loaded.tokenizer.get_vocab_size()
    dice = np.random.default_rng(0)
    texts = [dice.integers(5, size, (1, int(length))) for length in dice.integers(3, 60, 12)]
    path = root / "text.onnx"
    ids = {"ids": torch.from_numpy(texts[0])}
    export(loaded.encoder, ids, path, outputs=["states"], dynamic={"ids": {1: "pieces"}})
    quantise_4bit(path)
    return path, texts


def test_the_served_text_encoder_answers_as_the_4_bit_one(
    four_bit: tuple[Path, list[np.ndarray]], tmp_path: Path
) -> None:
    path, texts = four_bit
    serve_in_int8(path, tmp_path / "served.onnx", tmp_path / "weights.onnx", texts[:6])
    before, after = Network(path), Network(tmp_path / "served.onnx", tmp_path / "weights.onnx")
    for ids in texts[6:]:
        wanted, found = before.run({"ids": ids})["states"], after.run({"ids": ids})["states"]
        assert found.shape == wanted.shape == (1, ids.shape[1], 96)
        assert likeness(found, wanted) > 0.99
    # On disk the weights stay in 4 bits: int8 would be twice as large.
    assert sum((tmp_path / name).stat().st_size for name in ("served.onnx", "weights.onnx")) < path.stat().st_size
    with pytest.raises(BundleError, match="not a network"):
        Network(tmp_path / "served.onnx")
    (tmp_path / "weights.onnx").write_bytes(b"no weights")
    with pytest.raises(BundleError, match="no weights"):
        Network(tmp_path / "served.onnx", tmp_path / "weights.onnx")


def test_a_text_gets_the_same_states_whatever_was_run_before(
    four_bit: tuple[Path, list[np.ndarray]], tmp_path: Path
) -> None:
    path, texts = four_bit
    serve_in_int8(path, tmp_path / "served.onnx", tmp_path / "weights.onnx", texts)
    network = Network(tmp_path / "served.onnx", tmp_path / "weights.onnx")
    first = [network.run({"ids": ids})["states"] for ids in texts]
    for ids, states in reversed(list(zip(texts, first, strict=True))):
        np.testing.assert_array_equal(network.run({"ids": ids})["states"], states)


def test_an_encoder_of_another_build_is_refused(tmp_path: Path) -> None:
    module = nn.Linear(8, 8)
    export(_Named(module), {"x": torch.zeros(1, 4, 8)}, tmp_path / "a.onnx", outputs=["y"], dynamic={"x": {1: "n"}})
    with pytest.raises(ConfigError, match="no 4-bit encoder"):
        serve_in_int8(tmp_path / "a.onnx", tmp_path / "b.onnx", tmp_path / "c.onnx", [])


def test_no_texts_no_ranges(four_bit: tuple[Path, list[np.ndarray]], tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no texts"):
        serve_in_int8(four_bit[0], tmp_path / "b.onnx", tmp_path / "c.onnx", [])


class _Named(nn.Module):
    """One input ``x``."""

    def __init__(self, body: nn.Module) -> None:
        super().__init__()
        self.body = body

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        found: torch.Tensor = self.body(x)
        return found


def test_products_become_int8_and_small_ones_stay(tmp_path: Path) -> None:
    torch.manual_seed(0)
    module = _Named(nn.Sequential(nn.Linear(128, 256), nn.GELU(), nn.Linear(256, 128), nn.GELU(), nn.Linear(128, 7)))
    path, x = tmp_path / "a.onnx", torch.randn(1, 20, 128)
    export(module, {"x": x}, path, outputs=["y"], dynamic={"x": {1: "n"}})
    wanted, size = Network(path).run({"x": x.numpy()})["y"], path.stat().st_size
    quantise_8bit(path)
    assert path.stat().st_size < 0.4 * size
    assert likeness(Network(path).run({"x": x.numpy()})["y"], wanted) > 0.995
    kinds = [node.op_type for node in onnx.load(str(path)).graph.node]
    assert kinds.count("MatMulInteger") == 2 and sum(kind in {"MatMul", "Gemm"} for kind in kinds) == 1


def test_an_image_encoder_in_int8_keeps_its_regions_and_their_mean(tmp_path: Path) -> None:
    torch.manual_seed(0)
    layers: list[nn.Module] = []
    for inner, outer in ((3, 16), (16, 32), (32, 32), (32, 64)):
        layers += [nn.Conv2d(inner, outer, 3, stride=2, padding=1), nn.ReLU6()]
    encoder = ImageEncoder(nn.Sequential(*layers)).eval()
    photos = [torch.randn(1, 3, 64, 64) for _ in range(8)]
    path = tmp_path / "image.onnx"
    export(encoder, {"pixels": photos[0]}, path, outputs=["regions"], dynamic={})
    exact = Network(path)
    wanted = np.stack([np.asarray(exact.run({"pixels": photo.numpy()})["regions"], np.float32) for photo in photos])
    photos_in_int8(path, [photo.numpy() for photo in photos], float_layers=1)
    network = Network(path)
    found = np.stack([np.asarray(network.run({"pixels": photo.numpy()})["regions"], np.float32) for photo in photos])
    assert likeness(found, wanted) > 0.99
    assert abs(float(np.mean(found - wanted))) < 0.01 * float(np.std(wanted))
    with pytest.raises(ConfigError, match="no photos"):
        photos_in_int8(path, [])
