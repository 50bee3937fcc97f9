"""The golden sets of ``tests/data/interpret``: records with the events and answers that they must have."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as default
from pathlib import Path
from typing import Any

from biaotu.interpret.subject import Subject
from biaotu.interpret.types import Event
from biaotu.normal import normalise_all
from biaotu.records import Span
from biaotu.records.gold import unmark

FOLDER = Path(__file__).parent / "data" / "interpret"
ROLES = ("agent", "recipient", "source")

Told = tuple[str, tuple[tuple[str, tuple[str, ...]], ...], str, str]
"""An event as the golden set tells it: kind, parties by role, date, place."""


def cases(name: str) -> list[dict[str, Any]]:
    """The records of one file."""
    return [json.loads(line) for line in (FOLDER / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


def subject_of(case: Mapping[str, Any]) -> Subject:
    """The relic of a record with inline marks."""
    title, first = unmark(case["title"], "title")
    description, second = unmark(case["description"], "description")
    spans: tuple[Span, ...] = (*first, *second)
    normals = tuple(one.to_dict() if one else None for one in normalise_all(title, description, spans))
    return Subject(
        id=case["id"],
        title=title,
        description=description,
        spans=spans,
        normals=normals,
        material=tuple(case.get("material", ())),
        use=tuple(case.get("use", ())),
        museum=case.get("museum", ""),
    )


def expected(event: Mapping[str, str]) -> Told:
    """An event of the golden set."""
    parties = tuple((role, tuple(event.get(role, "").split("+")) if event.get(role) else ()) for role in ROLES)
    return event["kind"], parties, event.get("date", ""), event.get("place", "")


def told(event: Event) -> Told:
    """An event as it was read."""
    parties = tuple((role, tuple(party.text for party in event.parties if party.role == role)) for role in ROLES)
    return (
        event.kind,
        parties,
        event.date.value if event.date else "",
        event.place.value if event.place else "",
    )


@dataclass
class Score:
    """Events of one kind: told, expected, and right in kind alone, in kind and parties, and altogether."""

    told: int = 0
    expected: int = 0
    kind: int = 0
    parties: int = 0
    whole: int = 0
    wrong: list[tuple[str, str, Any]] = default(default_factory=list)


def score(cases: list[dict[str, Any]], read: Any) -> dict[str, Score]:
    """Scores by kind and over ``all``; ``read`` gives the events of a relic."""
    scores: dict[str, Score] = {}
    for case in cases:
        gold = Counter(expected(event) for event in case["events"])
        found = Counter(told(event) for event in read(subject_of(case)))
        for name in {event[0] for event in (*gold, *found)} | {"all"}:
            one = scores.setdefault(name, Score())
            mine = Counter({event: count for event, count in found.items() if name in ("all", event[0])})
            theirs = Counter({event: count for event, count in gold.items() if name in ("all", event[0])})
            one.told += mine.total()
            one.expected += theirs.total()
            one.kind += _shared(mine, theirs, 1)
            one.parties += _shared(mine, theirs, 2)
            one.whole += (mine & theirs).total()
            if name == "all":
                one.wrong += [(case["id"], "missing", event) for event in (theirs - mine).elements()]
                one.wrong += [(case["id"], "too much", event) for event in (mine - theirs).elements()]
    return scores


def _shared(mine: Counter[Told], theirs: Counter[Told], parts: int) -> int:
    return (
        Counter(event[:parts] for event in mine.elements()) & Counter(event[:parts] for event in theirs.elements())
    ).total()
