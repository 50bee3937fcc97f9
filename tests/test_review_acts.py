from __future__ import annotations

from typing import Any

import pytest

import samples
from biaotu.errors import Conflict, Refused
from biaotu.records import RankedTag
from biaotu.review import Judge, StateItem, TagItem, plan_decide, plan_submit
from reviewing import ADA, ANNA, BO, READER, RUI, Desk, parsed, statuses

ORGANISATION = "span:title:0:6:organisation"
PLACE = "span:title:0:3:place"


def test_a_plan_holds_each_item_once_in_order() -> None:
    desk = Desk()
    changes = parsed(["tag:老柳 reject", f"{ORGANISATION} accept", "tag:老柳 reject"])
    plan = plan_decide(desk.view, [], ANNA, changes, 0)
    assert plan.changes == tuple(changes[:2])
    assert plan.undoes is None


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ([], "nothing to decide"),
        (["tag:老柳 reject", "tag:老柳 primary"], "twice"),
        (["span:title:9:99:time accept"], "has 12 characters"),
        (["span:title:0:3:place accept", "span:title:2:4:person accept"], "overlaps"),
        ([f"tag:{'长' * 65} primary"], "at most 64"),
        (["tag: 壶 secondary"], "white space"),
        (["tag:a\x00b secondary"], "control characters"),
        (["tag:a\ud800b secondary"], "control characters"),
        (["state withdraw"], "no verdict on a state"),
        (["state approve"], "reviewer"),
        (["state reopen"], "reviewer"),
    ],
)
def test_what_is_not_lawful_is_refused_with_the_reason(changes: list[str], reason: str) -> None:
    desk = Desk()
    with pytest.raises(Refused, match=reason):
        desk.decide(ANNA, *changes)


def test_a_verdict_of_another_kind_is_refused() -> None:
    with pytest.raises(Refused, match="no verdict on a tag; write primary, secondary, reject, withdraw"):
        plan_decide(Desk().view, [], ANNA, [(TagItem("壶"), "accept")], 0)


def test_a_span_of_white_space_is_refused() -> None:
    desk = Desk(samples.annotation(title="铁 水壶", attributes=()))
    with pytest.raises(Refused, match="white space"):
        desk.decide(ANNA, "span:title:1:2:material accept")
    desk.decide(ANNA, "span:title:0:1:material accept")


def test_a_tag_of_the_models_may_be_confirmed_whatever_it_looks_like() -> None:
    tag = "长" * 65
    desk = Desk(samples.annotation(primary=(RankedTag(tag, 0.9, None),)))
    desk.decide(ANNA, f"tag:{tag} primary")
    desk.decide(ANNA, "state submit")


def test_accepted_spans_never_overlap_unless_the_old_one_goes_in_the_same_act() -> None:
    desk = Desk()
    desk.decide(ANNA, f"{ORGANISATION} accept")
    with pytest.raises(Refused, match="reject that one"):
        desk.decide(ANNA, f"{PLACE} accept")
    desk.decide(ANNA, f"{ORGANISATION} reject", f"{PLACE} accept")
    assert statuses(desk.view)[PLACE] == "accepted"
    desk.decide(BO, f"{PLACE} withdraw", f"{ORGANISATION} accept")
    assert PLACE not in statuses(desk.view)


def test_the_same_place_may_be_judged_again_and_with_another_type_only_once() -> None:
    desk = Desk()
    desk.decide(ANNA, f"{ORGANISATION} accept")
    desk.decide(BO, f"{ORGANISATION} accept")
    with pytest.raises(Refused, match="overlaps"):
        desk.decide(BO, "span:title:0:6:place accept")


def test_somebody_else_s_verdict_after_what_one_saw_is_a_conflict() -> None:
    desk = Desk()
    desk.decide(ANNA, "tag:老柳 reject")
    with pytest.raises(Conflict, match="anna judged tag:老柳"):
        desk.decide(BO, "tag:老柳 primary", base=0)
    desk.decide(BO, "tag:铁水壶 reject", base=0)  # another item
    desk.decide(ANNA, "tag:老柳 primary", base=0)  # one's own verdict is no conflict
    desk.decide(BO, "tag:老柳 secondary")


def test_a_span_accepted_meanwhile_that_overlaps_is_a_conflict() -> None:
    desk = Desk()
    desk.decide(ANNA, f"{PLACE} accept")
    with pytest.raises(Conflict, match="anna accepted"):
        desk.decide(BO, f"{ORGANISATION} accept", base=0)
    with pytest.raises(Refused, match="overlaps"):
        desk.decide(BO, f"{ORGANISATION} accept")


def test_a_text_that_changed_meanwhile_is_a_conflict() -> None:
    desk = Desk()
    changes = parsed([f"{ORGANISATION} accept"])
    desk.revise(title="水壶一只并柳河人的布包")
    with pytest.raises(Conflict, match="text has changed"):
        plan_decide(desk.view, desk.decisions, ANNA, changes, 0, text_version=1)
    plan_decide(desk.view, desk.decisions, ANNA, changes, 0, text_version=2)


