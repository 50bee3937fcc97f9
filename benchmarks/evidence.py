"""How good evidence is, by deletion curves; how fast it comes; how well text vectors find what belongs together.

    python benchmarks/evidence.py words ../shared/real/dev.jsonl --limit 60
    python benchmarks/evidence.py photos ../shared/images/dev.jsonl --limit 60
    python benchmarks/evidence.py speed ../shared/images/dev.jsonl --limit 40
    python benchmarks/evidence.py vectors ../shared/real/unlabelled.jsonl --limit 6500

Deletion curve: take the parts that a way of weighing calls the strongest out of the record itself - words out of the
text, which is encoded anew; regions out of the photo, painted over or blurred, which is encoded anew - and tell by how
much the log-odds of an accepted label have fallen. The faster they fall, the better the way knows what the models look
at. Attention is read from the label network's softmax (needs the package onnx, as in training).
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
from PIL import Image, ImageFilter

from biaotu import fusion, images, pipeline, text
from biaotu.evidence.labels import ROUNDS
from biaotu.evidence.regions import covered
from biaotu.evidence.weighing import by_leaving_out, by_masks, by_turns
from biaotu.evidence.words import rows_kept, words_of
from biaotu.models import Models
from biaotu.records.gold import GoldRecord, read_gold
from biaotu.runtime import Bundle

WORDS_GONE = (1, 2, 3, 5, 8)
REGIONS_GONE = (2, 5, 10, 15, 24)
Curves = dict[str, list[list[float]]]


class Attention:
    """What the [CLS] of the fused network looks at: the softmax of its one block, mean of the heads."""

    def __init__(self, bundle: Bundle) -> None:
        graph = onnx.load(str(bundle.path("labels.onnx")))
        softmax = next(node for node in graph.graph.node if node.op_type == "Softmax").output[0]
        graph.graph.output.append(onnx.helper.make_tensor_value_info(softmax, onnx.TensorProto.FLOAT, None))
        self._output = softmax
        self._session = onnxruntime.InferenceSession(graph.SerializeToString())

    def of(self, states: np.ndarray | None, regions: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
        """Attention to each state and to each region."""
        shapes = {entry.name: entry.shape for entry in self._session.get_inputs()}
        feeds = {
            "states": np.zeros((1, 2, shapes["states"][2]), np.float32) if states is None else states,
            "regions": np.zeros(shapes["regions"], np.float32) if regions is None else regions,
            "has_text": np.array([states is not None], np.float32),
            "has_image": np.array([regions is not None], np.float32),
        }
        weights = self._session.run([self._output], feeds)[0]
        row = weights.reshape(-1, weights.shape[-1]).mean(axis=0)  # [CLS], states, regions, [SEP], average
        count = feeds["states"].shape[1]
        return row[1 : 1 + count], row[1 + count : 1 + count + feeds["regions"].shape[1]]


def accepted(models: Models, logits: np.ndarray) -> list[int]:
    """Columns of the labels that pass their threshold, at most three."""
    sure = fusion.sigmoid(logits)
    return [column for column in np.argsort(-sure)[:3] if sure[column] >= models.label_thresholds[column]]


def fall(order: np.ndarray, steps: tuple[int, ...], score: Callable[[np.ndarray], float]) -> list[float]:
    """How far the score has fallen once the first 1, 2, ... parts of the order are gone."""
    whole = score(np.ones(len(order), bool))
    curve = []
    for step in steps:
        kept = np.ones(len(order), bool)
        kept[order[:step]] = False
        curve.append(whole - score(kept) if step < len(order) else float("nan"))
    return curve


def words(models: Models, attention: Attention, gold: list[GoldRecord]) -> Curves:
    """Curves of every way to weigh words, the text alone being read."""
    curves: Curves = defaultdict(list)
    rng = np.random.default_rng(0)
    for entry in gold:
        reading = text.read(entry.record.title, entry.record.description)
        window = next(iter(models.pieces.windows(reading.text)))
        states = models.states(window)
        found = words_of(reading, window, models.segmenter)
        if len(found) <= max(WORDS_GONE):
            continue
        count = states.shape[1]

        def fast(kept: np.ndarray) -> np.ndarray:
            return models.label_logits(window, states[:, rows_kept(found, kept, count)], None)  # noqa: B023

        def true(kept: np.ndarray) -> np.ndarray:
            rows = rows_kept(found, kept, count)  # noqa: B023
            ids = window.ids[:, rows]  # noqa: B023
            again = np.asarray(models._networks["text_encoder"].run({"ids": ids})["states"], np.float32)
            return models.label_logits(window, again, None)  # noqa: B023

        looks = attention.of(states, None)[0]
        out, turns = by_leaving_out(fast, len(found)), by_turns(fast, len(found))
        for column in accepted(models, models.label_logits(window, states, None)):
            ways = {
                "left out and left alone": turns[:, column],
                "left out": out[:, column],
                "attention": np.array([looks[list(word.rows)].sum() for word in found]),
                "random": rng.random(len(found)),
            }
            for name, weights in ways.items():
                curves[name].append(fall(np.argsort(-weights), WORDS_GONE, lambda kept: float(true(kept)[column])))  # noqa: B023
    return curves


def photos(models: Models, attention: Attention, gold: list[GoldRecord]) -> Curves:
    """Curves of every way to weigh regions, the photo alone being seen."""
    curves: Curves = defaultdict(list)
    rng = np.random.default_rng(0)
    for entry in gold:
        (photo, *_), _ = images.load_photos(entry.record, models.preprocessing)
        pixels, regions = photo.pixels, models.regions(photo.pixels)
        count = regions.shape[1]
        mean = regions.mean(axis=1, keepdims=True)
        blurred = np.asarray(Image.fromarray(pixels).filter(ImageFilter.GaussianBlur(20)))

        def score(kept: np.ndarray) -> np.ndarray:
            return models.label_logits(None, None, models.regions(covered(pixels, kept)))  # noqa: B023

        def blur(kept: np.ndarray) -> np.ndarray:
            side = int(len(kept) ** 0.5)
            cells = np.kron(kept.reshape(side, side), np.ones((-(-pixels.shape[0] // side),) * 2, bool))  # noqa: B023
            keep = cells[: pixels.shape[0], : pixels.shape[1], None]  # noqa: B023
            return models.label_logits(None, None, models.regions(np.where(keep, pixels, blurred)))  # noqa: B023

        def state(kept: np.ndarray) -> np.ndarray:
            return models.label_logits(None, None, np.where(kept[None, :, None], regions, mean))  # noqa: B023

        looks = attention.of(None, regions)[1]
        masks, other = by_masks(score, count, ROUNDS), by_masks(score, count, ROUNDS, seed=1)
        single, states = by_leaving_out(score, count), by_leaving_out(state, count)
        for column in accepted(models, models.label_logits(None, None, regions)):
            curves["(two draws of masks: correlation)"].append(
                [float(np.corrcoef(masks[:, column], other[:, column])[0, 1])] * len(REGIONS_GONE)
            )
            ways = {
                "random quarters covered": masks[:, column],
                "one region covered": single[:, column],
                "one region's state blanked": states[:, column],
                "attention": looks,
                "random": rng.random(count),
            }
            for name, weights in ways.items():
                order = np.argsort(-weights)
                for told, judge in (("painted over", score), ("blurred", blur)):
                    curve = fall(order, REGIONS_GONE, lambda kept: float(judge(kept)[column]))  # noqa: B023
                    curves[f"{name}, {told}"].append(curve)
    return curves


def speed(annotator: pipeline.Annotator, gold: list[GoldRecord]) -> Iterator[str]:
    """Milliseconds of one ``explain`` on one thread, by kind of item."""
    spent: dict[str, list[float]] = defaultdict(list)
    for entry in gold:
        record = entry.record
        asked = {"label": "label:material:metal", "label, second of a record": "label:use:weapon"}
        if len(record.title) >= 2:
            asked |= {"tag": f"tag:{record.title[-2:]}", "value": "span:title:0:2:person"}
        for kind, item in asked.items():
            start = time.thread_time()
            annotator.explain(record, item)
            spent[kind].append(1000 * (time.thread_time() - start))
    for kind, times in spent.items():
        yield f"{kind:28} n={len(times):4}  median {np.median(times):6.0f} ms  95% {np.quantile(times, 0.95):6.0f} ms"


def vectors(models: Models, path: Path, limit: int) -> Iterator[str]:
    """Recall of a title's own description among all, by what is made of the states."""
    with path.open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    rows = [row for row in rows if len(row["title"]) >= 2 and len(row["description"]) >= 10]
    random.Random(0).shuffle(rows)
    sides: dict[str, list[np.ndarray]] = {"title": [], "description": []}
    for row in rows[:limit]:
        for side, found in sides.items():
            windows = models.pieces.windows(text.read(row[side], "").text)
            states = [models.states(window)[0] for window in windows]
            found.append(np.concatenate(states).mean(axis=0) if states else np.zeros(models._states_width))
    title, body = (np.stack(found) for found in sides.values())
    last = models._last_layer
    for name, columns in (("last layer", last), ("all layers", slice(None))):
        one, two = _units(title[:, columns]), _units(body[:, columns])
        centre = two.mean(axis=0)
        for told, query, texts in ((name, one, two), (f"{name}, centred", one - centre, two - centre)):
            likeness = _units(query) @ _units(texts).T
            rank = (likeness > np.diag(likeness)[:, None]).sum(axis=1)
            yield f"{told:24} n={len(rank)}  recall@1 {(rank < 1).mean():.3f}  recall@10 {(rank < 10).mean():.3f}"


