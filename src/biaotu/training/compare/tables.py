"""A table of rows with their scores: kept run by run, printed, and saved as CSV and Markdown with how it was made.

A row is a method, a column a score; each cell holds one figure a seed. ``Runs`` keeps the figures of every finished
(row, seed) in a JSON file, so that a comparison of hours goes on where it was stopped.
"""

from __future__ import annotations

import csv
import json
import os
import platform
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

Scores = Mapping[str, float]
"""Column -> figure."""

PACKAGES: Final = ("biaotu", "torch", "onnxruntime", "scikit-learn", "jieba", "keybert", "python-crfsuite")


@dataclass(frozen=True, slots=True)
class Row:
    """A method with its figures, ``runs`` holding one mapping a seed (one in all where nothing is random)."""

    name: str
    runs: tuple[Scores, ...]

    def figures(self, column: str) -> list[float]:
        """The figures of a column, a seed each; empty where the row has no such score."""
        return [float(run[column]) for run in self.runs if column in run]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a title.

    Attributes:
        name: of the files, ASCII.
        title: what a reader sees.
        columns: those shown in Markdown, in order; the CSV holds all.
        rows: the methods.
        command: that repeats the table.
        seeds: of the runs.
        notes: sentences below the table.
    """

    name: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    command: str
    seeds: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()

    def markdown(self) -> str:
        """The table with mean and spread (sample standard deviation over the seeds), and how it was made."""
        lines = [
            f"# {self.title}",
            "",
            "| | " + " | ".join(self.columns) + " |",
            "| --- " * (len(self.columns) + 1) + "|",
        ]
        for row in self.rows:
            cells = [_cell(row.figures(column)) for column in self.columns]
            lines.append(f"| {row.name} | " + " | ".join(cells) + " |")
        lines += ["", *self.notes] if self.notes else []
        lines += ["", f"Command: `{self.command}`", "", f"Made with: {machine()}; {versions()}"]
        if self.seeds:
            lines[-1] += f"; seeds {', '.join(map(str, self.seeds))}"
        return "\n".join(lines) + ".\n"

    def save(self, folder: Path) -> None:
        """Write ``NAME.md`` and ``NAME.csv`` (row, column, figure of each seed, mean, spread)."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{self.name}.md").write_text(self.markdown(), encoding="utf-8")
        most = max((len(row.runs) for row in self.rows), default=0)
        with (folder / f"{self.name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(["row", "score", "mean", "spread", *(f"run {number}" for number in range(1, most + 1))])
            for row in self.rows:
                for column in dict.fromkeys(name for run in row.runs for name in run):
                    figures = row.figures(column)
                    spread = f"{statistics.stdev(figures):.4f}" if len(figures) > 1 else ""
                    mean = f"{statistics.fmean(figures):.4f}"
                    writer.writerow([row.name, column, mean, spread, *(f"{figure:.4f}" for figure in figures)])


def _cell(figures: Sequence[float]) -> str:
    if not figures:
        return "-"
    mean = f"{statistics.fmean(figures):.3f}"
    return mean if len(figures) < 2 else f"{mean} ± {statistics.stdev(figures):.3f}"


class Runs:
    """Figures of finished runs, kept in ``folder``: one JSON file for each row and seed.

    Args:
        folder: where the files lie.
        report: told what is run and what was found.
    """

    def __init__(self, folder: Path, report: Callable[[str], None]) -> None:
        self._folder = folder
        self._report = report

    def row(
        self, name: str, key: str, knobs: Any, compute: Callable[[int], Scores], seeds: Sequence[int] = (1,)
    ) -> Row:
        """The row of a method: what was computed with the same knobs is read, the rest is computed and kept.

        Args:
            name: as shown.
            key: of the files, ASCII.
            knobs: everything that decides the figures, as JSON types; other knobs, other run.
            compute: gives the figures of a seed.
            seeds: one run each.
        """
        return Row(name, tuple(self._one(key, knobs, compute, seed) for seed in seeds))

    def _one(self, key: str, knobs: Any, compute: Callable[[int], Scores], seed: int) -> Scores:
        path = self._folder / f"{key}-{seed}.json"
        wanted = json.loads(json.dumps(knobs, ensure_ascii=False))
        if path.exists():
            document = json.loads(path.read_text(encoding="utf-8"))
            if document["knobs"] == wanted:
                return dict(document["scores"])
        self._report(f"{key}, seed {seed}")
        scores = {column: round(float(figure), 5) for column, figure in compute(seed).items()}
        self._folder.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(".part")
        fresh.write_text(
            json.dumps({"knobs": wanted, "scores": scores}, ensure_ascii=False, indent=1), encoding="utf-8"
        )
        fresh.replace(path)
        self._report(f"{key}, seed {seed}: " + ", ".join(f"{column} {figure:.4f}" for column, figure in scores.items()))
        return scores


def versions() -> str:
    """Python and the packages that decide figures, with their versions."""
    found = [f"Python {platform.python_version()}"]
    for name in PACKAGES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            continue
    return ", ".join(found)


def machine() -> str:
    """The processor and how many of its cores there are."""
    model = platform.processor() or platform.machine()
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                model = line.partition(":")[2].strip()
                break
    except OSError:
        pass  # no such file outside Linux
    return f"{model}, {os.cpu_count()} cores"
