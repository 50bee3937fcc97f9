"""Taking back: undo, redo, and restoring a record as it was at some time. All of it adds rows, nothing is removed.

An undo says again, for every item of the act, what held before the act. An undo is an act itself, so undoing it is the
redo. Submissions and approvals can be taken back only while nothing has changed since, and by whoever may make them.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from biaotu.errors import Conflict, Refused
from biaotu.review.acts import Change, Plan, accepted_spans, four_eyes, needs, open_for_changes
from biaotu.review.folding import is_outdated, overlapping
from biaotu.review.items import Item, StateItem
from biaotu.review.ledger import Ledger
from biaotu.review.linked import second_entry
from biaotu.review.verdicts import Decision, Judge, Verdict
from biaotu.review.view import RecordFacts, RecordView


def undoable(decisions: Iterable[Decision], judge: Judge) -> str | None:
    """The person's own last act on the record that is no undo and still in effect; None if there is none."""
    return _undoable(Ledger(decisions), judge)


def redoable(decisions: Iterable[Decision], judge: Judge) -> str | None:
    """The person's own last undo that is in effect, unless they have judged anew since; None if there is none.

    Undoing this batch is the redo.
    """
    ledger = Ledger(decisions)
    for batch, rows in reversed(list(ledger.batches.items())):
        if rows[0].user_id != judge.user_id or not ledger.in_effect(batch):
            continue
        if rows[0].undoes is None:
            return None
        if _depth(ledger, batch) % 2 == 1:
            return batch
    return None


def plan_undo(view: RecordView, decisions: Iterable[Decision], judge: Judge, batch: str | None = None) -> Plan:
    """Take an act back.

    Args:
        view: the record as it stands.
        decisions: all decisions on it.
        judge: who takes it back: whose act it was, or a reviewer.
        batch: the act; by default what ``undoable`` names. Naming an undo redoes what it took back.

    What was said of an older version of the text is not brought back but left open.

    Raises:
        Conflict: if somebody else has judged one of its items since, or accepted a span that overlaps, or an entry in
            place of, one it brings back.
        Refused: if there is nothing to undo, it is undone already, the person judged the items again later, or role,
            state or four eyes forbid it.
    """
    needs(judge, "annotator")
    ledger = Ledger(decisions)
    batch = batch or _undoable(ledger, judge)
    if batch is None:
        raise Refused("you have done nothing on this record that could be undone")
    if batch not in ledger.batches:
        raise Refused(f"the record has no act {batch}")
    rows = ledger.batches[batch]
    if rows[0].user_id != judge.user_id:
        needs(judge, "reviewer")
    if not ledger.in_effect(batch):
        raise Refused("this act is undone already")
    items = tuple(dict.fromkeys(row.item for row in rows))
    if StateItem() in items:
        _check_state(ledger, view, judge, batch)
    else:
        open_for_changes(view)
    for item in items:
        _check_untouched(ledger, judge, batch, item)
    changes = {item: _verdict_before(ledger, item, rows[0].id, view.facts) for item in items}
    _check_overlaps(view, ledger, judge, changes)
    return Plan(tuple(changes.items()), undoes=batch)


def plan_restore(view: RecordView, decisions: Iterable[Decision], judge: Judge, at: datetime) -> Plan:
    """Bring labels, tags, spans and links back to how people had judged them at some time.

    The record's state is not brought back: what was submitted or approved then must be submitted and approved anew,
    and a record that is submitted or approved now must be returned or reopened first. Spans that were judged in an
    older version of the text are not brought back but left open.

    Args:
        view: the record as it stands.
        decisions: all decisions on it.
        judge: who restores: a reviewer, or anybody if all decisions since are their own.
        at: the time, with its zone; decisions of that very moment count.

    Raises:
        Refused: if role or state forbid it, or nothing differs from that time.
    """
    needs(judge, "annotator")
    open_for_changes(view)
    ledger = Ledger(decisions)
    later = [row for row in ledger.rows if row.at > at]
    if any(row.user_id != judge.user_id for row in later):
        needs(judge, "reviewer")
    stop = later[0].id if later else ledger.revision + 1
    changes: list[Change] = []
    for item in ledger.items:
        if not isinstance(item, StateItem):
            now = _verdict_before(ledger, item, None, view.facts)
            then = _verdict_before(ledger, item, stop, view.facts)
            changes += [(item, then)] if now != then else []
    if not changes:
        raise Refused("labels, tags, spans and links are judged as they were at that time; nothing to restore")
    return Plan(tuple(changes))


def _undoable(ledger: Ledger, judge: Judge) -> str | None:
    for batch, rows in reversed(list(ledger.batches.items())):
        if rows[0].user_id == judge.user_id and rows[0].undoes is None and ledger.in_effect(batch):
            return batch
    return None


def _depth(ledger: Ledger, batch: str) -> int:
    """How many undos an act is away from the judgement it goes back to: 0 for itself, odd for an undo, even a redo."""
    depth, undoes = 0, ledger.batches[batch][0].undoes
    while undoes is not None and undoes in ledger.batches:
        depth, undoes = depth + 1, ledger.batches[undoes][0].undoes
    return depth


def _verdict_before(ledger: Ledger, item: Item, before: int | None, facts: RecordFacts) -> Verdict:
    """What held for an item before a row (now, if None); ``withdraw`` if nothing, or only for an old text."""
    row, standing = ledger.last(item, before), ledger.standing(item, before)
    if row is None or standing is None:
        return "withdraw"
    return "withdraw" if is_outdated(row, facts) else standing.verdict


def _check_untouched(ledger: Ledger, judge: Judge, batch: str, item: Item) -> None:
    last = ledger.origin(ledger.last(item), stop=batch)
    if last is None or last.batch == batch:
        return
    if last.user_id != judge.user_id:
        raise Conflict(f"{last.user} has judged {item.key} since ({last.verdict}); it cannot be undone")
    raise Refused(f"you judged {item.key} again later ({last.verdict}); undo that first")


def _check_state(ledger: Ledger, view: RecordView, judge: Judge, batch: str) -> None:
    """An act on the record as a whole is taken back by who may make it, while everything else is as it left it."""
    if any(row.text_version != view.facts.text_version for row in ledger.batches[batch]):
        raise Refused("the record's text has changed since; it cannot be undone any more")
    root = ledger.batches[ledger.root(batch)]
    for row in root:
        if isinstance(row.item, StateItem) and row.verdict != "submit":
            needs(judge, "reviewer")
            four_eyes(row.verdict, view, judge)
    after = ledger.batches[batch][-1].id + 1
    for item in ledger.items:
        now, then = ledger.last(item), ledger.last(item, after)
        if now is not None and now.verdict != (then.verdict if then else "withdraw"):
            message = f"the record has changed since ({item.key}, by {now.user}); it cannot be undone any more"
            raise Conflict(message) if now.user_id != judge.user_id else Refused(message)


def _check_overlaps(view: RecordView, ledger: Ledger, judge: Judge, changes: dict[Item, Verdict]) -> None:
    new, old = accepted_spans(view, changes)
    crossing, double = overlapping(new, old), second_entry(ledger, view.facts, changes)
    found: tuple[Item, Item] | None = crossing or double
    if found is not None:
        there = ledger.standing(found[1])
        why = "it overlaps" if crossing else "the value names an entry by"
        message = f"{found[0].key} cannot come back: {why} {found[1].key}, accepted since"
        raise Conflict(message) if there and there.user_id != judge.user_id else Refused(message)
