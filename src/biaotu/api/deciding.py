"""Decisions as the routes take them: keys into items, busy databases tried again, many records one after the other."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final, TypeVar

from biaotu.api.access import Caller
from biaotu.api.schemas.review import BulkChange, BulkOutcome, NewDecision
from biaotu.errors import Busy, Conflict, InputError, NotFound, Refused
from biaotu.review import Item, RecordView, StateItem, Verdict, lawful_verdict, parse_item
from biaotu.store import Store, Unit

_TRIES: Final = 4
_PAUSE: Final = 0.05
"""Seconds before an act is tried again, doubled each time; acts have keys, so trying again never doubles one."""

Result = TypeVar("Result")


def item_of(key: str) -> Item:
    """The item of a key.

    Raises:
        InputError: if the key names none.
    """
    try:
        return parse_item(key)
    except ValueError as error:
        raise InputError(str(error)) from error


def changes_of(decisions: Sequence[NewDecision]) -> list[tuple[Item, Verdict]]:
    """Decisions as the review rules take them.

    Raises:
        InputError: if a key names no item or a verdict is none for its kind.
    """
    changes = []
    for decision in decisions:
        item = item_of(decision.item)
        try:
            changes.append((item, lawful_verdict(item, decision.verdict)))
        except ValueError as error:
            raise InputError(f"{decision.item}: {error}") from error
    return changes


def decide(
    store: Store,
    caller: Caller,
    record_id: int,
    base: int,
    key: str,
    decisions: Sequence[NewDecision],
    note: str = "",
    proposal: str | None = None,
) -> RecordView:
    """One act on a record; the record as it then stands.

    Raises:
        InputError: as ``changes_of``.
        NotFound: if there is no such record.
        Conflict: if somebody else was there first; ``current`` is the record as it stands.
        Refused: if role, state or an item forbids it.
    """
    changes = changes_of(decisions)

    def work(unit: Unit) -> object:
        done = unit.decisions.decide(record_id, changes, base=base, key=key, note=note, proposal=proposal)
        if any(isinstance(item, StateItem) for item, _ in changes):
            unit.queue.release(record_id)  # out of this person's hands: whoever approves or mends it may take it now
        return done

    return _act(store, caller, record_id, work)


def undo(store: Store, caller: Caller, record_id: int, key: str, batch: str | None) -> RecordView:
    """Take back an act.

    Raises:
        NotFound: if there is no such record.
        Conflict: if somebody else has judged one of its items since.
        Refused: if there is nothing to take back or it is not allowed.
    """
    return _act(store, caller, record_id, lambda unit: unit.decisions.undo(record_id, key=key, batch=batch))


def restore(store: Store, caller: Caller, record_id: int, key: str, at: datetime) -> RecordView:
    """Bring a record back to how it stood at a time.

    Raises:
        NotFound: if there is no such record.
        Refused: if nothing differs from then or it is not allowed.
    """
    return _act(store, caller, record_id, lambda unit: unit.decisions.restore(record_id, at, key=key))


def decide_many(store: Store, caller: Caller, key: str, changes: Sequence[BulkChange]) -> list[BulkOutcome]:
    """Acts on many records, each by itself: one that cannot be done does not stop the others."""
    outcomes = []
    for change in changes:
        outcome, detail, revision = "done", "", change.base
        try:
            own_key = f"{key}-{change.record}"
            revision = decide(store, caller, change.record, change.base, own_key, change.decisions).revision
        except NotFound as error:
            outcome, detail = "missing", str(error)
        except Conflict as error:
            outcome, detail = "conflict", str(error)
            revision = error.current.revision if isinstance(error.current, RecordView) else revision
        except (Refused, InputError) as error:
            outcome, detail = "refused", str(error)
        outcomes.append(
            BulkOutcome.model_validate(
                {"record": change.record, "outcome": outcome, "detail": detail, "revision": revision}
            )
        )
    return outcomes


def _act(store: Store, caller: Caller, record_id: int, work: Callable[[Unit], object]) -> RecordView:
    def act() -> RecordView:
        with store.writing(caller.actor) as unit:
            work(unit)
            return unit.decisions.view(record_id)

    return patiently(act)


def patiently(act: Callable[[], Result]) -> Result:
    """Do something that writes all or nothing; try again where others were in the way.

    Raises:
        Busy: if they still are after some tries.
    """
    for turn in range(_TRIES - 1):
        try:
            return act()
        except Busy:
            time.sleep(_PAUSE * 2**turn)
    return act()
