"""Decoding of the value emissions: the best lawful BIO path and how sure the model is of each span.

Linear-chain CRF (Lafferty, McCallum, Pereira 2001): Viterbi for the path, forward-backward for the marginals. A network
trained with a plain softmax is decoded with transition scores of zero, so that its path is lawful too. Sums are kept in
float64: over a text of 50,000 characters float32 would blur the difference between two paths.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from biaotu.records import AttributeName
from biaotu.taxonomy import ATTRIBUTES, bio_tags

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]


_TINY: Final = 1e-200
"""Below this a scaled sum has lost its digits."""

_WIDE: Final = 300.0
"""Emissions of one character that lie further apart are summed as logarithms."""


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

    Raises:
        ValueError: if the shapes do not fit each other.
    """

    def __init__(self, moves: npt.ArrayLike, first: npt.ArrayLike, last: npt.ArrayLike) -> None:
        self._moves, self._first, self._last = (np.asarray(scores, np.float64) for scores in (moves, first, last))
        count = len(self._first)
        if self._moves.shape != (count, count) or self._last.shape != (count,):
            raise ValueError(f"moves {self._moves.shape} and last {self._last.shape} do not fit {count} first tags")
        # exp of the moves once: the sums of forward-backward are then matrix products
        self._ways = np.exp(self._moves - self._moves.max())

    @classmethod
    def from_dict(cls, document: Mapping[str, Any]) -> Decoder:
        """From the bundle's settings: ``moves``, ``first``, ``last`` as nested lists."""
        return cls(*(document[key] for key in ("moves", "first", "last")))

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
        scores = np.asarray(emissions, np.float64)
        scaled = self._scaled_marginals(scores)
        return np.asarray(self._log_marginals(scores) if scaled is None else scaled, np.float32)

    def _scaled_marginals(self, scores: Doubles) -> Doubles | None:
        """By products of probabilities, the quick way; None if one of them is too small for float64."""
        if np.ptp(scores, 1).max() > _WIDE:
            return None
        count = len(scores)
        likely = np.exp(scores - scores.max(1, keepdims=True))
        forward, backward = np.zeros_like(likely), np.zeros_like(likely)
        row = np.exp(self._first - self._first.max()) * likely[0]
        for place in range(count):
            if place:
                row = (forward[place - 1] @ self._ways) * likely[place]
            total = row.sum()
            if not total > _TINY:
                return None
            forward[place] = row / total
        row = np.exp(self._last - self._last.max())
        for place in range(count - 1, -1, -1):
            if place < count - 1:
                row = self._ways @ (likely[place + 1] * backward[place + 1])
            total = row.sum()
            if not total > _TINY:
                return None
            backward[place] = row / total
        both = forward * backward
        totals = both.sum(1, keepdims=True)
        return both / totals if totals.min() > _TINY else None

    def _log_marginals(self, scores: Doubles) -> Doubles:
        """By sums of logarithms: several times slower, never out of range."""
        count = len(scores)
        forward, backward = np.zeros_like(scores), np.zeros_like(scores)
        forward[0] = self._first + scores[0]
        for place in range(1, count):
            forward[place] = _logsumexp(forward[place - 1][:, None] + self._moves, 0) + scores[place]
        backward[-1] = self._last
        for place in range(count - 2, -1, -1):
            backward[place] = _logsumexp(self._moves + scores[place + 1] + backward[place + 1], 1)
        both = forward + backward
        sure = np.exp(both - both.max(1, keepdims=True))
        return np.asarray(sure / sure.sum(1, keepdims=True))


def _logsumexp(values: Doubles, axis: int) -> Doubles:
    top = values.max(axis, keepdims=True)
    return np.asarray(np.log(np.exp(values - top).sum(axis)) + top.squeeze(axis))


def bio_spans(
    path: Sequence[int] | npt.NDArray[np.int64], tags: Sequence[str] = bio_tags()
) -> list[tuple[int, int, str]]:
    """Spans (start, end, type) of a lawful path of ids of ``tags``."""
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
    """The attributes a record is predicted to have (eq. 8): probability at least the threshold, surest first."""
    sure = np.exp(-np.logaddexp(0, -np.asarray(logits, np.float64)))
    found = [
        AttributeName(name, float(probability))
        for name, probability, threshold in zip(ATTRIBUTES.names, sure, thresholds, strict=True)
        if probability >= threshold
    ]
    return tuple(sorted(found, key=lambda name: (-name.confidence, ATTRIBUTES.index(name.name))))
