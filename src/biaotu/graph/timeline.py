"""What relics name, in time: dates, events and periods with their first and last day, and relics counted by year."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from biaotu.errors import InputError
from biaotu.graph import names, quads
from biaotu.graph.dates import year_range
from biaotu.graph.finding import by_number
from biaotu.graph.nodes import answer, record_id

if TYPE_CHECKING:
    from biaotu.graph.graph import Graph

What = Literal["dates", "events", "periods"]
SHOWN: Final = 5
"""Records named for each item."""
SPREAD: Final = 30
"""A date of more years than this (清代) says nothing of single years and is not counted in them."""
_KIND: Final = {"dates": "date", "events": "event", "periods": "period"}


@dataclass(frozen=True, slots=True)
class _Placed:
    """A node with its days (or EDTF) and years."""

    iri: str
    kind: str
    begin: str | None
    end: str | None
    first: int
    last: int


def timeline(
    graph: Graph,
    *,
    machine: bool = False,
    first: int | None = None,
    last: int | None = None,
    what: What | None = None,
    limit: int = 200,
) -> dict[str, Any]:
    """Dates, events and periods that relics name, in the order of time, and the relics of each year.

    Uncertain dates stand as the stretch that they can mean. A year counts a relic's date by the share of its years:
    1931至1934年 is a quarter of a relic in each. What a text inscribed on the object says is left out.

    Args:
        graph: the graph.
        machine: the view.
        first: only what reaches this year or a later one.
        last: only what begins in this year or an earlier one.
        what: only dates, events or periods.
        limit: items at most, the earliest.

    Raises:
        InputError: if ``first`` is after ``last``.
    """
    if first is not None and last is not None and first > last:
        raise InputError(f"the time from {first} to {last} is empty; name the earlier year first")
    low, high = -(10**6) if first is None else first, 10**6 if last is None else last
    placed = [
        one
        for iri, _ in graph.ties.nodes(machine)
        if (one := _place(graph, iri)) is not None and one.last >= low and one.first <= high
    ]
    placed.sort(key=lambda one: (one.first, one.begin or "", one.last, one.iri))
    dated = {one.iri: graph.ties.said(one.iri, machine) for one in placed}
    wanted = [one for one in placed if dated[one.iri] and what in (None, _WHAT[one.kind])]
    return answer(
        machine,
        graph.note(machine),
        items=[_item(graph, one, dated[one.iri], machine) for one in wanted[:limit]],
        years=_years(placed, dated, low, high),
        more=len(wanted) > limit,
    )


def _years(placed: list[_Placed], dated: dict[str, dict[str, bool]], low: int, high: int) -> list[dict[str, float]]:
    """The relics of each year by their dates; one with several dates in a year counts once, by the narrowest."""
    shares: defaultdict[int, dict[str, float]] = defaultdict(dict)
    sure: defaultdict[int, set[str]] = defaultdict(set)
    for one in placed:
        length = one.last - one.first + 1
        if one.kind != "date" or length > SPREAD:
            continue
        for record, confirmed in dated[one.iri].items():
            for year in range(max(one.first, low), min(one.last, high) + 1):
                shares[year][record] = max(shares[year].get(record, 0.0), 1 / length)
                if confirmed:
                    sure[year].add(record)
    return [
        {
            "year": year,
            "count": round(sum(shares[year].values()), 2),
            "records": len(shares[year]),
            "confirmed": len(sure[year]),
        }
        for year in sorted(shares)
    ]


_WHAT: Final = {kind: what for what, kind in _KIND.items()}


def _place(graph: Graph, iri: str) -> _Placed | None:
    kind = names.kind_of(iri)
    if kind == "date":
        begin, end = (graph.dataset.one(iri, name, None) for name in (quads.FIRST, quads.LAST))
    elif kind in ("event", "period") and (entry := graph.entries.get(names.entry_of(iri) or "")) is not None:
        begin, end = entry.begin or None, entry.end or entry.begin or None
    else:
        return None
    span = year_range(begin or end, end or begin)  # 1949年以前 stands at its one known end
    return None if span is None or kind is None else _Placed(iri, kind, begin, end, *span)


def _item(graph: Graph, one: _Placed, dated: dict[str, bool], machine: bool) -> dict[str, Any]:
    node = graph.node(one.iri, machine)
    records = sorted(dated, key=lambda record: (not dated[record], by_number(record)))
    edtf = names.edtf_of(one.iri) or "/".join(dict.fromkeys(day for day in (one.begin, one.end) if day))
    assumed = one.kind == "date" and graph.dataset.assumed(one.iri)
    return {
        "node": node.to_dict(),
        "begin": one.begin,
        "end": one.end,
        "edtf": edtf,
        "label": node.label,
        "kind": one.kind,
        "sure": "assumed" if assumed else "exact",
        "count": len(dated),
        "records": [record_id(record) for record in records[:SHOWN]],
        "confirmed": any(dated.values()),
    }
