"""``biaotu-train int8``: a bundle's networks in the form that is quickest to run, the last step before it is shipped.

Nothing is learnt here: text encoder, attribute network and image encoder are turned to int8 one by one,
with scales from texts and photos of the training data. The manifest keeps the hashes of what they were made of.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from biaotu import text
from biaotu.errors import BiaotuError, ConfigError
from biaotu.images import load_photo
from biaotu.models import Models
from biaotu.runtime import Bundle
from biaotu.runtime.bundle import Manifest, Part
from biaotu.training.export import write_manifest
from biaotu.training.onnx_export import quantise_8bit
from biaotu.training.photos_int8 import photos_in_int8
from biaotu.training.served import serve_in_int8

WEIGHTS: Final = "text_encoder_weights.onnx"
TEXTS: Final = 40
PHOTOS: Final = 100
_HEADS: Final = ("attributes.onnx",)
"""The label network stays in float: it is small, int8 saves about a millisecond of a record there and moves labels."""


def bundle_in_int8(folder: Path, texts: Path, photos: Path, report: Callable[[str], None]) -> Manifest:
    """Turn a bundle's networks to int8, in place.

    Args:
        folder: the bundle, as ``export`` wrote it.
        texts: JSON Lines of records whose texts set the ranges of the text encoder.
        photos: JSON Lines of records whose photos set those of the image encoder; paths beside the file.
        report: told what was done.

    Raises:
        ConfigError: if it was done already, or texts or photos are missing.
        BundleError: if the bundle cannot be read.
    """
    bundle = Bundle(folder)
    manifest = bundle.manifest
    if "int8" in manifest.training:
        raise ConfigError(f"{folder}: is in int8 already; export it anew first")
    models = Models(bundle)
    ids = _ids(models, texts)
    pixels = _pixels(models, photos)
    names = ("text_encoder.onnx", "image_encoder.onnx", *_HEADS)
    sources = {name: manifest.files[name].sha256 for name in names}
    serve_in_int8(folder / "text_encoder.onnx", folder / "text_encoder.onnx", folder / WEIGHTS, ids)
    photos_in_int8(folder / "image_encoder.onnx", pixels)
    for name in _HEADS:
        quantise_8bit(folder / name)
    files = dict(manifest.files)
    for name in names:
        old = files[name]
        files[name] = Part.of(folder / name, old.purpose, old.licence, old.source)
        report(f"{name}: {old.bytes:,} bytes before, {files[name].bytes:,} now")
    old = files["text_encoder.onnx"]
    files[WEIGHTS] = Part.of(folder / WEIGHTS, "weights of the text encoder in 4 bits", old.licence, old.source)
    report(f"{WEIGHTS}: {files[WEIGHTS].bytes:,} bytes")
    facts = {"sources": sources, "texts": len(ids), "photos": len(pixels)}
    manifest = replace(manifest, files=dict(sorted(files.items())), training={**manifest.training, "int8": facts})
    write_manifest(folder, manifest)
    return manifest


def _ids(models: Models, path: Path) -> list[npt.NDArray[np.int64]]:
    """Piece ids of some texts, taken evenly from a file."""
    records = _lines(path)
    chosen = records[:: max(1, len(records) // TEXTS)][:TEXTS]
    readings = (text.read(str(one.get("title") or ""), str(one.get("description") or "")).text for one in chosen)
    return [window.ids for reading in readings for window in models.pieces.windows(reading)]


def _pixels(models: Models, path: Path) -> list[npt.NDArray[np.float32]]:
    """Inputs of some photos, taken evenly from a file; one that cannot be read is passed over."""
    records = [record for record in _lines(path) if record.get("images")]

    def usable() -> Any:
        for record in records[:: max(1, len(records) // (PHOTOS + PHOTOS // 4))]:
            try:
                photo = load_photo(path.parent / str(record["images"][0]), models.preprocessing)
            except BiaotuError:
                continue
            yield models.preprocessing.tensor(photo.pixels)

    return list(itertools.islice(usable(), PHOTOS))


def _lines(path: Path) -> list[dict[str, Any]]:
    try:
        with path.open(encoding="utf-8") as lines:
            return [json.loads(line) for line in lines]
    except (OSError, ValueError) as error:
        raise ConfigError(f"{path}: no JSON Lines of records ({error})") from error
