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

_RESCALE: Final = 8
"""Sums are brought to one at every so many characters."""

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
        sure = np.log(np.maximum(marginals[np.arange(len(path)), path], 1e-9))
        return [
            CharSpan(start, end, kind, float(np.exp(np.add.reduce(sure[start:end]) / (end - start))))
            for start, end, kind in bio_spans(path.tolist())
        ]

    def path(self, emissions: Floats) -> npt.NDArray[np.int64]:
        """The best lawful tag sequence (Viterbi), int64 [N]."""
        count = len(emissions)
        scores = np.empty((count, len(self._first)))
        scores[0] = self._first + emissions[0]
        ways = np.empty_like(self._moves)
        columns, rows = list(scores[:, :, None]), list(scores)
        for place in range(1, count):
            np.add(columns[place - 1], self._moves, out=ways)
            np.add(np.maximum.reduce(ways, axis=0), emissions[place], out=rows[place])
        # Which move was the best is asked on the way back only, for the one tag that the path goes through.
        path = [int((scores[-1] + self._last).argmax())]
        into = list(np.ascontiguousarray(self._moves.T))
        for place in range(count - 1, 0, -1):
            path.append(int((rows[place - 1] + into[path[-1]]).argmax()))
        return np.array(path[::-1], np.int64)

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
        forward, backward = np.empty_like(likely), np.empty_like(likely)
        ahead, behind, seen = list(forward), list(backward), list(likely)
        np.multiply(np.exp(self._first - self._first.max()), seen[0], out=ahead[0])
        behind[-1][:] = np.exp(self._last - self._last.max())
        step = np.empty(len(self._first))
        for place in range(1, count):
            if not _scaled(ahead[place - 1], place):
                return None
            np.multiply(np.dot(ahead[place - 1], self._ways, out=step), seen[place], out=ahead[place])
        for place in range(count - 1, 0, -1):
            if not _scaled(behind[place], place):
                return None
            np.dot(self._ways, np.multiply(seen[place], behind[place], out=step), out=behind[place - 1])
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


def _scaled(row: Doubles, place: int) -> bool:
    """Bring a row's sum to one every few places, before its products run out of range; False if they have."""
    if place % _RESCALE:
        return True
    total = float(row.sum())
    if not total > _TINY:
        return False
    row /= total
    return True


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
