"""Text tags: the words a curator would file a relic under, best first (paper section 4.2).

The base is TF-IWF with weights for position and length (eq. 2-4). The default weighs it together with what else speaks
for a candidate - what kind of thing it is, where it stands, how it ends the title - by a logistic regression learnt
from the corpus (``biaotu.training.tags``); its weights are plain numbers in the settings. ``scorer="tfiwf"`` is the
paper's form.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Final, Literal

from biaotu.errors import ConfigError
from biaotu.records import Span, TextTag
from biaotu.text.candidates import WORD, Candidate, find_candidates
from biaotu.text.lexicon import Lexicon
from biaotu.text.reading import Reading
from biaotu.text.segment import Segmenter
from biaotu.text.statistics import WordStatistics, is_word
from biaotu.text.tagfeatures import features
from biaotu.text.tfiwf import LengthWeight, TextMeasure, tfiwf

_DIGITS: Final = str.maketrans("〇○零一二三四五六七八九", "000123456789")
"""1934年 and 一九三四年 say the same."""
_EVENT_SHARE: Final = 0.75


@dataclass(frozen=True, slots=True)
class TagSettings:
    """All knobs of the tagger; travels in the bundle's manifest.

    Attributes:
        scorer: ``tfiwf`` orders by eq. 2 alone, ``features`` by all features.
        candidates: ``words`` of the segmentation only, or ``all`` (attribute values, object nouns, quoted names too).
        length: the form of Len_i, as printed or positive.
        title_weight: Pos_i of words in the title; others have 1.
        threshold: a tag less likely than this is left out (scorer ``features`` only), but not the best ``fewest``.
        fewest: how many tags are given however unlikely they are.
        bias: constant of the logistic regression.
        weights: weight of each feature; one that is missing counts 0.
    """

    scorer: Literal["features", "tfiwf"] = "features"
    candidates: Literal["all", "words"] = "all"
    length: LengthWeight = "positive"
    title_weight: float = 3.0
    threshold: float = 0.2
    fewest: int = 3
    bias: float = 0.0
    weights: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        lawful = {"scorer": ("features", "tfiwf"), "candidates": ("all", "words"), "length": ("positive", "paper")}
        for name, values in lawful.items():
            if getattr(self, name) not in values:
                raise ConfigError(f"tags: {name} is {getattr(self, name)!r}; it must be one of {', '.join(values)}")
        if self.scorer == "features" and not self.weights:
            raise ConfigError("tags: scorer 'features' needs weights; train them or choose scorer 'tfiwf'")

    def to_dict(self) -> dict[str, Any]:
        """The settings as plain JSON types."""
        return asdict(self) | {"weights": dict(self.weights)}

    @classmethod
    def from_dict(cls, document: Mapping[str, Any]) -> TagSettings:
        """Read back what ``to_dict`` wrote.

        Raises:
            ConfigError: if a key is unknown or a value unlawful.
        """
        unknown = set(document) - {one.name for one in fields(cls)}
        if unknown:
            raise ConfigError(f"tags: unknown setting {', '.join(sorted(unknown))}")
        return cls(**document)


@dataclass(frozen=True, slots=True)
class Scored:
    """A candidate with its TF-IWF and its features, before it is chosen."""

    candidate: Candidate
    tfiwf: float
    row: Mapping[str, float]


class Tagger:
    """Gives the text tags of a record. Safe to share between threads.

    Args:
        lexicon: the domain lexicon, the user's own words included.
        statistics: word statistics of a corpus.
        settings: the knobs.
        segmenter: one that is loaded already and knows the lexicon's words; made here if there is none.
    """

    def __init__(
        self,
        lexicon: Lexicon,
        statistics: WordStatistics,
        settings: TagSettings,
        *,
        segmenter: Segmenter | None = None,
    ) -> None:
        self.lexicon = lexicon
        self.statistics = statistics
        self.settings = settings
        self.segmenter = segmenter or Segmenter(lexicon.words)

    def tags(self, reading: Reading, spans: Sequence[Span], *, limit: int = 10) -> tuple[TextTag, ...]:
        """The tags of a text, best first, each in the original's own wording.

        Args:
            reading: the text.
            spans: its attribute values, offsets in the original fields; empty if unknown.
            limit: how many tags at most.

        Returns:
            Tags of which no two say the same. The score is a probability with scorer ``features``, else eq. 2.
        """
        rows = self.score(reading, spans)
        ranked = sorted(
            ((self._value(row), row) for row in rows),
            key=lambda one: (-one[0], one[1].candidate.places[0][0], one[1].candidate.text),
        )
        chosen = [TextTag(wording, value) for value, wording in self._choose(ranked, reading, limit)]
        if self.settings.scorer == "tfiwf":
            return tuple(chosen)
        fewest, threshold = self.settings.fewest, self.settings.threshold
        return tuple(tag for place, tag in enumerate(chosen) if place < fewest or tag.score >= threshold)

    def score(self, reading: Reading, spans: Sequence[Span]) -> list[Scored]:
        """All candidates of a text with what speaks for them; what training learns from."""
        settings = self.settings
        tokens = self.segmenter.cut(reading.text)
        measure = TextMeasure.of(Counter(token.word for token in tokens if is_word(token.word)))
        found = find_candidates(reading, tokens, spans, self.lexicon)
        if settings.candidates == "words":
            found = [candidate for candidate in found if WORD in candidate.kinds]
        weights = [
            tfiwf(
                candidate.text,
                len(candidate.places),
                measure,
                self.statistics,
                in_title=candidate.places[0][0] < reading.title_length,
                title_weight=settings.title_weight,
                length=settings.length,
            )
            for candidate in found
        ]
        if settings.scorer == "tfiwf":
            return [Scored(candidate, weight, {}) for candidate, weight in zip(found, weights, strict=True)]
        rows = features(found, weights, reading, self.statistics, self.segmenter.word_class)
        return [Scored(*one) for one in zip(found, weights, rows, strict=True)]

    def _value(self, row: Scored) -> float:
        if self.settings.scorer == "tfiwf":
            return row.tfiwf
        weight = self.settings.weights.get
        logit = self.settings.bias + sum([weight(name, 0.0) * value for name, value in row.row.items()])
        return 1 / (1 + math.exp(-max(-60.0, min(60.0, logit))))

    def _choose(
        self, ranked: Sequence[tuple[float, Scored]], reading: Reading, limit: int
    ) -> Iterator[tuple[float, str]]:
        """The best candidates, none of which says what a better one says already."""
        taken: list[Candidate] = []
        said: set[str] = set()
        for value, row in ranked:
            if len(taken) >= limit:
                return
            if any(says_the_same(row.candidate, other) for other in taken):
                continue
            wording = original_wording(row.candidate, reading)
            # Candidates of two kinds can have one wording: the unit 红军 and the written “红军” are one tag.
            if wording is not None and wording not in said:
                taken.append(row.candidate)
                said.add(wording)
                yield value, wording


def original_wording(candidate: Candidate, reading: Reading) -> str | None:
    """The candidate as the museum wrote it; of several wordings the shortest, then the first; None if it has none."""
    wordings = (reading.original(start, end) for start, end in candidate.places)
    return min((one for one in wordings if one), key=len, default=None)


def says_the_same(one: Candidate, other: Candidate) -> bool:
    """Whether two candidates would be one tag too many.

    So it is when one stands inside the other, or is a shorter form of the same date or event (1936年5月 and
    一九三六年五月二日) - unless the inner one is a thing of another kind that the text also names by itself (the person
    雷锋 and the event 学雷锋活动).
    """
    inner, outer = (one, other) if len(one.text) <= len(other.text) else (other, one)
    # A space between Latin letters or digits makes no other tag: M 1895 and M1895.
    if inner.text.replace(" ", "") not in outer.text.replace(" ", ""):
        return _is_short_form(inner, outer)
    if not inner.attributes or not outer.attributes or set(inner.attributes) & set(outer.attributes):
        return True
    return all(any(b <= start and end <= e for b, e in outer.places) for start, end in inner.places)


def _is_short_form(inner: Candidate, outer: Candidate) -> bool:
    """Whether one date or event is the other with characters left out: 一二九运动 of 一二·九运动.

    Only dates and events are compared so: of units 红军 would be a short form of 红十二军.
    """
    is_date = "时间" in inner.kinds and "时间" in outer.kinds
    is_event = "事件" in inner.kinds and "事件" in outer.kinds and len(inner.text) >= _EVENT_SHARE * len(outer.text)
    if not (is_date or is_event):
        return False
    rest = iter(outer.text.translate(_DIGITS))
    return all(char in rest for char in inner.text.translate(_DIGITS))
