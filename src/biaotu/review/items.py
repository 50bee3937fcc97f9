"""What can be judged on a record, each thing under one text key.

    label:material:metal            a picture label; vocabulary ids
    tag:手榴弹                       a text tag; everything behind the first colon is the tag
    span:title:0:2:organisation     an attribute value in its place; offsets in code points
    span:ocr-1a2b3c4d:0:5:person    the same in the words read on the photos; the mark tells which reading is meant
    link:body:8ra:span:...          that a value names this entry of the authorities
    link:none:span:...              that it names none of them
    state                           the record as a whole: submitted, approved ...

``parse_item(item.key) == item`` holds for every item; no two keys name the same item.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Final, Literal, cast

from biaotu.records import FieldName, Span, SpanField
from biaotu.taxonomy import ATTRIBUTES, MATERIALS, USES, Vocabulary

System = Literal["material", "use"]
Kind = Literal["label", "tag", "span", "link", "state"]

SYSTEMS: Final[Mapping[System, Vocabulary]] = {"material": MATERIALS, "use": USES}
"""The two label systems and their vocabularies, in the order they are shown."""
FIELDS: Final[tuple[FieldName, FieldName]] = ("title", "description")
"""The texts that a museum hands in."""
SPAN_FIELDS: Final[tuple[SpanField, ...]] = (*FIELDS, "ocr")
"""The texts that attribute values stand in, in the order they are shown; ``ocr`` is what was read on the photos."""
NO_ENTRY: Final = "none"
"""Stands in a link for the entry: the value names none of the authorities."""
LONGEST_ENTRY: Final = 100
"""The most characters of an entry's id."""

_SPAN: Final = re.compile(r"span:(title|description|ocr-([0-9a-f]{8})):(0|[1-9][0-9]{0,8}):([1-9][0-9]{0,8}):([a-z-]+)")
_LINK: Final = re.compile(r"link:(none|[a-z]+:[a-z0-9][a-z0-9.-]*):(span:.*)")
_ENTRY: Final = re.compile(r"[a-z]+:[a-z0-9][a-z0-9.-]*")
_MARK: Final = re.compile(r"[0-9a-f]{8}")


def ocr_mark(text: str) -> str:
    """What names one reading of a record's photos in the keys of its values: 8 hex digits of the text's SHA-256.

    Another reading (another program, another photo) has another mark, so that what people said of one never counts for
    the other.
    """
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]


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

    ``mark`` names the reading (``ocr_mark``) that a value of the field ``ocr`` stands in; empty in other fields.

    Raises:
        ValueError: if the field or the attribute does not exist, not ``0 <= start < end < 10**9``, or the mark is none.
    """

    field: SpanField
    start: int
    end: int
    type: str
    mark: str = ""
    kind: ClassVar[Kind] = "span"

    def __post_init__(self) -> None:
        if self.field not in SPAN_FIELDS:
            raise ValueError(f"{self.field!r} is no text field; the fields are {', '.join(SPAN_FIELDS)}")
        if not 0 <= self.start < self.end < 10**9:
            raise ValueError(f"a span runs from 0 or later to behind its start, not from {self.start} to {self.end}")
        if (self.field == "ocr" and not _MARK.fullmatch(self.mark)) or (self.field != "ocr" and self.mark):
            raise ValueError(f"a value read on the photos, and it alone, has a mark of 8 hex digits, not {self.mark!r}")
        _known(ATTRIBUTES, self.type)

    @property
    def key(self) -> str:
        """The item's text key."""
        field = f"ocr-{self.mark}" if self.mark else self.field
        return f"span:{field}:{self.start}:{self.end}:{self.type}"

    @property
    def name(self) -> str:
        """The attribute's Chinese name."""
        return ATTRIBUTES[self.type].zh

    def overlaps(self, other: SpanItem) -> bool:
        """Whether both cover a character of the same text."""
        same = self.field == other.field and self.mark == other.mark
        return same and self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class LinkItem:
    """That a value names an entry of the authorities; ``entry`` is the entry's id, or ``none``: it names none of them.

    Raises:
        ValueError: if the id is not of the form of one. Whether there is such an entry is not looked at here.
    """

    span: SpanItem
    entry: str
    kind: ClassVar[Kind] = "link"

    def __post_init__(self) -> None:
        if self.entry != NO_ENTRY and (len(self.entry) > LONGEST_ENTRY or not _ENTRY.fullmatch(self.entry)):
            raise ValueError(
                f"{self.entry!r} is no id of an entry; it is type:name in small ASCII letters, digits, dots and "
                f"hyphens, {LONGEST_ENTRY} characters at most"
            )

    @property
    def key(self) -> str:
        """The item's text key."""
        return f"link:{self.entry}:{self.span.key}"

    @property
    def is_none(self) -> bool:
        """Whether it says that the value names no entry."""
        return self.entry == NO_ENTRY


@dataclass(frozen=True, slots=True)
class StateItem:
    """The record as a whole."""

    kind: ClassVar[Kind] = "state"

    @property
    def key(self) -> str:
        """The item's text key."""
        return "state"


Item = LabelItem | TagItem | SpanItem | LinkItem | StateItem


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
    if kind == "span" and (span := _span_of(key)):
        return span
    if (found := _LINK.fullmatch(key)) and (span := _span_of(found[2])):
        return LinkItem(span, found[1])
    if key == "state":
        return StateItem()
    raise ValueError(
        f"{key!r} names nothing that can be judged; write label:SYSTEM:ID, tag:TEXT, span:FIELD:START:END:ID, "
        "link:ENTRY:SPAN or state"
    )


def label_named(name: str) -> LabelItem:
    """The label of a Chinese name; KeyError if there is none."""
    for system, vocabulary in SYSTEMS.items():
        if name in vocabulary:
            return LabelItem(system, vocabulary.named(name).id)
    raise KeyError(name)


def span_item(span: Span, mark: str = "") -> SpanItem:
    """The item of an attribute value as the records room tells it.

    Args:
        span: the value.
        mark: the mark of the reading that a value of the field ``ocr`` stands in; without meaning for others.

    Raises:
        KeyError: if its type is no attribute.
        ValueError: if it stands on the photos and the mark is none.
    """
    kind = ATTRIBUTES.named(span.type).id
    return SpanItem(span.field, span.start, span.end, kind, mark if span.field == "ocr" else "")


def _span_of(key: str) -> SpanItem | None:
    found = _SPAN.fullmatch(key)
    if found is None:
        return None
    field, mark, start, end, attribute = found.groups()
    return SpanItem(cast("SpanField", "ocr" if mark else field), int(start), int(end), attribute, mark or "")


def _known(vocabulary: Vocabulary, term: str) -> None:
    try:
        vocabulary[term]
    except KeyError:
        lawful = ", ".join(entry.id for entry in vocabulary)
        raise ValueError(f"{vocabulary.name} has no term {term!r}; the terms are {lawful}") from None
