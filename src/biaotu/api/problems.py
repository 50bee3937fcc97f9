"""Errors as ``application/problem+json`` (RFC 9457), all of one shape, translated in one place.

``CODES`` is the whole list of what a client can meet; ``docs/api.md`` prints it and the OpenAPI document refers to it.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from biaotu.api.schemas.records import RecordView as RecordSchema
from biaotu.errors import BiaotuError, Busy, Conflict, Damaged, Full, InputError, NotFound, Refused, UsageError
from biaotu.review import RecordView

MEDIA_TYPE: Final = "application/problem+json"
DAMAGED: Final = "the database is damaged and has to be restored by whoever runs the server (biaotu store check); "
_log = logging.getLogger("biaotu.api")


@dataclass(frozen=True, slots=True)
class Code:
    """A kind of problem: HTTP status, short title, and what it means to a client."""

    status: int
    title: str
    meaning: str


CODES: Final[Mapping[str, Code]] = {
    "wrong-use": Code(400, "The request is wrong", "It cannot be read or contradicts itself; the detail says why."),
    "wrong-host": Code(400, "Unknown host name", "The server is not reached by this name; see the allowed hosts."),
    "not-logged-in": Code(401, "Log in first", "No session or token, or it has ended."),
    "wrong-credentials": Code(401, "Wrong name or password", "No such user, wrong password, or a disabled user."),
    "not-allowed": Code(403, "Not allowed", "The user's role does not reach; the detail names the one needed."),
    "csrf": Code(403, "The request does not come from our pages", "X-CSRF-Token or Origin is missing or wrong."),
    "not-found": Code(404, "Not found", "No such record, picture, job, user or page."),
    "method-not-allowed": Code(405, "Method not allowed", "The page has no such method; the Allow header names them."),
    "conflict": Code(409, "Someone else was faster", "`current` holds what is there now; show it and decide again."),
    "too-large": Code(413, "Too large", "The request, a file or a picture is over a limit; the detail names it."),
    "invalid-input": Code(422, "Something handed in cannot be used", "`errors` or the detail names the place."),
    "refused": Code(422, "Not possible in this state", "The data are sound but the step is not allowed now."),
    "too-many-attempts": Code(429, "Too many attempts", "Wait as many seconds as Retry-After says."),
    "internal": Code(500, "The server failed", "The detail has a number under which the log tells more."),
    "unavailable": Code(503, "Not available now", "The model or the database cannot be reached; try again later."),
}


class InvalidPart(BaseModel):
    """One part of a request that cannot be used."""

    place: list[str | int] = Field(description='Where it stands, as in `["body", "decisions", 0, "verdict"]`.')
    message: str


class Problem(BaseModel):
    """An error, RFC 9457."""

    model_config = ConfigDict(extra="forbid")

    type: str = Field(description="`urn:biaotu:problem:` and the code.")
    title: str
    status: int
    detail: str = Field(description="What is wrong and what to do, for a person.")
    code: str = Field(description="Stable, for programs.", json_schema_extra={"enum": [*sorted(CODES)]})
    errors: list[InvalidPart] | None = Field(None, description="The unusable parts (`invalid-input`).")
    current: RecordSchema | None = Field(None, description="The record as it stands now (`conflict`).")


class ProblemError(HTTPException):
    """Raised by the API itself (never by handlers' callees) to answer with a code of the list.

    Args:
        code: a key of ``CODES``.
        detail: what is wrong and what to do.
        headers: further response headers.
    """

    def __init__(self, code: str, detail: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(CODES[code].status, detail, dict(headers or {}))
        self.code = code


def problem(
    code: str,
    detail: str,
    *,
    headers: Mapping[str, str] | None = None,
    errors: list[dict[str, Any]] | None = None,
    current: dict[str, Any] | None = None,
) -> JSONResponse:
    """The response of one problem."""
    known = CODES[code]
    body: dict[str, Any] = {
        "type": f"urn:biaotu:problem:{code}",
        "title": known.title,
        "status": known.status,
        "detail": detail,
        "code": code,
    }
    if errors is not None:
        body["errors"] = errors
    if current is not None:
        body["current"] = current
    return JSONResponse(body, known.status, headers, MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Translate every error that we or the framework raise on purpose; ``middleware.Failures`` sees to all others."""
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _of_http)
    app.add_exception_handler(BiaotuError, _of_ours)


def _of_ours(request: Request, error: Exception) -> JSONResponse:
    match error:
        case NotFound():
            return problem("not-found", str(error))
        case Conflict():
            current = error.current.to_dict() if isinstance(error.current, RecordView) else None
            return problem("conflict", str(error), current=current)
        case Refused():
            return problem("refused", str(error))
        case InputError():
            return problem("invalid-input", str(error))
        case UsageError():
            return problem("wrong-use", str(error))
        case Busy():
            return problem("unavailable", f"{error}; nothing was written", headers={"Retry-After": "1"})
        case Full():
            return problem("unavailable", f"{error}; nothing was written")
        case Damaged():  # its own message names files of the server
            return failure("unavailable", request.method, request.url.path, error, DAMAGED)
        case _:
            return failure("unavailable", request.method, request.url.path, error)


def _invalid(_request: Request, error: Exception) -> JSONResponse:
    """Validation errors without the input itself: it may be a password, or text that is no lawful UTF-8."""
    found = error.errors() if isinstance(error, RequestValidationError) else []
    errors: list[dict[str, Any]] = [
        {"place": [_lawful(part) for part in row["loc"]], "message": str(row["msg"])} for row in found
    ]
    told = [f"{'.'.join(map(str, error['place']))}: {error['message']}" for error in errors]
    return problem("invalid-input", "; ".join(told[:5]) or "the request cannot be used", errors=errors)


def _lawful(part: str | int) -> str | int:
    return part if isinstance(part, int) else part.encode("utf-8", "replace").decode()


def _of_http(_request: Request, error: Exception) -> JSONResponse:
    """Our own ``ProblemError`` and what the framework raises by itself (unknown path, wrong method, broken body)."""
    if isinstance(error, ProblemError):
        return problem(error.code, error.detail, headers=error.headers)
    status, detail, headers = 500, "", None
    if isinstance(error, HTTPException):
        status, detail, headers = error.status_code, error.detail, error.headers
    by_status = {400: "wrong-use", 404: "not-found", 405: "method-not-allowed", 413: "too-large"}
    code = by_status.get(status, "wrong-use" if status < HTTPStatus.INTERNAL_SERVER_ERROR else "internal")
    if status == HTTPStatus.NOT_FOUND and detail == HTTPStatus.NOT_FOUND.phrase:
        detail = "there is no such page"
    return problem(code, detail, headers=headers)


def failure(code: str, method: str, path: str, error: Exception, cause: str = "") -> JSONResponse:
    """The response to an error that is not the client's: the log has all of it, the client a number to ask for."""
    number = secrets.token_hex(4)
    _log.error("failure %s at %s %s", number, method, path, exc_info=error)
    return problem(code, f"{cause}failure {number}; the server's log tells more under this number")
