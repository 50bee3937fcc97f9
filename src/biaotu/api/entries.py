"""Entries of the authorities as the routes take and give them."""

from __future__ import annotations

from collections.abc import Mapping

from biaotu.api.schemas.authorities import (
    Entry,
    EntryChange,
    EntryName,
    EntryRow,
    EntrySummary,
    EntryUpdate,
    Link,
    LinkCandidate,
    Links,
    NewEntry,
    Variant,
)
from biaotu.authorities import Entry as Told
from biaotu.authorities import Variant as ToldVariant
from biaotu.authorities import own_id
from biaotu.knowledge.linking import Authorities, SpanLink
from biaotu.review import RecordView


def summary(entry: Told) -> EntrySummary:
    """Who or what is meant."""
    return EntrySummary(
        id=entry.id,
        type=entry.type,
        name=entry.name,
        kind=entry.kind,
        begin=entry.begin,
        end=entry.end,
        note=entry.note,
        checked=entry.checked,
    )


def row(entry: Told) -> EntryRow:
    """The same with its other names."""
    variants = [
        Variant(form=one.form, kind=one.kind, begin=one.begin, end=one.end, ambiguous=one.ambiguous)
        for one in entry.variants
    ]
    return EntryRow(**summary(entry).model_dump(), variants=variants)


def full(entry: Told, entries: Mapping[str, Told], *, own: bool) -> Entry:
    """All that is said of an entry."""
    below = sorted((one for one in entries.values() if one.broader == entry.id), key=lambda one: (one.begin, one.id))
    narrower = [one.id for one in below if not one.replaced_by]
    named = [one for one in (entry.broader, *narrower, *entry.see, entry.replaced_by) if one in entries]
    return Entry(
        **row(entry).model_dump(),
        broader=entry.broader,
        narrower=narrower,
        see=list(entry.see),
        source=entry.source,
        replaced_by=entry.replaced_by,
        history=[EntryChange(act=one.act, at=one.at, by=one.by, note=one.note) for one in entry.history],
        names={one: EntryName(id=one, type=entries[one].type, name=entries[one].name) for one in named},
        own=own,
        version=len(entry.history),
    )


def added(new: NewEntry) -> Told:
    """An entry to add; one without an id gets that of ``read_entries``, the same for the same name."""
    return Told(
        id=new.id or own_id(new.type, new.name),
        type=new.type,
        name=new.name,
        variants=_variants(new.variants),
        begin=new.begin,
        end=new.end,
        kind=new.kind,
        broader=new.broader,
        see=tuple(new.see),
        note=new.note,
        source=new.source,
        checked=new.checked,
    )


def updated(old: Told, change: EntryUpdate) -> Told:
    """An entry as it is to be."""
    return Told(
        id=old.id,
        type=old.type,
        name=change.name,
        variants=_variants(change.variants),
        begin=change.begin,
        end=change.end,
        kind=change.kind,
        broader=change.broader,
        see=tuple(change.see),
        note=change.note,
        source=change.source,
        checked=change.checked,
        replaced_by=old.replaced_by,
        history=old.history,
    )


def links(view: RecordView, found: Mapping[str, SpanLink], authorities: Authorities) -> Links:
    """The links of a record."""
    values = {one.item.key: one.value for one in view.attributes}
    return Links(
        items=[_link(one, values[key], authorities) for key, one in found.items()],
        revision=view.revision,
    )


def _link(link: SpanLink, value: str, authorities: Authorities) -> Link:
    entries = authorities.entries
    return Link(
        span=link.item.key,
        type=link.item.name,
        value=value,
        field=link.item.field,
        status=link.status,
        entry=None if link.entry is None else summary(link.entry),
        confidence=round(link.confidence, 4),
        reason=link.reason,
        by=link.by,
        candidates=[
            LinkCandidate(
                entry=summary(entries[one.entry_id]),
                confidence=round(one.confidence, 4),
                reason=one.reason,
                rejected=one.entry_id in link.rejected,
            )
            for one in link.candidates
        ],
        none_of_these=round(link.none_of_these, 4),
        within=None if link.within is None else summary(entries[link.within]),
    )


def _variants(variants: list[Variant]) -> tuple[ToldVariant, ...]:
    return tuple(ToldVariant(one.form, one.kind, one.begin, one.end, one.ambiguous) for one in variants)
