"""In which order to review: what is found early, and what a model learns from the records reviewed first.

Usage (from the repository's root):

    python benchmarks/review_order.py ../shared/corpus/dev.jsonl --learn ../shared/corpus/train.jsonl

For each gold file the shipped bundle annotates the records, and a reviewer who is always right walks through them in
the order of the file (oldest first), of uncertainty, and of active learning. Told is the area under the curve of what
was found after each record, of all records with something wrong and of all corrections (labels to set or clear, spans
to add or reject): 0.5 is chance, ``best possible`` is what an order that knows the answers would reach.

With ``--learn`` the reviewed records train: a plain label model (logistic regression on text vectors) starts from a few
records of the pool, asks for more in each order, and is scored on the first gold file; means over shuffled pools.
"""

from __future__ import annotations

import argparse
import sys
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

import biaotu
from biaotu.pipeline import Annotator
from biaotu.records import Annotation
from biaotu.records.gold import GoldRecord, read_gold
from biaotu.review import Suggestion, label_named, label_vector, next_records, suggestions_of, uncertainty
from biaotu.taxonomy import LABELS

Floats = npt.NDArray[np.float64]
Chooser = Callable[[Floats, Floats, Floats, int], Sequence[int]]
"""(uncertainties [n], label vectors [n, 24], those reviewed [m, 24], count) -> places in the pool."""

ORDERS: dict[str, Chooser] = {
    "oldest": lambda weights, _vectors, _seen, count: range(min(count, len(weights))),
    "uncertainty": lambda weights, _vectors, _seen, count: np.argsort(-weights, kind="stable")[:count].tolist(),
    "active": lambda weights, vectors, seen, count: next_records(weights, vectors, count, seen=seen),
}
START, STEP, ROUNDS, POOLS = 40, 30, 8, 4


def corrections(gold: GoldRecord, annotation: Annotation) -> int:
    """Labels to set or clear and spans to add or reject, until the annotation says what the gold record says."""
    told = {label.name for label in (*annotation.material, *annotation.use) if label.accepted}
    count = len(told ^ {*gold.material, *gold.use}) if gold.material and gold.use else 0
    if gold.spans is not None:
        places = [{(one.type, one.field, one.start, one.end) for one in s} for s in (gold.spans, annotation.attributes)]
        count += len(places[0] ^ places[1])
    return count


def area(order: Sequence[int], worth: Floats) -> float:
    """Mean share found after each record of an order, 0 to 1."""
    return float((np.cumsum(worth[list(order)]) / worth.sum()).mean())


def tell_orders(path: Path, annotator: Annotator) -> None:
    """Annotate a gold file and print what each order finds."""
    golds = list(read_gold(path))
    annotations = [annotator.annotate(gold.record) for gold in golds]
    suggestions = [suggestions_of(annotation) for annotation in annotations]
    weights = np.array([uncertainty(one) for one in suggestions])
    vectors = np.array([label_vector(one) for one in suggestions], np.float64)
    counts = np.array([corrections(*pair) for pair in zip(golds, annotations, strict=True)], np.float64)
    wrong = (counts > 0).astype(np.float64)
    say(
        f"\n{path.name}: {len(golds)} records, {int(wrong.sum())} with something wrong, {int(counts.sum())} corrections"
    )
    say(f"{'order':14}{'records':>9}{'corrections':>13}   corrections found after 1/4 and 1/2 of the records")
    orders = {name: list(choose(weights, vectors, vectors[:0], len(golds))) for name, choose in ORDERS.items()}
    for name, order in (orders | {"best possible": np.argsort(-counts, kind="stable").tolist()}).items():
        found = np.cumsum(counts[order]) / counts.sum()
        shares = " ".join(f"{found[len(golds) // part - 1]:7.1%}" for part in (4, 2))
        say(f"{name:14}{area(order, wrong):9.3f}{area(order, counts):13.3f}   {shares}")


