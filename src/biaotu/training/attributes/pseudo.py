"""Self-training: what the teacher is sure of in unlabelled museum texts becomes training data of the student."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from biaotu.attributes.decode import bio_spans
from biaotu.records import Record, Span
from biaotu.records.gold import GoldRecord
from biaotu.text.reading import Reading, read
from biaotu.training.attributes.data import Example
from biaotu.training.attributes.network import ValueTagger
from biaotu.training.attributes.train import decoder_of, emissions_of


def revolutionary(path: Path, without: Collection[str] = ()) -> list[Record]:
    """The texts flagged ``revolutionary``, but not those of the given ids."""
    records = []
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            document: dict[str, Any] = json.loads(line)
            if document.get("revolutionary") and document["id"] not in without:
                records.append(Record(id=document["id"], title=document["title"], description=document["description"]))
    return records


def pseudo_labelled(
    teacher: ValueTagger, unlabelled: Sequence[tuple[Record, Example]], certain: float
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
