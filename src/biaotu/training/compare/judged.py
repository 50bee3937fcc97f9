"""A gold file that taggers are judged on record by record, as ``biaotu evaluate attributes`` does it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from biaotu.attributes.decode import CharSpan, attribute_names, bio_spans
from biaotu.evaluation import evaluate_attributes
from biaotu.evaluation.pairs import Pair
from biaotu.pipeline import placed_span
from biaotu.records import Annotation, AttributeName, Span
from biaotu.records.gold import GoldRecord
from biaotu.taxonomy import ATTRIBUTES
from biaotu.text.reading import Reading, read
from biaotu.training.attributes.data import Example, PhotoBank
from biaotu.training.attributes.network import ValueTagger
from biaotu.training.attributes.train import decoder_of, outputs_of

Path = npt.NDArray[np.int64]
"""Tag ids of the characters of a reading."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a tagger says of one record."""

    path: Path
    names: tuple[AttributeName, ...] = ()


class JudgedSet:
    """Gold records with their readings.

    Args:
        name: put before each column.
        golds: the records.
    """

    def __init__(self, name: str, golds: Sequence[GoldRecord]) -> None:
        self.name = name
        self.golds = tuple(golds)
        self.readings = tuple(read(gold.record.title, gold.record.description) for gold in golds)

    def scores(self, answers: Sequence[Answer]) -> dict[str, float]:
        """P, R, F1, macro F1, F1 of each type, F1 of the names; an answer a record."""
        pairs = [
            Pair(gold, _annotation(gold, reading, answer))
            for gold, reading, answer in zip(self.golds, self.readings, answers, strict=True)
        ]
        found = evaluate_attributes(pairs)
        scores = {
            "P": found.micro.precision,
            "R": found.micro.recall,
            "F1": found.micro.f1,
            "macro F1": found.macro_f1,
            **{name: score.f1 for name, score in found.per_type.items() if score.gold},
        }
        if any(answer.names for answer in answers):
            scores["names F1"] = found.names.f1
        return {f"{self.name} {column}": figure for column, figure in scores.items()}

    def answers(self, network: ValueTagger, examples: Sequence[Example], bank: PhotoBank | None = None) -> list[Answer]:
        """The answers of a network; ``examples`` are all windows of the readings, in order."""
        outputs = outputs_of(network, examples, bank=bank)
        decoder = decoder_of(network)
        answers: list[Answer] = []
        at = 0
        for reading in self.readings:
            parts, logits, covered = [], [], 0
            while covered < len(reading.text):
                keep = examples[at].feature.window.keep
                emissions, names = outputs[at]
                parts.append(emissions[keep.start : keep.stop])
                logits.append(names)
                covered += len(keep)
                at += 1
            if not parts:
                answers.append(Answer(np.zeros(0, np.int64)))
                continue
            top = np.max(logits, axis=0)
            names_found = attribute_names(top, [0.5] * len(ATTRIBUTES)) if len(top) else ()
            answers.append(Answer(decoder.path(np.concatenate(parts)), names_found))
        return answers


def _annotation(gold: GoldRecord, reading: Reading, answer: Answer) -> Annotation:
    spans: list[Span] = []
    for start, end, kind in bio_spans(answer.path):
        placed = placed_span(reading, CharSpan(start, end, kind, 1.0))
        if placed is not None:
            spans.append(placed)
    record = gold.record
    return Annotation(
        id=record.id,
        title=record.title,
        description=record.description,
        images=(),
        material=(),
        use=(),
        text_tags=(),
        primary=(),
        secondary=(),
        attribute_names=answer.names,
        attributes=tuple(spans),
        model_name="",
        model_version="",
    )
