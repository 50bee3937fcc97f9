from __future__ import annotations

from datetime import timedelta

import pytest

from biaotu.errors import Conflict, Refused
from biaotu.review import history, redoable, undoable
from reviewing import ADA, ANNA, BO, RUI, START, Desk, statuses, without_revision

ORGANISATION = "span:title:0:6:organisation"
PLACE = "span:title:0:3:place"


def test_undo_and_redo_walk_back_and_forth() -> None:
    desk = Desk()
    views = [desk.view]
    for change in ("tag:老柳 primary", "tag:老柳 reject", f"{ORGANISATION} accept"):
        desk.decide(ANNA, change)
        views.append(desk.view)
    for view in reversed(views[:-1]):
        desk.undo(ANNA)
        assert without_revision(desk.view) == without_revision(view)
    with pytest.raises(Refused, match="nothing on this record"):
        desk.undo(ANNA)
    for view in views[1:]:
        desk.undo(ANNA, redoable(desk.decisions, ANNA))
        assert without_revision(desk.view) == without_revision(view)
    assert redoable(desk.decisions, ANNA) is None


def test_a_new_act_ends_the_redo() -> None:
    desk = Desk()
    desk.decide(ANNA, "tag:老柳 primary")
    undo = desk.undo(ANNA)
    assert redoable(desk.decisions, ANNA) == undo
    assert redoable(desk.decisions, BO) is None
    desk.decide(ANNA, "tag:铁水壶 reject")
    assert redoable(desk.decisions, ANNA) is None


def test_undo_credits_who_judged_first() -> None:
    desk = Desk()
    desk.decide(ANNA, "tag:老柳 primary")
    at = desk.now
    desk.decide(BO, "tag:老柳 reject")
    desk.undo(BO)
    tag = next(tag for tag in desk.view.tags if tag.item.tag == "老柳")
    assert (tag.status, tag.place, tag.by, tag.at) == ("accepted", "primary", "anna", at)
    assert desk.decisions[-1].user == "bo"


def test_each_takes_back_their_own_acts_a_reviewer_anyone_s() -> None:
    desk = Desk()
    act = desk.decide(ANNA, "tag:老柳 primary")
    assert (undoable(desk.decisions, ANNA), undoable(desk.decisions, BO)) == (act, None)
    with pytest.raises(Refused, match="reviewer"):
        desk.undo(BO, act)
    desk.undo(RUI, act)
    assert statuses(desk.view)["tag:老柳"] == "suggested secondary"
    with pytest.raises(Refused, match="undone already"):
        desk.undo(ANNA, act)
    with pytest.raises(Refused, match="no act"):
        desk.undo(ANNA, "unknown")


def test_what_somebody_else_judged_since_is_a_conflict() -> None:
    desk = Desk()
    act = desk.decide(ANNA, "tag:老柳 primary", "tag:铁水壶 reject")
    desk.decide(BO, "tag:老柳 reject")
    with pytest.raises(Conflict, match="bo has judged tag:老柳"):
        desk.undo(ANNA, act)
    desk.undo(BO)
    desk.undo(ANNA, act)  # bo's verdict is gone, nothing stands in the way
    assert statuses(desk.view)["tag:老柳"] == "suggested secondary"


def test_one_s_own_later_verdict_goes_first() -> None:
    desk = Desk()
    act = desk.decide(ANNA, "tag:老柳 primary")
    desk.decide(ANNA, "tag:老柳 reject")
    with pytest.raises(Refused, match="undo that first"):
        desk.undo(ANNA, act)


def test_a_span_does_not_come_back_over_another() -> None:
    desk = Desk()
    desk.decide(ANNA, f"{ORGANISATION} accept")
    desk.decide(ANNA, f"{ORGANISATION} reject")
    desk.decide(BO, f"{PLACE} accept")
    with pytest.raises(Conflict, match="overlaps"):
        desk.undo(ANNA)
    desk.decide(BO, f"{PLACE} withdraw")
    desk.undo(ANNA)
    assert statuses(desk.view)[ORGANISATION] == "accepted"


