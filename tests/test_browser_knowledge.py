"""The pages of knowledge: graph, timeline, places, authorities; confirmed facts, machine facts, hostile names."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from biaotu.authorities import KINDS, VARIANT_KINDS, Entry
from biaotu.web import STATIC
from browser_fixtures import Site, Visit, Visitor
from knowledge_fixtures import BODY

pytest_plugins = ("browser_fixtures", "knowledge_fixtures")

NODE = f"urn:biaotu:entry:{BODY}"
EVIL = '<img src=x onerror="document.title=9">'


@pytest.fixture(scope="module")
def annotated(knowing: Path) -> Path:
    return knowing


def harmless(visitor: Visitor) -> None:
    """Nothing of the words became an element."""
    expect(visitor.page.locator("img[src='x'], [onerror], script:not([src]):not([type])")).to_have_count(0)
    assert visitor.page.title() != "9"


def entry(site: Site, entry_id: str) -> Entry:
    with site.store.reading() as unit:
        found = unit.authorities.resolve(entry_id)
    assert found is not None
    return found


def test_the_graph_begins_with_what_most_relics_name(visit: Visit, site: Site) -> None:
    reader = visit("reader", "/")
    reader.find("nav-knowledge").click()
    reader.find("nav-graph").click()
    start = reader.find("graph-start")
    expect(start.locator(f"[data-node='{NODE}']")).to_be_visible()
    expect(start).not_to_contain_text("遵义")  # nobody has confirmed the lamp
    start.locator(f"[data-node='{NODE}']").click()
    expect(reader.find("node-card", node=NODE)).to_contain_text("八路军第115师")
    expect(reader.page).to_have_url(f"{site.address}graph?node={quote(NODE, safe='')}")
    edge = reader.find("edge", node=f"urn:biaotu:relic:{site.record('sword')}", predicate="body")
    expect(edge).to_have_attribute("data-confirmed", "yes")
    expect(edge.get_by_test_id("edge-proof").first).to_have_attribute("href", f"/records/{site.record('sword')}")
    canvas = reader.find("graph-canvas")
    shown = int(canvas.get_attribute("data-nodes") or 0)
    assert shown == len({one.get_attribute("data-node") for one in reader.find("edge").all()}) + 1
    expect(canvas).to_have_attribute("data-drawn", str(shown))
    reader.find("graph-kind", kind="relic").click()
    expect(reader.find("graph-kind", kind="relic")).not_to_have_css("background-color", "rgb(253, 251, 249)")
    expect(reader.page.locator("[data-testid=edge]:not([data-node^='urn:biaotu:relic:'])")).to_have_count(0)


def test_the_graph_is_walked_by_keyboard(visit: Visit, site: Site) -> None:
    reader = visit("reader", f"/graph?node={quote(NODE)}")
    page = reader.page
    expect(reader.find("edge").first).to_be_visible()
    before = reader.pointers
    page.keyboard.press("/")
    expect(reader.find("graph-find")).to_be_focused()
    page.keyboard.type("指挥刀")
    expect(reader.find("graph-find-option").first).to_be_visible()
    page.keyboard.press("Enter")
    sword = f"urn:biaotu:relic:{site.record('sword')}"
    expect(reader.find("node-card", node=sword)).to_be_visible()
    expect(reader.find("edge", predicate="event")).to_be_visible()  # the list is the sword's by now
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    current = page.locator(".edge.current")
    expect(current).to_have_attribute("data-index", "1")
    target = current.get_attribute("data-node") or ""
    page.locator(".edge.current [data-testid=node]").press("Enter")
    expect(reader.find("node-card", node=target)).to_be_visible()
    page.keyboard.press("b")
    expect(reader.find("node-card", node=sword)).to_be_visible()
    page.keyboard.press("o")
    expect(reader.find("bench", record=site.record("sword"))).to_be_visible()
    assert reader.pointers == before


def test_machine_facts_come_only_when_asked_for(visit: Visit, site: Site) -> None:
    reader = visit("reader", "/graph")
    expect(reader.find("graph-start")).to_be_visible()
    reader.find("machine-switch").check()
    expect(reader.find("graph-start")).to_contain_text("朱德")
    assert "machine=1" in reader.page.url
    lamp = f"urn:biaotu:relic:{site.record('lamp')}"
    reader.open(f"/graph?machine=1&node={quote(lamp)}")
    place = reader.find("edge", node="urn:biaotu:entry:place:zunyi")
    expect(place).to_have_attribute("data-confirmed", "no")
    expect(place.get_by_test_id("machine-mark")).to_be_visible()
    reader.page.keyboard.press("m")
    expect(place).to_have_count(0)
    expect(reader.find("edge-none")).to_be_visible()


def test_paths_pairs_and_sparql(visit: Visit, site: Site) -> None:
    ends = (f"urn:biaotu:relic:{site.record(number)}" for number in ("sword", "grenade"))
    reader = visit("reader", f"/graph?mode=paths&from={quote(next(ends))}&to={quote(next(ends))}")
    path = reader.find("path").first
    expect(path).to_contain_text("平型关")
    expect(path).to_have_attribute("data-confirmed", "yes")
    reader.find("graph-mode-pairs").click()
    expect(reader.find("pair").first).to_contain_text("八路军第115师")
    reader.find("graph-mode-query").click()
    reader.find("sparql-example").first.click()
    expect(reader.find("sparql-rows")).to_be_visible()
    reader.announced.add(422)
    reader.find("sparql-text").fill("SELECT ?x WHERE {")
    reader.find("sparql-run").click()
    expect(reader.find("sparql-error")).to_be_visible()


def test_the_timeline_narrows_to_years(visit: Visit, site: Site) -> None:
    reader = visit("reader", "/timeline")
    expect(reader.find("timeline-item").filter(has_text="1937年9月").first).to_be_visible()
    expect(reader.find("timeline-item").filter(has_text="1935年")).to_have_count(0)
    reader.find("timeline-kind-events").click()
    expect(reader.page.locator("[data-testid=timeline-item]:not([data-kind=event])")).to_have_count(0)
    reader.open("/timeline?machine=1")
    expect(reader.find("timeline-item").filter(has_text="1935年").first).to_be_visible()
    reader.find("timeline-bar", **{"from": 1959}).click()
    expect(reader.find("timeline-item")).to_have_count(1)
    assert "from=1959" in reader.page.url
    item = reader.find("timeline-item")
    expect(item.locator(f"a[href='/records/{site.record('sword')}']")).to_be_visible()
    reader.page.keyboard.press("0")
    expect(reader.find("timeline-item").filter(has_text="1935年").first).to_be_visible()
    reader.open("/timeline?from=1700&to=1701")
    expect(reader.find("timeline-none")).to_be_visible()


def test_places_stand_in_each_other(visit: Visit) -> None:
    reader = visit("reader", "/places?machine=1")
    tree = reader.find("places-tree")
    expect(tree).to_contain_text("贵州")
    reader.find("places-filter").fill("遵义")
    zunyi = reader.find("place", node="urn:biaotu:entry:place:zunyi")
    expect(zunyi).to_be_visible()
    expect(tree.get_by_role("treeitem").first).to_have_attribute("aria-expanded", "true")
    zunyi.locator("a").click()
    relics = reader.find("place-relics", node="urn:biaotu:entry:place:zunyi")
    expect(relics).to_contain_text("遵义会议期间使用的马灯")
    expect(relics.get_by_test_id("machine-mark").first).to_be_visible()
    assert "place=" in reader.page.url and "q=" in reader.page.url


def test_empty_pages_say_what_to_do(visit: Visit) -> None:
    reader = visit("reader", "/places")
    nothing = reader.find("nothing-yet")
    expect(nothing.get_by_role("link", name="去审核")).to_have_attribute("href", "/")
    reader.find("show-machine").click()
    expect(reader.find("places-tree")).to_contain_text("贵州")
    reader.announced.add(404)
    reader.open("/authorities/body%3Anobody")
    expect(reader.find("entry-missing")).to_contain_text("body:nobody")
    reader.open("/graph?node=urn:biaotu:entry:body:nobody")
    expect(reader.find("graph-error")).to_be_visible()


def test_an_entry_is_added_edited_and_merged(visit: Visit, site: Site) -> None:
    rita = visit("rita", "/authorities")
    expect(rita.find("entry-row").first).to_be_visible()
    rita.find("authority-search").fill("115师")
    expect(rita.find("entry-row", entry=BODY)).to_be_visible()
    rita.page.keyboard.press("Escape")
    rita.page.keyboard.press("n")
    rita.find("entry-name").fill("平型关战地服务团")
    rita.find("entry-type").select_option("body")
    rita.find("entry-kind").select_option("troupe")
    rita.find("entry-begin").fill("1937")
    rita.find("variant-add").click()
    rita.find("variant-form").fill("战地服务团")
    rita.find("entry-source").fill("测试用书")
    rita.find("entry-save").click()
    shown = rita.find("entry-page")
    expect(shown).to_contain_text("测试用书")
    made = entry(site, shown.get_attribute("data-entry") or "")
    assert (made.name, made.kind, made.begin, made.variants[0].form) == (
        "平型关战地服务团",
        "troupe",
        "1937",
        "战地服务团",
    )
    rita.page.keyboard.press("e")
    rita.find("entry-note").fill("宣传队")
    rita.find("entry-broader").fill("八路军第115师")
    rita.find("entry-broader-option", entry=BODY).click()
    rita.find("entry-checked").check()
    rita.find("entry-save").click()
    expect(rita.find("entry-link", entry=BODY)).to_be_visible()
    now = entry(site, made.id)
    assert (now.note, now.broader, now.checked) == ("宣传队", BODY, True)

    rita.find("entry-merge").click()
    rita.find("merge-into").fill("115师")
    rita.find("merge-into-option", entry=BODY).click()
    rita.find("merge-confirm").click()
    expect(rita.find("entry-page", entry=BODY)).to_be_visible()
    expect(rita.find("entry-variants")).to_contain_text("平型关战地服务团")
    assert entry(site, made.id).id == BODY
    rita.open(f"/authorities/{quote(made.id, safe='')}")
    expect(rita.find("entry-replaced")).to_contain_text("八路军第115师")

    reader = visit("reader", f"/authorities/{quote(BODY, safe='')}")
    expect(reader.find("entry-relic", record=site.record("sword")).first).to_be_visible()
    expect(reader.find("entry-edit")).to_have_count(0)


def test_an_unlawful_entry_is_refused_with_the_reason(visit: Visit) -> None:
    rita = visit("rita", f"/authorities?add={quote('八路军第115师')}&type=body")
    expect(rita.find("entry-name")).to_have_value("八路军第115师")
    rita.find("entry-source").fill("测试用书")
    rita.announced.add(422)
    rita.find("entry-save").click()
    expect(rita.find("entry-error")).to_contain_text("八路军第115师")


def test_hostile_names_are_shown_as_words(visit: Visit) -> None:
    rita = visit("rita", f"/authorities?add={quote(EVIL)}&type=person")
    rita.find("entry-source").fill(EVIL)
    rita.find("entry-note").fill(EVIL)
    rita.find("entry-save").click()
    expect(rita.page.locator("h1")).to_have_text(EVIL)
    harmless(rita)
    made = rita.find("entry-page").get_attribute("data-entry")
    rita.open(f"/authorities?q={quote('img')}")
    expect(rita.find("entry-row", entry=made)).to_contain_text(EVIL)
    harmless(rita)
    for path in ("/graph", "/graph?mode=paths", "/graph?mode=pairs", "/timeline", "/places"):
        rita.open(f"{path}{'&' if '?' in path else '?'}q={quote(EVIL)}&kind={quote(EVIL)}&with={quote(EVIL)}")
        expect(rita.page.locator("h1")).to_be_visible()
        harmless(rita)
    rita.announced.update({404, 422})
    rita.open(f"/graph?node={quote(EVIL)}")
    expect(rita.find("graph-error")).to_be_visible()
    rita.open(f"/timeline?from={quote(EVIL)}")
    expect(rita.page.get_by_role("alert")).to_be_visible()
    harmless(rita)


def test_english_pages(visit: Visit) -> None:
    foreigner = visit("reader", language="en-GB")
    foreigner.context.add_init_script("localStorage.setItem('biaotu_lang', 'en')")
    for path, title in (
        ("graph", "Graph"),
        ("timeline", "Timeline"),
        ("places", "Places"),
        ("authorities", "Authorities"),
    ):
        foreigner.open(path)
        expect(foreigner.page.locator("h1")).to_have_text(title)
        expect(foreigner.find(f"subnav-{path}")).to_have_attribute("aria-current", "page")


def test_the_lists_of_kinds_are_those_of_the_authority_file() -> None:
    text = (STATIC / "js" / "authorities" / "kinds.js").read_text("utf-8")
    for kind in {kind for kinds in KINDS.values() for kind in kinds} | VARIANT_KINDS:
        assert f'"{kind}"' in text, kind
