"""Where the lexicon speaks: for every character, which kinds of words of the lexicon begin at it or run over it."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from biaotu.taxonomy import ATTRIBUTES
from biaotu.text.lexicon import Lexicon

OBJECT_KIND: Final = "objects"
WIDTH: Final = 2 * (len(ATTRIBUTES) + 1)
"""Two flags (begins, goes on) for each attribute, and for object nouns."""

_COLUMNS: Final = {term.id: 2 * place for place, term in enumerate(ATTRIBUTES)}
_OBJECT_COLUMN: Final = 2 * len(ATTRIBUTES)

Marks = npt.NDArray[np.uint8]


class LexiconMarks:
    """Lexicon matches as features of the attribute network.

    Of words of the same kind only the longest at a place counts, so ``红军大学`` hides ``红军``; words of other kinds
    inside it still show.

    Args:
        lexicon: the domain lexicon, the user's own words included.
    """

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._kinds: dict[str, tuple[int, ...]] = {}

    def of(self, text: str) -> Marks:
        """Flags of every character of a reading's text, uint8 [N, ``WIDTH``]."""
        marks = np.zeros((len(text), WIDTH), np.uint8)
        reach = dict.fromkeys(range(0, WIDTH, 2), 0)
        for match in sorted(self._lexicon.find(text, overlapping=True), key=lambda found: (found.start, -found.end)):
            for column in self._columns(match.word):
                if match.end <= reach[column]:
                    continue
                reach[column] = match.end
                marks[match.start, column] = 1
                marks[match.start + 1 : match.end, column + 1] = 1
        return marks

    def _columns(self, word: str) -> tuple[int, ...]:
        known = self._kinds.get(word)
        if known is None:
            columns = {_COLUMNS[attribute] for attribute in self._lexicon.attributes(word)}
            if OBJECT_KIND in self._lexicon.kinds(word):
                columns.add(_OBJECT_COLUMN)
            known = self._kinds[word] = tuple(sorted(columns))
        return known
