"""What the texts say of each string: cohesion, freedom, where it stands, how the segmentation cuts it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from biaotu.training.discover.counts import LONGEST, Counts
from biaotu.training.discover.general import General
from biaotu.training.discover.texts import Text

BORDER: Final = ""
"""The neighbour of a string at the end of its stretch: punctuation or the end of the text."""
_NUMBER: Final = "0"
_LATIN: Final = "A"
_NEIGHBOURS: Final = 128
"""So many different neighbours of a string are told apart on each side; more change nothing in its freedom."""
_OPEN: Final = "《〈“‘「『"
_CLOSE: Final = "》〉”’」』"


@dataclass(slots=True)
class Seen:
    """The places of one string.

    Attributes:
        left: its left neighbours with counts, ``BORDER`` for none.
        right: its right neighbours.
        count: how often it stands there.
        texts: in how many records.
        quoted: how often between quotation or title marks.
        works: how often between title marks, as the names of books and papers stand.
        titles: how often in a title.
        ends: how often at the end of a title.
        last: number of the last record it stood in.
    """

    left: dict[str, int] = field(default_factory=dict)
    right: dict[str, int] = field(default_factory=dict)
    count: int = 0
    texts: int = 0
    quoted: int = 0
    works: int = 0
    titles: int = 0
    ends: int = 0
    last: int = -1


def look(texts: Iterable[Text], strings: Iterable[str]) -> dict[str, Seen]:
    """Gather the places of the strings (two to ``LONGEST`` characters) in one pass."""
    seen = {string: Seen() for string in strings}
    # Most starts hold no string at all: the first two characters tell.
    lengths: dict[str, set[int]] = {}
    for string in seen:
        lengths.setdefault(string[:2], set()).add(len(string))
    beginnings = {start: tuple(sorted(found)) for start, found in lengths.items()}
    for number, text in enumerate(texts):
        whole, title = text.text, text.title
        for offset, run in text.runs():
            size = len(run)
            for start in range(size - 1):
                for length in beginnings.get(run[start : start + 2], ()):
                    if start + length > size:
                        break
                    found = seen.get(run[start : start + length])
                    if found is not None:
                        _note(found, whole, offset + start, offset + start + length, title, number)
    return seen


def _note(found: Seen, text: str, start: int, end: int, title: int, number: int) -> None:
    left = text[start - 1] if start and start != title else " "
    right = text[end] if end < len(text) and end != title else " "
    _neighbour(found.left, left)
    _neighbour(found.right, right)
    found.count += 1
    if found.last != number:
        found.last = number
        found.texts += 1
    if left in _OPEN and right in _CLOSE:
        found.quoted += 1
        found.works += left == "《"
    if end <= title:
        found.titles += 1
        found.ends += end == len(text[:title].rstrip("。，、；： ")) or right in "（("


def _neighbour(side: dict[str, int], char: str) -> None:
    if not char.isalnum():
        char = BORDER
    elif char.isascii():
        char = _NUMBER if char.isdigit() else _LATIN
    if char in side or len(side) < _NEIGHBOURS:
        side[char] = side.get(char, 0) + 1


@dataclass(frozen=True, slots=True)
class Cut:
    """What a segmentation makes of the texts.

    Attributes:
        aligned: how often it puts word borders at both ends of a string.
        words: how often it gives each word.
        total: how many words it gives.
    """

    aligned: dict[str, int]
    words: dict[str, int]
    total: int


def cut(texts: Iterable[Text], strings: Iterable[str], general: General) -> Cut:
    """Segment the texts and compare with the places of the strings."""
    aligned = dict.fromkeys(strings, 0)
    met: dict[str, int] = {}
    for text in texts:
        for _, run in text.runs():
            words = general.cut(run)
            for place, word in enumerate(words):
                met[word] = met.get(word, 0) + 1
                string = ""
                for part in words[place : place + LONGEST]:
                    string += part
                    if len(string) > LONGEST:
                        break
                    if string in aligned:
                        aligned[string] += 1
    return Cut(aligned, met, sum(met.values()))


def cohesion(string: str, counts: Counts) -> float:
    """Pointwise mutual information of the weakest joint, ``min_k log(N f(w) / (f(w[:k]) f(w[k:])))``."""
    strings, total = counts.strings, counts.total
    number = strings[string]
    # A part that pruning has lost stands at least as often as the whole.
    joints = (strings.get(string[:cut], number) * strings.get(string[cut:], number) for cut in range(1, len(string)))
    return math.log(total * number / max(joints))


def freedom(neighbours: Mapping[str, int]) -> float:
    """Entropy of the neighbours in nats; every border counts as a neighbour of its own."""
    total = sum(neighbours.values())
    if not total:
        return 0.0
    borders = neighbours.get(BORDER, 0)
    rest = sum(number * math.log(number) for char, number in neighbours.items() if char != BORDER)
    return math.log(total) - rest / total if borders < total else math.log(total)


def hold(neighbours: Mapping[str, int]) -> float:
    """Share of the commonest neighbour that is a character: near 1 the string is a piece of a longer one."""
    total = sum(neighbours.values())
    return max((number for char, number in neighbours.items() if char not in (BORDER, _NUMBER)), default=0) / max(
        total, 1
    )