def test_a_span_of_an_old_text_does_not_come_back_over_a_new_one() -> None:
    desk = Desk()
    desk.decide(ANNA, f"{ORGANISATION} accept")
    desk.decide(ANNA, f"{ORGANISATION} reject")
    desk.revise(title="柳河一带的人所用铁水壶")
    desk.undo(ANNA)
    assert ORGANISATION not in statuses(desk.view)
    assert desk.decisions[-1].verdict == "withdraw"


def test_a_submission_is_taken_back_whole() -> None:
    desk = Desk()
    desk.decide(ANNA, "tag:老柳 reject")
    before = desk.view
    act = desk.decide(ANNA, "state submit")
    submitted = desk.view
    with pytest.raises(Refused, match="reviewer"):
        desk.undo(BO, act)
    undo = desk.undo(ANNA)
    assert without_revision(desk.view) == without_revision(before)
    desk.undo(ANNA, undo)
    assert without_revision(desk.view) == without_revision(submitted)


def test_an_act_before_the_submission_cannot_be_undone_under_it() -> None:
    desk = Desk()
    act = desk.decide(ANNA, "tag:老柳 reject")
    desk.decide(ANNA, "state submit")
    with pytest.raises(Refused, match="takes changes again"):
        desk.undo(ANNA, act)


def test_a_submission_that_was_answered_cannot_be_taken_back() -> None:
    desk = Desk()
    act = desk.decide(ANNA, "state submit")
    desk.decide(RUI, "state approve")
    with pytest.raises(Conflict, match="rui"):
        desk.undo(ANNA, act)


def test_an_approval_is_taken_back_by_reviewers_but_not_by_the_submitter() -> None:
    desk = Desk()
    desk.decide(RUI, "state submit")
    act = desk.decide(ADA, "state approve")
    with pytest.raises(Refused, match="somebody else"):
        desk.undo(RUI, act)
    with pytest.raises(Refused, match="reviewer"):
        desk.undo(ANNA, act)
    undo = desk.undo(ADA)
    assert (desk.view.state, desk.view.submitter) == ("submitted", RUI.user_id)
    with pytest.raises(Refused, match="somebody else"):
        desk.undo(RUI, undo)  # the redo would be an approval of one's own work
    with pytest.raises(Refused, match="somebody else"):
        desk.decide(RUI, "state approve")
    desk.undo(ADA, undo)
    assert desk.view.state == "approved"


def test_a_resubmission_taken_back_is_returned_again() -> None:
    desk = Desk()
    desk.decide(ANNA, "state submit")
    desk.decide(RUI, "state return")
    desk.decide(ANNA, "state submit")
    desk.undo(ANNA)
    assert desk.view.state == "returned"


def test_no_approval_comes_back_over_changed_content() -> None:
    desk = Desk()
    desk.decide(ANNA, "state submit")
    desk.decide(RUI, "state approve")
    act = desk.decide(RUI, "state reopen")
    desk.decide(RUI, "tag:老柳 reject")
    with pytest.raises(Refused, match="has changed since"):
        desk.undo(RUI, act)
    desk.undo(RUI)
    desk.undo(RUI, act)
    assert desk.view.state == "approved"


def test_no_approval_comes_back_over_a_changed_text() -> None:
    desk = Desk()
    desk.decide(ANNA, "state submit")
    desk.decide(RUI, "state approve")
    act = desk.decide(RUI, "state reopen")
    desk.revise(title="铁壶")
    with pytest.raises(Refused, match="text has changed"):
        desk.undo(RUI, act)


def test_an_undone_submission_brings_back_none_of_an_old_text() -> None:
    desk = Desk()
    desk.decide(ANNA, "state submit")
    desk.revise(title="铁壶")
    before = desk.view
    assert before.state == "in_review"
    desk.decide(ANNA, "state submit")
    desk.undo(ANNA)
    assert without_revision(desk.view) == without_revision(before)


