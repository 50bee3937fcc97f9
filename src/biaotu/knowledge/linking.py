"""Which entries of the authorities the values of a record name: what people said, and what is likely where nobody did.

What is likely is never stored. It follows from the record's values, what people linked on it, and the entries, and is
worked out when somebody asks.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cache
from types import MappingProxyType
from typing import Final, Literal
from weakref import WeakKeyDictionary

from biaotu.authorities import Candidate, Entry, Linker, Links, RecordContext, by_id, key, shipped_entries
from biaotu.authorities.dates import years_in
from biaotu.authorities.linking import SURE
from biaotu.records import Span
from biaotu.review import RecordView, SpanItem
from biaotu.review.items import SPAN_FIELDS
from biaotu.store import Unit
from biaotu.taxonomy import ATTRIBUTES

LinkStatus = Literal["suggested", "accepted", "none"]
"""How a value is linked: by the linker, by a person, not at all."""

SAME_NAME: Final = 0.95
"""How much of the chance a name takes over from the same name that a person linked elsewhere on the record: one name
seldom means two in one text. A stance, not a measurement."""

_ACCEPTED: Final = "accepted"
_SUGGESTED: Final = "suggested"
_NONE: Final = "none"
_TIME: Final = ATTRIBUTES["time"].zh

_ENTRIES: Final[WeakKeyDictionary[object, Authorities]] = WeakKeyDictionary()
"""The entries of each open store, by its engine: they go with it."""
_LOCK: Final = threading.Lock()


@dataclass(frozen=True, slots=True, eq=False)
class Authorities:
    """Every entry, those of the package overlaid by the store's, and a linker for them. Threads may share it.

    ``version`` is that of the store's entries that it was made from, 0 for the package alone; ``own`` are the ids of
    those that people of the museum added, changed or merged.
    """

    entries: Mapping[str, Entry]
    linker: Linker
    version: int = 0
    own: frozenset[str] = frozenset()

    @classmethod
    def of(cls, unit: Unit) -> Authorities:
        """The entries as a reading unit sees them; kept between calls and made anew when the store's have changed.

        Not for a unit that writes: what it wrote may never be committed, but would be kept.
        """
        version = unit.authorities.version()
        if version == 0:
            return shipped()
        engine = unit.connection.engine
        with _LOCK:
            kept = _ENTRIES.get(engine)
            if kept is None or kept.version > version:  # the unit sees an older state than another has seen
                kept = shipped()
            if kept.version != version:
                fresh = unit.authorities.overlay(kept.version)
                entries = {**kept.entries, **fresh}
                kept = cls(MappingProxyType(entries), Linker(entries.values()), version, kept.own | fresh.keys())
                _ENTRIES[engine] = kept
            return kept

    def resolve(self, entry_id: str) -> Entry | None:
        """The entry that an id means today, through all merges; None if there is none."""
        entry = self.entries.get(entry_id)
        while entry is not None and entry.replaced_by:
            entry = self.entries.get(entry.replaced_by)
        return entry


@cache
def shipped() -> Authorities:
    """The entries of the package alone."""
    return Authorities(MappingProxyType(by_id(shipped_entries())), Linker(shipped_entries()))


@dataclass(frozen=True, slots=True)
class SpanLink:
    """What one value of a record names.

    Attributes:
        item: the value.
        entry: the entry; None if it names none, or nothing sure can be said.
        confidence: 1 for what a person said, else the linker's for ``entry`` (0 without one).
        status: ``accepted`` by a person (an entry, or with ``entry`` None that it names none of them), ``suggested``
            by the linker, ``none``.
        reason: why, in Chinese words.
        candidates: all entries that it may name, the likeliest first, rejected ones too.
        rejected: ids of entries that people said it does not name.
        none_of_these: how likely it is that it names none of the candidates.
        within: id of the entry that it is a part of (红四军 for 红四军军械处), where no entry fits.
        by: who accepted it.
    """

    item: SpanItem
    entry: Entry | None
    confidence: float
    status: LinkStatus
    reason: str
    candidates: tuple[Candidate, ...]
    rejected: tuple[str, ...]
    none_of_these: float
    within: str | None = None
    by: str | None = None


def links_of(view: RecordView, authorities: Authorities) -> dict[str, SpanLink]:
    """The links of all shown values that can name an entry, by the keys of their items.

    What people accepted on other values of the record counts: the same name means the same there, and what it is near
    to is likelier. What is written on the photos says nothing of who is meant in title and description; the other way
    round it does.
    """
    said = _said(view, authorities)
    shown = {one.item: span for one, span in view.shown_spans()}
    told = {item: span for item, span in shown.items() if item.field != "ocr"}
    found = _linked(view, told, told, said, authorities)
    if len(told) < len(shown):
        found |= _linked(view, shown, shown.keys() - told.keys(), said, authorities)
    return {item.key: found[item] for item in shown if item in found}


@dataclass(frozen=True, slots=True)
class _Said:
    """What people said of a value: the entry they accepted or that it is none, who accepted it, what they rejected."""

    entry: Entry | None = None
    none: bool = False
    by: str | None = None
    rejected: tuple[str, ...] = ()

    @property
    def settled(self) -> bool:
        return self.none or self.entry is not None


_NOTHING: Final = _Said()


def _said(view: RecordView, authorities: Authorities) -> dict[SpanItem, _Said]:
    """What people said, by value. An entry that is no longer known is passed over, as if nobody had named it."""
    found: dict[SpanItem, _Said] = {}
    for link in view.links:
        before = found.get(link.item.span, _NOTHING)
        entry = None if link.item.is_none else authorities.resolve(link.item.entry)
        if link.status == "accepted" and (link.item.is_none or entry is not None):
            found[link.item.span] = replace(before, entry=entry, none=link.item.is_none, by=link.by)
        elif link.status == "rejected" and entry is not None:
            found[link.item.span] = replace(before, rejected=(*before.rejected, entry.id))
    return found


def _linked(
    view: RecordView,
    spans: Mapping[SpanItem, Span],
    wanted: Collection[SpanItem],
    said: Mapping[SpanItem, _Said],
    authorities: Authorities,
) -> dict[SpanItem, SpanLink]:
    """The links of the wanted ones of some values, in the light of all of these."""
    settled = {item: one for item, one in said.items() if one.settled and item in spans}
    context = RecordContext(
        tuple(spans.values()),
        years_in(span.value for span in spans.values() if span.type == _TIME),
        {field: view.facts.text(field) for field in SPAN_FIELDS},
        {spans[item]: one.entry.id if one.entry else "" for item, one in settled.items()},
    )
    same: dict[tuple[str, str], _Said | None] = {}
    for item, one in settled.items():
        name = (item.type, key(spans[item].value))
        if name not in same:
            same[name] = one
        elif (other := same[name]) is None or other.entry != one.entry:
            same[name] = None  # people said that the name means two here: it tells nothing of a third place
    links = dict(authorities.linker.link_record(context))
    return {
        item: _of_value(
            item, links[span], said.get(item, _NOTHING), same.get((item.type, key(span.value))), authorities
        )
        for item, span in spans.items()
        if item in wanted and span in links
    }


def _of_value(item: SpanItem, links: Links, said: _Said, same: _Said | None, authorities: Authorities) -> SpanLink:
    candidates, none = _weighed(links, said, None if said.settled else same)
    entry, confidence, by = said.entry, 1.0, said.by
    status: LinkStatus = _ACCEPTED
    reason = f"由 {said.by} 确认"
    if not said.settled:
        best = candidates[0] if candidates and candidates[0].confidence > SURE else None
        entry, status, confidence, by = None, _NONE, 0.0, None
        reason = _why_none(candidates, links, same, authorities)
        if best is not None:
            entry, status = authorities.entries[best.entry_id], _SUGGESTED
            confidence, reason = best.confidence, best.reason
    return SpanLink(item, entry, confidence, status, reason, candidates, said.rejected, none, links.within, by)


def _weighed(links: Links, said: _Said, same: _Said | None) -> tuple[tuple[Candidate, ...], float]:
    """Candidates and "none of these" once people have spoken.

    What they rejected is out; what they said of the same name elsewhere on the record counts for nearly all.
    """
    kept = [one for one in links.candidates if one.entry_id not in said.rejected]
    left = links.none_of_these + sum(one.confidence for one in kept)
    scale = 1 / left if left > 0 else 0.0
    weighed = {one.entry_id: replace(one, confidence=one.confidence * scale) for one in kept}
    none = links.none_of_these * scale if left > 0 else 1.0
    if same is not None and (same.none or (same.entry is not None and same.entry.id not in said.rejected)):
        weighed = {name: replace(one, confidence=one.confidence * (1 - SAME_NAME)) for name, one in weighed.items()}
        none *= 1 - SAME_NAME
        if same.entry is None:
            none += SAME_NAME
        else:
            own = weighed.get(same.entry.id, Candidate(same.entry.id, 0.0, ""))
            reason = "；".join(part for part in (f"本件同名已由 {same.by} 确认", own.reason) if part)
            weighed[same.entry.id] = Candidate(same.entry.id, own.confidence + SAME_NAME, reason)
    gone = [replace(one, confidence=0.0) for one in links.candidates if one.entry_id in said.rejected]
    return tuple(sorted((*weighed.values(), *gone), key=lambda one: (-one.confidence, one.entry_id))), none


def _why_none(candidates: tuple[Candidate, ...], links: Links, same: _Said | None, authorities: Authorities) -> str:
    if same is not None and same.none:
        return f"本件同名已由 {same.by} 确认不在规范名中"
    if links.within is not None:
        return f"是“{authorities.entries[links.within].name}”的一部分，规范名中没有这一条"
    return "候选中没有一条足够可信" if candidates else "规范名中没有这个名称"
