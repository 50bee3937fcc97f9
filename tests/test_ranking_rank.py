from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from biaotu.errors import BundleError
from biaotu.ranking import Cilin, HybridSimilarity, LabelTerms, Ranker, RankingSettings, WordVectors
from biaotu.ranking.terms import NAME_PARTS, own_terms
from biaotu.records import Label, RankedTag, TextTag
from biaotu.taxonomy import LABELS

TERMS = LabelTerms({label: own_terms(label) for label in LABELS})
CILIN = Cilin(
    {"步枪": ["Bo27B01="], "枪": ["Bo27B01="], "碗": ["Bp07C01="], "饭碗": ["Bp07C01="], "县城": ["Cb25A01="]}
)
VECTORS = WordVectors.quantise(("枪", "碗", "县城"), np.eye(3, dtype=np.float32))
SETTINGS = RankingSettings(1.0, 1.0, 1.0, 0.5, nearest=1, threshold=0.5, slope=10.0)


def ranker(settings: RankingSettings = SETTINGS) -> Ranker:
    return Ranker(HybridSimilarity(VECTORS, CILIN, settings), TERMS)


def tags(*names: str) -> list[TextTag]:
    return [TextTag(name, 1.0) for name in names]


def labels(*names: str, accepted: bool = True) -> list[Label]:
    return [Label(name, 0.9, accepted) for name in names]


def names(ranked: tuple[RankedTag, ...]) -> list[str]:
    return [tag.tag for tag in ranked]


def test_what_the_labels_show_is_primary_and_leans_on_the_nearest_label() -> None:
    primary, secondary = ranker().rank(tags("县城", "饭碗", "步枪"), labels("武器装备", "容器"))
    assert {tag.tag: tag.label for tag in primary} == {"饭碗": "容器", "步枪": "武器装备"}
    assert names(secondary) == ["县城"]
    assert all(tag.confidence >= 0.5 for tag in primary) and secondary[0].confidence < 0.5


def test_only_accepted_labels_count() -> None:
    _, secondary = ranker().rank(tags("饭碗"), [*labels("武器装备"), *labels("容器", accepted=False)])
    assert names(secondary) == ["饭碗"] and secondary[0].label == "武器装备"


def test_without_accepted_labels_all_tags_are_secondary_in_their_order() -> None:
    primary, secondary = ranker().rank(tags("碗", "县城"), labels("容器", accepted=False))
    assert primary == ()
    assert secondary == (RankedTag("碗", 0.0, None), RankedTag("县城", 0.0, None))


def test_no_tag_is_lost_ties_keep_their_order_and_confidence_falls() -> None:
    words = ["甲甲", "碗", "乙乙", "县城", "丙丙", "饭碗", ""]
    random.Random(3).shuffle(words)
    primary, secondary = ranker().rank(tags(*words), labels("容器", "家具炊具"))
    ranked = primary + secondary
    assert sorted(names(ranked)) == sorted(words)
    assert [tag.confidence for tag in ranked] == sorted((tag.confidence for tag in ranked), reverse=True)
    unknown = [word for word in words if word in ("甲甲", "乙乙", "丙丙")]
    assert [name for name in names(ranked) if name in unknown] == unknown


def test_spaces_and_traditional_characters_do_not_matter_to_the_likeness() -> None:
    one = ranker()
    assert one.likeness("步 槍").tolist() == one.likeness("步枪").tolist()
    primary, _ = one.rank(tags("步 槍"), labels("武器装备"))
    assert names(primary) == ["步 槍"]


def test_likeness_is_the_mean_over_the_nearest_terms() -> None:
    settings = RankingSettings(1.0, 1.0, 1.0, 0.5, nearest=3, threshold=0.5, slope=10.0)
    similarity = HybridSimilarity(VECTORS, CILIN, settings)
    found = Ranker(similarity, TERMS).likeness("步枪")
    for column, label in enumerate(LABELS):
        to_terms = sorted((similarity.similarity("步枪", word) for word in TERMS.terms[label]), reverse=True)[:3]
        assert found[column] == pytest.approx(sum(to_terms) / len(to_terms), abs=1e-5)


def test_an_unknown_label_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        ranker().rank(tags("碗"), labels("没有这一类"))


def test_threads_may_share_a_ranker() -> None:
    shared, words = ranker(), ["碗", "饭碗", "步枪", "县城", "枪"] * 40
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda word: shared.rank(tags(word), labels("容器", "武器装备")), words))
    alone = ranker()
    assert together == [alone.rank(tags(word), labels("容器", "武器装备")) for word in words]


def test_label_terms_round_trip(tmp_path: Path) -> None:
    TERMS.save(tmp_path / "t.json")
    assert LabelTerms.load(tmp_path / "t.json").terms == TERMS.terms


def test_every_label_has_terms_of_its_own() -> None:
    assert set(NAME_PARTS) == set(LABELS)
    assert all(own_terms(label) for label in LABELS)
    assert "步枪" not in own_terms("武器装备") and "枪" in own_terms("武器装备")


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"容器": ["碗"]}'])
def test_a_wrong_file_of_terms_is_a_bundle_error(tmp_path: Path, content: str) -> None:
    (tmp_path / "t.json").write_text(content, encoding="utf-8")
    with pytest.raises(BundleError, match=r"t\.json"):
        LabelTerms.load(tmp_path / "t.json")


def test_a_label_without_terms_is_refused() -> None:
    with pytest.raises(ValueError, match="其他材质"):
        LabelTerms({**TERMS.terms, "其他材质": ()})
