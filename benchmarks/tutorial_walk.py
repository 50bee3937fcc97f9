"""The walk of docs/tutorial.md, done for real: every command, every page, fifty records reviewed by keyboard alone.

    python benchmarks/tutorial_walk.py [FOLDER] [--records 1000] [--reviews 50] [--screenshots docs/images] [--train]

Prints how long each step took and what came of it, and stops at the first thing that is not as the tutorial says.
Chromium is taken from ``BIAOTU_CHROMIUM`` or from PATH. ``--train`` also trains one epoch on the exported file, which
needs torch and fetches the text encoder with pip.
"""

from __future__ import annotations

import argparse
import io
import os
import re
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from biaotu.records.gold import read_gold
from biaotu.store import Store, StorePlace

ROOT = Path(__file__).parents[1]
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
PATIENCE = 120_000
"""Milliseconds that a page may take."""

FIRST, SECOND = ("李文", "reviewer"), ("王红", "admin")
"""Who reviews and who approves."""

UNSURE = 60
"""Attribute values that the model gives less than so many percent are rejected in this walk, all else accepted."""

CONFIG = """\
[data]
train = "train.jsonl"
dev = ["dev.jsonl"]
photos = "train.jsonl"
museum = ""

[teacher]
epochs = 1
average_last = 1
"""
"""As in docs/tutorial.md, section 10."""


def say(text: str) -> None:
    """Print at once."""
    print(text, flush=True)  # noqa: T201


@contextmanager
def step(name: str) -> Iterator[list[str]]:
    """Time a step; what is put into the list is printed behind its name."""
    begun, facts = time.perf_counter(), list[str]()
    yield facts
    say(f"{name:<42}{time.perf_counter() - begun:8.1f} s   {'; '.join(facts)}")