class LabelModel:
    """24 logistic regressions on standardised text vectors; a label with one answer only tells its share.

    Raw vectors of the encoder all point nearly the same way; on them the regression learns next to nothing.
    """

    def __init__(self, vectors: Floats, labels: Floats) -> None:
        self._mean, self._spread = vectors.mean(axis=0), vectors.std(axis=0) + 1e-6
        vectors = self._standard(vectors)
        self._models: list[Any] = []
        for column in labels.T:
            known = 0 < column.sum() < len(column)
            self._models.append(
                LogisticRegression(C=0.1, max_iter=100).fit(vectors, column) if known else column.mean()
            )

    def probabilities(self, vectors: Floats) -> Floats:
        """``[n, d] -> [n, 24]``."""
        vectors = self._standard(vectors)
        columns = [
            np.full(len(vectors), model) if isinstance(model, float) else model.predict_proba(vectors)[:, 1]
            for model in self._models
        ]
        return np.stack(columns, axis=1)

    def _standard(self, vectors: Floats) -> Floats:
        return np.asarray((vectors - self._mean) / self._spread)


def suggested(probabilities: Floats) -> list[Suggestion]:
    """What such a model would say of one record: accepted from a half, listed from a tenth."""
    return [
        Suggestion(label_named(name), float(chance), accepted=chance >= 0.5)
        for name, chance in zip(LABELS, probabilities, strict=True)
        if chance >= 0.1
    ]


def scores(truth: Floats, probabilities: Floats) -> tuple[float, float]:
    """Micro and macro F1 over the labels that stand in the truth."""
    told = probabilities >= 0.5
    right, both = (told * truth).sum(axis=0), told.sum(axis=0) + truth.sum(axis=0)
    present = truth.sum(axis=0) > 0
    return float(2 * right.sum() / both.sum()), float((2 * right[present] / both[present]).mean())


def tell_learning(pool: Path, dev: Path, annotator: Annotator) -> None:
    """Print the scores of a model that learns from the records each order asks for."""
    vectors, labels = encoded(pool, annotator)
    dev_vectors, dev_labels = encoded(dev, annotator)
    curves: dict[str, list[list[tuple[float, float]]]] = {name: [] for name in ORDERS}
    for seed in range(POOLS):
        shuffled = np.random.default_rng(seed).permutation(len(vectors))
        for name, choose in ORDERS.items():
            reviewed, waiting = list(shuffled[:START]), list(shuffled[START:])
            curve = []
            for _ in range(ROUNDS):
                model = LabelModel(vectors[reviewed], labels[reviewed])
                curve.append(scores(dev_labels, model.probabilities(dev_vectors)))
                guesses = [suggested(row) for row in model.probabilities(vectors[waiting])]
                weights = np.array([uncertainty(one) for one in guesses])
                points = np.array([label_vector(one) for one in guesses], np.float64)
                chosen = [waiting[place] for place in choose(weights, points, labels[reviewed], STEP)]
                reviewed += chosen
                waiting = [place for place in waiting if place not in set(chosen)]
            curves[name].append(curve)
    say(f"\nLabel model on {dev.name}, learnt from {pool.name} as reviewed, {POOLS} shuffled pools")
    for place, measure in enumerate(("micro F1", "macro F1")):
        shown = range(ROUNDS)
        say(f"{measure:14}" + "".join(f"{START + STEP * part:7}" for part in shown) + "   mean of all")
        for name, found in curves.items():
            means = np.array(found)[:, :, place].mean(axis=0)
            say(f"{name:14}" + "".join(f"{means[part]:7.3f}" for part in shown) + f"{means.mean():10.4f}")


def encoded(path: Path, annotator: Annotator) -> tuple[Floats, Floats]:
    """Text vectors ``[n, d]`` and labels ``[n, 24]`` of a gold file."""
    golds = [gold for gold in read_gold(path) if gold.material and gold.use]
    vectors = [annotator.text_vector(f"{gold.record.title}。{gold.record.description}") for gold in golds]
    labels = [[name in (*gold.material, *gold.use) for name in LABELS] for gold in golds]
    return np.array(vectors, np.float64), np.array(labels, np.float64)


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> None:
    """Parse the command line and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", nargs="+", type=Path)
    parser.add_argument("--learn", type=Path, help="a gold file to learn from; scored on the first gold file")
    options = parser.parse_args()
    annotator = biaotu.load()
    for path in options.gold:
        tell_orders(path, annotator)
    if options.learn:
        warnings.simplefilter("ignore")  # a hundred steps are enough for a curve
        with threadpool_limits(1):
            tell_learning(options.learn, options.gold[0], annotator)


if __name__ == "__main__":
    main()
