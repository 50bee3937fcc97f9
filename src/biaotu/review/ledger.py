"""The decisions of one record in order: how an item stands, who is to be credited, which acts are still in effect.

An undo appends rows that say again what held before. Such a row is not a judgement of its own: its credit goes to the
decision that it brings back.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence

from biaotu.review.items import Item
from biaotu.review.verdicts import Decision


class Ledger:
    """All decisions of one record, in any order; sorted by id here."""

    def __init__(self, decisions: Iterable[Decision]) -> None:
        self.rows: Sequence[Decision] = sorted(decisions, key=lambda row: row.id)
        by_item: dict[Item, list[Decision]] = {}
        by_batch: dict[str, list[Decision]] = {}
        for row in self.rows:
            by_item.setdefault(row.item, []).append(row)
            by_batch.setdefault(row.batch, []).append(row)
        self.items: Mapping[Item, Sequence[Decision]] = by_item
        self.batches: Mapping[str, Sequence[Decision]] = by_batch
        self._in_effect = {own: self._effects(own) for own in (False, True)}

    @property
    def revision(self) -> int:
        """The id of the last decision; 0 if there is none."""
        return self.rows[-1].id if self.rows else 0

    def last(self, item: Item, before: int | None = None) -> Decision | None:
        """The last row on an item, or the last one whose id is below ``before``."""
        rows = self.items.get(item, ())
        place = len(rows) if before is None else bisect_left(rows, before, key=lambda row: row.id)
        return rows[place - 1] if place else None

    def origin(self, row: Decision | None, stop: str | None = None) -> Decision | None:
        """The decision that a row goes back to: itself, or through undos the one it brought back; None if none.

        ``stop`` names a batch whose rows are taken as they are, even if it is an undo.
        """
        while row is not None and row.undoes is not None and row.batch != stop and row.undoes in self.batches:
            row = self.last(row.item, self.batches[row.undoes][0].id)
        return row

    def standing(self, item: Item, before: int | None = None) -> Decision | None:
        """The decision that holds for an item, credited to who made it; None if nobody's does."""
        row = self.last(item, before)
        if row is None or row.verdict == "withdraw":
            return None
        origin = self.origin(row)
        return origin if origin is not None and origin.verdict == row.verdict else row

    def in_effect(self, batch: str, *, own: bool = False) -> bool:
        """Whether an act still counts: not undone, or each undo of it undone in turn.

        Args:
            batch: the act.
            own: look only at undos by the person whose act it was.
        """
        return self._in_effect[own][batch]

    def root(self, batch: str) -> str:
        """The act that a chain of undos and redos started from; the act itself if it is no undo."""
        undoes = self.batches[batch][0].undoes
        while undoes is not None and undoes in self.batches:
            batch, undoes = undoes, self.batches[undoes][0].undoes
        return batch

    def _effects(self, own: bool) -> dict[str, bool]:
        """For each act whether it counts. An undo comes after what it undoes, so the last act is judged first."""
        effects: dict[str, bool] = {}
        undone: set[str] = set()
        for batch in reversed(list(self.batches)):
            effects[batch] = batch not in undone
            first = self.batches[batch][0]
            target = self.batches.get(first.undoes) if first.undoes is not None else None
            if effects[batch] and target and (not own or target[0].user_id == first.user_id):
                undone.add(target[0].batch)
        return effects
