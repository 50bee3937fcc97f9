"""``biaotu-train attributes``: train on the corpus and on annotated museum texts; where asked, a student too."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

import torch

from biaotu.errors import ConfigError
from biaotu.records.gold import GoldRecord, read_gold
from biaotu.training.attributes.data import Example
from biaotu.training.attributes.ground import Ground, lay_ground
from biaotu.training.attributes.network import AttributeNetwork, ValueTagger
from biaotu.training.attributes.pseudo import pseudo_labelled, revolutionary
from biaotu.training.attributes.train import decoder_of, emissions_of, fit, span_scores
from biaotu.training.checkpoint import load_checkpoint, save_checkpoint
from biaotu.training.config import AttributeConfig

Report = Callable[[str], None]
Dev = dict[str, list[Example]]


def run(config: AttributeConfig, data: Path, out: Path, report: Report) -> dict[str, float]:
    """Train and save ``out/attributes.pt``.

    Returns:
        Micro-F1 of exact span and type on each dev file.
    """
    torch.set_num_threads(config.threads)
    started = time.monotonic()

    def tell(line: str) -> None:
        report(f"[{time.monotonic() - started:5.0f} s] {line}")

    ground = lay_ground(config, data, out)
    dev = {name: ground.examples(list(read_gold(data / name))) for name in config.data.dev}
    counts = f"{len(ground.train)} corpus and {len(ground.museum)} museum texts"
    tell(f"{counts}, {len(ground.chars)} characters, {len(ground.bigrams)} bigrams")
    chosen, name = train_network(config, ground, data, dev, tell)
    scores = scores_of(chosen, dev)
    knobs = {
        "config": asdict(replace(config, network=ground.network)),
        "chars": ground.chars,
        "bigrams": ground.bigrams,
        "chosen": name,
        "scores": scores,
        "seconds": round(time.monotonic() - started),
        "photos": ground.photos is not None,
    }
    save_checkpoint(out / "attributes.pt", chosen, knobs)
    tell(f"saved the {name}: " + " ".join(f"{key} {score:.4f}" for key, score in scores.items()))
    return scores


def train_network(
    config: AttributeConfig, ground: Ground, data: Path, dev: Dev, tell: Report
) -> tuple[AttributeNetwork, str]:
    """Train as the config says, from its seed.

    Returns:
        The network, and whether it is the teacher or the student: self-training does not always pay, so of the two the
        one with the better sum of dev scores is taken.
    """
    rng = random.Random(config.seed)
    labelled = ground.labelled([*ground.train, *ground.museum], config.data.copies, rng)
    teacher = _trained(config, ground, labelled, dev, tell, student=False)
    if not config.data.unlabelled:
        return teacher, "teacher"
    known = {gold.record.id for gold in ground.museum}
    unlabelled = [
        (record, example)
        for record in revolutionary(data / config.data.unlabelled, known)
        for example in ground.examples([GoldRecord(record, None)])
    ]
    pseudo = pseudo_labelled(teacher, unlabelled, config.data.certain)
    tell(f"{len(pseudo)} pseudo-labelled records")
    student = _trained(config, ground, labelled + ground.examples(pseudo), dev, tell, student=True)
    if sum(scores_of(student, dev).values()) > sum(scores_of(teacher, dev).values()):
        return student, "student"
    return teacher, "teacher"


def scores_of(network: ValueTagger, dev: Dev) -> dict[str, float]:
    """Micro-F1 on each dev set."""
    decoder = decoder_of(network)
    return {name: span_scores(emissions_of(network, found), decoder, found)[2] for name, found in dev.items()}


def _trained(
    config: AttributeConfig, ground: Ground, labelled: list[Example], dev: Dev, tell: Report, *, student: bool
) -> AttributeNetwork:
    stage = config.student if student else config.teacher
    tell(f"{'student' if student else 'teacher'}: {len(labelled)} examples, {stage.epochs} epochs")
    seed = config.seed + student
    torch.manual_seed(seed)
    network = AttributeNetwork(ground.network)
    if config.start and not student:
        _begin_from(Path(config.start), network, ground)
    fit(network, labelled, ground.photos, stage, seed=seed, validate=lambda net: scores_of(net, dev), report=tell)
    return network


def _begin_from(path: Path, network: AttributeNetwork, ground: Ground) -> None:
    """Take over the weights of a former run.

    Raises:
        ConfigError: if there is no checkpoint, or it was trained with other vocabularies or another network.
    """
    state, knobs = load_checkpoint(path)
    if knobs["chars"] != ground.chars or knobs["bigrams"] != ground.bigrams:
        raise ConfigError(f"start = {str(path)!r}: trained with other characters and bigrams; train anew (start = '')")
    try:
        network.load_state_dict(state)
    except RuntimeError as error:
        raise ConfigError(f"start = {str(path)!r}: of another network ({error}); train anew (start = '')") from error
