"""Records as files."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query
from fastapi.responses import StreamingResponse

from biaotu.api.access import Reader
from biaotu.api.exporting import CLOSED, MEDIA_TYPES, SUFFIXES, Export, Format
from biaotu.api.openapi import Responses, problems
from biaotu.api.problems import ProblemError
from biaotu.api.routing import api_router
from biaotu.api.schemas.common import RecordState
from biaotu.api.services import Parts

router = api_router("", "system")

_FILE: Responses = {
    200: {
        "description": "The file.",
        "content": {
            "application/x-ndjson": {"schema": {"type": "string"}},
            "text/csv": {"schema": {"type": "string"}},
        },
    }
}


@router.get(
    "/export",
    operation_id="export",
    summary="Records as a file",
    response_class=StreamingResponse,
    responses=problems() | _FILE,
)
def export(
    caller: Reader,
    parts: Parts,
    format: Annotated[
        Format,
        Query(description="`corpus`: training data of what people confirmed; `jsonl`: everything; `csv`: a table."),
    ] = "corpus",
    state: Annotated[
        RecordState | None, Query(description="Only records in this state; `all` records without.")
    ] = None,
) -> StreamingResponse:
    """Streamed record by record. The corpus format takes submitted and approved records only; approved by default."""
    if format == "corpus":
        state = state or "approved"
        if state not in CLOSED:
            raise ProblemError("invalid-input", f"query.state: the corpus format takes {' or '.join(CLOSED)} records")
    name = f'attachment; filename="biaotu-{state or "all"}.{SUFFIXES[format]}"'
    pieces = Export(parts.store, caller.actor, format, state).pieces()
    return StreamingResponse(pieces, media_type=MEDIA_TYPES[format], headers={"Content-Disposition": name})
