"""What a student reads: texts as the pipeline reads them, cut into windows of pieces, and single words."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from biaotu.errors import ConfigError
from biaotu.records.gold import unmark
from biaotu.text.lexicon import Lexicon
from biaotu.text.pieces import PieceReader
from biaotu.text.reading import read
from biaotu.training.distil.config import DistilData
from biaotu.training.encoders import LoadedText

Ids = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Material:
    """Windows of piece ids, int64 [T] each: those to learn from and those to measure on."""

    train: list[Ids]
    held_out: list[Ids]


def gather(config: DistilData, data: Path, teacher: LoadedText, seed: int) -> Material:
    """Draw the texts. Those held out are whole texts that no window of ``train`` comes from.

    Raises:
        ConfigError: if a file is missing or holds no texts, naming it.
    """
    reader = PieceReader(teacher.tokenizer, {}, {}, opening=teacher.opening, closing=teacher.closing)
    rng = random.Random(seed)
    train: list[Ids] = []
    held_out: list[Ids] = []

    def take(texts: list[str], most: int | None) -> None:
        rng.shuffle(texts)
        taken = 0
        for text in texts:
            windows = [window.ids[0] for window in reader.windows(text)]
            taken += sum(map(len, windows))
            if most is not None and taken > most:
                return
            (held_out if rng.random() < config.held_out else train).extend(windows)

    for name, most in config.texts.items():
        take(sorted(set(_texts(data / name))), most)
    words = sorted(Lexicon.load().words)
    take(rng.sample(words, min(config.words, len(words))), None)
    if not train or not held_out:
        raise ConfigError(
            f"{len(train)} windows to learn from and {len(held_out)} to measure on: name more texts in [data]"
        )
    return Material(train, held_out)


def _texts(path: Path) -> Iterator[str]:
    """The readings of a file of records; marks of a corpus are taken out."""
    try:
        with path.open(encoding="utf-8") as lines:
            records = [json.loads(line) for line in lines if line.strip()]
    except (OSError, ValueError) as error:
        raise ConfigError(f"{path}: no JSON Lines of records ({error})") from error
    for record in records:
        title, description = (unmark(str(record.get(field) or ""), field)[0] for field in ("title", "description"))
        text = read(title, description).text
        if text:
            yield text
