"""What speaks for and against a candidate as a tag, as named numbers; ``tags.py`` weighs them."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import Final

from biaotu.text.candidates import BEFORE_QUOTE, HEAD, OBJECT, WORD, Candidate
from biaotu.text.reading import Reading
from biaotu.text.statistics import WordStatistics

_YEAR = re.compile(r"\d{3,4}年|[〇○零一二三四五六七八九]{4}年|民国.+年")
_DATED = re.compile(r"(?:年代|时代|时间)：$")
_LEAD: Final = 60


def features(
    candidates: Sequence[Candidate],
    weights: Sequence[float],
    reading: Reading,
    statistics: WordStatistics,
    word_class: Callable[[str], str],
) -> list[dict[str, float]]:
    """The features of each candidate of one text; a feature that is 0 is left out.

    Args:
        candidates: all candidates of the text, in the order of their first place.
        weights: the TF-IWF of each.
        reading: the text.
        statistics: of the corpus G.
        word_class: the word class of a word, empty if unknown.
    """
    best = max(weights, default=0.0)
    title = reading.title_length
    length = max(len(reading.text), 1)
    first_stop = reading.text.find("。", title + 1)
    lead = title + 1 + _LEAD if first_stop < 0 else first_stop
    neighbours = _Neighbours(candidates, length)
    seen: Counter[str] = Counter()
    rows: list[dict[str, float]] = []
    for candidate, weight in zip(candidates, weights, strict=True):
        text, places, kinds = candidate.text, candidate.places, candidate.kinds
        start = places[0][0]
        in_title = start < title
        row = dict.fromkeys(sorted(kinds), 1.0)
        if weight > 0:
            row["tfiwf"] = math.log1p(100 * weight)
            row["tfiwf-best"] = weight / best
        row["iwf"] = statistics.iwf(text) / 10
        if in_title:
            row["title"] = 1.0
        elif start < lead:
            row["lead"] = 1.0
        if start:
            row["place"] = start / length
        if len(places) > 1:
            row["count"] = math.log(len(places))
            if in_title and places[-1][0] >= title:
                row["both"] = 1.0
        row[_length(text)] = 1.0
        attributes = candidate.attributes
        if attributes:
            row |= _nonzero(_value_features(candidate, attributes, in_title, seen, neighbours))
        else:
            row["plain"] = 1.0
            if in_title:
                row["plain-title"] = 1.0
            row[f"class-{word_class(text)[:1] or '?'}"] = 1.0
            if all(neighbours.covers(place) for place in places):
                row["inside"] = 1.0
        if "时间" in kinds:
            dated = _DATED.search(reading.text[max(0, start - 3) : start])
            row |= _nonzero({"year": float(bool(_YEAR.search(text))), "dated": float(bool(dated))})
        if HEAD in kinds or BEFORE_QUOTE in kinds:
            row |= _nonzero(_head_features(candidate, statistics))
        rows.append(row)
    return rows


def _nonzero(row: dict[str, float]) -> dict[str, float]:
    return {name: value for name, value in row.items() if value}


def _value_features(
    candidate: Candidate, attributes: Sequence[str], in_title: bool, seen: Counter[str], neighbours: _Neighbours
) -> dict[str, float]:
    """Of an attribute value: its place among the values of the same attribute (``seen`` counts those before it)."""
    row: dict[str, float] = {}
    for kind in attributes:
        order = seen[kind]
        seen[kind] += 1
        row[f"{kind}-title"] = float(in_title)
        row[f"{kind}-first"] = float(order == 0)
        row[f"{kind}-order"] = math.log1p(order)
        row[f"{kind}-crowd"] = math.log(len(neighbours.values[kind]))
        row[f"{kind}-count"] = math.log(len(candidate.places))
        # One value inside another of its kind: the long and the short name of one thing.
        row["held"] = max(row.get("held", 0.0), float(neighbours.joined[kind].count(candidate.text) > 1))
        row["holds"] = max(row.get("holds", 0.0), float(neighbours.inner(candidate.text, kind)))
    return row


def _head_features(candidate: Candidate, statistics: WordStatistics) -> dict[str, float]:
    """Of an end of the title: how many titles of the corpus end so, and behind how many different characters."""
    count, before = statistics.tail(candidate.text)
    return {
        "tail": math.log1p(count),
        "tail-free": math.log1p(before),
        "head-words": float(WORD not in candidate.kinds),
        "head-length": len(candidate.text) / 5,
        "head-object": float(OBJECT in candidate.kinds),
    }


class _Neighbours:
    """The attribute values of a text, by attribute and by place."""

    def __init__(self, candidates: Sequence[Candidate], length: int) -> None:
        self.values: dict[str, set[str]] = {}
        reach = [0] * length
        for candidate in candidates:
            attributes = candidate.attributes
            for kind in attributes:
                self.values.setdefault(kind, set()).add(candidate.text)
            if attributes:
                for start, end in candidate.places:
                    reach[start] = max(reach[start], end)
        self.joined = {kind: "\n".join(sorted(texts)) for kind, texts in self.values.items()}
        # How far the values that begin here or before reach.
        self._reach = list(accumulate(reach, max))

    def covers(self, place: tuple[int, int]) -> bool:
        """Whether a place lies inside an attribute value."""
        return self._reach[place[0]] >= place[1]

    def inner(self, text: str, kind: str) -> bool:
        """Whether a value holds another of the same attribute."""
        return any(len(value) < len(text) and value in text for value in self.values[kind])


def _length(text: str) -> str:
    size = len(text)
    return f"length-{size}" if size < 7 else "length-7-9" if size < 10 else "length-10+"
