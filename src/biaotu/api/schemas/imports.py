"""Imports: the dry run, the ledger, rolling back."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from biaotu.api.schemas.common import Strict
from biaotu.api.schemas.records import Warning as Notice

Outcome = Literal["new", "same", "updated", "conflict", "failed", "duplicate"]
ImportState = Literal["planned", "running", "done", "stopped", "rolled_back"]


class PlannedPhoto(BaseModel):
    """A photo of a row; `digest` is null if it could not be read."""

    name: str
    state: str
    digest: str | None


class PlannedRow(BaseModel):
    """What would become of one row."""

    position: int
    row: int | None = Field(description="As Excel counts.")
    file: str
    number: str
    title: str
    museum: str
    outcome: Outcome
    reason: str
    record: int | None
    photos: list[PlannedPhoto]
    notices: list[Notice]


class DryRun(BaseModel):
    """What an import would do; rows that a person should look at come first among those told."""

    file: str
    counts: dict[str, int]
    total: int
    rows: list[PlannedRow]
    pairs: list[dict[str, object]] = Field(description="Photos that are alike, in the list or with the store.")
    unmatched: list[str] = Field(description="Photos that match no row.")


class PlannedImport(BaseModel):
    """An import that waits to be run."""

    id: int
    plan: DryRun


class Import(BaseModel):
    """One import of the ledger. `planned` counts what the dry run said, `counts` what was done."""

    id: int
    file: str
    museum: str
    collection: str
    update: bool
    state: ImportState
    total: int | None
    planned: dict[str, int] | None
    counts: dict[str, int]
    created_by: str
    created_at: datetime
    finished_at: datetime | None


class ImportPage(BaseModel):
    """Imports, newest first."""

    items: list[Import]
    next: str | None


class ImportRow(BaseModel):
    """What became of one row."""

    position: int
    row: int | None
    number: str
    outcome: Outcome
    record: int | None
    reason: str
    notices: list[Notice]


class ImportRowPage(BaseModel):
    """Rows in the order of the file."""

    items: list[ImportRow]
    next: str | None


class Rollback(Strict):
    """Take an import back; `force` even if people have decided on its records."""

    force: bool = False


class RolledBack(BaseModel):
    """What was taken back."""

    id: int
    removed: int
    reverted: int
    photos: int
    kept: int
    decided: int
