"""What the background worker does: annotate, import."""

from __future__ import annotations

from collections.abc import Mapping

from biaotu.api.access import Caller
from biaotu.api.importing import UPLOAD, without_place
from biaotu.api.models import AnnotatorHolder
from biaotu.api.services import Services
from biaotu.api.worker import Progress, Stopped, Work
from biaotu.errors import BiaotuError, InputError, UsageError
from biaotu.intake.annotating import Progress as Annotated
from biaotu.intake.annotating import annotate_store
from biaotu.intake.run import Progress as Imported
from biaotu.intake.run import run_import
from biaotu.intake.uploads import Uploads
from biaotu.store import Actor, Job, Store


def works(store: Store, holder: AnnotatorHolder) -> Mapping[str, Work]:
    """Every kind of job with what is to be done."""

    def annotate(job: Job, progress: Progress) -> str:
        return _annotate(store, holder, job, progress)

    def bring_in(job: Job, progress: Progress) -> str:
        return _import(store, job, progress)

    return {"annotate": annotate, "import": bring_in}


def annotating(parts: Services, caller: Caller, limit: int | None) -> Job:
    """Put annotating into the queue, unless it is there already."""
    with parts.store.writing(caller.actor) as unit:
        waiting = unit.jobs.open("annotate")
        job = waiting[0] if waiting else unit.jobs.add("annotate", {"limit": limit}, limit)
    parts.worker.wake()
    return job


def _annotate(store: Store, holder: AnnotatorHolder, job: Job, progress: Progress) -> str:
    """Records annotated before a restart count towards the job's limit and progress."""
    begun = job.done
    limit: int | None = job.settings.get("limit")

    def tell(state: Annotated) -> None:
        progress.tell(begun + state.done + state.failed, begun + state.total)

    with store.reading() as unit:
        words = tuple((word.word, word.kind) for word in unit.words.all())
    summary = annotate_store(
        store,
        holder.get(words),
        actor=_actor(job),
        limit=None if limit is None else max(0, limit - begun),
        on_progress=tell,
        cancelled=progress.stopped,
    )
    if summary.cancelled:
        raise Stopped
    done, failed, left = summary.done + begun, summary.failed, summary.left
    return f"{done} annotated, {failed} failed, {left} left. 已标注 {done} 条，失败 {failed} 条，剩余 {left} 条。"


def _import(store: Store, job: Job, progress: Progress) -> str:
    import_id = int(job.settings["import"])
    with store.reading() as unit:
        entry = unit.imports.get(import_id)
    upload = Uploads(store.place.folder).find(str(entry.settings[UPLOAD]))

    def tell(state: Imported) -> None:
        progress.tell(state.done, job.total)

    try:
        result = run_import(
            store, upload.request(), _actor(job), import_id=import_id, on_progress=tell, cancelled=progress.stopped
        )
    except (InputError, UsageError) as error:
        raise BiaotuError(without_place(str(error), upload)) from error
    if result.state == "stopped":
        raise Stopped
    upload.discard()
    told = ", ".join(f"{number} {outcome}" for outcome, number in sorted(result.counts.items()))
    return f"import {import_id}: {told or 'no rows'}"


def _actor(job: Job) -> Actor:
    """A job is done in the name of whoever asked for it."""
    return Actor(job.user_id, job.actor)
