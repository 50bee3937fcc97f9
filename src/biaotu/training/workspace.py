"""The folder of a training run: the exported encoders and what is known of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch

from biaotu.errors import BundleError
from biaotu.images.preprocess import Preprocessing
from biaotu.training.config import EncoderConfig
from biaotu.training.encoders import distilled_facts, load_text_encoder
from biaotu.training.features import EncodedText
from biaotu.training.image_encoders import load_image_encoder, tuned_facts
from biaotu.training.onnx_export import check_parity, export, quantise_4bit, store_as_half


def prepare_encoders(folder: Path, config: EncoderConfig) -> EncodedText:
    """Export the frozen encoders into ``folder`` unless the same ones lie there already; the text one is loaded."""
    folder.mkdir(parents=True, exist_ok=True)
    text, image = _sides(config)
    if not _holds(folder / "image_encoder.json", image | {"tuned": tuned_facts(config.image)}):
        _export_image(folder, config)
    taught = (distilled_facts(config.text) or {}).get("training")
    if not _holds(folder / "text_encoder.json", text | {"distilled": taught}):
        _export_text(folder, config)
    return EncodedText(folder)


def _sides(config: EncoderConfig) -> tuple[dict[str, Any], dict[str, Any]]:
    """The knobs of each encoder as they are noted beside it, so that only the one that changed is exported anew."""
    knobs: dict[str, Any] = json.loads(json.dumps(asdict(config)))
    image = {key: knobs.pop(key) for key in ("image", "photo_size")}
    return {"config": knobs}, {"config": image}


def _holds(place: Path, wanted: Mapping[str, Any]) -> bool:
    """Whether facts of an exported encoder lie there and say what is wanted."""
    facts = json.loads(place.read_text(encoding="utf-8")) if place.exists() else {}
    return all(facts.get(key) == value for key, value in wanted.items()) and bool(facts)


def exported_config(folder: Path) -> dict[str, Any]:
    """The encoder knobs of what lies in a run's folder, as a checkpoint notes them.

    Raises:
        BundleError: if there is none.
    """
    sides = text_facts(folder), image_facts(folder)
    return {key: value for side in sides for key, value in side.get("config", {}).items()}


def text_facts(folder: Path) -> dict[str, Any]:
    """What is known of the exported text encoder.

    Returns:
        ``opening`` and ``closing`` pieces, ``width`` of its states, source, licence, parity, how it was distilled.

    Raises:
        BundleError: if there is none.
    """
    return _facts(folder / "text_encoder.json")


def image_facts(folder: Path) -> dict[str, Any]:
    """What is known of the exported image encoder.

    Returns:
        ``size`` of its photos, ``width`` and ``count`` of its regions, source, licence, parity, how it was tuned.

    Raises:
        BundleError: if there is none.
    """
    return _facts(folder / "image_encoder.json")


def _facts(path: Path) -> dict[str, Any]:
    try:
        facts: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BundleError(f"{path}: the run has no exported encoder; train labels or attributes first") from error
    return facts


def image_preprocessing(folder: Path) -> Preprocessing:
    """How photos become inputs of the exported image encoder."""
    # Runs made before one could choose do not say.
    return Preprocessing(size=image_facts(folder).get("size", Preprocessing().size))


def _export_text(folder: Path, config: EncoderConfig) -> None:
    loaded = load_text_encoder(config.text, config.layers)
    path = folder / "text_encoder.onnx"
    ids = torch.randint(5, min(1000, loaded.tokenizer.get_vocab_size()), (1, 37))
    export(loaded.encoder, {"ids": ids}, path, outputs=["states"], dynamic={"ids": {1: "pieces"}})
    parity = check_parity(loaded.encoder, {"ids": ids[:, :21]}, path, tolerance=2e-3)
    if config.quantise:
        quantise_4bit(path)
    loaded.tokenizer.save(str(folder / "tokenizer.json"))
    facts = {
        **_sides(config)[0],
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
    loaded = load_image_encoder(config.image)
    path = folder / "image_encoder.onnx"
    size = config.photo_size
    pixels = torch.rand(1, 3, size, size) * 2 - 1
    export(loaded.encoder, {"pixels": pixels}, path, outputs=["regions"], dynamic={})
    parity = check_parity(loaded.encoder, {"pixels": pixels}, path, tolerance=5e-3)
    store_as_half(path)
    check_parity(loaded.encoder, {"pixels": pixels}, path, tolerance=0.1)
    with torch.no_grad():
        count = loaded.encoder(pixels).shape[1]
    facts = {
        **_sides(config)[1],
        "size": size,
        "width": loaded.width,
        "count": count,
        "source": loaded.source,
        "licence": loaded.licence,
        "parity": parity,
        "tuned": loaded.tuned,
    }
    (folder / "image_encoder.json").write_text(json.dumps(facts, ensure_ascii=False, indent=1), encoding="utf-8")
