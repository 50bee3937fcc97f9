"""What made a server of many requests slow, and must not come back."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
import uvicorn
from starlette.responses import PlainTextResponse

from biaotu.api import server
from biaotu.api.patience import PatientProtocol
from biaotu.api.settings import Settings


@contextmanager
def served(config: uvicorn.Config) -> Iterator[str]:
    """A server in a thread, on the socket that ``biaotu serve`` listens on; its address."""
    running = uvicorn.Server(config)
    with server._listen(Settings(port=0)) as listening:
        thread = threading.Thread(target=running.run, args=([listening],))
        thread.start()
        try:
            while not running.started:
                time.sleep(0.01)
            yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
        finally:
            running.should_exit = running.force_exit = True
            thread.join()


def test_an_answer_is_sent_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Head and body of an answer are two packets; the second must not wait for the first one's receipt (40 ms)."""
    seen = []
    real = PatientProtocol.connection_made

    def made(self: PatientProtocol, transport: object) -> None:
        real(self, transport)  # type: ignore[arg-type]
        seen.append(transport.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))  # type: ignore[attr-defined]

    monkeypatch.setattr(PatientProtocol, "connection_made", made)
    config = uvicorn.Config(PlainTextResponse("好"), http=PatientProtocol, log_config=None)
    with served(config) as address, httpx.Client(base_url=address, trust_env=False) as client:
        assert [client.get("/").text for _ in range(3)] == ["好"] * 3
    assert seen
    assert all(seen)
