"""What every request passes before and after the routes: known host names, size limits, security headers.

Plain ASGI, so that bodies and answers stream through.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from functools import lru_cache
from typing import Final

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from biaotu.api.problems import ProblemError, failure, problem

CONTENT_POLICY: Final = (
    "default-src 'self'; img-src 'self' blob: data:; style-src 'self' 'unsafe-inline'; script-src 'self'; "
    "object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)
"""Nothing from outside, no script in a page's text, no page of ours inside another's frame."""

HEADERS: Final = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
LOCAL_NAMES: Final = frozenset({"localhost", "127.0.0.1", "[::1]"})

_HOST: Final = re.compile(r"(\[[0-9a-f:.]+\]|[^:\[\]@/\s]+)(?::\d{1,5})?", re.IGNORECASE)


@lru_cache(maxsize=256)
def host_name(header: str) -> str | None:
    """The name in a Host header, lower case, without the port and a closing dot; None if it is no such header."""
    found = _HOST.fullmatch(header)
    return found[1].lower().rstrip(".") if found else None


class KnownHosts:
    """Answer only to names that are ours.

    A page of a stranger may point a name of its own at 127.0.0.1 (DNS rebinding) and so reach a server on the user's
    machine; the Host header gives it away.
    """

    def __init__(self, app: ASGIApp, names: Collection[str]) -> None:
        self._app = app
        self._names = LOCAL_NAMES | {name.lower().rstrip(".") for name in names}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, or answer 400."""
        if scope["type"] == "http":
            given = [value for name, value in scope["headers"] if name == b"host"]
            if len(given) != 1 or host_name(given[0].decode("latin-1")) not in self._names:
                detail = "the server does not go by the name in the Host header; allow it with --allowed-hosts"
                await problem("wrong-host", detail)(scope, receive, send)
                return
        await self._app(scope, receive, send)


class BodyLimit:
    """Refuse bodies that are too large: by their announced length before a byte is read, by counting while they come.

    Args:
        app: what comes after.
        limit_of: bytes allowed for a path.
    """

    def __init__(self, app: ASGIApp, limit_of: Callable[[str], int]) -> None:
        self._app = app
        self._limit_of = limit_of

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on with a counting ``receive``, or answer 413."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = self._limit_of(scope["path"])
        announced = Headers(scope=scope).get("content-length", "0")
        if announced.isdecimal() and int(announced) > limit:
            await problem("too-large", _too_large(limit), headers={"Connection": "close"})(scope, receive, send)
            return
        seen = 0

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > limit:
                raise ProblemError("too-large", _too_large(limit), {"Connection": "close"})
            return message

        await self._app(scope, counted, send)


def _too_large(limit: int) -> str:
    return f"the request is larger than {limit // 1024:,} KB; send less at a time"


class Failures:
    """Answer 500 where something failed that nobody foresaw, without a word of it to the client."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on; where an answer had begun already, it is broken off."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = False

        async def sending(message: Message) -> None:
            nonlocal begun
            begun = begun or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, sending)
        except Exception as error:
            answer = failure("internal", scope["method"], scope["path"], error)
            if begun:
                raise
            await answer(scope, receive, send)


class SecurityHeaders:
    """Add the headers that keep browsers careful; answers that say nothing about caching are not cached."""

    def __init__(self, app: ASGIApp, https: bool) -> None:
        self._app = app
        told = HEADERS | ({"Strict-Transport-Security": "max-age=31536000"} if https else {})
        told |= {"Cache-Control": "no-store"}
        self._headers = [(name.lower().encode(), value.encode()) for name, value in told.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on with a ``send`` that adds what is missing."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = list(message.get("headers", ()))
                names = {name.lower() for name, _ in given}
                message["headers"] = given + [(name, value) for name, value in self._headers if name not in names]
            await send(message)

        await self._app(scope, receive, sending)
