"""The tables (SQLAlchemy Core); ``METADATA`` holds them all. Migrations make them, see ``biaotu.store.migrations``."""

from biaotu.store.schema.authorities import authority_entries
from biaotu.store.schema.base import METADATA, Id, UtcDateTime
from biaotu.store.schema.holdings import images, import_rows, imports, record_images, record_versions, records
from biaotu.store.schema.people import attempts, audit, tokens, users
from biaotu.store.schema.review import (
    annotation_claims,
    annotation_failures,
    annotations,
    batches,
    decisions,
    models,
    record_items,
    suggestions,
)
from biaotu.store.schema.work import jobs, lexicon, terms

FROZEN = ("record_versions", "annotations", "suggestions", "batches", "decisions", "audit", "authority_entries")
"""Tables whose rows are only ever added: triggers forbid UPDATE and DELETE."""

__all__ = [
    "FROZEN",
    "METADATA",
    "Id",
    "UtcDateTime",
    "annotation_claims",
    "annotation_failures",
    "annotations",
    "attempts",
    "audit",
    "authority_entries",
    "batches",
    "decisions",
    "images",
    "import_rows",
    "imports",
    "jobs",
    "lexicon",
    "models",
    "record_images",
    "record_items",
    "record_versions",
    "records",
    "suggestions",
    "terms",
    "tokens",
    "users",
]
