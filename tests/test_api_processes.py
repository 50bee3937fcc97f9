"""Several server processes: what one of them knows the others know, and one that dies is replaced."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

import httpx
import pytest

from api_fixtures import CLI, PASSWORD, TEXT, TITLE, annotation, decision, kept_password
from biaotu.api import accounts, server
from biaotu.api.processes import Supervisor
from biaotu.api.settings import Settings
from biaotu.errors import UsageError
from biaotu.store import NewRecord, Store, StorePlace, check
from store_fixtures import place_environment

pytest_plugins = ("store_fixtures", "api_fixtures")
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc to tell the processes apart")

COMMAND = (sys.executable, "-c", "from biaotu.cli.main import main; main()", "serve", "--port", "0", "--processes", "2")
LIST = "编号,名称,描述\nA1,红军草鞋,红军长征时穿过。\nA2,铁手榴弹,1934年使用。\n"
SOON = 60.0


@dataclass
class Served:
    """A running server of two processes."""

    process: subprocess.Popen[str]
    address: str
    stack: ExitStack

    @property
    def workers(self) -> list[int]:
        """Its server processes, in the order in which they were started."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return [int(pid) for pid in children if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()]

    def at(self, worker: int, **headers: str) -> httpx.Client:
        """A client whose connection a certain process has."""
        until = time.monotonic() + SOON
        while time.monotonic() < until:
            client = httpx.Client(base_url=f"{self.address}api/v1", headers=headers, timeout=SOON, trust_env=False)
            self.stack.callback(client.close)
            answer = client.get("/health")
            assert answer.json() == {"status": "ok"}
            port = answer.extensions["network_stream"].get_extra_info("client_addr")[1]
            if _has_connection(worker, port):
                return client
        pytest.fail("no connection came to that process")


