"""``biaotu serve``: a real process that listens, is refused where it would be open, and stops cleanly."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from api_fixtures import CLI, kept_password
from biaotu.api import server
from biaotu.api.settings import TABLE, Settings
from biaotu.cli.main import cli
from biaotu.cli.serve import serve
from biaotu.errors import UsageError
from biaotu.store import Store, StorePlace

pytest_plugins = ("store_fixtures",)

BIAOTU = (sys.executable, "-c", "from biaotu.cli.main import main; main()")


@pytest.fixture
def data(sqlite_place: StorePlace, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store with an administrator."""
    for row in TABLE:
        monkeypatch.delenv(row.env, raising=False)
    monkeypatch.delenv("BIAOTU_DATABASE_URL", raising=False)
    with Store.open(sqlite_place) as store, store.writing(CLI) as unit:
        unit.users.add("boss", "admin", kept_password())
    return sqlite_place.folder


@contextmanager
def running(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], str, list[str]]]:
    """A server on a free port: the process, its address, and what it said until then."""
    process = subprocess.Popen([*BIAOTU, "serve", "--port", "0", *arguments], stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    said: list[str] = []
    try:
        for line in process.stderr:
            said.append(line)
            if found := re.search(r"http://\S+/", line):
                yield process, found[0], said
                break
        else:
            pytest.fail("".join(said))
    finally:
        process.kill()
        process.wait()
        process.stderr.close()


def refused(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["serve", *arguments])


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_listens_tells_where_and_stops_cleanly(data: Path, number: signal.Signals) -> None:
    with running("--store", str(data)) as (process, address, said):
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/", address)
        assert len(said) == 1
        with urllib.request.urlopen(f"{address}api/v1/health", timeout=10) as answer:
            assert json.load(answer) == {"status": "ok"}
            assert answer.headers["Server"] is None
        with pytest.raises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(f"{address}api/v1/records", timeout=10)
        assert caught.value.code == 401
        caught.value.close()
        process.send_signal(number)
        assert process.wait(20) == 0
        assert process.stderr is not None
        assert process.stderr.read() == "biaotu: stopped\n"
    assert not list(data.glob("*.sqlite-wal")), "the store was not closed"


def test_other_machines_are_kept_out_unless_asked_for(data: Path) -> None:
    for host in ("0.0.0.0", "::", "192.168.1.5", "relics.example"):
        told = refused("--store", str(data), "--host", host)
        assert told.exit_code == 2
        assert "--allow-remote" in told.stderr


def test_by_consent_it_warns_and_answers_to_known_names_alone(data: Path) -> None:
    arguments = ("--store", str(data), "--host", "0.0.0.0", "--allow-remote", "--allowed-hosts", "relics.example")
    with running(*arguments) as (_, address, said):
        assert "unencrypted" in said[0]
        for host, status in (("relics.example", 200), ("evil.example", 400), ("localhost", 200)):
            asked = urllib.request.Request(f"{address}api/v1/health", headers={"Host": host})
            try:
                with urllib.request.urlopen(asked, timeout=10) as answer:
                    assert answer.status == status
            except urllib.error.HTTPError as error:
                assert error.code == status
                error.close()


def test_what_is_unwise_is_told() -> None:
    open_to_all = Settings(host="0.0.0.0", allow_remote=True)
    assert len(list(server.warnings_of(open_to_all))) == 2
    assert not list(server.warnings_of(Settings(host="0.0.0.0", allow_remote=True, https=True, allowed_hosts=("a",))))
    assert not list(server.warnings_of(Settings()))


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.1", "::1", "localhost"])
def test_loopback_needs_no_consent(host: str) -> None:
    server.check_address(Settings(host=host))


@pytest.mark.parametrize("host", ["localhost.evil.example", "127.0.0.1.evil.example", "", "10.0.0.1", "::ffff:1.2.3.4"])
def test_everything_else_does(host: str) -> None:
    with pytest.raises(UsageError):
        server.check_address(Settings(host=host))


def test_consent_alone_lets_nobody_in(data: Path) -> None:
    with Store.open(StorePlace(data)) as store, store.writing(CLI) as unit:
        unit.users.add("other", "reader", kept_password())
    (data / "empty").mkdir()
    told = refused("--store", str(data / "empty"), "--host", "0.0.0.0", "--allow-remote")
    assert told.exit_code == 2
    assert "biaotu user add NAME --role admin" in told.stderr


def test_without_an_administrator_it_says_how_to_make_one(sqlite_place: StorePlace, data: Path) -> None:
    fresh = data / "fresh"
    fresh.mkdir()
    (fresh / "biaotu.sqlite").write_bytes(b"")
    told = refused("--store", str(data / "nowhere"))
    assert told.exit_code == 2
    assert f"biaotu user add NAME --role admin --store {data / 'nowhere'}" in told.stderr
    assert not (data / "nowhere").exists()
    with Store.open(sqlite_place) as store, store.writing(CLI) as unit:
        unit.users.add("second", "admin", None)  # cannot log in: no administrator to speak of
        unit.users.change(1, role="reader")
    told = refused("--store", str(data))
    assert told.exit_code == 2
    assert "biaotu user add NAME --role admin" in told.stderr


def test_a_taken_port_is_told(data: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        told = refused("--store", str(data), "--port", str(port))
    assert told.exit_code == 2
    assert str(port) in told.stderr
    assert "--port" in told.stderr


def test_a_damaged_bundle_is_told_at_once(data: Path, tmp_path: Path) -> None:
    bundle = tmp_path / "bundle"
    bundle.mkdir()
    told = refused("--store", str(data), "--bundle", str(bundle))
    assert told.exit_code == 2
    assert "bundle" in told.stderr


def test_every_setting_is_an_option_and_told_in_help() -> None:
    told = CliRunner().invoke(cli, ["serve", "--help"]).output
    names = {option for parameter in serve.params if isinstance(parameter, click.Option) for option in parameter.opts}
    for row in TABLE:
        assert f"--{row.name.replace('_', '-')}" in names
        assert row.env in told.replace("\n", " ")


def test_the_command_line_wins_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Settings] = []
    monkeypatch.setattr(server, "serve", lambda settings, **_: seen.append(settings))
    monkeypatch.setenv("BIAOTU_PORT", "8001")
    monkeypatch.setenv("BIAOTU_SESSION_HOURS", "3")
    monkeypatch.setenv("BIAOTU_HTTPS", "1")
    done = CliRunner().invoke(cli, ["serve", "--port", "8002", "--allowed-hosts", "a.example, b.example"])
    assert done.exit_code == 0, done.output
    assert (seen[0].port, seen[0].session_hours, seen[0].https) == (8002, 3, True)
    assert seen[0].allowed_hosts == ("a.example", "b.example")


def test_the_browser_is_opened_where_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(click, "launch", opened.append)
    monkeypatch.setattr(server, "serve", lambda _settings, on_ready, **_: on_ready("http://127.0.0.1:8000/"))
    CliRunner().invoke(cli, ["serve", "--open"])
    CliRunner().invoke(cli, ["serve"])
    assert opened == ["http://127.0.0.1:8000/"]


def test_help_loads_no_web_framework() -> None:
    script = (
        "import sys\nfrom biaotu.cli.main import cli\ncli(['serve', '--help'], standalone_mode=False)\n"
        "assert not {'fastapi', 'sqlalchemy', 'uvicorn', 'numpy'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", script], check=True, stdout=subprocess.DEVNULL, env=dict(os.environ))
