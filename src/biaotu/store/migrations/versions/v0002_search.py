"""The search index and vectors; on PostgreSQL with the extension pgvector.

Written out in full, not from ``biaotu.store.index.tables``: that moves on, this stays.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from biaotu.errors import StoreError
from biaotu.store.schema.base import Id

revision = "v0002"
down_revision = "v0001"


class _HalfVector(sa.types.UserDefinedType[str]):
    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        return "halfvec"


def upgrade() -> None:
    """Make the tables and indexes."""
    postgresql = op.get_bind().dialect.name == "postgresql"
    halves: sa.types.TypeEngine[Any] = sa.LargeBinary()
    if postgresql:
        _settle_pgvector()
        halves = _HalfVector()
    state = op.create_table(
        "search_state",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("counter", sa.BigInteger(), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_state")),
    )
    op.bulk_insert(state, [{"id": 1, "counter": 0, "epoch": 0}])
    op.create_table(
        "search_documents",
        sa.Column("record_id", Id, autoincrement=False, nullable=False),
        sa.Column("stamp", sa.BigInteger(), nullable=False),
        sa.Column("block", Id, nullable=False),
        sa.Column("title_end", sa.Integer(), nullable=False),
        sa.Column("description_end", sa.Integer(), nullable=False),
        sa.Column("tags_end", sa.Integer(), nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("facets", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["record_id"], ["records.id"], name=op.f("fk_search_documents_record_id_records")),
        sa.PrimaryKeyConstraint("record_id", name=op.f("pk_search_documents")),
    )
    op.create_index("ix_search_documents_stamp", "search_documents", ["stamp"], unique=False)
    op.create_index("ix_search_documents_block", "search_documents", ["block"], unique=False)
    op.create_table(
        "search_blocks",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("firsts", sa.LargeBinary(), nullable=False),
        sa.Column("records", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_blocks")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "search_parts",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_parts")),
    )
    op.create_table(
        "vector_spaces",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("dimensions", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('text', 'photo', 'shared_text', 'shared_photo')", name=op.f("ck_vector_spaces_kind")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vector_spaces")),
        sqlite_autoincrement=True,
    )
    op.create_index("uq_vector_spaces_kind_model", "vector_spaces", ["kind", "model"], unique=True)
    op.create_table(
        "vectors",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("space_id", Id, nullable=False),
        sa.Column("record_id", Id, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("stamp", sa.BigInteger(), nullable=False),
        sa.Column("data", halves, nullable=False),
        sa.ForeignKeyConstraint(["space_id"], ["vector_spaces.id"], name=op.f("fk_vectors_space_id_vector_spaces")),
        sa.ForeignKeyConstraint(["record_id"], ["records.id"], name=op.f("fk_vectors_record_id_records")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vectors")),
        sqlite_autoincrement=True,
    )
    op.create_index("uq_vectors_space_id_record_id_digest", "vectors", ["space_id", "record_id", "digest"], unique=True)
    op.create_index("ix_vectors_space_id_stamp", "vectors", ["space_id", "stamp"], unique=False)
    op.create_index("ix_vectors_record_id", "vectors", ["record_id"], unique=False)
    if postgresql:
        # Parts are packed already and read whole; vectors are compared in place, which a row kept elsewhere would slow.
        op.execute("ALTER TABLE search_parts ALTER COLUMN data SET STORAGE EXTERNAL")
        op.execute("ALTER TABLE vectors ALTER COLUMN data SET STORAGE PLAIN")


def _settle_pgvector() -> None:
    bind = op.get_bind()
    try:
        with bind.begin_nested():
            bind.exec_driver_sql("CREATE EXTENSION IF NOT EXISTS vector")
            bind.exec_driver_sql("SELECT '[1]'::halfvec")  # came with version 0.7
    except sa.exc.DBAPIError as error:
        raise StoreError(
            f"the PostgreSQL database has no usable pgvector extension ({str(error.orig).strip()}); install pgvector "
            "0.8 or newer on the server and let an administrator run CREATE EXTENSION vector in this database"
        ) from error
