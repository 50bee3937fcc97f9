"""One row of numbers a string: what the judge weighs. No weight is set by hand; all are learnt from known words."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Container, Iterable
from dataclasses import dataclass
from typing import Final

from biaotu.training.discover.counts import Counts
from biaotu.training.discover.general import General, Parts
from biaotu.training.discover.measures import BORDER, Cut, Seen, cohesion, freedom, hold

PIECE: Final = 0.75
"""A string that has the same character beside it in so many of its places is a piece of a longer word."""

_FUNCTION: Final = frozenset("upcdrymqeok")
"""Classes of jieba at which no name begins or ends: particles, prepositions, conjunctions, adverbs, pronouns,
numerals, measure words, interjections, affixes."""
_MEASURES: Final = "年月日号个件张枚只把支条块层米厘两斤元角分岁名位座次届级部种套幅页册等时代世多余千百万亿"
_NUMERALS: Final = "〇零一二三四五六七八九十百千万亿两几数第"
_NO_START: Final = (
    "的了在和与及或是为于以从被把对向到就也都又而其这那该此之所由给让使等并但则因若如将已曾还很最更不没有各每某"
)
_NO_END: Final = _NO_START + "者时后前中上下里内外间"


def well_formed(string: str, parts: Parts) -> bool:
    """Whether a string can be a word by its ends: no function word, no measure word, no number with its unit."""
    first, last = parts.words[0], parts.words[-1]
    if (len(first) == 1 and first in _NO_START) or (len(last) == 1 and last in _NO_END):
        return False
    if len(parts.words) > 1 and (parts.classes[0] in "upcryeo" or parts.classes[-1] in _FUNCTION):
        return False
    bare = string.lstrip(_NUMERALS)
    if bare == string:
        return True
    return len(string) > 2 and bare != "" and bare[0] not in _MEASURES


def whole(seen: Seen) -> bool:
    """Maximality: whether the string stands by itself rather than as a piece of one longer, equally frequent string."""
    return hold(seen.left) < PIECE and hold(seen.right) < PIECE


class Ends:
    """How known words begin and end, against how strings of the corpus do.

    For an end ``e`` the value is ``log((w(e) + a p(e)) / (W + a)) - log p(e)``, ``w`` counting known words that end so,
    ``p(e)`` the share of the corpus's strings that do. The string itself is never counted among the known words.
    """

    _SMOOTHING: Final = 50.0

    def __init__(self, known: Iterable[str], strings: Iterable[str]) -> None:
        self._known = frozenset(known)
        self._words: Counter[tuple[str, str]] = Counter(end for word in self._known for end in _ends(word))
        self._strings: Counter[tuple[str, str]] = Counter()
        self._size = 0
        for string in strings:
            self._size += 1
            self._strings.update(_ends(string))

    def of(self, string: str) -> dict[str, float]:
        """The four log ratios: first and last character, first two and last two."""
        own = string in self._known
        size = len(self._known) - own
        row: dict[str, float] = {}
        for kind, end in _ends(string):
            share = (self._strings[kind, end] + 1) / (self._size + 2)
            words = self._words[kind, end] - own
            row[kind] = math.log((words + self._SMOOTHING * share) / (size + self._SMOOTHING)) - math.log(share)
        return row


def _ends(word: str) -> list[tuple[str, str]]:
    found = [("first1", word[:1]), ("last1", word[-1:])]
    if len(word) > 2:
        found += [("first2", word[:2]), ("last2", word[-2:])]
    return found


@dataclass(frozen=True, slots=True)
class Measures:
    """The figures of a string that a person may want to see.

    Attributes:
        cohesion: the weakest joint's pointwise mutual information.
        freedom: the smaller of the two neighbour entropies.
        keyness: ``log(f / N) - log P``, ``P`` what general Chinese makes of its parts.
    """

    cohesion: float
    freedom: float
    keyness: float


@dataclass(slots=True)
class Row:
    """A string with all that is known of it.

    ``aligned`` is the share of its places at whose both ends the segmentation has a word border; ``values`` are the
    features by name.
    """

    string: str
    seen: Seen
    parts: Parts
    measures: Measures
    aligned: float
    values: dict[str, float]


@dataclass(frozen=True, slots=True)
class Describer:
    """Makes the rows of strings.

    Attributes:
        counts: of the whole corpus.
        general: general Chinese, which must not know a string whose row is to teach.
        cut: the segmentation of the texts by ``general``.
        ends: how known words begin and end.
        listed: the words of the lexicon.
    """

    counts: Counts
    general: General
    cut: Cut
    ends: Ends
    listed: Container[str]

    def row(self, string: str, seen: Seen) -> Row | None:
        """The row of a string of two to eight Chinese characters; None if it cannot be a word."""
        parts = self.general.parts(string)
        if not whole(seen) or not well_formed(string, parts):
            return None
        number = seen.count
        share = math.log(number / self.counts.total)
        left, right = freedom(seen.left), freedom(seen.right)
        measures = Measures(cohesion(string, self.counts), min(left, right), share - parts.log_probability)
        return Row(
            string,
            seen,
            parts,
            measures,
            self.cut.aligned[string] / number,
            {
                "cohesion": measures.cohesion,
                "freedom": measures.freedom,
                "left": left,
                "right": right,
                "keyness": measures.keyness,
                "joint": share - self._expected(parts),
                "aligned": self.cut.aligned[string] / number,
                "one word": self.cut.words.get(string, 0) / number,
                **_places(seen),
                **self._form(string, parts),
                **self.ends.of(string),
            },
        )

    def _expected(self, parts: Parts) -> float:
        """Log probability of the parts side by side as often as their counts in this corpus make it."""
        words, total = self.cut.words, max(self.cut.total, 1)
        return sum(math.log((words.get(word, 0) + 1) / total) for word in parts.words)

    def _form(self, string: str, parts: Parts) -> dict[str, float]:
        words, classes = parts.words, parts.classes
        form = {
            "rarest part": parts.rarest,
            "commonest part": parts.commonest,
            "parts": float(len(words)),
            "single": sum(len(word) == 1 for word in words) / len(words),
            f"length {len(string)}": 1.0,
            f"first {_sort(parts, 0)}": 1.0,
            f"last {_sort(parts, -1)}": 1.0,
            "first listed": float(words[0] in self.listed),
            "last listed": float(words[-1] in self.listed),
            f"shape {'-'.join(str(len(word)) for word in words[:4])}": 1.0,
            "function inside": float(any(one in _FUNCTION for one in classes)),
            "verb inside": float("v" in classes),
        }
        if len(classes) > 1:
            form[f"pair {classes[0]} {classes[-1]}"] = 1.0
        return form


def _places(seen: Seen) -> dict[str, float]:
    number = seen.count
    return {
        "count": math.log(number),
        "spread": math.log(seen.texts / number),
        "left relative": freedom(seen.left) / math.log(number + 1),
        "right relative": freedom(seen.right) / math.log(number + 1),
        "left hold": hold(seen.left),
        "right hold": hold(seen.right),
        "left border": seen.left.get(BORDER, 0) / number,
        "right border": seen.right.get(BORDER, 0) / number,
        "quoted": seen.quoted / number,
        "title": seen.titles / number,
        "title end": seen.ends / number,
    }


def _sort(parts: Parts, place: int) -> str:
    """Class of a part, and whether it is a single character: 赴 in 赴日本 says more than any verb."""
    return parts.classes[place] + (" single" if len(parts.words[place]) == 1 else "")
