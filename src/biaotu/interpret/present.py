"""Interpretations as plain JSON types; the contract of the API and of ``--json``."""

from __future__ import annotations

from typing import Any

from biaotu.interpret.phrases import meant
from biaotu.interpret.subject import Subject
from biaotu.interpret.types import Answer, Caption, Event, Party, Provenance
from biaotu.interpret.wording import wording
from biaotu.records import Span


def span_dict(subject: Subject, span: Span) -> dict[str, Any]:
    """A value with its key for decisions, whether people accepted it, and what it means where that helps."""
    return {
        "item": subject.item(span),
        "type": span.type,
        "value": span.value,
        "field": span.field,
        "start": span.start,
        "end": span.end,
        "confirmed": subject.is_confirmed(span),
        "meaning": meant(subject, span, "zh") or None,
    }


def event_dict(subject: Subject, event: Event) -> dict[str, Any]:
    """An event with its parties, date, place and proof."""
    zh, en = ("赠送", "given") if event.present else wording().names[event.kind]
    return {
        "kind": event.kind,
        "name": {"zh": zh, "en": en},
        "parties": [_party(subject, party) for party in event.parties],
        "date": _maybe(subject, event.date),
        "place": _maybe(subject, event.place),
        "trigger": event.trigger.to_dict(),
        "proof": event.proof.to_dict(),
        "confirmed": event.confirmed,
    }


def provenance_dict(subject: Subject, chain: Provenance) -> dict[str, Any]:
    """The events in their order."""
    return {"events": [event_dict(subject, event) for event in chain.events]}


def caption_dict(subject: Subject, made: Caption) -> dict[str, Any]:
    """A caption with its parts."""
    parts = [
        {
            "slot": part.slot,
            "text": part.text,
            "confirmed": part.confirmed,
            "spans": [span_dict(subject, span) for span in part.spans],
        }
        for part in made.parts
    ]
    return {"lang": made.lang, "form": made.form, "text": made.text, "parts": parts}


def answer_dict(subject: Subject, given: Answer) -> dict[str, Any]:
    """An answer with its proofs."""
    proofs = [
        {**proof.passage.to_dict(), "span": _maybe(subject, proof.span), "confirmed": proof.confirmed}
        for proof in given.proofs
    ]
    return {
        "question": given.question,
        "lang": given.lang,
        "intent": given.intent,
        "text": given.text,
        "sure": given.sure,
        "values": list(given.values),
        "proofs": proofs,
        "event": None if given.event is None else event_dict(subject, given.event),
    }


def _party(subject: Subject, party: Party) -> dict[str, Any]:
    return {
        "role": party.role,
        **party.passage.to_dict(),
        "relative": party.relative,
        "span": _maybe(subject, party.span),
    }


def _maybe(subject: Subject, span: Span | None) -> dict[str, Any] | None:
    return None if span is None else span_dict(subject, span)
