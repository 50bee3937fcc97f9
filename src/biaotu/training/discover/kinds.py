"""What kind of thing a new word names: learnt from the lexicon's typed words, their form and where they stand."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from biaotu.taxonomy import ATTRIBUTES
from biaotu.text.lexicon import OBJECTS, Lexicon
from biaotu.training.discover.general import General
from biaotu.training.discover.measures import Seen

OBJECT: Final = "物品"
"""Type of object nouns in a user's lexicon."""
UNTYPED: Final = ""
SURE: Final = 0.6
"""A kind is only named when it is this probable."""
_FOLDS: Final = 3
_PLAIN: Final = frozenset("nvaldbi")
_NAMES: Final = frozenset(["nr", "nrt", "nrfg", "ns", "nt", "nz"])
_NEIGHBOURS: Final = 12
_LONGEST: Final = 10


@dataclass(frozen=True, slots=True)
class KindQuality:
    """Of lexicon words that stand in the corpus, by cross-validation: how many get a kind, and how many rightly."""

    words: int
    named: float
    right: float


class Kinds:
    """Guesses the type of a word as a user's lexicon spells it: an attribute's Chinese name, ``物品``, or nothing.

    Args:
        lexicon: words of one single type each teach; ambiguous ones do not.
        seen: the places of strings in the corpus, those of lexicon words among them.
        general: general Chinese.
        seed: for the folds.
    """

    def __init__(self, lexicon: Lexicon, seen: Mapping[str, Seen], general: General, *, seed: int = 1) -> None:
        self._lexicon = lexicon
        self._general = general
        words = [(word, kind) for word, kind in _typed(lexicon) if 1 < len(word) <= _LONGEST]
        # Ordinary words of the texts teach what none of the types looks like.
        words += [(word, UNTYPED) for word, kind in general.words().items() if _is_plain(word, kind, seen, lexicon)]
        common = {kind for kind, number in Counter(kind for _, kind in words).items() if number >= _FOLDS}
        words = [(word, kind) for word, kind in words if kind in common]
        rows = [self._row(word, seen.get(word)) for word, _ in words]
        kinds = np.array([kind for _, kind in words])
        self._vectorizer = DictVectorizer()
        table = csr_matrix(self._vectorizer.fit_transform(rows))
        standing = np.array([word in seen and word in lexicon for word, _ in words])
        self.quality = _cross_validate(table, kinds, standing, seed)
        self._model: Any = _model().fit(table, kinds)

    def guess(self, words: Sequence[str], seen: Mapping[str, Seen]) -> list[tuple[str, float]]:
        """Type and probability of each word; an empty type where none is probable enough."""
        if not words:
            return []
        table = self._vectorizer.transform([self._row(word, seen.get(word)) for word in words])
        chances = self._model.predict_proba(table)
        found: list[tuple[str, float]] = []
        for row in chances:
            best = int(np.argmax(row))
            kind, chance = str(self._model.classes_[best]), float(row[best])
            found.append((kind, chance) if chance >= SURE else (UNTYPED, chance))
        return found

    def _row(self, word: str, seen: Seen | None) -> dict[str, float]:
        row: dict[str, float] = {f"length {min(len(word), 6)}": 1.0}
        for size in (1, 2, 3):
            if size < len(word):
                row[f"last {word[-size:]}"] = row[f"first {word[:size]}"] = 1.0
        for char in word[1:-1]:
            row[f"inside {char}"] = 1.0
        parts = self._general.parts(word)
        if len(parts.words) > 1:
            row[f"first class {parts.classes[0]}"] = row[f"last class {parts.classes[-1]}"] = 1.0
        for start in range(1, len(word) - 1):
            listed = self._lexicon.kinds(word[start:])
            if listed:
                row.update((f"tail {kind}", 1.0) for kind in listed)
                break
        if seen is not None:
            row.update(_surroundings(seen))
        return row


def _is_plain(word: str, word_class: str, seen: Mapping[str, Seen], lexicon: Lexicon) -> bool:
    """Whether a word is an ordinary one of the texts; one in four is taken, about as many as there are typed ones."""
    if word_class[:1] not in _PLAIN or word_class in _NAMES or zlib.crc32(word.encode("utf-8")) % 4:
        return False
    return word in seen and word not in lexicon


def _surroundings(seen: Seen) -> dict[str, float]:
    row = {"works": seen.works / seen.count, "title": seen.titles / seen.count, "title end": seen.ends / seen.count}
    for side, neighbours in (("left", seen.left), ("right", seen.right)):
        for char, number in Counter(neighbours).most_common(_NEIGHBOURS):
            row[f"{side} {char}"] = number / seen.count
    return row


def _typed(lexicon: Lexicon) -> Iterator[tuple[str, str]]:
    """Each word of one single type with that type."""
    types: dict[str, set[str]] = {}
    for entry in lexicon.entries:
        name = ATTRIBUTES[entry.attribute].zh if entry.attribute else OBJECT if entry.kind == OBJECTS else UNTYPED
        types.setdefault(entry.word, set()).add(name)
    for word, names in types.items():
        if len(names) == 1:
            yield word, next(iter(names))


def _model() -> LogisticRegression:
    return LogisticRegression(C=3.0, max_iter=1000, tol=1e-3)


def _cross_validate(table: Any, kinds: Any, standing: Any, seed: int) -> KindQuality:
    named = right = 0
    for train, test in StratifiedKFold(_FOLDS, shuffle=True, random_state=seed).split(table, kinds):
        model: Any = _model().fit(table[train], kinds[train])
        test = test[standing[test]]
        if not len(test):
            continue
        chances = model.predict_proba(table[test])
        best = model.classes_[chances.argmax(axis=1)]
        told = (chances.max(axis=1) >= SURE) & (best != UNTYPED)
        named += int(told.sum())
        right += int((told & (best == kinds[test])).sum())
    words = int(standing.sum())
    return KindQuality(words, named / max(words, 1), right / max(named, 1))
