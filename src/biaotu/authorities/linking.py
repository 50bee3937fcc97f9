"""From mention to entry: candidates with calibrated confidence, and how likely it is none of them.

A log-linear choice among the candidates and "none of these" (whose score is 0); the weights are measured on half of the
linking gold (``benchmarks/linking.py --fit``) and stand in ``data/weights.json``.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from biaotu.authorities.context import RecordContext
from biaotu.authorities.entries import ATTRIBUTE_TYPES, Entry
from biaotu.authorities.features import NAMES, Evidence, evidence
from biaotu.authorities.index import Index, Match
from biaotu.errors import BundleError
from biaotu.records import Span

SURE: Final = 0.5
"""A candidate must be surer than this to be a link."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry that a mention may name, how likely (0 to 1), and why, in Chinese words for the reviewer."""

    entry_id: str
    confidence: float
    reason: str


@dataclass(frozen=True, slots=True)
class Links:
    """What a mention may name, the likeliest first; the confidences and ``none_of_these`` add up to 1.

    ``within`` is the id of the entry that the mention is a part of (红四军 for 红四军军械处), if no candidate fits.
    """

    candidates: tuple[Candidate, ...]
    none_of_these: float
    within: str | None = None

    @property
    def best(self) -> Candidate | None:
        """The candidate that is likelier than all else together, or None: an open choice is no link."""
        if self.candidates and self.candidates[0].confidence > SURE:
            return self.candidates[0]
        return None


@cache
def shipped_weights() -> Mapping[str, float]:
    """The weights of the features (``features.NAMES``) that come with the package.

    Raises:
        BundleError: if the file lacks one; the package is damaged.
    """
    document = json.loads(files("biaotu.authorities").joinpath("data/weights.json").read_text(encoding="utf-8"))
    if missing := [name for name in NAMES if name not in document]:
        raise BundleError(f"data/weights.json lacks {' '.join(missing)}; install the package again")
    return {name: float(document[name]) for name in NAMES}


class Linker:
    """Links attribute values to entries.

    Args:
        entries: shipped entries, the user's, or both; entries that were merged into others are skipped.
        weights: feature weights; those that come with the package if None.
    """

    def __init__(self, entries: Iterable[Entry], weights: Mapping[str, float] | None = None) -> None:
        self.index = Index(entries)
        self._weights = shipped_weights() if weights is None else weights

    def link(self, mention: Span, context: RecordContext) -> Links:
        """The entries that a mention may name in its record; none for attributes that name nobody (颜色, 数字 ...)."""
        return self._choose(mention, context, self._anchors(context))

    def link_record(self, context: RecordContext) -> tuple[tuple[Span, Links], ...]:
        """Every span of a record whose attribute can name an entry, with its links."""
        anchors = self._anchors(context)
        return tuple(
            (span, self._choose(span, context, anchors)) for span in context.spans if span.type in ATTRIBUTE_TYPES
        )

    def evidence(self, mention: Span, context: RecordContext) -> tuple[tuple[Match, Evidence], ...]:
        """What speaks for and against each candidate; for fitting weights and for looking closer."""
        return self._evidence(mention, context, self._anchors(context))

    def _evidence(
        self, mention: Span, context: RecordContext, anchors: Mapping[Span, str]
    ) -> tuple[tuple[Match, Evidence], ...]:
        matches = self.index.matches(mention.value, mention.type)
        others = frozenset(entry_id for span, entry_id in anchors.items() if span != mention)
        return tuple(
            (
                match,
                evidence(match, tuple(m for m in matches if m is not match), mention, context, others, self.index),
            )
            for match in matches
        )

    def _choose(self, mention: Span, context: RecordContext, anchors: Mapping[Span, str]) -> Links:
        weighed = self._evidence(mention, context, anchors)
        if not weighed:
            within = self.index.within(mention.value, mention.type)
            return Links((), 1.0, within.id if within else None)
        scores = [sum(self._weights[name] * value for name, value in seen.features.items()) for _, seen in weighed]
        top = max(0.0, *scores)
        shares = [math.exp(score - top) for score in scores]
        whole = sum(shares) + math.exp(-top)
        candidates = sorted(
            (
                Candidate(match.entry.id, share / whole, "；".join(seen.reasons))
                for (match, seen), share in zip(weighed, shares, strict=True)
            ),
            key=lambda candidate: (-candidate.confidence, candidate.entry_id),
        )
        return Links(tuple(candidates), math.exp(-top) / whole)

    def _anchors(self, context: RecordContext) -> dict[Span, str]:
        """The spans that name one entry beyond doubt: people said so, or one match by a form that stands alone."""
        found = {span: entry_id for span, entry_id in context.settled.items() if entry_id in self.index.entries}
        for span in context.spans:
            if span in context.settled:
                continue
            matches = self.index.matches(span.value, span.type)
            if len(matches) == 1 and not matches[0].ambiguous:
                found[span] = matches[0].entry.id
        return found
