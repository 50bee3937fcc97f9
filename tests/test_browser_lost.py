"""The server is gone in the middle of a decision, or its answer is: shown as unsaved, sent again, saved once."""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import APIResponse, Route, expect

from api_fixtures import PASSWORD
from browser_fixtures import Site, Visit, Visitor, Workbench

pytest_plugins = ("browser_fixtures",)


def until(visitor: Visitor, true: Callable[[], bool]) -> None:
    """Wait while the page goes on."""
    end = time.monotonic() + 60
    while not true():
        assert time.monotonic() < end
        visitor.page.wait_for_timeout(20)


posix = pytest.mark.skipif(os.name != "posix", reason="signals that stop and kill")


@posix
def test_a_server_killed_while_a_decision_is_on_its_way(visit: Visit, site: Site) -> None:
    record = site.record("soviet-0042")
    anna = visit("anna")
    bench = Workbench(anna, record)
    bench.press("e")  # evidence off: nothing else is asked of the server
    item = "label:material:metal"
    bench.focus_on(item)
    assert site.process is not None
    os.kill(site.process.pid, signal.SIGSTOP)  # the request is taken and never answered
    anna.lost = True
    bench.press("a")
    expect(anna.find("save-state")).to_have_attribute("data-state", "saving")
    expect(bench.row(item)).to_have_attribute("data-status", "accepted")
    expect(bench.row(item)).to_have_attribute("data-unsaved", "yes")
    site.kill()

    expect(anna.find("save-state")).to_have_attribute("data-state", "unsaved")
    expect(anna.find("save-state")).to_contain_text("1 项未保存")
    expect(bench.row(item)).to_have_attribute("data-unsaved", "yes")
    bench.focus_on("label:use:weapon")
    bench.press("x")  # work goes on meanwhile
    expect(anna.find("save-state")).to_have_attribute("data-waiting", "2")

    site.start()
    anna.saved()
    expect(bench.row(item)).to_have_attribute("data-unsaved", "no")
    rows = [(row.user, row.item.key, row.verdict) for row in site.decisions(record)]
    assert rows == [("anna", item, "accept"), ("anna", "label:use:weapon", "reject")]
    anna.lost = False


@posix
def test_what_was_not_saved_outlives_a_reload(visit: Visit, site: Site) -> None:
    record = site.record("war-0067")
    boris = visit("boris")
    bench = Workbench(boris, record)
    bench.press("e")
    first = bench.focused
    boris.lost = True
    site.kill()
    bench.press("a")
    expect(boris.find("save-state")).to_have_attribute("data-state", "unsaved")
    site.start()
    boris.open(f"records/{record}")
    bench.ready(record)
    boris.saved()
    expect(bench.row(first)).not_to_have_attribute("data-status", "suggested")
    assert len(site.decisions(record)) == 1
    boris.lost = False


def test_a_view_asked_for_before_a_decision_was_saved_does_not_hide_it(visit: Visit, site: Site) -> None:
    record = site.record("liberation-0082")
    anna = visit("anna")
    anna.lost = True
    views: list[tuple[Route, APIResponse]] = []
    acts: list[Route] = []
    reached = False
    asked = re.compile(rf"/api/v1/records/{record}$")

    def view(route: Route) -> None:
        if reached:
            views.append((route, route.fetch()))
        else:
            route.continue_()

    def act(route: Route) -> None:
        if reached:
            acts.append(route)
        else:
            route.abort("connectionreset")

    # Before the page is opened: Chromium tells one that is open of a new route too late for a key pressed at once.
    anna.page.route(asked, view)
    anna.page.route("**/decisions", act)
    bench = Workbench(anna, record)
    item = bench.focused
    bench.press("a")
    expect(anna.find("save-state")).to_have_attribute("data-state", "unsaved")
    anna.page.goto("about:blank")  # this page tries no more
    reached = True
    anna.open(f"records/{record}")
    until(anna, lambda: bool(views and acts))
    acts[0].continue_()
    until(anna, lambda: bool(site.decisions(record)))
    expect(bench.row(item)).to_have_attribute("data-status", "accepted")
    route, response = views[0]
    assert not response.json()["revision"], "as it stood before"
    with anna.page.expect_response(asked):
        route.fulfill(response=response)
    anna.page.wait_for_load_state("networkidle")
    expect(bench.row(item)).to_have_attribute("data-status", "accepted")
    assert len(site.decisions(record)) == 1
    anna.lost = False


def test_an_answer_that_got_lost_makes_no_second_decision(visit: Visit, site: Site) -> None:
    record = site.record("march-0014")
    anna = visit("anna")
    cut: list[int] = []

    def lose(route: Route) -> None:
        if cut:
            route.continue_()
            return
        cut.append(route.fetch().status)  # the server has written it
        route.abort("connectionreset")

    anna.lost = True
    anna.page.route("**/decisions", lose)
    bench = Workbench(anna, record)
    bench.press("e")
    bench.focus_on("label:use:stationery")
    with bench.acting():
        bench.press("a")
    assert cut == [201]
    assert [(row.item.key, row.verdict) for row in site.decisions(record)] == [("label:use:stationery", "accept")]


def test_a_bulk_answer_that_got_lost_is_asked_for_again(visit: Visit, site: Site) -> None:
    anna = visit("anna")
    keys: list[str] = []

    def lose(route: Route) -> None:
        keys.append((route.request.post_data_json or {})["key"])
        if len(keys) > 1:
            route.continue_()
            return
        assert route.fetch().status == 200  # the server has written it
        route.abort("connectionreset")

    anna.lost = True
    anna.page.route("**/decisions/bulk", lose)
    anna.open("grid?item=label:material:metal&status=suggested")
    expect(anna.find("grid-cell").first).to_be_visible()
    chosen = [int(cell.get_attribute("data-record") or 0) for cell in anna.find("grid-cell").all()]
    anna.find("grid-accept").click()
    expect(anna.find("toast-good")).to_be_visible()
    assert len(keys) == 2
    assert keys[0] == keys[1]
    for record in chosen:
        assert [row.verdict for row in site.decisions(record) if row.item.key == "label:material:metal"] == ["accept"]


def test_without_a_line_decisions_wait_and_say_so(visit: Visit, site: Site) -> None:
    record = site.record("newchina-0128")
    anna = visit("anna")
    bench = Workbench(anna, record)
    bench.press("e")
    anna.lost = True
    anna.context.set_offline(True)
    anna.page.wait_for_function("!navigator.onLine")
    bench.press("a", "a", "a")
    expect(anna.find("save-state")).to_contain_text("3 项未保存")
    assert site.decisions(record) == []
    anna.context.set_offline(False)
    anna.saved()
    assert len(site.decisions(record)) == 3


def test_a_session_that_ended_asks_for_a_new_log_in_and_loses_nothing(visit: Visit, site: Site) -> None:
    record = site.record("newchina-0066")
    anna = visit("anna")
    bench = Workbench(anna, record)
    bench.press("e")
    anna.announced = {401}
    token = anna.api("/session")["csrf"]
    ended = anna.context.request.delete(f"{site.address}api/v1/session", headers={"X-CSRF-Token": token})
    assert ended.status == 204
    bench.press("a")
    expect(anna.find("save-state")).to_contain_text("登录已过期，1 项未保存")
    assert site.decisions(record) == []
    anna.find("save-retry").click()
    expect(anna.find("login-form")).to_be_visible()
    anna.find("login-name").fill("anna")
    anna.find("login-password").fill(PASSWORD)
    anna.find("login-submit").click()
    bench.ready(record)
    anna.saved()
    assert len(site.decisions(record)) == 1
