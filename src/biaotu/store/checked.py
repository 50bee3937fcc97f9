"""Values as SQLite hands them out, looked at: it believes the type byte of a damaged row, whatever the column says.

Texts then come out as bytes or numbers and would end as a bare ``TypeError`` somewhere else. PostgreSQL keeps types
itself, and has checksums for its pages.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Dialect, Engine
from sqlalchemy.types import TypeEngine

from biaotu.errors import Damaged

Type = type[TypeEngine[Any]]


def _checked(base: Type, *kinds: type) -> Type:
    """A type of columns that hands out values of some Python types, and NULL; all others are told as ``Damaged``."""
    lawful = frozenset((*kinds, type(None)))
    named = " or ".join(kind.__name__ for kind in kinds)

    def read(value: Any) -> Any:
        if type(value) in lawful:
            return value
        found = type(value).__name__
        raise Damaged(f"a value in the database is damaged ({found} instead of {named}); restore a backup")

    def result_processor(self: TypeEngine[Any], dialect: Dialect, coltype: object) -> Callable[[Any], Any]:
        del self, dialect, coltype
        return read

    return type(f"Checked{base.__name__}", (base,), {"result_processor": result_processor})


_TYPES: Final[dict[Type, Type]] = {
    sa.String: _checked(sa.String, str),
    sa.Integer: _checked(sa.Integer, int),
    sa.Float: _checked(sa.Float, float, int),
    sa.LargeBinary: _checked(sa.LargeBinary, bytes),
}


def check_types(engine: Engine) -> None:
    """Have an engine look at each value that it reads; times, words of a list and JSON look at theirs themselves.

    Args:
        engine: of SQLite, not yet used.
    """
    engine.dialect.colspecs = {**engine.dialect.colspecs, **_TYPES}
