"""Holds the hybrid word similarity against public gold sets of Chinese word pairs; prints Spearman's rho.

Usage (from the repository's root):

    python benchmarks/wordsim_dev.py --bundle src/biaotu/bundle \
        ../shared/benchmarks/wordsim/COS960_all.txt ../shared/benchmarks/wordsim/pku-500.csv

A gold file holds two words and a number a line, parted by white space; a first line beginning with ``#`` is a header.
COS960 and PKU-500 measure similarity, which the ranking wants; 240 and 297 measure relatedness. Every part is also
given alone, on the pairs that it knows (their number in brackets).
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from biaotu.ranking import Cilin, HybridSimilarity, RankingSettings, WordVectors
from biaotu.training.words import CILIN_FILE, VECTORS_FILE


def ranks(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Ranks from 1, ties share their mean rank."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return np.asarray((last - (counts - 1) / 2)[inverse])


def spearman(left: Sequence[float], right: Sequence[float]) -> float:
    """Spearman's rank correlation."""
    one, other = ranks(np.array(left, dtype=np.float64)), ranks(np.array(right, dtype=np.float64))
    return float(np.corrcoef(one, other)[0, 1])


def read_pairs(path: Path) -> list[tuple[str, str, float]]:
    """Word, word, gold similarity."""
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    cells = [line.split() for line in lines if line.strip() and not line.startswith("#")]
    return [(row[0], row[1], float(row[2])) for row in cells]


def report(path: Path, similarity: HybridSimilarity) -> str:
    """One line for one gold file."""
    pairs = read_pairs(path)
    gold = [number for _, _, number in pairs]
    whole = spearman([similarity.similarity(left, right) for left, right, _ in pairs], gold)
    line = f"{path.name:<16} all {len(pairs)} pairs: hybrid {whole:.3f}"
    vectors, cilin = similarity.vectors, similarity.cilin
    parts = {
        "vectors": [vectors.cosine(a, b) if a in vectors and b in vectors else None for a, b, _ in pairs],
        "vectors with composed words": [vectors.cosine(a, b) for a, b, _ in pairs],
        "cilin": [cilin.nearness(a, b) if a in cilin and b in cilin else None for a, b, _ in pairs],
    }
    for name, values in parts.items():
        known = [(value, number) for value, number in zip(values, gold, strict=True) if value is not None]
        line += f"; {name} {spearman(*zip(*known, strict=True)):.3f} ({len(known)})"
    return line


def main() -> None:
    """Parse the command line and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", nargs="+", type=Path)
    parser.add_argument("--bundle", type=Path, required=True, help="folder with the files of the ranking")
    for name in ("vectors", "thesaurus", "characters", "composed"):
        parser.add_argument(f"--{name}", type=float, default=getattr(RankingSettings(), name), help="weight")
    options = parser.parse_args()
    settings = replace(
        RankingSettings(),
        vectors=options.vectors,
        thesaurus=options.thesaurus,
        characters=options.characters,
        composed=options.composed,
    )
    similarity = HybridSimilarity(
        WordVectors.load(options.bundle / VECTORS_FILE), Cilin.load(options.bundle / CILIN_FILE), settings
    )
    for path in options.gold:
        sys.stdout.write(report(path, similarity) + "\n")


if __name__ == "__main__":
    main()
