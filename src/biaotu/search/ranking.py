"""Ranking: BM25 over weighted fields, and the best of many in a stable order."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from biaotu.search.columns import Columns, Mask
from biaotu.search.cursor import Cursor, Statistics

Doubles = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

WEIGHTS = np.array([4.0, 1.0, 2.0, 1.0])
"""What an occurrence in title, description, tags, values counts. A value stands in title or description as well."""
_K = 1.2  # BM25: how soon more occurrences stop to matter
_B = 0.3  # BM25: how much a long text is held against a record; low, since short entries are often merely poor


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Where a term stands: slots and positions in the indexed text, one pair an occurrence."""

    slots: Ints
    positions: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Occurrences:
    """A term in numbers: its records (slots, ascending) and its weighted occurrences in each."""

    slots: Ints
    weights: Doubles


def occurrences(columns: Columns, places: Places) -> Occurrences:
    """Weigh the places of a term by field and sum them by record."""
    title, description, tags = columns.ends(places.slots)
    field = (places.positions >= title).astype(np.int64)
    field += places.positions >= description
    field += places.positions >= tags
    sums = np.bincount(places.slots, weights=WEIGHTS[field], minlength=len(columns))
    slots = np.flatnonzero(sums)
    return Occurrences(slots, sums[slots].astype(np.float64))


def statistics(columns: Columns, found: Mapping[str, Occurrences]) -> Statistics:
    """The numbers of the collection that scores depend on."""
    living = columns.living
    records = int(np.count_nonzero(living))
    length = int(columns.lengths[living].sum(dtype=np.int64)) if records else 0
    return Statistics(
        records, length / records if length else 1.0, {term: len(one.slots) for term, one in found.items()}
    )


def scores(columns: Columns, found: Mapping[str, Occurrences], numbers: Statistics) -> Doubles:
    """BM25 of every slot, to six places (so that a score survives being written out)."""
    total = np.zeros(len(columns))
    lengths = columns.lengths
    for term, one in found.items():
        holding = numbers.holding[term]
        rarity = (
            math.log(1 + (numbers.records - holding + 0.5) / (holding + 0.5)) if holding <= numbers.records else 0.0
        )
        norm = _K * (1 - _B + _B * lengths[one.slots] / numbers.mean_length)
        total[one.slots] += rarity * one.weights * (_K + 1) / (one.weights + norm)
    return np.round(total, 6)


def best(columns: Columns, mask: Mask, score: Doubles, after: Cursor | None, limit: int) -> Ints:
    """Slots of the best records of a mask, best first, equal ones by record id; only those behind a cursor.

    Returns one more than ``limit``, if there are as many: it tells that another page follows.
    """
    slots = np.flatnonzero(mask)
    values, ids = score[slots], columns.ids[slots]
    if after:
        behind = (values < after.score) | ((values == after.score) & (ids > after.record_id))
        slots, values, ids = slots[behind], values[behind], ids[behind]
    wanted = limit + 1
    if len(slots) > 4 * wanted:
        edge = np.partition(values, len(values) - wanted)[len(values) - wanted]
        equal = np.flatnonzero(values == edge)
        better = np.flatnonzero(values > edge)
        missing = wanted - len(better)
        if len(equal) > missing:
            equal = equal[np.argpartition(ids[equal], missing - 1)[:missing]]
        kept = np.concatenate((better, equal))
        slots, values, ids = slots[kept], values[kept], ids[kept]
    order = np.lexsort((ids, -values))[:wanted]
    return slots[order]
