"""What relics name together: pairs of nodes with how many relics name both, and how much more than by chance."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final, Literal

from biaotu.errors import InputError
from biaotu.graph import names
from biaotu.graph.finding import by_number
from biaotu.graph.nodes import answer, record_id

if TYPE_CHECKING:
    from biaotu.graph.graph import Graph

Order = Literal["count", "lift"]
SHOWN: Final = 20
"""Records that are named for each pair."""


def together(
    graph: Graph,
    kind: str,
    other: str | None = None,
    *,
    iri: str | None = None,
    machine: bool = False,
    order: Order = "count",
    least: int = 2,
    limit: int = 50,
) -> dict[str, Any]:
    """Pairs of nodes of two kinds (of the same kind if ``other`` is None) that relics name together.

    ``lift`` is how many times more often than if chance alone brought the two together. A node and what it is a part of
    are no pair.

    Args:
        graph: the graph.
        kind: of the first node.
        other: kind of the second.
        iri: only pairs with this node.
        machine: the view.
        order: by how many relics, or by lift.
        least: relics that must name both.
        limit: pairs at most.

    Raises:
        InputError: if a kind is none that relics name.
        NotFound: if there is no such node.
    """
    other = kind if other is None else other
    for one in (kind, other):
        if one not in names.KINDS[1:]:
            raise InputError(f"{one!r} is no kind that relics name; there are {', '.join(names.KINDS[1:])}")
    centre = None if iri is None else graph.canonical(iri)
    among = None if centre is None else graph.ties.relics(centre, machine)
    counts: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for record, first, second in graph.ties.pairs(kind, other, machine, among):
        for a in first:
            for b in second:
                if a != b and (kind != other or a < b) and centre in (None, a, b):
                    counts[a, b].append(record)
    whole = max(1, len(graph.ties))
    found = list[tuple[int, float, str, str, list[str]]]()
    for (a, b), records in counts.items():
        if len(records) >= least and not _part_of(graph, a, b) and not _part_of(graph, b, a):
            chance = graph.ties.count(a, machine) * graph.ties.count(b, machine) / whole
            found.append((len(records), round(len(records) / chance, 2), a, b, records))
    if order == "lift":
        found.sort(key=lambda one: (-one[1], -one[0], one[2], one[3]))
    else:
        found.sort(key=lambda one: (-one[0], -one[1], one[2], one[3]))
    items = [
        {
            "a": graph.node(a, machine).to_dict(),
            "b": graph.node(b, machine).to_dict(),
            "count": count,
            "lift": lift,
            "records": [record_id(record) for record in sorted(records, key=by_number)[:SHOWN]],
        }
        for count, lift, a, b, records in found[:limit]
    ]
    return answer(machine, graph.note(machine), items=items, total=len(found))


def _part_of(graph: Graph, part: str, whole: str) -> bool:
    entry, above = graph.entries.get(names.entry_of(part) or ""), names.entry_of(whole)
    if above is None:
        return False
    passed: set[str] = set()
    while entry is not None and entry.broader and entry.broader not in passed:
        if entry.broader == above:
            return True
        passed.add(entry.broader)
        entry = graph.entries.get(entry.broader)
    return False
