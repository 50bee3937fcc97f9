"""Where a value really begins and ends: without white space and without half a pair of quotation marks or brackets."""

from __future__ import annotations

from typing import Final

_PAIRS: Final = ("“”", "‘’", "《》", "〈〉", "「」", "『』", "（）", "()", "【】", "[]")
_OPENERS: Final = {pair[1]: pair[0] for pair in _PAIRS}


def core(value: str) -> tuple[int, int]:
    """The extent of ``value`` that is worth keeping, as offsets in it; empty (start == end) if nothing is.

    ``会剿”`` loses its mark, ``“三省会剿”`` keeps both, ``柳河”中学`` its own: only the ends are looked at.
    """
    loose = _unpaired(value)
    start, end = 0, len(value)
    while start < end and (start in loose or value[start].isspace()):
        start += 1
    while start < end and (end - 1 in loose or value[end - 1].isspace()):
        end -= 1
    return start, end


def _unpaired(value: str) -> set[int]:
    """The places of marks whose other half does not stand in ``value``."""
    opened: dict[str, list[int]] = {opener: [] for opener in _OPENERS.values()}
    loose: set[int] = set()
    for place, char in enumerate(value):
        if char in opened:
            opened[char].append(place)
        elif char in _OPENERS:
            if opened[_OPENERS[char]]:
                opened[_OPENERS[char]].pop()
            else:
                loose.add(place)
    return loose.union(*opened.values())
