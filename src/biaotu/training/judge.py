"""Scores of a bundle on the dev sets, written into its manifest. Never a test split."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from biaotu.evaluation import evaluate_attributes, evaluate_labels, evaluate_tags, pair_up
from biaotu.pipeline import load
from biaotu.records import Annotation
from biaotu.records.gold import read_gold
from biaotu.runtime import Manifest
from biaotu.training.export import write_manifest

TEXTS = ("corpus/dev.jsonl", "real/dev.jsonl")
PHOTOS = "images/dev.jsonl"


def judge_bundle(bundle: Path, manifest: Manifest, data: Path, report: Callable[[str], None]) -> Manifest:
    """Annotate the dev sets with the bundle, score them, keep the scores in the manifest.

    Returns:
        The manifest with ``scores``: command -> scores as ``biaotu evaluate --json`` prints them, without the parts
        per label and type.
    """
    scores: dict[str, Any] = {}
    for name in TEXTS:
        gold = list(read_gold(data / name))
        answers = load(bundle, without_images=True).annotate_many(item.record for item in gold)
        pairs = pair_up(gold, [answer for answer in answers if isinstance(answer, Annotation)]).pairs
        for kind, judge in (("tags", evaluate_tags), ("labels", evaluate_labels), ("attributes", evaluate_attributes)):
            scores[f"biaotu evaluate {kind} {name}"] = _short(judge(pairs).to_dict())
    gold = list(read_gold(data / PHOTOS))
    answers = load(bundle, without_text=True).annotate_many(item.record for item in gold)
    pairs = pair_up(gold, [answer for answer in answers if isinstance(answer, Annotation)]).pairs
    scores[f"biaotu evaluate labels {PHOTOS} --without-text"] = _short(evaluate_labels(pairs).to_dict())
    for command, result in scores.items():
        report(f"{command}: {result}")
    judged = replace(manifest, scores=scores)
    write_manifest(bundle, judged)
    return judged


def _short(result: Mapping[str, Any]) -> dict[str, Any]:
    """Top-level figures only, to four places."""
    kept = {}
    for name, value in result.items():
        if name in {"per_label", "per_type"} or not isinstance(value, Mapping):
            continue
        kept[name] = {key: _rounded(entry) for key, entry in value.items()}
    return kept


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 4)
    if isinstance(value, Mapping):
        return {key: _rounded(entry) for key, entry in value.items()}
    return value
