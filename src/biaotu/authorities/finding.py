"""Finding entries by what somebody types: any spelling of a name or variant, or a part of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from biaotu.authorities.entries import Entry
from biaotu.authorities.spelling import key

Place = tuple[int, str, str]
"""Where an entry stands in a listing: how well it fits, its name, its id."""

_WHOLE, _BEGINS, _HOLDS = range(3)
ANYTHING: Final = 0
"""The fit of every entry if nothing was asked for."""


def find(entries: Iterable[Entry], text: str = "") -> list[tuple[Place, Entry]]:
    """The entries that bear a name, the best first: the very name, names that begin with it, names that hold it.

    Args:
        entries: where to look; those that were merged into others are left out.
        text: what is looked for, in any spelling (115师 finds 一一五师); everything if nothing but white space.

    Returns:
        Entries with their places, in the order of the places.
    """
    wanted = key(text)
    if text.strip() and not wanted:
        return []
    found = []
    for entry in entries:
        fit = None if entry.replaced_by else _fit(entry, wanted)
        if fit is not None:
            found.append(((fit, entry.name, entry.id), entry))
    return sorted(found, key=lambda pair: pair[0])


def _fit(entry: Entry, wanted: str) -> int | None:
    if not wanted:
        return ANYTHING
    names = [key(form) for form in (entry.name, *(variant.form for variant in entry.variants))]
    if wanted in names:
        return _WHOLE
    if any(name.startswith(wanted) for name in names):
        return _BEGINS
    return _HOLDS if any(wanted in name for name in names) else None
