from __future__ import annotations

from dataclasses import replace

import pytest

from biaotu.review import Decision, agreement
from reviewing import ANNA, BO, RUI, Desk

ORGANISATION = "span:title:0:6:organisation"
PLACE = "span:title:0:3:place"
PERSON = "span:description:22:24:person"


def test_nobody_no_figures() -> None:
    nothing = {"pairs": 0, "agree": None, "kappa": None}
    assert agreement([]).to_dict() == {
        "overall": nothing,
        "kinds": {"label": nothing, "tag": nothing, "span": nothing | {"f1": None}},
        "people": [],
    }


def test_one_person_agrees_with_nobody() -> None:
    desk = Desk()
    desk.decide(ANNA, "tag:老柳 reject", f"{ORGANISATION} accept")
    assert agreement(desk.decisions).overall.pairs == 0
    assert agreement(desk.decisions).people == ()


def test_kappa_of_a_known_table() -> None:
    """20 both accept, 5 and 10 differ, 15 both reject: agree 0.7, chance 0.5, kappa 0.4 (Cohen's textbook case)."""
    decisions: list[Decision] = []
    table = [("accept", "accept")] * 20 + [("accept", "reject")] * 5 + [("reject", "accept")] * 10
    for record, verdicts in enumerate([*table, *[("reject", "reject")] * 15]):
        desk = Desk()
        for judge, verdict in zip((ANNA, BO), verdicts, strict=True):
            desk.decide(judge, f"label:material:metal {verdict}")
        decisions += [replace(row, id=row.id + 10 * record, record_id=record) for row in desk.decisions]
    score = agreement(decisions).overall
    assert (score.pairs, score.agree) == (50, 0.7)
    assert score.kappa == pytest.approx(0.4)
    assert agreement(reversed(decisions)) == agreement(decisions)


def test_one_class_only_has_no_kappa() -> None:
    desk = Desk()
    for judge in (ANNA, BO):
        desk.decide(judge, "label:material:metal accept", "label:use:container accept", "tag:老柳 reject")
    found = agreement(desk.decisions)
    assert found.to_dict()["overall"] == {"pairs": 3, "agree": 1.0, "kappa": None}
    assert found.to_dict()["people"] == [{"a": "anna", "b": "bo", "pairs": 3, "agree": 1.0, "kappa": None}]


def test_the_mere_kind_of_an_item_is_no_agreement() -> None:
    """Both say the same thing of all labels and another of all tags: chance alone explains it."""
    desk = Desk()
    desk.decide(
        ANNA, "label:material:metal accept", "label:use:container accept", "tag:老柳 reject", "tag:铁水壶 reject"
    )
    desk.decide(BO, "label:material:metal accept", "label:use:container accept", "tag:老柳 reject", "tag:铁水壶 reject")
    assert agreement(desk.decisions).overall.kappa is None


def test_spans_are_told_as_f1_too() -> None:
    desk = Desk()
    desk.decide(ANNA, f"{ORGANISATION} accept", f"{PERSON} accept", "span:title:9:10:material reject")
    desk.decide(BO, f"{ORGANISATION} reject", f"{PLACE} accept", f"{PERSON} accept", "span:title:9:10:material reject")
    found = agreement(desk.decisions)
    assert found.span.agree == pytest.approx(2 / 3)
    assert found.span.pairs == 3  # the place was judged by bo alone
    assert found.span_f1 == pytest.approx(2 / 3)  # anna accepted 2 of the three, bo 1, both 1


def test_one_s_own_latest_verdict_counts_whatever_the_other_did_later() -> None:
    desk = Desk()
    desk.decide(ANNA, "tag:老柳 reject")
    desk.decide(ANNA, "tag:老柳 primary")
    desk.decide(BO, "tag:老柳 secondary")
    desk.decide(RUI, "tag:老柳 primary")
    people = {(a, b): score.agree for a, b, score in agreement(desk.decisions).people}
    assert people == {("anna", "bo"): 0.0, ("anna", "rui"): 1.0, ("bo", "rui"): 0.0}
    assert agreement(desk.decisions).overall.agree == pytest.approx(1 / 3)


def test_what_one_took_back_does_not_count_what_a_reviewer_undid_does() -> None:
    desk = Desk()
    desk.decide(BO, "tag:铁水壶 primary", "tag:老柳 reject")
    desk.decide(ANNA, "tag:铁水壶 reject")
    act = desk.decide(ANNA, "tag:老柳 reject")
    undo = desk.undo(ANNA, act)
    assert agreement(desk.decisions).tag.pairs == 1
    desk.undo(ANNA, undo)
    assert agreement(desk.decisions).tag.pairs == 2
    desk.undo(RUI, act)
    found = agreement(desk.decisions)
    assert (found.tag.pairs, found.tag.agree) == (2, 0.5)
    assert len(found.people) == 1  # the reviewer's undo is no judgement
    desk.decide(ANNA, "tag:铁水壶 withdraw")
    assert agreement(desk.decisions).tag.pairs == 1


def test_the_same_item_of_two_records_is_two() -> None:
    one, other = Desk(), Desk()
    one.decide(ANNA, "tag:老柳 reject")
    other.decide(BO, "tag:老柳 reject")
    moved = [replace(row, record_id=18) for row in other.decisions]
    assert agreement([*one.decisions, *moved]).overall.pairs == 0


def test_a_verdict_on_the_record_as_a_whole_is_no_item() -> None:
    desk = Desk(suggested=False)
    desk.decide(ANNA, "tag:老柳 reject")
    desk.decide(ANNA, "state submit")
    desk.decide(RUI, "state return")
    desk.decide(RUI, "state submit")
    assert agreement(desk.decisions).people == ()
