"""Learns the weights of the text tagger from the gold tags of the corpus (multi-feature TF-IWF, paper section 4.2).

``python -m biaotu.training.tags --statistics FILE --train FILE -o settings.json``. A logistic regression tells the
candidates that are gold tags from those that are not; its weights go into ``TagSettings`` as plain numbers, so that
serving needs no learning library.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from biaotu.records import Span
from biaotu.records.gold import GoldRecord, read_gold
from biaotu.taxonomy import ATTRIBUTES
from biaotu.text.lexicon import Lexicon
from biaotu.text.reading import clean, read
from biaotu.text.statistics import WordStatistics
from biaotu.text.tags import Tagger, TagSettings

SpanSource = Callable[[GoldRecord], Sequence[Span]]
"""Gives the attribute values that the tagger is to see for a record."""

SPOILT = 0.25
"""Share of the attribute values that training spoils in its second pass: about the errors of the attribute network."""

MUSEUM_WEIGHT: Final = 3.0
"""How much a museum text counts beside a record of the corpus.

Chosen by five-fold cross-validation over the annotated museum texts with predicted attribute values: top-5 F1 0.604
with 1, 0.616 with 3, 0.611 without the corpus, which then loses on records of its own kind.
"""


def gold_spans(gold: GoldRecord) -> Sequence[Span]:
    """The attribute values that people marked."""
    return gold.spans or ()


def spoilt_spans(gold: GoldRecord, rate: float = SPOILT, seed: int = 0) -> Sequence[Span]:
    """The marked values as a network might give them: ``rate`` of them lost, cut wrongly or mistyped."""
    rng = random.Random(f"{seed}-{gold.record.id}")
    spoilt: list[Span] = []
    for span in gold.spans or ():
        if rng.random() >= rate:
            spoilt.append(span)
            continue
        error = rng.choice(("lost", "border", "border", "type"))
        if error == "border":
            text = gold.record.text(span.field) if span.field != "ocr" else ""
            start = max(0, span.start + rng.choice((-1, 0, 1)))
            end = min(len(text), span.end + rng.choice((-1, 1)))
            if start < end:
                spoilt.append(replace(span, start=start, end=end, value=text[start:end]))
        elif error == "type":
            spoilt.append(replace(span, type=rng.choice(ATTRIBUTES.names)))
    return tuple(spoilt)


def train(
    golds: Sequence[GoldRecord],
    statistics: WordStatistics,
    *,
    lexicon: Lexicon | None = None,
    spans: Sequence[SpanSource] = (gold_spans, spoilt_spans),
    settings: TagSettings | None = None,
    strength: float = 0.3,
    museum: Sequence[GoldRecord] = (),
) -> TagSettings:
    """Learn the feature weights.

    Args:
        golds: records with gold tags; those without are passed over.
        statistics: of the corpus G.
        lexicon: the lexicon of serving. Words that stand as a value or object in one single record of ``golds`` are
            held back here, as no unseen record will find its own words in the lexicon.
        spans: where the attribute values come from; every record is read once with each.
        settings: everything but the weights.
        strength: inverse strength of the regularisation.
        museum: more records with gold tags, each weighing ``MUSEUM_WEIGHT`` times one of ``golds``.
    """
    base = replace(settings or TagSettings(weights={"tfiwf": 1.0}), scorer="features")
    known = hold_back(lexicon or Lexicon.load(), [*golds, *museum])
    tagger = Tagger(known, statistics, replace(base, weights={"tfiwf": 1.0}))
    rows: list[Mapping[str, float]] = []
    answers: list[bool] = []
    importance: list[float] = []
    weighted = [*((gold, 1.0) for gold in golds), *((gold, MUSEUM_WEIGHT) for gold in museum)]
    for gold, weight in weighted:
        if not gold.tags:
            continue
        wanted = {"".join(clean(tag)[0].split()) for tag in gold.tags}
        reading = read(gold.record.title, gold.record.description)
        for source in spans:
            for scored in tagger.score(reading, source(gold)):
                rows.append(scored.row)
                answers.append("".join(scored.candidate.text.split()) in wanted)
                importance.append(weight)
    vectorizer = DictVectorizer()
    model = LogisticRegression(C=strength, max_iter=2000)
    model.fit(vectorizer.fit_transform(rows), answers, sample_weight=importance)
    weights = dict(zip(vectorizer.get_feature_names_out(), model.coef_[0], strict=True))
    return replace(
        base,
        bias=round(float(model.intercept_[0]), 4),
        weights={str(name): round(float(value), 4) for name, value in weights.items() if abs(value) >= 5e-5},
    )


def hold_back(lexicon: Lexicon, golds: Iterable[GoldRecord]) -> Lexicon:
    """The lexicon without the words that only one of the records brought into it."""
    seen: Counter[str] = Counter()
    for gold in golds:
        own = {clean(span.value)[0] for span in gold.spans or ()} | {clean(gold.object)[0]}
        seen.update(own)
    return Lexicon([entry for entry in lexicon.entries if seen[entry.word] != 1])


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line of this script."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--statistics", type=Path, required=True)
    parser.add_argument("--train", type=Path, required=True)
    parser.add_argument("-o", "--output", type=Path, required=True)
    options = parser.parse_args(arguments)
    golds = list(read_gold(options.train))
    learnt = train(golds, WordStatistics.load(options.statistics))
    text = json.dumps(learnt.to_dict(), ensure_ascii=False, indent=1)
    options.output.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
