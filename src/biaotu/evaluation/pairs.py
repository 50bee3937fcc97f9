"""Gold records beside the annotations that were made of them, matched by id."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable
from dataclasses import dataclass

from biaotu.records import Annotation
from biaotu.records.gold import GoldRecord


@dataclass(frozen=True, slots=True)
class Pair:
    """One gold record and its annotation; without one, everything in the gold record counts as missed."""

    gold: GoldRecord
    prediction: Annotation | None


@dataclass(frozen=True, slots=True)
class Pairing:
    """All gold records in their order, and what did not match.

    Attributes:
        pairs: one for every gold record.
        missing: ids of gold records without a prediction, in gold order.
        unknown: ids of predictions that no gold record asked for, in their order; they are left out of the scores.
    """

    pairs: tuple[Pair, ...]
    missing: tuple[str, ...]
    unknown: tuple[str, ...]


def pair_up(gold: Iterable[GoldRecord], predictions: Iterable[Annotation]) -> Pairing:
    """Match predictions to gold records by id; where an id stands several times, the n-th meets the n-th."""
    waiting: defaultdict[str, deque[Annotation]] = defaultdict(deque)
    for prediction in predictions:
        waiting[prediction.id].append(prediction)
    pairs: list[Pair] = []
    for record in gold:
        queue = waiting[record.record.id]
        pairs.append(Pair(record, queue.popleft() if queue else None))
    return Pairing(
        pairs=tuple(pairs),
        missing=tuple(pair.gold.record.id for pair in pairs if pair.prediction is None),
        unknown=tuple(prediction.id for queue in waiting.values() for prediction in queue),
    )
