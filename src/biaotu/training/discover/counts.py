"""How often every string of two to eight characters stands in the texts, in bounded memory.

Level by level, as in Apriori (Agrawal & Srikant 1994): a string can only be frequent if both its parts that are one
character shorter are. A level's table that outgrows its limit is pruned as in lossy counting (Manku & Motwani 2002),
and if too many strings are frequent, the rarest are given up and the least count rises.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from biaotu.training.discover.texts import Text

LONGEST: Final = 8
"""Words are looked for up to this length."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Counts of strings inside stretches of Chinese characters.

    Attributes:
        strings: strings of one to ``LONGEST`` characters that stand ``least`` times or more (single ones: all).
        total: how many characters were counted.
        least: the count below which strings were given up; above ``asked`` if memory would not have held them all.
        missed: by how much a count can be too low because of pruning; 0 if nothing was pruned.
    """

    strings: dict[str, int]
    total: int
    least: int
    missed: int


def count(texts: Iterable[Text], *, least: int, limit: int) -> Counts:
    """Count the strings of the texts.

    Args:
        texts: iterated once for each length.
        least: rarer strings are given up.
        limit: how many strings a table may hold; bounds the memory (about 120 bytes a string).
    """
    singles: Counter[str] = Counter()
    for text in texts:
        for _, run in text.runs():
            singles.update(run)
    strings: dict[str, int] = dict(singles)
    shorter: set[str] = {char for char, number in singles.items() if number >= least}
    missed = 0
    for length in range(2, LONGEST + 1):
        level, pruned = _level(texts, length, shorter, limit)
        missed = max(missed, pruned)
        shorter = {string for string, number in level.items() if number >= least}
        strings.update((string, level[string]) for string in shorter)
        least = _shrink(strings, least, limit)
        shorter = {string for string in shorter if string in strings}
        if not shorter:
            break
    return Counts(strings, sum(singles.values()), least, missed)


def _level(texts: Iterable[Text], length: int, shorter: set[str], limit: int) -> tuple[dict[str, int], int]:
    """The counts of one length, and how much was pruned."""
    level: dict[str, int] = {}
    pruned = 0
    part = length - 1
    for text in texts:
        for _, run in text.runs():
            if len(run) < length:
                continue
            before = run[:part] in shorter
            for start in range(1, len(run) - part + 1):
                here = run[start : start + part] in shorter
                if before and here:
                    string = run[start - 1 : start + part]
                    level[string] = level.get(string, 0) + 1
                before = here
        while len(level) > limit:
            pruned += 1
            level = {string: number for string, number in level.items() if number > pruned}
    return level, pruned


def _shrink(strings: dict[str, int], least: int, limit: int) -> int:
    """Give up the rarest strings until the limit holds; gives the new least count."""
    while len(strings) > limit:
        least += 1
        for string in [one for one, number in strings.items() if number < least and len(one) > 1]:
            del strings[string]
        if max(strings.values()) < least:
            break
    return least
