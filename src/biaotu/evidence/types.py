"""What evidence looks like: frozen values and their JSON form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from biaotu.records import SpanField

Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""


@dataclass(frozen=True, slots=True)
class WordWeight:
    """How much one word speaks for (above 0) or against (below 0) an item.

    Attributes:
        field: where the word stands.
        start: offset of its first character in the original text, code points.
        end: offset behind its last character.
        weight: -1 to 1.
    """

    field: SpanField
    start: int
    end: int
    weight: float


@dataclass(frozen=True, slots=True)
class RegionWeights:
    """How much each region of one photo speaks for or against an item.

    Attributes:
        photo: the photo's place in ``record.images``.
        rows: of the grid.
        columns: of the grid.
        weights: row by row from the top left, each -1 to 1.
        box: the part of the upright photo that the grid covers, in shares of its width and height. The image encoder
            reads the middle square, so the grid seldom covers the whole photo; values below 0 or above 1 mean ground
            added around it.
    """

    photo: int
    rows: int
    columns: int
    weights: tuple[float, ...]
    box: Box = (0.0, 0.0, 1.0, 1.0)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What in the record speaks for an item.

    Attributes:
        item: the item's key.
        words: words of title and description in the order of the text, or of what was read on the photos where the
            item stands there.
        regions: one entry for each photo that was looked at.
        text_weight: log-odds of the item when the words alone are read; None without words.
        photo_weight: for a label the log-odds when the photos alone are seen; for an attribute value, which no photo
            can tell alone, what the photo adds to the log-odds. None without a photo.
        score: log-odds of the item as the models see the whole record; for a tag, those of ``label``.
        label: the Chinese name of the label that a tag leans on; None for other items, or where no label is accepted.
        parts: for a tag, its likeness to that label, 0 to 1, by each measure (``vectors``, ``encoded``, ``thesaurus``,
            ``characters``) and as a whole (``likeness``); a measure that does not know the tag is left out.
        method: how words and regions were weighed.
    """

    item: str
    words: tuple[WordWeight, ...] = ()
    regions: tuple[RegionWeights, ...] = ()
    text_weight: float | None = None
    photo_weight: float | None = None
    score: float | None = None
    label: str | None = None
    parts: Mapping[str, float] = field(default_factory=dict)
    method: str = ""

    def to_dict(self) -> dict[str, Any]:
        """As plain JSON types; weights to four places."""
        return {
            "item": self.item,
            "words": [
                {"field": word.field, "start": word.start, "end": word.end, "weight": round(word.weight, 4)}
                for word in self.words
            ],
            "regions": [
                {
                    "photo": one.photo,
                    "rows": one.rows,
                    "columns": one.columns,
                    "weights": [round(weight, 4) for weight in one.weights],
                    "box": [round(edge, 4) for edge in one.box],
                }
                for one in self.regions
            ],
            "text_weight": _rounded(self.text_weight),
            "photo_weight": _rounded(self.photo_weight),
            "score": _rounded(self.score),
            "label": self.label,
            "parts": {name: round(value, 4) for name, value in self.parts.items()},
            "method": self.method,
        }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
