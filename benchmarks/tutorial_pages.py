"""The pages of the tutorial's walk: what its two people do in the browser, by keyboard where the tutorial says so."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, expect
from tutorial_folder import FIRST, Walk

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

UNSURE = 60
"""Attribute values that the model gives less than so many percent are rejected in this walk, all else accepted."""


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
