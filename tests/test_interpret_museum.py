"""What a registrar found wrong when reading captions, answers and provenance of whole collections."""

from __future__ import annotations

import pytest

from biaotu.interpret import Event, Subject, answer, caption, provenance
from biaotu.interpret.present import provenance_dict
from interpret_cases import subject_of


def relic(title: str, description: str = "", **more: object) -> Subject:
    return subject_of({"id": "G1", "title": title, "description": description, **more})


def events(subject: Subject, kind: str) -> list[Event]:
    return [event for event in provenance(subject).events if event.kind == kind]


@pytest.mark.parametrize(
    "where", ["战后存于<地点>武乡</地点>", "后存放于<地点>武乡</地点>", "战后存于<人物>武乡</人物>"]
)
def test_who_used_a_thing_is_not_said_to_have_kept_it(where: str) -> None:
    told = "<时间>1938年</时间>由<人物>周玉</人物>在<事件>黄土岭战斗</事件>中使用"
    held = events(relic("<人物>周玉</人物>用过的搪瓷缸", f"{told}，{where}。"), "held")
    assert [party.text for event in held for party in event.parties] == []


def test_a_body_behind_the_place_word_still_holds_it() -> None:
    subject = relic("搪瓷缸", "<时间>1938年</时间>由<人物>周玉</人物>使用，后存于<组织>武乡县文化馆</组织>。")
    (event,) = events(subject, "held")
    assert [party.text for party in event.parties] == ["武乡县文化馆"]


def test_what_happened_after_an_event_has_not_the_date_of_before() -> None:
    subject = relic(
        "吕青松用过的腰鼓",
        "<时间>1934年10月</时间>，<人物>吕青松</人物>驻<地点>柳林</地点>，此物一直带在身边，"
        "<事件>黄洋界保卫战</事件>后交给房东保管。",
    )
    (event,) = events(subject, "transferred")
    assert event.date is None
    assert "1934年10月" not in caption(subject).text.split("\n")[1]
    assert "后交给" not in caption(subject).text.split("\n")[1]
    assert "吕青松交给房东" in caption(subject).text


def test_kin_whom_the_tagger_cut_in_two_are_one_party() -> None:
    subject = relic("奖章", "<时间>1991年7月</时间>由<人物>郑春林</人物><人物>之子</人物>捐赠。")
    (event,) = events(subject, "donated")
    assert [party.text for party in event.parties] == ["郑春林之子"]
    assert answer(subject, "谁捐的？").values == ("郑春林之子",)


def test_a_gift_among_comrades_is_no_donation_in_the_answer() -> None:
    subject = relic("<组织>新四军一支队</组织>首长赠<人物>赵青松</人物>的怀表")
    assert answer(subject, "谁送的？").text == "赠送者：新四军一支队首长。"
    donated = relic("怀表", "<时间>1983年</时间>由<人物>姜某</人物>捐赠。")
    assert answer(donated, "谁捐的？").text == "捐赠者：姜某。"


@pytest.mark.parametrize("question", ["哪里来的？", "从哪里来的？", "哪来的", "它从哪儿来？", "来自哪里？"])
def test_where_it_comes_from_asks_for_the_source(question: str) -> None:
    subject = relic("怀表", "<人物>冯某</人物>是<地点>清水河</地点>人。<时间>1983年</时间>由<人物>冯某</人物>捐赠。")
    assert answer(subject, question).intent == "source"
    assert "捐赠" in answer(subject, question).text


def test_a_source_that_is_no_event_is_told_in_its_own_words() -> None:
    subject = relic("怀表", "银壳。来源于<人物>冯某</人物>家属，保存完好。")
    given = answer(subject, "怎么来的？")
    assert given.values == ("来源于冯某家属",)
    assert [proof.passage.text for proof in given.proofs] == ["来源于冯某家属"]


def test_a_caption_tells_the_donation_once() -> None:
    subject = relic("怀表", "银壳。<时间>1983年</时间>由<人物>姜文</人物>之子捐赠。")
    assert caption(subject).text.count("捐赠") == 1


@pytest.mark.parametrize(
    ("description", "date"),
    [
        ("<时间>中华民国三十七年</时间>版，正面为水车图。<时间>1948年12月</时间>，银行成立。", "中华民国三十七年"),
        ("<时间>1952年</时间>印，土纸。<时间>1960年</时间>的事。", "1952年"),
        ("背面编号0192，<时间>1943年</时间>颁。", "1943年"),
        ("红绸，落款<时间>1948年11月</时间>。<人物>华某</人物><时间>1946年</时间>参军。", "1948年11月"),
    ],
)
def test_a_date_with_its_word_behind_it_is_the_relics_own(description: str, date: str) -> None:
    given = answer(relic("锦旗", description), "年代？")
    assert given.values == (date,)
    assert "没有写明" not in given.text


def test_a_date_in_quoted_words_of_the_title_dates_nothing() -> None:
    subject = relic("“<时间>五月九日</时间>国耻纪念”瓷碗", "口径14厘米，<时间>1919年</时间>换得。")
    assert "五月九日" not in answer(subject, "年代？").values
    assert caption(subject).text == "“五月九日国耻纪念”瓷碗"


def test_the_general_material_goes_where_the_exact_one_is_told() -> None:
    subject = relic("<材质>木</材质>箱", "<材质>樟木</材质>，<材质>铁</材质>皮包角，<材质>布</材质>衬。")
    assert answer(subject, "材质？").values == ("樟木", "铁", "布")
    assert "木、樟木" not in caption(subject).text


@pytest.mark.parametrize(
    ("question", "labels"), [("材质？", {"material": ["其他材质"]}), ("用途？", {"use": ["其他杂类"]})]
)
def test_a_class_of_leftovers_is_told_as_a_class_only(question: str, labels: dict[str, list[str]]) -> None:
    assert "记录没有写明" in answer(relic("物件", "残。", **labels), question).text


def test_an_inscription_does_not_end_twice() -> None:
    assert answer(relic("传单", "石印，正面写有“拖枪过来，发路费。”"), "写了什么？").text == "文字：拖枪过来，发路费。"


def test_a_title_scanned_with_blanks_is_written_without() -> None:
    assert caption(relic("红 军 行 军 竹 斗 笠")).text == "红军行军竹斗笠"
    assert caption(relic("Browning 手枪 No 2")).text == "Browning 手枪 No 2"


def test_a_source_is_not_called_a_source_twice_and_several_stand_apart() -> None:
    subject = relic(
        "<事件>淮海战役</事件>中缴获的怀表",
        "银壳。原由<组织>武乡文化馆</组织>收藏，<时间>1958年</时间>移交。来源于<人物>冯某</人物>家属。",
    )
    text = answer(subject, "来源？").text
    assert text == "来源：淮海战役中缴获的怀表；武乡文化馆收藏，1958年移交；冯某家属。"


def test_days_without_a_year_are_not_offered_as_dates() -> None:
    subject = relic("瓷碗", "书“<时间>五月九日</时间>”。<时间>1915年5月7日</时间>的事。")
    assert answer(subject, "年代？").values == ("1915年5月7日",)


def test_a_present_among_comrades_makes_no_donor() -> None:
    present = relic("<组织>新四军一支队</组织>赠<人物>赵青松</人物>的怀表")
    (event,) = events(present, "donated")
    assert provenance_dict(present, provenance(present))["events"][0]["name"]["zh"] == "赠送"
    assert event.present
    for text in ("由<人物>姜某</人物>捐赠。", "由<人物>姜某</人物>赠给<组织>县文化馆</组织>。"):
        (event,) = events(relic("怀表", text), "donated")
        assert not event.present
