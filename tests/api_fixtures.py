"""A server for tests on real stores, asked for by ``pytest_plugins = ("store_fixtures", "api_fixtures")``.

``server`` runs on SQLite; ``servers`` once on each database. ``server.client(role)`` speaks for a user of that role by
a bearer token, ``server.browser(role)`` with a session as a browser has it.

PYTEST_DONT_REWRITE: modules import names of this one before pytest loads it as a plugin.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cache
from itertools import count
from typing import Any

import pytest
from argon2 import PasswordHasher
from fastapi import FastAPI
from PIL import Image
from starlette.testclient import TestClient

from biaotu.api import accounts, passwords
from biaotu.api.app import create_app
from biaotu.api.services import Services
from biaotu.api.settings import Settings
from biaotu.records import Annotation, AttributeName, Label, RankedTag, Span, TextTag
from biaotu.review import Role
from biaotu.store import Actor, NewImage, NewRecord, Store, User

PASSWORD = "three-red-lanterns-41"
BASE = "http://localhost:8000"
CLI = Actor.system("cli")
TITLE = "红军用过的铁手榴弹"
TEXT = "1934年红军在此战斗。"


QUICK = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
"""Hashes at next to no cost; what real ones cost is looked at in ``test_api_passwords``."""


@cache
def kept_password() -> str:
    """The hash of ``PASSWORD``."""
    return QUICK.hash(PASSWORD)


def use_quick_hashing(patch: pytest.MonkeyPatch) -> None:
    """Hash passwords at next to no cost."""
    patch.setattr(passwords, "_hasher", QUICK)
    patch.setattr(passwords, "_DUMMY", QUICK.hash("of nobody"))


@dataclass
class Server:
    """A running application and its store."""

    app: FastAPI
    store: Store
    stack: ExitStack
    users: dict[str, User] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    digest: str = ""

    @property
    def parts(self) -> Services:
        found: Services = self.app.state.services
        return found

    def user(self, name: str, role: Role | None = None) -> User:
        """A user; by default one named like a role."""
        if name not in self.users:
            roles: dict[str, Role] = {
                "reader": "reader",
                "annotator": "annotator",
                "reviewer": "reviewer",
                "admin": "admin",
            }
            with self.store.writing(CLI) as unit:
                self.users[name] = unit.users.add(name, role or roles[name], kept_password())
        return self.users[name]

    def token(self, name: str, role: Role | None = None) -> str:
        """A fresh bearer token of a user."""
        user = self.user(name, role)
        return accounts.add_token(self.store, Actor(user.id, user.name), user.id, "test", 1)[0]

    def anyone(self, raise_errors: bool = True) -> TestClient:
        """A client that is not logged in."""
        client = TestClient(self.app, base_url=BASE, raise_server_exceptions=raise_errors, follow_redirects=False)
        self.stack.callback(client.close)
        return client

    def client(self, name: str, role: Role | None = None, raise_errors: bool = True) -> TestClient:
        """A program that speaks for a user."""
        client = self.anyone(raise_errors)
        client.headers["Authorization"] = f"Bearer {self.token(name, role)}"
        return client

    def browser(self, name: str, role: Role | None = None) -> TestClient:
        """A browser in which a user has logged in; it sends the CSRF token."""
        self.user(name, role)
        client = self.anyone()
        answer = client.post("/api/v1/session", json={"name": name, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        client.headers["X-CSRF-Token"] = answer.json()["csrf"]
        return client

    def record(self, number: str = "", title: str = TITLE, description: str = TEXT, photos: int = 0) -> int:
        """An annotated record; its id."""
        number = number or f"T{next(self.numbers):04}"
        with self.store.writing(CLI) as unit:
            record_id = unit.records.add(NewRecord(number, title, description, "柳河纪念馆"))
        for place in range(photos):
            self.photo(record_id, place, next(self.numbers))
        with self.store.writing(CLI) as unit:
            unit.annotations.add(record_id, annotation(number, title, description))
        return record_id

    def photo(self, record_id: int, place: int, shade: int, size: tuple[int, int] = (90, 60)) -> str:
        """A photo of a record; its digest."""
        kept = self.store.photos.put(jpeg(shade, size), ".jpg")
        with self.store.writing(CLI) as unit:
            unit.images.add_many([NewImage(kept.digest, ".jpg", "image/jpeg", kept.size, *size)])
            unit.images.attach([(record_id, kept.digest, f"{record_id}-{place}.jpg", place)])
        return kept.digest


def jpeg(shade: int, size: tuple[int, int] = (90, 60)) -> bytes:
    """A photo of one colour; other shades are other bytes."""
    buffer = io.BytesIO()
    Image.new("RGB", size, (shade % 256, 90, shade // 256 % 256)).save(buffer, "JPEG")
    return buffer.getvalue()


def annotation(number: str, title: str, description: str, version: str = "1") -> Annotation:
    """What an invented model says of a text that begins with an organisation of two characters."""
    return Annotation(
        id=number,
        title=title,
        description=description,
        images=(),
        material=(Label("金属制品", 0.97, True), Label("竹木制品", 0.2, False)),
        use=(Label("武器装备", 0.93, True),),
        text_tags=(TextTag("手榴弹", 0.31), TextTag("红军", 0.2)),
        primary=(RankedTag("手榴弹", 0.83, "武器装备"),),
        secondary=(RankedTag("红军", 0.21, "武器装备"),),
        attribute_names=(AttributeName("组织", 0.99),),
        attributes=(Span("组织", title[:2], "title", 0, 2, 0.95),),
        model_name="invented",
        model_version=version,
    )


def decision(item: str, verdict: str) -> dict[str, str]:
    """One decision as JSON."""
    return {"item": item, "verdict": verdict}


def act(base: int, key: str, *decisions: dict[str, str], **more: Any) -> dict[str, Any]:
    """The body of a POST to decisions."""
    return {"base": base, "key": f"{key:-<8}", "decisions": list(decisions), **more}


def open_server(store: Store, settings: Settings, stack: ExitStack) -> Server:
    """Start an application on a store, until the stack ends."""
    app = create_app(settings, store)
    stack.enter_context(TestClient(app, base_url=BASE))
    return Server(app, store, stack)


@pytest.fixture
def settings() -> Settings:
    """Settings of the server; a test module may override the fixture."""
    return Settings()


@pytest.fixture
def server(sqlite_store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A server on SQLite."""
    use_quick_hashing(monkeypatch)
    with ExitStack() as stack:
        yield open_server(sqlite_store, settings, stack)


@pytest.fixture
def servers(store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A server, once on each database."""
    use_quick_hashing(monkeypatch)
    with ExitStack() as stack:
        yield open_server(store, settings, stack)
