"""Beside the values of the workbench: meanings, links, words on photos, provenance, caption, questions, relatives."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from biaotu.knowledge.linking import Authorities, SpanLink, links_of
from browser_fixtures import Site, Visit, Visitor, Workbench
from knowledge_fixtures import BODY

pytest_plugins = ("browser_fixtures", "knowledge_fixtures")


@pytest.fixture(scope="module")
def annotated(knowing: Path) -> Path:
    return knowing


@pytest.fixture
def anna(visit: Visit) -> Visitor:
    return visit("anna")


def span_of(site: Site, record: int, *values: str, field: str = "description") -> str:
    """The key of the first of these values; where its edges lie is the models' affair."""
    rows = {row.value: row.item.key for row in site.view(record).attributes if row.item.field == field}
    return next(rows[value] for value in values if value in rows)


def links(site: Site, record: int) -> dict[str, SpanLink]:
    with site.store.reading() as unit:
        return links_of(unit.decisions.view(record), Authorities.of(unit))


def test_what_a_value_means_stands_beside_it(anna: Visitor, site: Site, visit: Visit) -> None:
    record = site.record("bowl")
    bench = Workbench(anna, record)
    row = bench.row(span_of(site, record, "民国二十六年"))
    expect(row.get_by_test_id("meaning")).to_have_text("＝ 1937年")
    assert row.get_by_test_id("meaning").get_attribute("data-sure") == "exact"
    length = bench.row(span_of(site, record, "12厘米")).get_by_test_id("meaning")
    expect(length).to_have_text("＝ 0.12 米")
    weight = Workbench(anna, site.record("sword")).row(span_of(site, site.record("sword"), "三斤六两"))
    expect(weight.get_by_test_id("meaning")).to_contain_text("1.6875 千克")

    foreigner = visit("reader", language="en-GB")
    foreigner.context.add_init_script("localStorage.setItem('biaotu_lang', 'en')")
    bench = Workbench(foreigner, record)
    expect(bench.row(span_of(site, record, "12厘米")).get_by_test_id("meaning")).to_have_text("＝ 0.12 m")


def test_a_link_is_chosen_by_mouse(anna: Visitor, site: Site) -> None:
    record = site.record("lamp")
    bench = Workbench(anna, record)
    key = span_of(site, record, "遵义", "贵州遵义")
    chip = anna.find("link-chip", span=key)
    expect(chip).to_have_attribute("data-status", "suggested")
    with bench.acting():
        chip.click()
        expect(anna.find("link-dialog")).to_contain_text("遵义")
        anna.find("link-option").first.click()
    expect(chip).to_have_attribute("data-status", "accepted")
    link = links(site, record)[key]
    assert (link.status, link.by) == ("accepted", "anna") and link.entry is not None
    assert link.entry.id == chip.get_attribute("data-entry")
    span = next(row for row in site.view(record).attributes if row.item.key == key)
    assert span.status == "accepted", "who says what a value names says that it is one"

    chip.click()
    with bench.acting():
        anna.find("link-withdraw").click()
    assert links(site, record)[key].status == "suggested"


def test_a_link_is_chosen_by_keyboard_and_none_of_these(anna: Visitor, site: Site) -> None:
    record = site.record("bowl")
    bench = Workbench(anna, record)
    key = span_of(site, record, "朱德")
    chip = anna.find("link-chip", span=key)
    expect(chip).to_be_visible()
    bench.focus_on(key)
    before = anna.pointers
    with bench.acting():
        bench.press("L")
    assert links(site, record)[key].entry is not None
    bench.press("l")
    expect(anna.find("link-none")).to_be_visible()
    with bench.acting():
        bench.press("0")
    expect(chip).to_have_text("✓ 以上都不是")
    link = links(site, record)[key]
    assert (link.status, link.entry) == ("accepted", None)

    bench.press("l", "/")
    anna.page.keyboard.type("朱玉阶")
    expect(anna.find("link-dialog").get_by_role("option").first).to_contain_text("朱德")
    anna.page.keyboard.press("Enter")
    with bench.acting():
        bench.press("1")
    link = links(site, record)[key]
    assert link.entry is not None and link.entry.name == "朱德"
    with bench.acting():
        bench.press("l", "w")
    assert links(site, record)[key].status == "suggested"
    assert anna.pointers == before


def test_two_people_judge_one_link_at_once(anna: Visitor, site: Site, visit: Visit) -> None:
    record = site.record("lamp")
    boris = visit("boris")
    boris.announced = {409}
    key = span_of(site, record, "红军")
    for person in (anna, boris):
        bench = Workbench(person, record)
        expect(person.find("link-chip", span=key)).to_be_visible()
        bench.focus_on(key)
        bench.press("l")
        expect(person.find("link-none")).to_be_visible()
    with Workbench(anna).acting():
        anna.page.keyboard.press("1")
    with Workbench(boris).acting():
        boris.page.keyboard.press("0")
    link = links(site, record)[key]
    assert link.by == "anna" and link.entry is not None
    toast = boris.find("toast-bad")
    expect(toast).to_contain_text(f"以上都不是：现为“{link.entry.name}” anna")
    expect(toast.locator("p").first).to_have_css("color", "rgb(255, 255, 255)")  # on dark red


