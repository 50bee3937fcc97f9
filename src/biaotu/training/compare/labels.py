"""The table of the picture labels: words, photos, and the ways to join them, each with a side missing.

All rows read the same features and the same cases; what differs is what is trained and how the two sides meet:

    text only, photo only      a network that never sees the other side
    late fusion                the mean logits of those two; and weights for them, fitted on half of the pairs
    three-segment fusion       the default (paper 4.1 with strangers); without strangers; without the third segment

The missing-modality columns are the museum pairs (a photo with its own text): both, text alone, photo alone. Fusion is
balanced when both together do no worse than the better side alone, and neither side alone breaks down.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import torch
from sklearn.linear_model import LogisticRegression

from biaotu.training.compare.tables import Row, Runs, Scores, Table
from biaotu.training.config import LabelConfig
from biaotu.training.labels.batches import LabelExample
from biaotu.training.labels.data import text_only
from biaotu.training.labels.material import LabelMaterial, gather
from biaotu.training.labels.run import trained
from biaotu.training.labels.score import PAIRS, judged_sides
from biaotu.training.labels.train import AnyLabelNetwork, logits_of

Floats = npt.NDArray[np.float64]
EPOCHS: Final = 3
"""Of every row; the shipped network is trained longer."""
COMMAND: Final = "biaotu-train compare labels --config configs/labels.toml --data ../shared --out runs/default"
BOTH, TEXT, PHOTO = "pairs: both", "pairs: text alone", "pairs: photo alone"


@dataclass(frozen=True, slots=True)
class Part:
    """A column: a dev set read with both sides or with one."""

    column: str
    dev: str
    text: bool = True
    photo: bool = True


class LabelComparison:
    """Trains the rows on material that is gathered when the first of them is really run."""

    def __init__(self, config: LabelConfig, data: Path, out: Path, report: Callable[[str], None]) -> None:
        stage = replace(config.stage, epochs=EPOCHS)
        self.config = replace(config, stage=stage)
        self._place = (data, out)
        self._report = report
        self._gathered: LabelMaterial | None = None
        self._kept_words: dict[int, AnyLabelNetwork] = {}
        self._kept_photos: dict[int, AnyLabelNetwork] = {}

    @property
    def material(self) -> LabelMaterial:
        """Cases and features, the same for all rows."""
        if self._gathered is None:
            self._gathered = gather(self.config, *self._place, self._report)
        return self._gathered

    @property
    def parts(self) -> list[Part]:
        """The columns for which there are cases."""
        return [part for part in parts(self.config) if part.dev in self.material.dev]

    def knobs(self) -> dict[str, Any]:
        """What decides the figures of all rows."""
        config = asdict(self.config)
        return {key: config[key] for key in ("encoders", "data", "network", "stage")}

    def fused(self, config: LabelConfig) -> Callable[[int], Scores]:
        """A run of a fused network."""

        def run(seed: int) -> Scores:
            net = trained(replace(config, seed=seed), self.material, self._report, watch=False)
            return self._scores({part: self._logits(net, part) for part in self.parts})

        return run

    def text_only(self, seed: int) -> Scores:
        """Words alone: a photo, where there is one, is not looked at."""
        net = self._words(seed)
        return self._scores({part: self._logits(net, part, photo=False) for part in self.parts if part.text})

    def photo_only(self, seed: int) -> Scores:
        """Photos alone."""
        net = self._photos(seed)
        return self._scores({part: self._logits(net, part, text=False) for part in self.parts if part.photo})

    def late(self, *, fitted: bool) -> Callable[[int], Scores]:
        """A run of late fusion: both networks' logits, joined by their mean or by ``cross_fitted`` weights."""

        def run(seed: int) -> Scores:
            joined: dict[Part, Floats] = {}
            for part in self.parts:
                sides = []
                if part.text:
                    sides.append(self._logits(self._words(seed), part, photo=False))
                if part.photo:
                    sides.append(self._logits(self._photos(seed), part, text=False))
                if fitted and len(sides) == 2:
                    joined[part] = cross_fitted(sides[0], sides[1], self.material.dev[part.dev].cases)
                else:
                    joined[part] = np.mean(sides, axis=0)
            return self._scores(joined)

        return run

    def _words(self, seed: int) -> AnyLabelNetwork:
        """The network that sees words alone, trained once a seed."""
        if seed not in self._kept_words:
            alone = replace(self.material, texts=text_only(self.material.texts), photos=[])
            self._kept_words[seed] = trained(replace(self.config, seed=seed), alone, self._report, watch=False)
        return self._kept_words[seed]

    def _photos(self, seed: int) -> AnyLabelNetwork:
        """The network that sees photos alone, trained once a seed."""
        if seed not in self._kept_photos:
            alone = replace(self.material, texts=[])
            self._kept_photos[seed] = trained(replace(self.config, seed=seed), alone, self._report, watch=False)
        return self._kept_photos[seed]

    def _logits(self, net: AnyLabelNetwork, part: Part, *, text: bool = True, photo: bool = True) -> Floats:
        dev = self.material.dev[part.dev]
        sides = {"text": text and part.text, "photo": photo and part.photo}
        return logits_of(net, dev.cases, dev.regions, **sides).astype(np.float64)

    def _scores(self, logits: dict[Part, Floats]) -> Scores:
        scores: dict[str, float] = {}
        for part, found in logits.items():
            micro, macro = f1(found, self.material.dev[part.dev].cases)
            scores[part.column], scores[f"{part.column}, macro"] = micro, macro
        return scores


