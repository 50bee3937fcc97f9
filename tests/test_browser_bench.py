"""The workbench by mouse: spans by selection, tags dragged, evidence on hover, identical mentions, history, regions."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from biaotu.review import SpanItem
from browser_fixtures import ASTRAL, TWINS, Site, Visit, Visitor, Workbench

pytest_plugins = ("browser_fixtures",)

_PLACE = """(element, [start, end]) => {
  // Where characters stand on the screen; places count code points.
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  let at = 0;
  const found = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    let unit = 0;
    for (const point of node.data) {
      if (at === start || at === end - 1) {
        const range = document.createRange();
        range.setStart(node, unit);
        range.setEnd(node, unit + point.length);
        const { left, right, top, bottom } = range.getBoundingClientRect();
        found.push({ left, right, middle: (top + bottom) / 2 });
      }
      at += 1;
      unit += point.length;
    }
  }
  return { from: [found[0].left + 1, found[0].middle], to: [found.at(-1).right - 1, found.at(-1).middle] };
}"""

_DRAWING = ".a9s-gl-canvas, .a9s-annotationlayer, svg"
"""What Annotorious lays over the photo, however it is called."""

_PIXELS = """(canvas) => {
  // Width, height, and for each pixel whether it is more red than blue and how strong it is.
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  const pixel = (_, at) => [data[4 * at] > data[4 * at + 2], data[4 * at + 3]];
  return [canvas.width, canvas.height, Array.from({ length: data.length / 4 }, pixel)];
}"""


@pytest.fixture
def anna(visit: Visit) -> Visitor:
    return visit("anna")


def select(visitor: Visitor, text: Locator, start: int, end: int) -> None:
    """Draw the mouse over characters."""
    text.scroll_into_view_if_needed()
    place = text.evaluate(_PLACE, [start, end])
    visitor.page.mouse.move(*place["from"])
    visitor.page.mouse.down()
    visitor.page.mouse.move(*place["to"], steps=5)
    visitor.page.mouse.up()


def test_a_span_is_made_by_selecting_text(anna: Visitor, site: Site) -> None:
    record = site.record("astral")
    bench = Workbench(anna, record)
    start = ASTRAL[1].index("老乡")
    select(anna, anna.find("text-description"), start, start + 2)
    expect(anna.find("type-chooser")).to_contain_text("老乡")
    with bench.acting():
        anna.find("type-person").click()
    item = SpanItem("description", start, start + 2, "person")
    row = next(row for row in site.view(record).attributes if row.item == item)
    assert (row.value, row.status, row.by) == ("老乡", "accepted", "anna")
    expect(anna.find("span", item=item.key)).to_have_text("老乡")

    select(anna, anna.find("text-description"), start, start + 2)
    expect(anna.find("type-chooser")).to_be_visible()
    anna.page.keyboard.press("Escape")
    expect(anna.find("type-chooser")).to_have_count(0)


def test_a_tag_is_dragged_from_secondary_to_primary(anna: Visitor, site: Site) -> None:
    record = site.record("soviet-0014")
    bench = Workbench(anna, record)
    secondary = next((row for row in site.view(record).tags if row.place == "secondary"), None)
    assert secondary is not None, "the models put no tag of this example aside; take another one"
    item = secondary.item.key
    row = anna.find("tags-secondary").locator(f'[data-item="{item}"]')
    with bench.acting():
        row.locator(".name").drag_to(anna.find("tags-primary"))
    expect(anna.find("tags-primary").locator(f'[data-item="{item}"]')).to_be_visible()
    after = next(row for row in site.view(record).tags if row.item.key == item)
    assert (after.place, after.status, after.by) == ("primary", "accepted", "anna")


def test_evidence_is_shown_on_hover(anna: Visitor, site: Site) -> None:
    record = site.record("soviet-0042")
    bench = Workbench(anna, record)
    expect(anna.find("photo")).to_have_attribute("data-ready", "yes")
    item = "label:use:weapon"
    bench.row(item).hover()
    expect(anna.find("evidence-state", state="here")).to_have_attribute("data-regions", "yes")
    told = anna.api(f"/records/{record}/evidence?item={item}")

    words = anna.find("evidence-word")
    assert told["words"] and words.count() > 0
    word = max(told["words"], key=lambda one: abs(one["weight"]))
    text = str(anna.find(f"text-{word['field']}").text_content())[word["start"] : word["end"]]
    shown = [(float(one.get_attribute("data-weight") or 0), one.text_content()) for one in words.all()]
    assert (word["weight"], text) in shown

    heat = anna.find("heat")
    expect(heat).to_be_visible()
    (region,) = told["regions"]
    drawn = heat.evaluate(_PIXELS)
    assert drawn[:2] == [region["columns"], region["rows"]]
    strongest = max(map(abs, region["weights"]))
    for weight, (red, alpha) in zip(region["weights"], drawn[2], strict=True):
        share = abs(weight) / strongest
        assert abs(alpha - 255 * share * (0.68 if weight > 0 else 0.4)) < 3
        assert alpha < 10 or red == (weight > 0), "red speaks for, blue against"
    box, view = heat.bounding_box(), anna.api(f"/records/{record}")["images"][0]
    assert box is not None
    left, upper, right, lower = region["box"]
    expected = (right - left) * view["width"] / ((lower - upper) * view["height"])
    assert abs(box["width"] / box["height"] - expected) < 0.05 * expected, "it lies on what the model looked at"

    anna.page.keyboard.press("e")
    expect(heat).to_have_count(0)
    expect(words).to_have_count(0)
    anna.page.keyboard.press("e")


def test_identical_mentions_are_offered_looked_at_and_decided_at_once(anna: Visitor, site: Site) -> None:
    twins = [site.record(f"twin-{place}") for place in range(len(TWINS))]
    bench = Workbench(anna, twins[0])
    item = next((row.item for row in site.view(twins[0]).attributes if row.value == "红军"), None)
    assert item is not None, "the models do not see 红军 any more"
    with bench.acting():
        bench.row(item.key).get_by_test_id("accept").click()
    anna.find("mentions-look").click()
    mentions = anna.find("mention")
    expect(mentions.first).to_be_visible()
    expect(mentions.first.locator("mark")).to_have_text("红军")
    for one in mentions.all():
        if not any(f"twin-{place}" in one.inner_text() for place in (1, 2)):
            one.get_by_role("checkbox").uncheck()
    anna.find("mentions-confirm").click()
    expect(anna.find("toast-good")).to_contain_text("已一并判断")

    def accepted(record: int) -> bool:
        return any(
            row.status == "accepted" and row.value == "红军" and row.by == "anna"
            for row in site.view(record).attributes
        )

    assert [accepted(record) for record in twins] == [True, True, True, False]
    with site.store.reading() as unit:
        touched = {
            row.record_id
            for row in unit.decisions.all()
            if row.user == "anna" and row.item.key.startswith("span:title")
        }
    assert set(twins[1:3]) <= touched and twins[3] not in touched


def test_the_history_tells_all_and_brings_back_a_time(anna: Visitor, site: Site) -> None:
    record = site.record("liberation-0082")
    bench = Workbench(anna, record)

    def statuses() -> dict[str, str]:
        view = site.view(record)
        labels = {row.item.key: str(row.status) for row in (*view.material, *view.use)}
        return labels | {row.item.key: str(row.status) for row in view.tags}

    # Any two suggestions do: how many of one kind there are is the networks' affair.
    first, second = [key for key, status in statuses().items() if status == "suggested"][:2]
    with bench.acting():
        bench.row(first).get_by_test_id("accept").click()
    with bench.acting():
        bench.row(second).get_by_test_id("reject").click()
    with bench.acting():
        bench.row(first).get_by_test_id("reject").click()

    anna.find("history-toggle").click()
    acts = anna.find("history-act")
    expect(acts).to_have_count(3)
    expect(acts.first).to_contain_text("anna")
    with bench.acting():
        acts.last.get_by_test_id("history-restore").click()
    now = statuses()
    assert (now[first], now[second]) == ("accepted", "suggested")
    expect(acts).to_have_count(4)
    expect(bench.row(second)).to_have_attribute("data-status", "suggested")

    with bench.acting():
        acts.first.get_by_test_id("history-undo").click()
    now = statuses()
    assert (now[first], now[second]) == ("rejected", "rejected")
    assert len(site.decisions(record)) == 3 + 2 + 2, "nothing was taken away, all was added"


def test_a_region_of_the_photo_goes_with_a_decision(anna: Visitor, site: Site) -> None:
    record = site.record("war-0132")
    bench = Workbench(anna, record)
    expect(anna.find("photo")).to_have_attribute("data-ready", "yes")
    anna.find("region-mark").click()
    expect(anna.find("region-hint")).to_be_visible()
    viewer = anna.find("viewer")
    expect(viewer.locator(_DRAWING).first).to_be_attached()
    box = viewer.bounding_box()
    assert box is not None
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    anna.page.mouse.move(middle[0] - 40, middle[1] - 30)
    anna.page.mouse.down()
    anna.page.mouse.move(middle[0] + 40, middle[1] + 30, steps=6)
    anna.page.mouse.up()
    expect(anna.find("region-note")).to_be_visible()
    bench.focus_on("label:material:glass")
    with bench.acting():
        bench.press("a")
    with site.store.reading() as unit:
        (act,) = unit.decisions.history(record)
    image = anna.api(f"/records/{record}")["images"][0]
    assert act.note.startswith("xywh=pixel:") and act.note.endswith(image["digest"])
    x, y, width, height = map(int, act.note.removeprefix("xywh=pixel:").split()[0].split(","))
    assert 0 < x < x + width < image["width"] and 0 < y < y + height < image["height"]
    anna.find("history-toggle").click()
    expect(anna.find("history-region")).to_be_visible()


def test_two_photos_and_the_zoom(anna: Visitor, site: Site) -> None:
    record = site.record("liberation-0094")
    Workbench(anna, record)
    expect(anna.find("photo")).to_have_attribute("data-ready", "yes")
    tabs = anna.find("photo-tab")
    expect(tabs).to_have_count(2)
    anna.page.keyboard.press(".")
    expect(tabs.nth(1)).to_have_attribute("aria-selected", "true")
    expect(anna.find("photo")).to_have_attribute("data-ready", "yes")
    for key in ("+", "+", "-", "0"):
        anna.page.keyboard.press(key)
    anna.find("zoom-in").click()
    anna.find("zoom-home").click()


def test_a_record_that_is_not_there_says_so(anna: Visitor) -> None:
    anna.announced = {404}
    anna.open("records/987654")
    expect(anna.find("record-missing")).to_contain_text("打不开")
