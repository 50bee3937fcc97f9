"""Entries of the authorities: found, added, corrected, merged."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, cast

from fastapi import Query

from biaotu.api import entries
from biaotu.api.access import Caller, Reader, Reviewer
from biaotu.api.deciding import patiently
from biaotu.api.openapi import problems
from biaotu.api.routing import api_router
from biaotu.api.schemas.authorities import (
    Entry,
    EntryId,
    EntryMerge,
    EntryPage,
    EntryType,
    EntryUpdate,
    NewEntry,
)
from biaotu.api.schemas.common import Cursor, Limit, ShortText
from biaotu.api.services import Parts, Services
from biaotu.authorities import find
from biaotu.errors import NotFound
from biaotu.knowledge.linking import Authorities
from biaotu.store import Unit
from biaotu.store.cursors import read_cursor, write_cursor

router = api_router("/authorities", "authorities")


@router.get(
    "",
    operation_id="list_entries",
    summary="Persons, bodies, places, events",
    response_model=EntryPage,
    responses=problems(),
)
def list_entries(
    _caller: Reader,
    parts: Parts,
    q: Annotated[ShortText, Query(description="A name, a variant or a part of one, in any spelling.")] = "",
    type: Annotated[EntryType | None, Query(description="Only entries of this type.")] = None,
    kind: Annotated[ShortText | None, Query(description="Only entries of this kind: army, county, battle ...")] = None,
    checked: Annotated[bool | None, Query(description="Only those that were compared with a source, or not.")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> EntryPage:
    """Entries that bear a name, the very name first; without `q` all of them. Merged ones are left out."""
    with parts.store.reading() as unit:
        known = Authorities.of(unit)
    wanted = [
        entry
        for entry in known.entries.values()
        if type in (None, entry.type) and kind in (None, entry.kind) and checked in (None, entry.checked)
    ]
    found = find(wanted, q)
    after = None if cursor is None else cast("tuple[int, str, str]", read_cursor(cursor, int, str, str))
    left = [pair for pair in found if after is None or pair[0] > after]
    more = write_cursor(*left[limit - 1][0]) if len(left) > limit else None
    return EntryPage(items=[entries.row(entry) for _, entry in left[:limit]], next=more, total=len(found))


@router.get(
    "/{entry_id}",
    operation_id="get_entry",
    summary="An entry",
    response_model=Entry,
    responses=problems("not-found"),
)
def get_entry(entry_id: EntryId, _caller: Reader, parts: Parts) -> Entry:
    """All that is said of an entry. One that was merged into another tells by which it is replaced."""
    with parts.store.reading() as unit:
        return _shown(unit, entry_id)


@router.post(
    "",
    operation_id="add_entry",
    summary="Add an entry",
    status_code=201,
    response_model=Entry,
    responses=problems("conflict"),
)
def add_entry(new: NewEntry, caller: Reviewer, parts: Parts) -> Entry:
    """Add an entry; values of every record are linked to it from now on. Nothing but a role is said of a person."""

    def work(unit: Unit) -> str:
        return unit.authorities.add(entries.added(new)).id

    return _done(parts, caller, work)


@router.put(
    "/{entry_id}",
    operation_id="change_entry",
    summary="Correct an entry",
    response_model=Entry,
    responses=problems("not-found", "conflict"),
)
def change_entry(entry_id: EntryId, change: EntryUpdate, caller: Reviewer, parts: Parts) -> Entry:
    """Set names, dates, neighbours, note, source, or that it was checked. What it said before stays in the store."""

    def work(unit: Unit) -> str:
        new = entries.updated(unit.authorities.get(entry_id), change)
        return unit.authorities.change(new, change.reason, base=change.base).id

    return _done(parts, caller, work)


@router.post(
    "/{entry_id}/merge",
    operation_id="merge_entries",
    summary="Merge an entry into another",
    response_model=Entry,
    responses=problems("not-found"),
)
def merge_entries(entry_id: EntryId, wanted: EntryMerge, caller: Reviewer, parts: Parts) -> Entry:
    """Both ids stay valid; names and links of the entry go to the other one, which is answered and is to be checked."""

    def work(unit: Unit) -> str:
        return unit.authorities.merge(entry_id, wanted.into, wanted.note).id

    return _done(parts, caller, work)


def _done(parts: Services, caller: Caller, work: Callable[[Unit], str]) -> Entry:
    def act() -> str:
        with parts.store.writing(caller.actor) as unit:
            return work(unit)

    entry_id = patiently(act)
    with parts.store.reading() as unit:
        return _shown(unit, entry_id)


def _shown(unit: Unit, entry_id: str) -> Entry:
    known = Authorities.of(unit)
    if entry_id not in known.entries:
        raise NotFound(f"there is no entry {entry_id}")
    return entries.full(known.entries[entry_id], known.entries, own=entry_id in known.own)
