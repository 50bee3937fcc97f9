"""Entries of the authorities that people of this museum added, corrected or merged."""

from __future__ import annotations

import sqlalchemy as sa

from biaotu.store.schema.base import METADATA, Id, UtcDateTime, new_id

authority_entries = sa.Table(
    "authority_entries",
    METADATA,
    new_id(),
    sa.Column("entry", sa.String(100), nullable=False),
    sa.Column("document", sa.JSON, nullable=False),
    sa.Column("user_id", Id, sa.ForeignKey("users.id")),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Index("ix_authority_entries_entry", "entry", "id"),
    sqlite_autoincrement=True,
)
"""Versions of entries (``Entry.to_dict()``), the newest of each id counts; rows are only ever added.

Entries of the package are not written here until somebody changes them. ``id`` is the version of the whole: whoever
holds all up to the greatest id holds everything, since writers take turns.
"""
