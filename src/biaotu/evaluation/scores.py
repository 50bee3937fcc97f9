"""Counts of right, predicted and gold items, and what follows from them: precision, recall, F1."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Score:
    """Counts over any number of records; scores of parts add up to the micro score of the whole."""

    right: int = 0
    predicted: int = 0
    gold: int = 0

    def __add__(self, other: Score) -> Score:
        return Score(self.right + other.right, self.predicted + other.predicted, self.gold + other.gold)

    @property
    def precision(self) -> float:
        """Right / predicted; 0 when nothing was predicted."""
        return self.right / self.predicted if self.predicted else 0.0

    @property
    def recall(self) -> float:
        """Right / gold; 0 when there was nothing to find."""
        return self.right / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall, ``2 right / (predicted + gold)``; 0 when both are empty."""
        total = self.predicted + self.gold
        return 2 * self.right / total if total else 0.0

    def to_dict(self) -> dict[str, float]:
        """Precision, recall and F1, unrounded."""
        return {"precision": self.precision, "recall": self.recall, "f1": self.f1}

    def detail(self) -> dict[str, float]:
        """The same with the counts that a reader of a single class needs: gold items (``support``) and predictions."""
        return {**self.to_dict(), "support": self.gold, "predicted": self.predicted}


def of_sets(predicted: frozenset[object], gold: frozenset[object]) -> Score:
    """Count one record whose items are sets."""
    return Score(len(predicted & gold), len(predicted), len(gold))


def total(scores: Iterable[Score]) -> Score:
    """The micro score: all counts added up."""
    return sum(scores, Score())


def macro_f1(scores: Iterable[Score]) -> float:
    """The plain mean of the F1 of classes; 0 for no class."""
    values = [score.f1 for score in scores]
    return sum(values) / len(values) if values else 0.0
