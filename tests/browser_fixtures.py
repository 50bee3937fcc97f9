"""Chromium before a real server. A module asks for it: ``pytest_plugins = ("browser_fixtures",)``.

``site`` is ``biaotu serve`` in a process of its own, one a module, over a copy of a SQLite store that the shipped
models annotated once a session. ``visit("anna", "/grid")`` is a person with a browser of their own. Whatever a browser
had to complain of fails the test: errors on the console, requests to anybody but the server, answers of 400 and above
that the test did not announce, dialogs, breaches of the content policy.

PYTEST_DONT_REWRITE: modules import names of this one before pytest loads it as a plugin.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Dialog,
    Locator,
    Page,
    Request,
    Response,
    expect,
    sync_playwright,
)

from api_fixtures import PASSWORD, kept_password
from biaotu.intake import ImportRequest, run_import
from biaotu.intake.annotating import annotate_store
from biaotu.pipeline import load
from biaotu.review import Decision, RecordView, Role
from biaotu.store import Actor, Store, StorePlace
from shared import made_once

EXAMPLES = Path(__file__).parents[1] / "examples"
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
)
COMMAND = (sys.executable, "-c", "from biaotu.cli.main import main; main()", "serve")
PATIENCE = 60_000
"""Milliseconds that a page may take to come to a state; much, for the machine may be busy with other things."""

PEOPLE: dict[str, Role] = {
    "reader": "reader",
    "anna": "annotator",
    "boris": "annotator",
    "rita": "reviewer",
    "sven": "reviewer",
    "boss": "admin",
}
ASTRAL = "𠮷田送来的😀红军铁手榴弹", "𠮷县老乡😀说：1934年红军在此战斗，留下手榴弹一枚，重600克。"
"""Title and description with characters that are two units each in a browser's strings."""

HOSTILE = (
    '<img src=x onerror="document.title=1">红军"><script>alert(2)</script>的军帽',
    "'\"><svg onload=alert(3)>1934年红军</div></template><script>alert(4)</script>用布做成&lt;b&gt;。",
)
"""Title and description that would do harm if anything took them for markup."""

TWINS = tuple(f"红军用过的铁手榴弹之{sign}" for sign in "甲乙丙丁")
"""Titles of records in which the same words stand at the same place."""

LISTED = 22
"""Records with 草鞋 and 编织 in their words that no model has looked at."""

_WATCH = """
addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) => {
  console.error(`breach of ${violatedDirective}: ${blockedURI}`);
});
const seen = ({ isTrusted }) => isTrusted && console.debug("biaotu-test: pointer");
for (const kind of ["pointerdown", "mousedown", "touchstart", "wheel"])
  addEventListener(kind, seen, { capture: true, passive: true });
"""

expect.set_options(timeout=PATIENCE)


def chromium() -> str:
    """Where the browser is; without one the tests fail, for pages that nobody looked at are not tested."""
    named = os.environ.get("BIAOTU_CHROMIUM")
    found = shutil.which(named) if named else next(filter(None, map(shutil.which, CHROMIUM)), None)
    if found is None:
        where = f"BIAOTU_CHROMIUM names {named!r}, which is no program" if named else f"none of {CHROMIUM} is on PATH"
        pytest.fail(f"no browser for the tests of the pages: {where}; install Chromium (apt-get install chromium)")
    return found


# -- the server ----------------------------------------------------------------------------------------------------


@dataclass
class Site:
    """A server process on a store, and the same store opened a second time to see what was really written."""

    place: StorePlace
    store: Store
    settings: dict[str, str] = field(default_factory=dict)
    address: str = ""
    process: subprocess.Popen[str] | None = None
    said: list[str] = field(default_factory=list)
    listener: threading.Thread | None = None

    def start(self) -> None:
        """Start the server, on the port it had before if it had one; returns when it answers."""
        port = re.sub(r"\D", "", self.address.rpartition(":")[2]) or "0"
        given = {name: value for name, value in os.environ.items() if not name.startswith("BIAOTU_")}
        environment = given | {"BIAOTU_DATA": str(self.place.folder)} | self.settings
        process = subprocess.Popen((*COMMAND, "--port", port), stderr=subprocess.PIPE, text=True, env=environment)
        self.process = process
        assert process.stderr is not None
        for line in process.stderr:
            self.said.append(line)
            if found := re.search(r"http://\S+/", line):
                self.address = found[0]
                break
        else:
            pytest.fail(f"the server did not start: {''.join(self.said)}")
        self.listener = threading.Thread(target=self.said.extend, args=(process.stderr,), daemon=True)
        self.listener.start()

    def kill(self) -> None:
        """``kill -9``."""
        assert self.process is not None and self.process.stderr is not None and self.listener is not None
        self.process.kill()
        self.process.wait()
        self.listener.join(30)
        self.process.stderr.close()

    def stop(self) -> None:
        """Stop it cleanly."""
        assert self.process is not None
        self.process.terminate()
        try:
            self.process.wait(30)
        finally:
            self.kill()

    def record(self, number: str) -> int:
        """The id of a record by its number."""
        with self.store.reading() as unit:
            return next(record.id for record in unit.lists.records(limit=200).items if record.number == number)

    def view(self, record: int) -> RecordView:
        """How a record stands in the database."""
        with self.store.reading() as unit:
            return unit.decisions.view(record)

    def decisions(self, record: int) -> list[Decision]:
        """All decisions on a record, oldest first."""
        with self.store.reading() as unit:
            return unit.decisions.of_record(record)

    def wait(self, what: Callable[[], bool], why: str) -> None:
        """Wait until something is true of the store."""
        end = time.monotonic() + PATIENCE / 1000
        while not what():
            assert time.monotonic() < end, f"it never came: {why}"
            time.sleep(0.05)


