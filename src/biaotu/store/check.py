"""Whether a store is sound: what the database says of itself, photos, and all that is worked out against the truth."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from biaotu.authorities import Entry
from biaotu.authorities import check as check_entries
from biaotu.review import LinkItem
from biaotu.search.columns import GONE
from biaotu.store.index.tables import search_documents
from biaotu.store.photos import NEW
from biaotu.store.repos import caches
from biaotu.store.repos.base import kept_item
from biaotu.store.repos.cases import Case, load_cases
from biaotu.store.repos.reading import LIVING, photo_set
from biaotu.store.schema import FROZEN, authority_entries, batches, decisions, record_items, record_versions, records
from biaotu.store.store import Store
from biaotu.store.unit import Unit

PIECE = 200
CLOSE = 1e-9


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it should be.

    Attributes:
        code: stable and ASCII: ``database``, ``unguarded``, ``dangling``, ``authority``, ``photo-missing``,
            ``photo-damaged``, ``photo-stray``, ``stale``.
        object: what it is about: ``record:17``, a photo's digest, a table, an entry's id.
        message: what is wrong, and what to do.
    """

    code: str
    object: str
    message: str


def check(store: Store, deep: bool = False) -> Iterator[Finding]:
    """Look a store over; nothing is changed. Others may work meanwhile.

    Args:
        store: the store.
        deep: read every photo and compare its hash, otherwise its size alone; compare the rows of the search index.

    Yields:
        What is wrong; nothing if all is well.
    """
    with store.reading() as unit:
        yield from _database(unit.connection)
        yield from _unguarded(unit.connection)
        yield from _dangling(unit.connection)
        yield from _entries(unit)
    yield from _photos(store, deep)
    yield from _worked_out(store, deep)


def _database(connection: Connection) -> Iterator[Finding]:
    if connection.dialect.name != "sqlite":
        return
    for row in connection.exec_driver_sql("PRAGMA integrity_check"):
        if row[0] != "ok":
            yield Finding("database", "sqlite", f"{row[0]}; restore a backup")
    for row in connection.exec_driver_sql("PRAGMA foreign_key_check"):
        yield Finding("dangling", str(row[0]), f"a row of {row[0]} names a row of {row[2]} that is not there")


def _unguarded(connection: Connection) -> Iterator[Finding]:
    """Append-only tables whose triggers somebody took away."""
    if connection.dialect.name == "sqlite":
        query = sa.text("SELECT tbl_name, count(*) FROM sqlite_master WHERE type = 'trigger' GROUP BY tbl_name")
    else:
        query = sa.text(
            "SELECT c.relname, 2 FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
            " WHERE t.tgname = c.relname || '_frozen' AND t.tgenabled <> 'D' AND c.relnamespace = "
            "(SELECT relnamespace FROM pg_class WHERE oid = 'records'::regclass)"
        )
    guards = dict(connection.execute(query).tuples().all())
    for table in FROZEN:
        if guards.get(table, 0) < 2:
            yield Finding(
                "unguarded", table, f"the triggers that keep {table} append-only are gone; its rows may be changed"
            )


def _dangling(connection: Connection) -> Iterator[Finding]:
    worded = sa.exists().where(
        record_versions.c.record_id == records.c.id, record_versions.c.version == records.c.text_version
    )
    for record_id in connection.execute(sa.select(records.c.id).where(~worded)).scalars():
        yield Finding("dangling", f"record:{record_id}", "its current version of the words is not there")
    decided = sa.exists().where(decisions.c.batch == batches.c.id)
    for batch in connection.execute(sa.select(batches.c.id).where(~decided)).scalars():
        yield Finding("dangling", f"batch:{batch}", "an act without a decision")
    strays = sa.select(decisions.c.id).join(batches, batches.c.id == decisions.c.batch)
    for decision_id in connection.execute(strays.where(decisions.c.record_id != batches.c.record_id)).scalars():
        yield Finding("dangling", f"decision:{decision_id}", "it is on another record than its act")
    gone = sa.select(record_items.c.record_id).join(records, records.c.id == record_items.c.record_id).where(~LIVING)
    for record_id in connection.execute(gone.distinct()).scalars():
        yield Finding("stale", f"record:{record_id}", "it was removed but is still listed; reindex the store")
    shown = search_documents.c.block != GONE
    gone = sa.select(records.c.id).join(search_documents, search_documents.c.record_id == records.c.id)
    for record_id in connection.execute(gone.where(~LIVING, shown).order_by(records.c.id)).scalars():
        yield Finding("stale", f"record:{record_id}", "it was removed but is still found; reindex the store")


