from __future__ import annotations

import re

import pytest

from biaotu.taxonomy import ATTRIBUTES, LABELS, MATERIALS, USES, Term, Vocabulary, bio_tags

VOCABULARIES = (MATERIALS, USES, ATTRIBUTES)


def test_sizes_and_orders_of_the_contract() -> None:
    assert [len(vocabulary) for vocabulary in VOCABULARIES] == [10, 14, 15]
    assert MATERIALS.names + USES.names == LABELS
    assert len(set(LABELS)) == 24
    assert MATERIALS.names[0] == "玻璃制品" and MATERIALS.names[-1] == "其他材质"
    assert USES.names[0] == "图书宣传品" and USES.names[-1] == "其他杂类"
    assert " ".join(ATTRIBUTES.names) == "时间 地点 组织 事件 人物 颜色 材质 形状 书名 数字 型号 货币 重量 长度 时长"


@pytest.mark.parametrize("vocabulary", VOCABULARIES, ids=lambda vocabulary: vocabulary.name)
def test_every_term_is_complete_and_found_both_ways(vocabulary: Vocabulary) -> None:
    for place, term in enumerate(vocabulary):
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", term.id)
        assert term.zh and term.en.isascii() and term.note
        assert vocabulary[term.id] is term
        assert vocabulary.named(term.zh) is term
        assert vocabulary.index(term.zh) == place
        assert term.zh in vocabulary and term.id not in vocabulary


def test_unknown_terms_are_key_errors() -> None:
    for lookup in (MATERIALS.__getitem__, MATERIALS.named, MATERIALS.index):
        with pytest.raises(KeyError):
            lookup("没有这一类")


@pytest.mark.parametrize("twin", [Term("a", "乙", "b", "n"), Term("b", "甲", "b", "n")], ids=["id", "name"])
def test_a_double_entry_is_refused(twin: Term) -> None:
    with pytest.raises(ValueError, match="twice"):
        Vocabulary("test", (Term("a", "甲", "a", "n"), twin))


def test_bio_tags_follow_the_attributes() -> None:
    tags = bio_tags()
    assert len(tags) == 31 and tags[:3] == ("O", "B-时间", "I-时间")
    assert tags[1::2] == tuple(f"B-{name}" for name in ATTRIBUTES.names)
    assert tags[2::2] == tuple(f"I-{name}" for name in ATTRIBUTES.names)
