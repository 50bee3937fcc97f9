"""How well the ranking tells tags that a photo shows from tags that it does not; with ``--fit``, chooses its settings.

Usage (from the repository's root):

    python benchmarks/ranking_dev.py --bundle src/biaotu/bundle ../shared/corpus/dev.jsonl ../shared/real/dev.jsonl

Which tags are shown is derived from the gold records as ``biaotu.training.ranking`` says.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from biaotu.ranking import LabelTerms, Ranker
from biaotu.records import Label, TextTag
from biaotu.records.gold import GoldRecord, read_gold
from biaotu.runtime import Bundle
from biaotu.training.compare.similarity import load_similarity
from biaotu.training.ranking import find_cases, fit_settings, score_ranking
from biaotu.training.words import TERMS_FILE


def milliseconds(ranker: Ranker, gold: list[GoldRecord]) -> float:
    """Mean time to rank one record's gold tags; every tag is new to the ranker unless records share it."""
    start = time.perf_counter()
    for record in gold:
        labels = [Label(name, 1.0, True) for name in record.material + record.use]
        ranker.rank([TextTag(tag, 1.0) for tag in record.tags], labels)
    return 1000 * (time.perf_counter() - start) / len(gold)


def main() -> None:
    """Parse the command line and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", nargs="+", type=Path)
    parser.add_argument("--bundle", type=Path, required=True, help="the model bundle")
    parser.add_argument("--fit", action="store_true", help="choose settings on all the gold files together")
    options = parser.parse_args()
    bundle = Bundle(options.bundle)
    similarity = load_similarity(bundle)
    terms = LabelTerms.load(bundle.path(TERMS_FILE))
    files = {path: list(read_gold(path)) for path in options.gold}
    if options.fit:
        cases = [case for gold in files.values() for case in find_cases(gold)]
        similarity = similarity.with_settings(fit_settings(similarity, terms, cases))
    sys.stdout.write(f"{similarity.settings}\n")
    for path, gold in files.items():
        spent = milliseconds(Ranker(similarity, terms), gold)
        scores = score_ranking(Ranker(similarity, terms), find_cases(gold))
        figures = "  ".join(
            f"{name} {value:.3f}" if isinstance(value, float) else f"{name} {value}"
            for name, value in scores.to_dict().items()
        )
        sys.stdout.write(f"{path.parent.name}/{path.name}  {figures}  {spent:.2f} ms a record\n")


if __name__ == "__main__":
    main()
