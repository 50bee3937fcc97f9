"""The judge: metrics on gold and predicted data, pure functions that never care which model predicted."""

from biaotu.evaluation.attributes import AttributeScores, evaluate_attributes
from biaotu.evaluation.labels import LabelScores, evaluate_labels
from biaotu.evaluation.pairs import Pair, Pairing, pair_up
from biaotu.evaluation.report import render
from biaotu.evaluation.scores import Score
from biaotu.evaluation.tags import TagScores, evaluate_tags

__all__ = [
    "AttributeScores",
    "LabelScores",
    "Pair",
    "Pairing",
    "Score",
    "TagScores",
    "evaluate_attributes",
    "evaluate_labels",
    "evaluate_tags",
    "pair_up",
    "render",
]
