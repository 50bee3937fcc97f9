"""An image encoder goes on learning: what is kept stays exact, the rest learns labels without leaving its teacher."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

import tiny
from biaotu.errors import ConfigError
from biaotu.training.cli import cli
from biaotu.training.config import EncoderConfig, load_config
from biaotu.training.image_encoders import load_image_encoder, tuned_facts
from biaotu.training.tune.config import TuneConfig, TuneStage
from biaotu.training.tune.crops import draw_crop
from biaotu.training.tune.run import free_weights, run
from biaotu.training.workspace import image_facts, prepare_encoders

SIZE = 64


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch.set_num_threads(1)
    root = tmp_path_factory.mktemp("tune")
    tiny.text_encoder(root / "bert")
    tiny.image_encoder(root / "resnet")
    tiny.data(root / "data")
    return root


@pytest.fixture(scope="module")
def config(folder: Path) -> TuneConfig:
    stage = TuneStage(epochs=30, rate=3e-3, head_rate=3e-2, batch=4, follow=0.01, dropout=0.0)
    return TuneConfig(1, 1, str(folder / "resnet"), SIZE, teacher_size=96, kept=4, stage=stage)


@pytest.fixture(scope="module")
def tuned(config: TuneConfig, folder: Path) -> tuple[Path, list[str]]:
    told: list[str] = []
    run(config, folder / "data", folder / "tuned", told.append)
    return folder / "tuned", told


def _regions(name: Path, size: int = SIZE) -> torch.Tensor:
    pixels = torch.rand(2, 3, size, size, generator=torch.Generator().manual_seed(0)) * 2 - 1
    with torch.no_grad():
        regions: torch.Tensor = load_image_encoder(str(name)).encoder(pixels)
    return regions


def test_the_labels_are_learnt(tuned: tuple[Path, list[str]]) -> None:
    epochs = [line.split() for line in tuned[1] if "epoch" in line]
    losses = [float(line[line.index("loss") + 1].rstrip(",")) for line in epochs]
    scores = [float(line[-1]) for line in epochs]
    assert len(epochs) == 30
    assert losses[-1] < 0.5 * losses[0]
    assert scores[-1] > scores[0]


def test_the_folder_is_named_like_any_encoder(tuned: tuple[Path, list[str]], folder: Path) -> None:
    loaded = load_image_encoder(str(tuned[0]))
    assert loaded.width == 32
    assert loaded.source == f"{folder / 'resnet'}; tuned by biaotu-train tune"
    assert loaded.tuned == tuned_facts(str(tuned[0]))
    assert _regions(tuned[0]).shape == _regions(folder / "resnet").shape


def test_what_is_kept_stays_to_the_last_bit(tuned: tuple[Path, list[str]], folder: Path) -> None:
    before, after = (load_image_encoder(str(name)).encoder for name in (folder / "resnet", tuned[0]))
    layers = [[module for module in encoder.modules() if isinstance(module, nn.Conv2d)] for encoder in (before, after)]
    same = [torch.equal(old.weight, new.weight) for old, new in zip(*layers, strict=True)]
    assert same == [True] * 4 + [False] * (len(same) - 4)
    for old, new in zip(before.modules(), after.modules(), strict=True):
        if isinstance(old, nn.BatchNorm2d) and isinstance(new, nn.BatchNorm2d):
            assert old.running_mean is not None and new.running_mean is not None
            assert torch.equal(old.running_mean, new.running_mean)


def test_following_keeps_it_near_the_teacher(config: TuneConfig, folder: Path, tmp_path: Path) -> None:
    wanted = _regions(folder / "resnet").mean(1)
    apart = {}
    for follow in (0.0, 3.0):
        stage = replace(config.stage, follow=follow, epochs=5)
        run(replace(config, stage=stage), folder / "data", tmp_path / str(follow), lambda _: None)
        apart[follow] = float(((_regions(tmp_path / str(follow)).mean(1) - wanted) ** 2).mean())
    assert apart[3.0] < 0.7 * apart[0.0]


def test_the_command_and_an_encoder_tuned_anew(folder: Path, tmp_path: Path) -> None:
    toml = tmp_path / "tune.toml"
    toml.write_text(f'base = "{folder / "resnet"}"\nphoto_size = 64\nkept = 4\n[stage]\nepochs = 1\n', encoding="utf-8")
    out = tmp_path / "out"
    command = ["tune", "--config", str(toml), "--data", str(folder / "data"), "--out", str(out)]
    assert CliRunner().invoke(cli, command, catch_exceptions=False).exit_code == 0
    facts = tuned_facts(str(out))
    assert facts is not None and facts["config"]["photo_size"] == SIZE
    # The run's encoder is exported anew when its folder holds another one, though the config names the same.
    encoders = EncoderConfig(str(folder / "bert"), (1, 2), str(out), photo_size=SIZE)
    prepare_encoders(tmp_path / "run", encoders)
    assert image_facts(tmp_path / "run")["tuned"] == facts
    assert image_facts(tmp_path / "run")["size"] == SIZE
    text = (tmp_path / "run" / "text_encoder.onnx").stat().st_mtime_ns
    image = (tmp_path / "run" / "image_encoder.onnx").stat().st_mtime_ns
    toml.write_text(toml.read_text(encoding="utf-8").replace("epochs = 1", "epochs = 2"), encoding="utf-8")
    CliRunner().invoke(cli, command, catch_exceptions=False)
    prepare_encoders(tmp_path / "run", encoders)
    assert (tmp_path / "run" / "image_encoder.onnx").stat().st_mtime_ns != image
    assert (tmp_path / "run" / "text_encoder.onnx").stat().st_mtime_ns == text
    assert json.loads((tmp_path / "run" / "image_encoder.json").read_text())["tuned"]["config"]["stage"]["epochs"] == 2


def test_the_shipped_recipe_is_lawful() -> None:
    config = load_config(Path(__file__).parents[1] / "configs/tune.toml", TuneConfig)
    assert config.base == "efficientnet-lite0"


def test_a_network_without_a_layer_to_tune_is_refused() -> None:
    with pytest.raises(ConfigError, match="2 convolutions, so none is left"):
        free_weights(nn.Sequential(nn.Conv2d(1, 1, 1), nn.Conv2d(1, 1, 1)), 2)


@given(st.integers(1, 300), st.integers(1, 300), st.floats(0.1, 1), st.integers(0, 1000))
def test_a_crop_lies_within_its_photo(width: int, height: int, least: float, seed: int) -> None:
    photo = np.full((height, width, 3), 127, np.uint8)
    crop = draw_crop(photo, random.Random(seed), least)
    left, top, right, bottom = crop.box
    assert 0 <= left < right <= width + 1e-9
    assert 0 <= top < bottom <= height + 1e-9
    pixels = crop.of(photo, 8)
    assert pixels.shape == (3, 8, 8)
    assert not pixels.any()


def test_a_mirrored_crop_is_the_crop_from_the_other_side() -> None:
    photo = np.random.default_rng(0).integers(0, 255, (40, 30, 3), dtype=np.uint8)
    crop = draw_crop(photo, random.Random(1), 0.5)
    other = replace(crop, mirrored=not crop.mirrored)
    np.testing.assert_array_equal(crop.of(photo, 16), other.of(photo, 16)[:, :, ::-1])
