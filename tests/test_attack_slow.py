"""Clients that send a byte at a time, or take nothing of an answer, against a real server and with real sockets."""

from __future__ import annotations

import asyncio
import select
import socket
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, contextmanager, suppress

import httpx
import pytest
import uvicorn
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.types import Receive, Scope, Send

from api_fixtures import CLI, kept_password
from biaotu.api import server
from biaotu.api.patience import PatientProtocol
from biaotu.api.settings import Settings
from biaotu.store import Store

pytest_plugins = ("store_fixtures",)

HEAD = b"GET /api/v1/health HTTP/1.1\r\nHost: localhost\r\n"
POST = b"POST /api/v1/session HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
MANY = 150
SOON = 6.0


@contextmanager
def served(config: uvicorn.Config) -> Iterator[int]:
    """A server in a thread; its port."""
    running = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0), backlog=MANY) as listening:
        thread = threading.Thread(target=running.run, args=([listening],))
        thread.start()
        try:
            while not running.started:
                time.sleep(0.01)
            yield listening.getsockname()[1]
        finally:
            running.should_exit = running.force_exit = True
            thread.join()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is some twenty seconds outside is one here."""
    for name in ("head_seconds", "body_seconds", "taking_seconds"):
        monkeypatch.setattr(PatientProtocol, name, 1.0)


@pytest.fixture
def port(sqlite_store: Store, impatient: None) -> Iterator[int]:  # noqa: ARG001
    """The real application on the real server."""
    with sqlite_store.writing(CLI) as unit:
        unit.users.add("boss", "admin", kept_password())
    with served(server._config(Settings(), sqlite_store)) as number:
        yield number


def opened(port: int, stack: ExitStack) -> socket.socket:
    return stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=SOON))


def ended(client: socket.socket) -> bool:
    """Whether the server closes a connection within a few seconds; what it still sends is read away."""
    try:
        while client.recv(65536):
            pass
    except TimeoutError:
        return False
    except ConnectionError:
        return True
    return True


def received(client: socket.socket) -> bytes:
    """All that comes until the end or for a second."""
    found = b""
    with suppress(OSError):
        while not found.endswith(b"10240") and (piece := client.recv(4096)):
            found += piece
    return found


def test_heads_that_never_end_hold_up_nobody_and_are_ended(port: int) -> None:
    with ExitStack() as stack:
        slow = [opened(port, stack) for _ in range(MANY)]
        for number, client in enumerate(slow):
            client.sendall(HEAD if number % 3 else b"G" if number % 2 else b"")
        began = time.monotonic()
        assert httpx.get(f"http://127.0.0.1:{port}/api/v1/health").status_code == 200
        waiting = select.select(slow, [], [], 0)[0]  # those that the server has ended can be read from
        assert len(waiting) < len(slow) or time.monotonic() - began < 1, "the answer came after the slow ones' end only"
        for _ in range(5):  # a byte now and then buys no time
            time.sleep(0.2)
            for client in slow:
                with suppress(OSError):
                    client.sendall(b"X")
        assert all(ended(client) for client in slow)
        assert httpx.get(f"http://127.0.0.1:{port}/api/v1/health").status_code == 200


def test_a_body_that_never_ends_is_ended(port: int) -> None:
    with ExitStack() as stack:
        slow = [opened(port, stack) for _ in range(20)]
        for client in slow:
            client.sendall(POST + b"Content-Length: 100000\r\n\r\n{")
        for _ in range(5):
            time.sleep(0.2)
            for client in slow:
                with suppress(OSError):
                    client.sendall(b" ")
        assert all(ended(client) for client in slow)


def test_a_second_request_is_waited_for_no_longer(port: int) -> None:
    with ExitStack() as stack:
        client = opened(port, stack)
        client.sendall(HEAD + b"\r\n")
        assert b"200 OK" in client.recv(4096)
        client.sendall(HEAD)
        assert ended(client)


def test_chunks_of_nothing_are_no_body(port: int) -> None:
    with ExitStack() as stack:
        client = opened(port, stack)
        client.sendall(POST + b"Transfer-Encoding: chunked\r\n\r\n")
        for _ in range(10):
            time.sleep(0.1)
            with suppress(OSError):
                client.sendall(b"1\r\n \r\n")
        assert ended(client)


def test_a_body_that_comes_steadily_is_taken_however_long(impatient: None) -> None:  # noqa: ARG001
    async def count(scope: Scope, receive: Receive, send: Send) -> None:
        seen = 0
        while (message := await receive()).get("more_body"):
            seen += len(message["body"])
        await PlainTextResponse(str(seen + len(message["body"])))(scope, receive, send)

    with ExitStack() as stack:
        port = stack.enter_context(served(_bare(count)))
        client = opened(port, stack)
        client.sendall(POST + b"Content-Length: 10240\r\n\r\n")
        for _ in range(10):  # twice as long as a body may take that does not come
            time.sleep(0.2)
            client.sendall(b"x" * 1024)
        assert received(client).endswith(b"10240")


def test_time_that_the_server_takes_does_not_count(impatient: None) -> None:  # noqa: ARG001
    async def busy(scope: Scope, receive: Receive, send: Send) -> None:
        await asyncio.sleep(2.5)  # longer than any patience here, while a body waits to be read
        size = 0
        while True:
            message = await receive()
            size += len(message.get("body", b""))
            if not message.get("more_body"):
                break
        await PlainTextResponse(str(size))(scope, receive, send)

    with served(_bare(busy)) as port:
        answer = httpx.post(f"http://127.0.0.1:{port}/", content=b"x" * 3_000_000, timeout=10)
        assert answer.text == "3000000"


def test_an_answer_that_nobody_takes_is_given_up(impatient: None) -> None:  # noqa: ARG001
    given_up = threading.Event()

    async def endless(scope: Scope, receive: Receive, send: Send) -> None:
        async def pieces() -> AsyncIterator[bytes]:
            try:
                while True:
                    yield b"x" * 65536
                    await asyncio.sleep(0)
            finally:
                given_up.set()

        await StreamingResponse(pieces())(scope, receive, send)

    with ExitStack() as stack:
        port = stack.enter_context(served(_bare(endless)))
        client = opened(port, stack)
        client.sendall(HEAD + b"\r\n")
        assert given_up.wait(SOON)


def _bare(app: object) -> uvicorn.Config:
    return uvicorn.Config(app, http=PatientProtocol, log_config=None, access_log=False, lifespan="off")  # type: ignore[arg-type]


def test_the_server_speaks_by_it(sqlite_store: Store) -> None:
    assert server._config(Settings(), sqlite_store).http is PatientProtocol
    assert (PatientProtocol.head_seconds, PatientProtocol.body_seconds, PatientProtocol.taking_seconds) == (20, 30, 60)
