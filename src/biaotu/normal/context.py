"""What the rest of a record tells about one of its values: the date told last, and the years it speaks of."""

from __future__ import annotations

from dataclasses import dataclass

from biaotu.normal.calendar import Moment

Years = tuple[int, int]
"""First and last year of a stretch, both included."""


@dataclass(frozen=True, slots=True)
class Context:
    """The surroundings of one value.

    ``anchor`` is the date told last before it (同年, 次日 and 12月14日 count from it); ``years`` are all stretches of
    years that the record is sure of, ``near`` those of the value's own sentence.
    """

    anchor: Moment | None = None
    years: tuple[Years, ...] = ()
    near: tuple[Years, ...] = ()

    def covers(self, year: int, slack: int = 0) -> bool:
        """Whether the record speaks of a year, or of one at most ``slack`` years away."""
        return any(first - slack <= year <= last + slack for first, last in self.years)


NOWHERE = Context()
"""The context of a value that stands alone."""
