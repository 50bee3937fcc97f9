"""Text tags against gold tags at k = 5 and k = 10 (design, section 7; paper section 4.2).

A predicted tag is right when it is, character for character, one of the record's gold tags.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, Literal

from biaotu.evaluation.pairs import Pair
from biaotu.evaluation.scores import Score, of_sets
from biaotu.records import Annotation

TagSource = Literal["text_tags", "ranked"]
"""Which list is judged: the tagger's own order, or primary then secondary tags as ranked against the picture."""

_DEPTHS: Final = (5, 10)


@dataclass(frozen=True, slots=True)
class TagScores:
    """Micro scores over all judged records, by depth."""

    at: dict[int, Score]
    records: int

    def to_dict(self) -> dict[str, Any]:
        """``{"top5": {"precision", "recall", "f1"}, "top10": {...}}``."""
        return {f"top{depth}": score.to_dict() for depth, score in self.at.items()}


def evaluate_tags(pairs: Iterable[Pair], *, source: TagSource = "text_tags") -> TagScores:
    """Score the first 5 and 10 different tags of every record that has gold tags.

    Precision is right / predicted and recall right / gold, both counted over all records (micro). Records without
    gold tags were not judged and are left out.
    """
    at = dict.fromkeys(_DEPTHS, Score())
    records = 0
    for pair in pairs:
        if not pair.gold.tags:
            continue
        records += 1
        tags = _tags(pair.prediction, source)
        gold = frozenset[object](pair.gold.tags)
        for depth in _DEPTHS:
            at[depth] += of_sets(frozenset(tags[:depth]), gold)
    return TagScores(at, records)


def _tags(annotation: Annotation | None, source: TagSource) -> list[str]:
    """The annotation's tags in the order to be judged, each once."""
    if annotation is None:
        return []
    tags = annotation.text_tags if source == "text_tags" else annotation.primary + annotation.secondary
    return list(dict.fromkeys(tag.tag for tag in tags))
