"""The models, loaded when the first route or job needs them, then shared."""

from __future__ import annotations

import csv
import tempfile
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from biaotu.pipeline import Annotator

Words = Sequence[tuple[str, str]]
"""Words with what they name: an attribute's id, ``objects`` or nothing."""
Load = Callable[[Words], "Annotator"]
"""Makes an annotator that knows some words besides its own lexicon."""


class _Loaded(NamedTuple):
    words: tuple[tuple[str, str], ...]
    annotator: Annotator


class AnnotatorHolder:
    """Holds the one annotator of a server.

    Once it is loaded no lock is taken; only threads that come before wait for the one that loads.

    Args:
        load: makes the annotator; takes about two seconds.
    """

    def __init__(self, load: Load) -> None:
        self._load = load
        self._loaded: _Loaded | None = None
        self._loading = threading.Lock()

    def get(self, words: Words | None = None) -> Annotator:
        """The annotator.

        Args:
            words: the museum's own words, for annotating; where they have changed, it is loaded anew. None takes the
                one that is there, for what words do not matter to (vectors, evidence).

        Raises:
            BundleError: if the bundle is missing or damaged; the next call tries again.
        """
        loaded = self._loaded
        if loaded is not None and (words is None or tuple(words) == loaded.words):
            return loaded.annotator
        with self._loading:
            loaded = self._loaded
            if loaded is None or (words is not None and tuple(words) != loaded.words):
                loaded = self._loaded = _Loaded(tuple(words or ()), self._load(words or ()))
            return loaded.annotator


def loader(bundle: Path | None, threads: int, *, ocr: bool = False) -> Load:
    """How a server loads its annotator.

    Args:
        bundle: the model bundle; the shipped one by default.
        threads: for the background.
        ocr: whether words on photos are read too.
    """

    def load(words: Words) -> Annotator:
        from biaotu import pipeline

        if not words:
            return pipeline.load(bundle, threads=threads, ocr=ocr)
        with tempfile.TemporaryDirectory(prefix="biaotu-") as folder:
            place = Path(folder) / "lexicon.csv"
            with place.open("w", encoding="utf-8", newline="") as file:
                csv.writer(file).writerows([("word", "type"), *words])
            return pipeline.load(bundle, lexicon=[place], threads=threads, ocr=ocr)

    return load
