"""TF-IWF with the paper's further features (section 4.2, eq. 2-4): ``Pos_i * Len_i * TF_ij * IWF_i``."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from biaotu.text.statistics import WordStatistics

LengthWeight = Literal["paper", "positive"]


@dataclass(frozen=True, slots=True)
class TextMeasure:
    """What TF-IWF needs to know of one text j.

    Attributes:
        words: how many words the text has (sum_k N_kj).
        mean: mean word length u, in characters.
        spread: standard deviation d of the word lengths.
    """

    words: int
    mean: float
    spread: float

    @classmethod
    def of(cls, counts: Mapping[str, int]) -> TextMeasure:
        """Measure a text given how often each word stands in it."""
        words = sum(counts.values())
        if not words:
            return cls(0, 0.0, 0.0)
        mean = sum(len(word) * count for word, count in counts.items()) / words
        variance = sum((len(word) - mean) ** 2 * count for word, count in counts.items()) / words
        return cls(words, mean, math.sqrt(variance))


def length_weight(length: int, measure: TextMeasure, form: LengthWeight) -> float:
    """``Len_i`` of a word.

    ``paper`` is eq. 3 as printed, ``(length_i - u) / d``: zero or negative for words of mean length or less; where all
    words are equally long it is undefined, and 0 here. ``positive`` is ``log(1 + exp(.))`` of the same value: it stays
    above zero and keeps the order, so that a short word is worth less and not nothing.
    """
    if form not in ("paper", "positive"):
        raise ValueError(f"length weight {form!r} is unknown; it is 'paper' or 'positive'")
    printed = (length - measure.mean) / measure.spread if measure.spread > 0 else 0.0
    if form == "paper":
        return printed
    return max(printed, 0.0) + math.log1p(math.exp(-abs(printed)))


def tfiwf(
    word: str,
    count: int,
    measure: TextMeasure,
    statistics: WordStatistics,
    *,
    in_title: bool,
    title_weight: float = 3.0,
    length: LengthWeight = "positive",
) -> float:
    """The weight of one word or phrase in one text (eq. 2).

    Args:
        word: the word as it stands in the clean text.
        count: how often it stands there (N_ij).
        measure: of the text it stands in.
        statistics: of the corpus G.
        in_title: whether it stands in the title; then Pos_i is ``title_weight``, otherwise 1.
        title_weight: Pos_i of title words.
        length: the form of Len_i.
    """
    if not measure.words:
        return 0.0
    position = title_weight if in_title else 1.0
    frequency = count / measure.words
    return position * length_weight(len(word), measure, length) * frequency * statistics.iwf(word)
