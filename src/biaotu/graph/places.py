"""The places that relics name, as a tree: what lies in what, and how many relics name a place or anything in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from biaotu.authorities import KINDS
from biaotu.errors import UsageError
from biaotu.graph import names
from biaotu.graph.nodes import answer

if TYPE_CHECKING:
    from biaotu.graph.graph import Graph

UNPLACED: Final = 200
"""Places without an entry that are listed."""


def places(graph: Graph, *, machine: bool = False, kind: str | None = None) -> dict[str, Any]:
    """The tree of places, without the branches that no relic names; ``kind`` (province, county ...) makes it a list.

    Raises:
        UsageError: if there is no such kind of place.
    """
    if kind is not None and kind not in KINDS["place"]:
        raise UsageError(f"there is no kind of place {kind!r}; there are {', '.join(sorted(KINDS['place']))}")
    known = {entry.id for entry in graph.entries.values() if entry.type == "place" and not entry.replaced_by}
    # Only a place that is there can hold another, and none holds itself through others (``authorities.check``).
    roots = [one for one in known if graph.entries[one].broader not in known]
    made = [branch for one in roots if (branch := _branch(graph, one, machine))[1]]
    items = sorted((document for document, _ in made), key=_rank)
    if kind is not None:
        items = sorted((one for one in _flat(items) if graph.entries[one["node"]["entry"]].kind == kind), key=_rank)
        items = [{**one, "children": []} for one in items]
    bare = [
        (count, iri)
        for iri, count in graph.ties.nodes(machine)
        if names.kind_of(iri) == "place" and names.entry_of(iri) is None
    ]
    bare.sort(key=lambda one: (-one[0], one[1]))
    unplaced = [{"node": graph.node(iri, machine).to_dict(), "count": count} for count, iri in bare[:UNPLACED]]
    return answer(machine, graph.note(machine), items=items, unplaced=unplaced)


def _branch(graph: Graph, entry_id: str, machine: bool) -> tuple[dict[str, Any], set[str]]:
    iri = names.entry_iri(entry_id)
    own = graph.ties.relics(iri, machine)
    below, children = set(own), []
    for one in graph.below.get(entry_id, ()):
        child, relics = _branch(graph, one, machine)
        if relics:
            children.append(child)
            below |= relics
    document = {
        "node": graph.node(iri, machine).to_dict(),
        "count": len(own),
        "below": len(below),
        "confirmed": graph.ties.count(iri, False),
        "children": sorted(children, key=_rank),
    }
    return document, below


def _rank(branch: dict[str, Any]) -> tuple[int, str]:
    return -branch["below"], branch["node"]["id"]


def _flat(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one for item in items for one in (item, *_flat(item["children"]))]
