"""What people decide, on both databases: all or none, once for each key, undone, restored, told in the audit log."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from biaotu.authorities import Entry
from biaotu.errors import Conflict, NotFound, Refused, StoreError
from biaotu.records import Label
from biaotu.review import LabelItem, RecordView, StateItem, TagItem
from biaotu.store import Actor, Done, Store, check
from biaotu.store.schema import FROZEN
from samples import annotation
from store_fixtures import TEST, Clock, add_records, add_user, annotate, changes

pytest_plugins = ("store_fixtures",)

METAL = "label:material:metal"
GROUP = "span:title:0:6:organisation"


@pytest.fixture
def record(store: Store) -> int:
    """An annotated record."""
    ids = add_records(store)
    annotate(store, ids)
    return ids[0]


@pytest.fixture
def anna(store: Store) -> Actor:
    return add_user(store, "anna")


def decide(store: Store, actor: Actor, record: int, *texts: str, base: int = 0, key: str = "") -> Done:
    with store.writing(actor) as unit:
        return unit.decisions.decide(record, changes(*texts), base=base, key=key or f"{actor.name} {texts}")


def view(store: Store, record: int) -> RecordView:
    with store.reading() as unit:
        return unit.decisions.view(record)


def label(store: Store, record: int, key: str = METAL) -> tuple[str, str | None]:
    found = next(one for one in view(store, record).material if one.item.key == key)
    return found.status, found.by


def test_a_decision_stands_beside_the_suggestion(store: Store, record: int, anna: Actor) -> None:
    done = decide(store, anna, record, f"{METAL} reject", "tag:老柳 primary", f"{GROUP} accept")
    shown = view(store, record)
    assert label(store, record) == ("rejected", "anna")
    assert shown.confirmed().primary == ("老柳",)
    assert [span.value for span in shown.confirmed().spans] == ["青石沟游击队"]
    assert (shown.state, shown.revision) == ("in_review", done.revision)
    with store.reading() as unit:
        told = unit.annotations.of_record(record)[0].document
        record_now = unit.records.get(record)
    assert told["labels"]["material"][0] == {"name": "金属制品", "confidence": 0.98, "accepted": True}
    assert (record_now.state, record_now.revision) == ("in_review", done.revision)
    assert record_now.uncertainty == pytest.approx(shown.uncertainty)


def test_the_same_key_again_does_nothing_and_gives_the_first_result(store: Store, record: int, anna: Actor) -> None:
    first = decide(store, anna, record, f"{METAL} reject", key="k")
    again = decide(store, anna, record, f"{METAL} reject", key="k")
    assert again == Done(first.batch, record, first.revision, first.decisions, repeated=True)
    other = decide(store, add_user(store, "bo"), record, "label:use:container accept", base=first.revision, key="k")
    assert not other.repeated  # keys are each person's own
    with store.reading() as unit:
        assert len(unit.decisions.of_record(record)) == 2


def test_a_key_used_on_another_record_is_refused(store: Store, record: int, anna: Actor) -> None:
    decide(store, anna, record, f"{METAL} reject", key="k")
    other = add_records(store, start=2)[0]
    with pytest.raises(Refused, match="another record"):
        decide(store, anna, other, f"{METAL} accept", key="k")


def test_who_looked_before_somebody_else_decided_is_told_how_it_stands(store: Store, record: int, anna: Actor) -> None:
    decide(store, anna, record, f"{METAL} reject")
    with pytest.raises(Conflict, match="anna") as caught:
        decide(store, add_user(store, "bo"), record, f"{METAL} accept", "tag:铁水壶 reject")
    assert isinstance(caught.value.current, RecordView)
    assert caught.value.current.to_dict() == view(store, record).to_dict()
    assert label(store, record) == ("rejected", "anna")
    assert {tag.item.key: tag.status for tag in view(store, record).tags}["tag:铁水壶"] == "suggested"


def test_submitting_confirms_what_is_shown_and_closes_the_record(store: Store, record: int, anna: Actor) -> None:
    decide(store, anna, record, "label:use:container reject")
    done = decide(store, anna, record, "state submit")
    shown = view(store, record)
    assert (shown.state, shown.submitter) == ("submitted", anna.user_id)
    assert shown.confirmed() == shown.shown()
    assert shown.confirmed().use == ("家具炊具",)
    with store.reading() as unit:
        rows = unit.decisions.since([record], done.decisions[0] - 1)[record]
        assert {(row.item, row.verdict) for row in rows} >= {
            (LabelItem("material", "metal"), "accept"),
            (StateItem(), "submit"),
        }
        assert unit.records.get(record).submitted_by == anna.user_id
    with pytest.raises(Refused, match="submitted"):
        decide(store, anna, record, f"{METAL} reject", base=done.revision)


def test_two_people_are_needed_to_approve(store: Store, record: int) -> None:
    rui, ada, anna = add_user(store, "rui", "reviewer"), add_user(store, "ada", "admin"), add_user(store, "anna")
    revision = decide(store, rui, record, "state submit").revision
    with pytest.raises(Refused, match="yourself"):
        decide(store, rui, record, "state approve", base=revision)
    with pytest.raises(Refused, match="reviewer"):
        decide(store, anna, record, "state approve", base=revision)
    revision = decide(store, ada, record, "state approve", base=revision).revision
    assert view(store, record).state == "approved"
    decide(store, rui, record, "state reopen", base=revision)
    assert view(store, record).state == "in_review"


def test_the_role_is_that_of_the_user_now_not_what_the_caller_says(store: Store, record: int, anna: Actor) -> None:
    assert anna.user_id is not None
    with store.writing(TEST) as unit:
        unit.users.change(anna.user_id, role="reader")
    with pytest.raises(Refused, match="annotator"):
        decide(store, anna, record, f"{METAL} reject")
    with store.writing(TEST) as unit:
        unit.users.change(anna.user_id, role="admin")
        unit.users.add("ada", "admin")
        unit.users.change(anna.user_id, active=False)
    with pytest.raises(Refused, match="switched off"):
        decide(store, anna, record, f"{METAL} reject")
    with pytest.raises(NotFound, match="user 999"):
        decide(store, Actor(999, "ghost"), record, f"{METAL} reject")


def test_undo_and_redo(store: Store, record: int, anna: Actor) -> None:
    first = decide(store, anna, record, f"{METAL} reject", "tag:铁水壶 secondary")
    with store.writing(anna) as unit:
        undone = unit.decisions.undo(record, key="u")
    assert label(store, record) == ("suggested", None)
    assert view(store, record).state == "annotated"
    with store.writing(anna) as unit:
        assert unit.decisions.undo(record, key="u").repeated
        unit.decisions.undo(record, key="r", batch=undone.batch)
    assert label(store, record) == ("rejected", "anna")
    with store.reading() as unit:
        acts = unit.decisions.history(record)
    assert [(act.undoes, act.in_effect) for act in acts] == [(undone.batch, True), (first.batch, False), (None, True)]


def test_undo_after_somebody_else_decided_is_a_conflict_with_the_view(store: Store, record: int, anna: Actor) -> None:
    first = decide(store, anna, record, f"{METAL} reject")
    decide(store, add_user(store, "bo"), record, f"{METAL} accept", base=first.revision)
    with pytest.raises(Conflict) as caught, store.writing(anna) as unit:
        unit.decisions.undo(record, key="u", batch=first.batch)
    assert isinstance(caught.value.current, RecordView)


def test_restore_brings_back_how_it_stood_at_a_time(store: Store, record: int, anna: Actor) -> None:
    clock = Clock(datetime(2030, 1, 1, tzinfo=UTC))
    with Store.open(store.place, clock=clock) as timed:
        decide(timed, anna, record, f"{METAL} reject")
        then, before = clock.time, view(timed, record)
        base = decide(timed, anna, record, "tag:老柳 reject", base=10**6) if clock.on(hours=1) else None
        clock.on(hours=1)
        decide(timed, anna, record, f"{METAL} accept", "tag:新标签 primary", base=10**6)
        clock.on(hours=1)
        with timed.writing(anna) as unit:
            unit.decisions.restore(record, then, key="back")
        after = view(timed, record)
    assert base is not None
    assert (after.confirmed(), after.shown()) == (before.confirmed(), before.shown())
    assert label(store, record)[0] == "rejected"


def test_times_grow_with_ids_even_if_the_clock_goes_back(store: Store, record: int, anna: Actor) -> None:
    clock = Clock(datetime(2030, 1, 1, tzinfo=UTC))
    with Store.open(store.place, clock=clock) as timed:
        decide(timed, anna, record, f"{METAL} reject")
        clock.on(days=-3)
        decide(timed, anna, record, f"{METAL} accept", base=10**6)
        with timed.reading() as unit:
            times = [row.at for row in unit.decisions.of_record(record)]
    assert times == [datetime(2030, 1, 1, tzinfo=UTC)] * 2


def test_a_new_model_version_never_overwrites_a_decision(store: Store, record: int, anna: Actor) -> None:
    decide(store, anna, record, f"{METAL} reject", "label:use:container accept")
    newer = annotation(model_version="2", material=(Label("金属制品", 0.999, True), Label("石制品", 0.7, True)))
    annotate(store, [record], newer)
    assert label(store, record) == ("rejected", "anna")
    assert label(store, record, "label:material:stone") == ("suggested", None)
    assert view(store, record).model == ("test-model", "2")
    with store.reading() as unit:
        assert [one.model_version for one in unit.annotations.of_record(record)] == ["2", "1"]


def test_new_words_keep_what_was_decided_on_the_old_ones(store: Store, record: int, anna: Actor) -> None:
    decide(store, anna, record, f"{GROUP} accept", f"{METAL} reject")
    with store.writing(TEST) as unit:
        assert unit.records.revise(record, "改过的标题没有队名", annotation().description, {}) == 2
    shown = view(store, record)
    assert label(store, record) == ("rejected", "anna")
    assert shown.confirmed().spans == ()
    assert {row.item.field for row in shown.attributes} == {"description"}  # the title's are out of place now
    with store.writing(TEST) as unit:
        assert [row.text_version for row in unit.decisions.of_record(record)] == [1, 1]
        unit.records.revert(record, 1)
    assert [span.value for span in view(store, record).confirmed().spans] == ["青石沟游击队"]


def test_a_closed_record_with_new_words_waits_for_people_again(store: Store, record: int, anna: Actor) -> None:
    decide(store, anna, record, "state submit")
    with store.writing(TEST) as unit:
        unit.records.revise(record, "新标题", annotation().description, {})
    with store.reading() as unit:
        assert unit.records.get(record).state == unit.decisions.view(record).state
    assert list(check(store)) == []


def test_current_tells_the_last_decision_on_each_item(store: Store, record: int, anna: Actor) -> None:
    base = decide(store, anna, record, f"{METAL} reject", "tag:老柳 reject").revision
    decide(store, anna, record, f"{METAL} withdraw", base=base)
    with store.reading() as unit:
        current = unit.decisions.current(record)
        everything = list(unit.decisions.all())
    assert {item: row.verdict for item, row in current.items()} == {
        LabelItem("material", "metal"): "withdraw",
        TagItem("老柳"): "reject",
    }
    assert [row.verdict for row in everything] == ["reject", "reject", "withdraw"]


def test_every_act_is_in_the_audit_log(store: Store, record: int, anna: Actor) -> None:
    done = decide(store, anna, record, "state submit")
    with store.writing(anna) as unit:
        unit.decisions.undo(record, key="u")
        lines = unit.audit.page(object=f"record:{record}").items
    assert [(line.action, line.actor, line.user_id) for line in lines] == [
        ("record.undo", "anna", anna.user_id),
        ("record.decide", "anna", anna.user_id),
    ]
    assert lines[1].detail == {"batch": done.batch, "decisions": len(done.decisions), "state": "submit"}


def test_acts_that_make_no_sense_are_refused_and_leave_nothing(store: Store, record: int, anna: Actor) -> None:
    with pytest.raises(NotFound, match="record 999"):
        decide(store, anna, 999, f"{METAL} reject")
    with pytest.raises(Refused, match="key"), store.writing(anna) as unit:
        unit.decisions.decide(record, changes(f"{METAL} reject"), base=0, key="")
    with pytest.raises(Refused), store.writing(anna) as unit:
        unit.decisions.decide(record, [], base=0, key="k")
    with pytest.raises(Conflict, match="text"), store.writing(anna) as unit:
        unit.decisions.decide(record, changes(f"{METAL} reject"), base=0, key="k", text_version=7)
    with pytest.raises(Refused, match="overlap"):
        decide(store, anna, record, f"{GROUP} accept", "span:title:0:3:place accept")
    with store.reading() as unit:
        assert unit.decisions.of_record(record) == []
        assert unit.audit.page(object=f"record:{record}").items == ()


@pytest.mark.parametrize("table", FROZEN)
def test_what_must_stay_cannot_be_changed_or_deleted(store: Store, record: int, anna: Actor, table: str) -> None:
    decide(store, anna, record, f"{METAL} reject")
    with store.writing(TEST) as unit:
        unit.authorities.add(Entry("place:own", "place", "青石沟", kind="village", source="县志"))
    column = {"audit": "actor", "decisions": "verdict", "batches": "note", "record_versions": "title"}.get(table)
    column = column or ("item" if table == "suggestions" else "document")
    for statement in (f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}"):
        with pytest.raises(StoreError, match=f"{table} is append-only"), store.writing(TEST) as unit:
            unit.connection.execute(sa.text(statement))
    if store.place.database is not None:
        with pytest.raises(StoreError, match=f"{table} is append-only"), store.writing(TEST) as unit:
            unit.connection.execute(sa.text(f"TRUNCATE {table} CASCADE"))
    with store.reading() as unit:
        assert unit.connection.execute(sa.text(f"SELECT count(*) FROM {table}")).scalar_one() > 0
