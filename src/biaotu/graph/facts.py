"""What one relic says, before it becomes quads: its mentions and the nodes that they name."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Sure = Literal["exact", "assumed"]


@dataclass(frozen=True, slots=True)
class Target:
    """A node that a mention names.

    Attributes:
        node: the node's IRI.
        confirmed: whether a person said so.
        confidence: the machine's, None if a person said so.
        sure: ``assumed`` if a convention had a part in the reading of a date.
    """

    node: str
    confirmed: bool
    confidence: float | None = None
    sure: Sure = "exact"


@dataclass(frozen=True, slots=True)
class Mention:
    """A place where a relic's record says something, with what it names.

    ``key`` is the item's (``title:0:4:event``, ``label:material:metal``, ``role:donor:title:0:2:person``); ``value``
    the words as they stand, for a label its Chinese name.
    """

    key: str
    value: str
    targets: tuple[Target, ...]


@dataclass(frozen=True, slots=True)
class Period:
    """A date as a node tells it: the first and last ISO day it can mean, None where open."""

    edtf: str
    begin: str | None
    end: str | None


@dataclass(frozen=True, slots=True)
class RelicFacts:
    """All that the graph takes from one record; ``record`` is the store's id, or the number in a file."""

    record: str
    number: str
    title: str
    museum: str = ""
    mentions: tuple[Mention, ...] = ()
    periods: tuple[Period, ...] = field(default=())
    """The dates among the targets."""
    labels: tuple[tuple[str, str], ...] = ()
    """Names of nodes that have none of their own: IRI and words as they stand."""
