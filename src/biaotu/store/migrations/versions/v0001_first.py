"""The first schema: holdings, people, review, work; and triggers that keep what must never change.

Written out in full, not from ``biaotu.store.schema``: that moves on, this stays.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from biaotu.store.migrations.triggers import freeze
from biaotu.store.schema.base import Id, UtcDateTime

revision = "v0001"
down_revision = None

FROZEN = ("record_versions", "annotations", "suggestions", "batches", "decisions", "audit")


def upgrade() -> None:
    """Make the tables, indexes and triggers."""
    op.create_table(
        "audit",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("user_id", Id, nullable=True),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("object", sa.Text(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_audit_object", "audit", ["object", "id"], unique=False)
    op.create_table(
        "images",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("suffix", sa.String(length=8), nullable=False),
        sa.Column("media_type", sa.String(length=32), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("phash", sa.BigInteger(), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_images")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "models",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_models")),
        sa.UniqueConstraint("name", "version", name=op.f("uq_models_name_version")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "terms",
        sa.Column("scheme", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("zh", sa.Text(), nullable=False),
        sa.Column("en", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("scheme", "id", name=op.f("pk_terms")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "users",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("display", sa.Text(), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("password", sa.Text(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("role IN ('reader', 'annotator', 'reviewer', 'admin')", name=op.f("ck_users_role")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("folded", name=op.f("uq_users_folded")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "imports",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("museum", sa.Text(), nullable=False),
        sa.Column("collection", sa.Text(), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("user_id", Id, nullable=True),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "state IN ('planned', 'running', 'done', 'stopped', 'rolled_back')", name=op.f("ck_imports_state")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_imports_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imports")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_imports_digest", "imports", ["digest"], unique=False)
    op.create_table(
        "jobs",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=True),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("cancel", sa.Boolean(), nullable=False),
        sa.Column("user_id", Id, nullable=True),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("worker", sa.Text(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=True),
        sa.Column("heartbeat_at", UtcDateTime(), nullable=True),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'running', 'done', 'failed', 'cancelled')", name=op.f("ck_jobs_state")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_jobs_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_jobs_state", "jobs", ["state", "id"], unique=False)
    op.create_table(
        "lexicon",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("user_id", Id, nullable=True),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("added_at", UtcDateTime(), nullable=False),
        sa.Column("removed_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_lexicon_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lexicon")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "uq_lexicon_word",
        "lexicon",
        ["word"],
        unique=True,
        sqlite_where=sa.text("removed_at IS NULL"),
        postgresql_where=sa.text("removed_at IS NULL"),
    )
    op.create_table(
        "tokens",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("user_id", Id, nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("csrf", sa.String(length=64), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("revoked_at", UtcDateTime(), nullable=True),
        sa.Column("last_seen_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("kind IN ('session', 'api')", name=op.f("ck_tokens_kind")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_tokens_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tokens")),
        sa.UniqueConstraint("digest", name=op.f("uq_tokens_digest")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_tokens_user_id", "tokens", ["user_id"], unique=False)
    op.create_table(
        "records",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("museum", sa.Text(), nullable=False),
        sa.Column("collection", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("text_version", sa.Integer(), nullable=False),
        sa.Column("photo_set", sa.String(length=64), nullable=False),
        sa.Column("import_id", Id, nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("removed_at", UtcDateTime(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("revision", Id, nullable=False),
        sa.Column("uncertainty", sa.Float(), nullable=False),
        sa.Column("annotation_id", Id, nullable=True),
        sa.Column("submitted_by", Id, nullable=True),
        sa.Column("lease_user_id", Id, nullable=True),
        sa.Column("lease_until", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "state IN ('new', 'annotated', 'in_review', 'submitted', 'approved', 'returned')",
            name=op.f("ck_records_state"),
        ),
        sa.ForeignKeyConstraint(["import_id"], ["imports.id"], name=op.f("fk_records_import_id_imports")),
        sa.ForeignKeyConstraint(["lease_user_id"], ["users.id"], name=op.f("fk_records_lease_user_id_users")),
        sa.ForeignKeyConstraint(["submitted_by"], ["users.id"], name=op.f("fk_records_submitted_by_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_records")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_records_import_id", "records", ["import_id"], unique=False)
    op.create_index(
        "ix_records_state",
        "records",
        ["state", "id"],
        unique=False,
        sqlite_where=sa.text("removed_at IS NULL"),
        postgresql_where=sa.text("removed_at IS NULL"),
    )
    op.create_index(
        "ix_records_uncertainty",
        "records",
        ["state", "uncertainty", "id"],
        unique=False,
        sqlite_where=sa.text("removed_at IS NULL"),
        postgresql_where=sa.text("removed_at IS NULL"),
    )
    op.create_index(
        "ix_records_updated",
        "records",
        ["state", "updated_at", "id"],
        unique=False,
        sqlite_where=sa.text("removed_at IS NULL"),
        postgresql_where=sa.text("removed_at IS NULL"),
    )
    op.create_index(
        "ix_records_updated_at",
        "records",
        ["updated_at", "id"],
        unique=False,
        sqlite_where=sa.text("removed_at IS NULL"),
        postgresql_where=sa.text("removed_at IS NULL"),
    )
    op.create_index(
        "uq_records_museum_number",
        "records",
        ["museum", "number"],
        unique=True,
        sqlite_where=sa.text("removed_at IS NULL"),
        postgresql_where=sa.text("removed_at IS NULL"),
    )
    op.create_table(
        "annotation_claims",
        sa.Column("record_id", Id, autoincrement=False, nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("until", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["record_id"], ["records.id"], name=op.f("fk_annotation_claims_record_id_records")),
        sa.PrimaryKeyConstraint("record_id", name=op.f("pk_annotation_claims")),
    )
    op.create_table(
        "annotation_failures",
        sa.Column("record_id", Id, nullable=False),
        sa.Column("text_version", sa.Integer(), nullable=False),
        sa.Column("photo_set", sa.String(length=64), nullable=False),
        sa.Column("model_id", Id, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["model_id"], ["models.id"], name=op.f("fk_annotation_failures_model_id_models")),
        sa.ForeignKeyConstraint(["record_id"], ["records.id"], name=op.f("fk_annotation_failures_record_id_records")),
        sa.PrimaryKeyConstraint(
            "record_id", "text_version", "photo_set", "model_id", name=op.f("pk_annotation_failures")
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "annotations",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("record_id", Id, nullable=False),
        sa.Column("text_version", sa.Integer(), nullable=False),
        sa.Column("photo_set", sa.String(length=64), nullable=False),
        sa.Column("model_id", Id, nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["model_id"], ["models.id"], name=op.f("fk_annotations_model_id_models")),
        sa.ForeignKeyConstraint(["record_id"], ["records.id"], name=op.f("fk_annotations_record_id_records")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_annotations")),
        sa.UniqueConstraint(
            "record_id",
            "text_version",
            "photo_set",
            "model_id",
            name=op.f("uq_annotations_record_id_text_version_photo_set_model_id"),
        ),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "batches",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("record_id", Id, nullable=False),
        sa.Column("user_id", Id, nullable=True),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("text_version", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("undoes", sa.String(length=36), nullable=True),
        sa.Column("restores", UtcDateTime(), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("kind IN ('decide', 'undo', 'restore')", name=op.f("ck_batches_kind")),
        sa.ForeignKeyConstraint(["record_id"], ["records.id"], name=op.f("fk_batches_record_id_records")),
        sa.ForeignKeyConstraint(["undoes"], ["batches.id"], name=op.f("fk_batches_undoes_batches")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_batches_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batches")),
        sa.UniqueConstraint("actor", "key", name=op.f("uq_batches_actor_key")),
    )
    op.create_index("ix_batches_record_id", "batches", ["record_id"], unique=False)
    op.create_index("ix_batches_undoes", "batches", ["undoes"], unique=False)
    op.create_table(
        "import_rows",
        sa.Column("import_id", Id, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=True),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("record_id", Id, nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("notices", sa.JSON(), nullable=False),
        sa.Column("before", sa.JSON(none_as_null=True), nullable=True),
        sa.CheckConstraint(
            "outcome IN ('new', 'same', 'updated', 'conflict', 'failed', 'duplicate')",
            name=op.f("ck_import_rows_outcome"),
        ),
        sa.ForeignKeyConstraint(["import_id"], ["imports.id"], name=op.f("fk_import_rows_import_id_imports")),
        sa.ForeignKeyConstraint(["record_id"], ["records.id"], name=op.f("fk_import_rows_record_id_records")),
        sa.PrimaryKeyConstraint("import_id", "position", name=op.f("pk_import_rows")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_import_rows_outcome", "import_rows", ["import_id", "outcome", "position"], unique=False)
    op.create_index("ix_import_rows_record_id", "import_rows", ["record_id"], unique=False)
    op.create_table(
        "record_images",
        sa.Column("record_id", Id, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("import_id", Id, nullable=True),
        sa.ForeignKeyConstraint(["digest"], ["images.digest"], name=op.f("fk_record_images_digest_images")),
        sa.ForeignKeyConstraint(["import_id"], ["imports.id"], name=op.f("fk_record_images_import_id_imports")),
        sa.ForeignKeyConstraint(["record_id"], ["records.id"], name=op.f("fk_record_images_record_id_records")),
        sa.PrimaryKeyConstraint("record_id", "position", name=op.f("pk_record_images")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_record_images_digest", "record_images", ["digest"], unique=False)
    op.create_index("ix_record_images_import_id", "record_images", ["import_id"], unique=False)
    op.create_index("uq_record_images_record_id_digest", "record_images", ["record_id", "digest"], unique=True)
    op.create_table(
        "record_items",
        sa.Column("record_id", Id, nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["record_id"], ["records.id"], name=op.f("fk_record_items_record_id_records")),
        sa.PrimaryKeyConstraint("record_id", "item", name=op.f("pk_record_items")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_record_items_label",
        "record_items",
        ["item", "status", "confidence", "record_id", "kind"],
        unique=False,
        sqlite_where=sa.text("kind = 'label'"),
        postgresql_where=sa.text("kind = 'label'"),
    )
    op.create_index(
        "ix_record_items_span",
        "record_items",
        ["value", "record_id"],
        unique=False,
        sqlite_where=sa.text("kind = 'span'"),
        postgresql_where=sa.text("kind = 'span'"),
    )
    op.create_table(
        "record_versions",
        sa.Column("record_id", Id, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("extra", sa.JSON(), nullable=False),
        sa.Column("notices", sa.JSON(), nullable=False),
        sa.Column("import_id", Id, nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["import_id"], ["imports.id"], name=op.f("fk_record_versions_import_id_imports")),
        sa.ForeignKeyConstraint(["record_id"], ["records.id"], name=op.f("fk_record_versions_record_id_records")),
        sa.PrimaryKeyConstraint("record_id", "version", name=op.f("pk_record_versions")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "decisions",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("batch", sa.String(length=36), nullable=False),
        sa.Column("record_id", Id, nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("verdict", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["batch"], ["batches.id"], name=op.f("fk_decisions_batch_batches")),
        sa.ForeignKeyConstraint(["record_id"], ["records.id"], name=op.f("fk_decisions_record_id_records")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
        sa.UniqueConstraint("batch", "item", name=op.f("uq_decisions_batch_item")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_decisions_record_id", "decisions", ["record_id", "id"], unique=False)
    op.create_table(
        "suggestions",
        sa.Column("annotation_id", Id, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.Column("place", sa.String(length=16), nullable=True),
        sa.Column("leans_on", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["annotation_id"], ["annotations.id"], name=op.f("fk_suggestions_annotation_id_annotations")
        ),
        sa.PrimaryKeyConstraint("annotation_id", "position", name=op.f("pk_suggestions")),
        sqlite_with_rowid=False,
    )
    freeze(op.get_bind(), FROZEN)


def downgrade() -> None:
    """There is nothing before the first version; a backup is the way back."""
    raise NotImplementedError("the store has no older schema; restore a backup")
