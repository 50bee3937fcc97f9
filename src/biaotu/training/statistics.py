"""Builds the word statistics of the bundle from texts: ``python -m biaotu.training.statistics -o FILE IN...``.

The inputs are JSON Lines with ``title`` and ``description`` (either may be missing; inline marks are taken out).
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from biaotu.records.gold import read_gold
from biaotu.text.lexicon import Lexicon
from biaotu.text.reading import Reading, read
from biaotu.text.segment import Segmenter
from biaotu.text.statistics import WordStatistics, build_statistics


def readings(paths: Iterable[Path]) -> Iterator[Reading]:
    """The texts of JSON Lines files, one at a time.

    Raises:
        InputError: at the first line that is no record.
    """
    for path in paths:
        for gold in read_gold(path):
            yield read(gold.record.title, gold.record.description)


def build(paths: Sequence[Path], *, min_count: int = 3) -> WordStatistics:
    """Word statistics of the given files, segmented with the built-in lexicon."""
    return build_statistics(readings(paths), Segmenter(Lexicon.load().words), min_count=min_count)


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line of this script."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("inputs", nargs="+", type=Path)
    parser.add_argument("-o", "--output", type=Path, required=True)
    parser.add_argument("--min-count", type=int, default=3)
    options = parser.parse_args(arguments)
    statistics = build(options.inputs, min_count=options.min_count)
    statistics.save(options.output)
    counts = {"words": len(statistics.words), "total": statistics.total, "tails": len(statistics.tails)}
    print(json.dumps(counts | {"titles": statistics.titles}))  # noqa: T201


if __name__ == "__main__":
    main()
