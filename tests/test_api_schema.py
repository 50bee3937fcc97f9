"""Schemathesis over the OpenAPI document: every route, lawful and unlawful requests, answers held against the document.

Requests are made by chance with a fixed seed. No route may fail, answer with a status, a media type or a body that the
document does not tell.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.python import asgi
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from api_fixtures import Server, act, decision, open_server, use_quick_hashing
from biaotu.api.app import create_app
from biaotu.api.problems import CODES
from biaotu.api.settings import Settings
from biaotu.store import Store, StorePlace

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

ASGIApp = Callable[[dict[str, Any], Receive, Send], Awaitable[None]]

pytest_plugins = ("store_fixtures", "api_fixtures")

DOCUMENT: dict[str, Any] = create_app(Settings()).openapi()
SCHEMA = schemathesis.openapi.from_dict(DOCUMENT)
OPERATIONS = [(method, path) for path, methods in DOCUMENT["paths"].items() for method in methods]
CASES = [(*operation, GenerationMode.POSITIVE) for operation in OPERATIONS] + [
    (method, path, GenerationMode.NEGATIVE)
    for method, path in OPERATIONS
    if {"parameters", "requestBody", "security"} & set(DOCUMENT["paths"][path][method])
]
CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
)
EXAMPLES = 6


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server whose store has something under the ids that are tried first; its worker stands still."""
    place = StorePlace(tmp_path_factory.mktemp("schema"))
    settings = Settings(login_attempts=10_000, address_attempts=10_000)
    with Store.open(place, create=True) as store, ExitStack() as stack, pytest.MonkeyPatch.context() as patch:
        use_quick_hashing(patch)
        server = open_server(store, settings, stack)
        server.parts.worker.stop()
        server.parts.annotator.get()  # loading takes longer than a request may
        server.user("reader")
        annotator = server.client("annotator")
        records = [server.record(photos=1) for _ in range(3)]
        with store.reading() as unit:
            server.digest = unit.records.get(records[0]).images[0].digest
        annotator.post("/api/v1/records/1/decisions", json=act(0, "k1", decision("label:material:metal", "accept")))
        annotator.post("/api/v1/imports", files={"file": ("list.csv", "编号,名称\n1,水壶\n".encode())})
        annotator.post("/api/v1/jobs", json={"kind": "annotate"})
        annotator.post("/api/v1/lexicon", json={"word": "军帽"})
        server.user("admin")
        yield server


@pytest.fixture(scope="module")
def session(filled: Server) -> Iterator[asgi.ASGIClient]:
    """One client for all requests; it must not start the application, which runs already, a second time."""

    async def running(scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            app: ASGIApp = filled.app  # type: ignore[assignment]
            await app(scope, receive, send)
            return
        for step in ("startup", "shutdown"):
            await receive()
            await send({"type": f"lifespan.{step}.complete"})

    with asgi.get_client(running) as client:
        yield client


def aim(case: schemathesis.Case[Any], filled: Server) -> None:
    """Turn an id made by chance into one that the store has, two times of three: else most answers were 404."""
    for name, value in case.path_parameters.items():
        if name == "digest":
            case.path_parameters[name] = filled.digest
        elif name == "entry_id" and len(str(value)) % 3:
            case.path_parameters[name] = ("person:zhu-de", "body:8ra-115")[len(str(value)) % 2]
        elif isinstance(value, int) and value % 3:
            case.path_parameters[name] = value % 3


@pytest.mark.parametrize(
    ("method", "path", "mode"), CASES, ids=lambda part: part.value if isinstance(part, GenerationMode) else part
)
def test_answers_are_as_the_document_tells(
    filled: Server, session: asgi.ASGIClient, method: str, path: str, mode: GenerationMode
) -> None:
    operation = SCHEMA[path][method]

    @hypothesis_settings(
        max_examples=EXAMPLES,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def check(case: schemathesis.Case[Any]) -> None:
        if mode is GenerationMode.POSITIVE:
            aim(case, filled)
        headers = {"Authorization": f"Bearer {filled.token('admin')}"}
        response = case.call(base_url="http://localhost:8000", session=session, headers=headers)
        case.validate_response(response, checks=list(CHECKS))

    check()


def test_every_operation_is_named_told_and_tagged() -> None:
    tags = {tag["name"] for tag in DOCUMENT["tags"]}
    names = [operation["operationId"] for methods in DOCUMENT["paths"].values() for operation in methods.values()]
    assert len(names) == len(set(names)) == len(OPERATIONS) == 68
    for path, methods in DOCUMENT["paths"].items():
        for operation in methods.values():
            assert operation["summary"], path
            assert operation["description"], path
            assert set(operation["tags"]) <= tags
            for status, response in operation["responses"].items():
                problem = int(status) >= 400
                assert ("application/problem+json" in response.get("content", {})) == problem, (path, status)


def test_the_document_names_every_code() -> None:
    assert set(DOCUMENT["components"]["schemas"]["Problem"]["properties"]["code"]["enum"]) == set(CODES)
    assert "HTTPValidationError" not in DOCUMENT["components"]["schemas"]
