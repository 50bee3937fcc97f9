"""Vocabularies, the museum's own words, and background jobs."""

from __future__ import annotations

import sqlalchemy as sa

from biaotu.store.schema.base import METADATA, Id, OneOf, UtcDateTime, new_id
from biaotu.store.values import JobState

IN_USE = sa.text("removed_at IS NULL")

terms = sa.Table(
    "terms",
    METADATA,
    sa.Column("scheme", sa.String(16), primary_key=True),
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("zh", sa.Text, nullable=False),
    sa.Column("en", sa.Text, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sqlite_with_rowid=False,
)
"""The vocabularies of the package (material, use, attribute), for those who read the database by other means."""

lexicon = sa.Table(
    "lexicon",
    METADATA,
    new_id(),
    sa.Column("word", sa.Text, nullable=False),
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("user_id", Id, sa.ForeignKey("users.id")),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("added_at", UtcDateTime, nullable=False),
    sa.Column("removed_at", UtcDateTime),
    sa.Index("uq_lexicon_word", "word", unique=True, sqlite_where=IN_USE, postgresql_where=IN_USE),
    sqlite_autoincrement=True,
)
"""Words that the museum added for the segmenter; removed ones stay, marked."""

jobs = sa.Table(
    "jobs",
    METADATA,
    new_id(),
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("settings", sa.JSON, nullable=False),
    sa.Column("state", OneOf(16, JobState), nullable=False),
    sa.Column("done", sa.Integer, nullable=False),
    sa.Column("total", sa.Integer),
    sa.Column("message", sa.Text, nullable=False),
    sa.Column("cancel", sa.Boolean, nullable=False),
    sa.Column("user_id", Id, sa.ForeignKey("users.id")),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("worker", sa.Text),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("started_at", UtcDateTime),
    sa.Column("heartbeat_at", UtcDateTime),
    sa.Column("finished_at", UtcDateTime),
    sa.CheckConstraint("state IN ('waiting', 'running', 'done', 'failed', 'cancelled')", name="state"),
    sa.Index("ix_jobs_state", "state", "id"),
    sqlite_autoincrement=True,
)
"""Long work in the background; a running job whose worker gives no heartbeat is taken up again."""
