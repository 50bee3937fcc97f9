"""Picture labels: micro and macro F1 over the 24 labels, per system and per label (design, section 7).

Predicted are the labels that were accepted. Each system is judged by itself: a record whose material list is empty was
not judged for material, and its predicted materials count neither for nor against.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from biaotu.evaluation.pairs import Pair
from biaotu.evaluation.scores import Score, macro_f1, total
from biaotu.records import Label
from biaotu.taxonomy import LABELS, MATERIALS, USES, Vocabulary

SET_KEY = "set"
"""The key among a gold record's extra columns that names the collection of photos it belongs to."""


@dataclass(frozen=True, slots=True)
class LabelScores:
    """Scores by label, and the same by set where the gold file names sets."""

    per_label: Mapping[str, Score]
    records: int
    per_set: Mapping[str, LabelScores] = field(default_factory=dict)

    @property
    def micro(self) -> Score:
        """All labels of both systems counted together."""
        return total(self.per_label.values())

    @property
    def macro_f1(self) -> float:
        """Mean F1 over the labels that stand in the gold data or were predicted; of the others nothing is known."""
        return macro_f1(score for score in self.per_label.values() if score.gold or score.predicted)

    def system(self, vocabulary: Vocabulary) -> Score:
        """The micro score of one label system."""
        return total(score for name, score in self.per_label.items() if name in vocabulary)

    def to_dict(self) -> dict[str, Any]:
        """``{"micro", "macro": {"f1"}, "material", "use", "per_label"}``, and ``per_set`` where sets are named."""
        document: dict[str, Any] = {
            "micro": self.micro.to_dict(),
            "macro": {"f1": self.macro_f1},
            "material": self.system(MATERIALS).to_dict(),
            "use": self.system(USES).to_dict(),
            "per_label": {name: score.detail() for name, score in self.per_label.items()},
        }
        if self.per_set:
            document["per_set"] = {
                name: {"micro": part.micro.to_dict(), "macro": {"f1": part.macro_f1}, "records": part.records}
                for name, part in self.per_set.items()
            }
        return document


def evaluate_labels(pairs: Iterable[Pair]) -> LabelScores:
    """Score every record of which at least one label system was judged."""
    overall = _Counts()
    sets: defaultdict[str, _Counts] = defaultdict(_Counts)
    for pair in pairs:
        if not (pair.gold.material or pair.gold.use):
            continue
        name = pair.gold.record.extra.get(SET_KEY)
        counts = [overall] if name in (None, "") else [overall, sets[str(name)]]
        prediction = pair.prediction
        for count in counts:
            count.records += 1
            count.add(pair.gold.material, prediction.material if prediction else (), MATERIALS)
            count.add(pair.gold.use, prediction.use if prediction else (), USES)
    return overall.scores({name: sets[name].scores({}) for name in sorted(sets)})


class _Counts:
    """Counts of one set of records while they go by."""

    def __init__(self) -> None:
        self.records = 0
        self._by_label = dict.fromkeys(LABELS, Score())

    def add(self, gold: tuple[str, ...], predicted: tuple[Label, ...], vocabulary: Vocabulary) -> None:
        """Count one record's labels of one system; an empty gold list means it was not judged."""
        if not gold:
            return
        accepted = {label.name for label in predicted if label.accepted}
        for name in vocabulary.names:
            said, true = name in accepted, name in gold
            self._by_label[name] += Score(said and true, said, true)

    def scores(self, per_set: Mapping[str, LabelScores]) -> LabelScores:
        return LabelScores(dict(self._by_label), self.records, per_set)
