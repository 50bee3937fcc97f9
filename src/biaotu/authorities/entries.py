"""Authority entries: one person, body, place, event or period with its names, dates and neighbours.

An entry says who or what is meant, never more about a person than name, variants, years and role in a few words.
Entries are values: adding and merging make new ones (``merging.py``), files hold one entry a line (``reading.py``).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeVar, get_args

EntryType = Literal["person", "body", "place", "event", "period"]
TYPES: Final[tuple[EntryType, ...]] = get_args(EntryType)

ATTRIBUTE_TYPES: Final[dict[str, tuple[EntryType, ...]]] = {
    "人物": ("person",),
    "组织": ("body",),
    "地点": ("place",),
    "事件": ("event",),
    "时间": ("period",),
}
"""Attribute (Chinese name, as in ``Span.type``) -> the types of entry that its values can name."""


@dataclass(frozen=True, slots=True)
class Variant:
    """Another name of an entry.

    ``kind`` is one of ``words.VARIANT_KINDS``. ``begin`` and ``end`` (EDTF) tell when it was in use, "" if unknown;
    ``ambiguous`` that the form alone does not tell who is meant (独立团, 国家银行).
    """

    form: str
    kind: str = "other"
    begin: str = ""
    end: str = ""
    ambiguous: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON types; what is empty is left out."""
        full = {"form": self.form, "kind": self.kind, "begin": self.begin, "end": self.end, "ambiguous": self.ambiguous}
        return {key: value for key, value in full.items() if value}


@dataclass(frozen=True, slots=True)
class Change:
    """What was done to an entry: ``act`` is added, changed or merged; ``at`` an ISO 8601 time, ``by`` who did it."""

    act: str
    at: str
    by: str
    note: str = ""

    def to_dict(self) -> dict[str, str]:
        """Plain JSON types; an empty note is left out."""
        full = {"act": self.act, "at": self.at, "by": self.by, "note": self.note}
        return {key: value for key, value in full.items() if value}


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the authority file.

    ``begin`` and ``end`` (EDTF, "" if unknown) are birth and death, founding and end, first and last day. ``broader``
    is the entry it is a part of, ``see`` are entries that go with it. ``checked`` turns true when a registrar has
    compared the entry with a source. ``replaced_by`` is set when it was merged into another; the id stays valid.
    """

    id: str
    type: EntryType
    name: str
    variants: tuple[Variant, ...] = ()
    begin: str = ""
    end: str = ""
    kind: str = "other"
    broader: str = ""
    see: tuple[str, ...] = ()
    note: str = ""
    source: str = ""
    checked: bool = False
    replaced_by: str = ""
    history: tuple[Change, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON types in the order of the data files; what is empty is left out, ``checked`` always stands."""
        full: dict[str, Any] = {
            "id": self.id,
            "type": self.type,
            "name": self.name,
            "variants": [variant.to_dict() for variant in self.variants],
            "begin": self.begin,
            "end": self.end,
            "kind": self.kind,
            "broader": self.broader,
            "see": list(self.see),
            "note": self.note,
            "source": self.source,
            "checked": self.checked,
            "replaced_by": self.replaced_by,
            "history": [change.to_dict() for change in self.history],
        }
        return {key: value for key, value in full.items() if value or key == "checked"}

    @classmethod
    def from_dict(cls, document: Mapping[str, Any]) -> Entry:
        """Read what ``to_dict`` wrote.

        Raises:
            ValueError: if a field is missing, unknown or of the wrong shape; the message says which.
        """
        known = set(cls.__dataclass_fields__)
        if unknown := sorted(set(document) - known):
            raise ValueError(f"unknown field {unknown[0]!r}; an entry has {' '.join(cls.__dataclass_fields__)}")
        for field in ("type", "name", "id"):
            if not document.get(field):
                raise ValueError(f"the field {field!r} is missing or empty")
        texts = {"id", "type", "name", "begin", "end", "kind", "broader", "note", "source", "replaced_by"}
        for field in texts & set(document):
            if not isinstance(document[field], str):
                raise ValueError(f"the field {field!r} must be text, not {document[field]!r}")
        if document["type"] not in TYPES:
            raise ValueError(f"type {document['type']!r} is none of {' '.join(TYPES)}")
        if not isinstance(document.get("checked", False), bool):
            raise ValueError("the field 'checked' must be true or false")
        values = dict(document)
        values["see"] = tuple(_texts(document.get("see", ()), "see"))
        values["variants"] = tuple(_parts(Variant, document.get("variants", ()), "variants"))
        values["history"] = tuple(_parts(Change, document.get("history", ()), "history"))
        return cls(**values)


def own_id(entry_type: str, name: str) -> str:
    """The id of an entry that comes without one: the same for the same name, however it comes in."""
    return f"{entry_type}:own-{hashlib.sha256(name.encode()).hexdigest()[:10]}"


def _texts(value: object, field: str) -> Iterable[str]:
    if not isinstance(value, (list, tuple)) or not all(isinstance(item, str) for item in value):
        raise ValueError(f"the field {field!r} must be a list of texts")
    return value


_Part = TypeVar("_Part", Variant, Change)


def _parts(kind: type[_Part], value: object, field: str) -> Iterable[_Part]:
    if not isinstance(value, (list, tuple)) or not all(isinstance(item, Mapping) for item in value):
        raise ValueError(f"the field {field!r} must be a list of objects")
    try:
        return [kind(**item) for item in value]
    except TypeError as error:
        raise ValueError(f"the field {field!r} holds an object of the wrong shape ({error})") from error
