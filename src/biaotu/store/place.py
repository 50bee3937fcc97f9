"""Where a store lives: a folder, and for the rows either the SQLite file in it or a PostgreSQL server."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from biaotu.errors import StoreError

FOLDER: Final = "BIAOTU_DATA"
DATABASE: Final = "BIAOTU_DATABASE_URL"
DEFAULT_FOLDER: Final = "biaotu-data"
_POSTGRES: Final = ("postgresql", "postgres", "postgresql+psycopg")


@dataclass(frozen=True, slots=True)
class StorePlace:
    """A folder for the photos and, unless ``database`` names a server, for the SQLite file.

    ``database`` may hold a password, so it is left out of ``repr``; show ``described`` to people.
    """

    folder: Path
    database: URL | None = field(default=None, repr=False)

    @classmethod
    def settle(cls, folder: Path | str | None = None, environment: Mapping[str, str] | None = None) -> StorePlace:
        """The place that a call and the environment name.

        Args:
            folder: the data folder; by default that of ``BIAOTU_DATA``, else ``./biaotu-data``.
            environment: where the variables are looked up; the process' own by default.

        Raises:
            StoreError: if ``BIAOTU_DATABASE_URL`` is no PostgreSQL URL.
        """
        environment = os.environ if environment is None else environment
        named = folder if folder is not None else environment.get(FOLDER) or DEFAULT_FOLDER
        url = environment.get(DATABASE, "").strip()
        return cls(Path(named).expanduser().absolute(), _database(url) if url else None)

    @property
    def sqlite(self) -> Path:
        """The SQLite file."""
        return self.folder / "biaotu.sqlite"

    @property
    def photos(self) -> Path:
        """The folder of the photos."""
        return self.folder / "photos"

    @property
    def url(self) -> URL:
        """What SQLAlchemy connects to."""
        return self.database or URL.create("sqlite+pysqlite", database=str(self.sqlite))

    @property
    def described(self) -> str:
        """The place in words for a person, without passwords."""
        if self.database is None:
            return str(self.sqlite)
        return f"{self.database.render_as_string(hide_password=True)}, photos in {self.photos}"


def _database(text: str) -> URL:
    try:
        url = make_url(text)
    except (ArgumentError, ValueError) as error:  # the text may hold a password: it is not repeated
        raise StoreError(f"{DATABASE} is no database URL; write postgresql://USER:PASSWORD@HOST/DATABASE") from error
    if url.drivername not in _POSTGRES:
        raise StoreError(
            f"{DATABASE} names {url.drivername!r}; only PostgreSQL is served (postgresql://USER:PASSWORD@HOST/DATABASE)."
            " Without the variable an SQLite file in the data folder is used"
        )
    return url.set(drivername="postgresql+psycopg")
