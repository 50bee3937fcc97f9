"""The walk of docs/tutorial.md, done for real: every command, every page, fifty records reviewed by keyboard alone.

    python benchmarks/tutorial_walk.py [FOLDER] [--records 1000] [--reviews 50] [--screenshots docs/images] [--train]

Prints how long each step took and what came of it, and stops at the first thing that is not as the tutorial says.
Chromium is taken from ``BIAOTU_CHROMIUM`` or from PATH. ``--train`` also trains one epoch on the exported file, which
needs torch and fetches the text encoder with pip.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import expect, sync_playwright
from tutorial_folder import FIRST, SECOND, Walk
from tutorial_pages import FLAGS, PATIENCE, approve, bulk, chromium, dry_run_page, log_in, review, search

from biaotu.records.gold import read_gold

ROOT = Path(__file__).parents[1]

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