def _entries(unit: Unit) -> Iterator[Finding]:
    """Entries of the authorities that are unlawful or unreadable, and links that lead to none."""
    query = sa.select(authority_entries.c.id, authority_entries.c.entry, authority_entries.c.document)
    for number, entry_id, document in unit.connection.execute(query.order_by(authority_entries.c.id)).tuples():
        try:
            named = Entry.from_dict(document).id
        except (ValueError, TypeError, AttributeError) as error:
            yield Finding("authority", entry_id, f"version {number} cannot be read ({error}); restore a backup")
            return
        if named != entry_id:
            yield Finding("authority", entry_id, f"version {number} holds the entry {named}; restore a backup")
            return
    entries, own = unit.authorities.all(), unit.authorities.overlay()
    for problem in check_entries(entries.values()):
        if problem.entry_id in own:
            yield Finding("authority", problem.entry_id, f"{problem.message}; correct the entry")
    linked = sa.select(decisions.c.id, decisions.c.item).where(decisions.c.item.startswith("link:"))
    for number, key in unit.connection.execute(linked.order_by(decisions.c.id)).tuples():
        item = kept_item(key)
        if isinstance(item, LinkItem) and not item.is_none and item.entry not in entries:
            message = (
                f"it links to {item.entry}, which is no entry; this biaotu's entries are not those it was made with"
            )
            yield Finding("dangling", f"decision:{number}", message)


def _photos(store: Store, deep: bool) -> Iterator[Finding]:
    with store.reading() as unit:
        photos = [(image.digest, image.suffix, image.size) for image in unit.images.all()]
    known: set[Path] = set()
    for digest, suffix, size in photos:
        path = store.photos.path(digest, suffix)
        known.add(path)
        if not path.is_file():
            yield Finding("photo-missing", digest, f"{path} is not there; copy it from a backup or import it again")
        elif path.stat().st_size != size or (deep and not store.photos.intact(digest, suffix)):
            yield Finding("photo-damaged", digest, f"{path} has changed; copy it from a backup or import it again")
    if store.photos.folder.is_dir():
        for path in sorted([*store.photos.folder.glob("*/*"), *store.photos.folder.glob(f"{NEW}*")]):
            if path not in known:
                message = f"no record's photo: {path}; a stopped import leaves such, the next one uses or ignores it"
                yield Finding("photo-stray", path.name, message)


def _worked_out(store: Store, deep: bool) -> Iterator[Finding]:
    with store.reading() as unit:
        ids = list(unit.connection.execute(sa.select(records.c.id).where(LIVING).order_by(records.c.id)).scalars())
    for start in range(0, len(ids), PIECE):
        piece = ids[start : start + PIECE]
        with store.reading() as unit:
            cases = load_cases(unit.connection, piece)
            listed = caches.load_items(unit.connection, piece)
            query = sa.select(records.c.id, records.c.photo_set).where(records.c.id.in_(piece))
            sets = dict(unit.connection.execute(query).tuples().all())
            unfound = unit.search.stale({number: case.view for number, case in cases.items()}) if deep else set()
        for record_id, case in cases.items():
            wrong = _wrong_columns(case)
            wrong += ["record_items"] if listed[record_id] != caches.items(case.view) else []
            wrong += ["photo_set"] if sets[record_id] != photo_set(case.record.digests) else []
            wrong += ["search_documents"] if record_id in unfound else []
            if wrong:
                message = f"{', '.join(wrong)}: not what follows from its annotations and decisions; reindex the store"
                yield Finding("stale", f"record:{record_id}", message)


def _wrong_columns(case: Case) -> list[str]:
    wrong = []
    for name, value in caches.columns(case.view, case.annotation_id).items():
        kept = getattr(case.record, name)
        same = abs(kept - value) < CLOSE if isinstance(value, float) else kept == value
        if not same:
            wrong.append(name)
    return wrong
