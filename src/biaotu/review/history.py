"""The acts of people on one record, newest first: who did what when, and whether it still counts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from biaotu.review.folding import is_outdated
from biaotu.review.items import Item, LabelItem, LinkItem, SpanItem, TagItem
from biaotu.review.ledger import Ledger
from biaotu.review.verdicts import Decision
from biaotu.review.view import RecordFacts


@dataclass(frozen=True, slots=True)
class Row:
    """One decision of an act. ``text`` says in words what was judged.

    ``stale`` marks what was said of an older version of the text: it no longer counts, and what a span of that text
    held is not known here.
    """

    decision: Decision
    text: str
    stale: bool


@dataclass(frozen=True, slots=True)
class Act:
    """One act of a person; ``in_effect`` is False once it has been undone."""

    batch: str
    user_id: int | None
    user: str
    at: datetime
    note: str
    undoes: str | None
    in_effect: bool
    rows: tuple[Row, ...]

    def to_dict(self) -> dict[str, Any]:
        """The act as plain JSON types, keys in the order of the contract."""
        return {
            "batch": self.batch,
            "user": self.user,
            "user_id": self.user_id,
            "at": self.at.isoformat(),
            "note": self.note,
            "undoes": self.undoes,
            "in_effect": self.in_effect,
            "decisions": [
                {
                    "id": row.decision.id,
                    "item": row.decision.item.key,
                    "verdict": row.decision.verdict,
                    "text": row.text,
                    "stale": row.stale,
                }
                for row in self.rows
            ],
        }


def history(
    facts: RecordFacts, decisions: Iterable[Decision], entry_name: Callable[[str], str] | None = None
) -> tuple[Act, ...]:
    """All acts on a record, newest first; the rows of each in the order in which they were written.

    Args:
        facts: the record as it stands (``RecordView.facts``).
        decisions: all decisions on it.
        entry_name: what people call an entry of the authorities; its id if not given.
    """
    ledger = Ledger(decisions)
    acts = []
    for batch, rows in ledger.batches.items():
        first = rows[0]
        acts.append(
            Act(
                batch=batch,
                user_id=first.user_id,
                user=first.user,
                at=first.at,
                note=first.note,
                undoes=first.undoes,
                in_effect=ledger.in_effect(batch),
                rows=tuple(_row(facts, row, entry_name or str) for row in rows),
            )
        )
    return tuple(reversed(acts))


def _row(facts: RecordFacts, decision: Decision, entry_name: Callable[[str], str]) -> Row:
    stale, item = is_outdated(decision, facts), decision.item
    if isinstance(item, LinkItem):
        entry = "不在规范名中" if item.is_none else entry_name(item.entry)
        return Row(decision, f"{_worded(facts, item.span, stale)} → {entry}", stale)
    return Row(decision, _worded(facts, item, stale), stale)


def _worded(facts: RecordFacts, item: Item, stale: bool) -> str:
    if isinstance(item, SpanItem):
        return item.name if stale else f"{item.name}：{facts.text(item.field)[item.start : item.end]}"
    if isinstance(item, TagItem):
        return item.tag
    return item.name if isinstance(item, LabelItem) else ""
