"""Who asks, and may they: the dependency that every route but log-in and health stands behind.

Two ways in. A browser has the session cookie; its unsafe requests must also carry the session's CSRF token and, where
the browser says it, come from our own origin. A program has a bearer token, which no browser sends by itself, so it
needs neither.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any, Final
from urllib.parse import urlsplit

from fastapi import Depends, Request, Security
from fastapi.security import APIKeyCookie, HTTPAuthorizationCredentials, HTTPBearer

from biaotu.api import secret
from biaotu.api.problems import ProblemError
from biaotu.api.routing import in_thread
from biaotu.api.services import Parts, Services
from biaotu.review import Judge, Role, covers
from biaotu.store import Actor, Token, TokenKind, User

COOKIE: Final = "biaotu_session"
CSRF_HEADER: Final = "X-CSRF-Token"
SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})

_SEEN_EVERY: Final = timedelta(minutes=5)
"""The time of last use is noted no more often, so that reading does not write each time."""

_cookie = APIKeyCookie(name=COOKIE, scheme_name="session", auto_error=False)
_bearer = HTTPBearer(scheme_name="token", auto_error=False)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who sent a request, and by which session or token."""

    user: User
    token: Token

    @property
    def actor(self) -> Actor:
        """The same for the store."""
        return Actor(self.user.id, self.user.name)

    @property
    def judge(self) -> Judge:
        """The same for the rules of review."""
        return Judge(self.user.id, self.user.name, self.user.role)


def caller_of(parts: Services, token_secret: str | None, kind: TokenKind) -> Caller | None:
    """The active user behind a session or token; None if it is unknown, has ended, or is of the other kind."""
    if not token_secret:
        return None
    with parts.store.reading() as unit:
        held = unit.tokens.holder(secret.digest(token_secret))
    if held is None:
        return None
    token, user = held
    if token.kind != kind or not user.active:
        return None
    caller, now = Caller(user, token), parts.store.clock()
    if token.last_seen_at is None or now - token.last_seen_at > _SEEN_EVERY:
        with parts.store.writing(caller.actor) as unit:
            unit.tokens.seen(token.id)
    return caller


def own_origin(request: Request, https: bool) -> bool:
    """Whether a request comes from a page of ours, as far as the browser says.

    Old browsers say nothing; ``SameSite`` and the CSRF token hold there.
    """
    if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        return False
    origin = request.headers.get("origin")
    if origin is None:
        return True
    try:
        found = urlsplit(origin)
    except ValueError:  # half of an IPv6 address, say
        return False
    schemes = {"https"} if https else {"http", "https"}
    return found.scheme in schemes and found.netloc.lower() == request.headers.get("host", "").lower()


async def _caller(
    request: Request,
    parts: Parts,
    session: Annotated[str | None, Security(_cookie)],
    bearer: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)],
) -> Caller:
    """Find out who asks; a request with a token is judged by the token alone."""
    secrets: tuple[str | None, TokenKind] = (session, "session") if bearer is None else (bearer.credentials, "api")
    found = await in_thread(caller_of, parts, *secrets)
    if found is None:
        raise ProblemError(
            "not-logged-in", "log in first, or send a token that is valid", {"WWW-Authenticate": "Bearer"}
        )
    if bearer is None and request.method not in SAFE_METHODS:
        if not own_origin(request, parts.settings.https):
            raise ProblemError("csrf", "the request comes from a page of another origin")
        if not secret.same(request.headers.get(CSRF_HEADER, ""), found.token.csrf):
            raise ProblemError("csrf", f"the header {CSRF_HEADER} is missing or wrong; take it from GET /session")
    return found


def _at_least(role: Role) -> Callable[..., Any]:
    async def check(caller: Annotated[Caller, Depends(_caller)]) -> Caller:
        if not covers(caller.user.role, role):
            raise ProblemError("not-allowed", f"this needs the role {role}; yours is {caller.user.role}")
        return caller

    return check


Reader = Annotated[Caller, Depends(_at_least("reader"))]
Annotator = Annotated[Caller, Depends(_at_least("annotator"))]
Reviewer = Annotated[Caller, Depends(_at_least("reviewer"))]
Admin = Annotated[Caller, Depends(_at_least("admin"))]
