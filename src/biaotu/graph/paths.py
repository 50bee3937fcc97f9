"""How two nodes hang together: the shortest paths, the ones through rare nodes first.

What half of all relics share joins nothing: a path does not run through materials, uses, countries, or nodes that more
than a tenth of the relics name. A path through others costs the more, the more is next to the nodes on it.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from biaotu.errors import InputError
from biaotu.graph import names
from biaotu.graph.nodes import Edge, answer

if TYPE_CHECKING:
    from biaotu.graph.graph import Graph

LONGEST: Final = 6
"""Edges of the longest path that can be asked for."""
SECONDS: Final = 1.0
NAMESAKE: Final = 1.0
"""What it costs to pass through a person's bare name: two relics that tell it may mean two people."""
_FEW: Final = 20
"""So many relics may name a node that a path runs through, however small the graph is."""
_KEPT: Final = 4
"""Ways to one node that are followed on."""
_BREADTH: Final = 20000
"""Nodes at the same distance that are looked at."""

Path = tuple[str, ...]
Level = dict[str, list[tuple[float, Path]]]


def paths(
    graph: Graph,
    start: str,
    goal: str,
    *,
    machine: bool = False,
    longest: int = 4,
    limit: int = 5,
    clock: Callable[[], float] = time.monotonic,
) -> dict[str, Any]:
    """The cheapest paths between two nodes, shorter ones first; ``complete`` is False if the search was cut.

    Raises:
        NotFound: if one of the nodes is not there.
        InputError: if both are the same or ``longest`` is not between 1 and ``LONGEST``.
    """
    if not 1 <= longest <= LONGEST:
        raise InputError(f"a path has 1 to {LONGEST} edges, not {longest}")
    start, goal = graph.canonical(start), graph.canonical(goal)
    if start == goal:
        raise InputError("both ends are the same node; name another")
    search = _Search(graph, machine, clock)
    ahead, back = search.levels(start, (longest + 1) // 2), search.levels(goal, longest // 2)
    found: list[tuple[float, Path]] = []
    for length in range(1, longest + 1):
        if len(found) >= limit:
            break
        first, second = (length + 1) // 2, length // 2
        if first < len(ahead) and second < len(back):
            found += search.join(ahead[first], back[second])[: limit - len(found)]
    told = [_told(graph, cost, path, machine) for cost, path in found]
    return answer(
        machine,
        graph.note(machine),
        **{"from": graph.node(start, machine).to_dict()},
        to=graph.node(goal, machine).to_dict(),
        paths=told,
        complete=search.complete,
    )


class _Search:
    """One search from both ends; ``complete`` turns False when time or breadth ran out."""

    def __init__(self, graph: Graph, machine: bool, clock: Callable[[], float]) -> None:
        self.graph, self.machine = graph, machine
        self.complete = True
        self._clock, self._until = clock, clock() + SECONDS
        self._most = max(_FEW, len(graph.ties) // 10)
        self._costs: dict[str, float] = {}

    def levels(self, start: str, depth: int) -> list[Level]:
        """The nodes at each distance from one, with the cheapest ways there; the cost counts the nodes between."""
        found: list[Level] = [{start: [(0.0, (start,))]}]
        for distance in range(depth):
            following: Level = {}
            for node, ways in sorted(found[-1].items(), key=lambda item: item[1][0][0]):
                if distance and math.isinf(self.cost(node)):
                    continue
                if self._clock() > self._until or len(following) > _BREADTH:
                    self.complete = False
                    break
                passing = self.cost(node) if distance else 0.0
                for other in dict.fromkeys(self.graph.around(node, self.machine)):
                    _keep(following, other, [(cost + passing, (*way, other)) for cost, way in ways if other not in way])
            found.append(following)
        return found

    def join(self, ahead: Level, back: Level) -> list[tuple[float, Path]]:
        """The paths that meet in a node, the cheapest first."""
        found: dict[Path, float] = {}
        for node in ahead.keys() & back.keys():
            ends = len(ahead[node][0][1]) == 1 or len(back[node][0][1]) == 1
            passing = 0.0 if ends else self.cost(node)
            if math.isinf(passing):
                continue
            for one, way in ahead[node]:
                for other, rest in back[node]:
                    path = way + rest[-2::-1]
                    if len(set(path)) == len(path):
                        found[path] = one + other + passing
        return sorted(((round(cost + len(path) - 1, 3), path) for path, cost in found.items()))

    def cost(self, node: str) -> float:
        """What passing through a node costs; infinite for one that joins nothing."""
        if node not in self._costs:
            self._costs[node] = self._cost(node)
        return self._costs[node]

    def _cost(self, node: str) -> float:
        if names.kind_of(node) in ("material", "use"):
            return math.inf
        entry = self.graph.entries.get(names.entry_of(node) or "")
        if entry is not None and entry.kind == "country":
            return math.inf
        if names.kind_of(node) != "relic" and self.graph.ties.count(node, self.machine) > self._most:
            return math.inf
        namesake = NAMESAKE if entry is None and names.kind_of(node) == "person" else 0.0
        return namesake + math.log10(max(1, self.graph.degree(node, self.machine)))


def _keep(level: Level, node: str, ways: list[tuple[float, Path]]) -> None:
    if ways:
        level[node] = sorted(level.get(node, []) + ways)[:_KEPT]


def _told(graph: Graph, cost: float, path: Path, machine: bool) -> dict[str, Any]:
    edges = [edge_between(graph, one, other, machine) for one, other in pairwise(path)]
    return {
        "nodes": [graph.node(iri, machine).to_dict() for iri in path],
        "edges": [edge.to_dict() for edge in edges],
        "cost": cost,
        "confirmed": all(edge.confirmed for edge in edges),
    }


def edge_between(graph: Graph, one: str, other: str, machine: bool) -> Edge:
    """The edge from a node to one next to it: of several the confirmed and the plain before roles."""
    for relic, node, inward in ((one, other, False), (other, one, True)):
        if names.kind_of(relic) == "relic":
            record = names.record_of(relic)
            ties = [tie for tie in graph.ties.told(record, machine) if tie.node == node]
            best = min(ties, key=lambda tie: (not tie.confirmed, tie.predicate in names.ROLES, tie.predicate))
            return graph.tie_edge(record, best, inward=inward)
    predicate, out = next((name, out) for node, name, out in graph.beside(one) if node == other)
    return graph.reference_edge(one, other, predicate, out)