def test_a_reader_may_do_nothing() -> None:
    desk = Desk()
    with pytest.raises(Refused, match="annotator"):
        desk.decide(READER, "tag:老柳 reject")
    with pytest.raises(Refused, match="annotator"):
        plan_submit(desk.view, READER)


def test_to_submit_confirms_what_is_shown_and_not_judged() -> None:
    desk = Desk()
    desk.decide(ANNA, "label:use:container reject", PLACE + " accept", "tag:老柳 reject", "tag:送水 primary")
    before = desk.view.shown()
    plan = plan_submit(desk.view, ANNA)
    assert plan.changes[-1] == (StateItem(), "submit")
    written = {item.key: verdict for item, verdict in plan.changes}
    assert written["label:material:metal"] == "accept"
    assert written["tag:铁水壶"] == "primary"
    assert not written.keys() & {"label:material:other", "label:use:container", PLACE, ORGANISATION, "tag:老柳"}
    desk.append(ANNA, plan)
    assert desk.view.state == "submitted"
    assert desk.view.confirmed() == desk.view.shown() == before
    assert desk.view.uncertainty == pytest.approx(0.02)  # a label that the model listed without proposing it
    assert desk.view.submitter == ANNA.user_id


def test_a_submission_is_of_what_the_person_saw() -> None:
    desk = Desk()
    desk.decide(BO, "tag:老柳 reject")
    with pytest.raises(Conflict, match="bo judged tag:老柳"):
        desk.decide(ANNA, "state submit", base=0)
    desk.decide(ANNA, "state submit")


def test_a_submitted_record_takes_no_changes_until_returned() -> None:
    desk = Desk()
    desk.decide(ANNA, "state submit")
    with pytest.raises(Refused, match="returned"):
        desk.decide(BO, "tag:老柳 reject")
    with pytest.raises(Refused, match="submitted once"):
        desk.decide(BO, "state submit")
    desk.decide(RUI, "state approve")
    with pytest.raises(Refused, match="reopened"):
        desk.decide(RUI, "tag:老柳 reject")
    desk.decide(ADA, "state reopen")
    desk.decide(BO, "tag:老柳 reject")


def test_a_verdict_on_the_whole_stands_alone_and_in_its_turn() -> None:
    desk = Desk()
    for changes in (["tag:老柳 reject", "state submit"], ["state submit", "state approve"]):
        with pytest.raises(Refused, match=r"stands alone|twice"):
            desk.decide(RUI, *changes)
    with pytest.raises(Refused, match="only a submitted"):
        desk.decide(RUI, "state approve")
    desk.decide(ANNA, "state submit")
    with pytest.raises(Refused, match="only an approved"):
        desk.decide(RUI, "state reopen")


@pytest.mark.parametrize("verdict", ["approve", "return"])
def test_four_eyes(verdict: str) -> None:
    desk = Desk()
    desk.decide(RUI, "state submit")
    with pytest.raises(Refused, match="somebody else"):
        desk.decide(RUI, f"state {verdict}")
    desk.decide(ADA, f"state {verdict}")


def test_four_eyes_hold_for_the_command_line_too() -> None:
    line: Any = Judge(None, "cli", "admin")
    desk = Desk()
    desk.decide(line, "state submit")
    with pytest.raises(Refused, match="somebody else"):
        desk.decide(line, "state approve")
    desk.decide(RUI, "state approve")


def test_a_record_that_nobody_has_annotated_cannot_be_submitted() -> None:
    desk = Desk(suggested=False)
    with pytest.raises(Refused, match="not annotated yet"):
        desk.decide(ANNA, "state submit")
    desk.decide(ANNA, "label:use:weapon accept")
    desk.decide(ANNA, "state submit")
    assert desk.view.confirmed().use == ("武器装备",)


def test_a_submission_confirms_only_what_was_proposed_when_the_person_looked() -> None:
    seen = Desk().view.proposal
    anew = Desk(samples.annotation(secondary=(RankedTag("新词", 0.4, "武器装备"),)))
    assert anew.view.proposal != seen
    with pytest.raises(Conflict, match="proposed anew"):
        plan_decide(anew.view, [], ANNA, [(StateItem(), "submit")], 0, proposal=seen)
    for known in (anew.view.proposal, None):
        assert plan_decide(anew.view, [], ANNA, [(StateItem(), "submit")], 0, proposal=known).changes
    other = plan_decide(anew.view, [], ANNA, parsed(["tag:老柳 reject"]), 0, proposal=seen)
    assert other.changes, "a verdict on one item speaks of that item alone"


def test_the_mark_of_the_proposals_is_that_of_the_model_not_of_its_version_nor_of_people() -> None:
    desk = Desk()
    before = desk.view.proposal
    desk.decide(ANNA, "tag:老柳 reject", f"{PLACE} accept")
    assert desk.view.proposal == before
    assert Desk(samples.annotation(model_version="9")).view.proposal == before
    assert Desk(suggested=False).view.proposal != before
