"""The knobs of the ranking: chosen on a dev set, kept in the bundle's manifest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from biaotu.errors import ConfigError


@dataclass(frozen=True, slots=True)
class RankingSettings:
    """Weights, threshold and shape of the ranking; the defaults are what ``training.ranking`` chose on the dev sets.

    Attributes:
        vectors: weight of the cosine of word vectors in the average.
        thesaurus: weight of the nearness in 同义词词林.
        characters: weight of the shared characters.
        composed: what share of its weight a measure keeps for each word that it had to look up by parts: the vector
            composed of listed words, the senses of the ending.
        nearest: a tag's likeness to a label is the mean of its likeness to this many of the label's nearest terms.
        threshold: from this likeness on a tag is primary.
        slope: how fast confidence grows with likeness; confidence is 0.5 at the threshold.
    """

    vectors: float = 2.0
    thesaurus: float = 2.0
    characters: float = 1.0
    composed: float = 0.5
    nearest: int = 8
    threshold: float = 0.226
    slope: float = 45.0

    def __post_init__(self) -> None:
        weights = (self.vectors, self.thesaurus, self.characters)
        if min(weights) < 0 or not sum(weights):
            raise ConfigError(f"ranking weights must not be negative nor all zero, not {weights}")
        if not 0 <= self.composed <= 1:
            raise ConfigError(f"ranking setting composed must lie between 0 and 1, not {self.composed}")
        if self.nearest < 1:
            raise ConfigError(f"ranking setting nearest must be 1 or more, not {self.nearest}")
        if self.slope <= 0:
            raise ConfigError(f"ranking setting slope must be above 0, not {self.slope}")

    def to_dict(self) -> dict[str, Any]:
        """The settings as they stand in the manifest."""
        return asdict(self)

    @classmethod
    def from_dict(cls, document: Mapping[str, Any]) -> RankingSettings:
        """Read back what ``to_dict`` wrote; missing keys take their defaults.

        Raises:
            ConfigError: at a key that is no setting, or an unlawful value.
        """
        unknown = sorted(set(document) - {field.name for field in fields(cls)})
        if unknown:
            raise ConfigError(f"unknown ranking settings: {', '.join(unknown)}")
        return cls(**document)
