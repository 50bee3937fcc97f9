"""The store: opened at a place, read and written in units of work."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import Final, Self

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from biaotu.errors import Busy, Damaged, Full, NotFound, StoreError
from biaotu.search import SearchPage, SearchQuery
from biaotu.store.engine import BUSY_SECONDS, WRITES, make_engine
from biaotu.store.migrations import current_version, migrate
from biaotu.store.photos import PhotoFolder
from biaotu.store.place import StorePlace
from biaotu.store.search import Searcher
from biaotu.store.unit import Unit
from biaotu.store.values import Actor, RecordSummary

Clock = Callable[[], datetime]


class Store:
    """An open store. Threads may share it; close it or use it as a context manager.

    Attributes:
        place: where it lives.
        photos: the photo folder.
        engine: the SQLAlchemy engine of the rows.
        clock: tells the time.
    """

    def __init__(self, place: StorePlace, clock: Clock | None = None) -> None:
        self.place = place
        self.clock: Clock = clock or (lambda: datetime.now(UTC))
        self.photos = PhotoFolder(place.photos)
        self.engine = make_engine(place)
        self._searcher = Searcher(self)
        # SQLite has one writer at a time. Threads of this process queue here, in turn and without polling the file.
        self._turn = threading.Lock() if place.database is None else None

    @classmethod
    def open(cls, place: StorePlace, create: bool = False, clock: Clock | None = None) -> Store:
        """Open the store at a place, bringing an older schema up to date.

        Args:
            place: where it lives.
            create: make it if there is none.
            clock: tells the time; the system's by default.

        Raises:
            NotFound: if there is none.
            StoreError: if it cannot be reached or written, or a newer biaotu made it.
        """
        if not create and place.database is None and not place.sqlite.is_file():
            raise NotFound(f"no store in {place.folder}; biaotu import FILE makes one, or name another folder")
        try:
            place.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(f"the folder {place.folder} cannot be made: {error}") from error
        store = cls(place, clock)
        try:
            store._settle(create)
        except BaseException:
            store.close()
            raise
        return store

    def _settle(self, create: bool) -> None:
        with _translated(self.place):
            with self.engine.connect() as connection:
                version = current_version(connection)
            if version is None and not create:
                raise NotFound(f"no store in {self.place.described}; biaotu import FILE makes one")
            migrate(self.engine)
        with self._session(Actor.system("store"), writes=True) as unit:
            unit.words.settle_terms()

    def close(self) -> None:
        """Close all connections; the store must not be used afterwards."""
        self.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextmanager
    def reading(self) -> Iterator[Unit]:
        """A unit that sees one state of the store throughout and cannot change it.

        Raises:
            Busy: if the database did not answer in time or the connection was lost.
            Damaged: if the database is damaged.
            StoreError: if it failed otherwise.
        """
        with self._session(Actor.system("reader"), writes=False) as unit:
            yield unit

    @contextmanager
    def writing(self, actor: Actor) -> Iterator[Unit]:
        """A unit of work: all or nothing. When the block has ended, what it wrote outlasts a crash.

        Do nothing slow inside: on SQLite everyone else who wants to write waits.

        Raises:
            Busy: if another writer was in the way for too long, both waited for each other, or the connection was
                lost before the end; nothing was written, try again.
            Full: if the disk is full; nothing was written.
            Damaged: if the database is damaged.
            StoreError: if the database failed otherwise.
        """
        with self._session(actor, writes=True) as unit:
            yield unit

    def search(self, query: SearchQuery) -> SearchPage:
        """Answer a query from the index, as of now.

        Raises:
            QueryError: if it cannot be answered as asked.
            NotFound: if the record that others are to be like is not there.
            StoreError: if the database failed.
        """
        return self.search_records(query)[0]

    def search_records(self, query: SearchQuery) -> tuple[SearchPage, dict[int, tuple[RecordSummary, str]]]:
        """Answer a query; with the page the records of its hits and their descriptions, as of the same moment.

        Raises:
            QueryError, NotFound, StoreError: as ``search`` does.
        """
        return self._searcher.search(query)

    @contextmanager
    def _session(self, actor: Actor, *, writes: bool) -> Iterator[Unit]:
        with self._waiting_turn(writes), _translated(self.place) as stage, self._connection(writes) as connection:
            unit = Unit(connection, actor, self.clock)
            yield unit
            unit.settle()
            stage.committing = writes

    @contextmanager
    def _connection(self, writes: bool) -> Iterator[Connection]:
        with self.engine.connect().execution_options(**{WRITES: writes}) as connection, connection.begin():
            yield connection

    @contextmanager
    def _waiting_turn(self, writes: bool) -> Iterator[None]:
        if not writes or self._turn is None:
            yield
            return
        if not self._turn.acquire(timeout=BUSY_SECONDS):
            raise Busy(f"another write to {self.place.described} took longer than {BUSY_SECONDS} s; try again")
        try:
            yield
        finally:
            self._turn.release()


@dataclass(slots=True)
class _Stage:
    """How far a transaction is: once it is being committed, a connection that breaks leaves open what became of it."""

    committing: bool = False


@contextmanager
def _translated(place: StorePlace) -> Iterator[_Stage]:
    """Errors of the database as errors of the store."""
    stage = _Stage()
    try:
        yield stage
    except sa.exc.TimeoutError as error:
        raise Busy("all connections to the database are in use; try again") from error
    except sa.exc.DBAPIError as error:
        raise _told(place, error, stage) from error
    except sa.exc.StatementError as error:  # a value that the driver cannot send
        raise StoreError(f"{place.described}: a value cannot be stored: {error.orig}") from error
    except UnicodeDecodeError as error:  # SQLite quotes damaged bytes in its own messages
        raise Damaged(f"{place.described}: {_DAMAGED}") from error


_DAMAGED: Final = (
    "the database is damaged; biaotu store check says where, a backup (biaotu store backup makes them) takes its place"
)

_NO_TEXT: Final = "Could not decode to UTF-8"
"""How Python's driver of SQLite begins when bytes are no text; it gives no code with it."""
_SHUT_DOWN: Final = ("57P01", "57P02", "57P03")
"""admin_shutdown, crash_shutdown, cannot_connect_now."""
_CUT: Final = ("terminating connection", "pipeline mode")
"""How psycopg tells a cut connection in the middle of several statements, or of connecting."""