def _units(rows: np.ndarray) -> np.ndarray:
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)


def _spread(gold: list[GoldRecord], limit: int) -> list[GoldRecord]:
    """A sample, the same each time."""
    return random.Random(0).sample(gold, min(limit, len(gold)))


def main() -> None:
    """Parse the command line and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["words", "photos", "speed", "vectors"])
    parser.add_argument("file", type=Path)
    parser.add_argument("--bundle", type=Path, help="the model bundle; the shipped one by default")
    parser.add_argument("--limit", type=int, default=60, help="how many records")
    options = parser.parse_args()
    annotator = pipeline.load(options.bundle, threads=1)
    models: Any = annotator._models
    lines: Iterator[str]
    if options.what == "vectors":
        lines = vectors(models, options.file, options.limit)
    elif options.what == "speed":
        lines = speed(annotator, _spread(list(read_gold(options.file)), options.limit))
    else:
        weigh, steps = (words, WORDS_GONE) if options.what == "words" else (photos, REGIONS_GONE)
        gold = _spread(list(read_gold(options.file)), options.limit)
        curves = weigh(models, Attention(Bundle(options.bundle)), gold)
        sys.stdout.write(f"{'fall of the log-odds once gone:':44} {steps}\n")
        lines = (
            f"{name:44} {np.round(np.nanmean(curve, axis=0), 2)}  mean {np.nanmean(curve):.2f}  n={len(curve)}"
            for name, curve in sorted(curves.items(), key=lambda pair: -np.nanmean(pair[1]))
        )
    for line in lines:
        sys.stdout.write(line + "\n")


if __name__ == "__main__":
    main()
