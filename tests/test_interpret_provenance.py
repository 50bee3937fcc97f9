"""Who made, used, found, gave and holds a relic: the golden sets, and that nothing is said that is not in the text."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from biaotu.interpret import Event, Subject, provenance
from biaotu.interpret.present import provenance_dict
from biaotu.interpret.wording import wording
from interpret_cases import cases, score, subject_of, told

PIECES = (
    *(
        "<人物>陈大年</人物>",
        "<组织>县文化馆</组织>",
        "<时间>1958年</时间>",
        "<地点>石门县</地点>",
        "<书名>红灯</书名>",
    ),
    *(
        "将此枪",
        "由",
        "被",
        "把",
        "其子",
        "捐赠",
        "给",
        "使用",
        "的",
        "缴获",
        "，",
        "。",
        "“",
        "”",
        "（",
        "）",
        "后",
        "从",
    ),
    *("没有", "发现", "出土", "藏于", "用过", "在", "于", "农民", "\n", " ", "手枪", "制", "向"),
)


def events_of(title: str, description: str) -> tuple[Event, ...]:
    return provenance(subject_of({"id": "x", "title": title, "description": description})).events


def test_the_golden_sets_are_as_large_as_they_are_said_to_be() -> None:
    sets = {name: cases(f"provenance_{name}") for name in ("dev", "held")}
    assert sum(len(records) for records in sets.values()) >= 150
    assert sum(len(record["events"]) for record in sets["held"]) >= 140
    assert {event["kind"] for records in sets.values() for one in records for event in one["events"]} == set(
        wording().names
    )


def test_every_case_of_the_development_half_is_read_as_it_should_be() -> None:
    assert score(cases("provenance_dev"), lambda subject: provenance(subject).events)["all"].wrong == []


def test_the_held_out_half_is_read_as_well_as_is_said() -> None:
    result = score(cases("provenance_held"), lambda subject: provenance(subject).events)["all"]
    assert result.whole / result.told >= 0.83
    assert result.whole / result.expected >= 0.79
    assert result.kind / result.told >= 0.95


def test_a_wrong_event_would_be_seen() -> None:
    def forgetful(subject: Subject) -> list[Event]:
        return [replace(event, parties=()) for event in provenance(subject).events]

    assert len(score(cases("provenance_dev"), forgetful)["all"].wrong) > 100


@pytest.mark.parametrize(
    ("title", "description"),
    [
        ("大刀", "这把刀没有捐赠。"),
        ("大刀", "<人物>王三</人物>准备捐赠这把刀。"),
        ("大刀", "敌人发现了埋伏。"),
        ("炮弹", "<组织>三营</组织>缴获粮食百担。"),
        ("枪", "<人物>王三</人物>是收藏家，在<地点>西藏</地点>住过。"),
        ("与<人物>王三</人物>所用同类的船桨", ""),
        ("布告", "内容是没收官僚资本。"),
        ("油印机", "机身上写着“<人物>王三</人物>捐赠”。"),
    ],
)
def test_what_did_not_happen_or_is_of_another_thing_is_no_event(title: str, description: str) -> None:
    assert events_of(title, description) == ()


def test_somebody_around_a_person_is_not_that_person() -> None:
    event = events_of("怀表", "<时间>1950年</时间>由<人物>朱明</人物>之女捐赠给<组织>县文化馆</组织>。")[0]
    donor, recipient = event.parties
    assert (donor.text, donor.relative, donor.span and donor.span.value) == ("朱明之女", True, "朱明")
    assert (recipient.text, recipient.relative, recipient.role) == ("县文化馆", False, "recipient")


def test_a_named_child_is_the_party_and_not_the_parent() -> None:
    event = events_of("怀表", "由<人物>朱明</人物>之子<人物>朱小明</人物>捐赠。")[0]
    assert [(party.text, party.relative) for party in event.parties] == [("朱小明", False)]


def test_who_is_told_of_in_a_place_is_not_who_found_it() -> None:
    event = events_of("奖章", "<地点>石门县</地点>群众在<人物>王三</人物>牺牲的地方拾得这枚奖章。")[0]
    assert [party.text for party in event.parties] == ["石门县群众"]


def test_events_stand_in_time_and_undated_ones_keep_their_place() -> None:
    found = events_of(
        "手枪",
        "<时间>1975年</时间>移交<组织>县文化馆</组织>。此枪由<人物>王三</人物>使用。"
        "<时间>民国二十年</时间>由<组织>兵工厂</组织>制造。",
    )
    assert [event.kind for event in found] == ["made", "used", "transferred"]


def test_a_date_is_not_handed_on_past_what_came_later() -> None:
    found = events_of("步枪", "<时间>1934年</时间>，<组织>红军</组织>将此枪埋于山中，后被当地群众发现。")
    assert [(event.kind, event.date) for event in found] == [("found", None)]


def test_the_same_event_told_twice_is_told_once_and_in_full() -> None:
    found = events_of(
        "<人物>王三</人物>使用的手枪", "<时间>1935年</时间>，<人物>王三</人物>在<地点>石门县</地点>使用这支手枪。"
    )
    assert [told(event) for event in found] == [
        ("used", (("agent", ("王三",)), ("recipient", ()), ("source", ())), "1935年", "石门县")
    ]


def test_an_event_is_confirmed_when_all_its_values_are() -> None:
    subject = subject_of({"id": "x", "title": "枪", "description": "<人物>王三</人物><时间>1950年</时间>捐赠此枪。"})
    assert not provenance(subject).events[0].confirmed
    assert not provenance(replace(subject, confirmed=frozenset({0}))).events[0].confirmed
    assert provenance(replace(subject, confirmed=frozenset({0, 1}))).events[0].confirmed


def test_the_json_has_keys_and_meanings() -> None:
    subject = subject_of({"id": "x", "title": "枪", "description": "<时间>民国二十三年</时间><人物>王三</人物>捐赠。"})
    subject = replace(subject, items=("span:description:0:6:time", "span:description:6:8:person"))
    event = provenance_dict(subject, provenance(subject))["events"][0]
    assert (event["kind"], event["name"]) == ("donated", {"zh": "捐赠", "en": "donated"})
    assert event["date"]["meaning"] == "1934年"
    assert event["parties"][0]["span"]["item"] == "span:description:6:8:person"
    assert event["trigger"]["text"] == "捐赠"


@settings(max_examples=300, deadline=None)
@given(title=st.lists(st.sampled_from(PIECES), max_size=8), text=st.lists(st.sampled_from(PIECES), max_size=30))
def test_whatever_the_text_every_word_of_an_event_stands_in_it(title: list[str], text: list[str]) -> None:
    subject = subject_of({"id": "x", "title": "".join(title), "description": "".join(text)})
    for event in provenance(subject).events:
        passages = [event.trigger, event.proof, *(party.passage for party in event.parties)]
        for words in passages:
            assert subject.text(words.field)[words.start : words.end] == words.text != ""
        assert set(event.spans) <= set(subject.spans)
        assert event.proof.start <= event.trigger.start < event.trigger.end <= event.proof.end
        for party in event.parties:
            assert party.relative == (party.span is None or party.span.value != party.text)
