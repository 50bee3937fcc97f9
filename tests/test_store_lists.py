"""Records in lists, in the grid of a label, by the words they share; the queue."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import TypeVar

import pytest

from biaotu.errors import InputError, Refused
from biaotu.records import Label
from biaotu.review import LabelItem, SpanItem
from biaotu.store import Actor, NewAnnotation, NewRecord, Page, RecordSummary, Store, Unit
from biaotu.store.cursors import write_cursor
from biaotu.store.repos import lists
from samples import annotation
from store_fixtures import TEST, Clock, add_records, add_user, annotate, changes

pytest_plugins = ("store_fixtures",)

T = TypeVar("T")
METAL, STONE = LabelItem("material", "metal"), LabelItem("material", "stone")


def walk(page: Callable[[str | None], Page[T]]) -> list[T]:
    """All items of a listing, page by page."""
    found: list[T] = []
    cursor = None
    while True:
        one = page(cursor)
        found += one.items
        if (cursor := one.cursor) is None:
            return found


def _page(unit: Unit, order: lists.Order, limit: int, cursor: str | None) -> Page[RecordSummary]:
    return unit.lists.records(order=order, cursor=cursor, limit=limit)


@pytest.mark.parametrize("order", ["id", "number", "updated"])
def test_a_listing_in_pages_is_the_listing(store: Store, order: lists.Order) -> None:
    clock = Clock(datetime(2030, 1, 1, tzinfo=UTC))
    with Store.open(store.place, clock=clock) as timed:
        for museum, number in (("乙", "2"), ("甲", "10"), ("甲", "1"), ("乙", "1"), ("甲", "9")):
            clock.on(seconds=number != "9")  # two of the same moment
            with timed.writing(TEST) as unit:
                unit.records.add(NewRecord(number, museum + number, museum=museum))
    with store.reading() as unit:
        for limit in (1, 2, 5, 9):
            found = walk(partial(_page, unit, order, limit))
            titles = [one.title for one in found]
            assert (
                titles
                == {
                    "id": ["乙2", "甲10", "甲1", "乙1", "甲9"],
                    "number": ["乙1", "乙2", "甲1", "甲10", "甲9"],
                    "updated": ["甲9", "乙1", "甲1", "甲10", "乙2"],
                }[order]
            )
        assert [one.title for one in unit.lists.records(museum="乙", order="number").items] == ["乙1", "乙2"]
        assert unit.lists.records(state="approved").items == ()


@pytest.mark.parametrize("cursor", ["", "x", "W10", "WyJhIl0", "WzEsMl0", "é"])
def test_a_made_up_cursor_is_refused(store: Store, cursor: str) -> None:
    with store.reading() as unit:
        for order in ("id", "updated"):
            with pytest.raises(InputError, match="cursor"):
                unit.lists.records(order=order, cursor=cursor)
        with pytest.raises(InputError, match="cursor"):
            unit.lists.grid(METAL, "suggested", cursor=cursor)


def test_a_cursor_of_larger_numbers_than_any_id_is_refused(store: Store) -> None:
    with store.reading() as unit, pytest.raises(InputError, match="cursor"):
        unit.lists.records(order="id", cursor=write_cursor(2**70))


def test_the_grid_shows_a_label_the_surest_first(store: Store) -> None:
    ids, anna = add_records(store, 5), add_user(store, "anna")
    for record_id, confidence in zip(ids[:4], (0.7, 0.9, 0.8, 0.3), strict=True):
        annotate(store, [record_id], annotation(material=(Label("金属制品", confidence, confidence > 0.5),)))
    with store.writing(anna) as unit:
        unit.decisions.decide(ids[2], changes("label:material:metal reject"), base=0, key="a")
        unit.decisions.decide(ids[3], changes("label:material:stone accept"), base=0, key="b")

    def cells(item: LabelItem, status: lists.Status) -> list[tuple[int, float | None]]:
        with store.reading() as unit:
            found = walk(lambda cursor: unit.lists.grid(item, status, cursor, 1))
            assert len(found) == unit.lists.grid_count(item, status)
            return [(cell.record.id, cell.confidence) for cell in found]

    assert cells(METAL, "suggested") == [(ids[1], 0.9), (ids[0], 0.7)]
    assert cells(METAL, "rejected") == [(ids[2], 0.8)]
    assert cells(METAL, "none") == [(ids[3], 0.3)]
    assert cells(STONE, "accepted") == [(ids[3], None)]
    assert cells(METAL, "accepted") == []


def test_mentions_are_the_same_words_elsewhere_marked_or_not(store: Store) -> None:
    words = ["青石沟的水壶", "老柳在青石沟，青石沟游击队", "青石沟", "无", "青石沟", "在青石沟"]
    with store.writing(TEST) as unit:
        ids = unit.records.add_many([NewRecord(str(n), text) for n, text in enumerate(words)])
        empty = annotation(title="", description="", attributes=(), primary=(), secondary=())
        told = [NewAnnotation(one, 1, replace(empty, title=text)) for one, text in zip(ids, words, strict=True)]
        unit.annotations.add_many(told)
    anna = add_user(store, "anna")
    with store.writing(anna) as unit:
        unit.decisions.decide(ids[1], changes("span:title:7:13:organisation accept"), base=0, key="a")
        unit.decisions.decide(ids[2], changes("span:title:0:3:place reject"), base=0, key="b")
        unit.records.remove([ids[4]])
        unit.decisions.decide(ids[5], changes("state submit"), base=0, key="c")
    with store.reading() as unit:
        found = unit.lists.mentions(ids[0], SpanItem("title", 0, 3, "place"))
        assert [(one.record.id, one.item, one.status) for one in found.items] == [
            (ids[1], "span:title:3:6:place", None),  # not the one inside the name of the organisation
            (ids[2], "span:title:0:3:place", "rejected"),
        ]
        assert (found.items[0].before, found.items[0].value, found.items[0].after) == (
            "老柳在",
            "青石沟",
            "，青石沟游击队",
        )
        assert found.total == 2 and len(unit.lists.mentions(ids[0], SpanItem("title", 0, 3, "place"), 1).items) == 1
        assert unit.lists.mentions(ids[0], SpanItem("title", 90, 99, "place")).total == 0


def record_with_doubt(store: Store, confidence: float, name: str = "金属制品") -> int:
    with store.reading() as unit:
        number = sum(unit.records.counts().values()) + 1
    (record_id,) = add_records(store, start=number)
    annotate(store, [record_id], annotation(material=(Label(name, confidence, True),), use=(), attributes=()))
    return record_id


def test_the_queue_is_ordered_by_doubt_by_age_or_by_what_is_learned(store: Store) -> None:
    sure, unsure, same, other = (
        record_with_doubt(store, confidence, name)
        for confidence, name in ((0.99, "金属制品"), (0.6, "金属制品"), (0.61, "金属制品"), (0.7, "石制品"))
    )
    add_records(store, start=90)  # not annotated: nothing to review yet
    with store.reading() as unit:
        assert [one.id for one in unit.queue.list("uncertainty")] == [unsure, same, other, sure]
        assert [one.id for one in unit.queue.list("oldest")] == [sure, unsure, same, other]
        assert [one.id for one in unit.queue.list("active")][:2] == [unsure, other]
        assert [one.id for one in unit.queue.list("uncertainty", limit=1)] == [unsure]
        assert unit.queue.list(state="approved") == ()
        assert len(unit.queue.list(state="new")) == 1


@pytest.mark.parametrize("order", ["uncertainty", "active", "oldest"])
def test_a_record_in_hand_is_given_to_nobody_else_for_ten_minutes(store: Store, order: str) -> None:
    ids = [record_with_doubt(store, confidence) for confidence in (0.6, 0.7)]
    anna, bo = add_user(store, "anna"), add_user(store, "bo")
    clock = Clock(datetime(2030, 1, 1, tzinfo=UTC))
    with Store.open(store.place, clock=clock) as timed:

        def take(actor: Actor, *skip: int) -> int | None:
            with timed.writing(actor) as unit:
                return unit.queue.take(order, skip=skip)  # type: ignore[arg-type]

        assert (take(anna), take(anna), take(bo), take(bo, ids[1])) == (ids[0], ids[0], ids[1], None)
        assert take(anna, ids[0]) == ids[1]  # bo gave it back by skipping it
        assert take(bo) == ids[0]
        with timed.writing(bo) as unit:
            unit.queue.release(ids[0])
            unit.queue.release(ids[1])  # not his: stays anna's
        assert take(bo, ids[0]) is None
        clock.on(minutes=10)
        assert take(bo, ids[0]) == ids[1]
        with pytest.raises(Refused, match="user"), timed.writing(TEST) as unit:
            unit.queue.take()


def test_a_count_of_mentions_says_whether_it_is_all(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "LOOKED_AT", 3)
    with store.writing(TEST) as unit:
        ids = unit.records.add_many([NewRecord(str(n), "青石沟的水壶") for n in range(4)])
    item = SpanItem("title", 0, 3, "place")
    with store.reading() as unit:
        found = unit.lists.mentions(ids[3], item)
        assert (found.total, found.complete) == (3, True)
    with store.writing(TEST) as unit:
        unit.records.add(NewRecord("4", "青石沟的旗"))
    with store.reading() as unit:
        found = unit.lists.mentions(ids[3], item)
        assert (found.total, found.complete) == (3, False)
