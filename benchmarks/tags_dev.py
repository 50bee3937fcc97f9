"""Scores the text tagger on gold records, form by form; development figures of README and CHANGELOG.

    python benchmarks/tags_dev.py --statistics STATISTICS --settings SETTINGS.json GOLD.jsonl [GOLD.jsonl ...]

Each form is scored with the gold attribute values, with values spoilt at random (``--spoil``, seeded), and without any.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from biaotu.records import Span
from biaotu.records.gold import GoldRecord, read_gold
from biaotu.text.lexicon import Lexicon
from biaotu.text.reading import read
from biaotu.text.statistics import WordStatistics
from biaotu.text.tags import Tagger, TagSettings
from biaotu.training.tags import spoilt_spans


def score(tagger: Tagger, golds: Sequence[tuple[GoldRecord, Sequence[Span]]]) -> dict[str, float]:
    """Micro-averaged precision, recall and F1 of the best 5 and 10 tags, and milliseconds a record."""
    right, given, wanted = {5: 0, 10: 0}, {5: 0, 10: 0}, 0
    begin = time.perf_counter()
    for gold, spans in golds:
        tags = [tag.tag for tag in tagger.tags(read(gold.record.title, gold.record.description), spans, limit=10)]
        wanted += len(set(gold.tags))
        for k in right:
            right[k] += len(set(tags[:k]) & set(gold.tags))
            given[k] += len(tags[:k])
    result: dict[str, float] = {"ms": 1000 * (time.perf_counter() - begin) / max(len(golds), 1)}
    for k in right:
        result[f"p{k}"] = right[k] / max(given[k], 1)
        result[f"r{k}"] = right[k] / max(wanted, 1)
        result[f"f{k}"] = 2 * right[k] / max(given[k] + wanted, 1)
    return result


def forms(best: TagSettings) -> Iterator[tuple[str, TagSettings]]:
    """The forms that are compared, the paper's first."""
    words = TagSettings(scorer="tfiwf", candidates="words", length="paper")
    yield "TF-IWF, words, length as printed", words
    yield "TF-IWF, words, length positive", replace(words, length="positive")
    yield "TF-IWF, all candidates, length as printed", replace(words, candidates="all")
    yield "TF-IWF, all candidates, length positive", replace(words, candidates="all", length="positive")
    yield "all features, no threshold", replace(best, threshold=0.0)
    yield "default (all features)", best


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line of this script."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("gold", nargs="+", type=Path)
    parser.add_argument("--statistics", type=Path, required=True)
    parser.add_argument("--settings", type=Path, required=True)
    parser.add_argument("--spoil", type=float, default=0.25)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    statistics = WordStatistics.load(options.statistics)
    best = TagSettings.from_dict(json.loads(options.settings.read_text(encoding="utf-8")))
    lexicon = Lexicon.load()
    taggers = [(name, Tagger(lexicon, statistics, settings)) for name, settings in forms(best)]
    for path in options.gold:
        golds = [gold for gold in read_gold(path) if gold.tags]
        sources: dict[str, list[tuple[GoldRecord, Sequence[Span]]]] = {
            "gold": [(gold, gold.spans or ()) for gold in golds],
            "spoilt": [(gold, spoilt_spans(gold, options.spoil, options.seed)) for gold in golds],
            "none": [(gold, ()) for gold in golds],
        }
        print(f"{path.parent.name}/{path.name}: {len(golds)} records")  # noqa: T201
        for name, tagger in taggers:
            for source, pairs in sources.items():
                if source != "gold" and tagger.settings.candidates == "words":
                    continue
                figures = score(tagger, pairs)
                numbers = "  ".join(f"{key} {figures[key]:.3f}" for key in ("p5", "r5", "f5", "p10", "r10", "f10"))
                print(f"  {name:44} spans {source:6} {numbers}  {figures['ms']:.1f} ms")  # noqa: T201


if __name__ == "__main__":
    main()
