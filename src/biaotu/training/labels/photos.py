"""Photos as the label network reads them: regions of the frozen image encoder, encoded once and kept on disk.

A training reads each photo many times, so it must not always look the same: besides the view that serves (the middle
square) there are others (the whole photo mirrored and squashed into the square). 8,821 photos are 1.1 GB a view in
half precision, three minutes of one core; they are mapped, not loaded.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, cast

import numpy as np

from biaotu.images.decode import load_photo
from biaotu.images.preprocess import Preprocessing
from biaotu.runtime import Network
from biaotu.training.features import Half

FOLDER: Final = "features"


@dataclass(frozen=True, slots=True)
class View:
    """One way to look at a photo: how it is fitted into the square, and whether left and right are swapped."""

    preprocessing: Preprocessing
    mirrored: bool = False


VIEWS: Final = (View(Preprocessing()), View(Preprocessing(fit="squash"), mirrored=True))
"""The first is the view that serves."""


def photo_views(folder: Path, paths: Sequence[Path], views: int) -> list[Half]:
    """Regions float16 [M, k, V] of photos, one array for each of the first ``views`` of ``VIEWS``.

    Args:
        folder: of the run; holds ``image_encoder.onnx``, gets ``features/``.
        paths: the photos.
        views: how many views.

    Raises:
        InputError: if one of the photos cannot be used.
    """
    encoder = folder / "image_encoder.onnx"
    network = Network(encoder)
    digest = hashlib.sha256(encoder.read_bytes()).hexdigest()
    return [_kept(folder / FOLDER, network, digest, paths, view) for view in VIEWS[:views]]


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