def parts(config: LabelConfig) -> list[Part]:
    """The columns of a config's dev sets, the missing-modality columns last."""
    found = []
    for name in config.data.dev:
        photos = name == config.data.photos_dev
        column = name.removesuffix("/dev.jsonl") + (": photo" if photos else ": text")
        found.append(Part(column, name, text=not photos, photo=photos))
    return [*found, Part(BOTH, PAIRS), Part(TEXT, PAIRS, photo=False), Part(PHOTO, PAIRS, text=False)]


def f1(logits: Floats, cases: Sequence[LabelExample]) -> tuple[float, float]:
    """Micro F1 over the judged labels at a threshold of one half, and macro F1 over the labels that occur."""
    target, judged = judged_sides(cases)
    found, wanted = (logits >= 0) & judged, target & judged
    right, said, meant = ((found & wanted).sum(0), found.sum(0), wanted.sum(0))
    each = 2 * right / np.maximum(1, said + meant)
    return float(2 * right.sum() / max(1, (said + meant).sum())), float(each[meant > 0].mean()) if meant.any() else 0.0


def cross_fitted(words: Floats, photos: Floats, cases: Sequence[LabelExample]) -> Floats:
    """Joined logits ``w words + p photos + b``, each half with weights of the other; photos of one text lie together.

    The weights come from a logistic regression over all judged labels: what late fusion can do at best, fitted on
    photos that the network does not know.
    """
    texts = [case.states[0].tobytes() for case in cases]
    number = {text: place for place, text in enumerate(dict.fromkeys(texts))}
    odd = np.array([number[text] % 2 == 1 for text in texts])
    target, judged = judged_sides(cases)
    sides, joined = np.stack([words, photos], 2), np.zeros_like(words)
    for half in (odd, ~odd):
        wanted = target[half][judged[half]]
        if wanted.any() and not wanted.all():
            model = LogisticRegression().fit(sides[half][judged[half]], wanted)
            joined[~half] = sides[~half] @ model.coef_[0] + model.intercept_[0]
        else:  # nothing to learn from
            joined[~half] = sides[~half].mean(2)
    return joined


def compare_labels(
    config: LabelConfig,
    data: Path,
    out: Path,
    report: Callable[[str], None],
    *,
    seeds: Sequence[int] = (1, 2, 3),
) -> Table:
    """Run what has not been run, and lay out the table.

    Args:
        config: the default recipe; all rows take ``EPOCHS`` epochs of it.
        data: folder of the data sets.
        out: holds encoders, features, and the figures of finished runs under ``labels/``.
        report: told what is going on.
        seeds: of the trainings.
    """
    torch.set_num_threads(config.threads)
    one, runs = LabelComparison(config, data, out, report), Runs(out / "labels", report)
    trusting = replace(one.config, stage=replace(one.config.stage, strangers=0.0))
    without_third = replace(one.config, network=replace(one.config.network, third_segment=False))
    rows: list[Row] = []
    for name, key, compute in (
        ("text only", "text", one.text_only),
        ("photo only", "photo", one.photo_only),
        ("late fusion, mean", "late", one.late(fitted=False)),
        ("late fusion, weights fitted on the other half of the pairs", "late-fitted", one.late(fitted=True)),
        ("three-segment fusion without strangers", "no-strangers", one.fused(trusting)),
        ("default without the third segment", "no-third", one.fused(without_third)),
        ("default: three-segment fusion with strangers", "default", one.fused(one.config)),
    ):
        rows.append(runs.row(name, key, {"row": key, **one.knobs()}, compute, seeds))
    columns = tuple(part.column for part in parts(config))
    notes = (
        f"Micro F1 over the judged labels, thresholds of one half, {EPOCHS} epochs a row. Pairs: photos of "
        f"{config.data.photos_dev} that come with a text of their own; a dash: the row reads nothing there.",
        "The paper's joint form (the segments inside the text encoder, which is trained with them) has no row: it "
        'sends every case through all layers; `fusion = "joint"` in the config trains it.',
    )
    return Table("labels", "Picture labels", columns, tuple(rows), COMMAND, tuple(seeds), notes)
