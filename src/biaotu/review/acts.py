"""What a person may do to a record, worked out before anything is written: each act becomes a ``Plan`` of rows to add.

Everything here looks and refuses; nothing here writes. ``Conflict`` means that somebody else was there first and the
person should look again; ``Refused`` that the act is not allowed, and why.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from biaotu.errors import Conflict, Refused
from biaotu.review.folding import overlapping
from biaotu.review.items import Item, SpanItem, StateItem, TagItem, ocr_mark
from biaotu.review.ledger import Ledger
from biaotu.review.linked import with_links
from biaotu.review.verdicts import VERDICTS, Decision, Judge, Role, State, Verdict, covers
from biaotu.review.view import RecordView

LONGEST_TAG: Final = 64
"""The most code points that a tag added by a person may have."""

Change = tuple[Item, Verdict]

_RULES: Final[Mapping[str, tuple[Role, tuple[State, ...], str]]] = {
    "submit": ("annotator", ("annotated", "in_review", "returned"), "it can be submitted once it is annotated"),
    "approve": ("reviewer", ("submitted",), "only a submitted record can be approved"),
    "return": ("reviewer", ("submitted",), "only a submitted record can be returned"),
    "reopen": ("reviewer", ("approved",), "only an approved record can be reopened"),
}
"""For each verdict on a record: who may say it, in which states, and what to tell people otherwise."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The rows of one act, in order; ``undoes`` names the act that it takes back, if it is an undo."""

    changes: tuple[Change, ...]
    undoes: str | None = None


def plan_decide(
    view: RecordView,
    decisions: Iterable[Decision],
    judge: Judge,
    changes: Sequence[Change],
    base: int,
    text_version: int | None = None,
    proposal: str | None = None,
) -> Plan:
    """Verdicts of a person on one record, all or none.

    A verdict on the record as a whole stands alone. It speaks of everything that the person saw, so whatever somebody
    else decided on the record since is in its way. ``submit`` becomes what ``plan_submit`` says. Accepting a link
    brings more with it, see ``linked.with_links``; whether there is such an entry is for the caller to see.

    Args:
        view: the record as it stands.
        decisions: all decisions on it.
        judge: who acts.
        changes: the verdicts, each item once.
        base: the revision that the person saw.
        text_version: the version of the text that the person saw, if it is known.
        proposal: ``RecordView.proposal`` of what the person saw, if it is known; it counts for ``submit``, which
            confirms what the model proposes.

    Raises:
        Conflict: if somebody else judged one of the items, or accepted a span that overlaps, after ``base``, or the
            text, or what a submission would confirm, is no longer what the person saw.
        Refused: if role, state, four eyes or the item itself forbid it.
    """
    if not changes:
        raise Refused("nothing to decide; name at least one item with a verdict")
    needs(judge, "annotator")
    if text_version is not None and text_version != view.facts.text_version:
        raise Conflict("the record's text has changed since you opened it; look at it again")
    ledger = Ledger(decisions)
    found = _each_once(changes)
    state = found.get(StateItem())
    _nobody_else_after(ledger, judge, found if state is None else ledger.items, base)
    if state is not None:
        if len(found) > 1:
            raise Refused(f"{state} stands alone; judge labels, tags, spans and links in an act of their own")
        if state == "submit":
            if proposal is not None and proposal != view.proposal:
                raise Conflict("the model has proposed anew since you opened the record; look at it again")
            return plan_submit(view, judge)
        check_state_act(state, view, judge)
        return Plan(((StateItem(), state),))
    open_for_changes(view)
    for item, verdict in found.items():
        _check_item(view, item, verdict)
    found = with_links(view, ledger, judge, found, base)
    _check_overlaps(view, ledger, judge, found, base)
    return Plan(tuple(found.items()))


def plan_submit(view: RecordView, judge: Judge) -> Plan:
    """The submission of a record as it is shown.

    What nobody has judged is accepted as the model proposes it, by an explicit verdict before the submission itself.
    Links are not: no model's suggestion of them is kept, and a person has not looked at each.

    Raises:
        Refused: if role or state forbid it.
    """
    check_state_act("submit", view, judge)
    changes: list[Change] = [(one.item, "accept") for one in (*view.material, *view.use) if one.status == "suggested"]
    changes += [(one.item, one.place) for one in view.tags if one.status == "suggested"]
    changes += [(one.item, "accept") for one in view.attributes if one.status == "suggested"]
    return Plan((*changes, (StateItem(), "submit")))


