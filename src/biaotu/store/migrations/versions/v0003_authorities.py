"""Entries of the authorities that people added, corrected or merged; rows are only ever added.

Written out in full, not from ``biaotu.store.schema``: that moves on, this stays.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from biaotu.store.migrations.triggers import freeze
from biaotu.store.schema.base import Id, UtcDateTime

revision = "v0003"
down_revision = "v0002"


def upgrade() -> None:
    """Make the table, its index and its triggers."""
    op.create_table(
        "authority_entries",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("entry", sa.String(length=100), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("user_id", Id, nullable=True),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_authority_entries_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_authority_entries")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_authority_entries_entry", "authority_entries", ["entry", "id"], unique=False)
    freeze(op.get_bind(), ("authority_entries",))
