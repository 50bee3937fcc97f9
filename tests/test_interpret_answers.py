"""Questions about one relic: the golden sets, refusals, proofs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from biaotu.interpret import Answer, Language, answer, offered
from biaotu.interpret.present import answer_dict
from biaotu.interpret.questions import data, understand
from interpret_cases import cases, subject_of

LANGUAGES: tuple[Language, ...] = ("zh", "en")
RELIC = subject_of(
    {
        "id": "0358",
        "title": "<人物>王三</人物>使用的<材质>铜</材质>壶",
        "description": "<时间>1934年</时间>，<人物>王三</人物>在<地点>石门</地点>使用此壶。壶底刻“石门”二字。"
        "<时间>1958年</时间>由其女捐赠给<组织>县文化馆</组织>。",
        "material": ["金属制品"],
        "use": ["容器"],
    }
)


def right(given: Answer, case: dict[str, Any]) -> bool:
    """Whether an answer has just the values that it should, and says so if there are none."""
    return set(given.values) == set(case["values"]) and (given.sure == "unknown") == (not case["values"])


def answered(name: str) -> list[tuple[bool, str, Answer]]:
    return [
        (right(given := answer(subject_of(record), case["question"]), case), case["question"], given)
        for record in cases(name)
        for case in record["questions"]
    ]


def test_the_golden_sets_are_as_large_as_they_are_said_to_be() -> None:
    sizes = {name: sum(len(one["questions"]) for one in cases(f"questions_{name}")) for name in ("dev", "held")}
    assert sum(sizes.values()) >= 200
    assert sizes["held"] >= 100
    refusals = [one for record in cases("questions_held") for one in record["questions"] if not one["values"]]
    assert len(refusals) >= 25


def test_every_question_of_the_development_half_is_answered_as_it_should_be() -> None:
    assert [(question, given) for good, question, given in answered("questions_dev") if not good] == []


def test_the_held_out_half_is_answered_as_well_as_is_said() -> None:
    results = answered("questions_held")
    assert sum(good for good, _, _ in results) / len(results) >= 0.96


def test_a_wrong_answer_would_be_seen() -> None:
    case = cases("questions_dev")[0]
    given = answer(subject_of(case), case["questions"][0]["question"])
    assert not right(replace(given, values=("1999年",)), case["questions"][0])
    assert not right(replace(given, values=(), sure="unknown"), case["questions"][0])


def test_no_refusal_of_either_half_is_an_answer() -> None:
    for name in ("questions_dev", "questions_held"):
        for record in cases(name):
            for case in record["questions"]:
                if not case["values"]:
                    given = answer(subject_of(record), case["question"])
                    assert (given.sure, given.values, given.proofs) == ("unknown", (), ()), case["question"]


def test_an_answer_has_its_words_as_proof() -> None:
    given = answer(RELIC, "谁用过？")
    assert (given.intent, given.values, given.sure) == ("used.who", ("王三",), "machine")
    assert given.text == "使用者：王三。"
    assert given.event is not None
    assert given.event.kind == "used"
    assert all(RELIC.text(one.passage.field)[one.passage.start : one.passage.end] == "王三" for one in given.proofs)


def test_an_answer_of_confirmed_values_is_confirmed() -> None:
    settled = replace(RELIC, confirmed=frozenset(range(len(RELIC.spans))), confirmed_labels=frozenset({"容器"}))
    assert answer(settled, "谁用过？").sure == "confirmed"
    assert answer(settled, "有什么用途？").sure == "confirmed"
    assert answer(settled, "上面刻着什么字？").sure == "machine"  # quoted words are no value that anybody accepted


@pytest.mark.parametrize(
    ("question", "values", "text"),
    [
        ("是王三用过的吗？", ("王三",), "是。使用者：王三。"),
        ("是李四用过的吗？", (), "记录没有这样写；使用者：王三。"),
        ("谁缴获的？", (), "记录里没有写明缴获者。"),
        ("移交给谁？", (), "记录里没有写明移交给谁。"),
        ("今天天气怎么样？", (), data()["answer"]["zh"]["unknown"]),
        ("Who found it?", (), "The record does not tell: found by."),
        ("Is it raining?", (), data()["answer"]["en"]["unknown"]),
        ("When was it donated?", ("1958年",), "donated when: 1958年."),
        ("谁捐赠的？", ("其女",), "捐赠者：其女。"),
    ],
)
def test_answers_say_it_in_words(question: str, values: tuple[str, ...], text: str) -> None:
    given = answer(RELIC, question)
    assert (given.values, given.text) == (values, text)


def test_dates_that_a_record_only_names_are_not_given_as_the_relic_s_own() -> None:
    lamp = subject_of({"id": "1", "title": "油灯", "description": "<时间>1944年</时间>办冬学时点着识字。"})
    given = answer(lamp, "什么年代？")
    assert given.text == "记录没有写明这件文物的年代，只提到：1944年。"


@pytest.mark.parametrize(
    ("title", "values"),
    [
        ("<人物>王三</人物>印章", ("王三",)),
        ("<人物>王三</人物>和<人物>李四</人物>的合影", ("王三", "李四")),
        ("<组织>独立团</组织>的军旗", ("独立团",)),
        ("<组织>县政府</组织>路条", ()),
    ],
)
def test_whose_it_is_by_its_title(title: str, values: tuple[str, ...]) -> None:
    assert answer(subject_of({"id": "1", "title": title, "description": ""}), "是谁的？").values == values


def test_a_date_that_says_nothing_lawful_dates_nothing() -> None:
    medal = subject_of(
        {
            "id": "1",
            "title": "奖章",
            "description": "<时间>6周年</时间>，<组织>军委</组织>颁发此奖章给<人物>王三</人物>。",
        }
    )
    assert answer(medal, "什么年代？").text.startswith("记录没有写明")


def test_words_on_the_photos_are_what_stands_on_it() -> None:
    given = answer(replace(RELIC, ocr="一九三四\n石门造"), "写着什么字？")
    assert given.values == ("石门", "一九三四", "石门造")
    assert [(one.passage.field, one.passage.start) for one in given.proofs[1:]] == [("ocr", 0), ("ocr", 5)]


def test_offered_questions_have_answers() -> None:
    for lang in LANGUAGES:
        asked = offered(RELIC, lang)
        assert {"material", "used.who", "donated.when"} <= {intent for intent, _ in asked}
        for intent, question in asked:
            given = answer(RELIC, question)
            assert (given.intent, given.sure) == (intent, "machine"), question


def test_every_offered_question_is_understood() -> None:
    for lang, offers in data()["offer"].items():
        for intent, question in offers.items():
            assert understand(question).intent == intent, question
            assert understand(question).lang == lang


def test_the_json_of_an_answer() -> None:
    document = answer_dict(RELIC, answer(RELIC, "什么材质？"))
    assert document["values"] == ["铜"]
    place = {"field": "title", "start": 5, "end": 6}
    value = {"item": None, "type": "材质", "value": "铜", **place, "confirmed": False, "meaning": None}
    assert document["proofs"][0] == {**place, "text": "铜", "span": value, "confirmed": False}


@settings(max_examples=300, deadline=None)
@given(
    st.text(max_size=40) | st.lists(st.sampled_from("谁用过捐赠的什么时候在哪里吗是多长？"), max_size=20).map("".join)
)
def test_whatever_is_asked_the_answer_is_of_the_record(question: str) -> None:
    given = answer(RELIC, question)
    assert (given.sure == "unknown") == (not given.values)
    for proof in given.proofs:
        assert RELIC.text(proof.passage.field)[proof.passage.start : proof.passage.end] == proof.passage.text
    known = RELIC.title + RELIC.description + "金属制品容器捐赠发现缴获征集购买移交"
    assert all(value in known for value in given.values)