class Walk:
    """The folder of a walk and the commands in it."""

    def __init__(self, folder: Path, shots: Path | None) -> None:
        self.folder = folder
        self.shots = shots
        self.passwords = {name: secrets.token_urlsafe(12) for name, _ in (FIRST, SECOND)}
        self.address = ""

    def run(self, *command: str, program: str = "biaotu", typed: str | None = None, expected: int = 0) -> str:
        """Run a command of the tutorial in the folder; what it said."""
        module = {"biaotu": "biaotu.cli.main", "biaotu-train": "biaotu.training.cli"}[program]
        code = f"from {module} import main; main()"
        done = subprocess.run(
            (sys.executable, "-c", code, *command),
            cwd=self.folder,
            input=typed,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != expected:
            raise SystemExit(f"{program} {' '.join(command)}: status {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout + done.stderr

    @contextmanager
    def served(self) -> Iterator[None]:
        """``biaotu serve`` while the block lasts."""
        command = (sys.executable, "-c", "from biaotu.cli.main import main; main()", "serve", "--port", "0")
        process = subprocess.Popen(command, cwd=self.folder, stderr=subprocess.PIPE, text=True)
        try:
            for line in process.stderr or ():
                if found := re.search(r"http://\S+/", line):
                    self.address = found[0]
                    break
            else:
                raise SystemExit("biaotu serve did not start")
            yield
            process.terminate()
            if process.wait(60) != 0:
                raise SystemExit("biaotu serve did not stop cleanly")
        finally:
            process.kill()
            process.wait()

    def shoot(self, page: Page, name: str) -> None:
        """Keep a screenshot, in as many colours as it needs to look right."""
        if self.shots is None:
            return
        self.shots.mkdir(parents=True, exist_ok=True)
        picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
        small = picture.quantize(256, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        small.save(self.shots / f"{name}.png", optimize=True)

    def counts(self) -> dict[str, int]:
        """Records by state, as the database has them."""
        with Store.open(StorePlace(self.folder / "biaotu-data")) as store, store.reading() as unit:
            return {str(state): count for state, count in unit.records.counts().items()}

    def decided(self, name: str) -> int:
        """How many decisions a person has made."""
        with Store.open(StorePlace(self.folder / "biaotu-data")) as store, store.reading() as unit:
            return sum(row.user == name for row in unit.decisions.all())


def chromium() -> str:
    """Where the browser is."""
    named = os.environ.get("BIAOTU_CHROMIUM")
    found = shutil.which(named) if named else next(filter(None, map(shutil.which, CHROMIUM)), None)
    if found is None:
        raise SystemExit("no Chromium: put one on PATH or name it in BIAOTU_CHROMIUM")
    return found


def find(page: Page, testid: str) -> Locator:
    """Elements by their test id."""
    return page.locator(f"[data-testid={testid}]")


def log_in(browser: Browser, walk: Walk, name: str) -> Page:
    """A page of a person who has just logged in, by keyboard."""
    page = browser.new_context(viewport={"width": 1280, "height": 800}, locale="zh-CN").new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(walk.address)
    expect(find(page, "login-name")).to_be_focused()
    if name == FIRST[0]:
        walk.shoot(page, "login")
    page.keyboard.type(name)
    page.keyboard.press("Tab")
    page.keyboard.type(walk.passwords[name])
    page.keyboard.press("Enter")
    expect(find(page, "queue-row").first).to_be_visible()
    return page


def next_record(page: Page, before: str | None) -> str:
    """Wait for the record that follows."""
    bench = find(page, "bench")
    if before is not None:
        expect(bench).not_to_have_attribute("data-record", before)
    expect(bench).to_be_visible()
    return bench.get_attribute("data-record") or ""


def review(page: Page, count: int, walk: Walk) -> int:
    """Review records by keyboard alone; the keys pressed."""
    keys = 0

    def press(*names: str) -> None:
        nonlocal keys
        for name in names:
            page.keyboard.press(name)
            keys += 1

    record: str | None = None
    press("n")
    for number in range(count):
        record = next_record(page, record)
        if number == 0:
            expect(find(page, "photo")).to_be_visible()
            press("f")
            expect(page.locator("[data-testid=evidence-state][data-state=here]")).to_be_visible()
            walk.shoot(page, "workbench")
            press("a", "u")  # tried: accept, take back, do again
            expect(find(page, "toast-good").last).to_be_visible()
            press("Shift+U")
            expect(page.locator("[data-testid=save-state][data-state=saved]")).to_be_visible()
            press("m")
        undecided = page.locator(".item.focused.suggested")
        for _ in range(200):
            if undecided.count() == 0:
                press("J")  # to the next one that nobody has decided
                if undecided.count() == 0:
                    press("m", "K")
                    if undecided.count() == 0:
                        break
            row = page.locator(".item.focused")
            sure = int(re.sub(r"\D", "", row.locator(".bar b").inner_text()) or 100)
            press("x" if row.get_attribute("data-testid") == "attribute" and sure < UNSURE else "a")
        press("Enter")
        expect(find(page, "state-dialog")).to_be_visible()
        press("Enter")
    next_record(page, record)
    return keys


def approve(page: Page, count: int) -> None:
    """A second person approves what was submitted."""
    find(page, "queue-state-submitted").click()
    expect(page.locator(".state.submitted").first).to_be_visible()
    page.keyboard.press("n")
    record: str | None = None
    for _ in range(count):
        record = next_record(page, record)
        page.keyboard.press("Enter")
        expect(find(page, "state-dialog")).to_be_visible()
        page.keyboard.press("Enter")
        expect(find(page, "state-dialog")).to_have_count(0)
        if _ == count - 1:
            expect(page.locator("[data-testid=state][data-state=approved]")).to_be_visible()


def bulk(page: Page, walk: Walk) -> str:
    """Accept one label on a gridful of photos, but for one."""
    page.goto(f"{walk.address}grid")
    find(page, "grid-item").select_option("label:use:weapon")
    cells = find(page, "grid-cell")
    expect(cells.first).to_be_visible()
    cells.nth(2).click()
    page.wait_for_load_state("networkidle")
    walk.shoot(page, "grid")
    shown = cells.count()
    find(page, "grid-accept").click()
    expect(page.locator("[data-testid=grid-cell][data-outcome=done]")).to_have_count(shown - 1)
    return f"{shown - 1} of {shown} shown accepted at once"


def search(page: Page, walk: Walk, photo: Path) -> list[str]:
    """Search by words, facet, meaning, for photos by words, and by a photo."""
    told = []
    page.goto(f"{walk.address}search")
    find(page, "search-input").fill("步枪")
    find(page, "search-submit").click()
    hits, total = find(page, "hit"), find(page, "search-total")
    expect(hits.locator("mark").first).to_be_visible()
    told.append(f"步枪: {total.inner_text()}")
    with page.expect_response(lambda answer: "/search" in answer.url):
        find(page, "facet-material").locator("input").first.check()
    expect(page.locator(".found[aria-busy=false]")).to_be_visible()
    page.wait_for_load_state("networkidle")
    walk.shoot(page, "search")
    told.append(f"with a facet: {total.inner_text()}")
    for mode, words in (("meaning", "吃饭喝水用的东西"), ("photo", "大刀")):
        page.goto(f"{walk.address}search")
        find(page, "search-input").fill(words)
        expect(hits.first).to_be_visible()
        with page.expect_response(lambda answer: "/search" in answer.url):
            find(page, f"mode-{mode}").click()
        expect(page.locator(".found[aria-busy=false]")).to_be_visible()
        told.append(f"{words} ({mode}): {hits.first.locator('h3').inner_text()}")
    with page.expect_response(lambda answer: "/search" in answer.url):
        find(page, "search-photo").set_input_files(photo)
    expect(page.locator("img.query-photo")).to_be_visible()
    expect(page.locator(".found[aria-busy=false]")).to_be_visible()
    told.append(f"{photo.name}: {hits.first.locator('p.quiet').inner_text().split()[0]}")
    return told


def dry_run_page(page: Page, walk: Walk, more: Path) -> str:
    """A dry run through the page."""
    page.goto(f"{walk.address}import")
    find(page, "import-file").set_input_files(more / "馆藏清单.xlsx")
    find(page, "import-folder").set_input_files(more / "照片")
    find(page, "import-museum").fill("青石镇纪念馆")
    find(page, "import-plan-button").click()
    expect(find(page, "import-plan")).to_be_visible()
    find(page, "plan-row").last.scroll_into_view_if_needed()  # the faulty rows
    find(page, "import-run").scroll_into_view_if_needed()
    walk.shoot(page, "import")
    return find(page, "import-plan").locator("h2").inner_text()


def check_export(path: Path, reviews: int) -> str:
    """Read the exported file as training does."""
    gold = list(read_gold(path))
    if len(gold) != reviews:
        raise SystemExit(f"{path}: {len(gold)} records, not {reviews}")
    spans = sum(len(one.spans or ()) for one in gold)
    photos = sum(len(one.record.images) for one in gold)
    labels = sum(len(one.material) + len(one.use) for one in gold)
    tags = sum(len(one.tags) for one in gold)
    return f"{len(gold)} records, {labels} labels, {spans} attribute values, {tags} tags, {photos} photos"


def train(walk: Walk) -> str:
    """One epoch on the exported file."""
    folder = walk.folder / "training"
    lines = (folder / "confirmed.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    (folder / "dev.jsonl").write_text("".join(lines[-10:]), encoding="utf-8")
    (folder / "train.jsonl").write_text("".join(lines[:-10]), encoding="utf-8")
    (folder / "mine.toml").write_text(CONFIG, encoding="utf-8")
    said = walk.run(
        "attributes",
        "--config",
        "training/mine.toml",
        "--data",
        "training",
        "--out",
        "runs/mine",
        program="biaotu-train",
    )
    return [line for line in said.splitlines() if line.startswith("[")][-1]


def walk_through(walk: Walk, records: int, reviews: int, with_training: bool) -> None:
    """All steps of the tutorial, in its order."""
    lists = walk.folder / "collection"
    with step("make the collection") as facts:
        for out, number, seed in (("collection", records, "1949"), ("more", 12, "7")):
            command = (sys.executable, str(ROOT / "examples" / "make_collection.py"), out, "--records", str(number))
            made = subprocess.run(
                (*command, "--seed", seed), cwd=walk.folder, check=True, capture_output=True, text=True
            )
        facts.append(f"{len(list((lists / '照片').iterdir()))} photos; {made.stdout.strip()}")
    table = ("collection/馆藏清单.xlsx", "--images", "collection/照片")
    with step("biaotu import --dry-run") as facts:
        facts += walk.run("import", *table, "--dry-run", expected=1).splitlines()[:2]
    with step("biaotu import") as facts:
        walk.run("import", *table, "--museum", "柳河纪念馆", expected=1)
        facts.append(f"{walk.counts()['new']} records are in")
    with step("biaotu annotate --store") as facts:
        facts.append(walk.run("annotate", "--store").strip().splitlines()[-1])
    with step("biaotu user add"):
        for name, role in (FIRST, SECOND):
            walk.run("user", "add", name, "--role", role, "--password-stdin", typed=walk.passwords[name] + "\n")

    with walk.served(), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(FLAGS))
        with step("log in, look at the queue"):
            page = log_in(browser, walk, FIRST[0])
            page.wait_for_load_state("networkidle")
            walk.shoot(page, "queue")
        with step(f"review {reviews} records by keyboard alone") as facts:
            page.evaluate("addEventListener('pointerdown', () => sessionStorage.setItem('pointer', 'used'), true)")
            keys = review(page, reviews, walk)
            if page.evaluate("sessionStorage.getItem('pointer')"):
                raise SystemExit("a pointer was used")
            facts += [f"{keys} keys", f"{walk.decided(FIRST[0])} decisions", f"submitted: {walk.counts()['submitted']}"]
        with step("accept a label in the grid") as facts:
            facts.append(bulk(page, walk))
        with step("search") as facts:
            facts += search(page, walk, next(iter(sorted((lists / "照片").glob("G*.jpg")))))
        with step("dry run through the page") as facts:
            facts.append(dry_run_page(page, walk, walk.folder / "more"))
        with step("a second person approves") as facts:
            approve(log_in(browser, walk, SECOND[0]), reviews)
            facts.append(f"approved: {walk.counts()['approved']}")
        browser.close()

    (walk.folder / "training").mkdir()
    with step("biaotu store export") as facts:
        walk.run("store", "export", "training/confirmed.jsonl", "--copy-photos", "training/photos")
        facts.append(check_export(walk.folder / "training" / "confirmed.jsonl", reviews))
    with step("biaotu evaluate attributes") as facts:
        said = walk.run("evaluate", "attributes", "training/confirmed.jsonl")
        facts.append(" ".join(next(line for line in said.splitlines() if "micro" in line).split()))
    if with_training:
        with step("biaotu-train attributes, one epoch") as facts:
            facts.append(train(walk))
    with step("biaotu store backup") as facts:
        walk.run("store", "backup", "backup")
        walk.run("store", "check", "--deep", "--store", "backup")
        facts.append("checked deeply: whole")


def main() -> None:
    """Read the options and walk."""
    parser = argparse.ArgumentParser(description="Do the tutorial's walk for real.")
    parser.add_argument("folder", type=Path, nargs="?", help="an empty folder; a temporary one without it")
    parser.add_argument("--records", type=int, default=1000)
    parser.add_argument("--reviews", type=int, default=50)
    parser.add_argument("--screenshots", type=Path, help="keep the pictures of the tutorial there")
    parser.add_argument("--train", action="store_true", help="also train one epoch on the exported file")
    options = parser.parse_args()
    os.environ.pop("BIAOTU_DATABASE_URL", None)
    os.environ.pop("BIAOTU_DATA", None)
    expect.set_options(timeout=PATIENCE)
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        walk_through(Walk(folder, options.screenshots), options.records, options.reviews, options.train)


if __name__ == "__main__":
    main()
