"""What can be said of an item, by a model (``Suggestion``) and by a person (``Decision``); who may say what.

The two never meet in one row: a decision stands beside the suggestion, it does not change it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from biaotu.review.items import Item, Kind

Verdict = Literal["accept", "reject", "primary", "secondary", "withdraw", "submit", "approve", "return", "reopen"]
Place = Literal["primary", "secondary"]
State = Literal["new", "annotated", "in_review", "submitted", "approved", "returned"]
Role = Literal["reader", "annotator", "reviewer", "admin"]

VERDICTS: Final[Mapping[Kind, tuple[Verdict, ...]]] = {
    "label": ("accept", "reject", "withdraw"),
    "tag": ("primary", "secondary", "reject", "withdraw"),
    "span": ("accept", "reject", "withdraw"),
    "link": ("accept", "reject", "withdraw"),
    "state": ("submit", "approve", "return", "reopen", "withdraw"),
}
"""The lawful verdicts of each kind. ``withdraw`` means: as if nobody had judged the item."""
STATES: Final[tuple[State, ...]] = ("new", "annotated", "in_review", "submitted", "approved", "returned")
ROLES: Final[tuple[Role, ...]] = ("reader", "annotator", "reviewer", "admin")
"""Roles in rising order; each may do what those before it may."""


@dataclass(frozen=True, slots=True)
class Judge:
    """Who acts. ``user_id`` is None for the command line, which acts as a user of its own."""

    user_id: int | None
    name: str
    role: Role


@dataclass(frozen=True, slots=True)
class Decision:
    """One row of what people decided; rows are only ever added, ``id`` grows with time.

    ``batch`` is the UUID of the act that the row belongs to; ``undoes`` the batch that this act takes back, if it is
    an undo. ``text_version`` is the version of the record's text that a span's offsets count in.
    """

    id: int
    record_id: int
    user_id: int | None
    user: str
    item: Item
    verdict: Verdict
    batch: str
    text_version: int
    at: datetime
    note: str = ""
    undoes: str | None = None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What a model says of one item.

    ``accepted`` is False for a label that the model lists below its threshold; ``place`` is set for tags alone;
    ``leans_on`` is the Chinese name of the label that a tag is nearest to.
    """

    item: Item
    confidence: float
    accepted: bool = True
    place: Place | None = None
    leans_on: str | None = None

    @property
    def verdict(self) -> Verdict | None:
        """The verdict that would confirm it; None if the model does not propose it."""
        return self.place or ("accept" if self.accepted else None)


def lawful_verdict(item: Item, text: str) -> Verdict:
    """A verdict read from outside.

    Raises:
        ValueError: if it is none for this kind of item.
    """
    if text not in VERDICTS[item.kind]:
        raise ValueError(f"{text!r} is no verdict on a {item.kind}; write {', '.join(VERDICTS[item.kind])}")
    return text


def covers(role: Role, needed: Role) -> bool:
    """Whether a role may do what another one may."""
    return ROLES.index(role) >= ROLES.index(needed)
