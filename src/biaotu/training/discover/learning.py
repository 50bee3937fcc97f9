"""From strings and their places to a judge, the types, and the rows of the strings that may be new words."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from biaotu.errors import InputError
from biaotu.text.lexicon import Lexicon
from biaotu.training.discover.counts import LONGEST, Counts
from biaotu.training.discover.features import Describer, Ends, Row
from biaotu.training.discover.general import General
from biaotu.training.discover.judge import Judge
from biaotu.training.discover.kinds import Kinds
from biaotu.training.discover.measures import Seen, cut
from biaotu.training.discover.proposals import ALIGNED, composed
from biaotu.training.discover.texts import Text

_HALVES: Final = 2
_NAMES: Final = frozenset(["ns", "nt", "nz"])
_PERSONS: Final = frozenset(["nr", "nrt", "nrfg"])


@dataclass(frozen=True, slots=True)
class Learnt:
    """What was learnt, and from what words may be chosen.

    Attributes:
        judge: scores rows.
        kinds: guesses types.
        rows: the strings that may be proposed.
        longer: counts of words of three characters or more that need no proposal: known ones, and such as only put
            known ones side by side. Their pieces are no words because of them.
    """

    judge: Judge
    kinds: Kinds
    rows: list[Row]
    longer: dict[str, int]


def learn(
    texts: Iterable[Text], seen: Mapping[str, Seen], counts: Counts, lexicon: Lexicon, *, seed: int = 1
) -> Learnt:
    """Learn what a word looks like in this corpus.

    Half of the known words are hidden, the texts are cut with the other half, and the hidden ones are described as
    if they were new; then the halves change places. So a known word and a new one are described alike.

    Raises:
        InputError: there are too few examples.
    """
    general = General(lexicon.words)
    classes = general.words()
    teachers = [word for word in seen if word in lexicon or _is_name(word, classes.get(word, ""))]
    new = [string for string in seen if string not in classes and string not in lexicon]
    ends = Ends((word for word in lexicon.words if 1 < len(word) <= LONGEST), seen)
    known: list[Row] = []
    others: list[Row] = []
    for half in range(_HALVES):
        hidden = dict.fromkeys(word for word in teachers if _half(word) == half)
        strings = [*hidden, *(string for string in new if _half(string) == half)]
        partial = General((word for word in lexicon.words if word not in hidden), hidden)
        describer = Describer(counts, partial, cut(texts, strings, partial), ends, lexicon)
        for string in strings:
            row = describer.row(string, seen[string])
            if row is not None:
                (known if string in hidden else others).append(row)
    try:
        judge = Judge(known, others, seed=seed)
    except ValueError as error:
        reason = f"the texts are too few to judge by ({error}); hand in more records or ask for a lower least count"
        raise InputError(reason) from error
    describer = Describer(counts, general, cut(texts, new, general), ends, lexicon)
    persons = frozenset(entry.word for entry in lexicon.entries if entry.attribute == "person")
    described = (describer.row(string, seen[string]) for string in new)
    aligned = [row for row in described if row and row.aligned >= ALIGNED]
    plain = [row.string for row in aligned if composed(row, general, persons)]
    repeated = frozenset(plain)
    longer = {word: seen[word].count for word in (*teachers, *plain) if len(word) > 2}
    rows = [row for row in aligned if row.string not in repeated]
    return Learnt(judge, Kinds(lexicon, seen, general, seed=seed), rows, longer)


def _is_name(word: str, word_class: str) -> bool:
    """Whether jieba knows a word as a name; its persons of two characters are too often ordinary words."""
    return word_class in _NAMES or (word_class in _PERSONS and len(word) > 2)


def _half(word: str) -> int:
    return zlib.crc32(word.encode("utf-8")) % _HALVES
