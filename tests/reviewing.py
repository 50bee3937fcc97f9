"""A record on a desk for the tests of the review room: acts are planned by the real code and their rows appended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import samples
from biaotu.records import Annotation
from biaotu.review import (
    Decision,
    Item,
    Judge,
    Plan,
    RecordFacts,
    RecordView,
    Verdict,
    fold,
    lawful_verdict,
    parse_item,
    plan_decide,
    plan_restore,
    plan_undo,
)

START = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
ANNA = Judge(1, "anna", "annotator")
BO = Judge(2, "bo", "annotator")
RUI = Judge(3, "rui", "reviewer")
ADA = Judge(4, "ada", "admin")
READER = Judge(5, "lin", "reader")


class Desk:
    """One record, what a model says of it, and a growing list of decisions."""

    def __init__(self, annotation: Annotation | None = None, *, suggested: bool = True) -> None:
        told = annotation or samples.annotation()
        self.annotation = told if suggested else None
        self.facts = RecordFacts(17, "0358", "", told.title, told.description, 1)
        self.decisions: list[Decision] = []
        self.acts = 0

    @property
    def view(self) -> RecordView:
        return fold(self.facts, self.annotation, self.decisions)

    @property
    def now(self) -> datetime:
        """The time of the last act."""
        return START + timedelta(minutes=self.acts)

    def append(self, judge: Judge, plan: Plan) -> str:
        self.acts += 1
        batch = f"act-{self.acts}"
        for item, verdict in plan.changes:
            self.decisions.append(
                Decision(
                    id=len(self.decisions) + 101,
                    record_id=self.facts.id,
                    user_id=judge.user_id,
                    user=judge.name,
                    item=item,
                    verdict=verdict,
                    batch=batch,
                    text_version=self.facts.text_version,
                    at=self.now,
                    undoes=plan.undoes,
                )
            )
        return batch

    def decide(self, judge: Judge, *changes: str, base: int | None = None) -> str:
        """Changes as ``KEY VERDICT``."""
        revision = self.view.revision if base is None else base
        return self.append(judge, plan_decide(self.view, self.decisions, judge, parsed(changes), revision))

    def undo(self, judge: Judge, batch: str | None = None) -> str:
        return self.append(judge, plan_undo(self.view, self.decisions, judge, batch))

    def restore(self, judge: Judge, at: datetime) -> str:
        return self.append(judge, plan_restore(self.view, self.decisions, judge, at))

    def revise(self, **texts: str) -> None:
        """A new text, as an import brings it."""
        changed: dict[str, Any] = {**texts, "text_version": self.facts.text_version + 1}
        self.facts = replace(self.facts, **changed)


def parsed(changes: Sequence[str]) -> list[tuple[Item, Verdict]]:
    pairs = (change.rpartition(" ") for change in changes)
    return [(item, lawful_verdict(item, verdict)) for key, _, verdict in pairs for item in [parse_item(key)]]


def statuses(view: RecordView) -> dict[str, str]:
    """Key -> status of all that is judged or proposed, links too; tags with their place."""
    labels = {one.item.key: one.status for one in (*view.material, *view.use) if one.status != "none"}
    spans = {one.item.key: one.status for one in view.attributes}
    links = {one.item.key: one.status for one in view.links}
    return labels | spans | links | {one.item.key: f"{one.status} {one.place}" for one in view.tags}


def without_revision(view: RecordView) -> RecordView:
    return replace(view, revision=0)
