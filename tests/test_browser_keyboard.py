"""Review by keyboard alone: every act is looked up in the database, and no pointer was used."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from api_fixtures import PASSWORD
from biaotu.review import RecordView, SpanItem
from biaotu.taxonomy import ATTRIBUTES
from browser_fixtures import ASTRAL, Site, Visit, Visitor, Workbench

pytest_plugins = ("browser_fixtures",)

TITLE, DESCRIPTION = ASTRAL


@pytest.fixture
def anna(visit: Visit) -> Visitor:
    return visit("anna")


def label(view: RecordView, item: str) -> str:
    return next(row.status for row in (*view.material, *view.use) if row.item.key == item)


def tag(view: RecordView, item: str) -> tuple[str, str]:
    return next((row.status, row.place) for row in view.tags if row.item.key == item)


def spans(view: RecordView, status: str = "accepted") -> dict[str, str]:
    """Item to words of the attribute values that stand so."""
    return {row.item.key: row.value for row in view.attributes if row.status == status}


def type_key(type_id: str) -> str:
    """The key of a type in the dialog."""
    return Workbench.TYPE_KEYS[[term.id for term in ATTRIBUTES].index(type_id)]


def select(bench: Workbench, start: int, end: int, down: bool = False) -> None:
    """Select characters by the caret, from the beginning of the title or the description."""
    bench.press("m", "c")
    if down:
        bench.press("Tab")
    bench.press("Home", *["ArrowRight"] * start, *["Shift+ArrowRight"] * (end - start))


def test_from_the_log_in_to_the_first_submission(visit: Visit, site: Site) -> None:
    guest = visit(None, "/")
    page = guest.page
    expect(guest.find("login-name")).to_be_focused()
    page.keyboard.type("anna")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(guest.find("queue-row").first).to_be_visible()
    most_uncertain = int(guest.find("queue-row").first.get_attribute("data-record") or 0)
    page.keyboard.press("n")
    bench = Workbench(guest)
    assert bench.record == most_uncertain, "the queue begins with what the model is least sure of"
    shown = site.view(most_uncertain)
    suggested = {row.item.key for row in (*shown.material, *shown.use) if row.suggested}

    with bench.acting():
        bench.press("a")
    bench.press("Enter")
    expect(guest.find("state-dialog")).to_be_visible()
    bench.press("Enter")
    expect(guest.find("bench", record=most_uncertain)).to_have_count(0)
    bench.ready()
    assert bench.record != most_uncertain, "the next one comes by itself"
    view = site.view(most_uncertain)
    assert view.state == "submitted"
    assert {row.item.key for row in (*view.material, *view.use) if row.status == "accepted"} == suggested
    assert guest.pointers == 0


def test_accept_reject_undo_redo_and_next(anna: Visitor, site: Site) -> None:
    record = site.record("soviet-0042")
    bench = Workbench(anna, record)
    metal, weapon = "label:material:metal", "label:use:weapon"

    bench.focus_on(metal)
    with bench.acting():
        bench.press("a")
    assert label(site.view(record), metal) == "accepted"
    assert bench.focused != metal, "the focus goes on to the next item"
    expect(bench.row(metal)).to_have_attribute("data-status", "accepted")

    bench.focus_on(weapon)
    with bench.acting():
        bench.press("x")
    assert label(site.view(record), weapon) == "rejected"

    with bench.acting():
        bench.press("u")
    assert label(site.view(record), weapon) == "suggested"
    expect(bench.row(weapon)).to_have_attribute("data-status", "suggested")
    with bench.acting():
        bench.press("u")
    assert label(site.view(record), metal) == "suggested"
    with bench.acting():
        bench.press("Shift+U")
    with bench.acting():
        bench.press("Shift+U")
    view = site.view(record)
    assert (label(view, metal), label(view, weapon)) == ("accepted", "rejected")

    bench.focus_on(metal)
    with bench.acting():
        bench.press("w")
    assert label(site.view(record), metal) == "suggested"

    bench.press("n")
    expect(anna.find("bench", record=record)).to_have_count(0)
    bench.ready()
    bench.press("b")
    bench.ready(record)
    assert [row.user for row in site.decisions(record)] == ["anna"] * 7
    assert anna.pointers == 0


def test_a_label_that_no_model_proposed(anna: Visitor, site: Site) -> None:
    record = site.record("march-0014")
    bench = Workbench(anna, record)
    glass = "label:material:glass"
    assert label(site.view(record), glass) == "none"
    bench.press("o")  # shows all classes
    bench.focus_on(glass)
    with bench.acting():
        bench.press("a")
    assert label(site.view(record), glass) == "accepted"
    assert anna.pointers == 0


def test_spans_are_added_retyped_moved_and_deleted_behind_astral_characters(anna: Visitor, site: Site) -> None:
    record = site.record("astral")
    bench = Workbench(anna, record)
    assert anna.find("text-title").text_content() == TITLE
    assert anna.find("text-description").text_content() == DESCRIPTION
    start = DESCRIPTION.index("老乡")
    end = start + len("老乡")

    # Added: two characters behind 𠮷, chosen by caret, typed by the list.
    select(bench, start, end, down=True)
    bench.press("Enter")
    expect(anna.find("type-chooser")).to_contain_text("老乡")
    with bench.acting():
        bench.press(type_key("person"))
    person = SpanItem("description", start, end, "person").key
    assert spans(site.view(record))[person] == "老乡"
    expect(anna.find("span", item=person)).to_have_text("老乡")
    assert bench.focused == person

    # Another type.
    bench.press("r")
    expect(anna.find("type-chooser")).to_be_visible()
    with bench.acting():
        bench.press(type_key("organisation"))
    organisation = SpanItem("description", start, end, "organisation").key
    view = site.view(record)
    assert spans(view)[organisation] == "老乡" and person in spans(view, "rejected")

    # Its right border two characters on, over the emoji; then its left border one back.
    bench.press("]", "]")
    expect(anna.find("edit-hint")).to_be_visible()
    assert organisation in spans(site.view(record)), "nothing is written before Enter"
    with bench.acting():
        bench.press("Enter")
    longer = SpanItem("description", start, end + 2, "organisation").key
    assert spans(site.view(record))[longer] == "老乡😀说"
    bench.press("[")
    with bench.acting():
        bench.press("Enter")
    longest = SpanItem("description", start - 1, end + 2, "organisation").key
    view = site.view(record)
    assert spans(view)[longest] == "县老乡😀说" and longer not in spans(view)

    # Given up by Escape: nothing is written.
    before = bench.revision
    bench.press("]", "Escape")
    expect(anna.find("edit-hint")).to_have_count(0)

    # Deleted.
    assert bench.focused == longest and bench.revision == before
    with bench.acting():
        bench.press("x")
    view = site.view(record)
    assert longest in spans(view, "rejected") and "老乡" not in "".join(spans(view).values())
    assert anna.pointers == 0


def test_a_span_by_a_number_key_in_a_title_that_begins_astral(anna: Visitor, site: Site) -> None:
    record = site.record("astral")
    bench = Workbench(anna, record)
    start = TITLE.index("红军")
    select(bench, start, start + 2)
    with bench.acting():
        bench.press(type_key("event"))
    item = SpanItem("title", start, start + 2, "event")
    assert spans(site.view(record))[item.key] == "红军" == TITLE[item.start : item.end]
    with bench.acting():
        bench.press("u")
    assert item.key not in spans(site.view(record))
    assert anna.pointers == 0


def test_tags_between_primary_and_secondary_and_a_new_one(anna: Visitor, site: Site) -> None:
    record = site.record("war-0067")
    bench = Workbench(anna, record)
    first = next(row for row in site.view(record).tags if row.suggested == "primary").item.key
    bench.focus_on(first)
    with bench.acting():
        bench.press("s")
    assert tag(site.view(record), first) == ("accepted", "secondary")
    expect(
        anna.find("tags-secondary").locator("[data-testid=tag]").filter(has_text=first.removeprefix("tag:"))
    ).to_have_count(1)
    bench.focus_on(first)
    with bench.acting():
        bench.press("p")
    assert tag(site.view(record), first) == ("accepted", "primary")
    bench.focus_on(first)
    with bench.acting():
        bench.press("x")
    assert tag(site.view(record), first)[0] == "rejected"

    bench.press("Shift+T")
    expect(anna.find("tag-input")).to_be_focused()
    anna.page.keyboard.type("摇把电话😀")
    with bench.acting():
        bench.press("Enter")
    assert tag(site.view(record), "tag:摇把电话😀") == ("accepted", "primary")
    assert anna.pointers == 0


def test_quick_keys_are_all_taken_in_order(anna: Visitor, site: Site) -> None:
    """Somebody types faster than the server answers."""
    record = site.record("liberation-0070")
    bench = Workbench(anna, record)
    view = site.view(record)
    labels = [row.item.key for row in (*view.material, *view.use) if row.suggested]
    bench.focus_on(labels[0])
    with bench.acting():
        bench.press("x", "k", "a", "k", "x", "k", "a")
    assert [(row.item.key, row.verdict) for row in site.decisions(record)] == [
        (labels[0], "reject"), (labels[0], "accept"), (labels[0], "reject"), (labels[0], "accept"),
    ]  # fmt: skip
    assert label(site.view(record), labels[0]) == "accepted"
    assert anna.pointers == 0


def test_submitted_by_key_and_what_a_closed_record_says(anna: Visitor, site: Site) -> None:
    record = site.record("war-0074")
    bench = Workbench(anna, record)
    bench.press("Enter")
    open_items = anna.find("submit-open")
    expect(open_items).to_be_visible()
    bench.press("Escape")
    expect(anna.find("state-dialog")).to_have_count(0)
    assert site.view(record).state == "annotated"
    bench.press("Enter")
    expect(anna.find("state-dialog")).to_be_visible()
    bench.press("Enter")
    expect(anna.find("bench", record=record)).to_have_count(0)
    assert site.view(record).state == "submitted"

    bench = Workbench(anna, record)
    expect(anna.find("state", state="submitted")).to_be_visible()
    bench.press("a")
    expect(anna.find("toast-bad")).to_contain_text("已提交")
    assert site.decisions(record)[-1].verdict == "submit"
    assert anna.pointers == 0


def test_the_keys_are_explained_on_the_page(anna: Visitor, site: Site) -> None:
    bench = Workbench(anna, site.record("march-0005"))
    bench.press("?")
    help_ = anna.find("key-help")
    for words in ("接受", "否决", "撤销", "重做", "下一件", "列为主标签", "在文字中选字"):
        expect(help_).to_contain_text(words)
    bench.press("Escape")
    expect(help_).to_have_count(0)
    assert anna.pointers == 0
