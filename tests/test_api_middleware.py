"""Host names, size limits and security headers, each on an application of two routes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi import FastAPI, Request
from starlette.testclient import TestClient
from starlette.types import Send

from biaotu.api import problems
from biaotu.api.middleware import BodyLimit, Failures, KnownHosts, SecurityHeaders, host_name

LIMIT = 1000


def small_app(https: bool = False) -> FastAPI:
    app = FastAPI(openapi_url=None)
    problems.install(app)

    @app.post("/count")
    async def count(request: Request) -> dict[str, int]:
        return {"bytes": len(await request.body())}

    @app.get("/hello")
    def hello() -> dict[str, str]:
        return {"hello": "you"}

    app.add_middleware(BodyLimit, limit_of=lambda path: LIMIT if path == "/count" else 10)
    app.add_middleware(KnownHosts, names=("Relics.Example",))
    app.add_middleware(SecurityHeaders, https=https)
    return app


@pytest.fixture
def client() -> Iterator[TestClient]:
    with TestClient(small_app(), base_url="http://localhost:8000") as client:
        yield client


@pytest.mark.parametrize(
    "host",
    ["localhost", "LOCALHOST:8000", "127.0.0.1:9", "[::1]", "[::1]:8000", "relics.example", "relics.example.:80"],
)
def test_known_names_are_answered(client: TestClient, host: str) -> None:
    assert client.get("/hello", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example", "localhost.evil.example", "evil.example:8000", "localhost@evil.example", "[::1", "", "127.0.0.2"],
)
def test_other_names_are_not(client: TestClient, host: str) -> None:
    answer = client.get("/hello", headers={"Host": host})
    assert (answer.status_code, answer.json()["code"]) == (400, "wrong-host")
    assert answer.headers["content-type"] == problems.MEDIA_TYPE


@pytest.mark.parametrize(
    ("header", "name"), [("a.b:1", "a.b"), ("[::1]:1", "[::1]"), ("a:b", None), ("a:1:2", None), ("a b", None)]
)
def test_host_names(header: str, name: str | None) -> None:
    assert host_name(header) == name


def test_a_body_up_to_the_limit_passes(client: TestClient) -> None:
    assert client.post("/count", content=b"x" * LIMIT).json() == {"bytes": LIMIT}


def test_an_announced_body_over_the_limit_is_refused(client: TestClient) -> None:
    answer = client.post("/count", content=b"x" * (LIMIT + 1))
    assert (answer.status_code, answer.json()["code"]) == (413, "too-large")


def test_a_streamed_body_over_the_limit_is_refused_on_the_way(client: TestClient) -> None:
    sent = 0

    def endless() -> Iterator[bytes]:
        nonlocal sent
        for _ in range(50):
            sent += 100
            yield b"x" * 100

    answer = client.post("/count", content=endless())
    assert "content-length" not in answer.request.headers
    assert (answer.status_code, answer.json()["code"]) == (413, "too-large")


def test_headers_on_every_answer(client: TestClient) -> None:
    for answer in (client.get("/hello"), client.get("/nowhere"), client.get("/hello", headers={"Host": "evil"})):
        policy = answer.headers["content-security-policy"]
        assert "default-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "script-src 'self';" in policy
        assert "unsafe-eval" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["cache-control"] == "no-store"
        assert "strict-transport-security" not in answer.headers


def test_https_is_asked_for_where_it_is_there() -> None:
    with TestClient(small_app(https=True), base_url="https://localhost") as client:
        assert "max-age" in client.get("/hello").headers["strict-transport-security"]


def test_an_answer_that_fails_midway_is_broken_off() -> None:
    async def fails(_scope: object, _receive: object, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise RuntimeError("midway")

    client = TestClient(Failures(fails))
    with pytest.raises(RuntimeError, match="midway"):
        client.get("/")
    client.close()
