"""What words say of characters: for every character, which kinds of words begin at it or run over it.

The lexicon knows the domain; the words of the segmentation and of the general dictionary know names, places and bodies
that no relic text has shown yet.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt

from biaotu.taxonomy import ATTRIBUTES
from biaotu.text.lexicon import Lexicon
from biaotu.text.segment import Segmenter

OBJECT_KIND: Final = "objects"
LEXICON_WIDTH: Final = 2 * (len(ATTRIBUTES) + 1)
"""Two flags (begins, goes on) for each attribute, and for object nouns."""

WORD_CLASSES: Final = ("nr", "ns", "nt", "nz", "n", "v", "a", "m", "q", "t", "eng", "f", "other", "unknown")
"""Groups of jieba's word classes: persons, places, bodies, other names, nouns, verbs, adjectives, numerals, measures,
times, Latin, locatives, the rest, and words that the dictionary does not know."""
NAME_CLASSES: Final = ("nr", "ns", "nt", "nz", "n", "t")
"""Those whose dictionary words are flagged even where the segmentation cuts otherwise."""

WIDTH: Final = LEXICON_WIDTH + 2 * (len(WORD_CLASSES) + len(NAME_CLASSES))

_COLUMNS: Final = {term.id: 2 * place for place, term in enumerate(ATTRIBUTES)}
_OBJECT_COLUMN: Final = 2 * len(ATTRIBUTES)

Marks = npt.NDArray[np.uint8]


class TextMarks:
    """All flags of a text, the features of words in the attribute network.

    Args:
        lexicon: the domain lexicon, the user's own words included.
        segmenter: that knows the lexicon's words.
    """

    def __init__(self, lexicon: Lexicon, segmenter: Segmenter) -> None:
        self._parts = (LexiconMarks(lexicon), WordMarks(segmenter), DictionaryMarks(segmenter))

    def of(self, text: str) -> Marks:
        """Flags of every character of a reading's text, uint8 [N, ``WIDTH``]."""
        return np.concatenate([part.of(text) for part in self._parts], axis=1)


def _flagged(length: int, width: int, words: Sequence[tuple[int, int, int]]) -> Marks:
    """Flags uint8 [length, width] of words (start, end, column): the column at the start, the next one behind it."""
    marks = np.zeros((length, width), np.uint8)
    if words:
        starts, ends, columns = np.array(words, np.intp).T
        sizes = ends - starts
        # The places of all words one behind the other: each word's own counting from its start.
        within = np.arange(int(sizes.sum())) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        marks[within + np.repeat(starts, sizes), np.repeat(columns, sizes) + (within > 0)] = 1
    return marks


class LexiconMarks:
    """Lexicon matches.

    Of words of the same kind only the longest at a place counts, so ``红军大学`` hides ``红军``; words of other kinds
    inside it still show.

    Args:
        lexicon: the domain lexicon, the user's own words included.
    """

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._kinds: dict[str, tuple[int, ...]] = {}

    def of(self, text: str) -> Marks:
        """Flags of every character of a reading's text, uint8 [N, ``LEXICON_WIDTH``]."""
        words = []
        reach = [0] * LEXICON_WIDTH
        for start, end, word in self._lexicon.find(text, overlapping=True):
            for column in self._columns(word):
                if end > reach[column]:
                    reach[column] = end
                    words.append((start, end, column))
        return _flagged(len(text), LEXICON_WIDTH, words)

    def _columns(self, word: str) -> tuple[int, ...]:
        known = self._kinds.get(word)
        if known is None:
            columns = {_COLUMNS[attribute] for attribute in self._lexicon.attributes(word)}
            if OBJECT_KIND in self._lexicon.kinds(word):
                columns.add(_OBJECT_COLUMN)
            known = self._kinds[word] = tuple(sorted(columns))
        return known


class WordMarks:
    """The words of the segmentation, each by its class."""

    def __init__(self, segmenter: Segmenter) -> None:
        self._segmenter = segmenter

    def of(self, text: str) -> Marks:
        """Flags of every character, uint8 [N, 2 * ``WORD_CLASSES``]: every character is in one word."""
        word_class = self._segmenter.word_class
        words = [
            (start, end, 2 * WORD_CLASSES.index(class_group(word_class(word))))
            for word, start, end in self._segmenter.cut(text)
        ]
        return _flagged(len(text), 2 * len(WORD_CLASSES), words)


class DictionaryMarks:
    """The names and nouns that the general dictionary finds anywhere in the text, the longest at each place."""

    def __init__(self, segmenter: Segmenter) -> None:
        self._segmenter = segmenter

    def of(self, text: str) -> Marks:
        """Flags of every character, uint8 [N, 2 * ``NAME_CLASSES``]."""
        words = []
        reach = [0] * len(NAME_CLASSES)
        word_class = self._segmenter.word_class
        for start, end in self._segmenter.dictionary_words(text):
            group = class_group(word_class(text[start:end]))
            if group in NAME_CLASSES:
                place = NAME_CLASSES.index(group)
                if end > reach[place]:
                    reach[place] = end
                    words.append((start, end, 2 * place))
        return _flagged(len(text), 2 * len(NAME_CLASSES), words)


@cache
def class_group(word_class: str) -> str:
    """The group of ``WORD_CLASSES`` that one of jieba's word classes belongs to."""
    if not word_class:
        return "unknown"
    if word_class in _GROUPS:
        return _GROUPS[word_class]
    return word_class[0] if word_class[0] in "nva" else "other"


_GROUPS: Final = {
    **{name: name for name in ("nr", "ns", "nt", "nz", "m", "q", "t", "eng", "f")},
    "nrt": "nr",
    "nrfg": "nr",
    "mq": "m",
}
