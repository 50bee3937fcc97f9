"""Nodes by their names, and what is next to one."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from biaotu.errors import InputError
from biaotu.graph import names
from biaotu.graph.nodes import Edge, Node, answer
from biaotu.graph.ties import Tie
from biaotu.search.folding import fold

if TYPE_CHECKING:
    from biaotu.graph.graph import Graph


def nodes(
    graph: Graph, text: str = "", kind: str | None = None, *, machine: bool = False, limit: int = 20
) -> dict[str, Any]:
    """Nodes whose name, variant or part of it is asked for; without words those that most relics name.

    Raises:
        InputError: if there is no such kind.
    """
    if kind is not None and kind not in names.KINDS:
        raise InputError(f"there is no kind {kind!r}; the kinds are {', '.join(names.KINDS)}")
    wanted = fold(text)
    found = heapq.nsmallest(limit + 1, _ranked(graph, wanted, kind, machine))
    items = [graph.node(iri, machine).to_dict() for *_, iri in found[:limit]]
    return answer(machine, graph.note(machine), items=items, more=len(found) > limit)


def _ranked(graph: Graph, wanted: str, kind: str | None, machine: bool) -> Iterator[tuple[int, int, int, str]]:
    """Whole names before beginnings before parts; then what more relics name; the shorter name, the IRI."""
    for iri, forms in graph.forms():
        own = names.kind_of(iri)
        if kind is not None and own != kind:
            continue
        if not wanted and own == "relic" and kind is None:
            continue
        count = 0 if own == "relic" else graph.ties.count(iri, machine)
        if not count and own != "relic" and (not wanted or names.entry_of(iri) is None):
            continue
        place = min((_place(wanted, form) for form in forms), default=3)
        if place < 3:
            yield place, -count, len(forms[0]), iri


def _place(wanted: str, form: str) -> int:
    if form == wanted:
        return 0
    return 1 if form.startswith(wanted) else 2 if wanted in form else 3


def node(graph: Graph, iri: str, *, machine: bool = False) -> dict[str, Any]:
    """A node with its other names and the kinds of nodes next to it.

    Raises:
        NotFound: if there is no such node.
    """
    found = graph.node(iri, machine)
    variants = [one.form for one in graph.entries[found.entry].variants] if found.entry else []
    kinds = Counter(names.kind_of(other) or "" for other in dict.fromkeys(graph.around(found.id, machine)))
    return answer(
        machine, graph.note(machine), node=found.to_dict(), variants=variants, kinds=dict(kinds.most_common())
    )


@dataclass(frozen=True, slots=True)
class _Next:
    """An edge that is not told yet: only those on the page asked for are."""

    other: str
    tie: Tie | None
    predicate: str
    out: bool


def neighbours(
    graph: Graph,
    iri: str,
    *,
    machine: bool = False,
    kind: str | None = None,
    predicate: str | None = None,
    limit: int = 50,
    cursor: str | None = None,
) -> dict[str, Any]:
    """A page of the edges of a node, those to the rarest neighbours first; a node's relics by their ids.

    Raises:
        NotFound: if there is no such node.
        InputError: if kind, predicate or cursor is none.
    """
    if predicate is not None and predicate not in names.PREDICATES:
        raise InputError(f"there is no predicate {predicate!r}; there are {', '.join(names.PREDICATES)}")
    if kind is not None and kind not in names.KINDS:
        raise InputError(f"there is no kind {kind!r}; the kinds are {', '.join(names.KINDS)}")
    start = _start(cursor)
    centre = graph.node(iri, machine)
    every = [
        one
        for one in _next(graph, centre, machine)
        if kind in (None, names.kind_of(one.other)) and predicate in (None, one.predicate)
    ]
    page = every[start : start + limit]
    edges = [_edge(graph, centre, one, machine).to_dict() for one in page]
    following = str(start + limit) if start + limit < len(every) else None
    return answer(machine, graph.note(machine), node=centre.to_dict(), edges=edges, total=len(every), next=following)


def _start(cursor: str | None) -> int:
    if cursor is None:
        return 0
    if not cursor.isascii() or not cursor.isdecimal() or len(cursor) > 9:
        raise InputError("the cursor is not one that an answer gave; begin without one")
    return int(cursor)


def _next(graph: Graph, centre: Node, machine: bool) -> list[_Next]:
    if centre.record is not None:
        ties = graph.ties.told(centre.record, machine)
        found = [_Next(tie.node, tie, tie.predicate, True) for tie in ties]
        return sorted(found, key=lambda one: (graph.ties.count(one.other, machine), one.other, one.predicate))
    beside = [_Next(other, None, predicate, out) for other, predicate, out in graph.beside(centre.id)]
    beside.sort(key=lambda one: (not one.out, one.predicate, one.other))
    toward = sorted(graph.ties.toward(centre.id, machine), key=lambda one: (by_number(one[0]), one[1].predicate))
    relics = [_Next(names.relic_iri(record), tie, tie.predicate, False) for record, tie in toward]
    return beside + relics


def _edge(graph: Graph, centre: Node, one: _Next, machine: bool) -> Edge:
    other = graph.node(one.other, machine)
    if one.tie is None:
        return graph.reference_edge(centre.id, one.other, one.predicate, one.out, other)
    record = centre.record or other.record
    return graph.tie_edge(str(record), one.tie, inward=not one.out, node=other)


def by_number(record: str) -> tuple[int, str]:
    """Records in the order of their numbers."""
    return (int(record), "") if record.isdecimal() and record.isascii() else (2**63, record)
