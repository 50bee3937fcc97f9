"""Adding entries, correcting them, merging two that mean the same: pure functions from entries to entries.

Nothing is lost in a merge: the entry that goes keeps its id, points to the one that stays (``replaced_by``), and its
names become variants of that one. Times and names of people are handed in; these functions ask no clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from typing import Final

from biaotu.authorities.check import check
from biaotu.authorities.entries import Change, Entry, Variant
from biaotu.errors import InputError

Entries = Mapping[str, Entry]
"""Entries by id."""

_FIELDS: Final = tuple(field.name for field in fields(Entry) if field.name not in ("id", "replaced_by", "history"))


def by_id(entries: Iterable[Entry]) -> dict[str, Entry]:
    """Entries by their ids.

    Raises:
        InputError: if an id stands twice.
    """
    found: dict[str, Entry] = {}
    for entry in entries:
        if entry.id in found:
            raise InputError(f"the id {entry.id} stands twice; give each entry its own")
        found[entry.id] = entry
    return found


def add(entries: Entries, new: Entry | Iterable[Entry], *, at: str, by: str) -> dict[str, Entry]:
    """The entries with a new one, or with several that may name one another.

    Args:
        entries: those there are.
        new: what to add; its history begins here.
        at: when, ISO 8601.
        by: the name of who adds it.

    Raises:
        InputError: if an id is taken or an entry is unlawful among the others, with every reason.
    """
    fresh = (new,) if isinstance(new, Entry) else tuple(new)
    after = dict(entries)
    for entry in fresh:
        if entry.id in after:
            raise InputError(f"the id {entry.id} is taken by {after[entry.id].name}; choose another, or merge the two")
        after[entry.id] = replace(entry, history=(*entry.history, Change("added", at, by)))
    return _lawful(after, {entry.id for entry in fresh})


def revise(entries: Entries, new: Entry | Iterable[Entry], *, at: str, by: str, note: str = "") -> dict[str, Entry]:
    """The entries with one or several as they are to be from now on; their history goes on.

    Args:
        entries: those there are.
        new: entries under their old ids; their history is that of the old ones, whatever they say.
        at: when, ISO 8601.
        by: the name of who corrects them.
        note: why; the history names the fields that changed in any case.

    Raises:
        InputError: if there is no such entry, it was merged into another, nothing differs, or the result would be
            unlawful among the others, with every reason.
    """
    fresh = (new,) if isinstance(new, Entry) else tuple(new)
    after = dict(entries)
    for entry in fresh:
        old = after.get(entry.id)
        if old is None:
            raise InputError(f"there is no entry {entry.id}")
        if old.replaced_by:
            raise InputError(f"{entry.id} was merged into {old.replaced_by} before; correct that one")
        changed = differing(old, entry)
        if not changed:
            raise InputError(f"{entry.id} is as it was; nothing to change")
        told = f"{', '.join(changed)}. {note}".strip()
        history = (*old.history, Change("changed", at, by, told))
        after[entry.id] = replace(entry, replaced_by="", history=history)
    return _lawful(after, {entry.id for entry in fresh})


def differing(one: Entry, other: Entry) -> tuple[str, ...]:
    """The fields in which two entries say different things; ids, merges and history do not count."""
    return tuple(name for name in _FIELDS if getattr(one, name) != getattr(other, name))


def merge(entries: Entries, keep: str, gone: str, *, at: str, by: str, note: str = "") -> dict[str, Entry]:
    """The entries after ``gone`` was merged into ``keep``; both ids stay.

    What ``keep`` does not say (dates, note, broader) is taken over from ``gone``; where both say something, ``keep``
    has the word and the other stays readable in the merged entry. Entries that pointed to ``gone`` point to ``keep``.

    Args:
        entries: those there are.
        keep: id of the entry that stays.
        gone: id of the entry that is replaced.
        at: when, ISO 8601.
        by: the name of who merges.
        note: why; kept in both histories.

    Raises:
        InputError: if an id is unknown, one was merged before, the types differ, or the result would be unlawful.
    """
    for one in (keep, gone):
        if one not in entries:
            raise InputError(f"there is no entry {one}")
        if entries[one].replaced_by:
            raise InputError(f"{one} was merged into {entries[one].replaced_by} before; use that one")
    stays, goes = entries[keep], entries[gone]
    if keep == gone or stays.type != goes.type:
        raise InputError(f"{keep} and {gone} cannot be merged: two entries of one type are wanted")
    above = stays.broader if stays.broader != gone else ""
    merged = replace(
        stays,
        variants=_variants(stays, goes),
        begin=stays.begin or goes.begin,
        end=stays.end or goes.end,
        broader=above or (goes.broader if goes.broader != keep else ""),
        see=tuple(one for one in dict.fromkeys((*stays.see, *goes.see)) if one not in (keep, gone)),
        note=stays.note or goes.note,
        source="; ".join(dict.fromkeys(source for source in (stays.source, goes.source) if source)),
        checked=False,  # a registrar has not seen the two together
        history=(*stays.history, Change("merged", at, by, f"{gone} merged into this entry. {note}".strip())),
    )
    left = replace(
        goes, replaced_by=keep, history=(*goes.history, Change("merged", at, by, f"replaced by {keep}. {note}".strip()))
    )
    moved = {
        entry.id: replace(
            entry,
            broader=keep if entry.broader == gone else entry.broader,
            see=tuple(one for one in dict.fromkeys(keep if one == gone else one for one in entry.see)),
            replaced_by=keep if entry.replaced_by == gone else entry.replaced_by,
        )
        for entry in entries.values()
        if entry.id not in (keep, gone) and (entry.broader == gone or gone in entry.see or entry.replaced_by == gone)
    }
    return _lawful({**entries, **moved, keep: merged, gone: left}, {keep, gone, *moved})


def resolve(entries: Entries, entry_id: str) -> Entry:
    """The entry that an id means today, through all merges.

    Raises:
        InputError: if there is no such id.
    """
    if entry_id not in entries:
        raise InputError(f"there is no entry {entry_id}")
    entry = entries[entry_id]
    while entry.replaced_by:
        entry = entries[entry.replaced_by]
    return entry


def _variants(stays: Entry, goes: Entry) -> tuple[Variant, ...]:
    """All names of both, each once, without the one the merged entry is called by."""
    found = {variant.form: variant for variant in stays.variants}
    for variant in (Variant(goes.name, "other"), *goes.variants):
        if variant.form != stays.name:
            found.setdefault(variant.form, variant)
    return tuple(found.values())


def _lawful(entries: dict[str, Entry], touched: set[str]) -> dict[str, Entry]:
    problems = [problem for problem in check(entries.values()) if problem.entry_id in touched]
    if problems:
        raise InputError("; ".join(str(problem) for problem in problems))
    return entries
