"""Where the words of a query stand in a text, in offsets of the text as it is."""

from __future__ import annotations

from collections.abc import Iterable

from biaotu.search.folding import fold, fold_with_places


def highlights(text: str, terms: Iterable[str]) -> tuple[tuple[int, int], ...]:
    """All stretches of ``text`` that fold to one of ``terms``, merged where they overlap, in order.

    Args:
        text: the original text.
        terms: folded terms, as ``ParsedQuery.wanted`` gives them.

    Returns:
        ``(start, end)`` pairs in code points of ``text``.
    """
    plain = fold(text)
    terms = [term for term in terms if term and term in plain]
    if not terms:
        return ()
    folded = fold_with_places(text)
    found: list[tuple[int, int]] = []
    for term in terms:
        start = folded.text.find(term)
        while start >= 0:
            found.append(folded.original(start, start + len(term)))
            start = folded.text.find(term, start + 1)
    merged: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)
