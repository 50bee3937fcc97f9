"""A museum's own entries of the authorities from a file into the store, and out of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from biaotu.authorities import Entry, by_id, differing, read_entries
from biaotu.authorities.entries import EntryType
from biaotu.errors import InputError, UsageError
from biaotu.intake.again import written
from biaotu.store import Actor, Store, Unit


@dataclass(frozen=True, slots=True)
class TakenEntries:
    """Ids of the entries of a file: added, changed, there already as they stand in the file."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    same: tuple[str, ...]


def take_entries(store: Store, file: Path, actor: Actor, *, update: bool = False) -> TakenEntries:
    """Take the entries of a file, all or none.

    Args:
        store: the store.
        file: ``.jsonl`` or ``.csv``, see ``read_entries``.
        actor: who does it.
        update: let the file have the word where an entry of the same id says something else.

    Raises:
        InputError: if a row is no entry, an id stands twice, an entry is unlawful, or one is there that says something
            else and ``update`` is not asked for.
        UsageError: if the file cannot be opened.
    """
    try:
        entries = tuple(by_id(read_entries(file)).values())
        return written(store, actor, lambda unit: _take(unit, entries, file, update))
    except InputError as error:
        raise error if error.file else InputError(error.reason, file=str(file)) from error


def write_entries(store: Store, out: Path, *, own: bool = False, type: EntryType | None = None) -> int:
    """Write entries to a file, one a line, as ``take_entries`` reads them; the file is whole or not there.

    Args:
        store: the store.
        out: the file.
        own: only those that people of this museum added, changed or merged.
        type: only those of this type.

    Returns:
        How many.

    Raises:
        UsageError: if the file cannot be written.
    """
    with store.reading() as unit:
        found = unit.authorities.overlay() if own else unit.authorities.all()
    lines = [
        json.dumps(entry.to_dict(), ensure_ascii=False) + "\n"
        for _, entry in sorted(found.items())
        if type in (None, entry.type)
    ]
    draft = out.with_name(f".{out.name}.draft")
    try:
        draft.write_text("".join(lines), encoding="utf-8", newline="\n")
        draft.replace(out)
    except OSError as error:
        raise UsageError(f"{error.filename or out}: cannot be written ({error.strerror})") from error
    finally:
        with suppress(OSError):
            draft.unlink()
    return len(lines)


def _take(unit: Unit, entries: Sequence[Entry], file: Path, update: bool) -> TakenEntries:
    there = unit.authorities.all()
    # A file may say that an entry was checked, but never takes that back: most files do not speak of it.
    entries = [
        replace(entry, checked=entry.checked or (entry.id in there and there[entry.id].checked)) for entry in entries
    ]
    fresh = [entry for entry in entries if entry.id not in there]
    other = {entry.id: found for entry in entries if entry.id in there and (found := differing(there[entry.id], entry))}
    if other and not update:
        told = "; ".join(f"{entry_id} ({', '.join(fields)})" for entry_id, fields in list(other.items())[:5])
        more = f" and {len(other) - 5} more" if len(other) > 5 else ""
        raise InputError(f"{told}{more} stand otherwise in the store; --update takes what the file says")
    if fresh:
        unit.authorities.add_many(fresh)
    if other:
        unit.authorities.change_many([entry for entry in entries if entry.id in other], file.name)
    same = tuple(entry.id for entry in entries if entry.id in there and entry.id not in other)
    return TakenEntries(tuple(entry.id for entry in fresh), tuple(other), same)
