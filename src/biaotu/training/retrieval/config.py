"""Config of ``biaotu-train retrieval``, read like the others (``biaotu.training.config``)."""

from __future__ import annotations

from dataclasses import dataclass, field

from pydantic import ConfigDict

from biaotu.training.retrieval.dual import DualConfig


@dataclass(frozen=True, slots=True)
class RetrievalData:
    """Where the data lies, relative to ``--data``; an empty ``corpus`` leaves its records out."""

    photos: str = "images/train.jsonl"
    photos_dev: str = "images/dev.jsonl"
    corpus: str = "corpus/train.jsonl"


@dataclass(frozen=True, slots=True)
class NamedConfig:
    """Knobs of the named part; a ``weight`` of 0 leaves it out."""

    width: int = 128
    temperature: float = 2.0
    weight: float = 0.6


@dataclass(frozen=True, slots=True)
class RetrievalConfig:
    """All knobs: ``basis`` directions of photos everything is calculated in, ``photos`` of them kept among photos."""

    seed: int = 1
    threads: int = 2
    basis: int = 256
    photos: int = 128
    photo_temper: float = 0.25
    data: RetrievalData = field(default_factory=RetrievalData)
    learnt: DualConfig = field(default_factory=DualConfig)
    named: NamedConfig = field(default_factory=NamedConfig)


for _kind in (RetrievalData, NamedConfig, RetrievalConfig, DualConfig):
    setattr(_kind, "__pydantic_config__", ConfigDict(extra="forbid"))  # noqa: B010 - dataclasses do not declare it
