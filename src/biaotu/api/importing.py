"""Imports that come in through the browser: kept, looked at, planned; run and rolled back later."""

from __future__ import annotations

import re
import time
from contextlib import suppress
from typing import Any, Final

from starlette.datastructures import FormData

from biaotu.api import forms
from biaotu.api.access import Caller
from biaotu.api.problems import ProblemError
from biaotu.api.schemas.imports import DryRun, PlannedImport
from biaotu.api.services import Services
from biaotu.api.uploads import PhotoLimits, check_list, check_number, check_photo
from biaotu.errors import InputError, NotFound, Refused, UsageError
from biaotu.images import PhotoError
from biaotu.intake.planned import DryRun as Plan
from biaotu.intake.request import ImportRequest, fingerprint
from biaotu.intake.run import plan_import
from biaotu.intake.uploads import Upload, Uploads
from biaotu.store import Job, Store

UPLOAD: Final = "upload"
"""Key of the settings under which the ledger has the upload that an import was planned from."""
BROKEN_OFF_SECONDS: Final = 86_400
"""How long an upload may take."""
UNUSED_DAYS: Final = 14
"""How long an upload waits to be imported; the same list handed in again goes on where it stopped."""


def plan(parts: Services, caller: Caller, form: FormData) -> PlannedImport:
    """Keep what was sent and say what importing it would do; the ledger has it as planned.

    Raises:
        InputError: if the list or a photo cannot be used.
        ProblemError: 413 if there is too much of it, 422 if a part of the form is wrong.
    """
    tidy(parts.store)
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
    except (InputError, UsageError) as error:
        upload.discard()
        raise ProblemError("invalid-input", without_place(str(error), upload)) from error
    except BaseException:
        upload.discard()
        raise


def without_place(text: str, upload: Upload) -> str:
    """A message about an upload without the folder in which the server keeps it: people know their file by its name."""
    return re.sub(re.escape(str(upload.folder)) + r"(?:[/\\](?:list|photos))?[/\\]?", "", text)


def shown(planned: Plan) -> DryRun:
    """A dry run as it is told."""
    return DryRun.model_validate(planned.to_dict())


def tidy(store: Store) -> None:
    """Clear away uploads that were broken off a day ago, or that nobody has imported for two weeks."""
    uploads = Uploads(store.place.folder)
    uploads.tidy(BROKEN_OFF_SECONDS)
    if not uploads.folder.is_dir():
        return
    with store.reading() as unit:
        waiting = [unit.imports.get(int(job.settings["import"])) for job in unit.jobs.open("import")]
    wanted = {entry.settings.get(UPLOAD) for entry in waiting}
    for folder in uploads.folder.iterdir():
        asked = folder / "request.json"
        with suppress(OSError):
            if folder.name not in wanted and time.time() - asked.stat().st_mtime > UNUSED_DAYS * 86_400:
                Upload(folder.name, folder).discard()


def run(parts: Services, caller: Caller, import_id: int) -> Job:
    """Put an import into the queue of the background worker; the job that has it already, if there is one.

    Raises:
        NotFound: if there is no such import.
        Refused: if it is done, rolled back, was begun on the command line, or has waited for too long.
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
        try:
            Uploads(parts.store.place.folder).find(str(entry.settings[UPLOAD]))
        except NotFound as error:
            raise Refused(
                f"the list of import {import_id} is gone, uploads are kept for {UNUSED_DAYS} days; hand it in again"
            ) from error
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
        with suppress(PhotoError):  # one unreadable photo of a thousand stops no import: the plan tells its row
            check_photo(part.file, part.filename or "", limits)
        part.file.seek(0)
        upload.add_photo(part.filename or "", part.file)
    return upload.settle(
        name="" if lists else "photos",
        museum=forms.text(form, "museum"),
        collection=forms.text(form, "collection"),
        update=forms.truth(form, "update"),
        sheet=forms.text(form, "sheet") or None,
    )
