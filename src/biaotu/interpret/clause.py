"""A verb in its clause, and what is known of the sentence so far."""

from __future__ import annotations

from dataclasses import dataclass, field

from biaotu.interpret.parties import Found
from biaotu.interpret.wording import Verb


@dataclass(slots=True)
class Sentence:
    """What is known while a sentence is read from left to right.

    Attributes:
        agents: who acted last, or the subject of the clause before.
        kind: of the event that they acted in, empty if they are only a subject.
        passive: they stood behind 由 or 被, so that the relic is the subject.
        date: place of the date that still holds, None if none does.
        foreign: the sentence is about another thing than the relic.
    """

    agents: list[Found] = field(default_factory=list)
    kind: str = ""
    passive: bool = False
    date: int | None = None
    foreign: bool = False


@dataclass(frozen=True, slots=True)
class Clause:
    """A verb from ``at`` to ``behind`` in a clause from ``start`` to ``end``, in places of the folded text.

    ``since`` is where the verb before it in the clause ends; ``start`` if there is none.
    """

    start: int
    end: int
    verb: Verb
    at: int
    behind: int
    since: int
