"""A unit of work: one transaction and the repositories that work in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cached_property
from typing import Final

from sqlalchemy.engine import Connection

from biaotu.review import RecordView
from biaotu.store.repos.annotations import AnnotationRepository
from biaotu.store.repos.attempts import AttemptRepository
from biaotu.store.repos.audit import AuditRepository
from biaotu.store.repos.authorities import AuthorityRepository
from biaotu.store.repos.bulk import BulkRepository
from biaotu.store.repos.decisions import DecisionRepository
from biaotu.store.repos.images import ImageRepository
from biaotu.store.repos.imports import ImportRepository
from biaotu.store.repos.jobs import JobRepository
from biaotu.store.repos.lists import ListRepository
from biaotu.store.repos.queue import QueueRepository
from biaotu.store.repos.records import RecordRepository
from biaotu.store.repos.tokens import TokenRepository
from biaotu.store.repos.users import UserRepository
from biaotu.store.repos.words import WordRepository
from biaotu.store.search import SearchRepository
from biaotu.store.values import Actor
from biaotu.store.vectors import VectorRepository

MOST_PENDING: Final = 2000
"""Views that wait for the index at most; they take memory."""


class Unit:
    """One transaction. Made by ``Store.reading`` and ``Store.writing``; not to be used after their block.

    Attributes:
        connection: the SQLAlchemy connection, for repositories.
        actor: who writes.
        now: tells the time.
    """

    def __init__(self, connection: Connection, actor: Actor, clock: Callable[[], datetime]) -> None:
        self.connection = connection
        self.actor = actor
        self.now = clock
        self._to_index: dict[int, RecordView | None] = {}

    def index_later(self, views: Mapping[int, RecordView | None]) -> None:
        """Bring the search index up to date with these views (None: gone) when the unit ends.

        Many records at once cost far less than one by one, and a record that changes twice is written once. What the
        index locks is locked last and for a moment only.
        """
        self._to_index.update(views)
        if len(self._to_index) >= MOST_PENDING:
            self.settle()

    def settle(self) -> None:
        """Do what was left for the end of the unit; ``Store.writing`` calls it before it commits."""
        if self._to_index:
            views, self._to_index = self._to_index, {}
            self.search.index_views(views)
        if "search" in self.__dict__:
            self.search.settle()

    @property
    def postgresql(self) -> bool:
        """Whether it works on PostgreSQL; on SQLite otherwise."""
        return self.connection.dialect.name == "postgresql"

    @cached_property
    def records(self) -> RecordRepository:
        """Records and the versions of their words."""
        return RecordRepository(self)

    @cached_property
    def images(self) -> ImageRepository:
        """Photos, and which record they show."""
        return ImageRepository(self)

    @cached_property
    def words(self) -> WordRepository:
        """Vocabularies and the museum's own words."""
        return WordRepository(self)

    @cached_property
    def annotations(self) -> AnnotationRepository:
        """What models say of records."""
        return AnnotationRepository(self)

    @cached_property
    def bulk(self) -> BulkRepository:
        """Annotated records by the thousand."""
        return BulkRepository(self)

    @cached_property
    def decisions(self) -> DecisionRepository:
        """What people decide, and the views that follow."""
        return DecisionRepository(self)

    @cached_property
    def imports(self) -> ImportRepository:
        """The ledger of imports."""
        return ImportRepository(self)

    @cached_property
    def users(self) -> UserRepository:
        """Users."""
        return UserRepository(self)

    @cached_property
    def tokens(self) -> TokenRepository:
        """Sessions and API tokens."""
        return TokenRepository(self)

    @cached_property
    def attempts(self) -> AttemptRepository:
        """Log-in attempts."""
        return AttemptRepository(self)

    @cached_property
    def audit(self) -> AuditRepository:
        """The audit log."""
        return AuditRepository(self)

    @cached_property
    def authorities(self) -> AuthorityRepository:
        """Persons, bodies, places, events: entries that values are linked to."""
        return AuthorityRepository(self)

    @cached_property
    def jobs(self) -> JobRepository:
        """Background jobs."""
        return JobRepository(self)

    @cached_property
    def lists(self) -> ListRepository:
        """Records in lists, in the grid of a label, by the words they share."""
        return ListRepository(self)

    @cached_property
    def queue(self) -> QueueRepository:
        """What is to be reviewed next."""
        return QueueRepository(self)

    @cached_property
    def search(self) -> SearchRepository:
        """The index of words and facets."""
        return SearchRepository(self)

    @cached_property
    def vectors(self) -> VectorRepository:
        """Vectors of records and photos."""
        return VectorRepository(self)
