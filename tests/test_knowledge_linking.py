"""Links of a record's values to entries: what people said, and what is likely where nobody did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

import samples
from biaotu.authorities import Entry, Linker, by_id, merge, shipped_entries
from biaotu.knowledge.linking import SAME_NAME, Authorities, SpanLink, links_of, shipped
from biaotu.records import Annotation, OcrLine, OcrReading, Span
from biaotu.review import ocr_mark, span_item
from biaotu.store import Store
from reviewing import ANNA, Desk
from store_fixtures import TEST, add_records

pytest_plugins = ("store_fixtures",)

TITLE = "聂荣臻在八路军一一五师使用的望远镜"
TEXT = "1937年9月，115师在平型关伏击日军。战士张得胜缴获。聂荣臻之女捐赠。"
SPANS = (
    Span("人物", "聂荣臻", "title", 0, 3, 0.9),
    Span("组织", "八路军一一五师", "title", 4, 11, 0.9),
    Span("时间", "1937年9月", "description", 0, 7, 0.9),
    Span("组织", "115师", "description", 8, 12, 0.9),
    Span("地点", "平型关", "description", 13, 16, 0.9),
    Span("人物", "张得胜", "description", 23, 26, 0.9),
    Span("人物", "聂荣臻", "description", 29, 32, 0.9),
)
PERSON, DIVISION, TIME, SHORT, PLACE, SOLDIER, AGAIN = (span_item(span).key for span in SPANS)
BOX = ((0.0, 0.0), (9.0, 0.0), (9.0, 4.0), (0.0, 4.0))
READ = OcrReading((OcrLine(0, "一一五师司令部", BOX, 0.9),), "reader")


def told(**changes: Any) -> Annotation:
    return samples.annotation(**{"title": TITLE, "description": TEXT, "attributes": SPANS, **changes})


def names(links: Mapping[str, SpanLink]) -> dict[str, str | None]:
    return {key: link.entry.id if link.entry else None for key, link in links.items()}


def test_what_nobody_said_is_suggested_with_its_reasons() -> None:
    links = links_of(Desk(told()).view, shipped())
    assert names(links) == {
        PERSON: "person:nie-rongzhen",
        DIVISION: "body:8ra-115",
        TIME: None,
        SHORT: "body:8ra-115",
        PLACE: "place:pingxingguan",
        SOLDIER: None,
        AGAIN: "person:nie-rongzhen",
    }
    person = links[PERSON]
    assert (person.status, person.by) == ("suggested", None)
    assert 0.9 < person.confidence < 1 and "同文出现八路军第115师" in person.reason
    assert person.confidence + person.none_of_these == pytest.approx(1)
    soldier = links[SOLDIER]
    assert (soldier.status, soldier.confidence, soldier.candidates) == ("none", 0.0, ())
    assert (soldier.none_of_these, soldier.reason) == (1.0, "规范名中没有这个名称")


def test_what_a_person_said_goes_before_all_and_holds_for_the_same_name() -> None:
    desk = Desk(told())
    desk.decide(ANNA, f"link:person:zhu-de:{PERSON} accept")
    links = links_of(desk.view, shipped())
    assert (links[PERSON].status, links[PERSON].confidence, links[PERSON].by) == ("accepted", 1.0, "anna")
    assert names(links)[PERSON] == names(links)[AGAIN] == "person:zhu-de"
    again = links[AGAIN]
    assert again.status == "suggested" and again.confidence == pytest.approx(SAME_NAME)
    assert again.reason == "本件同名已由 anna 确认"
    assert [one.entry_id for one in again.candidates] == ["person:zhu-de", "person:nie-rongzhen"]
    assert sum(one.confidence for one in again.candidates) + again.none_of_these == pytest.approx(1)


def test_none_of_these_is_an_answer_and_holds_for_the_same_name() -> None:
    desk = Desk(told())
    desk.decide(ANNA, f"link:none:{PERSON} accept")
    links = links_of(desk.view, shipped())
    assert (links[PERSON].status, links[PERSON].entry, links[PERSON].confidence) == ("accepted", None, 1.0)
    assert (links[AGAIN].status, links[AGAIN].entry) == ("none", None)
    assert links[AGAIN].reason == "本件同名已由 anna 确认不在规范名中"
    assert links[AGAIN].none_of_these > SAME_NAME
    desk.decide(ANNA, f"link:person:nie-rongzhen:{AGAIN} accept")
    assert names(links_of(desk.view, shipped()))[AGAIN] == "person:nie-rongzhen", "the value itself goes first"


def test_a_name_that_people_linked_in_two_ways_says_nothing_of_a_third_place() -> None:
    text = "张老总，张老总，张老总。"
    spans = tuple(Span("人物", "张老总", "description", start, start + 3, 0.9) for start in (0, 4, 8))
    desk = Desk(samples.annotation(description=text, attributes=spans))
    first, second, third = (span_item(span).key for span in spans)
    desk.decide(ANNA, f"link:person:zhu-de:{first} accept")
    assert names(links_of(desk.view, shipped()))[third] == "person:zhu-de"
    desk.decide(ANNA, f"link:none:{second} accept")
    assert names(links_of(desk.view, shipped()))[third] is None


def test_a_rejected_entry_is_not_suggested_again() -> None:
    desk = Desk(told())
    desk.decide(ANNA, f"link:person:nie-rongzhen:{PERSON} reject")
    link = links_of(desk.view, shipped())[PERSON]
    assert (link.status, link.entry, link.rejected) == ("none", None, ("person:nie-rongzhen",))
    assert [(one.entry_id, one.confidence) for one in link.candidates] == [("person:nie-rongzhen", 0.0)]
    assert (link.none_of_these, link.reason) == (1.0, "候选中没有一条足够可信")


def test_an_accepted_link_speaks_for_what_is_near_it() -> None:
    annotation = told(title="老首长的望远镜", description="独立团旧物。", attributes=(
        Span("人物", "老首长", "title", 0, 3, 0.9), Span("组织", "独立团", "description", 0, 3, 0.9)))  # fmt: skip
    desk, unit = Desk(annotation), "span:description:0:3:organisation"
    before = links_of(desk.view, shipped())[unit]
    assert before.status == "none" and len(before.candidates) > 0
    near = next(one.entry_id for one in before.candidates)
    person = next(
        entry.id for entry in shipped_entries() if entry.type == "person" and near in entry.see
    )  # somebody of that very unit
    desk.decide(ANNA, f"link:{person}:span:title:0:3:person accept")
    after = links_of(desk.view, shipped())[unit]
    chances = {one.entry_id: one.confidence for one in after.candidates}
    assert chances[near] > {one.entry_id: one.confidence for one in before.candidates}[near]


def test_words_on_the_photos_are_linked_but_lend_nothing_to_title_and_description() -> None:
    texts: dict[str, Any] = {"title": TITLE, "description": "", "attributes": SPANS[:1]}
    without = links_of(Desk(samples.annotation(**texts)).view, shipped())
    texts["attributes"] = (*SPANS[:1], Span("组织", "一一五师", "ocr", 0, 4, 0.9))
    with_photos = links_of(Desk(samples.annotation(**texts, ocr=READ)).view, shipped())
    assert with_photos[PERSON] == without[PERSON]
    read = with_photos[f"span:ocr-{ocr_mark(READ.text)}:0:4:organisation"]
    assert read.entry is not None and read.entry.id == "body:8ra-115"
    assert "同文出现聂荣臻" in read.reason, "title and description speak for what is on the photos"


def test_links_follow_merges_and_pass_over_entries_that_are_gone() -> None:
    own = Entry("person:own-nie", "person", "聂某", kind="other", source="x")
    merged = merge(
        {**by_id(shipped_entries()), own.id: own}, own.id, "person:nie-rongzhen", at="2026-01-01T00:00:00Z", by="李"
    )
    authorities = Authorities(merged, Linker(merged.values()), 1)
    desk = Desk(told())
    desk.decide(ANNA, f"link:person:nie-rongzhen:{PERSON} accept", f"link:body:lost:{DIVISION} accept")
    links = links_of(desk.view, authorities)
    assert names(links)[PERSON] == names(links)[AGAIN] == own.id
    assert (links[DIVISION].status, names(links)[DIVISION]) == ("suggested", "body:8ra-115")


def test_the_part_of_an_entry_is_told() -> None:
    desk = Desk(told(title="红四军军械处的秤", attributes=(Span("组织", "红四军军械处", "title", 0, 6, 0.9),)))
    (link,) = links_of(desk.view, shipped()).values()
    assert link.status == "none" and link.within is not None
    assert shipped().entries[link.within].name in link.reason


def test_the_entries_of_a_store_are_kept_until_they_change(store: Store) -> None:
    with store.reading() as unit:
        assert Authorities.of(unit) is shipped()
    with store.writing(TEST) as unit:
        unit.authorities.add(Entry("person:zhang", "person", "张得胜", kind="soldier", source="口述"))
    with store.reading() as unit:
        first = Authorities.of(unit)
        assert Authorities.of(unit) is first and first.version == 1
    (record,) = add_records(store)
    with store.writing(TEST) as unit:
        unit.records.revise(record, TITLE, TEXT, {})
        unit.annotations.add(record, told())
    with store.reading() as unit:
        view = unit.decisions.view(record)
        assert names(links_of(view, first))[SOLDIER] == "person:zhang"
    with store.writing(TEST) as unit:
        unit.authorities.change(replace(first.entries["person:zhang"], name="张得功"))
    with store.reading() as unit:
        assert names(links_of(view, Authorities.of(unit)))[SOLDIER] is None


def test_a_unit_that_sees_an_older_state_gets_the_entries_of_that_state(sqlite_store: Store) -> None:
    entry = Entry("person:zhang", "person", "张得胜", kind="soldier", source="口述")
    with sqlite_store.writing(TEST) as unit:
        unit.authorities.add(entry)
    with sqlite_store.reading() as old:
        assert old.authorities.version() == 1
        with sqlite_store.writing(TEST) as unit:
            unit.authorities.add(replace(entry, id="person:li", name="李得胜"))
        with sqlite_store.reading() as new:
            assert Authorities.of(new).own == {"person:zhang", "person:li"}
        assert Authorities.of(old).own == {"person:zhang"}
        assert "person:li" not in Authorities.of(old).entries
    with sqlite_store.reading() as new:
        assert Authorities.of(new).own == {"person:zhang", "person:li"}
