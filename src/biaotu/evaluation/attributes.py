"""Attributes: exact field, span and type; and the attribute names of a record (design, section 7; paper eq. 8-9)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from biaotu.evaluation.pairs import Pair
from biaotu.evaluation.scores import Score, macro_f1, of_sets, total
from biaotu.records import Span
from biaotu.taxonomy import ATTRIBUTES


@dataclass(frozen=True, slots=True)
class AttributeScores:
    """Scores of attribute values by type, and of attribute names over all records."""

    per_type: Mapping[str, Score]
    names: Score
    records: int

    @property
    def micro(self) -> Score:
        """All types counted together."""
        return total(self.per_type.values())

    @property
    def macro_f1(self) -> float:
        """Mean F1 over the types present in the gold data."""
        return macro_f1(score for score in self.per_type.values() if score.gold)

    def to_dict(self) -> dict[str, Any]:
        """``{"micro", "macro": {"f1"}, "per_type", "names"}``."""
        return {
            "micro": self.micro.to_dict(),
            "macro": {"f1": self.macro_f1},
            "per_type": {name: score.detail() for name, score in self.per_type.items()},
            "names": self.names.to_dict(),
        }


def evaluate_attributes(pairs: Iterable[Pair]) -> AttributeScores:
    """Score every record whose attributes were judged.

    A value is right when field, start, end and type all agree. ``names`` compares the predicted attribute names with
    the set of types that the gold spans of the record have.
    """
    per_type = dict.fromkeys(ATTRIBUTES.names, Score())
    names = Score()
    records = 0
    for pair in pairs:
        if pair.gold.spans is None:
            continue
        records += 1
        gold = _places(pair.gold.spans)
        predicted = _places(pair.prediction.attributes) if pair.prediction else {}
        for name in per_type:
            per_type[name] += of_sets(predicted.get(name, frozenset()), gold.get(name, frozenset()))
        said = (name.name for name in pair.prediction.attribute_names) if pair.prediction else ()
        names += of_sets(frozenset(said), frozenset(gold))
    return AttributeScores(per_type, names, records)


def _places(spans: tuple[Span, ...]) -> dict[str, frozenset[object]]:
    """Type -> the places of its spans."""
    found: dict[str, set[object]] = {}
    for span in spans:
        found.setdefault(span.type, set()).add((span.field, span.start, span.end))
    return {name: frozenset(places) for name, places in found.items()}
