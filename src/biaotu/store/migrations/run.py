"""Brings a database to the newest schema, one process at a time, all or nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from biaotu.errors import StoreError
from biaotu.store.engine import WRITES

SCRIPTS: Final = Path(__file__).parent
VERSIONS: Final = tuple(sorted(path.name.split("_", 1)[0] for path in (SCRIPTS / "versions").glob("v*_*.py")))
HEAD: Final = VERSIONS[-1]
"""The newest version of the schema."""
_LOCK: Final = 0x62_69_61_6F  # one number that all processes on a PostgreSQL server agree on


def current_version(connection: Connection) -> str | None:
    """The version that a database has; None if it holds no store.

    Raises:
        StoreError: if it was made by a newer biaotu.
    """
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    version: str | None = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
    if version is not None and version not in VERSIONS:
        raise StoreError(
            f"the store has schema {version}, this biaotu knows up to {HEAD}: a newer biaotu made it. Upgrade biaotu"
        )
    return version


def migrate(engine: Engine) -> None:
    """Bring the database to ``HEAD``; does nothing if it is there already."""
    with engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
        if connection.dialect.name == "postgresql":  # SQLite's write lock is held already
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        if current_version(connection) != HEAD:
            _upgrade(connection)


def _upgrade(connection: Connection) -> None:
    from alembic import command  # 0.2 s that a store of today's schema need not pay
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
