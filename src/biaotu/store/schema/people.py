"""Users, their tokens, and the audit log."""

from __future__ import annotations

import sqlalchemy as sa

from biaotu.review import Role
from biaotu.store.schema.base import METADATA, Id, OneOf, UtcDateTime, new_id
from biaotu.store.values import TokenKind

users = sa.Table(
    "users",
    METADATA,
    new_id(),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("folded", sa.Text, nullable=False, unique=True),
    sa.Column("display", sa.Text, nullable=False),
    sa.Column("role", OneOf(16, Role), nullable=False),
    sa.Column("password", sa.Text),
    sa.Column("active", sa.Boolean, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.CheckConstraint("role IN ('reader', 'annotator', 'reviewer', 'admin')", name="role"),
    sqlite_autoincrement=True,
)
"""Who may do what; ``folded`` is the name without case and width, ``password`` an Argon2 hash, never the word."""

tokens = sa.Table(
    "tokens",
    METADATA,
    new_id(),
    sa.Column("user_id", Id, sa.ForeignKey("users.id"), nullable=False),
    sa.Column("kind", OneOf(8, TokenKind), nullable=False),
    sa.Column("digest", sa.String(64), nullable=False, unique=True),
    sa.Column("csrf", sa.String(64), nullable=False),
    sa.Column("label", sa.Text, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("expires_at", UtcDateTime, nullable=False),
    sa.Column("revoked_at", UtcDateTime),
    sa.Column("last_seen_at", UtcDateTime),
    sa.CheckConstraint("kind IN ('session', 'api')", name="kind"),
    sa.Index("ix_tokens_user_id", "user_id"),
    sqlite_autoincrement=True,
)
"""Sessions and API tokens, by the SHA-256 of a secret that is shown once and stored nowhere."""

attempts = sa.Table(
    "attempts",
    METADATA,
    new_id(),
    sa.Column("key", sa.String(64), nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Index("ix_attempts_key", "key", "at"),
    sqlite_autoincrement=True,
)
"""Log-in attempts that still count, by the SHA-256 of whose they are."""

audit = sa.Table(
    "audit",
    METADATA,
    new_id(),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("user_id", Id),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("action", sa.String(64), nullable=False),
    sa.Column("object", sa.Text, nullable=False),
    sa.Column("detail", sa.JSON, nullable=False),
    sa.Index("ix_audit_object", "object", "id"),
    sqlite_autoincrement=True,
)
"""Who did what, when, to which thing (``record:17``); rows are only ever added."""
