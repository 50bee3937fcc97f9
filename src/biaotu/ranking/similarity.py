"""The hybrid likeness of two words: cosine of word vectors, nearness in 同义词词林, shared characters (paper eq. 5).

Vectors are of two kinds: word2vec's, which know what words stand beside each other, and, where the bundle has them,
those that a text encoder gives of the word alone, which know what it means and what it is made of. Each part lies
between 0 and 1 (a negative cosine counts as 0), is brought to the scale of the thesaurus and has a weight; what a word
lacks is left out of the average, so that a word unknown to the thesaurus is judged by the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from biaotu.ranking.cilin import Cilin, nearness
from biaotu.ranking.settings import RankingSettings
from biaotu.ranking.vectors import WordVectors

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Directions:
    """The vectors of n words, of one kind.

    Attributes:
        vectors: ``[n, width]`` unit vectors, zero where there is none.
        trust: ``[n]``, 1 for a listed word, ``composed`` for one made of parts, 0 for none.
    """

    vectors: Floats
    trust: Floats


@dataclass(frozen=True, slots=True)
class Profile:
    """Words made ready for comparison; n words, m senses, c different characters.

    Attributes:
        words: the n words.
        places: word -> where it stands among them.
        directions: their vectors, one entry for each kind.
        senses: ``[6, m]`` senses of the words that have any, in order.
        starts: where the senses of each such word begin.
        placed: which words have senses, ascending; p of them.
        listed: ``[p]``, 1 for a word that the thesaurus lists, ``composed`` for one that has the senses of its ending.
        alphabet: character -> its column.
        characters: ``[c, n]``, 1 where the word has the character.
        sizes: ``[n]``, different characters in the word.
    """

    words: tuple[str, ...]
    places: dict[str, list[int]]
    directions: tuple[Directions, ...]
    senses: npt.NDArray[np.int32]
    starts: npt.NDArray[np.intp]
    placed: npt.NDArray[np.intp]
    listed: Floats
    alphabet: dict[str, int]
    characters: Floats
    sizes: Floats


class HybridSimilarity:
    """Compares words; holds no state of its own beyond what it was given, so threads may share it.

    Args:
        vectors: word2vec's vectors.
        cilin: the thesaurus.
        settings: weights of the parts.
        encoded: vectors of single words by a text encoder; that part is left out of every average without them.
    """

    def __init__(
        self, vectors: WordVectors, cilin: Cilin, settings: RankingSettings, *, encoded: WordVectors | None = None
    ) -> None:
        self.vectors = vectors
        self.cilin = cilin
        self.settings = settings
        self.encoded = encoded
        kinds = (("vectors", vectors, settings.vectors), ("encoded", encoded, settings.encoded))
        self._kinds = [
            (table, weight, *settings.scales[name]) for name, table, weight in kinds if table is not None and weight > 0
        ]

    def with_settings(self, settings: RankingSettings) -> HybridSimilarity:
        """The same resources under other weights."""
        return HybridSimilarity(self.vectors, self.cilin, settings, encoded=self.encoded)

    def profile(self, words: Sequence[str]) -> Profile:
        """Look everything up once."""
        senses = [self.cilin.senses(word) for word in words]
        placed = [place for place, rows in enumerate(senses) if rows.size]
        lengths = [senses[place].shape[1] for place in placed]
        alphabet = {char: column for column, char in enumerate(sorted(set("".join(words))))}
        characters = np.zeros((len(alphabet), len(words)), dtype=np.float32)
        for place, word in enumerate(words):
            characters[[alphabet[char] for char in set(word)], place] = 1
        places: dict[str, list[int]] = {}
        for place, word in enumerate(words):
            places.setdefault(word, []).append(place)
        return Profile(
            words=tuple(words),
            places=places,
            directions=tuple(self._directions(table, words) for table, *_ in self._kinds),
            senses=np.concatenate([np.zeros((6, 0), dtype=np.int32), *senses], axis=1),
            starts=np.cumsum([0, *lengths], dtype=np.intp)[:-1],
            placed=np.array(placed, dtype=np.intp),
            listed=np.array([self._listed(words[place]) for place in placed], dtype=np.float32),
            alphabet=alphabet,
            characters=characters,
            sizes=characters.sum(axis=0),
        )

    def to_word(self, word: str, profile: Profile) -> Floats:
        """Likeness of one word to each word of a profile, ``[n]``, 0 to 1."""
        total = np.zeros(len(profile.words), dtype=np.float32)
        weight = np.zeros_like(total)
        settings = self.settings
        for (table, importance, floor, slope), directions in zip(self._kinds, profile.directions, strict=True):
            vector = table.vector(word)
            if vector is not None:
                share = importance * self._trust(table, word, vector) * directions.trust
                total += share * (floor + slope * np.clip(directions.vectors @ vector, 0, 1))
                weight += share
        senses = self.cilin.senses(word)
        if senses.size and profile.placed.size:
            near = nearness(senses, profile.senses).max(axis=0)
            share = settings.thesaurus * self._listed(word) * profile.listed
            total[profile.placed] += share * np.maximum.reduceat(near, profile.starts)
            weight[profile.placed] += share
        if word:
            floor, slope = settings.scales["characters"]
            total += settings.characters * (floor + slope * _dice(word, profile))
            weight += settings.characters
        likeness = np.divide(total, weight, out=np.zeros_like(total), where=weight > 0)
        if word in profile.places and word:
            likeness[profile.places[word]] = 1
        return likeness

    def similarity(self, left: str, right: str) -> float:
        """Likeness of two words, 0 to 1."""
        return float(self.to_word(left, self.profile([right]))[0])

    def _directions(self, table: WordVectors, words: Sequence[str]) -> Directions:
        found = [table.vector(word) for word in words]
        none = np.zeros(table.width, dtype=np.float32)
        trust = [self._trust(table, word, row) for word, row in zip(words, found, strict=True)]
        return Directions(
            vectors=np.stack([none if row is None else row for row in found]) if found else none[None, :][:0],
            trust=np.array(trust, dtype=np.float32),
        )

    def _trust(self, table: WordVectors, word: str, vector: Floats | None) -> float:
        if vector is None:
            return 0.0
        return 1.0 if word in table else self.settings.composed

    def _listed(self, word: str) -> float:
        return 1.0 if word in self.cilin else self.settings.composed


def _dice(word: str, profile: Profile) -> Floats:
    """Shared characters, twice their number over the sum of both words' (Dice), ``[n]``."""
    characters = set(word)
    columns = [profile.alphabet[char] for char in characters if char in profile.alphabet]
    shared = profile.characters[columns].sum(axis=0)
    return np.asarray(2 * shared / (len(characters) + profile.sizes), dtype=np.float32)
