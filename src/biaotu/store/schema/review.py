"""What models suggest and what people decide, in separate rows; and what follows from both, for finding."""

import sqlalchemy as sa

from biaotu.store.schema.base import METADATA, Id, UtcDateTime, new_id

LABELS = sa.text("kind = 'label'")
SPANS = sa.text("kind = 'span'")

models = sa.Table(
    "models",
    METADATA,
    new_id(),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("version", sa.Text, nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.UniqueConstraint("name", "version"),
    sqlite_autoincrement=True,
)
"""Model versions that annotated something."""

annotations = sa.Table(
    "annotations",
    METADATA,
    new_id(),
    sa.Column("record_id", Id, sa.ForeignKey("records.id"), nullable=False),
    sa.Column("text_version", sa.Integer, nullable=False),
    sa.Column("photo_set", sa.String(64), nullable=False),
    sa.Column("model_id", Id, sa.ForeignKey("models.id"), nullable=False),
    sa.Column("document", sa.JSON, nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.UniqueConstraint("record_id", "text_version", "photo_set", "model_id"),
    sqlite_autoincrement=True,
)
"""All that a model version says of a version of a record's words and a set of photos (``Annotation.to_dict()``)."""

suggestions = sa.Table(
    "suggestions",
    METADATA,
    sa.Column("annotation_id", Id, sa.ForeignKey("annotations.id"), primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True),
    sa.Column("item", sa.Text, nullable=False),
    sa.Column("confidence", sa.Float, nullable=False),
    sa.Column("accepted", sa.Boolean, nullable=False),
    sa.Column("place", sa.String(16)),
    sa.Column("leans_on", sa.Text),
    sqlite_with_rowid=False,
)
"""The same, one row for each thing that can be judged."""

annotation_claims = sa.Table(
    "annotation_claims",
    METADATA,
    sa.Column("record_id", Id, sa.ForeignKey("records.id"), primary_key=True, autoincrement=False),
    sa.Column("owner", sa.Text, nullable=False),
    sa.Column("until", UtcDateTime, nullable=False),
)
"""Records that a process is annotating right now, so that several share the work."""

annotation_failures = sa.Table(
    "annotation_failures",
    METADATA,
    sa.Column("record_id", Id, sa.ForeignKey("records.id"), primary_key=True),
    sa.Column("text_version", sa.Integer, primary_key=True),
    sa.Column("photo_set", sa.String(64), primary_key=True),
    sa.Column("model_id", Id, sa.ForeignKey("models.id"), primary_key=True),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sqlite_with_rowid=False,
)
"""Records that a model version could not annotate, and why; they are not tried again by it."""

batches = sa.Table(
    "batches",
    METADATA,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("record_id", Id, sa.ForeignKey("records.id"), nullable=False),
    sa.Column("user_id", Id, sa.ForeignKey("users.id")),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("kind", sa.String(8), nullable=False),
    sa.Column("text_version", sa.Integer, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("undoes", sa.String(36), sa.ForeignKey("batches.id")),
    sa.Column("restores", UtcDateTime),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.UniqueConstraint("actor", "key"),
    sa.CheckConstraint("kind IN ('decide', 'undo', 'restore')", name="kind"),
    sa.Index("ix_batches_record_id", "record_id"),
    sa.Index("ix_batches_undoes", "undoes"),
)
"""One act of a person on one record; ``key`` is the client's, so that an act sent twice is done once."""

decisions = sa.Table(
    "decisions",
    METADATA,
    new_id(),
    sa.Column("batch", sa.String(36), sa.ForeignKey("batches.id"), nullable=False),
    sa.Column("record_id", Id, sa.ForeignKey("records.id"), nullable=False),
    sa.Column("item", sa.Text, nullable=False),
    sa.Column("verdict", sa.String(16), nullable=False),
    sa.UniqueConstraint("batch", "item"),
    sa.Index("ix_decisions_record_id", "record_id", "id"),
    sqlite_autoincrement=True,
)
"""The verdicts of an act, one row for each item; who, when and on which words stands in ``batches``."""

record_items = sa.Table(
    "record_items",
    METADATA,
    sa.Column("record_id", Id, sa.ForeignKey("records.id"), primary_key=True),
    sa.Column("item", sa.Text, primary_key=True),
    sa.Column("kind", sa.String(8), nullable=False),
    sa.Column("value", sa.Text, nullable=False),
    sa.Column("status", sa.String(16), nullable=False),
    sa.Column("confidence", sa.Float, nullable=False),
    sa.Index(
        "ix_record_items_label",
        "item",
        "status",
        "confidence",
        "record_id",
        "kind",  # SQLite asks for it in spite of the condition, and would look up every row
        sqlite_where=LABELS,
        postgresql_where=LABELS,
    ),
    sa.Index("ix_record_items_span", "value", "record_id", sqlite_where=SPANS, postgresql_where=SPANS),
    sqlite_with_rowid=False,
)
"""How each item of a record stands now, worked out from suggestions and decisions; nothing but an index.

``value`` is ``system:term`` for a label, the tag, ``type:words`` for a span; ``confidence`` is -1 where no model spoke.
"""
