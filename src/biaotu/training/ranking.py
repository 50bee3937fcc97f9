"""Chooses the ranking's weights, threshold and slope on annotated records, and says how good they are.

Annotated records do not say which tags are primary; it is derived. A tag that holds the record's object noun, or is the
end of it, names what the photo shows; a tag that is marked as a person, a place, a time, an organisation or an event
names what no photo shows. Tags of neither kind are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import product
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from biaotu.ranking import HybridSimilarity, LabelTerms, Ranker, RankingSettings
from biaotu.records import Label, TextTag
from biaotu.records.gold import GoldRecord
from biaotu.taxonomy import LABELS, USES

_NOT_SHOWN: Final = frozenset(("人物", "地点", "时间", "组织", "事件"))

_GRID: Final = tuple(
    RankingSettings(vectors=4.0, encoded=4.0, characters=2.0, thesaurus=thesaurus, composed=composed, nearest=nearest)
    for thesaurus, composed, nearest in product((1.0, 1.5, 2.0, 3.0, 4.0), (0.25, 0.5), (5, 8))
)
"""Only proportions matter, so the vectors' weight stays. Both kinds of vectors weigh alike and twice the characters.
The default's thesaurus weight is not the grid's best on the dev sets (2.0 and 1.5 differ by noise there) but that of
COS960 (``biaotu-train compare similarity``)."""


@dataclass(frozen=True, slots=True)
class Case:
    """One tag of one record: whether a photo shows it, and the record's labels."""

    tag: str
    shown: bool
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RankingScores:
    """How well the ranking tells shown from not shown.

    Attributes:
        auc: the chance that a shown tag has more likeness to its record's labels than one that is not shown.
        f1: of the primary tags against the shown ones, at the settings' threshold.
        precision: right / primary.
        recall: right / shown.
        lean: share of shown tags that are, among all uses, nearest to one of their record's.
        shown: how many cases are shown.
        cases: how many there are.
    """

    auc: float
    f1: float
    precision: float
    recall: float
    lean: float
    shown: int
    cases: int

    def to_dict(self) -> dict[str, float]:
        """All figures, for the manifest."""
        return asdict(self)


def find_cases(gold: Iterable[GoldRecord]) -> list[Case]:
    """The gold tags of which it can be said whether a photo shows them."""
    cases: list[Case] = []
    for record in gold:
        for tag in record.tags:
            kind = _kind(record, tag)
            if kind != "unclear" and record.use:
                cases.append(Case(tag, kind == "shown", record.material + record.use))
    return cases


def score_ranking(ranker: Ranker, cases: Sequence[Case]) -> RankingScores:
    """Rank every case against its own record's labels.

    Raises:
        ValueError: if there are not both kinds of cases.
    """
    likeness, shown = _likeness(ranker, cases)
    primary = np.array([_is_primary(ranker, case) for case in cases])
    right = int((primary & shown).sum())
    nearest = [USES.names[int(ranker.likeness(case.tag)[-len(USES) :].argmax())] for case in cases]
    lean = [name in case.labels for name, case in zip(nearest, cases, strict=True) if case.shown]
    return RankingScores(
        auc=_auc(likeness, shown),
        f1=2 * right / int(primary.sum() + shown.sum()),
        precision=right / max(int(primary.sum()), 1),
        recall=right / int(shown.sum()),
        lean=sum(lean) / len(lean),
        shown=len(lean),
        cases=len(cases),
    )


def fit_settings(similarity: HybridSimilarity, terms: LabelTerms, cases: Sequence[Case]) -> RankingSettings:
    """Weights by grid search, then threshold and slope for these weights.

    The grid is judged by the sum of AUC, lean, and F1 at the threshold of best F1; the slope makes the confidence most
    likely (log loss).

    Raises:
        ValueError: if there are not both kinds of cases.
    """

    def worth(settings: RankingSettings) -> float:
        ranker = _ranker(similarity, terms, settings)
        threshold = _threshold(*_likeness(ranker, cases))
        scores = score_ranking(_ranker(similarity, terms, replace(settings, threshold=threshold)), cases)
        return round(scores.auc + scores.lean + scores.f1, 9)

    best = max((replace(settings, scales=similarity.settings.scales) for settings in _GRID), key=worth)
    likeness, shown = _likeness(_ranker(similarity, terms, best), cases)
    threshold = _threshold(likeness, shown)
    return replace(best, threshold=round(threshold, 3), slope=_slope(likeness - threshold, shown))


def _ranker(similarity: HybridSimilarity, terms: LabelTerms, settings: RankingSettings) -> Ranker:
    return Ranker(similarity.with_settings(settings), terms)


def _kind(record: GoldRecord, tag: str) -> Literal["shown", "not shown", "unclear"]:
    if record.object and (record.object in tag or record.object.endswith(tag)):
        return "shown"
    marked = {span.type for span in record.spans or () if span.value == tag}
    return "not shown" if marked & _NOT_SHOWN else "unclear"


def _is_primary(ranker: Ranker, case: Case) -> bool:
    primary, _ = ranker.rank([TextTag(case.tag, 1.0)], [Label(name, 1.0, True) for name in case.labels])
    return bool(primary)


def _likeness(ranker: Ranker, cases: Sequence[Case]) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    """Likeness of each case to the nearest of its record's labels, and whether it is shown."""
    shown = np.array([case.shown for case in cases], dtype=bool)
    if not shown.any() or shown.all():
        raise ValueError("the ranking can only be judged by tags that are shown and tags that are not")
    values = [ranker.likeness(case.tag)[[LABELS.index(name) for name in case.labels]].max() for case in cases]
    return np.array(values, dtype=np.float64), shown


def _auc(values: npt.NDArray[np.float64], truth: npt.NDArray[np.bool_]) -> float:
    """Area under the ROC curve: the share of pairs in the right order, ties count half."""
    right, wrong = values[truth], values[~truth]
    order = (right[:, None] > wrong).sum() + 0.5 * (right[:, None] == wrong).sum()
    return float(order / (len(right) * len(wrong)))


def _threshold(values: npt.NDArray[np.float64], truth: npt.NDArray[np.bool_]) -> float:
    """The cut with the best F1, halfway between two neighbouring values; the lowest of several."""
    ordered = np.unique(values)
    cuts = (ordered[1:] + ordered[:-1]) / 2
    f1 = [2 * (truth & (values >= cut)).sum() / ((values >= cut).sum() + truth.sum()) for cut in cuts]
    return float(cuts[int(np.argmax(f1))])


def _slope(margins: npt.NDArray[np.float64], truth: npt.NDArray[np.bool_]) -> float:
    """The slope of the logistic curve through 0.5 at margin 0 under which the truth is most likely."""
    signed = np.where(truth, margins, -margins)
    slopes = np.arange(1.0, 101.0)
    loss = np.logaddexp(0.0, -slopes[:, None] * signed).mean(axis=1)
    return float(slopes[int(loss.argmin())])
