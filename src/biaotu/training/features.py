"""Encoder states, computed once and kept: the encoders are frozen, so a text has one feature for a whole training.

The states come from the exported, quantised encoder, the very one that serves. So the heads learn on what they will
see.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from biaotu.images.decode import load_photo
from biaotu.images.preprocess import Preprocessing
from biaotu.runtime import Network
from biaotu.text.pieces import PieceReader, Window
from biaotu.text.reading import Reading

Half = npt.NDArray[np.float16]


@dataclass(frozen=True, slots=True)
class TextFeature:
    """A window of a reading with its states, float16 [T, E]."""

    window: Window
    states: Half


class EncodedText:
    """An exported text encoder in a folder: ``text_encoder.onnx``, ``tokenizer.json``, ``text_encoder.json``."""

    def __init__(self, folder: Path) -> None:
        self.network = Network(folder / "text_encoder.onnx")
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        facts = json.loads((folder / "text_encoder.json").read_text(encoding="utf-8"))
        self.opening, self.closing, self.width = facts["opening"], facts["closing"], int(facts["width"])

    def reader(self, chars: Mapping[str, int], bigrams: Mapping[str, int]) -> PieceReader:
        """A piece reader over this encoder's tokeniser."""
        return PieceReader(self.tokenizer, chars, bigrams, opening=self.opening, closing=self.closing)

    def features(self, reader: PieceReader, texts: Iterable[str], *, workers: int = 2) -> list[list[TextFeature]]:
        """Windows and states of many texts, in order."""

        def one(text: str) -> list[TextFeature]:
            found = []
            for window in reader.windows(text):
                states = self.network.run({"ids": window.ids})["states"][0]
                found.append(TextFeature(window, states.astype(np.float16)))
            return found

        with ThreadPoolExecutor(workers) as pool:
            return list(pool.map(one, texts))


def vocabulary(texts: Sequence[str], least: int) -> tuple[dict[str, int], dict[str, int]]:
    """Characters and bigrams seen at least ``least`` times -> ids from 2 up (0 padding, 1 unknown), commonest first."""
    chars: dict[str, int] = {}
    pairs: dict[str, int] = {}
    for text in texts:
        for place, char in enumerate(text):
            chars[char] = chars.get(char, 0) + 1
            pair = text[place : place + 2]
            if len(pair) == 2:
                pairs[pair] = pairs.get(pair, 0) + 1
    return _ranked(chars, least), _ranked(pairs, least)


def _ranked(counts: Mapping[str, int], least: int) -> dict[str, int]:
    kept = sorted((key for key, count in counts.items() if count >= least), key=lambda key: (-counts[key], key))
    return {key: number for number, key in enumerate(kept, 2)}


def char_tags(
    reading: Reading, spans: Iterable[tuple[str, int, int, str]], tags: Mapping[str, int]
) -> npt.NDArray[np.int64]:
    """BIO tag ids for each character of a reading.

    Args:
        reading: the reading.
        spans: (field, start, end, type) in offsets of the original.
        tags: tag -> id.
    """
    border = len(reading.title) + 1
    inside: dict[int, tuple[int, str]] = {}
    for number, (field, start, end, kind) in enumerate(spans):
        shift = 0 if field == "title" else border
        for place in range(start + shift, end + shift):
            inside[place] = (number, kind)
    ids = np.zeros(len(reading.text), np.int64)
    before: tuple[int, str] | None = None
    for place, origin in enumerate(reading.origins):
        here = inside.get(origin)
        if here is not None:
            ids[place] = tags[("I-" if here == before else "B-") + here[1]]
        before = here
    return ids


def image_regions(network: Network, paths: Sequence[Path], preprocessing: Preprocessing, *, workers: int = 2) -> Half:
    """Regions of many photos, float16 [M, k, V].

    Raises:
        InputError: if one of the photos cannot be used.
    """

    def one(path: Path) -> Half:
        pixels = load_photo(path, preprocessing).pixels
        return np.asarray(network.run({"pixels": preprocessing.tensor(pixels)})["regions"][0], np.float16)

    with ThreadPoolExecutor(workers) as pool:
        return np.stack(list(pool.map(one, paths)))
