"""Imports: handed in and planned, run in the background, rolled back."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

from fastapi import Depends, Query
from starlette.datastructures import FormData

from biaotu.api import importing, present
from biaotu.api.access import Annotator, Reader, Reviewer
from biaotu.api.forms import form_body, import_form
from biaotu.api.openapi import problems
from biaotu.api.routing import api_router
from biaotu.api.schemas.common import Cursor, Limit, PathId
from biaotu.api.schemas.imports import (
    Import,
    ImportPage,
    ImportRowPage,
    Outcome,
    PlannedImport,
    Rollback,
    RolledBack,
)
from biaotu.api.schemas.jobs import Job
from biaotu.api.services import Parts
from biaotu.intake.rollback import rollback_import

router = api_router("/imports", "imports")


@router.post(
    "",
    operation_id="plan_import",
    summary="Hand in a list and photos: dry run",
    status_code=201,
    response_model=PlannedImport,
    responses=problems("unavailable"),
    openapi_extra=form_body(
        {"file": "file", "photos": "files", "museum": "text", "collection": "text", "update": "bool", "sheet": "text"},
        required=[],
    ),
)
def plan_import(form: Annotated[FormData, Depends(import_form)], caller: Annotator, parts: Parts) -> PlannedImport:
    """Say row by row what importing would do; nothing is imported yet. A list, photos, or both."""
    return importing.plan(parts, caller, form)


@router.get("", operation_id="list_imports", summary="All imports", response_model=ImportPage, responses=problems())
def list_imports(_caller: Reader, parts: Parts, cursor: Cursor = None, limit: Limit = 50) -> ImportPage:
    """The ledger of imports, newest first."""
    with parts.store.reading() as unit:
        page = unit.imports.page(cursor, limit)
    return ImportPage(items=[present.ledger_entry(entry) for entry in page.items], next=page.cursor)


@router.get(
    "/{import_id}",
    operation_id="get_import",
    summary="One import",
    response_model=Import,
    responses=problems("not-found"),
)
def get_import(import_id: PathId, _caller: Reader, parts: Parts) -> Import:
    """How an import stands, and what became of its rows by outcome."""
    with parts.store.reading() as unit:
        return present.ledger_entry(unit.imports.get(import_id), unit.imports.counts(import_id))


@router.get(
    "/{import_id}/rows",
    operation_id="list_import_rows",
    summary="What became of each row",
    response_model=ImportRowPage,
    responses=problems("not-found"),
)
def list_import_rows(
    import_id: PathId,
    _caller: Reader,
    parts: Parts,
    outcome: Annotated[Outcome | None, Query(description="Only rows that came out so.")] = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> ImportRowPage:
    """Rows in the order of the file, those settled so far."""
    with parts.store.reading() as unit:
        unit.imports.get(import_id)
        page = unit.imports.rows(import_id, outcome, cursor, limit)
    return ImportRowPage(items=[present.import_row(row) for row in page.items], next=page.cursor)


@router.post(
    "/{import_id}/run",
    operation_id="run_import",
    summary="Run an import",
    status_code=202,
    response_model=Job,
    responses=problems("not-found", "refused"),
)
def run_import(import_id: PathId, caller: Annotator, parts: Parts) -> Job:
    """Run a planned import, or go on with a stopped one, in the background."""
    return present.job(importing.run(parts, caller, import_id))


@router.post(
    "/{import_id}/rollback",
    operation_id="roll_back_import",
    summary="Take an import back",
    response_model=RolledBack,
    responses=problems("not-found", "refused"),
)
def roll_back_import(import_id: PathId, wanted: Rollback, caller: Reviewer, parts: Parts) -> RolledBack:
    """Hide the records that it made and give those it changed their words back.

    Refused if people have decided on them or a later import changed them, unless `force`; decisions stay in any case.
    """
    result = rollback_import(parts.store, import_id, caller.actor, force=wanted.force)
    return RolledBack.model_validate(asdict(result))
