"""``biaotu-train labels``: cases of corpus, museum texts, weak titles and photos; training; thresholds."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

import torch

from biaotu.training.checkpoint import save_checkpoint
from biaotu.training.config import EncoderConfig, LabelConfig
from biaotu.training.encoders import load_text_encoder
from biaotu.training.labels.joint import JointLabelNetwork
from biaotu.training.labels.material import LabelMaterial, gather
from biaotu.training.labels.network import LabelNetwork, LabelNetworkConfig
from biaotu.training.labels.score import HALF, choose_thresholds, scores_of
from biaotu.training.labels.train import AnyLabelNetwork, fit

Report = Callable[[str], None]


def run(config: LabelConfig, data: Path, out: Path, report: Report) -> dict[str, float]:
    """Train and save ``out/labels.pt``.

    Returns:
        Micro-F1 on each dev set with the chosen thresholds.
    """
    torch.set_num_threads(config.threads)
    started = time.monotonic()

    def tell(line: str) -> None:
        report(f"[{time.monotonic() - started:5.0f} s] {line}")

    material = gather(config, data, out, tell)
    net = trained(config, material, tell)
    thresholds = choose_thresholds(net, material.dev)
    plain, scores = scores_of(net, material.dev, HALF), scores_of(net, material.dev, thresholds)
    tell("thresholds of 0.5:" + "".join(f" {name} {score:.4f}" for name, score in plain.items()))
    tell("chosen thresholds:" + "".join(f" {name} {score:.4f}" for name, score in scores.items()))
    knobs = {
        "config": asdict(replace(config, network=net.config)),
        "thresholds": [round(float(one), 3) for one in thresholds],
        "scores": scores,
        "scores_at_one_half": plain,
        "seconds": round(time.monotonic() - started),
    }
    save_checkpoint(out / "labels.pt", net, knobs)
    return scores


def trained(config: LabelConfig, material: LabelMaterial, tell: Report, *, watch: bool = True) -> AnyLabelNetwork:
    """A network of ``config`` trained on ``material``, from the config's seed; ``watch`` scores it on the way."""
    torch.manual_seed(config.seed)
    _, count, width = material.views[0].shape
    shape = replace(config.network, states_width=material.width, regions_width=width, regions=count)
    net = build_network(shape, config.encoders)
    fit(
        net,
        material.texts,
        material.photos,
        material.views,
        config.stage,
        seed=config.seed,
        validate=(lambda one: scores_of(one, material.dev, HALF)) if watch else None,
        report=tell,
    )
    return net


def build_network(config: LabelNetworkConfig, encoders: EncoderConfig) -> AnyLabelNetwork:
    """The network of a config: fused above the frozen text encoder, or (``joint``) inside one of its own."""
    if config.fusion == "stacked":
        return LabelNetwork(config)
    loaded = load_text_encoder(encoders.text, encoders.layers)
    return JointLabelNetwork(config, loaded.encoder.model, loaded.opening[0], loaded.closing[0])
