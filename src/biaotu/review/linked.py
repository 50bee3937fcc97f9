"""Rules for saying which entry of the authorities a value names: one entry a value, and only for values that stand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from biaotu.errors import Conflict, Refused
from biaotu.review.folding import is_outdated
from biaotu.review.items import Item, LinkItem, SpanItem
from biaotu.review.ledger import Ledger
from biaotu.review.verdicts import Judge, Verdict
from biaotu.review.view import RecordFacts, RecordView

Changes = Mapping[Item, Verdict]


def with_links(view: RecordView, ledger: Ledger, judge: Judge, changes: Changes, base: int) -> dict[Item, Verdict]:
    """The verdicts of an act with what follows from those on links.

    Accepting a link says that the value itself is right, so a value that the model only proposes is accepted with it;
    and it takes back the link that was accepted before.

    Raises:
        Conflict: if somebody else linked the value otherwise, or judged it, after ``base``.
        Refused: if a value does not stand, or is to name two entries.
    """
    found = dict(changes)
    for item, verdict in changes.items():
        if isinstance(item, LinkItem) and verdict != "withdraw":
            if item.is_none and verdict == "reject":
                raise Refused(f"{item.key}: say which entry it is instead, or withdraw what was said")
            _check_value(view, ledger, judge, item, changes, base)
            if verdict == "accept":
                found = _accepted(view, ledger, judge, item, found, base)
    return found


def second_entry(ledger: Ledger, facts: RecordFacts, changes: Changes) -> tuple[LinkItem, LinkItem] | None:
    """The first two links that would both be accepted on one value after these changes; None if none would."""
    accepted: dict[SpanItem, LinkItem] = {}
    fresh = [item for item, verdict in changes.items() if isinstance(item, LinkItem) and verdict == "accept"]
    kept = [item for item in _accepted_links(ledger, facts) if item not in changes]
    for item in (*kept, *fresh):
        if (other := accepted.setdefault(item.span, item)) != item:
            return item, other
    return None


def _check_value(view: RecordView, ledger: Ledger, judge: Judge, item: LinkItem, changes: Changes, base: int) -> None:
    wanted = changes.get(item.span)
    if wanted == "accept" or (wanted is None and any(item.span == one.item for one, _ in view.shown_spans())):
        return
    others = _by_others(ledger, judge, [item.span], base)
    if others:
        raise Conflict(f"{others} judged {item.span.key} while you were looking; look at it again")
    raise Refused(f"{item.key}: there is no such value on the record; mark it first, or accept it in the same act")


def _accepted(
    view: RecordView, ledger: Ledger, judge: Judge, item: LinkItem, found: dict[Item, Verdict], base: int
) -> dict[Item, Verdict]:
    if any(verdict == "accept" and _rivals(one, item) for one, verdict in found.items()):
        raise Refused(f"{item.span.key} names one entry at most; accept one link")
    before = [one for one in _accepted_links(ledger, view.facts) if _rivals(one, item)]
    if others := _by_others(ledger, judge, before, base):
        raise Conflict(f"{others} linked {item.span.key} while you were looking; look at it again")
    added: dict[Item, Verdict] = {one: "withdraw" for one in before if one not in found}
    if item.span not in found and any(one.item == item.span and one.status == "suggested" for one in view.attributes):
        added[item.span] = "accept"
    return added | found


def _accepted_links(ledger: Ledger, facts: RecordFacts) -> list[LinkItem]:
    """The links that are accepted on the present text, also of values that are not shown just now."""
    return [
        item
        for item, rows in ledger.items.items()
        if isinstance(item, LinkItem) and rows[-1].verdict == "accept" and not is_outdated(rows[-1], facts)
    ]


def _rivals(one: Item, other: LinkItem) -> bool:
    return isinstance(one, LinkItem) and one.span == other.span and one != other


def _by_others(ledger: Ledger, judge: Judge, items: Iterable[Item], base: int) -> str:
    """The name of somebody else whose word on one of the items is the last, and later than ``base``; empty if none."""
    for item in items:
        last = ledger.last(item)
        if last is not None and last.id > base and last.user_id != judge.user_id:
            return last.user
    return ""
