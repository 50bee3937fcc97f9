"""Search in every way, and the grid with bulk decisions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import expect

from browser_fixtures import EXAMPLES, LISTED, Site, Visit, Visitor

pytest_plugins = ("browser_fixtures",)


@contextmanager
def asking(visitor: Visitor) -> Iterator[None]:
    """What is done inside asks the server; afterwards the answer is on the page."""
    with visitor.page.expect_response(lambda answer: "/search" in answer.url or "/similar" in answer.url):
        yield
    expect(visitor.page.locator(".found")).to_have_attribute("aria-busy", "false")


def hits(visitor: Visitor) -> list[int]:
    """Records on the page, best first, once the search has ended."""
    expect(visitor.page.locator(".found")).to_have_attribute("aria-busy", "false")
    told: list[int] = visitor.find("hit").evaluate_all("hits => hits.map((hit) => Number(hit.dataset.record))")
    return told  # in one look: the list may be another a moment later


def total(visitor: Visitor) -> int:
    """How many records were found in all."""
    return int("".join(filter(str.isdigit, visitor.find("search-total").inner_text().partition("·")[0])))


def ask(visitor: Visitor, words: str) -> None:
    visitor.find("search-input").fill(words)
    with asking(visitor):
        visitor.find("search-submit").click()


def test_words_are_found_and_marked(visit: Visit, site: Site) -> None:
    reader = visit("reader", "/search")
    ask(reader, "军帽")
    cap = site.record("march-0147")
    hit = reader.find("hit", record=cap)
    expect(hit).to_be_visible()
    expect(hit.locator("h3 mark").first).to_have_text("军帽")
    found = hits(reader)
    assert total(reader) == len(found)

    ask(reader, "軍帽")  # traditional characters find the same
    expect(reader.find("hit").first).to_be_visible()
    assert hits(reader) == found
    ask(reader, "没有这样的词组")
    expect(reader.find("search-empty")).to_be_visible()
    reader.page.go_back()
    expect(reader.find("hit").first).to_be_visible()
    assert hits(reader) == found


def test_a_highlight_behind_astral_characters(visit: Visit, site: Site) -> None:
    reader = visit("reader", "/search?q=手榴弹")
    hit = reader.find("hit", record=site.record("astral"))
    expect(hit.locator("h3 mark")).to_have_text("手榴弹")
    expect(hit.locator(".description mark").first).to_have_text("手榴弹")


def test_more_by_cursor_without_gaps_or_doubles(visit: Visit, site: Site) -> None:
    reader = visit("reader", "/search?q=草鞋 编织")
    expect(reader.find("search-more")).to_be_visible()
    first = hits(reader)
    assert len(first) == 20
    with asking(reader):
        reader.find("search-more").click()
    expect(reader.find("search-more")).to_have_count(0)
    found = hits(reader)
    assert found[:20] == first and len(found) == len(set(found))
    assert {site.record(f"new-{number:02}") for number in range(LISTED)} <= set(found)
    assert total(reader) == len(found)


def test_facets_narrow_and_widen(visit: Visit, site: Site) -> None:
    reader = visit("reader", "/search?q=红军")
    expect(reader.find("hit").first).to_be_visible()
    everything = total(reader)
    metal = reader.find("facet-material").locator("[data-testid=facet-value][data-value=metal]")
    counted = int(metal.locator("xpath=..").locator("small").inner_text())
    assert 0 < counted < everything
    with asking(reader):
        metal.check()
    expect(reader.find("search-total")).to_contain_text(f"共 {counted} 件")
    narrowed = hits(reader)
    for record in narrowed:
        assert "metal" in {row.item.term for row in site.view(record).material if row.status != "none"}
    weapon = reader.find("facet-use").locator("[data-testid=facet-value][data-value=weapon]")
    with asking(reader):
        weapon.check()
    expect(weapon).to_be_checked()
    assert set(hits(reader)) < set(narrowed)
    with asking(reader):
        weapon.uncheck()
    expect(reader.find("search-total")).to_contain_text(f"共 {counted} 件")
    assert "material=metal" in reader.page.url and "use=" not in reader.page.url
    reader.page.reload()
    expect(reader.find("search-total")).to_contain_text(f"共 {counted} 件")
    assert hits(reader) == narrowed, "the address holds the whole question"
    with asking(reader):
        metal.uncheck()
    expect(reader.find("search-total")).to_contain_text(f"共 {everything} 件")


def test_pictures_are_found_by_words_and_records_by_meaning(visit: Visit, site: Site) -> None:
    reader = visit("reader", "/search")
    reader.find("search-input").fill("瓷碗")
    with asking(reader):
        reader.find("mode-photo").click()
    expect(reader.find("mode-photo")).to_have_attribute("aria-pressed", "true")
    expect(reader.find("hit").first).to_be_visible()
    found = hits(reader)
    with site.store.reading() as unit:
        photographed = {record for record in found if unit.decisions.view(record).facts.images}
    assert set(found) == photographed, "what has no photo cannot be found by its photo"
    assert site.record("founding-0007") in found[:5]

    reader.find("search-input").fill("喝茶的器具")
    with asking(reader):
        reader.find("mode-meaning").click()
    expect(reader.find("mode-meaning")).to_have_attribute("aria-pressed", "true")
    expect(reader.find("hit").first).to_be_visible()
    assert site.record("soviet-0073") in hits(reader)[:3], "the texts say 茶壶, not 器具"


def test_a_photo_finds_its_own_record(visit: Visit, site: Site) -> None:
    reader = visit("reader", "/search")
    with asking(reader):
        reader.find("search-photo").set_input_files(EXAMPLES / "photos" / "soviet-0073.jpg")
    expect(reader.page.locator("img.query-photo")).to_be_visible()
    expect(reader.find("hit").first).to_have_attribute("data-record", str(site.record("soviet-0073")))


def test_similar_relics(visit: Visit, site: Site) -> None:
    record = site.record("twin-0")
    reader = visit("reader", f"/records/{record}")
    reader.find("similar-link").click()
    expect(reader.find("similar-head")).to_be_visible()
    expect(reader.find("hit").first).to_be_visible()
    found = hits(reader)
    assert record not in found
    assert {site.record(f"twin-{place}") for place in (1, 2, 3)} <= set(found[:4])
    reader.find("hit").first.get_by_test_id("hit-similar").click()
    expect(reader.find("hit", record=record)).to_be_visible()


def test_search_by_keyboard(visit: Visit, site: Site) -> None:
    reader = visit("reader", "/")
    expect(reader.find("queue-row").first).to_be_visible()
    reader.page.keyboard.press("/")
    expect(reader.find("search-total")).to_contain_text("共")
    reader.page.keyboard.press("/")
    expect(reader.find("search-input")).to_be_focused()
    reader.page.keyboard.type("搪瓷缸")
    reader.page.keyboard.press("Enter")
    expect(reader.find("hit", record=site.record("liberation-0070"))).to_be_visible()
    expect(reader.find("hit").first.locator("mark").first).to_be_visible()  # found for these words, not listed before
    first = hits(reader)[0]
    reader.page.keyboard.press("Enter")
    expect(reader.find("bench", record=first)).to_be_visible()
    assert reader.pointers == 0


def test_the_grid_accepts_one_label_on_all_but_one(visit: Visit, site: Site) -> None:
    anna = visit("anna", "/grid")
    anna.find("grid-item").select_option("label:material:wood-bamboo")
    cells = anna.find("grid-cell")
    expect(cells.first).to_be_visible()
    shown = [int(cell.get_attribute("data-record") or 0) for cell in cells.all()]
    assert len(shown) >= 3
    kept = shown[1]
    anna.find("grid-cell", record=kept).click()
    expect(anna.find("grid-cell", record=kept)).to_have_attribute("data-on", "no")
    expect(anna.find("grid-chosen")).to_contain_text(f"已选 {len(shown) - 1} 件")
    anna.find("grid-accept").click()
    expect(anna.page.locator("[data-testid=grid-cell][data-outcome=done]")).to_have_count(len(shown) - 1)
    for record in shown:
        row = next(row for row in site.view(record).material if row.item.term == "wood-bamboo")
        assert (row.status, row.by) == (("suggested", None) if record == kept else ("accepted", "anna"))

    anna.find("grid-status").select_option("accepted")
    expect(cells).to_have_count(len(shown) - 1)
    anna.find("grid-status").select_option("suggested")
    expect(cells).to_have_count(1)


def test_the_grid_by_keyboard_and_a_conflict_in_it(visit: Visit, site: Site) -> None:
    anna, boris = visit("anna", "/grid?item=label:material:textile&status=suggested"), visit("boris")
    cells = anna.find("grid-cell")
    expect(cells.first).to_be_visible()
    shown = [int(cell.get_attribute("data-record") or 0) for cell in cells.all()]
    taken, left = shown[0], shown[1]
    token = boris.api("/session")["csrf"]
    body = {"base": 0, "key": "first-come", "decisions": [{"item": "label:material:textile", "verdict": "reject"}]}
    answer = boris.context.request.post(
        f"{site.address}api/v1/records/{taken}/decisions", data=body, headers={"X-CSRF-Token": token}
    )
    assert answer.status == 201
    anna.page.keyboard.press("ArrowRight")
    anna.page.keyboard.press("Space")
    expect(anna.find("grid-cell", record=left)).to_have_attribute("data-on", "no")
    anna.page.keyboard.press("a")
    expect(anna.find("grid-cell", record=taken)).to_have_attribute("data-outcome", "conflict")
    expect(anna.find("toast-bad")).to_contain_text("1 件没有改成")
    statuses = {
        record: next(row.status for row in site.view(record).material if row.item.term == "textile") for record in shown
    }
    assert statuses == dict.fromkeys(shown, "accepted") | {taken: "rejected", left: "suggested"}
    assert anna.pointers == 0
