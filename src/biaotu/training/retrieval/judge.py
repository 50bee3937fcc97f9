"""How well a way of comparing finds photos by words and words by photos, on the dev photos. Never a test split."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from biaotu.search.space import RetrievalSpace, root, unit
from biaotu.taxonomy import MATERIALS, USES
from biaotu.training.retrieval.encode import Encoded, Encoder, Floats, Text
from biaotu.training.retrieval.material import VAGUE, Photo
from biaotu.training.retrieval.measures import Flags, precision_at_10, ranking

Side = Callable[[Encoded], Floats]
"""Encoded texts or photos to unit vectors of the space that is judged."""
_FEW: Final = 3
"""A class name that fewer dev photos bear is not asked for."""


@dataclass(frozen=True, slots=True)
class Way:
    """A way of comparing texts with photos."""

    text: Side
    photo: Side

    @classmethod
    def of(cls, space: RetrievalSpace) -> Way:
        """The shared space of a file."""
        return cls(lambda texts: space.text(texts.means), lambda photos: space.photo(photos.means))


class Judge:
    """The dev photos, encoded, with everything they are asked for.

    Args:
        photos: the dev photos.
        encoder: encodes them and the queries.
    """

    def __init__(self, photos: Sequence[Photo], encoder: Encoder) -> None:
        self.photos = photos
        self.encoded = encoder.photos([photo.path for photo in photos])
        self._pairs = np.array([place for place, photo in enumerate(photos) if photo.title], np.int64)
        own = {photo.title: photo.texts[-1] for photo in photos if photo.title}
        self._own = _flags([[photos[place].title == title for place in self._pairs] for title in own])
        names = {name: None for photo in photos for name in photo.names}
        counted = {name: [name in photo.names for photo in photos] for name in names}
        self._names = {name: row for name, row in counted.items() if sum(row) >= _FEW}
        texts: dict[str, list[Text]] = {
            "title": [(title, "") for title in own],
            "record": list(own.values()),
            "class": [(name, "") for name in self._names],
            "label": [(name, "") for name in (*MATERIALS.names, *USES.names)],
        }
        self._texts = {kind: encoder.texts(queries) for kind, queries in texts.items() if queries}

    def pairs(self, way: Way) -> dict[str, float]:
        """Museum pairs: recall and mean reciprocal rank of the title, and of the whole record, both ways.

        Words are right for each photo that came with this title.
        """
        if not len(self._pairs):
            return {}
        photos = way.photo(self.encoded)[self._pairs]
        found: dict[str, float] = {}
        for kind in ("title", "record"):
            scores = way.text(self._texts[kind]) @ photos.T
            for name, figures in (
                (f"{kind} to photo", ranking(scores, self._own)),
                (f"photo to {kind}", ranking(scores.T, self._own.T)),
            ):
                found |= {f"{name} {key}": value for key, value in figures.items()}
        return found

    def names(self, way: Way, only: frozenset[str] | None = None) -> float | None:
        """Precision at 10 of Chinese class names among all dev photos, ``only`` of these; None if there is none."""
        kept = [place for place, name in enumerate(self._names) if only is None or name in only]
        if not kept:
            return None
        right = _flags(list(self._names.values()))
        scores = way.text(self._texts["class"])[kept] @ way.photo(self.encoded).T
        return precision_at_10(scores, right[kept])

    def labels(self, way: Way) -> float | None:
        """Precision at 10 of the label names, each among the photos whose material, or use, somebody judged."""
        words, photos = way.text(self._texts["label"]), way.photo(self.encoded)
        found: list[float] = []
        for start, names, told in (
            (0, MATERIALS.names, [photo.material for photo in self.photos]),
            (len(MATERIALS), USES.names, [photo.use for photo in self.photos]),
        ):
            judged = [place for place, labels in enumerate(told) if labels]
            for place, name in enumerate(names):
                right = np.array([[name in told[row] for row in judged]], bool)
                if name not in VAGUE and right.any():
                    found.append(precision_at_10(words[start + place][None] @ photos[judged].T, right))
        return float(np.mean(found)) if found else None

    def all(self, way: Way) -> dict[str, float]:
        """Every figure, by its name."""
        found = self.pairs(way)
        for name, value in (("class names p10", self.names(way)), ("label names p10", self.labels(way))):
            if value is not None:
                found[name] = value
        return found

    def views(self, photo_only: Callable[[Floats], Floats]) -> dict[str, float]:
        """Photo to photo: whether another view of the same object comes first, or among the first ten."""
        groups = np.array([photo.group for photo in self.photos])
        same = groups[:, None] == groups[None]
        np.fill_diagonal(same, False)
        asked = same.any(axis=1)
        if not asked.any():
            return {}
        vectors = photo_only(self.encoded.means)
        scores = vectors @ vectors.T
        np.fill_diagonal(scores, -np.inf)
        figures = ranking(scores[asked], same[asked])
        return {key: figures[key] for key in ("r1", "r10")}


def by_labels(texts_or_photos: Encoded) -> Floats:
    """The way without any training: the probabilities of the 24 labels of either side."""
    return unit(np.asarray(1 / (1 + np.exp(-texts_or_photos.logits)), np.float32))


def raw(means: Floats) -> Floats:
    """Photo means as they are, unit length."""
    return unit(means)


def rooted(means: Floats) -> Floats:
    """Square roots of photo means, unit length."""
    return unit(root(means))


def _flags(rows: Sequence[Sequence[bool]]) -> Flags:
    """Rows of truth as an array."""
    return np.array(rows, bool)
