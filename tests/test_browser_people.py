"""Two people at once, in two browsers: conflicts are shown, approval takes two, what is approved is exported."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import expect

from biaotu.records.gold import read_gold
from browser_fixtures import Site, Visit, Visitor, Workbench

pytest_plugins = ("browser_fixtures",)


def ask_to_approve(visitor: Visitor, site: Site, bench: Workbench) -> int:
    """Ask the server without the page; the status of its answer."""
    token = visitor.api("/session")["csrf"]
    body = {"base": bench.revision, "key": "not-by-page", "decisions": [{"item": "state", "verdict": "approve"}]}
    url = f"{site.address}api/v1/records/{bench.record}/decisions"
    return visitor.context.request.post(url, data=body, headers={"X-CSRF-Token": token}).status


def test_a_conflict_is_shown_and_nothing_is_lost(visit: Visit, site: Site) -> None:
    record = site.record("soviet-0042")
    anna, boris = visit("anna"), visit("boris")
    boris.announced = {409}
    first, second = Workbench(anna, record), Workbench(boris, record)
    metal, weapon = "label:material:metal", "label:use:weapon"
    first.focus_on(metal)
    with first.acting():
        first.press("a")

    second.focus_on(metal)
    with second.acting():
        second.press("x")
    toast = boris.find("toast-bad")
    expect(toast).to_contain_text("别人刚刚改过")
    expect(toast).to_contain_text("金属制品：现为“已接受” anna")
    expect(second.row(metal)).to_have_attribute("data-status", "accepted")
    assert [(row.user, row.verdict) for row in site.decisions(record)] == [("anna", "accept")]

    second.focus_on(weapon)  # something nobody else touched is taken
    with second.acting():
        second.press("x")
    second.focus_on(metal)  # and having seen it one may say otherwise
    with second.acting():
        second.press("x")
    rows = [(row.user, row.item.key, row.verdict) for row in site.decisions(record)]
    assert rows == [("anna", metal, "accept"), ("boris", weapon, "reject"), ("boris", metal, "reject")]


def test_two_people_never_get_the_same_record_of_the_queue(visit: Visit) -> None:
    anna, boris = visit("anna", "/"), visit("boris", "/")
    anna.find("queue-start").click()
    boris.find("queue-start").click()
    assert Workbench(anna).record != Workbench(boris).record


def test_approval_takes_a_second_person_and_the_export_trains(visit: Visit, site: Site, tmp_path: Path) -> None:
    record = site.record("founding-0007")
    rita, sven = visit("rita"), visit("sven")
    bench = Workbench(rita, record)
    spans = {(row.item.field, row.item.start, row.item.end) for row in site.view(record).attributes}
    rita.find("submit").click()
    rita.find("state-confirm").click()
    expect(rita.find("bench", record=record)).to_have_count(0)
    assert site.view(record).state == "submitted"

    # She who submitted it may not approve it, reviewer or not: the page offers no way and the server refuses.
    bench = Workbench(rita, record)
    expect(rita.find("submitter")).to_be_visible()
    for button in ("approve", "return"):
        expect(rita.find(button)).to_have_count(0)
    bench.press("Enter")
    expect(rita.find("state-dialog")).to_have_count(0)
    assert ask_to_approve(rita, site, bench) == 422
    assert site.view(record).state == "submitted"

    # Another one sends it back with a reason; she mends it and submits again.
    other = Workbench(sven, record)
    sven.find("return").click()
    expect(sven.find("state-note")).to_be_focused()
    sven.find("state-note").fill("碗底的字看漏了")
    sven.find("state-confirm").click()
    expect(sven.find("bench", record=record)).to_have_count(0)
    assert site.view(record).state == "returned"
    bench = Workbench(rita, record)
    rita.find("history-toggle").click()
    expect(rita.find("history")).to_contain_text("碗底的字看漏了")
    bench.focus_on("label:material:ceramic")
    with bench.acting():
        bench.press("x")
    rita.find("submit").click()
    rita.find("state-confirm").click()
    expect(rita.find("bench", record=record)).to_have_count(0)

    other = Workbench(sven, record)
    sven.find("approve").click()
    sven.find("state-confirm").click()
    expect(sven.find("bench", record=record)).to_have_count(0)
    view = site.view(record)
    assert view.state == "approved" and view.submitter is not None
    other = Workbench(sven, record)
    expect(sven.find("state", state="approved")).to_be_visible()
    other.press("a")
    expect(sven.find("toast-bad")).to_contain_text("已批准")

    sven.open("/jobs")
    with sven.page.expect_download() as download:
        sven.find("export-link").click()
    path = tmp_path / "confirmed.jsonl"
    download.value.save_as(path)
    (gold,) = read_gold(path)
    assert gold.record.id == "founding-0007" and "陶瓷制品" not in gold.material and gold.use
    assert gold.spans is not None and {(span.field, span.start, span.end) for span in gold.spans} == spans


def test_an_annotator_has_no_way_to_approve(visit: Visit, site: Site) -> None:
    record = site.record("march-0014")
    anna, boris = visit("anna"), visit("boris")
    Workbench(anna, record)
    anna.find("submit").click()
    anna.find("state-confirm").click()
    expect(anna.find("bench", record=record)).to_have_count(0)
    bench = Workbench(boris, record)
    for button in ("approve", "return", "submit"):
        expect(boris.find(button)).to_have_count(0)
    bench.press("Enter")
    expect(boris.find("state-dialog")).to_have_count(0)
    assert ask_to_approve(boris, site, bench) in (403, 422)
    assert site.view(record).state == "submitted"


def test_agreement_is_shown_to_reviewers(visit: Visit, site: Site) -> None:
    record = site.record("war-0020")
    anna, boris = visit("anna"), visit("boris")
    for visitor, key in ((anna, "a"), (boris, "x")):
        bench = Workbench(visitor, record)
        bench.focus_on("label:use:weapon")
        with bench.acting():
            bench.press(key)
    rita = visit("rita", "/agreement")
    expect(rita.find("agreement-people")).to_contain_text("anna")
    expect(rita.find("agreement-people")).to_contain_text("boris")
    told = rita.api("/agreement")
    assert told["kinds"]["label"]["pairs"] >= 1
    expect(rita.find("agreement-label")).to_contain_text(str(told["kinds"]["label"]["pairs"]))


def test_what_was_submitted_is_at_once_in_the_queue_of_others(visit: Visit) -> None:
    rita, sven = visit("rita", "/"), visit("sven")
    rita.find("queue-start").click()
    record = Workbench(rita).record
    rita.find("submit").click()
    rita.find("state-confirm").click()
    expect(rita.find("bench", record=record)).to_have_count(0)
    sven.open("/")
    sven.find("queue-state-submitted").click()
    expect(sven.find("queue-row", record=record)).to_be_visible()
    sven.page.keyboard.press("n")
    bench = Workbench(sven)
    for _ in range(3):  # other tests of this module submitted some, too
        if (shown := bench.record) == record:
            break
        bench.press("n")
        expect(sven.find("bench", record=shown)).to_have_count(0)
        bench.ready()
    assert bench.record == record
