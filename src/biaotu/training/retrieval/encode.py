"""Means of encoder states and regions, computed once by the very networks that serve and kept in a folder."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from biaotu import text
from biaotu.errors import InputError
from biaotu.images import load_photo
from biaotu.models import Models

Floats = npt.NDArray[np.float32]
Text = tuple[str, str]
"""Title and description."""
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Encoded:
    """Many texts or photos: ``means`` float32 [m, width] of states or regions, ``logits`` float32 [m, 24] of labels."""

    means: Floats
    logits: Floats


class Encoder:
    """Encodes with a loaded bundle and keeps what it has made in ``folder``.

    Args:
        models: the bundle.
        folder: where arrays are kept; they are found again while the bundle's encoders and the inputs are the same.
        threads: photos or texts encoded side by side.
    """

    def __init__(self, models: Models, folder: Path, *, threads: int) -> None:
        self._models = models
        self._folder = folder
        self._threads = threads
        hashes = models.manifest.files
        self._networks = [
            hashes[name].sha256 for name in ("text_encoder.onnx", "tokenizer.json", "image_encoder.onnx", "labels.onnx")
        ]

    def texts(self, texts: Sequence[Text]) -> Encoded:
        """Encode texts, none of them empty.

        Raises:
            InputError: if a text holds nothing that can be read.
        """
        return self._kept("texts", [f"{title}\n{body}" for title, body in texts], texts, self._text)

    def photos(self, paths: Sequence[Path], *, mirrored: bool = False) -> Encoded:
        """Encode photos, as they are or mirrored.

        Raises:
            InputError: if one of them cannot be used.
        """
        try:
            keys = [f"{path.parent.name}/{path.name} {path.stat().st_size}" for path in paths]
        except OSError as error:
            raise InputError(f"photo cannot be read ({error.strerror})", file=str(error.filename)) from error
        name = "photos-mirrored" if mirrored else "photos"
        return self._kept(name, keys, paths, lambda path: self._photo(path, mirrored=mirrored))

    def _text(self, one: Text) -> tuple[Floats, Floats]:
        models = self._models
        windows = models.pieces.windows(text.read(*one).text)
        states = [models.states(window) for window in windows]
        mean = models.text_mean(windows, states)
        if mean is None:
            raise InputError(f"a text that says nothing: {one[0][:20]!r}")
        return mean, models.label_logits(windows[0], states[0], None)

    def _photo(self, path: Path, *, mirrored: bool) -> tuple[Floats, Floats]:
        models = self._models
        pixels = load_photo(path, models.preprocessing).pixels
        regions = models.regions(np.ascontiguousarray(pixels[:, ::-1]) if mirrored else pixels)
        return models.photo_mean(regions), models.label_logits(None, None, regions)

    def _kept(
        self, name: str, keys: Sequence[str], items: Sequence[_T], encode: Callable[[_T], tuple[Floats, Floats]]
    ) -> Encoded:
        told = hashlib.sha256("\0".join([*self._networks, *keys]).encode("utf-8", "surrogatepass")).hexdigest()[:16]
        place = self._folder / f"{name}-{told}.npz"
        if place.exists():
            with np.load(place, allow_pickle=False) as arrays:
                return Encoded(arrays["means"], arrays["logits"])
        with ThreadPoolExecutor(self._threads) as pool:
            rows = list(pool.map(encode, items))
        made = Encoded(np.stack([mean for mean, _ in rows]), np.stack([logits for _, logits in rows]))
        self._folder.mkdir(parents=True, exist_ok=True)
        part = place.with_suffix(".part.npz")
        np.savez(part, means=made.means, logits=made.logits)
        part.replace(place)
        return made
