"""The judge: a logistic regression that learns from the known words of the same corpus what a word looks like.

Distant supervision: the words of the lexicon and the names of jieba's dictionary that stand in the corpus are the
positive examples, each described as if it were unknown; all other strings are unlabelled, mostly no words. Learning
positive against unlabelled ranks as learning positive against negative would (Elkan & Noto 2008); the probability is
too low for new words by about the mean score of held-out known words, ``Quality.certain``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, roc_auc_score
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from biaotu.training.discover.features import Row

FOLDS: Final = 5
_LEAST_EXAMPLES: Final = 20
_MOST_EXAMPLES: Final = 100_000

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Quality:
    """How well the judge tells hidden known words from other strings, by five-fold cross-validation.

    Attributes:
        known: how many known words it learnt from.
        others: how many other strings it learnt from.
        auc: the chance that a hidden word scores above another string, mean over the folds.
        spread: standard deviation of ``auc`` over the folds.
        precision: average precision, mean over the folds; a lower bound, as new words count as errors here.
        share: share of known words among the examples: the average precision of guessing.
        certain: mean score of the known words when held out.
    """

    known: int
    others: int
    auc: float
    spread: float
    precision: float
    share: float
    certain: float


class Judge:
    """Scores strings; learnt from the rows it is made of.

    Args:
        known: rows of known words that were hidden from their own description.
        others: rows of strings that nobody knows.
        seed: for the folds and the choice of examples if there are very many.

    Raises:
        ValueError: if there are too few examples to learn from.
    """

    def __init__(self, known: Sequence[Row], others: Sequence[Row], *, seed: int = 1) -> None:
        if len(known) < _LEAST_EXAMPLES or len(others) < _LEAST_EXAMPLES:
            raise ValueError(f"{len(known)} known words and {len(others)} other strings are too few to learn from")
        if len(others) > _MOST_EXAMPLES:
            chosen = np.random.default_rng(seed).choice(len(others), _MOST_EXAMPLES, replace=False)
            others = [others[place] for place in sorted(chosen)]
        rows = [row.values for row in (*known, *others)]
        answers = np.arange(len(rows)) < len(known)
        self._vectorizer = DictVectorizer(sparse=False)
        table = self._vectorizer.fit_transform(rows)
        self.quality = _cross_validate(table, answers, seed)
        self._model = _model().fit(table, answers)

    def scores(self, rows: Sequence[Row]) -> Floats:
        """How surely each string is a word worth an entry, from 0 to 1, [len(rows)]."""
        found: list[Floats] = [np.zeros(0)]
        for start in range(0, len(rows), _MOST_EXAMPLES):
            table = self._vectorizer.transform([row.values for row in rows[start : start + _MOST_EXAMPLES]])
            found.append(self._model.predict_proba(table)[:, 1])
        return np.concatenate(found)

    def weights(self) -> dict[str, float]:
        """The learnt weights of the standardised features, the strongest first."""
        names: Sequence[str] = self._vectorizer.get_feature_names_out()
        pairs = zip(names, self._model[-1].coef_[0], strict=True)
        return {str(name): float(weight) for name, weight in sorted(pairs, key=lambda pair: -abs(pair[1]))}


def _model() -> Pipeline:
    return make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=1000))


def _cross_validate(table: Floats, answers: npt.NDArray[np.bool_], seed: int) -> Quality:
    areas: list[float] = []
    precisions: list[float] = []
    certain: list[float] = []
    for train, test in StratifiedKFold(FOLDS, shuffle=True, random_state=seed).split(table, answers):
        model: Any = _model().fit(table[train], answers[train])
        scores = model.predict_proba(table[test])[:, 1]
        areas.append(float(roc_auc_score(answers[test], scores)))
        precisions.append(float(average_precision_score(answers[test], scores)))
        certain.extend(scores[answers[test]])
    known = int(answers.sum())
    return Quality(
        known,
        len(answers) - known,
        float(np.mean(areas)),
        float(np.std(areas)),
        float(np.mean(precisions)),
        known / len(answers),
        float(np.mean(certain)),
    )
