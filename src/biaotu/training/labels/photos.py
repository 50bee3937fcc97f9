"""Photos as the label network reads them: regions of the frozen image encoder, encoded once and kept on disk.

A training reads each photo many times, so it must not always look the same: besides the view that serves (the middle
square) there are others (the whole photo mirrored and squashed into the square). 8,821 photos are 1.1 GB a view in
half precision at 224 pixels, three minutes of one core; they are mapped, not loaded.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Final, cast

import numpy as np

from biaotu.images.decode import load_photo
from biaotu.images.preprocess import Preprocessing
from biaotu.runtime import Network
from biaotu.training.features import Half
from biaotu.training.workspace import image_preprocessing

FOLDER: Final = "features"


@dataclass(frozen=True, slots=True)
class View:
    """One way to look at a photo: how it is fitted into the square, and whether left and right are swapped."""

    preprocessing: Preprocessing
    mirrored: bool = False


def _views(serving: Preprocessing) -> tuple[View, ...]:
    """The first is the view that serves."""
    return View(serving), View(replace(serving, fit="squash"), mirrored=True)


def photo_views(folder: Path, paths: Sequence[Path], views: int) -> list[Half]:
    """Regions float16 [M, k, V] of photos, one array for each of the first ``views`` of ``_views``.

    Args:
        folder: of the run; holds the exported image encoder, gets ``features/``.
        paths: the photos.
        views: how many views.

    Raises:
        InputError: if one of the photos cannot be used.
    """
    encoder = folder / "image_encoder.onnx"
    network = Network(encoder)
    digest = hashlib.sha256(encoder.read_bytes()).hexdigest()
    chosen = _views(image_preprocessing(folder))[:views]
    return [_kept(folder / FOLDER, network, digest, paths, view) for view in chosen]


def _kept(folder: Path, network: Network, digest: str, paths: Sequence[Path], view: View) -> Half:
    """The regions of one view: read if the same encoder saw the same files, else encoded and written."""
    facts = [(str(path), stat.st_size, stat.st_mtime_ns) for path in paths for stat in (path.stat(),)]
    told = json.dumps([digest, facts, asdict(view)], ensure_ascii=False)
    place = folder / f"regions-{hashlib.sha256(told.encode()).hexdigest()[:16]}.npy"
    if not place.exists():
        folder.mkdir(parents=True, exist_ok=True)
        fresh = place.with_suffix(".part")
        first = _regions(network, paths[0], view)
        found = np.lib.format.open_memmap(fresh, "w+", np.float16, (len(paths), *first.shape))
        for row, path in enumerate(paths):
            found[row] = _regions(network, path, view)
        found.flush()
        fresh.replace(place)  # only whole files bear the name
    return cast(Half, np.load(place, mmap_mode="r"))


def _regions(network: Network, path: Path, view: View) -> Half:
    pixels = load_photo(path, view.preprocessing).pixels
    if view.mirrored:
        pixels = np.ascontiguousarray(pixels[:, ::-1])
    return np.asarray(network.run({"pixels": view.preprocessing.tensor(pixels)})["regions"][0], np.float16)
