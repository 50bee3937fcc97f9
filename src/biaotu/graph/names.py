"""The words of the graph: IRIs of nodes, kinds, predicates with their names for people.

IRIs are made here and read here, nowhere else. A mention's IRI ends in the key under which review knows the same item.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import quote, unquote

Kind = Literal["relic", "person", "body", "place", "event", "period", "date", "material", "use", "work", "model"]
KINDS: Final[tuple[Kind, ...]] = (
    "relic", "person", "body", "place", "event", "period", "date", "material", "use", "work", "model",
)  # fmt: skip

BASE: Final = "urn:biaotu:"
CONFIRMED: Final = f"{BASE}confirmed"
MACHINE: Final = f"{BASE}machine"
REFERENCE: Final = f"{BASE}reference"
"""Named graph of what is no statement about a relic: entries, dates, the names of nodes."""
STATE: Final = f"{BASE}state"
"""Named graph of what the graph knows about itself; no question sees it."""

MENTIONS: Final = f"{BASE}mentions"
NAMES: Final = f"{BASE}names"
VALUE: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#value"
CONFIDENCE: Final = f"{BASE}confidence"
SURE: Final = f"{BASE}sure"

_VALUE_KINDS: Final[Mapping[str, Kind]] = {
    "person": "person",
    "organisation": "body",
    "place": "place",
    "event": "event",
    "time": "period",
    "work-title": "work",
    "model": "model",
}
_KINDS_BY_HEAD: Final[Mapping[str, Kind]] = {kind: kind for kind in KINDS}
ATTRIBUTE_KINDS: Final = _VALUE_KINDS
"""Attribute ids whose values become nodes, and the kind of node."""


@dataclass(frozen=True, slots=True)
class Predicate:
    """An edge's name: ``id`` in IRIs and answers, its names for people."""

    id: str
    zh: str
    en: str


PREDICATES: Final[Mapping[str, Predicate]] = {
    one.id: one
    for one in (
        Predicate("person", "人物", "person"),
        Predicate("body", "组织", "body"),
        Predicate("place", "地点", "place"),
        Predicate("event", "事件", "event"),
        Predicate("period", "时期", "period"),
        Predicate("date", "时间", "date"),
        Predicate("material", "材质", "material"),
        Predicate("use", "用途", "use"),
        Predicate("work", "书名", "work"),
        Predicate("model", "型号", "model"),
        Predicate("donor", "捐赠者", "donor"),
        Predicate("finder", "发现者", "finder"),
        Predicate("holder", "收藏者", "holder"),
        Predicate("maker", "制作者", "maker"),
        Predicate("user", "使用者", "user"),
        Predicate("inscribed", "物上文字", "inscribed"),
        Predicate("broader", "上级", "part of"),
        Predicate("see", "参见", "see also"),
        Predicate("within", "属于", "within"),
    )
}
ROLES: Final = ("donor", "finder", "holder", "maker", "user")
"""Predicates of parties in a relic's provenance."""
INSCRIBED: Final = "inscribed"
"""Predicate of what stands written on the object: it says what is printed there, not when or by whom it was made."""
FACTS: Final = (*KINDS[1:], *ROLES, INSCRIBED)
"""Predicates from a relic to what it names; broader, see and within join the rest."""


def predicate_iri(predicate: str) -> str:
    """The IRI of an edge's name."""
    return BASE + predicate


def relic_iri(record: str | int) -> str:
    """The node of a relic: the store's id, or the number in a file."""
    return f"{BASE}relic:{quote(str(record), safe='', errors='replace')}"


def entry_iri(entry_id: str) -> str:
    """The node of an authority entry."""
    return f"{BASE}entry:{entry_id}"


def value_iri(attribute: str, key: str) -> str:
    """The node of words that no entry stands for; ``key`` is that of ``authorities.key``."""
    return f"{BASE}value:{attribute}:{quote(key, safe='', errors='replace')}"


def date_iri(edtf: str) -> str:
    """The node of a date."""
    return f"{BASE}date:{quote(edtf, safe='-~/')}"


def concept_iri(system: str, term: str) -> str:
    """The node of a material or use."""
    return f"{BASE}{system}:{term}"


def mention_iri(record: str | int, key: str) -> str:
    """The place where a record says something: the item's key without ``span:``."""
    return f"{BASE}mention:{quote(str(record), safe='', errors='replace')}:{key}"


def record_of(iri: str) -> str:
    """The record of a relic's or mention's IRI, as it was given."""
    record = iri.split(":", 4)[3]
    return unquote(record) if "%" in record else record


def mention_key(iri: str) -> str:
    """What a mention's IRI says after the record."""
    return iri.split(":", 4)[4]


def kind_of(iri: str) -> Kind | None:
    """The kind of a node; None if the IRI names none."""
    parts = iri.split(":", 4)
    if len(parts) < 4 or f"{parts[0]}:{parts[1]}:" != BASE:
        return None
    if parts[2] == "value":
        return _VALUE_KINDS.get(parts[3])
    return _KINDS_BY_HEAD.get(parts[3] if parts[2] == "entry" else parts[2])


def entry_of(iri: str) -> str | None:
    """The entry id of an entry's IRI; None for other nodes."""
    prefix = f"{BASE}entry:"
    return iri[len(prefix) :] if iri.startswith(prefix) else None


def edtf_of(iri: str) -> str | None:
    """The EDTF of a date's IRI; None for other nodes."""
    prefix = f"{BASE}date:"
    return unquote(iri[len(prefix) :]) if iri.startswith(prefix) else None


def role_of(key: str) -> str | None:
    """The role that a mention's key tells (``role:donor:title:0:2:person``); None if it is a plain mention."""
    return key.split(":", 2)[1] if key.startswith("role:") else None


def predicate_of(key: str, node: str) -> str:
    """The predicate from a relic to a node, by the mention that says it."""
    if key.startswith("ocr-"):
        return INSCRIBED
    return role_of(key) or kind_of(node) or INSCRIBED


def item_of(key: str) -> str:
    """The key under which review knows a mention's item."""
    if key.startswith("label:"):
        return key
    return "span:" + (key.split(":", 2)[2] if key.startswith("role:") else key)


def place_of(key: str) -> tuple[str | None, int | None, int | None]:
    """Field, start and end of the value that a mention's key tells; all None for a label."""
    parts = item_of(key).split(":")
    if parts[0] != "span":
        return None, None, None
    return parts[1].partition("-")[0], int(parts[2]), int(parts[3])
