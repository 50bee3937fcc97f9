"""What is told of one relic: its way, captions, answers."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from biaotu.api.schemas.common import ItemKey
from biaotu.api.schemas.records import FieldName

EventKind = Literal[
    "made", "used", "awarded", "captured", "found", "donated", "purchased", "transferred", "collected", "held"
]
Language = Literal["zh", "en"]
Form = Literal["short", "label", "panel"]
Sure = Literal["confirmed", "machine", "unknown"]


class Words(BaseModel):
    """Words in their place; offsets in code points of the field's text."""

    field: FieldName
    start: int
    end: int
    text: str


class Value(BaseModel):
    """An attribute value."""

    item: ItemKey | None
    type: str
    value: str
    field: FieldName
    start: int
    end: int
    confirmed: bool = Field(description="Whether a person accepted it.")
    meaning: str | None = Field(description="What it means where it does not say so itself: 1934年.")


class Party(Words):
    """Who takes part in an event."""

    role: Literal["agent", "recipient", "source"]
    relative: bool = Field(description="Somebody around the span's person or body (某某的女儿), not the span itself.")
    span: Value | None


class Names(BaseModel):
    """A name in both languages."""

    zh: str
    en: str


class Event(BaseModel):
    """Something that the record tells of the relic."""

    kind: EventKind
    name: Names
    parties: list[Party]
    date: Value | None
    place: Value | None
    trigger: Words
    proof: Words
    confirmed: bool = Field(description="Whether people accepted every value in it; the relation is read by rule.")


class Provenance(BaseModel):
    """The relic's way, in time; undated events keep their place in the text."""

    events: list[Event]


class CaptionPart(BaseModel):
    """A piece of a caption with the values in it."""

    slot: str
    text: str
    confirmed: bool
    spans: list[Value]


class Caption(BaseModel):
    """A caption (说明牌); `text` has line feeds."""

    lang: Language
    form: Form
    text: str
    parts: list[CaptionPart]


class AnswerProof(Words):
    """Words that an answer rests on."""

    span: Value | None
    confirmed: bool


class Answer(BaseModel):
    """An answer; `sure` is `unknown` and `values` is empty if the record does not tell."""

    question: str
    lang: Language
    intent: str = Field(description="`date`, `material`, `donated.who` ...; `unknown` if it asks for something else.")
    text: str
    sure: Sure
    values: list[str]
    proofs: list[AnswerProof]
    event: Event | None


class OfferedQuestion(BaseModel):
    """A question that this record can answer."""

    intent: str
    question: str


class OfferedQuestions(BaseModel):
    """What may be asked of a record."""

    items: list[OfferedQuestion]
