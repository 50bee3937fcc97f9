"""Where a page ended, as an opaque string.

The cursor of a search by words carries the statistics its scores were computed from: pages that follow use the same,
so a record that stays as it was keeps its score, and none is shown twice or skipped because others came in between.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from biaotu.search.types import QueryError, SearchQuery


@dataclass(frozen=True, slots=True)
class Statistics:
    """Numbers that BM25 takes from the whole collection: records, their mean length, records that hold each term."""

    records: int
    mean_length: float
    holding: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last hit of a page and, for a search by words, the statistics of the first."""

    score: float
    record_id: int
    statistics: Statistics | None = None


def encode(cursor: Cursor, query: SearchQuery) -> str:
    """The cursor as an opaque string that only the same query takes."""
    parts: list[object] = [fingerprint(query), cursor.score, cursor.record_id]
    if cursor.statistics:
        parts += [cursor.statistics.records, cursor.statistics.mean_length, list(cursor.statistics.holding.values())]
    return base64.urlsafe_b64encode(json.dumps(parts, separators=(",", ":")).encode()).decode().rstrip("=")


def decode(text: str, query: SearchQuery, terms: Sequence[str] = ()) -> Cursor:
    """Read a cursor back.

    Args:
        text: what ``encode`` gave.
        query: the query it is used with.
        terms: the terms of the query that are ranked by, in order.

    Raises:
        QueryError: if it is no cursor or belongs to another search.
    """
    wrong = QueryError("the cursor cannot be read; start again from the first page")
    if len(text) > 2000:
        raise wrong
    try:
        parts = json.loads(base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4)))
    except (ValueError, binascii.Error, RecursionError) as error:
        raise wrong from error
    if not isinstance(parts, list) or len(parts) not in (3, 6):
        raise wrong
    if parts[0] != fingerprint(query):
        raise QueryError("the cursor belongs to another search; start again from the first page")
    _, score, record_id, *numbers = parts
    if not _is_number(score) or not _is_count(record_id):
        raise wrong
    statistics = None
    if numbers:
        records, mean, holding = numbers
        if not (_is_count(records) and _is_number(mean) and mean > 0 and isinstance(holding, list)):
            raise wrong
        if len(holding) != len(terms) or not all(_is_count(count) and count <= records for count in holding):
            raise wrong
        statistics = Statistics(records, mean, dict(zip(terms, holding, strict=True)))
    return Cursor(score, record_id, statistics)


def fingerprint(query: SearchQuery) -> str:
    """Tells searches apart: everything but cursor and page size."""
    filters = {name: sorted(values) for name, values in query.filters.items() if values}
    digest = hashlib.sha256()
    for part in (query.text, query.mode, query.record, query.against, query.by, sorted(filters.items())):
        digest.update(repr(part).encode("utf-8", "backslashreplace") + b"\0")
    if query.vector is not None:
        digest.update(query.vector.astype("<f4").tobytes())
    return digest.hexdigest()[:16]


def _is_number(value: object) -> bool:
    return (
        isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e300 and math.isfinite(value)
    )


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**63
