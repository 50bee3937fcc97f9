"""Entries of the authorities, and what the values of a record name."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Path
from pydantic import BaseModel, Field

from biaotu.api.schemas.common import ShortText, Strict, Text
from biaotu.api.schemas.records import FieldName

EntryType = Literal["person", "body", "place", "event", "period"]
LinkStatus = Literal["suggested", "accepted", "none"]
ID = r"^[a-z]+:[a-z0-9][a-z0-9.-]*$"

EntryId = Annotated[str, Path(pattern=ID, max_length=100, examples=["body:8ra-115"])]
EntryKey = Annotated[str, Field(pattern=ID, max_length=100, examples=["body:8ra-115"])]
Name = Annotated[Text, Field(min_length=1, max_length=100)]
Date = Annotated[
    ShortText,
    Field(
        description="EDTF: `1937`, `1937-07`, `1937-07-07`, `193X`, with `?` or `~` if unsure; empty if unknown.",
        examples=["1937-09"],
    ),
]


class Variant(Strict):
    """Another name of an entry; `begin` and `end` tell when it was in use."""

    form: Name
    kind: ShortText = Field("other", description="full, short, former, later, courtesy, pen, alias, office ...")
    begin: Date = ""
    end: Date = ""
    ambiguous: bool = Field(False, description="Whether the form alone does not tell who is meant.")


class EntrySummary(BaseModel):
    """An entry in a list: who or what is meant."""

    id: str
    type: EntryType
    name: str
    kind: str
    begin: str
    end: str
    note: str
    checked: bool = Field(description="False: to be checked, nobody has compared it with a source yet.")


class EntryRow(EntrySummary):
    """An entry with its other names."""

    variants: list[Variant]


class EntryPage(BaseModel):
    """A page of entries, those that fit best first."""

    items: list[EntryRow]
    next: str | None
    total: int


class EntryChange(BaseModel):
    """What was done to an entry: added, changed, merged."""

    act: str
    at: str
    by: str
    note: str


class EntryName(BaseModel):
    """What an id that stands in an entry is called."""

    id: str
    type: EntryType
    name: str


class Entry(EntryRow):
    """All that is said of an entry; what is unknown is empty."""

    broader: str = Field(description="Id of the entry it is a part of.")
    narrower: list[str] = Field(description="Ids of the entries that are a part of it, the earliest first.")
    see: list[str] = Field(description="Ids of the entries that go with it.")
    source: str
    replaced_by: str = Field(description="What its id means today, if it was merged into another.")
    history: list[EntryChange]
    names: dict[str, EntryName] = Field(description="What the ids in this entry are called.")
    own: bool = Field(description="Whether people of this museum added, changed or merged it.")
    version: int = Field(description="How many changes its history has; send it back as `base`.")


class _Said(Strict):
    name: Name
    kind: ShortText = "other"
    variants: Annotated[list[Variant], Field(max_length=200, default_factory=list)]
    begin: Date = ""
    end: Date = ""
    broader: EntryKey | Literal[""] = ""
    see: Annotated[list[EntryKey], Field(max_length=200, default_factory=list)]
    note: Annotated[Text, Field(max_length=500, description="Of a person the role in a few words, no life.")] = ""
    source: Annotated[Text, Field(min_length=1, max_length=500, description="Where it was taken from.")]


class NewEntry(_Said):
    """An entry to add; without `id` it gets one made of type and name."""

    type: EntryType
    id: EntryKey | None = None
    checked: bool = False


class EntryUpdate(_Said):
    """An entry as it is to be from now on; type and id stay."""

    checked: bool = Field(description="Whether it was compared with a source.")
    reason: Annotated[Text, Field(max_length=500)] = ""
    base: Annotated[int, Field(ge=0, le=10**6, description="`version` of the entry that the person saw.")]


class EntryMerge(Strict):
    """Merge an entry into another."""

    into: EntryKey
    note: Annotated[Text, Field(max_length=500)] = ""


class LinkCandidate(BaseModel):
    """An entry that a value may name."""

    entry: EntrySummary
    confidence: float
    reason: str = Field(description="What speaks for it, in Chinese words.")
    rejected: bool = Field(description="Whether a person said it is not this one.")


class Link(BaseModel):
    """What a value names: `accepted` by a person (null: none of the entries), `suggested` by the linker, or `none`."""

    span: str
    type: str
    value: str
    field: FieldName
    status: LinkStatus
    entry: EntrySummary | None
    confidence: float
    reason: str
    by: str | None
    candidates: list[LinkCandidate]
    none_of_these: float = Field(description="How likely it is that no candidate is meant.")
    within: EntrySummary | None = Field(description="The entry that it is a part of, if no entry fits.")


class Links(BaseModel):
    """The values of a record that can name entries, in the order of the text."""

    items: list[Link]
    revision: int = Field(description="Id of the last decision on the record; send it back as `base`.")
