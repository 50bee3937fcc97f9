"""Encoders from local folders in the Hugging Face format, their exports and their 4-bit form."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch

import tiny
from biaotu.errors import ConfigError
from biaotu.runtime import Network
from biaotu.text.reading import read
from biaotu.training.checkpoint import load_checkpoint, save_checkpoint
from biaotu.training.config import EncoderConfig
from biaotu.training.encoders import load_text_encoder
from biaotu.training.features import EncodedText, char_tags, vocabulary
from biaotu.training.image_encoders import load_image_encoder
from biaotu.training.onnx_export import check_parity, export, quantise_4bit
from biaotu.training.workspace import image_facts, prepare_encoders


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    torch.set_num_threads(1)
    root = tmp_path_factory.mktemp("encoders")
    return tiny.text_encoder(root / "bert"), tiny.image_encoder(root / "resnet")


def test_a_bert_folder_becomes_a_small_file(folders: tuple[Path, Path], tmp_path: Path) -> None:
    loaded = load_text_encoder(str(folders[0]), (1, 2))
    assert (loaded.width, loaded.opening, loaded.closing) == (64, (2,), (3,))
    path = tmp_path / "text.onnx"
    ids = torch.randint(5, loaded.tokenizer.get_vocab_size(), (1, 12))
    export(loaded.encoder, {"ids": ids}, path, outputs=["states"], dynamic={"ids": {1: "pieces"}})
    for length in (2, 12, 200):
        check_parity(loaded.encoder, {"ids": ids[:, :1].repeat(1, length)}, path, tolerance=1e-4)
    exact, size = Network(path).run({"ids": ids.numpy()})["states"], path.stat().st_size
    quantise_4bit(path)
    assert path.stat().st_size < 0.6 * size
    rough = np.asarray(Network(path).run({"ids": ids.numpy()})["states"], np.float32)
    assert rough.shape == exact.shape == (1, 12, 64)
    assert np.corrcoef(rough.ravel(), np.asarray(exact, np.float32).ravel())[0, 1] > 0.95


def test_a_padded_text_gets_the_states_it_gets_alone(folders: tuple[Path, Path]) -> None:
    encoder = load_text_encoder(str(folders[0]), (0, 2)).encoder
    with torch.no_grad():
        alone = encoder(torch.tensor([[2, 7, 8, 3]]))
        batch = encoder(torch.tensor([[2, 7, 8, 3, 0, 0]]), torch.tensor([[1, 1, 1, 1, 0, 0]]))
    torch.testing.assert_close(batch[:, :4], alone)


def test_a_resnet_folder_gives_its_last_map(folders: tuple[Path, Path]) -> None:
    loaded = load_image_encoder(str(folders[1]))
    assert (loaded.width, loaded.source) == (32, str(folders[1]))
    with torch.no_grad():
        assert loaded.encoder(torch.zeros(2, 3, 224, 224)).shape == (2, 49, 32)


@pytest.mark.parametrize("load", [lambda name: load_text_encoder(name, (1,)), load_image_encoder])
def test_a_folder_that_is_none_is_refused(load: object, tmp_path: Path) -> None:
    assert callable(load)
    with pytest.raises(ConfigError, match="folder or hub name that loads"):
        load(str(tmp_path))


def test_encoders_are_exported_once_and_again_for_another_config(folders: tuple[Path, Path], tmp_path: Path) -> None:
    config = EncoderConfig(str(folders[0]), (1, 2), str(folders[1]), quantise=False)
    text = prepare_encoders(tmp_path / "run", config)
    assert text.width == 64
    assert image_facts(tmp_path / "run")["count"] == 49
    before = (tmp_path / "run" / "text_encoder.onnx").stat().st_mtime_ns
    prepare_encoders(tmp_path / "run", config)
    assert (tmp_path / "run" / "text_encoder.onnx").stat().st_mtime_ns == before
    other = prepare_encoders(tmp_path / "run", EncoderConfig(str(folders[0]), (2,), str(folders[1]), quantise=False))
    assert other.width == 32
    facts = json.loads((tmp_path / "run" / "text_encoder.json").read_text(encoding="utf-8"))
    assert facts["config"]["layers"] == [2] and facts["source"] == str(folders[0])


def test_features_are_those_of_each_window(tiny_run: object) -> None:
    from conftest import TinyRun

    assert isinstance(tiny_run, TinyRun)
    text = EncodedText(tiny_run.run)
    reader = text.reader({"铁": 2}, {})
    texts = ["柳河游击队的铁壶。" * 60, "", "铁"]
    found = text.features(reader, texts)
    assert [len(windows) for windows in found] == [2, 0, 1]
    for windows in found:
        for feature in windows:
            assert feature.states.shape == (feature.window.ids.shape[1], text.width)
            assert feature.states.dtype == np.float16


def test_commonest_characters_and_bigrams_come_first() -> None:
    chars, bigrams = vocabulary(["铁壶铁", "铁壶"], 2)
    assert chars == {"铁": 2, "壶": 3}
    assert bigrams == {"铁壶": 2}
    assert vocabulary([], 1) == ({}, {})


def test_tags_are_laid_over_the_clean_characters() -> None:
    reading = read("紅 軍的铁壶", "老柳老柳")
    tags = {"O": 0, "B-组织": 1, "I-组织": 2, "B-材质": 3, "I-材质": 4, "B-人物": 5, "I-人物": 6}
    spans = [
        ("title", 0, 3, "组织"),
        ("title", 4, 5, "材质"),
        ("description", 0, 2, "人物"),
        ("description", 2, 4, "人物"),
    ]
    assert reading.text == "红军的铁壶。老柳老柳"
    assert char_tags(reading, spans, tags).tolist() == [1, 2, 0, 3, 0, 0, 5, 6, 5, 6]


def test_a_checkpoint_keeps_its_knobs(tmp_path: Path) -> None:
    line = torch.nn.Linear(2, 3)
    save_checkpoint(tmp_path / "a.pt", line, {"字": {"的": 2}, "rate": 0.1})
    state, knobs = load_checkpoint(tmp_path / "a.pt")
    torch.testing.assert_close(state["weight"], line.weight.detach())
    assert knobs == {"字": {"的": 2}, "rate": 0.1}
    with pytest.raises(ConfigError, match="run the training first"):
        load_checkpoint(tmp_path / "b.pt")
