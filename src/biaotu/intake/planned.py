"""What a dry run says: the rows, the photos that are alike or left over, and their counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from biaotu.intake.decide import OUTCOMES, UNDONE, Decision, Outcome
from biaotu.intake.pairs import PhotoPair
from biaotu.intake.photos import OUTSIDE, PhotoFacts
from biaotu.records import Notice


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """What would become of one row.

    Attributes:
        position: place in the list, counted from 0.
        row: as an editor or Excel counts; None for a photo of a folder.
        file: where it stands.
        number: of the object; empty if it could not be read.
        title: as read.
        museum: that it belongs to.
        decision: what would happen and why.
        photos: the row's photos.
        notices: everything odd, that of the photos included.
    """

    position: int
    row: int | None
    file: str
    number: str
    title: str
    museum: str
    decision: Decision
    photos: tuple[PhotoFacts, ...]
    notices: tuple[Notice, ...]

    @property
    def outcome(self) -> Outcome:
        """What would happen."""
        return self.decision.outcome

    @property
    def stored_photos(self) -> Iterator[PhotoFacts]:
        """The row's photos that the store has for this very object."""
        stored = self.decision.known.photos if self.decision.known else ()
        return (photo for photo in self.photos if photo.digest in stored)

    def to_dict(self) -> dict[str, Any]:
        """The row as plain JSON types."""
        return {
            "position": self.position,
            "row": self.row,
            "file": self.file,
            "number": self.number,
            "title": self.title,
            "museum": self.museum,
            "outcome": self.outcome,
            "reason": self.decision.reason,
            "record": self.decision.known.id if self.decision.known else None,
            "photos": [{"name": photo.name, "state": photo.state, "digest": photo.digest} for photo in self.photos],
            "notices": [{"code": notice.code, "message": notice.message} for notice in self.notices],
        }


@dataclass(frozen=True, slots=True)
class DryRun:
    """What an import would do.

    Attributes:
        file: what people call the list.
        rows: every row in order.
        pairs: photos that are alike.
        unmatched: photos of the folder that match no row.
    """

    file: str
    rows: tuple[PlannedRow, ...]
    pairs: tuple[PhotoPair, ...]
    unmatched: tuple[str, ...]
    counts: Mapping[str, int] = field(init=False)
    """Rows by outcome, then ``photos`` found, ``photos_missing``, ``photos_unreadable``, ``photos_outside``,
    ``photos_unmatched``, ``photos_identical``, ``photos_near``, and ``warned`` rows."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "counts", _counts(self))

    def telling(self) -> Iterator[PlannedRow]:
        """The rows that a person should look at: not taken in, changed, or with a warning."""
        for row in self.rows:
            if row.outcome in UNDONE or row.outcome == "updated" or row.notices:
                yield row

    def to_dict(self, limit: int = 500) -> dict[str, Any]:
        """The plan as plain JSON types.

        Args:
            limit: most rows, pairs and photos named; rows that a person should look at come first.
        """
        chosen = {row.position: row for row in islice(self.telling(), limit)}
        for row in islice(self.rows, limit):
            if len(chosen) >= limit:
                break
            chosen.setdefault(row.position, row)
        return {
            "file": self.file,
            "counts": dict(self.counts),
            "total": len(self.rows),
            "rows": [chosen[position].to_dict() for position in sorted(chosen)],
            "pairs": [pair.to_dict() for pair in self.pairs[:limit]],
            "unmatched": list(self.unmatched[:limit]),
        }


def _counts(plan: DryRun) -> dict[str, int]:
    outcomes = Counter(row.outcome for row in plan.rows)
    states = Counter(photo.state for row in plan.rows for photo in row.photos)
    kinds = Counter(pair.kind for pair in plan.pairs)
    return {
        **{outcome: outcomes[outcome] for outcome in OUTCOMES},
        "photos": states["found"],
        "photos_missing": states["missing"],
        "photos_unreadable": states["unreadable"],
        "photos_outside": sum(notice.code == OUTSIDE for row in plan.rows for notice in row.notices),
        "photos_unmatched": len(plan.unmatched),
        "photos_identical": kinds["identical"],
        "photos_near": kinds["near"],
        "warned": sum(bool(row.notices) for row in plan.rows),
    }
