"""Events told twice made one, and all of them brought into the order of time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from biaotu.interpret.subject import Subject
from biaotu.interpret.types import Event, Party


def in_order(events: Sequence[Event], subject: Subject) -> tuple[Event, ...]:
    """The events without those that another one contains, in time; undated ones keep their place in the text."""
    kept: list[Event] = []
    for event in events:
        fuller = next((place for place, other in enumerate(kept) if _within(event, other)), None)
        if fuller is not None:
            continue
        kept = [other for other in kept if not _within(other, event)]
        kept.append(event)
    told = [replace(event, confirmed=_confirmed(event, subject)) for event in kept]
    dated = sorted((place for place, event in enumerate(told) if _begin(event, subject)), key=lambda place: place)
    in_time = sorted(dated, key=lambda place: (_begin(told[place], subject), place))
    ordered = list(told)
    for slot, place in zip(dated, in_time, strict=True):
        ordered[slot] = told[place]
    return tuple(ordered)


def _within(event: Event, other: Event) -> bool:
    """Whether another event of the kind tells all that this one tells."""
    if event.kind != other.kind:
        return False
    for party in event.parties:
        if not any(_same(party, twin) for twin in other.parties):
            return False
    dates = event.date is None or (other.date is not None and other.date.value == event.date.value)
    return dates and (event.place is None or (other.place is not None and other.place.value == event.place.value))


def _same(party: Party, other: Party) -> bool:
    return party.role == other.role and party.text.replace(" ", "") == other.text.replace(" ", "")


def _confirmed(event: Event, subject: Subject) -> bool:
    return bool(event.spans) and all(subject.is_confirmed(span) for span in event.spans)


def _begin(event: Event, subject: Subject) -> str:
    normal = subject.normal(event.date) if event.date is not None else None
    return str(normal.get("begin") or "") if normal else ""
