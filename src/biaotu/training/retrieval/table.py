"""The tables of ``docs/retrieval.md``: ways to compare words with photos, and photos with photos, on the dev photos."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
import torch

from biaotu.runtime import Bundle
from biaotu.search.space import RetrievalSpace
from biaotu.training.retrieval.baselines import cca, ridge
from biaotu.training.retrieval.config import RetrievalConfig
from biaotu.training.retrieval.judge import Judge, Way, by_labels, raw, rooted
from biaotu.training.retrieval.material import Case
from biaotu.training.retrieval.run import Workshop

_COLUMNS: Final = (
    *(f"{way} {key}" for way in ("title to photo", "record to photo") for key in ("r1", "r5", "r10", "mrr")),
    *(f"{way} {key}" for way in ("photo to title", "photo to record") for key in ("r1", "r5", "r10", "mrr")),
    "class names p10",
    "label names p10",
    "unseen names p10",
)
Figures = dict[str, float]


def compare_ways(
    config: RetrievalConfig, data: Path, bundle: Path, out: Path, *, seeds: int, report: Callable[[str], None]
) -> str:
    """Train every way and judge it on the dev photos.

    Args:
        config: the knobs; the width of the learnt part is the width of all.
        data: folder of the data sets.
        bundle: the bundle whose encoders are used; it stays as it is.
        out: folder of the run.
        seeds: how often what is random is trained; figures are then mean and spread.
        report: takes a line of progress.

    Returns:
        Two tables in Markdown.
    """
    torch.set_num_threads(config.threads)
    shop = Workshop(config, data, Bundle(bundle), out, report)
    judge, width = shop.judge, config.learnt.width
    rows: dict[str, list[Figures]] = {"label probabilities": [judge.all(Way(by_labels, by_labels))]}
    closed: dict[str, Callable[[list[Case]], Way]] = {
        "ridge regression": lambda cases: ridge(cases, shop.sides),
        f"canonical correlation, {width}": lambda cases: cca(cases, shop.sides, width),
    }
    for name, fit in closed.items():
        unseen = judge.names(fit(shop.seen), shop.held_back)
        rows[name] = [_with(judge.all(fit(shop.cases)), unseen)]
        report(f"{name} done")
    for seed in range(1, seeds + 1):
        whole, seen = shop.space(seed=seed), shop.space(seed=seed, unseen=True)
        changes = {f"learnt part alone, {width}": _learnt, "named part alone": _named, "both, the default": Way.of}
        for name, change in changes.items():
            if whole.named is not None or change is _learnt:
                figures = _with(judge.all(change(whole)), judge.names(change(seen), shop.held_back))
                rows.setdefault(name, []).append(figures)
        report(f"seed {seed} done")
    return f"{_table(rows)}\n\n{_views(judge, whole)}"


def _learnt(space: RetrievalSpace) -> Way:
    return Way.of(replace(space, named=None))


def _named(space: RetrievalSpace) -> Way:
    """The named part by itself: the learnt one is given next to no length."""
    named = space.named
    return Way.of(space if named is None else replace(space, named=replace(named, weight=1e6)))


def _with(figures: Figures, unseen: float | None) -> Figures:
    return figures if unseen is None else {**figures, "unseen names p10": unseen}


def _table(rows: dict[str, list[Figures]]) -> str:
    lines = [f"| way | {' | '.join(_COLUMNS)} |", "| --- |" + " --- |" * len(_COLUMNS)]
    lines += [f"| {name} | {' | '.join(_cell(found, column) for column in _COLUMNS)} |" for name, found in rows.items()]
    return "\n".join(lines)


def _cell(found: list[Figures], column: str) -> str:
    values = [figures[column] for figures in found if column in figures]
    if not values:
        return "-"
    spread = f" ± {np.std(values):.3f}" if len(values) > 1 and np.std(values) > 0 else ""
    return f"{np.mean(values):.3f}{spread}"


def _views(judge: Judge, space: RetrievalSpace) -> str:
    lines = ["| photo to photo | numbers | r1 | r10 |", "| --- | --- | --- | --- |"]
    width = judge.encoded.means.shape[1]
    for name, way, count in (
        ("means of regions", raw, width),
        ("their square roots", rooted, width),
        ("main directions of these, the default", space.photo_only, space.photo_width),
        ("the shared space", space.photo, space.width),
    ):
        figures = judge.views(way)
        lines.append(f"| {name} | {count} | {_cell([figures], 'r1')} | {_cell([figures], 'r10')} |")
    return "\n".join(lines)
