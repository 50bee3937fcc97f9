"""The small parts of Linked Art documents: names, identifiers, statements, concepts, time spans."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from biaotu.export.exchange import Holding, NamedKind, Site
from biaotu.export.meaning import Stretch
from biaotu.records import SpanField
from biaotu.taxonomy import Term
from biaotu.taxonomy.crosswalk import AAT

CONTEXT: Final = "https://linked.art/ns/v1/linked-art.json"
CHINESE: Final = {"id": f"{AAT}300388113", "type": "Language", "_label": "Chinese"}

CLASSES: Final[dict[NamedKind, str]] = {
    "person": "Person",
    "body": "Group",
    "place": "Place",
    "event": "Event",
    "period": "Period",
}
"""The class of each kind of authority entry."""

Node = dict[str, Any]


def object_uri(holding: Holding, site: Site) -> str:
    """The address of a record's object."""
    return site.uri("object", holding.id)


def text_uri(holding: Holding, site: Site, field: SpanField) -> str:
    """The address of one of its texts; a value in it has the fragment ``#value-N``, N counted from 1."""
    return site.uri("text", holding.id, field)


def aat(number: str, label: str) -> Node:
    """A concept of the Art & Architecture Thesaurus."""
    return {"id": AAT + number, "type": "Type", "_label": label}


def term(site: Site, scheme: str, entry: Term) -> Node:
    """One of our own concepts."""
    return {"id": site.term(scheme, entry.id), "type": "Type", "_label": entry.zh}


def own(site: Site, step: str, label: str) -> Node:
    """What one of our own fields is, as a type."""
    return {"id": site.term("field", step), "type": "Type", "_label": label}


def name(text: str) -> Node:
    """A name in Chinese."""
    return {"type": "Name", "content": text, "language": [CHINESE]}


def primary(text: str) -> Node:
    """The name that comes first."""
    return {**name(text), "classified_as": [aat("300404670", "Primary Name")]}


def identifier(text: str, kind: Node) -> Node:
    """An identifier of a kind."""
    return {"type": "Identifier", "content": text, "classified_as": [kind]}


def statement(text: str, kind: Node) -> Node:
    """A text embedded in a document; Linked Art lets it say nothing but its words."""
    return {"type": "LinguisticObject", "classified_as": [kind], "content": text, "language": [CHINESE]}


def source_statement(text: str) -> Node:
    """Who said what the document says."""
    return statement(text, aat("300404764", "Source Statement"))


def timespan(literal: str, stretch: Stretch | None, site: Site) -> Node:
    """A span of time by its own words and, where they mean days, from the first to the last that it can mean."""
    node: Node = {"type": "TimeSpan", "_label": literal, "identified_by": [name(literal)]}
    if stretch is None:
        return node
    edtf = own(site, "edtf", "EDTF，推定" if stretch.assumed else "EDTF")
    node["identified_by"].append(identifier(stretch.edtf, edtf))
    if stretch.begin:
        node["begin_of_the_begin"] = f"{stretch.begin}T00:00:00Z"
    if stretch.end:
        node["end_of_the_end"] = f"{stretch.end}T23:59:59Z"
    return node


def number(value: Decimal) -> int | float:
    """A number as JSON has it."""
    return int(value) if value == value.to_integral_value() else float(value)
