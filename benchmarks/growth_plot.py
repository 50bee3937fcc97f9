"""The pictures of ``docs/growth.md``, drawn from the results of ``benchmarks/growth.py``; needs matplotlib."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import matplotlib as mpl

mpl.use("svg")
import matplotlib.pyplot as plt

IMAGES: Final = Path(__file__).resolve().parent.parent / "docs" / "images"
POINTS: Final = 40
"""Points of a curve; more make the file larger, not the picture clearer."""

Samples = Sequence[dict[str, float]]


def draw(results: Path) -> None:
    """Draw every picture that the results hold the figures of."""
    found: dict[str, Any] = json.loads(results.read_text(encoding="utf-8"))
    # Text stays text, and the same results give the same bytes.
    plt.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "biaotu", "font.size": 9, "axes.grid": True})
    plt.rcParams.update({"axes.spines.top": False, "axes.spines.right": False, "grid.alpha": 0.3})
    runs = {name: found[name]["samples"] for name in ("words", "photos") if name in found}
    if runs:
        _pair(runs, "growth-annotate.svg", "CPU, ms a record", "records")
    if "read" in found:
        endings = ("jsonl", "csv", "xlsx")
        _pair({name: found["read"][name]["samples"] for name in endings}, "growth-read.svg", "CPU, ms a row", "rows")
    counts = {name: found[name]["samples"] for name in ("statistics", "statistics_plain") if name in found}
    if counts:
        _pair(counts, "growth-statistics.svg", "CPU, ms a text", "texts")
    if "store" in found:
        _store(found["store"]["steps"])


def _pair(runs: dict[str, Samples], name: str, cost: str, unit: str) -> None:
    """Cost of a record on the left, memory on the right."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(8, 2.8))
    for label, samples in runs.items():
        some = _thinned([sample for sample in samples if sample["records"]])
        places = [after["records"] for _, after in pairwise(some)]
        spent = [
            1000 * (after["cpu"] - before["cpu"]) / (after["records"] - before["records"])
            for before, after in pairwise(some)
        ]
        left.plot(places, spent, label=label)
        right.plot([one["records"] for one in some], [one["rss"] for one in some], label=label)
    left.set(xlabel=unit, ylabel=cost, ylim=(0, None))
    right.set(xlabel=unit, ylabel="resident memory, MB", ylim=(0, None))
    left.legend()
    _save(figure, name)


def _store(steps: Sequence[dict[str, float]]) -> None:
    """What an import costs and how long answers take, by the size of the store."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(8, 2.8))
    sizes = [step["records"] for step in steps]
    left.plot(sizes, [step["import_cpu_ms"] for step in steps], "o-", label="import, CPU ms a record")
    left.set(xlabel="records in the store", xscale="log", ylim=(0, None))
    for name, label in (("words_ms", "search, words"), ("meaning_ms", "search, meaning"), ("read_ms", "read a record")):
        right.plot(sizes, [step[name] for step in steps], "o-", label=label)
    right.set(xlabel="records in the store", ylabel="CPU, ms", xscale="log", yscale="log")
    left.legend()
    right.legend()
    _save(figure, "growth-store.svg")


def _thinned(samples: Samples) -> Samples:
    """Samples with about as many records between them, ``POINTS`` at most."""
    step = max(1, samples[-1]["records"] / POINTS)
    some = [samples[0]]
    for sample in samples[1:]:
        if sample["records"] >= some[-1]["records"] + step:
            some.append(sample)
    return some


def _save(figure: Any, name: str) -> None:
    figure.tight_layout()
    figure.savefig(IMAGES / name, metadata={"Date": None})
    plt.close(figure)
