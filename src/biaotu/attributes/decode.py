"""Decoding of the value emissions: the best lawful BIO path and how sure the model is of each span.

Linear-chain CRF (Lafferty, McCallum, Pereira 2001): Viterbi for the path, forward-backward for the marginals. A network
trained with a plain softmax is decoded with transition scores of zero, so that its path is lawful too. Sums are kept in
float64: over a text of 50,000 characters float32 would blur the difference between two paths.

Most of a path can be told from the marginals, which are needed anyway; Viterbi runs only where they leave doubt. Let G
be the path of the likeliest tag of each character and P its probability.

* The best path is at least as likely as P. So where a tag of G has a marginal above 1 - P, it goes through that tag.
* Between two such places, if the marginals of G lack less than a half of 1 altogether, G is likelier there than all
  other ways together, so the best path is G's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
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

_BLUR: Final = 1e-9
"""Probabilities are taken to be as exact as this when they decide whether there is doubt."""


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
        # exp of the moves once, forward and backward: the sums of forward-backward are then matrix products
        ways = np.exp(self._moves - self._moves.max())
        self._ways = np.stack([ways, ways.T])

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
        scores = np.asarray(emissions, np.float64)
        found = self._scaled_marginals(scores)
        if found is None:
            marginals, path = self._log_marginals(scores), self._best(scores, self._first, self._last)
        else:
            marginals, path = found[0], self._likely_path(scores, *found)
        chosen = marginals[np.arange(len(path)), path].astype(np.float32)
        sure = np.log(np.maximum(chosen, 1e-9))
        return [
            CharSpan(start, end, kind, float(np.exp(np.add.reduce(sure[start:end]) / (end - start))))
            for start, end, kind in bio_spans(path.tolist())
        ]

    def path(self, emissions: Floats) -> npt.NDArray[np.int64]:
        """The best lawful tag sequence (Viterbi), int64 [N]."""
        return self._best(np.asarray(emissions, np.float64), self._first, self._last)

    def marginals(self, emissions: Floats) -> Floats:
        """Probability of each tag at each character (forward-backward, scaled), float [N, 31], rows sum to 1."""
        scores = np.asarray(emissions, np.float64)
        found = self._scaled_marginals(scores)
        return np.asarray(self._log_marginals(scores) if found is None else found[0], np.float32)

    def _best(self, scores: Doubles, first: Doubles, last: Doubles) -> npt.NDArray[np.int64]:
        """The best path over some characters, given the scores of its first and its last tag."""
        count = len(scores)
        totals = np.empty((count, len(first)))
        totals[0] = first + scores[0]
        ways = np.empty_like(self._moves)
        columns, rows = list(totals[:, :, None]), list(totals)
        for place in range(1, count):
            np.add(columns[place - 1], self._moves, out=ways)
            np.add(np.maximum.reduce(ways, axis=0), scores[place], out=rows[place])
        # Which move was the best is asked on the way back only, for the one tag that the path goes through.
        path = [int((totals[-1] + last).argmax())]
        into = list(np.ascontiguousarray(self._moves.T))
        for place in range(count - 1, 0, -1):
            path.append(int((rows[place - 1] + into[path[-1]]).argmax()))
        return np.array(path[::-1], np.int64)

    def _likely_path(self, scores: Doubles, marginals: Doubles, log_total: float) -> npt.NDArray[np.int64]:
        """The best path, by Viterbi only where the marginals leave doubt (see above)."""
        path = np.asarray(marginals.argmax(1), np.int64)
        doubt = 1 - marginals.max(1)
        if doubt.sum() < 0.5 - _BLUR:
            return path
        score = self._first[path[0]] + scores[np.arange(len(path)), path].sum() + self._last[path[-1]]
        likely = np.exp(score + self._moves[path[:-1], path[1:]].sum() - log_total)
        fixed = [-1, *np.flatnonzero(doubt < likely - _BLUR).tolist(), len(path)]
        lacking = [0.0, *np.cumsum(doubt).tolist()]
        for left, right in pairwise(fixed):
            within = lacking[min(right + 1, len(path))] - lacking[max(left, 0)]
            if right - left > 1 and within >= 0.5 - _BLUR:
                first = self._first if left < 0 else self._moves[path[left]]
                last = self._last if right == len(path) else self._moves[:, path[right]]
                path[left + 1 : right] = self._best(scores[left + 1 : right], first, last)
        return path

    def _scaled_marginals(self, scores: Doubles) -> tuple[Doubles, float] | None:
        """By products of probabilities, the quick way; None if one of them is too small for float64.

        Both directions go side by side, forward from the first character and backward from the last.

        Returns:
            The marginals, and the logarithm of the sum of all paths.
        """
        if np.ptp(scores, 1).max() > _WIDE:
            return None
        count, tags = scores.shape
        tops = scores.max(1, keepdims=True)
        likely = np.exp(scores - tops)
        seen = np.stack([likely, likely[::-1]], 1)[:, :, None, :]
        # What reaches a character from before (or behind) it, and the same times what is seen there.
        reaching, passing = np.empty((count, 2, 1, tags)), np.empty((count, 2, 1, tags))
        reaching[0, 0], reaching[0, 1] = np.exp(self._first - self._first.max()), np.exp(self._last - self._last.max())
        np.multiply(reaching[0], seen[0], out=passing[0])
        log_scale = 0.0
        comes, goes, sees, ways = list(reaching), list(passing), list(seen), self._ways
        for place in range(1, count):
            before = goes[place - 1]
            if not place % _RESCALE:
                totals = before.sum(2, keepdims=True)
                if not totals.min() > _TINY:
                    return None
                before /= totals
                log_scale += float(np.log(totals[0, 0, 0]))
            np.multiply(np.matmul(before, ways, out=comes[place]), sees[place], out=goes[place])
        forward, backward = passing[:, 0, 0], reaching[::-1, 1, 0]
        both = forward * backward
        sums = both.sum(1, keepdims=True)
        if not sums.min() > _TINY:
            return None
        log_scale += float(np.log(sums[-1, 0]) + tops.sum() + self._first.max() + self._last.max())
        return both / sums, log_scale + (count - 1) * float(self._moves.max())

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
    inside = frozenset(number for number, tag in enumerate(tags) if tag.startswith("I-"))
    begins = {number: tag[2:] for number, tag in enumerate(tags) if tag.startswith("B-")}
    spans: list[tuple[int, int, str]] = []
    for start, tag in enumerate(path):
        if tag in begins:
            end = start + 1
            while end < len(path) and path[end] in inside:
                end += 1
            spans.append((start, end, begins[tag]))
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
