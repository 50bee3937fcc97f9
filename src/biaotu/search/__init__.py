"""Searching, without a database: queries, folding, bigram blocks, ranking, facets, eras, highlights and cursors."""

from biaotu.search.types import (
    FACETS,
    MAX_LIMIT,
    MODES,
    VECTOR_KINDS,
    FacetCount,
    Hit,
    QueryError,
    SearchPage,
    SearchQuery,
)

__all__ = [
    "FACETS",
    "MAX_LIMIT",
    "MODES",
    "VECTOR_KINDS",
    "FacetCount",
    "Hit",
    "QueryError",
    "SearchPage",
    "SearchQuery",
]
