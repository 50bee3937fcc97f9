"""The red gene bank's store: records, photos, what models suggest and what people decide, in SQLite or PostgreSQL.

A store is opened at a place and worked in by units: ``with store.writing(actor) as unit: unit.decisions.decide(...)``.
"""

from biaotu.store.backup import backup
from biaotu.store.check import Finding, check
from biaotu.store.partitions import divide, partitions
from biaotu.store.place import StorePlace
from biaotu.store.repos.bulk import NewCase
from biaotu.store.store import Store
from biaotu.store.unit import Unit
from biaotu.store.values import (
    Actor,
    AuditEntry,
    Done,
    GridCell,
    Import,
    ImportRow,
    ImportState,
    Job,
    JobState,
    Mention,
    Mentions,
    NewAnnotation,
    NewImage,
    NewRecord,
    Outcome,
    Page,
    RecordImage,
    RecordSummary,
    StoredAnnotation,
    StoredImage,
    StoredRecord,
    TextVersion,
    Token,
    TokenKind,
    User,
    Word,
)

__all__ = [
    "Actor",
    "AuditEntry",
    "Done",
    "Finding",
    "GridCell",
    "Import",
    "ImportRow",
    "ImportState",
    "Job",
    "JobState",
    "Mention",
    "Mentions",
    "NewAnnotation",
    "NewCase",
    "NewImage",
    "NewRecord",
    "Outcome",
    "Page",
    "RecordImage",
    "RecordSummary",
    "Store",
    "StorePlace",
    "StoredAnnotation",
    "StoredImage",
    "StoredRecord",
    "TextVersion",
    "Token",
    "TokenKind",
    "Unit",
    "User",
    "Word",
    "backup",
    "check",
    "divide",
    "partitions",
]
