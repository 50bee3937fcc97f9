"""Background jobs."""

from __future__ import annotations

from biaotu.api import present
from biaotu.api.access import Annotator, Reader
from biaotu.api.openapi import problems
from biaotu.api.routing import api_router
from biaotu.api.schemas.common import Limit, PathId
from biaotu.api.schemas.jobs import Job, JobList, NewJob
from biaotu.api.services import Parts
from biaotu.api.works import annotating

router = api_router("/jobs", "jobs")


@router.get("", operation_id="list_jobs", summary="Jobs", response_model=JobList, responses=problems())
def list_jobs(_caller: Reader, parts: Parts, limit: Limit = 50) -> JobList:
    """The newest jobs, newest first."""
    with parts.store.reading() as unit:
        return JobList(items=[present.job(job) for job in unit.jobs.list(limit)])


@router.post(
    "",
    operation_id="add_job",
    summary="Annotate in the background",
    status_code=202,
    response_model=Job,
    responses=problems(),
)
def add_job(new: NewJob, caller: Annotator, parts: Parts) -> Job:
    """Annotate records that the model has not seen in their present words; where such a job waits or runs, that one."""
    return present.job(annotating(parts, caller, new.limit))


@router.get("/{job_id}", operation_id="get_job", summary="One job", response_model=Job, responses=problems("not-found"))
def get_job(job_id: PathId, _caller: Reader, parts: Parts) -> Job:
    """How far it is."""
    with parts.store.reading() as unit:
        return present.job(unit.jobs.get(job_id))


@router.delete(
    "/{job_id}", operation_id="cancel_job", summary="Stop a job", response_model=Job, responses=problems("not-found")
)
def cancel_job(job_id: PathId, caller: Annotator, parts: Parts) -> Job:
    """Ask a job to stop after the piece of work at hand; what is done stands."""
    with parts.store.writing(caller.actor) as unit:
        return present.job(unit.jobs.cancel(job_id))
