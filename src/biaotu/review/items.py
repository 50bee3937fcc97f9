"""What can be judged on a record, each thing under one text key.

    label:material:metal            a picture label; vocabulary ids
    tag:手榴弹                       a text tag; everything behind the first colon is the tag
    span:title:0:2:organisation     an attribute value in its place; offsets in code points
    state                           the record as a whole: submitted, approved ...

``parse_item(item.key) == item`` holds for every item; no two keys name the same item.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Final, Literal, cast

from biaotu.records import FieldName, Span
from biaotu.taxonomy import ATTRIBUTES, MATERIALS, USES, Vocabulary

System = Literal["material", "use"]
Kind = Literal["label", "tag", "span", "state"]

SYSTEMS: Final[Mapping[System, Vocabulary]] = {"material": MATERIALS, "use": USES}
"""The two label systems and their vocabularies, in the order they are shown."""
FIELDS: Final[tuple[FieldName, FieldName]] = ("title", "description")

_SPAN: Final = re.compile(r"span:(title|description):(0|[1-9][0-9]{0,8}):([1-9][0-9]{0,8}):([a-z-]+)")


@dataclass(frozen=True, slots=True)
class LabelItem:
    """A picture label; ``term`` is its id in the vocabulary of ``system``.

    Raises:
        ValueError: if the system or the term does not exist.
    """

    system: System
    term: str
    kind: ClassVar[Kind] = "label"

    def __post_init__(self) -> None:
        if self.system not in SYSTEMS:
            raise ValueError(f"{self.system!r} is no label system; the systems are {', '.join(SYSTEMS)}")
        _known(SYSTEMS[self.system], self.term)

    @property
    def key(self) -> str:
        """The item's text key."""
        return f"label:{self.system}:{self.term}"

    @property
    def name(self) -> str:
        """The Chinese name."""
        return SYSTEMS[self.system][self.term].zh


@dataclass(frozen=True, slots=True)
class TagItem:
    """A text tag, to the character.

    Raises:
        ValueError: if nothing but white space stands in it.
    """

    tag: str
    kind: ClassVar[Kind] = "tag"

    def __post_init__(self) -> None:
        if not self.tag.strip():
            raise ValueError("a tag needs at least one character that is no white space")

    @property
    def key(self) -> str:
        """The item's text key."""
        return f"tag:{self.tag}"


@dataclass(frozen=True, slots=True)
class SpanItem:
    """An attribute value in its place; ``type`` is the attribute's id, offsets are code points of ``field``'s text.

    Raises:
        ValueError: if the field or the attribute does not exist, or not ``0 <= start < end < 10**9``.
    """

    field: FieldName
    start: int
    end: int
    type: str
    kind: ClassVar[Kind] = "span"

    def __post_init__(self) -> None:
        if self.field not in FIELDS:
            raise ValueError(f"{self.field!r} is no text field; the fields are {', '.join(FIELDS)}")
        if not 0 <= self.start < self.end < 10**9:
            raise ValueError(f"a span runs from 0 or later to behind its start, not from {self.start} to {self.end}")
        _known(ATTRIBUTES, self.type)

    @property
    def key(self) -> str:
        """The item's text key."""
        return f"span:{self.field}:{self.start}:{self.end}:{self.type}"

    @property
    def name(self) -> str:
        """The attribute's Chinese name."""
        return ATTRIBUTES[self.type].zh

    def overlaps(self, other: SpanItem) -> bool:
        """Whether both cover a character of the same field."""
        return self.field == other.field and self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class StateItem:
    """The record as a whole."""

    kind: ClassVar[Kind] = "state"

    @property
    def key(self) -> str:
        """The item's text key."""
        return "state"


Item = LabelItem | TagItem | SpanItem | StateItem


def parse_item(key: str) -> Item:
    """The item of a key.

    Raises:
        ValueError: if the key names none; says why.
    """
    kind, _, rest = key.partition(":")
    if kind == "tag" and rest:
        return TagItem(rest)
    if kind == "label":
        system, _, term = rest.partition(":")
        return LabelItem(cast("System", system), term)  # the class itself looks whether there is such a system
    if found := _SPAN.fullmatch(key):
        field, start, end, attribute = found.groups()
        return SpanItem(cast("FieldName", field), int(start), int(end), attribute)
    if key == "state":
        return StateItem()
    raise ValueError(
        f"{key!r} names nothing that can be judged; write label:SYSTEM:ID, tag:TEXT, span:FIELD:START:END:ID or state"
    )


def label_named(name: str) -> LabelItem:
    """The label of a Chinese name; KeyError if there is none."""
    for system, vocabulary in SYSTEMS.items():
        if name in vocabulary:
            return LabelItem(system, vocabulary.named(name).id)
    raise KeyError(name)


def span_item(span: Span) -> SpanItem:
    """The item of an attribute value as the records room tells it; KeyError if its type is no attribute."""
    return SpanItem(span.field, span.start, span.end, ATTRIBUTES.named(span.type).id)


def _known(vocabulary: Vocabulary, term: str) -> None:
    try:
        vocabulary[term]
    except KeyError:
        lawful = ", ".join(entry.id for entry in vocabulary)
        raise ValueError(f"{vocabulary.name} has no term {term!r}; the terms are {lawful}") from None
