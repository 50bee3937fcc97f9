"""Words that would do harm as markup are shown as words, on every page that shows them."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

from playwright.sync_api import expect

from biaotu.records import Annotation, OcrLine, OcrReading
from biaotu.store import Actor
from browser_fixtures import HOSTILE, Site, Visit, Visitor, Workbench

pytest_plugins = ("browser_fixtures",)

TITLE, DESCRIPTION = HOSTILE
EVIL = '<img src=x onerror="document.title=9"><script>alert(9)</script>'


def harmless(visitor: Visitor) -> None:
    """Nothing of the words became an element."""
    foreign = visitor.page.locator(
        "img[src='x'], [onerror], [onload], script:not([src]):not([type='application/json'])"
    )
    expect(foreign).to_have_count(0)
    assert visitor.page.title() not in ("1", "9")


def test_a_hostile_record_on_every_page(visit: Visit, site: Site) -> None:
    record = site.record("hostile")
    boss = visit("boss", "/")
    expect(boss.find("queue-row", record=record)).to_contain_text(TITLE)
    harmless(boss)

    boss.open("/search?q=军帽")
    hit = boss.find("hit", record=record)
    expect(hit.locator("h3")).to_have_text(TITLE)
    expect(hit.locator("p.description")).to_have_text(DESCRIPTION)
    harmless(boss)

    bench = Workbench(boss, record)
    assert boss.find("text-title").text_content() == TITLE
    assert boss.find("text-description").text_content() == DESCRIPTION
    harmless(boss)
    bench.focus_on("label:use:clothing")
    expect(boss.find("evidence-state", state="here")).to_be_visible()
    assert boss.find("text-title").text_content() == TITLE
    with bench.acting():
        bench.press("a")

    bench.press("Shift+T")
    boss.find("tag-input").fill(EVIL)
    with bench.acting():
        boss.find("tag-save").click()
    expect(boss.find("tag").filter(has_text=EVIL)).to_be_visible()
    start = TITLE.index("<script>")
    bench.press("c", "Home", *["ArrowRight"] * start, *["Shift+ArrowRight"] * 8, "Enter")
    expect(boss.find("type-chooser")).to_contain_text("<script>")
    with bench.acting():
        boss.find("type-person").click()
    bench.press("Enter")
    boss.find("state-note").fill(EVIL)
    boss.find("state-confirm").click()
    expect(boss.find("bench", record=record)).to_have_count(0)
    bench = Workbench(boss, record)
    boss.find("history-toggle").click()
    expect(boss.find("history")).to_contain_text(EVIL)
    harmless(boss)

    boss.open("/grid?item=label:use:clothing&status=accepted")
    expect(boss.find("grid-cell", record=record)).to_contain_text(TITLE)
    harmless(boss)
    for path in ("/agreement", "/jobs", "/help"):
        boss.open(path)
        expect(boss.page.locator("h1").first).to_be_visible()
        harmless(boss)
    boss.open(f"/search?similar={record}")
    expect(boss.find("hit").first).to_be_visible()
    boss.open(f"/search?q={EVIL}&mode={EVIL}")
    expect(boss.find("search-total")).to_contain_text("共")
    expect(boss.find("mode-words")).to_have_attribute("aria-pressed", "true")
    harmless(boss)


def test_hostile_names_of_people_files_and_museums(visit: Visit, site: Site, tmp_path: Path) -> None:
    boss = visit("boss", "/admin")
    boss.find("user-add").click()
    boss.find("user-name").fill("mallory")
    boss.find("user-display").fill(EVIL)
    boss.find("user-password").fill("seven-lamps-on-a-hill")
    boss.find("user-save").click()
    expect(boss.find("user", user="mallory")).to_contain_text(EVIL)
    boss.open("/admin")
    expect(boss.find("audit-row").first).to_be_visible()
    harmless(boss)

    mallory = visit(None)
    mallory.log_in("mallory", "seven-lamps-on-a-hill")
    mallory.open("/import")
    expect(mallory.find("account-menu")).to_contain_text(EVIL)
    path = tmp_path / "<img src=x onerror=alert(5)>.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("编号", "名称", "描述", "图片"), (EVIL, TITLE, DESCRIPTION, f"{EVIL[:20]}.jpg")])
    mallory.find("import-file").set_input_files(path)
    mallory.find("import-museum").fill(EVIL)
    mallory.find("import-plan-button").click()
    expect(mallory.find("plan-row")).to_contain_text(TITLE)
    harmless(mallory)
    mallory.find("import-run").click()
    expect(mallory.find("import-job", state="done")).to_be_visible()
    expect(mallory.find("imports")).to_contain_text(EVIL)
    expect(mallory.find("imports")).to_contain_text("img src=x onerror=alert(5)")
    harmless(mallory)
    mallory.open("/search?q=军帽")
    expect(mallory.find("facet-museum")).to_contain_text(EVIL)
    harmless(mallory)
    with site.store.reading() as unit:
        (record,) = [one.id for one in unit.lists.records(museum=EVIL).items]
    Workbench(mallory, record)
    expect(mallory.find("record-number")).to_have_text(EVIL)
    harmless(mallory)


def test_hostile_words_on_a_photo_in_questions_and_in_captions(visit: Visit, site: Site) -> None:
    record = site.record("hostile")
    with site.store.writing(Actor.system("cli")) as unit:
        told = Annotation.from_dict(unit.annotations.of_record(record)[0].document)
        line = OcrLine(0, EVIL, ((1.0, 1.0), (40.0, 1.0), (40.0, 10.0), (1.0, 10.0)), 0.99)
        read = replace(told, ocr=OcrReading((line,), EVIL), model_version=f"{told.model_version}+ocr")
        assert unit.annotations.add(record, read)
    anna = visit("anna")
    Workbench(anna, record)
    expect(anna.find("text-ocr")).to_have_text(EVIL)
    harmless(anna)
    anna.page.keyboard.press("q")
    anna.find("ask-input").fill(EVIL)
    anna.page.keyboard.press("Enter")
    expect(anna.find("answer")).to_be_visible()
    harmless(anna)
    anna.open(f"records/{record}#knowledge")
    expect(anna.find("caption-text")).to_contain_text("军帽")
    harmless(anna)


def test_a_script_in_the_page_would_not_run(visit: Visit) -> None:
    """The policy is the second line of defence: even if words became a script, it would not run."""
    reader = visit("reader", "/")
    expect(reader.find("queue-table")).to_be_visible()
    reader.page.evaluate("""() => {
      const script = document.createElement("script");
      script.textContent = "window.ran = true";
      document.body.append(script);
    }""")
    assert reader.page.evaluate("window.ran") is None
    assert any("breach of script-src" in fault for fault in reader.faults), "and it is reported"
    reader.faults.clear()
