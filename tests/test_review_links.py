"""What people may say of a value and an entry of the authorities, and what follows from it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from biaotu.errors import Conflict, InputError, Refused
from biaotu.review import agreement, corpus_line, history
from biaotu.review.ledger import Ledger
from reviewing import ANNA, BO, RUI, Desk, statuses

GROUP = "span:title:0:6:organisation"
PERSON = "span:description:22:24:person"
FIRST, SECOND, NONE = f"link:body:qsg:{GROUP}", f"link:body:qsg-2:{GROUP}", f"link:none:{GROUP}"


def test_a_link_accepts_the_value_that_was_only_proposed_with_it() -> None:
    desk = Desk()
    assert statuses(desk.view)[GROUP] == "suggested"
    desk.decide(ANNA, f"{FIRST} accept")
    assert (statuses(desk.view)[GROUP], statuses(desk.view)[FIRST]) == ("accepted", "accepted")
    (link,) = desk.view.links
    assert (link.item.entry, link.by, link.at) == ("body:qsg", "anna", desk.now)
    assert desk.view.to_dict()["links"] == [
        {
            "item": FIRST,
            "span": GROUP,
            "entry": "body:qsg",
            "status": "accepted",
            "by": "anna",
            "at": desk.now.isoformat(),
        }
    ]
    desk.undo(ANNA)
    assert desk.view.links == () and statuses(desk.view)[GROUP] == "suggested"


def test_a_value_names_one_entry_the_last_that_was_said() -> None:
    desk = Desk()
    desk.decide(ANNA, f"{FIRST} accept")
    desk.decide(BO, f"{SECOND} accept")
    assert [link.item.key for link in desk.view.links] == [SECOND]
    desk.decide(ANNA, f"{NONE} accept")
    assert [(link.item.key, link.item.is_none) for link in desk.view.links] == [(NONE, True)]
    assert desk.view.to_dict()["links"][0]["entry"] is None
    desk.undo(ANNA)
    assert [link.item.key for link in desk.view.links] == [SECOND]
    with pytest.raises(Refused, match="names one entry at most"):
        desk.decide(ANNA, f"{FIRST} accept", f"{NONE} accept")


def test_a_rejected_entry_stands_beside_the_accepted_one() -> None:
    desk = Desk()
    desk.decide(ANNA, f"{FIRST} reject")
    assert statuses(desk.view)[GROUP] == "suggested", "that it is not this entry says nothing of the value"
    desk.decide(BO, f"{SECOND} accept")
    assert [(link.item.entry, link.status) for link in desk.view.links] == [
        ("body:qsg-2", "accepted"),
        ("body:qsg", "rejected"),
    ]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ([f"{NONE} reject"], "which entry it is instead"),
        (["link:body:qsg:span:title:0:3:organisation accept"], "no such value"),
        (["link:body:qsg:span:title:0:3:organisation reject"], "no such value"),
        ([f"{GROUP} reject", f"{FIRST} accept"], "no such value"),
        ([f"{GROUP} withdraw", f"{FIRST} accept"], "no such value"),
    ],
)
def test_what_is_not_lawful_is_refused(changes: list[str], reason: str) -> None:
    desk = Desk()
    with pytest.raises(Refused, match=reason):
        desk.decide(ANNA, *changes)
    desk.decide(ANNA, "span:title:0:3:organisation accept", "link:body:qsg:span:title:0:3:organisation accept")


def test_a_link_goes_and_comes_with_its_value() -> None:
    desk = Desk()
    desk.decide(ANNA, f"{FIRST} accept")
    desk.decide(BO, f"{GROUP} reject")
    assert not desk.view.links
    with pytest.raises(Refused, match="no such value"):
        desk.decide(ANNA, f"{SECOND} accept")
    desk.decide(ANNA, f"{GROUP} accept", f"{SECOND} accept")
    assert [link.item.key for link in desk.view.links] == [SECOND], "the link that was hidden is taken back, too"


def test_who_was_first_is_told() -> None:
    desk = Desk()
    desk.decide(ANNA, f"{FIRST} accept")
    with pytest.raises(Conflict, match=f"anna linked {GROUP}"):
        desk.decide(BO, f"{SECOND} accept", base=0)
    with pytest.raises(Conflict, match=f"anna judged {FIRST}"):
        desk.decide(BO, f"{FIRST} reject", base=0)
    seen = desk.view.revision
    desk.decide(ANNA, f"{GROUP} reject")
    with pytest.raises(Conflict, match=f"anna judged {GROUP}"):
        desk.decide(BO, f"{SECOND} accept", base=seen)


def test_two_entries_never_come_back_on_one_value() -> None:
    desk = Desk()
    desk.decide(ANNA, f"{GROUP} accept")
    first = desk.decide(ANNA, f"{FIRST} accept")
    undone = desk.undo(ANNA, first)
    desk.decide(BO, f"{SECOND} accept")
    with pytest.raises(Conflict, match="the value names an entry by"):
        desk.undo(ANNA, undone)
    desk.undo(BO)
    desk.undo(ANNA, undone)
    assert [link.item.key for link in desk.view.links] == [FIRST]


def test_restore_brings_links_back() -> None:
    desk = Desk()
    desk.decide(ANNA, f"{FIRST} accept")
    then = desk.now
    desk.decide(ANNA, f"{NONE} accept", f"{PERSON} reject")
    desk.restore(ANNA, then)
    assert [link.item.key for link in desk.view.links] == [FIRST]
    assert statuses(desk.view)[PERSON] == "suggested"


def test_a_link_of_an_older_text_is_left_out() -> None:
    desk = Desk()
    desk.decide(ANNA, f"{FIRST} accept")
    desk.revise(title="青石沟游击队的铁水壶")
    assert desk.view.links == ()
    (act,) = history(desk.facts, desk.decisions, {"body:qsg": "青石沟游击队"}.__getitem__)
    assert [(row.text, row.stale) for row in act.rows] == [("组织", True), ("组织 → 青石沟游击队", True)]


def test_history_tells_what_was_linked_to_whom() -> None:
    desk = Desk()
    desk.decide(ANNA, f"{FIRST} accept")
    desk.decide(BO, f"{NONE} accept")
    last, first = history(desk.view.facts, desk.decisions)
    assert [row.text for row in first.rows] == ["组织：青石沟游击队", "组织：青石沟游击队 → body:qsg"]
    assert [(row.text, row.decision.verdict) for row in last.rows] == [
        ("组织：青石沟游击队 → body:qsg", "withdraw"),
        ("组织：青石沟游击队 → 不在规范名中", "accept"),
    ]


def test_a_closed_record_takes_no_links_and_a_submission_makes_none() -> None:
    desk = Desk()
    desk.decide(ANNA, "state submit")
    assert not [row for row in desk.decisions if row.item.kind == "link"]
    with pytest.raises(Refused, match="is submitted"):
        desk.decide(RUI, f"{FIRST} accept")


def test_links_are_part_of_neither_agreement_nor_corpus() -> None:
    desk = Desk()
    desk.decide(ANNA, f"{GROUP} accept")
    desk.decide(ANNA, f"{FIRST} accept")
    desk.decide(BO, f"{FIRST} reject")
    assert agreement(desk.decisions).overall.pairs == 0
    desk.decide(BO, f"{SECOND} accept")
    desk.decide(ANNA, "state submit")
    assert "body" not in str(corpus_line(desk.view))
    with pytest.raises(InputError, match="it is in_review"):
        corpus_line(replace(desk.view, state="in_review"))
    assert Ledger(desk.decisions).revision == desk.view.revision
