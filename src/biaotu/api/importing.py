"""Imports that come in through the browser: kept, looked at, planned; run and rolled back later."""

from __future__ import annotations

from typing import Any, Final

from starlette.datastructures import FormData

from biaotu.api import forms
from biaotu.api.access import Caller
from biaotu.api.problems import ProblemError
from biaotu.api.schemas.imports import DryRun, PlannedImport
from biaotu.api.services import Services
from biaotu.api.uploads import PhotoLimits, check_list, check_number, check_photo
from biaotu.errors import Refused
from biaotu.intake.planned import DryRun as Plan
from biaotu.intake.request import ImportRequest, fingerprint
from biaotu.intake.run import plan_import
from biaotu.intake.uploads import Upload, Uploads
from biaotu.store import Job

UPLOAD: Final = "upload"
"""Key of the settings under which the ledger has the upload that an import was planned from."""


def plan(parts: Services, caller: Caller, form: FormData) -> PlannedImport:
    """Keep what was sent and say what importing it would do; the ledger has it as planned.

    Raises:
        InputError: if the list or a photo cannot be used.
        ProblemError: 413 if there is too much of it, 422 if a part of the form is wrong.
    """
    upload = Uploads(parts.store.place.folder).begin()
    try:
        request = _keep(parts, form, upload)
        planned = plan_import(parts.store, request)
        settings = request.settings() | {
            UPLOAD: upload.key,
            "planned": dict(planned.counts),
            "total": len(planned.rows),
        }
        with parts.store.writing(caller.actor) as unit:
            entry = unit.imports.begin(
                request.shown_name,
                fingerprint(request.file),
                request.museum,
                request.collection,
                settings,
                state="planned",
            )
        return PlannedImport(id=entry.id, plan=shown(planned))
    except BaseException:
        upload.discard()
        raise


def shown(planned: Plan) -> DryRun:
    """A dry run as it is told."""
    return DryRun.model_validate(planned.to_dict())


def run(parts: Services, caller: Caller, import_id: int) -> Job:
    """Put an import into the queue of the background worker; the job that has it already, if there is one.

    Raises:
        NotFound: if there is no such import.
        Refused: if it is done, rolled back, or was begun on the command line.
    """
    with parts.store.writing(caller.actor) as unit:
        entry = unit.imports.get(import_id)
        for job in unit.jobs.open("import"):
            if job.settings.get("import") == import_id:
                return job
        if entry.state in ("done", "rolled_back"):
            raise Refused(f"import {import_id} is {entry.state.replace('_', ' ')}; hand the list in again")
        if UPLOAD not in entry.settings:
            raise Refused(f"import {import_id} was begun on the command line; go on with it there (biaotu import)")
        total: Any = entry.settings.get("total")
        job = unit.jobs.add("import", {"import": import_id, "file": entry.file}, total)
    parts.worker.wake()
    return job


def _keep(parts: Services, form: FormData, upload: Upload) -> ImportRequest:
    limits = PhotoLimits.of(parts.settings)
    lists, photos = forms.files(form, "file"), forms.files(form, "photos")
    if len(lists) > 1:
        raise ProblemError("invalid-input", "body.file: hand in one list at a time")
    check_number(len(photos), limits)
    for part in lists:
        check_list(part.file, part.filename or "")
        upload.add_list(part.filename or "", part.file)
    for part in photos:
        check_photo(part.file, part.filename or "", limits)
        upload.add_photo(part.filename or "", part.file)
    return upload.settle(
        name="" if lists else "photos",
        museum=forms.text(form, "museum"),
        collection=forms.text(form, "collection"),
        update=forms.truth(form, "update"),
        sheet=forms.text(form, "sheet") or None,
    )
