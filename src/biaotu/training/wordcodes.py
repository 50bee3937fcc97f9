"""Vectors of single words by the text encoder, made once at export and looked up when serving.

The encoder was trained on sentences; of a word alone it tells the meaning better than word2vec does where words are
rare, and it knows every word. Running it over all words once costs minutes; looking the result up costs nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import numpy as np
import numpy.typing as npt

from biaotu.ranking import WordVectors
from biaotu.training.features import EncodedText

Floats = npt.NDArray[np.float32]
Embed = Callable[[str], Floats]
"""A word -> what the text encoder makes of it."""

_WIDTH: Final = 64
_LEVELS: Final = 7
_COMMON: Final = 2
"""Directions that all words share and that tell nothing of their meaning (Mu, Viswanath: All-but-the-Top, 2018)."""


def word_embedder(encoder: EncodedText, layers: int) -> Embed:
    """What an exported text encoder makes of a word: the mean over the last layer of all its pieces, ``[width]``.

    Args:
        encoder: the exported encoder; its states hold several layers side by side.
        layers: how many.
    """
    last = slice(-encoder.width // layers, None)

    def embed(word: str) -> Floats:
        ids = encoder.tokenizer.encode(word, add_special_tokens=False).ids
        feeds = {"ids": np.array([[*encoder.opening, *ids, *encoder.closing]], dtype=np.int64)}
        return np.asarray(encoder.network.run(feeds)["states"][0, :, last].mean(axis=0), dtype=np.float32)

    return embed


def encode_words(words: Sequence[str], embed: Embed, *, fit: int, workers: int = 2) -> WordVectors:
    """Vectors of single words by a text encoder, made small.

    An encoder's vectors all lean the same way, so their mean and the first two principal directions, which are common
    to all words, are taken out; the next 64 are kept.

    Args:
        words: the words, each once.
        embed: the encoder.
        fit: mean and directions are those of the first so many words.
        workers: threads that call ``embed``.
    """
    with ThreadPoolExecutor(workers) as pool:
        rows = np.stack(list(pool.map(embed, words)))
    return WordVectors.quantise(words, reduced(rows, fit), levels=_LEVELS)


def reduced(rows: Floats, fit: int) -> Floats:
    """Vectors ``[words, width]`` without what all share, in their 64 main directions (fewer if there are fewer)."""
    unit = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
    centred = unit - unit[:fit].mean(axis=0)
    _, directions = np.linalg.eigh(np.cov(centred[:fit], rowvar=False))  # the largest eigenvalues stand last
    kept = directions[:, ::-1][:, _COMMON : _COMMON + _WIDTH].astype(np.float32)
    return np.asarray(centred @ kept, dtype=np.float32)
