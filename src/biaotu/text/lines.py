"""The reading of words that were read on photos: passages that have no bond with each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from biaotu.text.reading import INSERTED, Reading, clean

_STOP: Final = "。"
_ENDS: Final = "。！？；，、："


def read_passages(whole: str, passages: Sequence[tuple[int, int]]) -> Reading:
    """Make the reading of some passages of a text; a full stop is set between them, so that none runs into the next.

    Args:
        whole: the text.
        passages: start and end of each in it, in order.

    Returns:
        A reading with an empty title, whose ``description`` is the whole text.
    """
    text = ""
    origins: list[int] = []
    for start, end in passages:
        passage, places = clean(whole[start:end])
        if text and passage and text[-1] not in _ENDS:
            text += _STOP
            origins.append(INSERTED)
        text += passage
        # A description's origins are counted from behind the title and its full stop, see ``Reading.origins``.
        origins.extend(INSERTED if place == INSERTED else place + start + 1 for place in places)
    return Reading(text, tuple(origins), 0, "", whole)
