"""Nodes and edges as answers tell them; ``to_dict`` is the contract of the API."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

from biaotu.graph.names import PREDICATES, Kind

Direction = Literal["out", "in"]
Source = Literal["record", "authority"]
SHOWN_PROOFS: Final = 3


@dataclass(frozen=True, slots=True)
class Note:
    """Something to know about an answer."""

    code: str
    zh: str
    en: str

    def to_dict(self) -> dict[str, str]:
        """Plain JSON types."""
        return {"code": self.code, "zh": self.zh, "en": self.en}


NOTHING_CONFIRMED: Final = Note(
    "nothing-confirmed",
    "还没有人确认过任何事实；可查看机器识别的事实（machine=true，命令行加 --machine）。",
    "nobody has confirmed a fact yet; ask for the machine's with machine=true (on the command line --machine)",
)


@dataclass(frozen=True, slots=True)
class Node:
    """A node: a relic, someone or something that relics name, a date, a material or use.

    Attributes:
        id: its IRI.
        kind: what it is.
        label: its name.
        label_en: its English name, for materials and uses.
        records: how many relics name it in the view asked; None for a relic.
        record: a relic's id in the store or number in the file.
        number: a relic's number in its museum.
        museum: a relic's museum.
        entry: id of its authority entry.
        linked: False for bare words that no entry stands for.
        begin: EDTF, "" if unknown.
        end: EDTF.
        text: the entry's note.
        checked: whether a registrar compared the entry with a source; None if it is no entry.
    """

    id: str
    kind: Kind
    label: str
    label_en: str | None = None
    records: int | None = None
    record: str | None = None
    number: str | None = None
    museum: str | None = None
    entry: str | None = None
    linked: bool = True
    begin: str = ""
    end: str = ""
    text: str = ""
    checked: bool | None = None

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON types."""
        return {
            "id": self.id,
            "kind": self.kind,
            "label": self.label,
            "label_en": self.label_en,
            "records": self.records,
            "record": record_id(self.record),
            "number": self.number,
            "museum": self.museum,
            "entry": self.entry,
            "linked": self.linked,
            "begin": self.begin or None,
            "end": self.end or None,
            "text": self.text,
            "checked": self.checked,
        }


@dataclass(frozen=True, slots=True)
class Proof:
    """Where a record says it: the item's key, and for values their place in the text (code points)."""

    record: str
    item: str
    field: str | None
    start: int | None
    end: int | None
    value: str
    confirmed: bool
    confidence: float | None

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON types."""
        return {
            "record": record_id(self.record),
            "item": self.item,
            "field": self.field,
            "start": self.start,
            "end": self.end,
            "value": self.value,
            "confirmed": self.confirmed,
            "confidence": self.confidence,
        }


@dataclass(frozen=True, slots=True)
class Edge:
    """An edge as seen from one of its ends; ``node`` is the other, None inside a path."""

    predicate: str
    direction: Direction
    confirmed: bool
    source: Source
    node: Node | None = None
    proof: tuple[Proof, ...] = ()

    @property
    def confidence(self) -> float | None:
        """The surest of the machine's, None if people said so or nobody knows."""
        told = [one.confidence for one in self.proof if one.confidence is not None]
        return None if self.confirmed or not told else max(told)

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON types."""
        name = PREDICATES[self.predicate]
        document: dict[str, Any] = {
            "predicate": self.predicate,
            "label": {"zh": name.zh, "en": name.en},
            "direction": self.direction,
            "confirmed": self.confirmed,
            "confidence": self.confidence,
            "count": len(self.proof) or 1,
            "source": self.source,
            "proof": [one.to_dict() for one in self.proof[:SHOWN_PROOFS]],
        }
        return document if self.node is None else document | {"node": self.node.to_dict()}


def record_id(record: str | None) -> int | str | None:
    """A record as JSON tells it: the store's ids are numbers."""
    return int(record) if record is not None and record.isdecimal() else record


def answer(machine: bool, note: Note | None, **parts: Any) -> dict[str, Any]:
    """An answer with what all of them say."""
    return {"machine": machine, "note": None if note is None else note.to_dict(), **parts}
