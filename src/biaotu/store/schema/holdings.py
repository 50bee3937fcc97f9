"""Records with the versions of their text, photos, and the ledger of imports."""

from __future__ import annotations

import sqlalchemy as sa

from biaotu.review import State
from biaotu.store.schema.base import METADATA, Id, OneOf, UtcDateTime, new_id
from biaotu.store.values import ImportState, Outcome

LIVING = sa.text("removed_at IS NULL")

imports = sa.Table(
    "imports",
    METADATA,
    new_id(),
    sa.Column("file", sa.Text, nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("museum", sa.Text, nullable=False),
    sa.Column("collection", sa.Text, nullable=False),
    sa.Column("settings", sa.JSON, nullable=False),
    sa.Column("state", OneOf(16, ImportState), nullable=False),
    sa.Column("counts", sa.JSON, nullable=False),
    sa.Column("user_id", Id, sa.ForeignKey("users.id")),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("finished_at", UtcDateTime),
    sa.CheckConstraint("state IN ('planned', 'running', 'done', 'stopped', 'rolled_back')", name="state"),
    sa.Index("ix_imports_digest", "digest"),
    sqlite_autoincrement=True,
)
"""One run of ``biaotu import``; ``settings`` are the options that change what a row becomes."""

import_rows = sa.Table(
    "import_rows",
    METADATA,
    sa.Column("import_id", Id, sa.ForeignKey("imports.id"), primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True),
    sa.Column("row", sa.Integer),
    sa.Column("number", sa.Text, nullable=False),
    sa.Column("outcome", OneOf(16, Outcome), nullable=False),
    sa.Column("record_id", Id, sa.ForeignKey("records.id")),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("notices", sa.JSON, nullable=False),
    sa.Column("before", sa.JSON(none_as_null=True)),
    sa.CheckConstraint("outcome IN ('new', 'same', 'updated', 'conflict', 'failed', 'duplicate')", name="outcome"),
    sa.Index("ix_import_rows_outcome", "import_id", "outcome", "position"),
    sa.Index("ix_import_rows_record_id", "record_id"),
    sqlite_with_rowid=False,
)
"""What became of each row; ``row`` as Excel counts, ``position`` counts the rows from 0, ``before`` is for rollback."""

records = sa.Table(
    "records",
    METADATA,
    new_id(),
    sa.Column("museum", sa.Text, nullable=False),
    sa.Column("collection", sa.Text, nullable=False),
    sa.Column("number", sa.Text, nullable=False),
    sa.Column("text_version", sa.Integer, nullable=False),
    sa.Column("photo_set", sa.String(64), nullable=False),
    sa.Column("import_id", Id, sa.ForeignKey("imports.id")),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("updated_at", UtcDateTime, nullable=False),
    sa.Column("removed_at", UtcDateTime),
    sa.Column("state", OneOf(16, State), nullable=False),
    sa.Column("revision", Id, nullable=False),
    sa.Column("uncertainty", sa.Float, nullable=False),
    sa.Column("annotation_id", Id),
    sa.Column("submitted_by", Id, sa.ForeignKey("users.id")),
    sa.Column("lease_user_id", Id, sa.ForeignKey("users.id")),
    sa.Column("lease_until", UtcDateTime),
    sa.CheckConstraint("state IN ('new', 'annotated', 'in_review', 'submitted', 'approved', 'returned')", name="state"),
    sa.Index("uq_records_museum_number", "museum", "number", unique=True, sqlite_where=LIVING, postgresql_where=LIVING),
    sa.Index("ix_records_state", "state", "id", sqlite_where=LIVING, postgresql_where=LIVING),
    sa.Index("ix_records_uncertainty", "state", "uncertainty", "id", sqlite_where=LIVING, postgresql_where=LIVING),
    sa.Index("ix_records_updated", "state", "updated_at", "id", sqlite_where=LIVING, postgresql_where=LIVING),
    sa.Index("ix_records_updated_at", "updated_at", "id", sqlite_where=LIVING, postgresql_where=LIVING),
    sa.Index("ix_records_import_id", "import_id"),
    sqlite_autoincrement=True,
)
"""One relic each. A removed record (its import was rolled back) stays, hidden; its number is free again.

``state``, ``revision``, ``uncertainty``, ``annotation_id``, ``submitted_by`` are worked out from annotations and
decisions in the transaction that adds one, ``photo_set`` (a hash) from ``record_images``; ``check`` compares them with
the truth.
"""

record_versions = sa.Table(
    "record_versions",
    METADATA,
    sa.Column("record_id", Id, sa.ForeignKey("records.id"), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("description", sa.Text, nullable=False),
    sa.Column("extra", sa.JSON, nullable=False),
    sa.Column("notices", sa.JSON, nullable=False),
    sa.Column("import_id", Id, sa.ForeignKey("imports.id")),
    sa.Column("at", UtcDateTime, nullable=False),
    sqlite_with_rowid=False,
)
"""The words of a record; new words are a new version, since offsets of old spans count in the old ones."""

images = sa.Table(
    "images",
    METADATA,
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("suffix", sa.String(8), nullable=False),
    sa.Column("media_type", sa.String(32), nullable=False),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("width", sa.Integer, nullable=False),
    sa.Column("height", sa.Integer, nullable=False),
    sa.Column("phash", sa.BigInteger),
    sa.Column("at", UtcDateTime, nullable=False),
    sqlite_with_rowid=False,
)
"""Photos by the SHA-256 of their bytes, which lie in the photo folder; ``phash`` in two's complement."""

record_images = sa.Table(
    "record_images",
    METADATA,
    sa.Column("record_id", Id, sa.ForeignKey("records.id"), primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True),
    sa.Column("digest", sa.String(64), sa.ForeignKey("images.digest"), nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("import_id", Id, sa.ForeignKey("imports.id")),
    sa.Index("uq_record_images_record_id_digest", "record_id", "digest", unique=True),
    sa.Index("ix_record_images_digest", "digest"),
    sa.Index("ix_record_images_import_id", "import_id"),
    sqlite_with_rowid=False,
)
"""Which photos show a record, in order; ``name`` is the file name as the museum gave it."""
