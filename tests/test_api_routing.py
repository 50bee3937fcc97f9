"""Routes that answer in one thread: that they do, and what must not slip through."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Annotated, Any

import anyio.to_thread
import pytest
from fastapi import Depends, FastAPI, Request
from pydantic import BaseModel
from starlette.testclient import TestClient

from biaotu.api.routing import PREFIX, api_router, in_thread
from biaotu.errors import Conflict


class Answer(BaseModel):
    """Of a route."""

    place: int


async def who() -> int:
    return await in_thread(threading.get_ident)


async def waits() -> None:
    await asyncio.sleep(0)


router = api_router("/things", "things")
slow = api_router("/slow", "things", slow=True)
AT_WORK: list[int] = []
BUSY: list[list[float]] = []


@router.get("/{place}", response_model=Answer)
def get_thing(place: int, asked_in: Annotated[int, Depends(who)]) -> Answer:
    assert asked_in == threading.get_ident() != LOOP[0]
    return Answer(place=place)


@router.get("/waits/now")
def get_waiting(_asked_in: Annotated[None, Depends(waits)]) -> None: ...


@router.get("/fails/now")
def get_failing() -> None:
    raise Conflict("no")


@router.get("/busy/now")
def get_busy() -> None:
    be_busy()


@slow.get("")
def get_slow() -> None:
    be_busy()


def be_busy() -> None:
    """Notes how many are busy at a time."""
    AT_WORK.append(0)
    BUSY[-1].append(len(AT_WORK))
    time.sleep(0.1)
    AT_WORK.pop()


@router.post("")
def add_thing(new: Answer, asked_in: Annotated[int, Depends(who)]) -> dict[str, bool]:
    return {"in_loop": threading.get_ident() == LOOP[0], "asked_in_loop": asked_in == LOOP[0], "same": new.place == 3}


LOOP = [0]


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    handed: list[Any] = []
    real = anyio.to_thread.run_sync

    async def counted(*arguments: Any, **told: Any) -> Any:
        LOOP[0] = threading.get_ident()
        handed.append(arguments)
        return await real(*arguments, **told)

    monkeypatch.setattr(anyio.to_thread, "run_sync", counted)
    app = FastAPI(openapi_url=None)
    app.routes.extend([*router.routes, *slow.routes])
    app.state.handed = handed

    @app.exception_handler(Conflict)
    async def told(_request: Request, error: Exception) -> Any:
        from fastapi.responses import PlainTextResponse

        return PlainTextResponse(str(error), 409)

    with TestClient(app) as found:
        yield found


def test_a_route_that_reads_is_handed_to_a_thread_once(client: TestClient) -> None:
    answer = client.get(f"{PREFIX}/things/7")
    assert (answer.status_code, answer.json()) == (200, {"place": 7})
    assert len(client.app.state.handed) == 1  # type: ignore[attr-defined]


def test_so_many_read_at_a_time_and_what_is_slow_waits_for_nobody(client: TestClient) -> None:
    client.app.state.readers = anyio.CapacityLimiter(1)  # type: ignore[attr-defined]
    seen: list[float] = []
    BUSY.append(seen)
    with ThreadPoolExecutor(4) as pool:
        assert {answer.status_code for answer in pool.map(client.get, [f"{PREFIX}/things/busy/now"] * 4)} == {200}
    assert max(seen) == 1
    seen.clear()
    with ThreadPoolExecutor(4) as pool:
        assert {answer.status_code for answer in pool.map(client.get, [f"{PREFIX}/slow"] * 4)} == {200}
    assert max(seen) > 1


def test_what_cannot_be_read_is_refused_as_ever(client: TestClient) -> None:
    assert client.get(f"{PREFIX}/things/seven").status_code == 422
    assert client.get(f"{PREFIX}/things/fails/now").status_code == 409
    assert client.delete(f"{PREFIX}/things/7").status_code == 405


def test_a_dependency_that_waits_is_told_to_the_programmer(client: TestClient) -> None:
    with pytest.raises(RuntimeError, match="a dependency that waits"):
        client.get(f"{PREFIX}/things/waits/now")


def test_a_route_that_takes_a_body_never_blocks_the_loop(client: TestClient) -> None:
    told = client.post(f"{PREFIX}/things", json={"place": 3}).json()
    assert told == {"in_loop": False, "asked_in_loop": False, "same": True}
