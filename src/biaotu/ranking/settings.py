"""The knobs of the ranking: chosen on a dev set, kept in the bundle's manifest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Final

from biaotu.errors import ConfigError

Scale = tuple[float, float]
"""Floor and slope: what a part's value x is worth as nearness in 同义词词林 is ``floor + slope * x``."""

SCALED: Final = ("vectors", "encoded", "characters")
"""The parts that are brought to the scale of the fourth, the thesaurus."""

AS_IT_IS: Final[Mapping[str, Scale]] = dict.fromkeys(SCALED, (0.0, 1.0))
LEARNT: Final[Mapping[str, Scale]] = {
    "vectors": (0.103, 0.430),
    "encoded": (0.120, 0.337),
    "characters": (0.167, 0.266),
}
"""As ``training.scales`` learnt it on pairs of words of the thesaurus itself."""

_OLDER: Final[Mapping[str, Any]] = {"encoded": 0.0, "scales": AS_IT_IS}
"""How manifests that do not name these settings are meant: they were written before the settings were there."""


@dataclass(frozen=True, slots=True)
class RankingSettings:
    """Weights, threshold and shape of the ranking; the defaults are what ``training.ranking`` chose on the dev sets.

    Attributes:
        vectors: weight of the cosine of word vectors in the average.
        thesaurus: weight of the nearness in 同义词词林.
        characters: weight of the shared characters.
        encoded: weight of the cosine of the text encoder's vectors, where the bundle has them.
        composed: what share of its weight a measure keeps for each word that it had to look up by parts: the vector
            composed of listed words, the senses of the ending.
        nearest: a tag's likeness to a label is the mean of its likeness to this many of the label's nearest terms.
        threshold: from this likeness on a tag is primary.
        slope: how fast confidence grows with likeness; confidence is 0.5 at the threshold.
        scales: floor and slope of the parts ``vectors``, ``encoded`` and ``characters``. Without them a word that the
            thesaurus lacks would be judged by cosines alone, which are lower than nearness for words as much alike.
    """

    vectors: float = 4.0
    thesaurus: float = 2.0
    characters: float = 2.0
    encoded: float = 4.0
    composed: float = 0.25
    nearest: int = 8
    threshold: float = 0.22
    slope: float = 98.0
    scales: Mapping[str, Scale] = field(default_factory=lambda: dict(LEARNT))

    def __post_init__(self) -> None:
        weights = (self.vectors, self.thesaurus, self.characters, self.encoded)
        if min(weights) < 0 or not sum(weights):
            raise ConfigError(f"ranking weights must not be negative nor all zero, not {weights}")
        if not 0 <= self.composed <= 1:
            raise ConfigError(f"ranking setting composed must lie between 0 and 1, not {self.composed}")
        if self.nearest < 1:
            raise ConfigError(f"ranking setting nearest must be 1 or more, not {self.nearest}")
        if set(self.scales) != set(SCALED) or not all(len(scale) == 2 for scale in self.scales.values()):
            raise ConfigError(f"ranking setting scales needs floor and slope of {', '.join(SCALED)}, not {self.scales}")
        if any(floor < 0 or slope <= 0 or floor + slope > 1 for floor, slope in self.scales.values()):
            raise ConfigError(f"ranking setting scales must stay between 0 and 1 and rise, not {self.scales}")
        if self.slope <= 0:
            raise ConfigError(f"ranking setting slope must be above 0, not {self.slope}")

    def to_dict(self) -> dict[str, Any]:
        """The settings as they stand in the manifest."""
        return asdict(self) | {"scales": {name: list(scale) for name, scale in self.scales.items()}}

    @classmethod
    def from_dict(cls, document: Mapping[str, Any]) -> RankingSettings:
        """Read back what ``to_dict`` wrote; missing keys take their defaults, newer ones what was done before them.

        Raises:
            ConfigError: at a key that is no setting, or an unlawful value.
        """
        unknown = sorted(set(document) - {field.name for field in fields(cls)})
        if unknown:
            raise ConfigError(f"unknown ranking settings: {', '.join(unknown)}")
        found = {**_OLDER, **document}
        try:
            found["scales"] = {name: (float(scale[0]), float(scale[1])) for name, scale in found["scales"].items()}
        except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
            raise ConfigError(f"ranking setting scales is not of the expected shape ({error})") from error
        return cls(**found)
