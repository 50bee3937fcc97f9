"""Values as SQLite hands them out, looked at: SQLite believes the type byte of a damaged record, whatever the column says.

Texts then come out as bytes or numbers and would end as a bare ``TypeError`` somewhere else. PostgreSQL keeps types itself
and has checksums for its pages.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Dialect, Engine

from biaotu.errors import Damaged

Value = TypeVar("Value")
Read = Callable[[Any], Any]


def _only(*kinds: type) -> Read:
    """Lets values of some Python types pass, and NULL.

    Raises:
        Damaged: by what is returned, for all other values.
    """
    lawful = frozenset((*kinds, type(None)))
    named = " or ".join(kind.__name__ for kind in kinds)

    def read(value: Value) -> Value:
        if type(value) in lawful:
            return value
        found = type(value).__name__
        raise Damaged(f"a value in the database is damaged ({found} instead of {named}); restore a backup")

    return read


class _Text(sa.String):
    def result_processor(self, dialect: Dialect, coltype: object) -> Read:
        return _only(str)


class _Whole(sa.Integer):
    def result_processor(self, dialect: Dialect, coltype: object) -> Read:
        return _only(int)


class _Number(sa.Float):  # type: ignore[type-arg]
    def result_processor(self, dialect: Dialect, coltype: object) -> Read:
        return _only(float, int)


class _Bytes(sa.LargeBinary):
    def result_processor(self, dialect: Dialect, coltype: object) -> Read:
        return _only(bytes)


_TYPES: Final[dict[type[Any], type[Any]]] = {
    sa.String: _Text,
    sa.Integer: _Whole,
    sa.Float: _Number,
    sa.LargeBinary: _Bytes,
}


def check_types(engine: Engine) -> None:
    """Have an engine look at each value that it reads; times and JSON look at theirs themselves.

    Args:
        engine: of SQLite, not yet used.
    """
    engine.dialect.colspecs = {**engine.dialect.colspecs, **_TYPES}
