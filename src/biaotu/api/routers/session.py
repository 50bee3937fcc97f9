"""Log-in, log-out, one's own password."""

from __future__ import annotations

from fastapi import Depends, Request, Response

from biaotu.api import accounts
from biaotu.api.access import COOKIE, Caller, Reader, own_origin
from biaotu.api.openapi import problems
from biaotu.api.problems import ProblemError
from biaotu.api.routing import api_router
from biaotu.api.schemas.access import Credentials, PasswordChange, Session, User
from biaotu.api.services import Parts

router = api_router("/session", "session")


def _from_our_pages(request: Request, parts: Parts) -> None:
    """A stranger's page must not log a browser in under the stranger's name."""
    if not own_origin(request, parts.settings.https):
        raise ProblemError("csrf", "the request comes from a page of another origin")


def _session(caller: Caller) -> Session:
    user, token = caller.user, caller.token
    shown = User(id=user.id, name=user.name, display=user.display, role=user.role)
    return Session(user=shown, csrf=token.csrf if token.kind == "session" else None)


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


def _set_cookie(response: Response, secret: str, parts: Parts) -> None:
    response.set_cookie(
        COOKIE,
        secret,
        max_age=parts.settings.session_hours * 3600,
        path="/",
        httponly=True,
        samesite="strict",
        secure=parts.settings.https,
    )


@router.post(
    "",
    operation_id="log_in",
    summary="Log in",
    response_model=Session,
    responses=problems("wrong-credentials", "csrf", "too-many-attempts", logged_in=False),
    dependencies=[Depends(_from_our_pages)],
)
def log_in(credentials: Credentials, request: Request, response: Response, parts: Parts) -> Session:
    """Open a session: sets the cookie `biaotu_session` and returns the CSRF token for unsafe requests."""
    secret, caller = accounts.log_in(parts, credentials.name, credentials.password, _address(request))
    _set_cookie(response, secret, parts)
    return _session(caller)


@router.get("", operation_id="get_session", summary="Who is logged in", response_model=Session, responses=problems())
def get_session(caller: Reader) -> Session:
    """The user behind the session or token, and the session's CSRF token."""
    return _session(caller)


@router.delete("", operation_id="log_out", summary="Log out", status_code=204, responses=problems())
def log_out(caller: Reader, response: Response, parts: Parts) -> None:
    """End the session or token that the request carries."""
    accounts.log_out(parts, caller)
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict", secure=parts.settings.https)


@router.put(
    "/password",
    operation_id="change_own_password",
    summary="Change one's own password",
    response_model=Session,
    responses=problems("wrong-credentials", "too-many-attempts"),
)
def change_own_password(
    change: PasswordChange, caller: Reader, request: Request, response: Response, parts: Parts
) -> Session:
    """Needs the old password. All sessions of the user end; this one goes on with a new cookie and CSRF token."""
    opened = accounts.change_password(parts, caller, change.old, change.new, _address(request))
    if opened is None:
        return _session(caller)
    secret, caller = opened
    _set_cookie(response, secret, parts)
    return _session(caller)
