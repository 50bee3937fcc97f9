"""Which relics the graph has to read again when the authority file has changed: those it may link otherwise now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from biaotu.authorities import Entry
from biaotu.authorities.index import Index, Match
from biaotu.graph import Graph
from biaotu.taxonomy import ATTRIBUTES

_Seen = frozenset[tuple[str, str, str, bool, bool]]
_PERIOD: Final = "period"


def stale_records(graph: Graph, entries: Mapping[str, Entry]) -> list[str]:
    """Records of a graph whose values may name other entries by a new authority file than by the graph's own.

    A value is looked at again if it matches other entries now, or an entry that has changed or is next to one, or names
    a changed one because a person said so. A changed period concerns all: a time that named nothing stands in no graph.
    """
    old = graph.entries
    changed = {one for one in old.keys() | entries.keys() if old.get(one) != entries.get(one)}
    if any((entries.get(one) or old[one]).type == _PERIOD for one in changed):
        return list(graph.ties.records())
    before, after = Index(old.values()), Index(entries.values())
    touched = changed | {
        other for index in (before, after) for one in changed if one in index.entries for other in index.near(one)
    }
    concerned: dict[tuple[str, str], bool] = {}
    found: dict[str, None] = {}
    for record, attribute, value, entry_id in graph.dataset.values():
        if record in found:
            continue
        if entry_id in changed:
            found[record] = None
        else:
            key = attribute, value
            if key not in concerned:
                name = ATTRIBUTES[attribute].zh
                first, second = before.matches(value, name), after.matches(value, name)
                concerned[key] = _seen(first) != _seen(second) or any(
                    match.entry.id in touched for match in (*first, *second)
                )
            if concerned[key]:
                found[record] = None
    return list(found)


def _seen(matches: tuple[Match, ...]) -> _Seen:
    return frozenset((one.entry.id, one.form, one.kind, one.ambiguous, one.chained) for one in matches)
