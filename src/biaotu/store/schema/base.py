"""What all tables share: one ``METADATA`` with lawful constraint names, ids, times."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, get_args

import sqlalchemy as sa
from sqlalchemy.engine import Dialect

from biaotu.errors import Damaged

METADATA = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
"""Ids of 64 bits; SQLite counts up by itself only where the type is called INTEGER."""


class UtcDateTime(sa.types.TypeDecorator[datetime]):
    """A point in time: timezone-aware in and out, UTC at rest.

    PostgreSQL keeps a ``timestamptz``; SQLite a text of fixed width, which sorts as time does.
    """

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To the database.

        Raises:
            ValueError: if the time does not say its zone.
        """
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without a zone: {value!r}; hand over an aware datetime")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None] | None:
        """From the database, where SQLite's texts may be damaged.

        Raises:
            Damaged: when the processor meets what is no time.
        """
        process = super().result_processor(dialect, coltype)
        if process is None or dialect.name != "sqlite":
            return process

        def read(value: Any) -> datetime | None:
            try:
                return process(value)
            except (ValueError, TypeError, OverflowError) as error:
                raise Damaged(f"a time in the database is damaged ({error}); restore a backup") from error

        return read

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """From the database."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


class OneOf(sa.types.TypeDecorator[str]):
    """One of a few words, as the table's own constraint has them; a damaged one is told when it is read.

    Args:
        length: of the column, in characters.
        words: a ``Literal`` of the words.
    """

    impl = sa.String
    cache_ok = True

    def __init__(self, length: int, words: Any) -> None:
        super().__init__(length)
        self.length, self.words = length, words
        self._lawful = frozenset(get_args(words))

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """From the database.

        Raises:
            Damaged: if it is none of the words.
        """
        del dialect
        if value is None or value in self._lawful:
            return value
        raise Damaged(f"a word in the database is damaged ({value!r}); restore a backup")


def new_id() -> sa.Column[int]:
    """A primary key that counts up and is never given out twice."""
    return sa.Column("id", Id, primary_key=True, autoincrement=True)
