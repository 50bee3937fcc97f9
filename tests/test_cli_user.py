"""``biaotu user`` on a real store: the first administrator, and everything after."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from api_fixtures import CLI, PASSWORD
from biaotu.api import passwords, secret
from biaotu.cli.main import cli
from biaotu.store import Store, StorePlace

BIAOTU = (sys.executable, "-c", "from biaotu.cli.main import main; main()")


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "store"
    monkeypatch.setenv("BIAOTU_DATA", str(folder))
    monkeypatch.delenv("BIAOTU_DATABASE_URL", raising=False)
    return folder


def run(*arguments: str, password: str = PASSWORD) -> Result:
    return CliRunner().invoke(cli, ["user", *arguments], input=f"{password}\n")


def add(name: str, role: str = "admin") -> Result:
    return run("add", name, "--role", role, "--password-stdin")


def test_the_first_admin_makes_the_store(data: Path) -> None:
    added = add("li.hua")
    assert added.exit_code == 0, added.output
    assert "li.hua is admin now" in added.stderr
    with Store.open(StorePlace.settle(data)) as store, store.reading() as unit:
        (user,) = unit.users.list()
        assert (user.name, user.role, user.active) == ("li.hua", "admin", True)
        assert passwords.matches(user.password, PASSWORD)
        assert [entry.actor for entry in unit.audit.page().items] == ["cli"]


def test_weak_passwords_are_refused_and_make_no_store(data: Path) -> None:
    for password, told in (("short", "at least 10"), ("1234567890", "tried first"), ("li.hua", "at least 10")):
        refused = run("add", "li.hua", "--password-stdin", password=password)
        assert refused.exit_code == 2
        assert told in refused.stderr
    assert not data.exists()


def test_without_a_terminal_the_password_is_not_asked_for(data: Path) -> None:
    refused = run("add", "li.hua")
    assert refused.exit_code == 2
    assert "--password-stdin" in refused.stderr
    assert not data.exists()


@pytest.mark.usefixtures("data")
def test_on_a_terminal_it_is_asked_for_twice_and_not_shown() -> None:
    terminal, end = pty.openpty()
    process = subprocess.Popen(
        [*BIAOTU, "user", "add", "li.hua", "--role", "admin"], stdin=end, stdout=end, stderr=end, start_new_session=True
    )
    os.close(end)
    shown = b""
    try:
        for _ in range(2):
            while not shown.endswith(b": "):  # the space comes when the terminal has stopped to show what is typed
                shown += os.read(terminal, 1000)
            os.write(terminal, f"{PASSWORD}\n".encode())
            shown += b"\n"
        assert process.wait(60) == 0, shown
        shown += os.read(terminal, 10_000)
    finally:
        process.kill()
        process.wait()
        os.close(terminal)
    assert "再次输入" in shown.decode()
    assert PASSWORD.encode() not in shown
    assert "li.hua" in run("list").stdout


@pytest.mark.usefixtures("data")
def test_names_are_taken_once_whatever_their_case() -> None:
    add("li.hua")
    taken = add("LI.HUA")
    assert taken.exit_code == 2
    assert "LI.HUA" in taken.stderr


@pytest.mark.usefixtures("data")
def test_list_role_disable_and_back() -> None:
    add("boss")
    add("li.hua", "annotator")
    assert run("role", "li.hua", "reviewer").exit_code == 0
    assert run("disable", "li.hua").exit_code == 0
    assert run("list").stdout.splitlines() == ["boss\tadmin\tactive\tboss", "li.hua\treviewer\tdisabled\tli.hua"]
    assert run("disable", "li.hua", "--undo").exit_code == 0
    assert "li.hua\treviewer\tactive" in run("list").stdout


@pytest.mark.usefixtures("data")
def test_the_last_admin_stays() -> None:
    add("boss")
    for arguments in (("disable", "boss"), ("role", "boss", "reader")):
        refused = run(*arguments)
        assert refused.exit_code == 2
        assert "last admin" in refused.stderr


def test_a_new_password_ends_sessions(data: Path) -> None:
    add("boss")
    with Store.open(StorePlace.settle(data)) as store:
        with store.writing(CLI) as unit:
            unit.tokens.add(1, "session", secret.digest("s"), "c", "", store.clock() + timedelta(hours=1))
        changed = run("password", "boss", "--password-stdin", password="four-green-hills-52")
        assert changed.exit_code == 0, changed.stderr
        with store.reading() as unit:
            assert unit.tokens.find(secret.digest("s")) is None
            assert passwords.matches(unit.users.get(1).password, "four-green-hills-52")


def test_a_token_is_printed_alone_and_works(data: Path) -> None:
    add("boss")
    made = run("token", "boss", "--label", "nightly", "--days", "7")
    token = made.stdout.strip()
    assert made.stdout == f"{token}\n"
    with Store.open(StorePlace.settle(data)) as store, store.reading() as unit:
        found = unit.tokens.find(secret.digest(token))
        assert found is not None
        assert (found.kind, found.label, found.user_id) == ("api", "nightly", 1)


def test_unknown_people_and_stores_are_told(data: Path) -> None:
    nowhere = run("list")
    assert nowhere.exit_code == 2
    assert str(data) in nowhere.stderr
    add("boss")
    unknown = run("role", "nobody", "reader")
    assert unknown.exit_code == 2
    assert "nobody" in unknown.stderr


def test_help_names_no_password_argument() -> None:
    told = subprocess.run([*BIAOTU, "user", "add", "--help"], capture_output=True, text=True, check=True).stdout
    assert "--password-stdin" in told
    assert "--password " not in told
