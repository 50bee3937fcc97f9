"""From a query to a page: which records, in what order, counted and highlighted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from biaotu.errors import NotFound
from biaotu.search import FACETS, FacetCount, Hit, SearchPage, SearchQuery, cursor, facets, lookup, ranking
from biaotu.search.columns import Columns, Mask
from biaotu.search.highlight import highlights
from biaotu.search.query import ParsedQuery, parse
from biaotu.search.types import Floats, VectorKind
from biaotu.store.index.matrix import Matrices
from biaotu.store.index.memory import Memory
from biaotu.store.index.nearest import nearest
from biaotu.store.repos.reading import described
from biaotu.store.values import RecordSummary

if TYPE_CHECKING:
    from biaotu.store.unit import Unit

NEAREST = 200
"""Records that a search by vector ranks; everything has some distance, so there is no other end."""
_FUSION = 60  # reciprocal rank fusion's usual constant


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    """Slots of the records found whatever the filters, their scores, and what the scores were made from."""

    mask: Mask
    score: ranking.Doubles
    statistics: cursor.Statistics | None = None


Shown = dict[int, tuple[RecordSummary, str]]
"""Records with their descriptions, by id."""


def answer(unit: Unit, memory: Memory, matrices: Matrices, query: SearchQuery) -> tuple[SearchPage, Shown]:
    """The page that a query asks for, and its records. ``memory`` is up to date with the unit.

    Raises:
        QueryError: if the cursor belongs to another search or a vector to another model.
        NotFound: if the record to compare with is not there.
    """
    parsed = parse(query.text)
    after = cursor.decode(query.cursor, query, parsed.wanted) if query.cursor else None
    filters = facets.wanted_values(query.filters)
    columns = memory.columns
    picked = {facet: columns.select(values) for facet, values in filters.items()}
    everything = _all_of(columns.living, picked.values())
    if query.mode == "words":
        found = _by_words(unit, memory, parsed, after)
        mask = everything & found.mask
        counts = _sideways(columns, columns.living & found.mask, picked, filters)
    else:
        found = _by_vectors(unit, memory, matrices, query, everything)
        mask = found.mask
        counts = columns.count(mask, FACETS, facets.SHOWN, filters)
    slots = ranking.best(columns, mask, found.score, after, query.limit)
    ids, scores = columns.ids[slots].tolist(), found.score[slots].tolist()
    following = None
    if len(ids) > query.limit:
        last = cursor.Cursor(scores[query.limit - 1], ids[query.limit - 1], found.statistics)
        following = cursor.encode(last, query)
    ids = ids[: query.limit]
    shown = described(unit.connection, ids)
    page = SearchPage(
        hits=tuple(
            Hit(record_id, score, _highlights(shown.get(record_id), parsed))
            for record_id, score in zip(ids, scores, strict=False)
        ),
        total=int(np.count_nonzero(mask)),
        facets=_named(counts, filters),
        cursor=following,
    )
    return page, shown


def _by_words(unit: Unit, memory: Memory, parsed: ParsedQuery, after: cursor.Cursor | None) -> _Found:
    columns, terms = memory.columns, (*parsed.wanted, *parsed.excluded)
    parts = memory.parts(unit.connection, lookup.parts_needed(memory.directories, terms))
    found = {
        term: ranking.occurrences(columns, lookup.find(term, columns, memory.directories, parts, memory.fresh))
        for term in dict.fromkeys(terms)
    }
    mask = np.ones(len(columns), np.bool_)
    for clause in parsed.clauses:
        mask &= _any_of(columns, [found[term] for term in clause])
    if parsed.excluded:
        mask &= ~_any_of(columns, [found[term] for term in parsed.excluded])
    wanted = {term: found[term] for term in parsed.wanted}
    numbers = after.statistics if after and after.statistics else ranking.statistics(columns, wanted)
    return _Found(mask, ranking.scores(columns, wanted, numbers), numbers)


def _by_vectors(unit: Unit, memory: Memory, matrices: Matrices, query: SearchQuery, mask: Mask) -> _Found:
    """The nearest records; of several vectors each record's ranks are fused."""
    columns = memory.columns
    asked: list[tuple[VectorKind, Floats]] = []
    if query.mode == "similar":
        if query.record is None or (own := columns.slots.get(query.record)) is None or not columns.living[own]:
            raise NotFound(f"there is no record {query.record} to be like")
        mask = mask.copy()
        mask[own] = False
        for kind in query.by:
            asked += [(kind, one.vector) for one in unit.vectors.get(kind, query.record)]
    elif query.vector is not None:
        asked.append((query.against or ("text" if query.mode == "meaning" else "photo"), query.vector))
    lists = []
    for kind, vector in asked:
        space = unit.vectors.newest(kind)
        if space is not None:
            lists.append(nearest(unit, matrices, columns, space, vector, mask, NEAREST))
    fused = lists[0] if len(lists) == 1 else _fuse(lists)
    found = _Found(np.zeros(len(columns), np.bool_), np.zeros(len(columns)))
    for record_id, score in fused.items():
        slot = columns.slots[record_id]
        found.mask[slot], found.score[slot] = True, score
    return found


def _fuse(lists: Sequence[Mapping[int, float]]) -> dict[int, float]:
    """Reciprocal rank fusion: scores of different vectors cannot be compared, ranks can."""
    sums: dict[int, float] = {}
    for ranked in lists:
        for rank, record_id in enumerate(ranked, 1):
            sums[record_id] = sums.get(record_id, 0.0) + 1 / (_FUSION + rank)
    best = sorted(sums, key=lambda record_id: (-sums[record_id], record_id))[:NEAREST]
    return {record_id: round(sums[record_id], 6) for record_id in best}


def _any_of(columns: Columns, found: Sequence[ranking.Occurrences]) -> Mask:
    mask = np.zeros(len(columns), np.bool_)
    for one in found:
        mask[one.slots] = True
    return mask


def _all_of(mask: Mask, others: Iterable[Mask]) -> Mask:
    for other in others:
        mask = mask & other
    return mask


def _sideways(
    columns: Columns, mask: Mask, picked: Mapping[str, Mask], filters: Mapping[str, Sequence[str]]
) -> dict[str, dict[str, int]]:
    """Counts by facet; one that is filtered by is counted as if it were not: what choosing another value would give."""
    free = [facet for facet in FACETS if facet not in picked]
    counts = columns.count(_all_of(mask, picked.values()), free, facets.SHOWN, filters)
    for facet in picked:
        rest = [other for name, other in picked.items() if name != facet]
        counts |= columns.count(_all_of(mask, rest), [facet], facets.SHOWN, filters)
    return counts


def _named(
    counts: Mapping[str, Mapping[str, int]], filters: Mapping[str, Sequence[str]]
) -> dict[str, tuple[FacetCount, ...]]:
    return {facet: facets.ordered(facet, counts[facet], filters.get(facet, ())) for facet in FACETS}


def _highlights(shown: tuple[RecordSummary, str] | None, parsed: ParsedQuery) -> dict[str, tuple[tuple[int, int], ...]]:
    """Where the words stand in the current title and description of a record."""
    if shown is None or not parsed.wanted:
        return {"title": (), "description": ()}
    summary, description = shown
    return {
        "title": highlights(summary.title, parsed.wanted),
        "description": highlights(description, parsed.wanted),
    }