def _told(place: StorePlace, error: sa.exc.DBAPIError, stage: _Stage) -> StoreError:
    """What an error of the database means to whoever asked."""
    cause = str(error.orig).strip()
    primary = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF
    state = getattr(error.orig, "sqlstate", None) or ""
    if primary in (5, 6) or state in ("55P03", "40P01", "40001"):
        # SQLITE_BUSY, SQLITE_LOCKED; lock_not_available, deadlock_detected, serialization_failure
        return Busy(f"the database is busy ({cause}); try again")
    # The server names a code with all it says, words of the caller among it; what has none is the driver's own.
    if error.connection_invalidated or state in _SHUT_DOWN or (not state and any(word in cause for word in _CUT)):
        if stage.committing:
            return StoreError(
                f"the connection to the database was lost while a change was being written ({cause}); see whether it "
                "is there, then try again"
            )
        return Busy(f"the connection to the database was lost ({cause}); try again")
    if primary == 13 or state == "53100":  # SQLITE_FULL, disk_full
        return Full("the disk that holds the database is full; make room, then try again")
    if primary in (11, 26) or cause.startswith(_NO_TEXT):  # SQLITE_CORRUPT, SQLITE_NOTADB
        told = _NO_TEXT if cause.startswith(_NO_TEXT) else cause  # else the damaged bytes are quoted
        return Damaged(f"{place.described}: {told}: {_DAMAGED}")
    if primary in (8, 14):  # SQLITE_READONLY, SQLITE_CANTOPEN
        cause += "; reading it needs the right to write as well, to the file and to its folder"
    return StoreError(f"{place.described}: {cause}")
