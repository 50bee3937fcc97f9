"""From values to facts: what they name, and what of it is confirmed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from biaotu.authorities import Linker, shipped_entries
from biaotu.graph import Target, names
from biaotu.graph.reading import Labelled, Party, Said, facts_of, facts_of_annotation
from biaotu.records import OcrLine, OcrReading, Span
from graph_samples import relic

LINKER = Linker(shipped_entries())
EVENT = Span("事件", "遵义会议", "title", 0, 4, 0.9)
ENTRY, BARE = "urn:biaotu:entry:event:zunyi-conf", "urn:biaotu:value:event:%E9%81%B5%E4%B9%89%E4%BC%9A%E8%AE%AE"


def said(**changes: object) -> Said:
    return replace(Said("title:0:4:event", EVENT, False), **changes)  # type: ignore[arg-type]


def targets(*values: Said) -> list[Target]:
    return [target for mention in facts_of("7", "A7", "", values).mentions for target in mention.targets]


def test_what_the_machine_links_names_the_entry_alone() -> None:
    assert targets(said(entry="event:zunyi-conf", confidence=0.8)) == [Target(ENTRY, False, 0.8)]


def test_what_nothing_links_names_its_words() -> None:
    assert targets(said()) == [Target(BARE, False, 0.9)]
    assert targets(said(confirmed=True)) == [Target(BARE, True)]


def test_a_confirmed_value_with_a_link_that_nobody_judged_is_both() -> None:
    found = targets(said(confirmed=True, entry="event:zunyi-conf", confidence=0.8))
    assert found == [Target(BARE, True), Target(ENTRY, False, 0.8)]


def test_a_confirmed_link_is_the_entry_alone() -> None:
    assert targets(said(confirmed=True, entry="event:zunyi-conf", linked=True, confidence=1.0)) == [Target(ENTRY, True)]


def test_a_link_confirmed_on_a_value_that_is_not_confirms_nothing() -> None:
    assert targets(said(entry="event:zunyi-conf", linked=True, confidence=1.0)) == [Target(ENTRY, False, 1.0)]


def test_a_person_who_says_none_of_these_leaves_the_words() -> None:
    assert targets(said(confirmed=True, linked=True)) == [Target(BARE, True)]


def time(value: str, normal: dict[str, Any] | None, **more: object) -> list[Target]:
    return targets(said(key="title:0:4:time", span=Span("时间", value, "title", 0, 4, 0.7), normal=normal, **more))


def test_a_date_follows_its_value_and_says_whether_it_was_assumed() -> None:
    day = {"kind": "date", "sure": "exact", "edtf": "1935-01-15", "begin": "1935-01-15", "end": "1935-01-15"}
    assert time("1935年1月15日", day) == [Target("urn:biaotu:date:1935-01-15", False, 0.7)]
    era = {"kind": "date", "sure": "assumed", "edtf": "1937/1945", "begin": "1937-07-07", "end": "1945-09-02"}
    assert time("抗战时期", era, confirmed=True) == [Target("urn:biaotu:date:1937/1945", True, None, "assumed")]


def test_a_time_that_lies_nowhere_is_no_node() -> None:
    assert time("同年", None) == []
    assert time("1911年", {"kind": "date", "sure": "ambiguous", "edtf": "[1851,1911]"}) == []
    assert time("10月10日", {"kind": "date", "sure": "exact", "edtf": "XXXX-10-10"}) == []
    assert time("七点", {"kind": "time", "sure": "exact", "time": "07:00"}) == []


def test_a_person_with_a_role_is_told_by_the_machine_even_where_the_name_is_confirmed() -> None:
    person = Said("title:0:2:person", Span("人物", "老柳", "title", 0, 2), confirmed=True)
    found = facts_of("7", "A7", "", [person], parties=[Party("donor", person.key), Party("donor", "title:5:7:person")])
    assert [(one.key, [t.confirmed for t in one.targets]) for one in found.mentions] == [
        ("title:0:2:person", [True]),
        ("role:donor:title:0:2:person", [False]),
    ]


def test_labels_are_told_with_who_said_so() -> None:
    labels = [Labelled("material", "metal", "金属制品", True, 0.9), Labelled("use", "weapon", "武器装备", False, 0.8)]
    found = facts_of("7", "A7", "", [], labels).mentions
    assert [(one.key, one.value, one.targets) for one in found] == [
        ("label:material:metal", "金属制品", (Target("urn:biaotu:material:metal", True),)),
        ("label:use:weapon", "武器装备", (Target("urn:biaotu:use:weapon", False, 0.8),)),
    ]


def test_an_annotation_is_read_whole_and_colours_name_nothing() -> None:
    found = facts_of_annotation(
        relic("A", "[红|颜色]旗", "[1935年1月|时间][毛泽东|人物]在[遵义|地点]，[老柳|人物]捐赠。"), LINKER
    )
    nodes = {target.node for mention in found.mentions for target in mention.targets}
    assert nodes == {
        "urn:biaotu:date:1935-01",
        "urn:biaotu:entry:person:mao-zedong",
        "urn:biaotu:entry:place:zunyi",
        names.value_iri("person", "老柳"),
        "urn:biaotu:material:metal",
        "urn:biaotu:use:weapon",
    }
    assert "role:donor:description:14:16:person" in {mention.key for mention in found.mentions}
    assert not any(target.confirmed for mention in found.mentions for target in mention.targets)


def test_what_is_written_on_the_object_has_a_predicate_of_its_own() -> None:
    text = "延安"
    reading = OcrReading((OcrLine(0, text, ((0, 0), (9, 0), (9, 9), (0, 9)), 0.9),), "invented")
    annotation = replace(relic("B", "布告", ""), ocr=reading, attributes=(Span("地点", text, "ocr", 0, 2, 0.9),))
    [mention] = [one for one in facts_of_annotation(annotation, LINKER).mentions if one.key.startswith("ocr-")]
    assert names.predicate_of(mention.key, mention.targets[0].node) == "inscribed"
    assert names.item_of(mention.key).startswith("span:ocr-")
    assert names.place_of(mention.key) == ("ocr", 0, 2)


def test_iris_are_read_as_they_were_made() -> None:
    for record in ("7", "编号：1/2 #3", "a:b"):
        assert names.record_of(names.relic_iri(record)) == record
        mention = names.mention_iri(record, "role:donor:title:0:2:person")
        assert (names.record_of(mention), names.role_of(names.mention_key(mention))) == (record, "donor")
    for edtf in ("1935-01", "1937/1945", "193X", "1935~", "../1949"):
        assert names.edtf_of(names.date_iri(edtf)) == edtf
    assert names.kind_of("urn:biaotu:value:organisation:x") == "body"
    assert names.kind_of("urn:biaotu:entry:body:8ra") == "body"
    assert names.kind_of("http://example.org/x") is None
