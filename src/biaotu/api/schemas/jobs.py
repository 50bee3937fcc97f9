"""Background jobs."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from biaotu.api.schemas.common import Strict

JobState = Literal["waiting", "running", "done", "failed", "cancelled"]


class Job(BaseModel):
    """Long work in the background; ask again for its progress."""

    id: int
    kind: str
    state: JobState
    done: int
    total: int | None
    message: str = Field(description="Its last words; why it failed.")
    cancelling: bool = Field(description="It was asked to stop and will after the piece of work at hand.")
    settings: dict[str, Any]
    created_by: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class JobList(BaseModel):
    """Jobs, newest first."""

    items: list[Job]


class NewJob(Strict):
    """Annotate all records that the model has not seen in their present words."""

    kind: Literal["annotate"]
    limit: Annotated[int, Field(ge=1, le=10_000_000, description="Only so many records.")] | None = None
