"""The knowledge graph: nodes, edges with their proofs, answers that say what view they are of."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from biaotu.api.schemas.common import Strict, lawful
from biaotu.api.schemas.records import RecordSummary

NodeKind = Literal["relic", "person", "body", "place", "event", "period", "date", "material", "use", "work", "model"]
FactKind = Literal["person", "body", "place", "event", "period", "date", "material", "use", "work", "model"]


class Note(BaseModel):
    """Something to know about an answer."""

    code: str = Field(description="`nothing-confirmed` or `catching-up`.")
    zh: str
    en: str


class Answer(BaseModel):
    """What every answer says."""

    machine: bool = Field(description="Whether the machine's facts were asked for too.")
    note: Note | None


class Node(BaseModel):
    """A relic, or someone or something that relics name."""

    id: str
    kind: NodeKind
    label: str
    label_en: str | None
    records: int | None = Field(description="Relics that name it in this view; null for a relic.")
    record: int | None = Field(description="A relic's record.")
    number: str | None
    museum: str | None
    entry: str | None = Field(description="Its authority entry.")
    linked: bool = Field(description="False for bare words that no entry stands for.")
    begin: str | None = Field(description="EDTF.")
    end: str | None = Field(description="EDTF.")
    text: str
    checked: bool | None = Field(description="Whether a registrar compared its entry with a source.")


class Proof(BaseModel):
    """Where a record says it; labels have no place in a text."""

    record: int
    item: str
    field: Literal["title", "description", "ocr"] | None
    start: int | None
    end: int | None
    value: str
    confirmed: bool
    confidence: float | None


class Label(BaseModel):
    """A name in two languages."""

    zh: str
    en: str


class Step(BaseModel):
    """An edge, without the node at its end."""

    predicate: str
    label: Label
    direction: Literal["out", "in"]
    confirmed: bool
    confidence: float | None
    count: int = Field(description="Places that say it.")
    source: Literal["record", "authority"]
    proof: list[Proof] = Field(description="Three at most.")


class Edge(Step):
    """An edge as seen from the node asked for."""

    node: Node


class NodeList(Answer):
    """Nodes found."""

    items: list[Node]
    more: bool


class NodeAnswer(Answer):
    """A node with its other names and its neighbours by kind."""

    node: Node
    variants: list[str]
    kinds: dict[str, int]


class Neighbours(Answer):
    """A page of edges."""

    node: Node
    edges: list[Edge]
    total: int
    next: str | None


class PathRow(BaseModel):
    """A path: one edge fewer than nodes."""

    nodes: list[Node]
    edges: list[Step]
    cost: float
    confirmed: bool


class Paths(Answer):
    """Paths between two nodes, shorter ones first."""

    model_config = ConfigDict(populate_by_name=True)

    from_: Node = Field(alias="from")
    to: Node
    paths: list[PathRow]
    complete: bool = Field(description="False if time or breadth cut the search.")


class Pair(BaseModel):
    """Two nodes that relics name together."""

    a: Node
    b: Node
    count: int
    lift: float = Field(description="How many times more often than by chance.")
    records: list[int] = Field(description="Twenty at most.")


class Pairs(Answer):
    """Pairs, those of most relics or of the highest lift first."""

    items: list[Pair]
    total: int


class TimelineItem(BaseModel):
    """A date, event or period that relics name."""

    node: Node
    begin: str | None
    end: str | None
    edtf: str
    label: str
    kind: Literal["date", "event", "period"]
    sure: Literal["exact", "assumed"]
    count: int
    records: list[RecordSummary] = Field(description="Five at most.")
    confirmed: bool


class Year(BaseModel):
    """The relics that a year's dates speak of; `count` gives a relic dated to n years 1/n in each."""

    year: int
    count: float
    records: int
    confirmed: int


class Timeline(Answer):
    """What relics name, in the order of time."""

    items: list[TimelineItem]
    years: list[Year]
    more: bool


class PlaceRow(BaseModel):
    """A place and what lies in it."""

    node: Node
    count: int = Field(description="Relics that name it.")
    below: int = Field(description="Relics that name it or anything in it.")
    confirmed: int
    children: list[PlaceRow]


class Unplaced(BaseModel):
    """A place that no entry stands for."""

    node: Node
    count: int


class Places(Answer):
    """The tree of places."""

    items: list[PlaceRow]
    unplaced: list[Unplaced]


class Reason(BaseModel):
    """Why a relic is related."""

    code: str
    text_zh: str
    text_en: str
    node: Node | None
    weight: float
    confirmed: bool


class RelatedRecord(RecordSummary):
    """A related relic with the reasons, the weightiest first."""

    score: float
    reasons: list[Reason]


class RelatedRecords(Answer):
    """Related relics, the most related first."""

    items: list[RelatedRecord]


class Question(Strict):
    """A SPARQL query."""

    query: Annotated[str, Field(min_length=1, max_length=20000), AfterValidator(lawful)]
    machine: bool = False


class Term(BaseModel):
    """An RDF term of an answer; `label` for nodes that have a name."""

    type: Literal["uri", "literal", "bnode", "triple"]
    value: str
    label: str | None = None
    datatype: str | None = None
    language: str | None = None


class Solutions(Answer):
    """The answer to SELECT, ASK or CONSTRUCT; the parts of the other kinds are null."""

    kind: Literal["select", "ask", "graph"]
    variables: list[str] | None = None
    rows: list[dict[str, Term]] | None = None
    answer: bool | None = None
    triples: list[list[Term]] | None = None
    more: bool = Field(False, description="There is more; `rows` or `triples` end at a thousand.")
    took_ms: float


class Example(BaseModel):
    """A query to begin with."""

    zh: str
    en: str
    query: str


class Prefixes(BaseModel):
    """The prefixes that every query knows, and examples."""

    prefixes: dict[str, str]
    examples: list[Example]


class Facts(BaseModel):
    """Edges from relics to what they name."""

    confirmed: int
    machine: int


class Status(BaseModel):
    """How large the graph is and whether it is up to date."""

    records: int
    nodes: int
    facts: Facts
    behind: int = Field(description="Records that it has not read yet.")
