"""What one row means for the store: a new record, the same, a change, a clash, a number that stood there before."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from biaotu.intake.photos import PhotoFacts
from biaotu.records import Record

Outcome = Literal["new", "same", "updated", "conflict", "duplicate", "failed"]
OUTCOMES: Final[tuple[Outcome, ...]] = ("new", "same", "updated", "conflict", "duplicate", "failed")
WRITTEN: Final = frozenset({"new", "updated"})
"""The outcomes that change the store."""

UNDONE: Final = frozenset({"conflict", "duplicate", "failed"})
"""The outcomes of rows that did not get in and that a person should look at."""

_SHOWN: Final = 30
"""Characters of an old and a new text that a reason shows."""

Key = tuple[str, str]
"""What a record is known by: museum and number."""

Words = tuple[str, str, dict[str, Any]]
"""Title, description and other columns."""


@dataclass(frozen=True, slots=True)
class Known:
    """A record that the store has, as far as an import must know it."""

    id: int
    title: str
    description: str
    extra: Mapping[str, Any] = field(default_factory=dict)
    photos: frozenset[str] = frozenset()
    text_version: int = 1


@dataclass(frozen=True, slots=True)
class Decision:
    """What is done with a row and why.

    Attributes:
        outcome: what happens.
        reason: in words, for a person; empty where there is nothing to say.
        known: the record that the store has under this number, if any.
        new_text: whether title, description or other columns differ from ``known``.
        new_photos: the photos that ``known`` does not have; all of them for a new record.
    """

    outcome: Outcome
    reason: str = ""
    known: Known | None = None
    new_text: bool = False
    new_photos: tuple[PhotoFacts, ...] = ()


def decide(record: Record, photos: Iterable[PhotoFacts], known: Known | None, *, update: bool) -> Decision:
    """Compare a row with what the store has under its number.

    Nothing is taken away that the list does not speak of: photos are only ever added; columns that the list has not
    stay, and so do title and description where the row has none.
    """
    found: dict[str, PhotoFacts] = {}
    for photo in photos:
        if photo.state == "found":
            found.setdefault(photo.digest, photo)
    if known is None:
        return Decision("new", new_text=True, new_photos=tuple(found.values()))
    added = tuple(photo for photo in found.values() if photo.digest not in known.photos)
    changes = _changes(record, known)
    if not changes and not added:
        return Decision("same", known=known)
    told = "; ".join([*changes, *([f"photos: {len(added)} more"] if added else [])])
    if update:
        return Decision("updated", told, known, bool(changes), added)
    reason = f"the store has this number with other contents ({told}); --update takes those of the list"
    return Decision("conflict", reason, known, bool(changes), added)


def words_after(record: Record, known: Known | None) -> Words:
    """The words that a record has once a row is taken: those of the row, and what it does not speak of as it was."""
    extra = plain_extra(record.extra)
    if known is None:
        return record.title, record.description, extra
    return record.title or known.title, record.description or known.description, {**known.extra, **extra}


def plain_extra(extra: Mapping[str, Any]) -> dict[str, Any]:
    """Other columns as the store keeps them: plain JSON types; numbers that JSON has not (1e999) as text."""
    values: dict[str, Any] = json.loads(json.dumps(dict(extra), default=str), parse_constant=str)
    return values


def _changes(record: Record, known: Known) -> list[str]:
    """What differs, in words; the texts themselves are for the report to show."""
    title, description, extra = words_after(record, known)
    changes = [
        f"{name}: “{_short(old)}” -> “{_short(new)}”"
        for name, old, new in (
            ("title", known.title, title),
            ("description", known.description, description),
        )
        if old != new
    ]
    columns = [name for name, value in extra.items() if name not in known.extra or known.extra[name] != value]
    return changes + ([f"columns: {', '.join(columns)}"] if columns else [])


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
