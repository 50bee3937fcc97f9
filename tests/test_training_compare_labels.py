"""The label table: its rows on the tiny data, its scores, late fusion."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np

from biaotu.taxonomy import LABELS
from biaotu.training.compare.labels import BOTH, PHOTO, TEXT, compare_labels, cross_fitted, f1
from biaotu.training.config import LabelConfig, load_config
from biaotu.training.labels.batches import LabelExample
from conftest import TinyRun


def case(text: int, labels: tuple[int, ...], judged: slice = slice(None)) -> LabelExample:
    target, seen = np.zeros(len(LABELS), np.float32), np.zeros(len(LABELS), np.float32)
    target[list(labels)], seen[judged] = 1, 1
    return LabelExample((np.full((2, 3), text, np.float16),), (0,), target, seen)


def test_every_row_is_run_once_and_scored_on_what_it_reads(tiny_run: TinyRun, tmp_path: Path) -> None:
    shutil.copytree(tiny_run.run, tmp_path / "run")
    config = load_config(tiny_run.run.parent / "labels.toml", LabelConfig)
    told: list[str] = []
    table = compare_labels(config, tiny_run.data, tmp_path / "run", told.append, seeds=(1, 2))
    assert table.columns == ("corpus: text", "images: photo", BOTH, TEXT, PHOTO)
    rows = {row.name: row for row in table.rows}
    assert len(rows) == 7 and all(len(row.runs) == 2 for row in rows.values())
    assert rows["text only"].figures(PHOTO) == rows["photo only"].figures("corpus: text") == []
    assert rows["text only"].figures(BOTH) == rows["text only"].figures(TEXT)
    late = rows["late fusion, mean"]
    assert late.figures(TEXT) == rows["text only"].figures(TEXT)
    assert late.figures(PHOTO) == rows["photo only"].figures(PHOTO)
    for row in rows.values():
        assert all(0 <= figure <= 1 for run in row.runs for figure in run.values())
    assert "| default: three-segment fusion with strangers |" in table.markdown()
    told.clear()
    assert compare_labels(config, tiny_run.data, tmp_path / "run", told.append, seeds=(1, 2)) == table
    assert told == []


def test_only_judged_labels_are_scored() -> None:
    cases = [case(1, (0, 12), slice(0, 10)), case(2, (1,))]
    logits = np.full((2, len(LABELS)), -1.0)
    logits[0, 0] = logits[1, 1] = logits[0, 20] = 1  # the last one was not judged
    assert f1(logits, cases) == (1.0, 1.0)
    logits[1, 5] = 1
    micro, macro = f1(logits, cases)
    assert micro == 0.8 and macro == 1.0  # macro: over the labels that occur


def test_late_fusion_learns_which_side_to_trust() -> None:
    rng = np.random.default_rng(0)
    cases = [case(number // 2, (number % 7, 10 + number % 5)) for number in range(80)]
    target = np.stack([one.target for one in cases])
    words = 2 * target - 1 + rng.normal(0, 0.5, target.shape)
    photos = rng.normal(0, 3, target.shape)
    joined = cross_fitted(words, photos, cases)
    assert f1(joined, cases)[0] > 0.85 > f1((words + photos) / 2, cases)[0]
    few = cross_fitted(words[:1], photos[:1], cases[:1])
    np.testing.assert_allclose(few, (words[:1] + photos[:1]) / 2)