def write_list(folder: Path) -> Path:
    """The records that the models annotate: the examples, and some with words of their own."""
    lines = (EXAMPLES / "records.jsonl").read_text(encoding="utf-8").splitlines()
    own = [("astral", *ASTRAL, "march-0014.jpg"), ("hostile", *HOSTILE, "march-0147.jpg")]
    own += [(f"twin-{place}", title, "1934年红军在此战斗。", "newchina-0123.jpg") for place, title in enumerate(TWINS)]
    for number, title, description, photo in own:
        record = {"id": number, "title": title, "description": description, "images": [f"photos/{photo}"]}
        lines.append(json.dumps(record, ensure_ascii=False))
    path = folder / "清单.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def write_new(folder: Path) -> Path:
    """The records that no model has seen."""
    rows = [
        {"id": f"new-{number:02}", "title": f"红军穿过的草鞋第{number}双", "description": "稻草编织，鞋底磨损。"}
        for number in range(LISTED)
    ]
    path = folder / "新.jsonl"
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def annotated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a filled store, to be copied."""
    return made_once(tmp_path_factory, "filled", _fill) / "store"


def _fill(lists: Path) -> None:
    cli = Actor.system("cli")
    with Store.open(StorePlace(lists / "store"), create=True) as store:
        with store.writing(cli) as unit:
            for name, role in PEOPLE.items():
                unit.users.add(name, role, kept_password())
        run_import(store, ImportRequest(write_list(lists), EXAMPLES), cli)
        done = annotate_store(store, load(threads=2))
        assert done.failed == 0
        run_import(store, ImportRequest(write_new(lists)), cli)


@pytest.fixture(scope="module")
def site_settings() -> dict[str, str]:
    """Environment variables for the server; a test module may override the fixture."""
    return {}


@pytest.fixture(scope="module")
def site(annotated: Path, site_settings: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A running server, one for a test module."""
    folder = tmp_path_factory.mktemp("site") / "store"
    shutil.copytree(annotated, folder)
    place = StorePlace(folder)
    with Store.open(place) as store:
        made = Site(place, store, site_settings)
        made.start()
        try:
            yield made
        finally:
            made.stop()
    if any("Traceback" in line for line in made.said):
        pytest.fail("".join(made.said))


# -- the browser ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, one for a test module: while it runs, no other event loop can run in this thread."""
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=chromium(), args=list(FLAGS))
        yield made
        made.close()


