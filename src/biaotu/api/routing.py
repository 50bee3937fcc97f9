"""Routes that answer in one go: who asks, what is asked and the rendering of it share one thread.

FastAPI hands a plain function to a thread, comes back, hands its answer to a thread to be checked, and does the same
for each dependency. Every such hand-over wakes two threads that then wait for each other, which under load costs more
than most answers. A route that only reads waits for nothing but the store, so all of it is handed over once.

Routers are entered flat, each path with its whole prefix: routers within routers are searched anew at each level.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable, Coroutine
from enum import Enum
from typing import Any, Final, TypeVar

import anyio.to_thread
from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool

Value = TypeVar("Value")
PREFIX: Final = "/api/v1"
"""Where the API lies."""
READERS: Final = 5
"""Threads of a process that read at a time. The interpreter runs one of them anyway: with more of them each takes
longer, and more connections are wanted than are kept open (``store.engine.POOL``)."""


class OneThread(APIRoute):
    """A route; if it only reads (GET) and is a plain function, all of it runs in one thread.

    Attributes:
        quick: whether it is one of ``READERS`` threads; one that may take seconds would keep others waiting.
    """

    quick = True

    def __init__(self, path: str, endpoint: Callable[..., Any], *, methods: Any = None, **told: Any) -> None:
        self._in_one = set(methods or {"GET"}) == {"GET"} and not asyncio.iscoroutinefunction(endpoint)
        super().__init__(path, _never_waiting(endpoint) if self._in_one else endpoint, methods=methods, **told)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """FastAPI's own handler, run to its end in a thread."""
        handler = super().get_route_handler()
        if not self._in_one:
            return handler

        async def handle(request: Request) -> Response:
            limiter = getattr(request.app.state, "readers", None) if self.quick else None
            return await anyio.to_thread.run_sync(_finish, handler(request), limiter=limiter)

        return handle


class SlowThread(OneThread):
    """The same for what may take long: photos, models, the graph."""

    quick = False


def api_router(prefix: str, tag: str, *, slow: bool = False) -> APIRouter:
    """A router for a part of the API.

    Args:
        prefix: of its paths, after that of the API.
        tag: under which the OpenAPI document lists them.
        slow: whether its routes that read may take long.
    """
    tags: list[str | Enum] = [tag]
    return APIRouter(prefix=PREFIX + prefix, tags=tags, route_class=SlowThread if slow else OneThread)


async def in_thread(call: Callable[..., Value], *arguments: Any) -> Value:
    """What a plain function returns, for a dependency: called here where this is a thread already, else in one."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return call(*arguments)
    return await run_in_threadpool(call, *arguments)


def _never_waiting(endpoint: Callable[..., Any]) -> Callable[..., Any]:
    """A coroutine function of the same signature, which FastAPI calls in place."""

    async def called(**values: Any) -> Any:
        return endpoint(**values)

    called.__name__, called.__doc__ = endpoint.__name__, endpoint.__doc__
    called.__module__ = endpoint.__module__
    called.__signature__ = inspect.signature(endpoint, eval_str=True)  # type: ignore[attr-defined]
    return called


def _finish(waited_for: Coroutine[Any, Any, Response]) -> Response:
    """The result of a coroutine that waits for nothing."""
    try:
        waited_for.send(None)
    except StopIteration as end:
        answer: Response = end.value
        return answer
    waited_for.close()
    raise RuntimeError("a route that reads has a dependency that waits; make it use in_thread")
