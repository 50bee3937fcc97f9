"""``biaotu-train distil``: a folder in the Hugging Face format that configs can name as text encoder."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from torch import Tensor, nn
from transformers import PreTrainedTokenizerFast

from biaotu.training.distil.config import DistilConfig
from biaotu.training.distil.states import States, grouped, padded, teach
from biaotu.training.distil.student import NewLayers, build_student, distances, joined
from biaotu.training.distil.texts import Ids, gather
from biaotu.training.encoders import DISTILLED, LoadedText, load_text_encoder
from biaotu.training.schedule import linear_decay

Report = Callable[[str], None]


def run(config: DistilConfig, data: Path, out: Path, report: Report) -> dict[str, float]:
    """Teach a student and write it, its tokeniser and its facts into ``out``.

    Returns:
        For each state that the student learnt, the share of its variance on held-out texts that it misses.

    Raises:
        ConfigError: if the config names files or layers that are not there.
    """
    torch.set_num_threads(config.threads)
    torch.manual_seed(config.seed)
    started = time.monotonic()

    def tell(line: str) -> None:
        report(f"[{time.monotonic() - started:5.0f} s] {line}")

    out.mkdir(parents=True, exist_ok=True)
    layers = (config.kept, *(layer for layer in config.layers if layer > config.kept))
    teacher = load_text_encoder(config.teacher, layers)
    student = build_student(teacher.encoder.model, config)
    material = gather(config.data, data, teacher, config.seed)
    windows = [*material.train, *material.held_out]
    tell(f"{len(material.train)} windows to learn from, {len(material.held_out)} to measure on")
    states = teach(teacher, config.teacher, windows, out, tell)
    course = _Course(config, NewLayers(student, config), states, windows, len(layers))
    learnt = range(len(material.train))
    measured = range(len(material.train), len(windows))
    missed = course.learn(learnt, measured, tell)
    names = [f"layer {layer}" for layer in layers[1:]]
    scores = {name: round(share, 4) for name, share in zip(names, missed, strict=True)}
    _save(config, teacher, student, out, scores, sum(map(len, material.train)), round(time.monotonic() - started))
    tell("saved; variance missed on held-out texts: " + ", ".join(f"{key} {value}" for key, value in scores.items()))
    return scores


class _Course:
    """Windows with their teacher's states, and the new layers that learn them."""

    def __init__(
        self, config: DistilConfig, network: NewLayers, states: States, windows: Sequence[Ids], parts: int
    ) -> None:
        self.stage = config.stage
        self.seed = config.seed
        self.network = network
        self.states = states
        self.windows = windows
        self.width = states.rows.shape[1] // parts
        _, deviation = states.spread()
        self.deviations = list(torch.split(torch.from_numpy(deviation), self.width))[1:]

    def learn(self, learnt: Sequence[int], measured: Sequence[int], tell: Report) -> list[float]:
        """Train in place; the shares of variance missed on ``measured`` at the end."""
        stage, rng = self.stage, random.Random(self.seed)
        weights = list(self.network.parameters())
        if stage.blocks:
            self.network.store_in_blocks(on=True)
        optimiser = torch.optim.AdamW(weights, lr=stage.rate, weight_decay=stage.weight_decay)
        groups = self._groups(learnt, stage.batch)
        schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, linear_decay(stage.epochs * len(groups), stage.warm_up))
        tell("before: variance missed " + _shown(self.missed(measured)))
        for epoch in range(1, stage.epochs + 1):
            self.network.train()
            rng.shuffle(groups)
            losses = []
            for group in groups:
                optimiser.zero_grad(set_to_none=True)
                loss = self._distances(group).sum()
                loss.backward()  # type: ignore[no-untyped-call]
                nn.utils.clip_grad_norm_(weights, stage.clip)
                optimiser.step()
                schedule.step()
                losses.append(float(loss.detach()))
            missed = self.missed(measured)
            tell(f"epoch {epoch}/{stage.epochs} loss {np.mean(losses):.4f}, variance missed {_shown(missed)}")
        if stage.blocks:
            self.network.store_in_blocks(on=False)
        self.network.eval()
        return missed

    @torch.no_grad()
    def missed(self, places: Sequence[int]) -> list[float]:
        """Share of the variance of each learnt state that the student misses, over the pieces of some windows."""
        self.network.eval()
        total, pieces = np.zeros(len(self.deviations)), 0
        for group in self._groups(places, self.stage.batch):
            count = sum(len(self.windows[place]) for place in group)
            total += self._distances(group).numpy() * count
            pieces += count
        return [float(one) for one in total / pieces]

    def _groups(self, places: Sequence[int], size: int) -> list[list[int]]:
        lengths = [len(self.windows[place]) for place in places]
        return [[places[one] for one in group] for group in grouped(lengths, size)]

    def _distances(self, group: Sequence[int]) -> Tensor:
        _, mask = padded([self.windows[place] for place in group])
        rows = np.zeros((*mask.shape, self.states.rows.shape[1]), np.float32)
        for row, place in enumerate(group):
            rows[row, : len(self.windows[place])] = self.states.of(place)
        first, *wanted = torch.split(torch.from_numpy(rows), self.width, dim=-1)
        with torch.autocast("cpu", torch.bfloat16, enabled=self.stage.precision == "bfloat16"):
            found = self.network(first, mask)
        return distances([one.float() for one in found], wanted, self.deviations, mask)


def _shown(shares: Sequence[float]) -> str:
    return ", ".join(f"{share:.4f}" for share in shares)


def _save(
    config: DistilConfig,
    teacher: LoadedText,
    student: nn.Module,
    out: Path,
    scores: dict[str, float],
    pieces: int,
    seconds: int,
) -> None:
    model = cast(Any, student)
    model.save_pretrained(str(out))
    special = {
        key: teacher.tokenizer.id_to_token(ids[0])
        for key, ids in (("cls_token", teacher.opening), ("sep_token", teacher.closing))
    }
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=teacher.tokenizer, **special)  # type: ignore[no-untyped-call]
    tokenizer.save_pretrained(str(out))
    new = sum(map(len, config.new))
    facts = {
        "source": f"{teacher.source}; layers 1 to {config.kept} as they are, {new} learnt by biaotu-train distil",
        "licence": teacher.licence,
        "layers": list(joined(config)),
        "training": {
            "config": asdict(config),
            "pieces": pieces,
            "missed on held-out texts": scores,
            "seconds": seconds,
        },
    }
    (out / DISTILLED).write_text(json.dumps(facts, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
