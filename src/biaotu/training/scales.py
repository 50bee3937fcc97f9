"""What a cosine or a share of characters is worth as nearness in 同义词词林: the scale of each part of the hybrid.

Two words that are alike have a nearness of perhaps 0.75 but a cosine of 0.5 only. Averaged as they are, a pair would
look less alike for the one reason that the thesaurus lacks a word of it. So each part is brought to the scale of the
thesaurus by a straight line, learnt on pairs of words that the thesaurus lists. No judgement of people goes in.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Final

import numpy as np
import numpy.typing as npt

from biaotu.ranking import HybridSimilarity, WordVectors
from biaotu.ranking.settings import Scale

WORDS: Final = 20_000
STARTS: Final = 3_000
_NEIGHBOURS: Final = 30
_DEPTHS: Final = (1, 2, 4, 5, 8)
"""How much of a code two words share: 1 to 8 characters, five levels."""


def fit_scales(similarity: HybridSimilarity, *, seed: int = 0) -> dict[str, Scale]:
    """Floor and slope of each part, by least squares of nearness on the part alone.

    Args:
        similarity: its vectors and thesaurus; its settings do not matter.
        seed: of the pairs: of 3,000 frequent words each is held against neighbours by either kind of vector, words
            that share a character, words that share part of a code, and words taken blindly.

    Raises:
        ValueError: if there are too few words that vectors and thesaurus know.
    """
    tables = {"vectors": similarity.vectors, "encoded": similarity.encoded}
    known = [table for table in tables.values() if table is not None]
    words = [
        word
        for word in similarity.vectors.words
        if len(word) > 1 and word in similarity.cilin and all(word in table for table in known)
    ][:WORDS]
    if len(words) < 2:
        raise ValueError("vectors and thesaurus have no two words in common to learn the scales on")
    units = {name: np.stack([_unit(table, word) for word in words]) for name, table in tables.items() if table}
    pairs = sorted(set(_pairs(words, list(units.values()), similarity, random.Random(seed))))
    left, right = np.array(pairs).T
    nearness = np.array([similarity.cilin.nearness(words[a], words[b]) for a, b in pairs], dtype=np.float64)
    values = {name: np.clip((rows[left] * rows[right]).sum(axis=1), 0, 1) for name, rows in units.items()}
    values["characters"] = np.array([_dice(words[a], words[b]) for a, b in pairs])
    return {name: _line(found, nearness) for name, found in values.items()}


def _unit(table: WordVectors, word: str) -> npt.NDArray[np.float32]:
    vector = table.vector(word)
    return np.asarray(vector, dtype=np.float32)


def _pairs(
    words: list[str], units: list[npt.NDArray[np.float32]], similarity: HybridSimilarity, rng: random.Random
) -> Iterator[tuple[int, int]]:
    by_character: dict[str, list[int]] = {}
    by_code: dict[str, list[int]] = {}
    for place, word in enumerate(words):
        for character in sorted(set(word)):
            by_character.setdefault(character, []).append(place)
        for code in similarity.cilin.codes(word):
            for depth in _DEPTHS:
                by_code.setdefault(code[:depth], []).append(place)
    for place in rng.sample(range(len(words)), min(STARTS, len(words))):
        others = rng.choices(range(len(words)), k=6)
        for rows in units:
            nearest = np.argsort(-(rows @ rows[place]), kind="stable")[1:_NEIGHBOURS]
            others += rng.sample(nearest.tolist(), min(3, len(nearest)))
        others += rng.choices(by_character[rng.choice(words[place])], k=3)
        code = similarity.cilin.codes(words[place])[0]
        others += [rng.choice(by_code[code[:depth]]) for depth in _DEPTHS]
        yield from ((place, other) for other in others if other != place)


def _dice(left: str, right: str) -> float:
    one, other = set(left), set(right)
    return 2 * len(one & other) / (len(one) + len(other))


def _line(values: npt.NDArray[np.floating], target: npt.NDArray[np.float64]) -> Scale:
    slope, floor = np.polyfit(values, target, 1)
    return round(float(floor), 3), round(float(slope), 3)
