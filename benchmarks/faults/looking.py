"""Look at everything in a store that may be damaged, as ``biaotu store check``, a program and a server would.

    python benchmarks/faults/looking.py FOLDER

Prints, as JSON, what was told; any error that is not ours ends it with a traceback and another status than 0.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

from starlette.testclient import TestClient

from biaotu.api import accounts
from biaotu.api.app import create_app
from biaotu.api.settings import Settings
from biaotu.errors import BiaotuError
from biaotu.review import TagItem
from biaotu.search import SearchQuery
from biaotu.store import Actor, Store, StorePlace, check

ME: Final = Actor.system("faults")
PATHS: Final = ("/records", "/search?q=红军", "/users", "/audit", "/review/next")
RECORDS: Final = (1, 2, 60)
Value = TypeVar("Value")
told: list[str] = []


def tried(work: Callable[[], Value]) -> Value | None:
    """What comes of some work; its error, if it is ours, is told."""
    try:
        return work()
    except BiaotuError as error:
        told.append(str(error))
        return None


def look(store: Store) -> None:
    """Check, search, read and decide."""

    def found() -> None:
        told.extend(one.message for one in check(store, deep=True))

    def read() -> list[int]:
        with store.reading() as unit:
            return [row.id for row in unit.lists.records(limit=200).items]

    def view(record: int) -> None:
        with store.reading() as unit:
            unit.decisions.view(record).to_dict()

    def decide() -> None:
        with store.writing(ME) as unit:
            unit.decisions.decide(1, [(TagItem("damaged"), "primary")], base=10**9, key="damaged-1")

    tried(found)
    for word in ("红军", "遵义 马灯", "手榴弹"):
        tried(lambda word=word: store.search(SearchQuery(word)))  # type: ignore[misc]
    for record in tried(read) or range(1, 20):
        tried(lambda record=record: view(record))  # type: ignore[misc]
    tried(decide)


def ask(store: Store) -> None:
    """Ask a server.

    Raises:
        SystemExit: if it failed without a cause.
    """

    def enter() -> str:
        with store.writing(ME) as unit:
            user = unit.users.named("boss") or unit.users.add("boss", "admin", "nobody's")
        return accounts.add_token(store, ME, user.id, "faults", 1)[0]

    token = tried(enter)
    if token is None:
        return
    app = create_app(Settings(), store)
    with TestClient(app, base_url="http://localhost:8000", raise_server_exceptions=False) as client:
        client.headers["Authorization"] = f"Bearer {token}"
        for path in (*PATHS, *(f"/records/{number}{rest}" for number in RECORDS for rest in ("", "/history"))):
            answer = client.get(f"/api/v1{path}")
            if answer.status_code == 500:
                raise SystemExit(f"{path}: {answer.text}")
            if answer.status_code == 503:
                told.append(answer.json()["detail"])


def main() -> None:
    """Look and ask."""
    logging.disable(logging.CRITICAL)
    store = tried(lambda: Store.open(StorePlace(Path(sys.argv[1]))))
    if store is not None:
        with store:
            look(store)
            ask(store)
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main()
