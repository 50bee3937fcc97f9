"""What a person typed, understood: words are all wanted, ``"a phrase"`` as one, ``-word`` not, ``a OR b`` either.

Chinese commas and full stops part words as spaces do, except inside quotes: people type 红军，长征.

Any string is a query: what makes no sense as an operator is read as a word, and a query that is too long is cut.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from biaotu.search.folding import fold

MAX_LENGTH = 256
"""Code points of a query that are read; a title copied whole fits."""
MAX_TERMS = 16

_TOKEN = re.compile(
    r"(?P<minus>(?<!\S)[-－])?"
    r'(?:["＂“”](?P<phrase>[^"＂“”]*)["＂“”]|(?P<word>[^\s"＂“”，、；。]+|["＂“”]))'
)


@dataclass(frozen=True, slots=True)
class ParsedQuery:
    """Folded terms.

    Attributes:
        clauses: every clause must be met, by any one of its terms.
        excluded: none of these may occur.
        cut: the query was longer than ``MAX_LENGTH`` or had more than ``MAX_TERMS`` terms; the rest was not read.
    """

    clauses: tuple[tuple[str, ...], ...] = ()
    excluded: tuple[str, ...] = ()
    cut: bool = False

    @property
    def wanted(self) -> tuple[str, ...]:
        """The terms to rank by and to highlight, each once."""
        return tuple(dict.fromkeys(term for clause in self.clauses for term in clause))

    def __bool__(self) -> bool:
        """Whether it asks for anything."""
        return bool(self.clauses or self.excluded)


def parse(text: str) -> ParsedQuery:
    """Read a query; never raises."""
    cut = len(text) > MAX_LENGTH
    clauses: list[tuple[str, ...]] = []
    excluded: list[str] = []
    terms = 0
    either = False  # OR stands between the last clause and what comes now
    for match in _TOKEN.finditer(text[:MAX_LENGTH]):
        word = match["word"]
        if word in ("OR", "ＯＲ", "|", "｜") and not match["minus"]:
            either = bool(clauses)
            continue
        term = fold(match["phrase"] if word is None else word)
        if not term:
            continue
        terms += 1
        if terms > MAX_TERMS:
            cut = True
            break
        if match["minus"]:
            excluded.append(term)
        elif either:
            clauses[-1] = (*clauses[-1], term)
        else:
            clauses.append((term,))
        either = False
    return ParsedQuery(tuple(dict.fromkeys(clauses)), tuple(dict.fromkeys(excluded)), cut)
