"""What the OpenAPI document says beyond routes and schemas: problems of every route, how to log in, tags."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from biaotu.api.problems import CODES, MEDIA_TYPE, Problem

Responses = dict[int | str, dict[str, Any]]

OPEN: Final = ("wrong-host", "wrong-use", "too-large", "invalid-input", "internal", "unavailable")
"""Problems that any route may answer with."""
LOGGED_IN: Final = ("not-logged-in", "not-allowed", "csrf")
"""Problems of every route that needs a log-in."""
UNSAFE: Final = ("post", "put", "patch", "delete")
TAGS: Final = (
    ("session", "Log-in and log-out, one's own password."),
    ("users", "People and their roles; for administrators."),
    ("tokens", "Tokens for programs, each for its owner."),
    ("records", "Records, their history, annotations and evidence."),
    ("decisions", "What people decide: accept, reject, correct, submit, approve; undo and restore."),
    ("review", "The queue, the grid, agreement of annotators."),
    ("search", "Full text, facets, by meaning, by photo."),
    ("graph", "The knowledge graph: neighbours, paths, time, places, SPARQL, related relics."),
    ("vocabularies", "Materials, uses, attributes; the museum's own words."),
    ("authorities", "Persons, bodies, places, events: entries, and the values that name them."),
    ("interpretation", "What a record tells: provenance, captions, answers."),
    ("imports", "Lists and photos into the store: dry run, import, roll back."),
    ("jobs", "Long work in the background."),
    ("images", "Photos and thumbnails."),
    ("system", "Health, what this server is, export, audit log."),
)
SECURITY: Final = {
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "biaotu_session",
        "description": "Set by `POST /api/v1/session`.",
    },
    "csrf": {
        "type": "apiKey",
        "in": "header",
        "name": "X-CSRF-Token",
        "description": "The `csrf` of the session; with a session every unsafe request needs it.",
    },
    "token": {"type": "http", "scheme": "bearer", "description": "Made by `POST /api/v1/tokens`."},
}


def problems(*codes: str, logged_in: bool = True) -> Responses:
    """The ``responses`` of a route: the given problems and those that any such route has."""
    by_status: dict[int, list[str]] = {}
    for code in (*OPEN, *(LOGGED_IN if logged_in else ()), *codes):
        by_status.setdefault(CODES[code].status, []).append(code)
    return {status: _response(found) for status, found in sorted(by_status.items())}


def content(media_type: str, description: str) -> Responses:
    """The 200 of a route that answers with bytes."""
    return {200: {"description": description, "content": {media_type: {"schema": {"type": "string"}}}}}


def _response(codes: Iterable[str]) -> dict[str, Any]:
    told = "; ".join(f"`{code}`: {CODES[code].title}" for code in dict.fromkeys(codes))
    return {"description": told, "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}}


def document(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document of an application, made once."""
    if app.openapi_schema is None:
        made = get_openapi(
            title=app.title,
            version=app.version,
            description=app.description,
            routes=app.routes,
            tags=[{"name": name, "description": told} for name, told in TAGS],
        )
        parts = made.setdefault("components", {})
        schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        parts.setdefault("schemas", {}).update(schema.pop("$defs", {}) | {"Problem": schema})
        parts["securitySchemes"] = dict(SECURITY)
        for methods in made["paths"].values():
            for method, operation in methods.items():
                if "security" in operation:
                    names = ("session", "csrf") if method in UNSAFE else ("session",)
                    session: dict[str, list[str]] = {name: [] for name in names}
                    operation["security"] = [session, {"token": []}]
        app.openapi_schema = made
    return app.openapi_schema
