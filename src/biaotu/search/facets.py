"""Facets: what the values are called, what a filter may say, and counting them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from biaotu.search.document import attribute
from biaotu.search.era import eras
from biaotu.search.types import FACETS, FacetCount
from biaotu.taxonomy import ATTRIBUTES, MATERIALS, USES

SHOWN = {"attribute": 100, "museum": 100}
"""How many values of a long facet are shown, the most frequent ones."""


def wanted_values(filters: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """Filters in the spelling of the index: ids for materials, uses and eras, Chinese names for attribute types."""
    return {
        facet: tuple(dict.fromkeys(f"{facet}:{_canonical(facet, value)}" for value in values))
        for facet, values in filters.items()
        if values
    }


def name(facet: str, value: str) -> str:
    """What people call a facet value, in Chinese."""
    return _names(facet).get(value, value)


def ordered(facet: str, counts: Mapping[str, int], chosen: Sequence[str] = ()) -> tuple[FacetCount, ...]:
    """Counted values in the order to show: vocabularies and eras in their own order, others by count, then by name.

    Args:
        facet: name of the facet.
        counts: value -> records, without zeros.
        chosen: values that are filtered by (``facet:value``); shown even if nothing is left of them.
    """
    counts = {**{value.partition(":")[2]: 0 for value in chosen}, **counts}
    order = _order(facet)
    values = sorted(counts, key=lambda value: (order.get(value, len(order)), -counts[value], value))
    return tuple(FacetCount(value, name(facet, value), counts[value]) for value in values)


def _canonical(facet: str, value: str) -> str:
    if facet == "attribute":
        kind, _, text = value.replace("：", ":", 1).partition(":")
        return attribute(_by_id().get(kind, kind), text)
    if facet == "attribute_type":
        return _by_id().get(value, value)
    if facet == "museum":
        return " ".join(value.split())
    return {zh: term for term, zh in _names(facet).items()}.get(value, value)


@cache
def _by_id() -> dict[str, str]:
    return {term.id: term.zh for term in ATTRIBUTES}


@cache
def _names(facet: str) -> dict[str, str]:
    if facet == "material":
        return {term.id: term.zh for term in MATERIALS}
    if facet == "use":
        return {term.id: term.zh for term in USES}
    if facet == "era":
        return {era.id: era.zh for era in eras()}
    if facet == "state":
        return {
            "new": "未标注",
            "annotated": "待审核",
            "in_review": "审核中",
            "submitted": "已提交",
            "approved": "已通过",
            "returned": "已退回",
        }
    return {}


@cache
def _order(facet: str) -> dict[str, int]:
    if facet not in FACETS:
        return {}
    values = list(ATTRIBUTES.names) if facet == "attribute_type" else list(_names(facet))
    return {value: place for place, value in enumerate(values)}
