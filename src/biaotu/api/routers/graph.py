"""The knowledge graph: neighbours, paths, what occurs together, time, places, SPARQL, related relics."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, Final, Literal

from fastapi import Query
from pydantic import AfterValidator

from biaotu import graph as graphs
from biaotu.api import present
from biaotu.api.access import Reader
from biaotu.api.openapi import problems
from biaotu.api.routing import api_router
from biaotu.api.schemas.common import Cursor, Limit, PathId, ShortText, lawful
from biaotu.api.schemas.graph import (
    Example,
    FactKind,
    Facts,
    Neighbours,
    NodeAnswer,
    NodeKind,
    NodeList,
    Pairs,
    Paths,
    Places,
    Prefixes,
    Question,
    RelatedRecords,
    Solutions,
    Status,
    Timeline,
)
from biaotu.api.schemas.records import RecordSummary
from biaotu.api.services import Parts, Services
from biaotu.graph import sparql
from biaotu.graph.paths import LONGEST
from biaotu.knowledge.graphing import GraphKeeper
from biaotu.knowledge.relating import related_records

router = api_router("/graph", "graph", slow=True)
records_router = api_router("/records", "graph", slow=True)

WAIT: Final = 2.0
"""Seconds that a question waits for the graph to catch up; the rest is read in the background."""

Machine = Annotated[bool, Query(description="The machine's facts too, each marked; confirmed ones alone otherwise.")]
Iri = Annotated[str, Query(min_length=1, max_length=1000), AfterValidator(lawful)]


def _noted(keeper: GraphKeeper, found: dict[str, Any]) -> dict[str, Any]:
    """An answer that says so if the graph is not up to date yet."""
    note = keeper.note()
    return found if note is None else found | {"note": note.to_dict()}


@router.get("/status", operation_id="graph_status", summary="Size and state of the graph", responses=problems())
def status(_caller: Reader, parts: Parts) -> Status:
    """How many relics, nodes and facts it holds, and how many records it has still to read."""
    with parts.graph.graph(WAIT) as graph:
        confirmed, everything = graph.ties.edges()
        nodes = sum(1 for _ in graph.ties.nodes(machine=True))
        return Status(
            records=len(graph.ties),
            nodes=nodes,
            facts=Facts(confirmed=confirmed, machine=everything),
            behind=parts.graph.behind,
        )


@router.get("/nodes", operation_id="graph_nodes", summary="Nodes by name", responses=problems())
def nodes(
    _caller: Reader,
    parts: Parts,
    q: Annotated[ShortText, Query(description="A name, a variant or a part of one.")] = "",
    kind: NodeKind | None = None,
    machine: Machine = False,
    limit: Limit = 20,
) -> NodeList:
    """Nodes that bear a name; without words those that most relics name."""
    with parts.graph.graph(WAIT) as graph:
        found = graphs.nodes(graph, q, kind, machine=machine, limit=limit)
    return NodeList.model_validate(_noted(parts.graph, found))


@router.get("/node", operation_id="graph_node", summary="One node", responses=problems("not-found"))
def node(_caller: Reader, parts: Parts, id: Iri, machine: Machine = False) -> NodeAnswer:
    """A node with its other names; an entry that was merged answers as the one that replaced it."""
    with parts.graph.graph(WAIT) as graph:
        found = graphs.node(graph, id, machine=machine)
    return NodeAnswer.model_validate(_noted(parts.graph, found))


@router.get(
    "/neighbours", operation_id="graph_neighbours", summary="What is next to a node", responses=problems("not-found")
)
def neighbours(
    _caller: Reader,
    parts: Parts,
    id: Iri,
    machine: Machine = False,
    kind: NodeKind | None = None,
    predicate: Annotated[ShortText | None, Query(description="Only edges of this name.")] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Neighbours:
    """The edges of a node with their proofs, those to the rarest neighbours first."""
    with parts.graph.graph(WAIT) as graph:
        found = graphs.neighbours(
            graph, id, machine=machine, kind=kind, predicate=predicate, limit=limit, cursor=cursor
        )
    return Neighbours.model_validate(_noted(parts.graph, found))


@router.get(
    "/paths", operation_id="graph_paths", summary="How two nodes hang together", responses=problems("not-found")
)
def paths(
    _caller: Reader,
    parts: Parts,
    from_: Annotated[Iri, Query(alias="from")],
    to: Iri,
    machine: Machine = False,
    longest: Annotated[int, Query(ge=1, le=LONGEST, description="Edges of the longest path.")] = 4,
    limit: Annotated[int, Query(ge=1, le=20)] = 5,
) -> Paths:
    """The shortest paths, those through rare nodes first; none through materials, countries and other hubs."""
    with parts.graph.graph(WAIT) as graph:
        found = graphs.paths(graph, from_, to, machine=machine, longest=longest, limit=limit)
    return Paths.model_validate(_noted(parts.graph, found))


@router.get(
    "/together", operation_id="graph_together", summary="What relics name together", responses=problems("not-found")
)
def together(
    _caller: Reader,
    parts: Parts,
    kind: FactKind,
    with_: Annotated[
        FactKind | None, Query(alias="with", description="Kind of the other; the same if left out.")
    ] = None,
    id: Annotated[Iri | None, Query(description="Only pairs with this node.")] = None,
    machine: Machine = False,
    order: Literal["count", "lift"] = "count",
    least: Annotated[int, Query(ge=1, le=1000, description="Relics that name both, at least.")] = 2,
    limit: Limit = 50,
) -> Pairs:
    """Pairs of nodes with how many relics name both, and how much more often than by chance."""
    with parts.graph.graph(WAIT) as graph:
        found = graphs.together(graph, kind, with_, iri=id, machine=machine, order=order, least=least, limit=limit)
    return Pairs.model_validate(_noted(parts.graph, found))


@router.get("/timeline", operation_id="graph_timeline", summary="What relics name, in time", responses=problems())
def timeline(
    _caller: Reader,
    parts: Parts,
    machine: Machine = False,
    from_: Annotated[int | None, Query(alias="from", ge=-9999, le=9999, description="First year.")] = None,
    to: Annotated[int | None, Query(ge=-9999, le=9999, description="Last year.")] = None,
    kind: Literal["dates", "events", "periods"] | None = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
) -> Timeline:
    """Dates, events and periods with the relics that name them, and relics by year."""
    with parts.graph.graph(WAIT) as graph:
        found = graphs.timeline(graph, machine=machine, first=from_, last=to, what=kind, limit=limit)
    summaries = _summaries(parts, (number for item in found["items"] for number in item["records"]))
    items = [
        {**item, "records": [summaries[number] for number in item["records"] if number in summaries]}
        for item in found["items"]
    ]
    return Timeline.model_validate(_noted(parts.graph, found | {"items": items}))


@router.get("/places", operation_id="graph_places", summary="Places as a tree", responses=problems())
def places(
    _caller: Reader,
    parts: Parts,
    machine: Machine = False,
    kind: Annotated[ShortText | None, Query(description="A list of places of one kind (`province`).")] = None,
) -> Places:
    """The places that relics name, each under the one that it lies in."""
    with parts.graph.graph(WAIT) as graph:
        found = graphs.places(graph, machine=machine, kind=kind)
    return Places.model_validate(_noted(parts.graph, found))


@router.get(
    "/prefixes", operation_id="graph_prefixes", summary="Prefixes and examples for SPARQL", responses=problems()
)
def prefixes(_caller: Reader) -> Prefixes:
    """The prefixes that every query knows without declaring them."""
    examples = [Example(zh=zh, en=en, query=query) for zh, en, query in sparql.EXAMPLES]
    return Prefixes(prefixes=dict(sparql.PREFIXES), examples=examples)


@router.post("/sparql", operation_id="graph_sparql", summary="Ask in SPARQL", responses=problems("refused"))
def ask(_caller: Reader, parts: Parts, question: Question) -> Solutions:
    """SELECT, ASK, CONSTRUCT or DESCRIBE: no updates, no other servers, five seconds, a thousand rows."""
    found = parts.graph.ask(question.query, machine=question.machine, seconds=WAIT)
    return Solutions.model_validate(found)


@records_router.get(
    "/{record_id}/related",
    operation_id="list_related",
    summary="Related records, with reasons",
    responses=problems("not-found"),
)
def related(
    record_id: PathId, _caller: Reader, parts: Parts, machine: Machine = False, limit: Limit = 10
) -> RelatedRecords:
    """Records that share an event, a unit, a person, a donor ..., or look or read alike, each with the reasons why."""
    found = related_records(parts.store, parts.graph, record_id, machine=machine, limit=limit, seconds=WAIT)
    summaries = _summaries(parts, (item["record"] for item in found["items"]))
    items = [
        {**summaries[item["record"]].model_dump(), "score": item["score"], "reasons": item["reasons"]}
        for item in found["items"]
        if item["record"] in summaries
    ]
    return RelatedRecords.model_validate(found | {"items": items})


def _summaries(parts: Services, ids: Iterable[int]) -> dict[int, RecordSummary]:
    with parts.store.reading() as unit:
        found = unit.records.get_many(sorted(set(ids)))
    return {number: present.summary(record) for number, record in found.items()}
