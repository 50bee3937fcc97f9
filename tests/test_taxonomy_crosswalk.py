"""The census's tables and the crosswalk: whole, consistent, and careful."""

from __future__ import annotations

import pytest

from biaotu.taxonomy import MATERIALS, USES
from biaotu.taxonomy.crosswalk import CENSUS_CLASSES, MATCHES, TEXTURES, composite, matches, texture_named


def test_the_tables_are_whole() -> None:
    assert len(CENSUS_CLASSES) == 35
    assert {"玉石器、宝石", "文件、宣传品", "名人遗物", "其他"} <= set(CENSUS_CLASSES.names)
    assert len(TEXTURES) == 27


def test_every_label_is_mapped() -> None:
    assert {match.term for match in MATCHES if match.scheme == "material"} == {term.id for term in MATERIALS}
    assert {match.term for match in MATCHES if match.scheme == "use"} == {term.id for term in USES}


def test_no_pair_is_mapped_twice() -> None:
    pairs = [(match.scheme, match.term, match.target_scheme, match.target) for match in MATCHES]
    assert len(set(pairs)) == len(pairs)


def test_one_scheme_can_be_asked_for() -> None:
    assert [match.target for match in matches("use", "weapon", "census-class")] == ["weapon"]
    assert matches("material", "glass") == matches("material", "glass", "texture") + matches("material", "glass", "aat")


@pytest.mark.parametrize(
    ("word", "name"), [("铸铁", "铁"), ("桦木", "木"), (" 土布 ", "棉麻纤维"), ("银", "银"), ("月光", None)]
)
def test_a_word_speaks_for_a_texture(word: str, name: str | None) -> None:
    term = texture_named(word)
    assert (term.zh if term else None) == name


@pytest.mark.parametrize(
    ("names", "whole"),
    [
        (("铁",), "铁"),
        (("木", "竹"), "有机复合或组合"),
        (("铁", "玻璃"), "无机复合或组合"),
        (("铁", "木"), "有机无机复合或组合"),
        (("铁", "铁"), "铁"),
        ((), None),
    ],
)
def test_several_textures_are_a_composite(names: tuple[str, ...], whole: str | None) -> None:
    term = composite(tuple(TEXTURES.named(name) for name in names))
    assert (term.zh if term else None) == whole
