"""Entries of the authorities: those of the package, overlaid by what people of this museum made of them.

Every change is a new row; who made it stands in the row, in the entry's own history and in the audit log. Writers take
turns, since what is lawful depends on all entries together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Final

import sqlalchemy as sa

from biaotu.authorities import ATTRIBUTE_TYPES, Entry, add, by_id, merge, resolve, revise, shipped_entries
from biaotu.errors import Conflict, NotFound, Refused
from biaotu.review import NO_ENTRY, Item, LinkItem
from biaotu.store.repos.base import Repository, pieces
from biaotu.store.schema import authority_entries

_TURN: Final = 0x656E747279  # one number that all processes on a PostgreSQL server agree on


class AuthorityRepository(Repository):
    """Entries, and what people add to them."""

    def version(self) -> int:
        """Grows with every change of an entry in this store; 0 if there was none."""
        return int(self._connection.scalar(sa.select(sa.func.max(authority_entries.c.id))) or 0)

    def overlay(self, after: int = 0) -> dict[str, Entry]:
        """The entries that this store has a version of its own of, by id; only those that changed after a version."""
        newest = sa.select(sa.func.max(authority_entries.c.id)).group_by(authority_entries.c.entry)
        newest = newest.where(authority_entries.c.id > after)
        query = sa.select(authority_entries.c.document).where(authority_entries.c.id.in_(newest))
        found = self._connection.execute(query.order_by(authority_entries.c.id)).scalars()
        return by_id(Entry.from_dict(document) for document in found)

    def all(self) -> dict[str, Entry]:
        """Every entry as it is now: the package's, and this store's in their place or beside them."""
        return by_id(shipped_entries()) | self.overlay()

    def get(self, entry_id: str) -> Entry:
        """One entry as it is now, also one that was merged into another.

        Raises:
            NotFound: if there is none.
        """
        own = self._newest(entry_id)
        entry = own if own is not None else self._shipped.get(entry_id)
        if entry is None:
            raise NotFound(f"there is no entry {entry_id}")
        return entry

    def resolve(self, entry_id: str) -> Entry:
        """The entry that an id means today, through all merges.

        Raises:
            NotFound: if there is none.
        """
        entry = self.get(entry_id)
        while entry.replaced_by:
            entry = self.get(entry.replaced_by)
        return entry

    def present(self, link: LinkItem) -> LinkItem:
        """A link as it is to be written: to the entry that its id means today.

        Raises:
            Refused: if there is no such entry, or values of that attribute do not name entries of its type.
        """
        types = ATTRIBUTE_TYPES.get(link.span.name)
        if types is None:
            raise Refused(f"{link.key}: {link.span.name} names no entries; {' '.join(ATTRIBUTE_TYPES)} do")
        if link.entry == NO_ENTRY:
            return link
        try:
            entry = self.resolve(link.entry)
        except NotFound as error:
            raise Refused(f"{link.key}: {error}; add it first") from error
        if entry.type not in types:
            raise Refused(f"{link.key}: {entry.name} is a {entry.type}; {link.span.name} names a {' or '.join(types)}")
        return replace(link, entry=entry.id)

    def meant(self, item: Item) -> Item:
        """An item, a link by the entry that its id means today; as it is if there is no such entry."""
        if not isinstance(item, LinkItem) or item.is_none:
            return item
        try:
            return replace(item, entry=self.resolve(item.entry).id)
        except NotFound:
            return item

    def name_of(self, entry_id: str) -> str:
        """What an entry is called; its id if there is none."""
        try:
            return self.get(entry_id).name
        except NotFound:
            return entry_id

    def add(self, new: Entry) -> Entry:
        """Add an entry.

        Raises:
            Conflict: if its id is taken.
            InputError: if it is unlawful among the others, with every reason.
        """
        return self.add_many([new])[0]

    def add_many(self, new: Sequence[Entry]) -> list[Entry]:
        """Add entries, all or none; they may name one another.

        Raises:
            Conflict: if an id is taken.
            InputError: if one is unlawful among the others, with every reason.
        """
        before = self._taken_turn()
        taken = [entry.id for entry in new if entry.id in before]
        if taken:
            raise Conflict(f"there is an entry {taken[0]} already ({before[taken[0]].name}); correct it, or merge")
        after = add(before, new, at=self._at, by=self._by)
        added = [after[entry.id] for entry in new]
        self._put(added)
        for entry in added:
            self._unit.audit.add("authority.add", f"authority:{entry.id}", {"name": entry.name})
        return added

    def change(self, new: Entry, note: str = "", *, base: int | None = None) -> Entry:
        """Give an entry other names, dates, neighbours or notes, or mark it as checked.

        Args:
            new: the entry under its old id, as it is to be.
            note: why.
            base: how many changes the person saw in its history, if known.

        Raises:
            NotFound: if there is none.
            Conflict: if it was changed after ``base``.
            InputError: if it was merged, is as it was, or would be unlawful among the others.
        """
        old = self._taken_turn().get(new.id)
        if old is None:
            raise NotFound(f"there is no entry {new.id}")
        if base is not None and base != len(old.history):
            last = old.history[-1:]  # none if the package's own is still untouched, whatever the person thinks they saw
            told = "".join(f"; {one.act} by {one.by}: {one.note or one.at}" for one in last)
            raise Conflict(f"{new.id} is not as you saw it{told}; look at it again")
        return self.change_many([new], note)[0]

    def change_many(self, new: Sequence[Entry], note: str = "") -> list[Entry]:
        """Correct entries, all or none, whoever changed them before.

        Raises:
            InputError: if one is unknown, was merged, is as it was, or would be unlawful, with every reason.
        """
        after = revise(self._taken_turn(), new, at=self._at, by=self._by, note=note)
        changed = [after[entry.id] for entry in new]
        self._put(changed)
        for entry in changed:
            detail = {"name": entry.name, "changed": entry.history[-1].note, "checked": entry.checked}
            self._unit.audit.add("authority.change", f"authority:{entry.id}", detail)
        return changed

    def merge(self, gone: str, into: str, note: str = "") -> Entry:
        """Merge an entry into another; both ids stay valid, links to the one lead to the other from now on.

        Returns:
            The entry that stays.

        Raises:
            NotFound: if there is no such entry.
            InputError: if one was merged before, the types differ, or the result would be unlawful.
        """
        before = self._taken_turn()
        for entry_id in (gone, into):
            if entry_id not in before:
                raise NotFound(f"there is no entry {entry_id}")
        after = merge(before, into, gone, at=self._at, by=self._by, note=note)
        self._put([entry for entry in after.values() if before.get(entry.id) != entry])
        detail = {"into": into, "name": before[gone].name, "note": note}
        self._unit.audit.add("authority.merge", f"authority:{gone}", detail)
        return resolve(after, into)

    def versions(self, entry_id: str) -> list[Entry]:
        """What this store ever held under an id, oldest first; nothing if it is the package's, untouched."""
        query = sa.select(authority_entries.c.document).where(authority_entries.c.entry == entry_id)
        found = self._connection.execute(query.order_by(authority_entries.c.id)).scalars()
        return [Entry.from_dict(document) for document in found]

    @cached_property
    def _shipped(self) -> Mapping[str, Entry]:
        return by_id(shipped_entries())

    @property
    def _at(self) -> str:
        return self._unit.now().isoformat()

    @property
    def _by(self) -> str:
        return self._unit.actor.name

    def _newest(self, entry_id: str) -> Entry | None:
        query = sa.select(authority_entries.c.document).where(authority_entries.c.entry == entry_id)
        document = self._connection.scalar(query.order_by(authority_entries.c.id.desc()).limit(1))
        return None if document is None else Entry.from_dict(document)

    def _taken_turn(self) -> dict[str, Entry]:
        """All entries, once nobody else is changing them."""
        if self._unit.postgresql:  # SQLite has one writer at a time
            self._connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": _TURN})
        return self.all()

    def _put(self, entries: Iterable[Entry]) -> None:
        at = self._unit.now()
        rows = [
            {
                "entry": entry.id,
                "document": entry.to_dict(),
                "user_id": self._user_id,
                "actor": self._by,
                "at": at,
            }
            for entry in entries
        ]
        for piece in pieces(rows):
            self._connection.execute(sa.insert(authority_entries), piece)
