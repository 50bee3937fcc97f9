"""Log-in attempts, counted in the store so that all processes and machines that serve it count together.

Written out in full, not from ``biaotu.store.schema``: that moves on, this stays.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from biaotu.store.schema.base import Id, UtcDateTime

revision = "v0004"
down_revision = "v0003"


def upgrade() -> None:
    """Make the table and its index."""
    op.create_table(
        "attempts",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempts")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_attempts_key", "attempts", ["key", "at"], unique=False)
