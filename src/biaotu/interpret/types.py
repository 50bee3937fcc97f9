"""What interpretation says: events of a relic's way, captions, answers; every word of them traceable to the record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from biaotu.records import Span, SpanField

Role = Literal["agent", "recipient", "source"]
Sure = Literal["confirmed", "machine", "unknown"]
Language = Literal["zh", "en"]
Form = Literal["short", "label", "panel"]

FORMS: Final[tuple[Form, ...]] = ("short", "label", "panel")


@dataclass(frozen=True, slots=True)
class Passage:
    """Words in their place: ``text`` stands word for word at ``start`` to ``end`` of ``field``'s text."""

    field: SpanField
    start: int
    end: int
    text: str

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON types."""
        return {"field": self.field, "start": self.start, "end": self.end, "text": self.text}


@dataclass(frozen=True, slots=True)
class Party:
    """Who takes part in an event, in the record's own words.

    Attributes:
        role: ``agent`` made, used, gave or holds it; ``recipient`` got it; ``source`` is whom it was taken, bought or
            collected from.
        passage: the words, such as 陈望南的女儿.
        span: the value in them (陈望南), None if there is none.
        relative: the party is somebody around the span's person, body or place, not the span itself.
    """

    role: Role
    passage: Passage
    span: Span | None
    relative: bool

    @property
    def text(self) -> str:
        """The words."""
        return self.passage.text


_MUSEUMS: Final = ("馆", "博物", "文物", "文管", "档案", "国家")
"""In the names of those who are given relics to keep."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that the record tells of the relic.

    Attributes:
        kind: an id of ``provenance.toml``: made, used, awarded, captured, found, donated, purchased, transferred,
            collected, held.
        parties: who took part.
        date: when, None if that is not told.
        place: where, None if that is not told.
        trigger: the word that tells it (捐赠).
        proof: the clauses that it was read from.
        confirmed: whether people accepted every value in it; that they stand in this relation is read by rule.
    """

    kind: str
    parties: tuple[Party, ...]
    date: Span | None
    place: Span | None
    trigger: Passage
    proof: Passage
    confirmed: bool

    def by_role(self, role: Role) -> tuple[Party, ...]:
        """The parties in one role."""
        return tuple(party for party in self.parties if party.role == role)

    @property
    def present(self) -> bool:
        """Whether it is a present among people (首长赠赵青松的怀表) and no donation to a museum."""
        got = self.by_role("recipient")
        museum = any(word in party.text for party in got for word in _MUSEUMS)
        return self.kind == "donated" and bool(got) and not museum and "捐" not in self.trigger.text

    @property
    def spans(self) -> tuple[Span, ...]:
        """Every value in it."""
        named = [party.span for party in self.parties]
        return tuple(span for span in (*named, self.date, self.place) if span is not None)


@dataclass(frozen=True, slots=True)
class Provenance:
    """The events in time; those without a date keep their place in the text."""

    events: tuple[Event, ...]

    def of_kind(self, *kinds: str) -> tuple[Event, ...]:
        """The events of some kinds."""
        return tuple(event for event in self.events if event.kind in kinds)


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a caption: ``spans`` are the values in it; none for names of labels and for sentences."""

    slot: str
    text: str
    spans: tuple[Span, ...]
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Caption:
    """A caption with its parts in the order in which they stand; ``text`` has line feeds."""

    text: str
    parts: tuple[Part, ...]
    lang: Language
    form: Form


@dataclass(frozen=True, slots=True)
class Proof:
    """What an answer rests on; ``span`` is None for words that are no value of their own."""

    passage: Passage
    span: Span | None
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer to a question about one relic.

    Attributes:
        question: as it was asked.
        intent: what it was understood to ask, ``unknown`` if that is none of what can be answered.
        text: the answer as a sentence.
        values: the bare values, in the record's own words or as names of labels; empty if the record does not tell.
        proofs: where they stand.
        event: the event that it was read from, None if it was none.
        sure: ``confirmed`` if people accepted all values; ``unknown`` if the record does not tell.
        lang: the language of ``text``.
    """

    question: str
    intent: str
    text: str
    values: tuple[str, ...]
    proofs: tuple[Proof, ...]
    event: Event | None
    sure: Sure
    lang: Language


Normals = tuple[Mapping[str, Any] | None, ...]
"""Normalised values (docs/normal.md), one for each span."""
