"""The folder of a training run: exported encoders, checkpoints with all their knobs, logs of scores."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from torch import nn

from biaotu.errors import ConfigError
from biaotu.images.preprocess import Preprocessing
from biaotu.training.config import EncoderConfig
from biaotu.training.encoders import distilled_facts, load_image_encoder, load_text_encoder
from biaotu.training.features import EncodedText
from biaotu.training.onnx_export import check_parity, export, quantise_4bit, store_as_half


def prepare_encoders(folder: Path, config: EncoderConfig) -> EncodedText:
    """Export the frozen encoders into ``folder`` unless the same ones lie there already; the text one is loaded."""
    wanted = json.loads(json.dumps(asdict(config)))
    place = folder / "text_encoder.json"
    facts = json.loads(place.read_text(encoding="utf-8")) if place.exists() else {}
    taught = (distilled_facts(config.text) or {}).get("training")
    if facts.get("config") != wanted or facts.get("distilled") != taught:
        folder.mkdir(parents=True, exist_ok=True)
        _export_image(folder, config)
        _export_text(folder, config, wanted)
    return EncodedText(folder)


def image_facts(folder: Path) -> dict[str, Any]:
    """What is known of the exported image encoder.

    Returns:
        ``size`` of its photos, ``width`` and ``count`` of its regions, source, licence, parity.
    """
    facts: dict[str, Any] = json.loads((folder / "image_encoder.json").read_text(encoding="utf-8"))
    return facts


def image_preprocessing(folder: Path) -> Preprocessing:
    """How photos become inputs of the exported image encoder."""
    # Runs made before one could choose do not say.
    return Preprocessing(size=image_facts(folder).get("size", Preprocessing().size))


def _export_text(folder: Path, config: EncoderConfig, wanted: Mapping[str, Any]) -> None:
    loaded = load_text_encoder(config.text, config.layers)
    path = folder / "text_encoder.onnx"
    ids = torch.randint(5, min(1000, loaded.tokenizer.get_vocab_size()), (1, 37))
    export(loaded.encoder, {"ids": ids}, path, outputs=["states"], dynamic={"ids": {1: "pieces"}})
    parity = check_parity(loaded.encoder, {"ids": ids[:, :21]}, path, tolerance=2e-3)
    if config.quantise:
        quantise_4bit(path)
    loaded.tokenizer.save(str(folder / "tokenizer.json"))
    facts = {
        "config": wanted,
        "opening": loaded.opening,
        "closing": loaded.closing,
        "width": loaded.width,
        "source": loaded.source,
        "licence": loaded.licence,
        "parity": parity,
        "distilled": loaded.distilled,
    }
    (folder / "text_encoder.json").write_text(json.dumps(facts, ensure_ascii=False, indent=1), encoding="utf-8")


def _export_image(folder: Path, config: EncoderConfig) -> None:
    encoder, width, source, licence = load_image_encoder(config.image)
    path = folder / "image_encoder.onnx"
    size = config.photo_size
    pixels = torch.rand(1, 3, size, size) * 2 - 1
    export(encoder, {"pixels": pixels}, path, outputs=["regions"], dynamic={})
    parity = check_parity(encoder, {"pixels": pixels}, path, tolerance=5e-3)
    store_as_half(path)
    check_parity(encoder, {"pixels": pixels}, path, tolerance=0.1)
    with torch.no_grad():
        count = encoder(pixels).shape[1]
    facts = {"size": size, "width": width, "count": count, "source": source, "licence": licence, "parity": parity}
    (folder / "image_encoder.json").write_text(json.dumps(facts, ensure_ascii=False, indent=1), encoding="utf-8")


def save_checkpoint(path: Path, network: nn.Module, knobs: Mapping[str, Any]) -> None:
    """Weights beside everything needed to rebuild and to repeat (config, vocabularies, scores); plain types only."""
    torch.save({"state": network.state_dict(), "knobs": json.dumps(knobs, ensure_ascii=False)}, path)


def load_checkpoint(path: Path) -> tuple[dict[str, torch.Tensor], dict[str, Any]]:
    """Read a checkpoint without unpickling anything but tensors and plain types.

    Raises:
        ConfigError: if there is none.
    """
    try:
        document = torch.load(path, weights_only=True)
    except OSError as error:
        raise ConfigError(f"{path}: no checkpoint there; run the training first") from error
    return document["state"], json.loads(document["knobs"])
