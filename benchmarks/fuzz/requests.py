"""Targets that are requests to a whole server: nothing that is sent may end in a status of 500."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import Any, Final

from fuzz import seeds
from fuzz.running import Target

LEFT_OUT: Final = re.compile(r"evidence|/events|openapi|/session|/jobs|/imports")
"""What loads the networks, never ends, logs out, or goes on in the background; imports have a target of their own."""
BODIES: Final = (
    b'{"base":0,"key":"abcdefgh","decisions":[{"item":"tag:\xe6\x9f\xb3","verdict":"primary"}]}',
    b'{"name":"anna","role":"reader","password":"three-red-lanterns-41","label":"x","days":1}',
    b'{"word":"\xe6\x9f\xb3\xe6\xb2\xb3","kind":"place","key":"abcdefgh","note":"","batch":null}',
    b'{"query":"SELECT ?a WHERE { ?a ?b ?c }","machine":true}',
    b'{"records":[1],"verdict":"approve","document":{"id":"person:a","type":"person","name":"\xe6\x9c\xb1\xe5\xbe\xb7"}}',
)
WORDS: Final = tuple(text.encode() for text in ("手榴弹", "2026-01-01", "1", "title", "person:zhu-de", "eyJhIjoxfQ"))
FORM: Final = "multipart/form-data; boundary=x"
_open: Final = ExitStack()


class Client:
    """A server in this process, and somebody who may do everything on it."""

    def __init__(self, stack: ExitStack) -> None:
        from starlette.testclient import TestClient

        from biaotu.api import accounts
        from biaotu.api.app import create_app
        from biaotu.api.settings import Settings
        from biaotu.records import Annotation
        from biaotu.store import Actor, NewRecord, Store, StorePlace

        folder = stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True))
        self.store = stack.enter_context(Store.open(StorePlace(Path(folder) / "store"), create=True))
        me = Actor.system("fuzz")
        with self.store.writing(me) as unit:
            for line in seeds.annotations():
                told = Annotation.from_dict(json.loads(line))
                record = unit.records.add(NewRecord(told.id, told.title, told.description, "某馆"))
                unit.annotations.add(record, told)
            user = unit.users.add("boss", "admin", "nobody's")
        token, _ = accounts.add_token(self.store, me, user.id, "fuzz", 1)
        app = create_app(Settings(), self.store)
        self.http = stack.enter_context(
            TestClient(app, base_url="http://localhost:8000", raise_server_exceptions=False)
        )
        self.http.headers["Authorization"] = f"Bearer {token}"
        self.asks, self.tells = list[tuple[str, list[str]]](), list[tuple[str, str]]()
        for path, item in sorted(app.openapi()["paths"].items()):
            if LEFT_OUT.search(path):
                continue
            for method, operation in sorted(item.items()):
                names = [one["name"] for one in operation.get("parameters", []) if one["in"] == "query"]
                if method == "get":
                    self.asks.append((path, names))
                elif not re.search(r"/users|/tokens", path) or method == "post":
                    self.tells.append((method, path))

    def send(self, method: str, path: str, **more: Any) -> None:
        """Send, and see that the server did not fail.

        Raises:
            RuntimeError: if it did.
        """
        answer = self.http.request(method, path, **more)
        if answer.status_code >= 500 and "application/problem" not in answer.headers.get("content-type", ""):
            raise RuntimeError(f"{method} {path}: {answer.status_code}")
        if answer.status_code == 500:
            raise RuntimeError(f"{method} {path}: {answer.text[:200]}")


@cache
def client() -> Client:
    """The one server of this process, until ``close``."""
    return Client(_open)


def close() -> None:
    """End the server, if there is one; its threads would keep the process from ending."""
    _open.close()
    client.cache_clear()


def _asking(path: Path) -> None:
    """The first byte names the operation, the second the parameter, the rest is its text."""
    content = path.read_bytes() or b"\0"
    place, names = client().asks[content[0] % len(client().asks)]
    text = content[2:].decode("utf-8", "replace")[:2000]
    choice = content[1] if len(content) > 1 else 0
    params = {names[choice % len(names)]: text} if names and choice < 200 else {}
    named = re.sub(r"\{\w+\}", "1", place)
    if not params and "{" in place:
        named = re.sub(r"\{\w+\}", re.sub(r"[^\w.:~-]", "", text)[:200] or "1", place)
    client().send("get", named, params=params)


def _telling(path: Path) -> None:
    """The first byte names the operation, the rest is its body."""
    content = path.read_bytes() or b"\0"
    method, place = client().tells[content[0] % len(client().tells)]
    client().send(
        method, re.sub(r"\{\w+\}", "1", place), content=content[1:], headers={"content-type": "application/json"}
    )


def _uploading(path: Path) -> None:
    client().send("post", "/api/v1/imports", content=path.read_bytes(), headers={"content-type": FORM})


def requests() -> dict[str, Target]:
    """Requests."""
    numbers = range(64)
    asked = tuple(bytes([number, number % 7]) + WORDS[number % len(WORDS)] for number in numbers)
    told = tuple(bytes([number]) + BODIES[number % len(BODIES)] for number in numbers)
    part = b'--x\r\ncontent-disposition: form-data; name="%s"; filename="%s"\r\n\r\n%s\r\n'
    form = (
        part % (b"file", b"a.csv", seeds.CSV[0])
        + part % (b"photos", b"a.jpg", seeds.pictures()[0])
        + b'--x\r\ncontent-disposition: form-data; name="museum"\r\n\r\nx\r\n--x--\r\n'
    )
    targets: dict[str, tuple[tuple[bytes, ...], Callable[[Path], None], float]] = {
        "api-asking": (asked, _asking, 0.2),
        "api-telling": (told, _telling, 0.2),
        "api-upload": ((form,), _uploading, 0.05),
    }
    return {name: Target(".bin", inputs, read, share, client) for name, (inputs, read, share) in targets.items()}
