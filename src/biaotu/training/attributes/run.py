"""``biaotu-train attributes``: teacher on the corpus, pseudo-labels on real texts, student on both."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from biaotu.attributes.decode import bio_spans
from biaotu.images.preprocess import Preprocessing
from biaotu.records import Record, Span
from biaotu.records.gold import GoldRecord, read_gold
from biaotu.runtime import Network
from biaotu.text.lexicon import Lexicon
from biaotu.text.marks import LexiconMarks
from biaotu.text.reading import Reading, read
from biaotu.training.attributes.data import Example, PhotoBank, examples, variants
from biaotu.training.attributes.network import AttributeNetwork
from biaotu.training.attributes.train import decoder_of, emissions_of, fit, span_scores
from biaotu.training.config import AttributeConfig
from biaotu.training.features import image_regions, vocabulary
from biaotu.training.tags import hold_back
from biaotu.training.workspace import image_facts, prepare_encoders, save_checkpoint

Report = Callable[[str], None]
PHOTOS_PER_PAIR = 12


def run(config: AttributeConfig, data: Path, out: Path, report: Report) -> dict[str, float]:
    """Train and save ``out/attributes.pt``.

    Returns:
        Micro-F1 of exact span and type on each dev file.
    """
    torch.set_num_threads(config.threads)
    started = time.monotonic()

    def tell(line: str) -> None:
        report(f"[{time.monotonic() - started:5.0f} s] {line}")

    rng = random.Random(config.seed)
    text = prepare_encoders(out, config.encoders)
    train = list(read_gold(data / config.data.train))
    chars, bigrams = _vocabulary(train)
    reader = text.reader(chars, bigrams)
    bank = (
        photo_bank(data / config.data.photos, Network(out / "image_encoder.onnx"), rng)
        if config.network.picture
        else None
    )
    # Words that a single training record brought into the lexicon are held back: no unseen record finds its own there.
    lexicon = Lexicon.load()
    held, marks = LexiconMarks(hold_back(lexicon, train)), LexiconMarks(lexicon)
    labelled = examples(variants(train, config.data.copies, rng), text, reader, held)
    dev = {name: examples(list(read_gold(data / name)), text, reader, marks) for name in config.data.dev}
    tell(f"{len(labelled)} examples of {len(train)} records, {len(chars)} characters, {len(bigrams)} bigrams")

    network_config = replace(
        config.network,
        chars=len(chars) + 2,
        bigrams=len(bigrams) + 2,
        states_width=text.width,
        regions_width=image_facts(out)["width"],
    )
    torch.manual_seed(config.seed)  # here and not above: exporting encoders draws numbers, finding them there does not
    teacher = _trained(AttributeNetwork(network_config), labelled, bank, config, dev, tell, student=False)
    chosen, scores, name = teacher, scores_of(teacher, dev), "teacher"
    if config.data.unlabelled:
        unlabelled = [
            (record, example)
            for record in _revolutionary(data / config.data.unlabelled)
            for example in examples([GoldRecord(record, None)], text, reader, marks)
        ]
        pseudo = _pseudo_labelled(teacher, unlabelled, config.data.certain)
        tell(f"{len(pseudo)} pseudo-labelled records")
        more = labelled + examples(pseudo, text, reader, marks)
        student = _trained(AttributeNetwork(network_config), more, bank, config, dev, tell, student=True)
        learnt = scores_of(student, dev)
        if sum(learnt.values()) > sum(scores.values()):  # self-training does not always pay; the dev sets say
            chosen, scores, name = student, learnt, "student"
    knobs = {
        "config": asdict(replace(config, network=network_config)),
        "chars": chars,
        "bigrams": bigrams,
        "chosen": name,
        "scores": scores,
        "seconds": round(time.monotonic() - started),
        "photos": bank is not None,
    }
    save_checkpoint(out / "attributes.pt", chosen, knobs)
    tell(f"saved the {name}: " + " ".join(f"{key} {score:.4f}" for key, score in scores.items()))
    return scores


def scores_of(network: AttributeNetwork, dev: dict[str, list[Example]]) -> dict[str, float]:
    """Micro-F1 on each dev set."""
    decoder = decoder_of(network)
    return {name: span_scores(emissions_of(network, found), decoder, found)[2] for name, found in dev.items()}


def _trained(
    network: AttributeNetwork,
    labelled: list[Example],
    bank: PhotoBank | None,
    config: AttributeConfig,
    dev: dict[str, list[Example]],
    tell: Report,
    *,
    student: bool,
) -> AttributeNetwork:
    stage = config.student if student else config.teacher
    tell(f"{'student' if student else 'teacher'}: {len(labelled)} examples, {stage.epochs} epochs")
    fit(
        network,
        labelled,
        bank,
        stage,
        seed=config.seed + student,
        validate=lambda net: scores_of(net, dev),
        report=tell,
    )
    return network


def _vocabulary(records: Sequence[GoldRecord]) -> tuple[dict[str, int], dict[str, int]]:
    texts = [read(gold.record.title, gold.record.description).text for gold in records]
    return vocabulary(texts, 1)[0], vocabulary(texts, 2)[1]


def photo_bank(path: Path, network: Network, rng: random.Random) -> PhotoBank:
    """Photos that records borrow, at most ``PHOTOS_PER_PAIR`` for each pair of material and use."""
    gold = [found for found in read_gold(path) if found.material and found.use]
    rng.shuffle(gold)
    taken: dict[tuple[str, str], int] = {}
    picked = []
    for found in gold:
        pair = (found.material[0], found.use[0])
        if taken.get(pair, 0) < PHOTOS_PER_PAIR:
            taken[pair] = taken.get(pair, 0) + 1
            picked.append(found)
    regions = image_regions(network, [found.record.image_paths()[0] for found in picked], Preprocessing())
    return PhotoBank(regions, [(found.material, found.use) for found in picked])


def _revolutionary(path: Path) -> list[Record]:
    records = []
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            document: dict[str, Any] = json.loads(line)
            if document.get("revolutionary"):
                records.append(Record(id=document["id"], title=document["title"], description=document["description"]))
    return records


def _pseudo_labelled(
    teacher: AttributeNetwork, unlabelled: Sequence[tuple[Record, Example]], certain: float
) -> list[GoldRecord]:
    """Sentences whose least certain character is above ``certain``, joined again to texts with the teacher's spans."""
    decoder = decoder_of(teacher)
    made = []
    for record, example in unlabelled:
        emissions = emissions_of(teacher, [example])[0]
        path, sure = decoder.path(emissions), decoder.marginals(emissions).max(1)
        reading = read(record.title, record.description)
        made.extend(_certain_sentences(record, reading, example.feature.window.start, path, sure, certain))
    return made


def _certain_sentences(
    record: Record, reading: Reading, start: int, path: np.ndarray, sure: np.ndarray, certain: float
) -> list[GoldRecord]:
    """Runs of neighbouring certain sentences of one window, each a record of its own (text in the description)."""
    text = reading.text[start : start + len(path)]
    runs: list[tuple[int, int]] = []
    first = 0
    for place, char in enumerate(text):
        if char in "。！？" or place == len(text) - 1:
            last = place + 1
            if sure[first:last].min() >= certain:
                if runs and runs[-1][1] == first:
                    runs[-1] = (runs[-1][0], last)
                else:
                    runs.append((first, last))
            first = last
    spans = bio_spans(path)
    out = []
    for begin, end in runs:
        if end - begin < 12:
            continue
        inside = [(a, b, kind) for a, b, kind in spans if begin <= a and b <= end]
        made = tuple(Span(kind, text[a:b], "description", a - begin, b - begin) for a, b, kind in inside)
        out.append(GoldRecord(Record(id=f"{record.id}-{begin}", description=text[begin:end]), made))
    return out
