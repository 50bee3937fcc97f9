"""The plain CRF of the attribute table (python-crfsuite): hand features of characters and words, no network."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from biaotu.text.segment import Segmenter

AROUND: Final = (-2, -1, 0, 1, 2)
SETTINGS: Final = {"c1": 0.1, "c2": 0.05, "max_iterations": 120, "feature.possible_transitions": True}


def features(text: str, segmenter: Segmenter) -> list[list[str]]:
    """The features of each character: characters and bigrams around it, kind, place in its word, the word's class."""
    borders, classes = [""] * len(text), [""] * len(text)
    for token in segmenter.cut(text):
        for place in range(token.start, token.end):
            borders[place] = _border(place - token.start, token.end - token.start)
            classes[place] = segmenter.word_class(token.word)
    rows = []
    for place in range(len(text)):
        row = ["bias"]
        for step in AROUND:
            at = place + step
            inside = 0 <= at < len(text)
            row.append(f"c{step}={text[at] if inside else '#'}")
            row.append(f"k{step}={_kind(text[at]) if inside else '#'}")
            row.append(f"w{step}={borders[at] + classes[at] if inside else '#'}")
        for step in AROUND[:-1]:
            at = place + step
            row.append(f"b{step}={text[at : at + 2] if at >= 0 and at + 2 <= len(text) else '#'}")
        rows.append(row)
    return rows


def _border(place: int, length: int) -> str:
    if length == 1:
        return "S"
    return "B" if place == 0 else "E" if place == length - 1 else "M"


def _kind(char: str) -> str:
    if char.isdigit() or char in "〇零一二三四五六七八九十百千万两半":
        return "number"
    if char.isascii() and char.isalpha():
        return "latin"
    return "han" if "\u4e00" <= char <= "\u9fff" else "sign"


class PlainCRF:
    """A trained CRF.

    Args:
        tags: BIO tags in the order of their ids.
    """

    def __init__(self, tags: Sequence[str]) -> None:
        self._tags = list(tags)
        self._ids = {tag: number for number, tag in enumerate(tags)}
        self._segmenter = Segmenter()
        self._tagger: Any = None

    def fit(self, texts: Sequence[str], tags: Sequence[npt.NDArray[np.int64]]) -> None:
        """Train on texts with their tag ids; L-BFGS, the same every time."""
        import pycrfsuite

        trainer = pycrfsuite.Trainer(verbose=False)
        trainer.set_params(SETTINGS)
        for text, ids in zip(texts, tags, strict=True):
            trainer.append(features(text, self._segmenter), [self._tags[number] for number in ids])
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "model.crfsuite"
            trainer.train(str(path))
            self._tagger = pycrfsuite.Tagger()
            # Not open_inmemory: it keeps no hold of the bytes it is given, and reads them after they are freed.
            self._tagger.open(str(path))

    def path(self, text: str) -> npt.NDArray[np.int64]:
        """The tag id of each character."""
        found = self._tagger.tag(features(text, self._segmenter)) if text else []
        return np.array([self._ids[tag] for tag in found], np.int64)
