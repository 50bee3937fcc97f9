"""Weak labels: what a census class or a curator's word settles, and what it leaves open."""

from __future__ import annotations

import pytest

from biaotu.taxonomy import LABELS, MATERIALS
from biaotu.training.labels.weak import CENSUS, PAPER, Floats, census_target, material_target, target_of

BORDER = len(MATERIALS)


def names(flags: Floats) -> set[str]:
    return {LABELS[place] for place, flag in enumerate(flags) if flag}


def test_every_census_class_uses_known_labels() -> None:
    for census_class in CENSUS:
        found = census_target(census_class)
        assert found is not None
        target, judged = found
        assert names(target) and names(target) <= names(judged)


@pytest.mark.parametrize(
    ("census_class", "target", "open_", "sides"),
    [
        ("文件、宣传品", {PAPER}, {"图书宣传品", "档案文书"}, 2),
        ("书法、绘画", {PAPER, "书法绘画"}, {"纤维织物"}, 2),
        ("票据", {PAPER, "货币票据"}, {"档案文书"}, 2),
        ("铁器、其他金属器", {"金属制品"}, {"竹木制品"}, 1),
        ("武器", {"武器装备"}, set(), 1),
    ],
)
def test_what_a_class_settles(census_class: str, target: set[str], open_: set[str], sides: int) -> None:
    found = census_target(census_class)
    assert found is not None
    assert names(found[0]) == target
    judged = names(found[1])
    assert judged & open_ == set()
    materials, uses = set(LABELS[:BORDER]), set(LABELS[BORDER:])
    if sides == 2:
        assert judged == (materials | uses) - open_
    else:
        assert judged == (uses if target & uses else materials) - open_


def test_an_unknown_class_settles_nothing() -> None:
    assert census_target("") is None
    assert census_target("外星文物") is None


@pytest.mark.parametrize(
    ("words", "target"),
    [
        ("铁", {"金属制品"}),
        ("钢、木", {"金属制品", "竹木制品"}),
        ("壶身：搪瓷；提梁：竹", {"金属制品", "竹木制品"}),
        ("陶", {"陶瓷制品"}),
        ("白瓷", {"陶瓷制品"}),
        ("棉布、牛皮", {"纤维织物", "皮革制品"}),
        ("羊毛", {"纤维织物"}),
        ("毛边纸", {PAPER}),
        ("有机玻璃", {"塑料制品"}),
        ("玻璃", {"玻璃制品"}),
    ],
)
def test_material_words(words: str, target: set[str]) -> None:
    found = material_target(words)
    assert found is not None
    assert names(found[0]) == target
    assert names(found[1]) == set(MATERIALS.names)


@pytest.mark.parametrize("words", ["", "不明", "其他："])
def test_words_that_name_no_material(words: str) -> None:
    assert material_target(words) is None


def test_an_empty_side_is_not_judged() -> None:
    target, judged = target_of(("金属制品",), ())
    assert names(target) == {"金属制品"} and names(judged) == set(MATERIALS.names)
    assert not target_of((), ())[1].any()