def test_words_on_the_photo_are_a_text_like_the_others(anna: Visitor, site: Site) -> None:
    record = site.record("note")
    bench = Workbench(anna, record)
    reading = site.view(record).ocr
    assert reading is not None
    words = anna.find("text-ocr")
    expect(words).to_have_text(reading.text)
    index = next(at for at, line in enumerate(reading.lines) if line.text == "伍拾圆")
    box = anna.find("line-box", line=index)
    expect(box).to_have_count(1)
    words.locator(f"[data-line='{index}']").first.hover()
    expect(box).to_have_class("lit")
    words.locator("[data-line='0']").first.hover()
    expect(box).not_to_have_class("lit")
    box.hover(force=True)
    expect(words.locator(f"[data-line='{index}']").first).to_have_class("lit")

    start = reading.text.index("伍拾圆")
    bench.press("m", "c", "Tab", "Tab", "Home", *["ArrowRight"] * start, *["Shift+ArrowRight"] * 2, "Enter")
    expect(anna.find("type-chooser")).to_contain_text("伍拾")
    with bench.acting():
        anna.find("type-number").click()
    rows = [row for row in site.view(record).attributes if row.item.field == "ocr" and row.status == "accepted"]
    assert [(row.value, row.item.start) for row in rows] == [("伍拾", start)]
    mine = bench.row(rows[0].item.key)
    expect(mine).to_contain_text("照片文字")
    expect(mine.get_by_test_id("meaning")).to_have_text("＝ 50")
    with bench.acting():
        bench.press("x")
    bench.press("z")
    expect(anna.find("line-box")).to_have_count(0)
    bench.press("z")


def test_questions_are_answered_with_their_proof(anna: Visitor, site: Site) -> None:
    Workbench(anna, site.record("sword"))
    judged = len(site.decisions(site.record("sword")))
    anna.page.evaluate("""() => {
      const press = (key) => document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
      for (const key of ["q", "x", "n"]) press(key);
    }""")  # faster than the box is there: none of it is a command
    expect(anna.find("ask-input")).to_be_focused()
    assert len(site.decisions(site.record("sword"))) == judged
    expect(anna.find("bench", record=site.record("sword"))).to_be_visible()
    anna.page.keyboard.type("谁捐赠的？")
    anna.page.keyboard.press("Enter")
    answer = anna.find("answer")
    expect(answer).to_contain_text("李小山")
    expect(answer).to_have_attribute("data-sure", "confirmed")
    expect(anna.find("text-description").get_by_test_id("proof").first).to_be_visible()
    assert "李小山" in "".join(anna.find("text-description").locator(".proof").all_text_contents())
    anna.find("ask-suggestion", intent="date").click()
    expect(answer).to_contain_text("1937年9月")
    anna.find("ask-input").press("Escape")
    anna.page.keyboard.press("Escape")
    expect(anna.page.locator(".proof")).to_have_count(0)
    anna.page.keyboard.press("d")
    expect(anna.find("bench-side")).to_have_attribute("data-side", "values")


def test_provenance_caption_and_relatives(anna: Visitor, site: Site) -> None:
    anna.context.grant_permissions(["clipboard-read", "clipboard-write"])
    record = site.record("sword")
    anna.open(f"records/{record}#knowledge")
    donated = anna.find("provenance-event", kind="donated")
    expect(anna.find("provenance-rule")).to_be_visible()  # the relation itself is read by rule
    expect(donated).to_contain_text("李小山")
    expect(donated).to_have_attribute("data-confirmed", "yes")
    donated.get_by_test_id("proof-button").click()
    expect(anna.find("text-description").locator(".proof").first).to_be_visible()
    donated.get_by_test_id("proof-button").click()
    expect(anna.page.locator(".proof")).to_have_count(0)

    text = anna.find("caption-text")
    expect(text).to_contain_text("八路军一一五师缴获的日军指挥刀")
    anna.find("caption-copy").click()
    expect(anna.find("toast-good")).to_be_visible()
    assert anna.page.evaluate("navigator.clipboard.readText()") == text.text_content()
    anna.find("caption-language").select_option("en")
    expect(text).to_have_attribute("lang", "en")
    anna.find("caption-form").select_option("panel")
    expect(text).to_contain_text("1959")
    anna.page.emulate_media(media="print")
    expect(text).to_be_visible()
    expect(anna.find("provenance")).to_be_hidden()
    expect(anna.find("account-menu")).to_be_hidden()
    anna.page.emulate_media(media="screen")

    relative = anna.find("relative", record=site.record("grenade"))
    expect(relative.get_by_test_id("reason").filter(has_text="平型关")).to_be_visible()
    expect(relative.locator("[data-code='same_event'], [data-code='same_body']").first).to_be_visible()


def test_machine_facts_are_hidden_until_asked_for_and_marked(anna: Visitor, site: Site) -> None:
    anna.open(f"records/{site.record('lamp')}#knowledge")
    expect(anna.find("provenance-hidden")).to_be_visible()
    expect(anna.find("provenance-event")).to_have_count(0)
    anna.find("machine-switch").check()
    event = anna.find("provenance-event").first
    expect(event).to_have_attribute("data-confirmed", "no")
    expect(event.get_by_test_id("machine-mark")).to_be_visible()


def test_an_entry_that_names_this_body_is_reached_from_the_record(anna: Visitor, site: Site) -> None:
    record = site.record("sword")
    Workbench(anna, record)
    chip = anna.find("link-chip", entry=BODY).first
    expect(chip).to_have_attribute("data-status", "accepted")
    anna.page.keyboard.press("d")
    anna.find("graph-link").click()
    expect(anna.find("node-card", node=f"urn:biaotu:relic:{record}")).to_be_visible()
    expect(anna.find("edge", node=f"urn:biaotu:entry:{BODY}", predicate="body")).to_be_visible()
