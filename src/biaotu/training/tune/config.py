"""The knobs of ``biaotu-train tune``."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

_Side = Annotated[int, Field(ge=32, le=4096, multiple_of=32)]


@dataclass(frozen=True, slots=True)
class TuneData:
    """Photos with labels, files of the data folder; those of ``dev`` are only measured on."""

    photos: str = "images/train.jsonl"
    dev: str = "images/dev.jsonl"


@dataclass(frozen=True, slots=True)
class TuneStage:
    """How long and how fast it learns.

    Attributes:
        rate: of the encoder's weights.
        head_rate: of the layer that says labels, which is thrown away afterwards.
        follow: weight of the distance to the mean region of the encoder as it was, on larger photos; 0 leaves it out.
            What the labels do not ask for (likeness of two photos, say) lives by it.
        least: smallest share of a photo's square that a crop keeps.
        teacher_precision: ``bfloat16`` halves the time of the encoder as it was on processors that have it.
    """

    epochs: int = 5
    rate: float = 3e-4
    head_rate: float = 1e-3
    weight_decay: float = 0.01
    batch: Annotated[int, Field(ge=2)] = 32
    clip: float = 1.0
    warm_up: float = 0.05
    follow: float = 0.3
    least: float = 0.5
    dropout: float = 0.2
    smoothing: float = 0.02
    teacher_precision: Literal["float32", "bfloat16"] = "float32"


@dataclass(frozen=True, slots=True)
class TuneConfig:
    """All knobs of ``biaotu-train tune``.

    Attributes:
        base: the image encoder to start from and to follow, named as in ``[encoders] image``.
        photo_size: side of the square that photos are fitted into, as in ``[encoders] photo_size``.
        teacher_size: the same for the encoder as it was.
        kept: so many convolutions from the front, with their norms, stay as they are.
    """

    seed: int = 1
    threads: int = 1
    base: str = "efficientnet-lite0"
    photo_size: _Side = 128
    teacher_size: _Side = 224
    kept: Annotated[int, Field(ge=0)] = 9
    data: TuneData = field(default_factory=TuneData)
    stage: TuneStage = field(default_factory=TuneStage)


for _kind in (TuneData, TuneStage, TuneConfig):
    setattr(_kind, "__pydantic_config__", ConfigDict(extra="forbid"))  # noqa: B010 - dataclasses do not declare it