class Visitor:
    """One person with a browser of their own, which writes down what is wrong.

    Attributes:
        page: the open page.
        announced: statuses of 400 and above that the test provokes.
        lost: whether the test breaks connections.
    """

    def __init__(self, browser: Browser, site: Site, language: str = "zh-CN") -> None:
        self.site = site
        self.faults: list[str] = []
        self.announced: set[int] = set()
        self.lost = False
        self.pointers = 0
        self.context: BrowserContext = browser.new_context(
            viewport={"width": 1280, "height": 800}, locale=language, timezone_id="Asia/Shanghai", accept_downloads=True
        )
        self.context.set_default_timeout(PATIENCE)
        self.context.add_init_script(_WATCH)
        self.context.on("request", self._requested)
        self.context.on("requestfailed", self._failed)
        self.context.on("response", self._answered)
        self.context.on("console", self._said)
        self.context.on("weberror", lambda error: self.faults.append(f"error in the page: {error.error}"))
        self.context.on("dialog", self._dialog)
        self.page: Page = self.context.new_page()

    def log_in(self, name: str, password: str = PASSWORD) -> None:
        """Log in by the API; the pages find the session."""
        answer = self.context.request.post(
            f"{self.site.address}api/v1/session", data={"name": name, "password": password}
        )
        assert answer.ok, answer.text()

    def open(self, path: str) -> Page:
        """Go to a page of the server."""
        self.page.goto(f"{self.site.address}{path.lstrip('/')}")
        return self.page

    def find(self, testid: str, **attributes: object) -> Locator:
        """Elements by their test id and data attributes: ``find("tag", item="tag:军帽")``."""
        rest = "".join(
            f"[data-{name}={json.dumps(str(value), ensure_ascii=False)}]" for name, value in attributes.items()
        )
        return self.page.locator(f"[data-testid={json.dumps(testid)}]{rest}")

    def api(self, path: str) -> Any:
        """What the API answers this person to a GET."""
        answer = self.context.request.get(f"{self.site.address}api/v1{path}")
        assert answer.ok, answer.text()
        return answer.json()

    def saved(self) -> None:
        """Wait until the server has acknowledged everything."""
        expect(self.find("save-state")).to_have_attribute("data-state", "saved")

    def close(self) -> None:
        self.context.close()

    def _requested(self, request: Request) -> None:
        if not request.url.startswith((self.site.address, "data:", f"blob:{self.site.address}")):
            self.faults.append(f"a request to somebody else: {request.url}")

    def _failed(self, request: Request) -> None:
        if not self.lost and request.failure != "net::ERR_ABORTED":
            self.faults.append(f"{request.failure}: {request.url}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self.announced:
            self.faults.append(f"{response.status}: {response.request.method} {response.url}")

    def _said(self, message: ConsoleMessage) -> None:
        if message.text == "biaotu-test: pointer":
            self.pointers += 1
        # Chromium's own line on an answer of 400 and above or a lost connection; those are judged above.
        elif message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.faults.append(f"on the console: {message.text}")

    def _dialog(self, dialog: Dialog) -> None:
        if self.lost and dialog.type == "beforeunload":
            dialog.accept()  # "leave the page?", for something is not saved yet
            return
        self.faults.append(f"a dialog: {dialog.message}")
        dialog.dismiss()


Visit = Callable[..., Visitor]


@pytest.fixture
def visit(browser: Browser, site: Site) -> Iterator[Visit]:
    """``visit(name, path)``: a person, logged in (None: not), before a page. Their complaints fail the test."""
    made: list[Visitor] = []

    def come(name: str | None, path: str = "", language: str = "zh-CN") -> Visitor:
        visitor = Visitor(browser, site, language)
        made.append(visitor)
        if name is not None:
            visitor.log_in(name)
        if path:
            visitor.open(path)
        return visitor

    yield come
    for visitor in made:
        visitor.close()
    faults = [fault for visitor in made for fault in visitor.faults]
    if faults:
        pytest.fail("\n".join(faults))


# -- the workbench -------------------------------------------------------------------------------------------------


class Workbench:
    """The record page of a visitor. ``press`` and ``focus_on`` use the keyboard alone."""

    JUMPS: ClassVar = {"label:material": "m", "label:use": "f", "tag": "t", "span": "v"}
    TYPE_KEYS = "123456789abcdef"

    def __init__(self, visitor: Visitor, record: int | None = None) -> None:
        self.visitor = visitor
        self.page = visitor.page
        if record is not None:
            visitor.open(f"records/{record}")
        self.ready(record)

    def ready(self, record: int | None = None) -> None:
        """Wait until a record is on the page; by default any."""
        named = {} if record is None else {"record": record}
        expect(self.visitor.find("bench", **named)).to_be_visible()

    @property
    def record(self) -> int:
        return int(self.visitor.find("bench").get_attribute("data-record") or 0)

    @property
    def revision(self) -> int:
        return int(self.visitor.find("bench").get_attribute("data-revision") or 0)

    def row(self, item: str) -> Locator:
        """The row of an item in the lists."""
        return self.page.locator(f".item[data-item={json.dumps(item, ensure_ascii=False)}]")

    @property
    def focused(self) -> str:
        """The item that has the focus."""
        return self.page.locator(".item.focused").get_attribute("data-item") or ""

    @contextmanager
    def acting(self) -> Iterator[None]:
        """An act inside changes the record; afterwards the server has acknowledged it."""
        before = self.revision
        yield
        expect(self.visitor.find("bench")).not_to_have_attribute("data-revision", str(before))
        self.visitor.saved()

    def press(self, *keys: str) -> None:
        """Press keys one after the other."""
        for key in keys:
            self.page.keyboard.press(key)

    def focus_on(self, item: str) -> None:
        """Walk to an item: to its list, then down, then up."""
        kind = next(kind for kind in self.JUMPS if item.startswith(kind))
        self.press(self.JUMPS[kind])
        for key in ("j", "k"):
            while (before := self.focused) != item:
                self.press(key)
                if self.focused == before:
                    break
        assert self.focused == item
