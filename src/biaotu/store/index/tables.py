"""The tables of the search index: all of it follows from records, annotations and decisions, and can be built anew.

``stamp`` tells processes what changed since they last looked, see ``changes.py``.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from biaotu.store.schema.base import METADATA, Id, new_id


class HalfVector(sa.types.UserDefinedType[str]):
    """A row of 16-bit floats: pgvector's ``halfvec``, written as text; bytes on SQLite."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        """The type's name in DDL."""
        return "halfvec"


def _vector_type() -> sa.types.TypeEngine[Any]:
    return sa.LargeBinary().with_variant(HalfVector(), "postgresql")


search_state = sa.Table(
    "search_state",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("counter", sa.BigInteger, nullable=False),
    sa.Column("epoch", sa.BigInteger, nullable=False),
)
"""One row: a counter of changes (SQLite), and the times the index was built anew."""

search_documents = sa.Table(
    "search_documents",
    METADATA,
    sa.Column("record_id", Id, sa.ForeignKey("records.id"), primary_key=True, autoincrement=False),
    sa.Column("stamp", sa.BigInteger, nullable=False),
    sa.Column("block", Id, nullable=False),
    sa.Column("title_end", sa.Integer, nullable=False),
    sa.Column("description_end", sa.Integer, nullable=False),
    sa.Column("tags_end", sa.Integer, nullable=False),
    sa.Column("length", sa.Integer, nullable=False),
    sa.Column("facets", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Index("ix_search_documents_stamp", "stamp"),
    sa.Index("ix_search_documents_block", "block"),
)
"""A record's folded text and facet values; its bigrams are in ``block``; 0: in none yet, -1: no longer to be found."""

search_blocks = sa.Table(
    "search_blocks",
    METADATA,
    new_id(),
    sa.Column("size", sa.Integer, nullable=False),
    sa.Column("firsts", sa.LargeBinary, nullable=False),
    sa.Column("records", sa.LargeBinary, nullable=False),
    sqlite_autoincrement=True,
)
"""Blocks of bigrams; ``firsts`` (uint64) is the lowest bigram of each part, ``records`` (int64) the texts in order."""

search_parts = sa.Table(
    "search_parts",
    METADATA,
    sa.Column("id", Id, primary_key=True, autoincrement=False),
    sa.Column("data", sa.LargeBinary, nullable=False),
)
"""Parts of blocks, as ``biaotu.search.blocks`` writes them; ``id`` is block * 2**20 + number."""

vector_spaces = sa.Table(
    "vector_spaces",
    METADATA,
    new_id(),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("model", sa.Text, nullable=False),
    sa.Column("dimensions", sa.Integer, nullable=False),
    sa.CheckConstraint("kind IN ('text', 'photo', 'shared_text', 'shared_photo')", name="kind"),
    sa.Index("uq_vector_spaces_kind_model", "kind", "model", unique=True),
    sqlite_autoincrement=True,
)
"""Vectors of one kind and model can be compared with each other; the space added last is the one that is searched."""

vectors = sa.Table(
    "vectors",
    METADATA,
    new_id(),
    sa.Column("space_id", Id, sa.ForeignKey("vector_spaces.id"), nullable=False),
    sa.Column("record_id", Id, sa.ForeignKey("records.id"), nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("stamp", sa.BigInteger, nullable=False),
    sa.Column("data", _vector_type(), nullable=False),
    sa.Index("uq_vectors_space_id_record_id_digest", "space_id", "record_id", "digest", unique=True),
    sa.Index("ix_vectors_space_id_stamp", "space_id", "stamp"),
    sa.Index("ix_vectors_record_id", "record_id"),
    sqlite_autoincrement=True,
)
"""Unit vectors of records (``digest`` empty) and of their photos, 16-bit floats."""

__all__ = [
    "HalfVector",
    "search_blocks",
    "search_documents",
    "search_parts",
    "search_state",
    "vector_spaces",
    "vectors",
]
