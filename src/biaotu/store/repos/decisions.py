"""What people decide. An act is planned by ``biaotu.review`` from what is there, and appended here as one batch.

The record is locked before anything is looked at, so two acts on it come one after the other, whoever sends them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import uuid4

import sqlalchemy as sa

from biaotu.errors import Conflict, NotFound, Refused
from biaotu.review import (
    Act,
    Decision,
    Item,
    Judge,
    Plan,
    RecordView,
    StateItem,
    Verdict,
    history,
    plan_decide,
    plan_restore,
    plan_undo,
)
from biaotu.store.repos import caches
from biaotu.store.repos.base import Repository, kept_item, pieces
from biaotu.store.repos.cases import (
    DECIDED,
    DECISION,
    Case,
    decision,
    load_cases,
    load_decisions,
)
from biaotu.store.repos.links import links_today
from biaotu.store.repos.reading import LIVING
from biaotu.store.schema import batches, decisions, records
from biaotu.store.values import Done

LONGEST_KEY: Final = 200
LONGEST_NOTE: Final = 4000

Same = Callable[[sa.Row[Any], Collection[tuple[str, str]]], bool]
"""Whether a batch with its items and verdicts is what an act asks for, so that its key may come again."""


class DecisionRepository(Repository):
    """Decisions, and the views of records that follow from them."""

    def decide(
        self,
        record_id: int,
        changes: Sequence[tuple[Item, Verdict]],
        *,
        base: int,
        key: str,
        note: str = "",
        text_version: int | None = None,
        proposal: str | None = None,
    ) -> Done:
        """Verdicts of the unit's actor on a record, all or none; also submit, approve, return, reopen.

        Args:
            record_id: the record.
            changes: the verdicts, each item once.
            base: the revision (last decision id) that the person saw.
            key: the client's own name for this act; the same key again does nothing and returns the first result.
            note: the person's words on it.
            text_version: the version of the words that the person saw, if known.
            proposal: ``RecordView.proposal`` of what the person saw, if known; a submission confirms that alone.

        Raises:
            NotFound: if there is no such record.
            Conflict: if somebody else was there first; ``current`` is the record's view.
            Refused: if the role, the record's state or an item forbids it, a link leads to no entry, or the key was
                used for another act.
        """

        def plan(case: Case, judge: Judge) -> Plan:
            today = links_today(self._unit.authorities, case.decisions, changes)
            return plan_decide(case.view, case.decisions, judge, today, base, text_version, proposal)

        def same(_batch: sa.Row[Any], rows: Collection[tuple[str, str]]) -> bool:
            known = self._unit.authorities
            written = {(known.meant(kept_item(key)), verdict) for key, verdict in rows}
            return all((known.meant(item), verdict) in written for item, verdict in changes)

        return self._act("decide", record_id, key, note, plan, same)

    def undo(self, record_id: int, *, key: str, batch: str | None = None, note: str = "") -> Done:
        """Take back an act on a record, by default the actor's own last one; naming an undo redoes it.

        Raises:
            NotFound: if there is no such record.
            Conflict: if somebody else has judged one of its items since.
            Refused: if there is nothing to undo or it is not allowed.
        """

        def plan(case: Case, judge: Judge) -> Plan:
            return plan_undo(case.view, case.decisions, judge, batch)

        def same(done: sa.Row[Any], _rows: Collection[tuple[str, str]]) -> bool:
            return batch in (None, done.undoes)

        return self._act("undo", record_id, key, note, plan, same)

    def restore(self, record_id: int, at: datetime, *, key: str, note: str = "") -> Done:
        """Bring labels, tags and spans of a record back to how they were judged at a time.

        Raises:
            NotFound: if there is no such record.
            Refused: if nothing differs from then or it is not allowed.
        """

        def plan(case: Case, judge: Judge) -> Plan:
            return plan_restore(case.view, case.decisions, judge, at)

        def same(batch: sa.Row[Any], _rows: Collection[tuple[str, str]]) -> bool:
            return bool(batch.restores == at)

        return self._act("restore", record_id, key, note, plan, same, at)

    def view(self, record_id: int) -> RecordView:
        """A record as it stands.

        Raises:
            NotFound: if there is none.
        """
        return self._case(record_id).view

    def views(self, ids: Sequence[int]) -> dict[int, RecordView]:
        """The views of those of the records that are there."""
        return {record_id: case.view for record_id, case in load_cases(self._connection, ids).items()}

    def history(self, record_id: int) -> tuple[Act, ...]:
        """All acts on a record, newest first.

        Raises:
            NotFound: if there is no such record.
        """
        if not self.of_record(record_id):  # nothing to tell in words, so nothing else has to be read
            self._unit.records.get(record_id)
            return ()
        case = self._case(record_id)
        return history(case.view.facts, case.decisions, self._unit.authorities.name_of)

    def of_record(self, record_id: int) -> list[Decision]:
        """All decisions on a record, oldest first."""
        return load_decisions(self._connection, [record_id]).get(record_id, [])

    def current(self, record_id: int) -> dict[Item, Decision]:
        """The last decision on each item of a record, withdrawals too."""
        return {row.item: row for row in self.of_record(record_id)}

    def since(self, ids: Sequence[int], after: int = 0) -> dict[int, list[Decision]]:
        """Decisions with an id above ``after`` on each of the records; records without any are left out."""
        found = load_decisions(self._connection, ids)
        later = {record_id: [row for row in rows if row.id > after] for record_id, rows in found.items()}
        return {record_id: rows for record_id, rows in later.items() if rows}

    def all(self) -> Iterator[Decision]:
        """Every decision on records that are there, by record and id: what agreement is worked out from."""
        joined = DECIDED.join(records, records.c.id == decisions.c.record_id)
        query = sa.select(*DECISION).select_from(joined).where(LIVING)
        for row in self._connection.execute(query.order_by(decisions.c.record_id, decisions.c.id)):
            yield decision(row)

    def refresh(self, ids: Sequence[int]) -> None:
        """Bring what follows from annotations and decisions up to date: columns, ``record_items``, the search index.

        The index follows when the unit ends.
        Called by everything here that changes a record; whoever changes tables by other means calls it too.
        """
        for piece in pieces(sorted(set(ids))):
            cases = load_cases(self._connection, piece)
            caches.write_columns(
                self._connection, {one: caches.columns(case.view, case.annotation_id) for one, case in cases.items()}
            )
            wanted = {one: caches.items(cases[one].view) if one in cases else {} for one in piece}
            caches.write_items(self._unit, wanted)
            self._unit.index_later({one: cases[one].view if one in cases else None for one in piece})

    def _act(
        self,
        kind: str,
        record_id: int,
        key: str,
        note: str,
        planned: Callable[[Case, Judge], Plan],
        same: Same,
        restores: datetime | None = None,
    ) -> Done:
        if not 0 < len(key) <= LONGEST_KEY or len(note) > LONGEST_NOTE:
            raise Refused(f"an act needs a key of 1 to {LONGEST_KEY} characters, its note has at most {LONGEST_NOTE}")
        self._unit.records.lock([record_id])
        if (done := self._done_before(kind, record_id, key, same)) is not None:
            return done
        case = self._case(record_id)
        try:
            plan = planned(case, self._judge())
        except Conflict as error:
            raise Conflict(str(error), case.view) from error
        return self._append(kind, case, key, note, plan, restores)

    def _append(self, kind: str, case: Case, key: str, note: str, plan: Plan, restores: datetime | None) -> Done:
        record_id, batch = case.record.id, str(uuid4())
        # Restoring to a time needs times that grow as ids do, also where the clock was set back.
        at = max([self._unit.now(), *(row.at for row in case.decisions[-1:])])
        act = {
            "id": batch,
            "record_id": record_id,
            "user_id": self._user_id,
            "actor": self._unit.actor.name,
            "key": key,
            "kind": kind,
            "text_version": case.record.text_version,
            "note": note,
            "undoes": plan.undoes,
            "restores": restores,
            "at": at,
        }
        self._connection.execute(sa.insert(batches), [act])
        rows = [
            {"batch": batch, "record_id": record_id, "item": item.key, "verdict": verdict}
            for item, verdict in plan.changes
        ]
        statement = sa.insert(decisions).returning(decisions.c.id, sort_by_parameter_order=True)
        ids = tuple(self._connection.execute(statement, rows).scalars())
        self._connection.execute(sa.update(records).where(records.c.id == record_id).values(updated_at=at))
        verdicts = [verdict for item, verdict in plan.changes if isinstance(item, StateItem)]
        detail = {"batch": batch, "decisions": len(ids)} | ({"state": verdicts[0]} if verdicts else {})
        self._unit.audit.add(f"record.{kind}", f"record:{record_id}", detail)
        self.refresh([record_id])
        return Done(batch, record_id, ids[-1], ids)

    def _done_before(self, kind: str, record_id: int, key: str, same: Same) -> Done | None:
        """What the same act did before; Refused if another act had this key, which would be lost silently."""
        query = sa.select(batches).where(batches.c.actor == self._unit.actor.name, batches.c.key == key)
        batch = self._connection.execute(query).one_or_none()
        if batch is None:
            return None
        if batch.record_id != record_id:
            raise Refused("this key was used for an act on another record; every act needs a new one")
        rows = self._connection.execute(
            sa.select(decisions.c.id, decisions.c.item, decisions.c.verdict)
            .where(decisions.c.batch == batch.id)
            .order_by(decisions.c.id)
        ).all()
        if batch.kind != kind or not same(batch, {(row.item, row.verdict) for row in rows}):
            raise Refused("this key was used for another act on this record; every act needs a new one")
        ids = tuple(row.id for row in rows)
        return Done(batch.id, record_id, ids[-1], ids, repeated=True)

    def _judge(self) -> Judge:
        actor = self._unit.actor
        if actor.user_id is None:
            return Judge(None, actor.name, "admin")
        user = self._unit.users.get(actor.user_id)
        if not user.active:
            raise Refused(f"the account {user.name} is switched off")
        return Judge(user.id, user.name, user.role)

    def _case(self, record_id: int) -> Case:
        found = load_cases(self._connection, [record_id])
        if record_id not in found:
            raise NotFound(f"there is no record {record_id}")
        return found[record_id]