def _has_connection(pid: int, port: int) -> bool:
    """Whether a process has the connection that comes from a port of this machine."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    sockets = {f"socket:[{row[9]}]" for row in rows if row[2].endswith(f":{port:04X}")}
    links = Path(f"/proc/{pid}/fd").iterdir()
    return any(_target(link) in sockets for link in links)


def _target(link: Path) -> str:
    try:
        return str(link.readlink())
    except OSError:  # closed meanwhile
        return ""


@contextmanager
def serving(place: StorePlace, *arguments: str) -> Iterator[Served]:
    """A server; killed with its processes at the end if it has not ended."""
    process = subprocess.Popen(
        [*COMMAND, *arguments], stderr=subprocess.PIPE, text=True, env=place_environment(place), start_new_session=True
    )
    assert process.stderr is not None
    said = ""
    try:
        for line in process.stderr:
            said += line
            if found := re.search(r"http://\S+/", line):
                with ExitStack() as stack:
                    yield Served(process, found[0], stack)
                break
        else:
            pytest.fail(said)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        process.stderr.close()


@pytest.fixture
def people(place: StorePlace) -> StorePlace:
    """A store with people who can log in."""
    with Store.open(place) as store, store.writing(CLI) as unit:
        unit.users.add("boss", "admin", kept_password())
        unit.users.add("anna", "annotator", kept_password())
    return place


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"


def wait_for(told: str, condition: object) -> None:
    until = time.monotonic() + SOON
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < until, told
        time.sleep(0.1)


def test_what_one_process_knows_the_other_knows(people: StorePlace) -> None:
    with serving(people, "--login-attempts", "3") as served:
        first, second = served.workers
        one, other = served.at(first), served.at(second)

        # Logged in at one, known at the other; logged out there, unknown here at once.
        session = one.post("/session", json={"name": "anna", "password": PASSWORD})
        assert session.status_code == 200, session.text
        other.cookies, other.headers["X-CSRF-Token"] = one.cookies, session.json()["csrf"]
        assert other.get("/session").json()["user"]["name"] == "anna"
        assert other.post("/lexicon", json={"word": "八角帽", "kind": "objects"}).status_code == 201
        assert [word["word"] for word in one.get("/lexicon").json()["items"]] == ["八角帽"]

        # What is handed in at the one without a worker is done once, by the other, and soon.
        planned = other.post("/imports", files={"file": ("list.csv", LIST.encode())}).json()
        begun = time.monotonic()
        job = other.post(f"/imports/{planned['id']}/run").json()["id"]
        wait_for("the job is done", lambda: other.get(f"/jobs/{job}").json()["state"] == "done")
        assert time.monotonic() - begun < SOON / 2
        assert one.get("/search", params={"q": "草鞋"}).json()["total"] == 1
        assert other.get("/search", params={"q": "草鞋"}).json()["total"] == 1
        with Store.open(people) as store, store.reading() as unit:
            assert unit.records.counts()["new"] == 2
            done = unit.jobs.get(job)
            assert done.worker is not None
            assert done.worker.split(":")[1] == str(first)
            assert Counter(row.action for row in unit.audit.page(None, 100).items)["job.done"] == 1

        assert other.delete("/session").status_code == 204
        assert one.get("/session").status_code == 401

        # Guesses count over both.
        tries = [client.post("/session", json={"name": "boss", "password": "wrong"}) for client in (one, other, one)]
        assert [answer.status_code for answer in tries] == [401] * 3
        assert other.post("/session", json={"name": "boss", "password": PASSWORD}).status_code == 429
        assert one.post("/session", json={"name": "boss", "password": PASSWORD}).status_code == 429

        served.process.send_signal(signal.SIGTERM)
        assert served.process.wait(SOON) == 0
        assert served.process.stderr is not None
        assert served.process.stderr.read() == "biaotu: stopped\n"
        assert gone(first)
        assert gone(second)


def test_a_killed_process_is_replaced_and_nothing_acknowledged_is_lost(people: StorePlace) -> None:
    with Store.open(people) as store:
        with store.writing(CLI) as unit:
            ids = unit.records.add_many([NewRecord(f"K{number}", TITLE, TEXT) for number in range(4)])
            for number, record in enumerate(ids):
                unit.annotations.add(record, annotation(f"K{number}", TITLE, TEXT))
            anna = unit.users.named("anna")
        assert anna is not None
        token = accounts.add_token(store, CLI, anna.id, "test", 1)[0]
    with serving(people) as served:
        enough, stop = threading.Semaphore(0), threading.Event()

        def work(record: int) -> list[str]:
            """Decide without pause; an act without an answer is sent again under its key."""
            told: list[str] = []
            while not stop.is_set():
                key = f"record-{record}-{len(told)}"
                body = {"base": 10**9, "key": key, "decisions": [decision(f"tag:{key}", "primary")]}
                headers = {"Authorization": f"Bearer {token}"}
                with httpx.Client(base_url=f"{served.address}api/v1", headers=headers, timeout=SOON) as client:
                    try:
                        answer = client.post(f"/records/{record}/decisions", json=body)
                    except httpx.TransportError:
                        continue
                assert answer.status_code == 201, answer.text
                told.append(key)
                enough.release()
            return told

        with ThreadPoolExecutor(4) as pool:
            jobs = [pool.submit(work, record) for record in ids]
            try:
                before = served.workers
                for killed in before:
                    assert all(enough.acquire(timeout=SOON) for _ in range(12))
                    os.kill(killed, signal.SIGKILL)
                    wait_for("another takes its place", lambda: len(set(served.workers) - {killed}) == 2)  # noqa: B023
                fresh = served.workers
                assert not set(fresh) & set(before)
                assert all(served.at(worker).get("/health").status_code == 200 for worker in fresh)
                assert all(enough.acquire(timeout=SOON) for _ in range(12))
            finally:
                stop.set()
            acknowledged = Counter(key for job in jobs for key in job.result(SOON))
        with Store.open(people) as store, store.reading() as unit:
            there = Counter(row.item.key.removeprefix("tag:") for row in unit.decisions.all())
            assert list(check(store, deep=True)) == []
        assert acknowledged == there
        assert set(there.values()) == {1}


def test_they_share_the_connections_and_none_outlives_the_supervisor(sqlite_place: StorePlace) -> None:
    with Store.open(sqlite_place) as store, store.writing(CLI) as unit:
        unit.users.add("boss", "admin", kept_password())
    with serving(sqlite_place) as served:
        workers, port = served.workers, int(served.address.rstrip("/").rpartition(":")[2])
        held: Counter[int] = Counter()
        for _ in range(16):
            client = served.stack.enter_context(httpx.Client(base_url=served.address, trust_env=False, timeout=SOON))
            answer = client.get("/api/v1/health")
            own = answer.extensions["network_stream"].get_extra_info("client_addr")[1]
            held[next(worker for worker in workers if _has_connection(worker, own))] += 1
        assert min(held[worker] for worker in workers) >= 4, held
        os.kill(served.process.pid, signal.SIGKILL)
        wait_for("all have ended", lambda: all(gone(worker) for worker in workers))
        with socket.create_server(("127.0.0.1", port)):
            pass


def fails(_number: int, _listening: socket.socket, _pipe: Connection) -> None:
    raise SystemExit(3)


def test_one_that_cannot_start_is_told() -> None:
    with server._listen(Settings(port=0)) as listening, pytest.raises(UsageError, match="ended with status 3"):
        Supervisor(fails, listening, 2, lambda: pytest.fail("nobody is ready")).serve()