def check_state_act(verdict: Verdict, view: RecordView, judge: Judge) -> None:
    """Whether a person may say ``submit``, ``approve``, ``return`` or ``reopen`` on a record.

    Raises:
        Refused: if not; says why.
    """
    role, states, otherwise = _RULES[verdict]
    needs(judge, role)
    if view.state not in states:
        raise Refused(f"the record is {_worded(view.state)}: {otherwise}")
    four_eyes(verdict, view, judge)


def four_eyes(verdict: Verdict, view: RecordView, judge: Judge) -> None:
    """Nobody approves or returns what they submitted themselves; Refused if they try."""
    if verdict in ("approve", "return") and view.submitted and judge.user_id == view.submitter:
        raise Refused(f"you submitted this record yourself; somebody else must {verdict} it")


def needs(judge: Judge, role: Role) -> None:
    """Refused unless the person has at least this role."""
    if not covers(judge.role, role):
        raise Refused(f"this takes the role {role} or a higher one; {judge.name} is {judge.role}")


def open_for_changes(view: RecordView) -> None:
    """Refused if the record is submitted or approved."""
    if view.submitted:
        way = "returned" if view.state == "submitted" else "reopened"
        raise Refused(f"the record is {_worded(view.state)}; it takes changes again once a reviewer has {way} it")


def accepted_spans(view: RecordView, changes: Mapping[Item, Verdict]) -> tuple[list[SpanItem], list[SpanItem]]:
    """The spans accepted by ``changes``, and those accepted before that remain so."""
    new = [item for item, verdict in changes.items() if isinstance(item, SpanItem) and verdict == "accept"]
    old = [one.item for one in view.attributes if one.status == "accepted" and one.item not in changes]
    return new, old


def _each_once(changes: Sequence[Change]) -> dict[Item, Verdict]:
    found: dict[Item, Verdict] = {}
    for item, verdict in changes:
        if verdict not in VERDICTS[item.kind] or (item.kind == "state" and verdict == "withdraw"):
            lawful = ", ".join(one for one in VERDICTS[item.kind] if item.kind != "state" or one != "withdraw")
            raise Refused(f"{verdict!r} is no verdict on a {item.kind}; write {lawful}")
        if found.setdefault(item, verdict) != verdict:
            raise Refused(f"{item.key} stands twice with different verdicts; give each item one")
    return found


def _nobody_else_after(ledger: Ledger, judge: Judge, items: Iterable[Item], base: int) -> None:
    for item in items:
        others = [row for row in ledger.items.get(item, ()) if row.id > base and row.user_id != judge.user_id]
        if others:
            who = others[-1]
            raise Conflict(f"{who.user} judged {item.key} ({who.verdict}) while you were looking; look at it again")


def _check_item(view: RecordView, item: Item, verdict: Verdict) -> None:
    if isinstance(item, SpanItem) and verdict == "accept":
        text = view.facts.text(item.field)
        if item.field == "ocr" and item.mark != ocr_mark(text):
            raise Conflict("the words on the photos are not those that you saw; look at the record again")
        if item.end > len(text):
            raise Refused(f"{item.key} ends behind its text: the {item.field} has {len(text)} characters")
        if not text[item.start : item.end].strip():
            raise Refused(f"{item.key} holds nothing but white space; mark at least one character")
    if isinstance(item, TagItem) and verdict in ("primary", "secondary") and item not in {t.item for t in view.tags}:
        if len(item.tag) > LONGEST_TAG:
            raise Refused(f"a tag has at most {LONGEST_TAG} characters; this one has {len(item.tag)}")
        if item.tag != item.tag.strip() or any(ord(sign) < 32 or 0xD800 <= ord(sign) < 0xE000 for sign in item.tag):
            raise Refused("a tag neither begins nor ends with white space and holds no control characters")


def _check_overlaps(view: RecordView, ledger: Ledger, judge: Judge, changes: Mapping[Item, Verdict], base: int) -> None:
    new, old = accepted_spans(view, changes)
    found = overlapping(new, old)
    if found is None:
        return
    one, other = found
    there = ledger.last(other)
    if other in old and there is not None and there.id > base and there.user_id != judge.user_id:
        raise Conflict(f"{there.user} accepted {other.key} while you were looking; {one.key} overlaps it")
    raise Refused(f"{one.key} overlaps {other.key}; spans never overlap: reject that one in the same act")


def _worded(state: State) -> str:
    return {"new": "not annotated yet", "in_review": "in review"}.get(state, state)