def test_restore_brings_back_how_it_was_judged() -> None:
    desk = Desk()
    desk.decide(ANNA, "tag:老柳 primary", f"{ORGANISATION} accept")
    at, then = desk.now, statuses(desk.view)
    desk.decide(BO, "tag:老柳 reject", f"{ORGANISATION} reject", f"{PLACE} accept", "label:use:weapon accept")
    between = desk.view
    with pytest.raises(Refused, match="reviewer"):
        desk.restore(ANNA, at)
    desk.restore(RUI, at)
    assert statuses(desk.view) == then
    with pytest.raises(Refused, match="nothing to restore"):
        desk.restore(RUI, at)
    desk.undo(RUI)
    assert without_revision(desk.view) == without_revision(between)
    desk.restore(RUI, START)
    assert statuses(desk.view) == statuses(Desk().view)
    assert desk.view.state == "annotated"


def test_one_may_restore_over_one_s_own_acts() -> None:
    desk = Desk()
    desk.decide(BO, "tag:老柳 primary")
    at = desk.now + timedelta(seconds=1)
    desk.decide(ANNA, "tag:老柳 reject")
    desk.restore(ANNA, at)
    assert statuses(desk.view)["tag:老柳"] == "accepted primary"


def test_restore_brings_back_no_approval() -> None:
    desk = Desk()
    desk.decide(ANNA, "tag:老柳 primary")
    desk.decide(ANNA, "state submit")
    desk.decide(RUI, "state approve")
    at, then = desk.now, statuses(desk.view)
    with pytest.raises(Refused, match="reopened"):
        desk.restore(RUI, START)
    desk.decide(RUI, "state reopen")
    desk.decide(ANNA, "tag:老柳 reject")
    desk.restore(RUI, at)
    assert statuses(desk.view) == then
    assert desk.view.state == "in_review"


def test_restore_leaves_spans_of_an_old_text_open() -> None:
    desk = Desk()
    desk.decide(ANNA, f"{ORGANISATION} accept", "tag:老柳 primary")
    at = desk.now
    desk.decide(ANNA, f"{ORGANISATION} reject", "tag:老柳 reject")
    desk.revise(title="柳河一带的人所用铁水壶")
    desk.restore(ANNA, at)
    assert ORGANISATION not in statuses(desk.view)
    assert statuses(desk.view)["tag:老柳"] == "accepted primary"


def test_a_long_chain_of_undos_of_undos() -> None:
    desk = Desk()
    batch = desk.decide(ANNA, "tag:老柳 primary")
    for _ in range(60):
        batch = desk.undo(ANNA, batch)
    assert statuses(desk.view)["tag:老柳"] == "accepted primary"
    assert redoable(desk.decisions, ANNA) is None


def test_history_tells_every_act_newest_first() -> None:
    desk = Desk()
    desk.decide(ANNA, f"{ORGANISATION} reject", "label:use:weapon accept", "tag:送水 primary")
    desk.undo(ANNA)
    desk.decide(ANNA, "state submit")
    acts = history(desk.facts, desk.decisions[::-1])
    assert [(act.batch, act.undoes, act.in_effect) for act in acts] == [
        ("act-3", None, True),
        ("act-2", "act-1", True),
        ("act-1", None, False),
    ]
    assert [row.text for row in acts[2].rows] == ["组织：青石沟游击队", "武器装备", "送水"]
    document = acts[2].to_dict()
    assert (document["user"], document["user_id"], document["at"]) == ("anna", 1, "2026-03-01T08:01:00+00:00")
    assert document["decisions"][0] == {
        "id": 101,
        "item": ORGANISATION,
        "verdict": "reject",
        "text": "组织：青石沟游击队",
        "stale": False,
    }
    assert acts[0].rows[-1].text == ""
    desk.revise(title="壶")
    stale = history(desk.facts, desk.decisions)[2].rows
    assert [(row.text, row.stale) for row in stale][:2] == [("组织", True), ("武器装备", False)]
