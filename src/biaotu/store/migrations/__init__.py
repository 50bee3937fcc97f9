"""The versions of the schema (Alembic), applied by the store itself when it is opened; scripts ship in the package."""

from biaotu.store.migrations.run import HEAD, current_version, migrate

__all__ = ["HEAD", "current_version", "migrate"]
