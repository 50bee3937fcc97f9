"""The application as a whole: nothing at import, nothing left behind, a store of its own or a given one."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from api_fixtures import BASE, CLI, kept_password
from biaotu.api import importing, secret
from biaotu.api.app import create_app
from biaotu.api.settings import Settings
from biaotu.store import Store, StorePlace

pytest_plugins = ("store_fixtures", "api_fixtures")


def test_importing_and_making_an_application_touches_no_disk(tmp_path: Path) -> None:
    script = "from biaotu.api.app import create_app\nfrom biaotu.api.settings import Settings\ncreate_app(Settings())"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("BIAOTU_")}
    subprocess.run([sys.executable, "-c", script], cwd=tmp_path, env=environment, check=True)
    assert not list(tmp_path.iterdir())


def test_it_opens_the_store_of_the_settings_and_closes_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BIAOTU_DATABASE_URL", raising=False)
    with TestClient(create_app(Settings(store=tmp_path / "store")), base_url=BASE) as client:
        assert client.get("/api/v1/health").status_code == 200
        assert (tmp_path / "store/biaotu.sqlite").is_file()
        assert "biaotu-worker" in {thread.name for thread in threading.enumerate()}
    assert not (tmp_path / "store/biaotu.sqlite-wal").exists()
    assert "biaotu-worker" not in {thread.name for thread in threading.enumerate()}


def test_a_given_store_stays_open(sqlite_store: Store) -> None:
    with TestClient(create_app(Settings(), sqlite_store), base_url=BASE) as client:
        assert client.get("/api/v1/health").status_code == 200
    with sqlite_store.reading() as unit:
        assert unit.users.list() == ()


def test_what_serves_no_longer_is_cleared_away(sqlite_store: Store, sqlite_place: StorePlace) -> None:
    now = datetime.now(UTC)
    with sqlite_store.writing(CLI) as unit:
        user = unit.users.add("li.hua", "admin", kept_password())
        for name, end in (("old", now - timedelta(days=40)), ("new", now + timedelta(days=1))):
            unit.tokens.add(user.id, "api", secret.digest(name), "", name, end)
    broken_off = sqlite_place.folder / "uploads" / ("a" * 32)
    broken_off.mkdir(parents=True)
    os.utime(broken_off, (time.time() - 2 * importing.BROKEN_OFF_SECONDS,) * 2)
    with TestClient(create_app(Settings(), sqlite_store), base_url=BASE):
        pass
    assert not broken_off.exists()
    with sqlite_store.reading() as unit:
        assert [token.label for token in unit.tokens.list(user.id)] == ["new"]
