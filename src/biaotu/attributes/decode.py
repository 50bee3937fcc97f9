"""Decoding of the value emissions: the best lawful BIO path and how sure the model is of each span.

Linear-chain CRF (Lafferty, McCallum, Pereira 2001): Viterbi for the path, forward-backward for the marginals. A network trained
with a plain softmax is decoded with transition scores of zero, so that its path is lawful too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from biaotu.records import AttributeName
from biaotu.taxonomy import ATTRIBUTES, bio_tags

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class CharSpan:
    """A decoded span: characters start..end-1 of the text that was read, attribute type, confidence 0..1."""

    start: int
    end: int
    type: str
    confidence: float


class Decoder:
    """Transition scores and the algorithms that use them.

    Args:
        moves: scores of moves, float [31, 31], unlawful ones very low.
        first: scores of the first tag, float [31].
        last: scores of the last tag, float [31].
    """

    def __init__(self, moves: Floats, first: Floats, last: Floats) -> None:
        self._moves = np.asarray(moves, np.float32)
        self._first = np.asarray(first, np.float32)
        self._last = np.asarray(last, np.float32)
        # exp of the moves once: the sums of forward-backward are then matrix products
        self._ways = np.exp(self._moves)

    @classmethod
    def from_dict(cls, document: Mapping[str, Any]) -> Decoder:
        """From the bundle's settings: ``moves``, ``first``, ``last`` as nested lists."""
        return cls(*(np.array(document[key], np.float32) for key in ("moves", "first", "last")))

    def to_dict(self) -> dict[str, Any]:
        """The scores as nested lists, to four places."""
        pairs = {"moves": self._moves, "first": self._first, "last": self._last}
        return {key: np.round(value, 4).tolist() for key, value in pairs.items()}

    def spans(self, emissions: Floats) -> list[CharSpan]:
        """Spans of the best lawful path over ``emissions`` [N, 31], in order; none for an empty text."""
        if not len(emissions):
            return []
        path = self.path(emissions)
        marginals = self.marginals(emissions)
        sure = marginals[np.arange(len(path)), path]
        return [
            CharSpan(start, end, kind, float(np.exp(np.log(np.maximum(sure[start:end], 1e-9)).mean())))
            for start, end, kind in bio_spans(path)
        ]

    def path(self, emissions: Floats) -> npt.NDArray[np.int64]:
        """The best lawful tag sequence (Viterbi), int64 [N]."""
        count = len(emissions)
        back = np.zeros((count, len(self._first)), np.int64)
        score = self._first + emissions[0]
        for place in range(1, count):
            ways = score[:, None] + self._moves
            back[place] = ways.argmax(0)
            score = ways.max(0) + emissions[place]
        path = np.zeros(count, np.int64)
        path[-1] = int((score + self._last).argmax())
        for place in range(count - 1, 0, -1):
            path[place - 1] = back[place, path[place]]
        return path

    def marginals(self, emissions: Floats) -> Floats:
        """Probability of each tag at each character (forward-backward, scaled), float [N, 31], rows sum to 1."""
        count = len(emissions)
        likely = np.exp(emissions - emissions.max(1, keepdims=True))
        forward = np.zeros_like(likely)
        backward = np.zeros_like(likely)
        row = np.exp(self._first) * likely[0]
        forward[0] = row / row.sum()
        for place in range(1, count):
            row = (forward[place - 1] @ self._ways) * likely[place]
            forward[place] = row / max(float(row.sum()), 1e-30)
        row = np.exp(self._last)
        backward[-1] = row / row.sum()
        for place in range(count - 2, -1, -1):
            row = self._ways @ (likely[place + 1] * backward[place + 1])
            backward[place] = row / max(float(row.sum()), 1e-30)
        both = forward * backward
        return np.asarray(both / np.maximum(both.sum(1, keepdims=True), 1e-30), np.float32)


def bio_spans(path: Sequence[int] | npt.NDArray[np.int64]) -> list[tuple[int, int, str]]:
    """Spans (start, end, type) of a lawful path of tag ids."""
    tags = bio_tags()
    spans: list[tuple[int, int, str]] = []
    start: int | None = None
    for place in range(len(path) + 1):
        tag = tags[int(path[place])] if place < len(path) else "O"
        if start is not None and not tag.startswith("I-"):
            spans.append((start, place, tags[int(path[start])][2:]))
            start = None
        if tag.startswith("B-"):
            start = place
    return spans


def attribute_names(logits: Floats, thresholds: Sequence[float]) -> tuple[AttributeName, ...]:
    """The attributes a record is predicted to have (eq. 8): those whose probability reaches its threshold, surest first."""
    sure = 1 / (1 + np.exp(-np.asarray(logits, np.float64)))
    found = [
        AttributeName(name, float(probability))
        for name, probability, threshold in zip(ATTRIBUTES.names, sure, thresholds, strict=True)
        if probability >= threshold
    ]
    return tuple(sorted(found, key=lambda name: (-name.confidence, ATTRIBUTES.index(name.name))))
