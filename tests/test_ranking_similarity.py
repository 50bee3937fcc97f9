from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from biaotu.errors import ConfigError
from biaotu.ranking import Cilin, HybridSimilarity, RankingSettings, WordVectors
from biaotu.ranking.settings import AS_IT_IS

VECTORS = WordVectors.quantise(
    ("木", "梳", "梳子", "铜锁", "山"),
    np.array([[1, 0, 0], [0, 1, 0], [0, 1, 1], [1, 0, 1], [-1, -1, -1]], dtype=np.float32),
)
CILIN = Cilin({"梳子": ["Bp22A01="], "篦子": ["Bp22A02#"], "铜锁": ["Bp25B04="]})
ONE = RankingSettings(vectors=1.0, thesaurus=1.0, characters=1.0, encoded=0.0, composed=0.5, scales=AS_IT_IS)
words = st.text(alphabet="木梳子篦铜锁山x", min_size=0, max_size=5)


def test_all_three_measures_are_averaged() -> None:
    similarity = HybridSimilarity(VECTORS, CILIN, ONE)
    assert similarity.similarity("梳子", "铜锁") == pytest.approx((0.5 + 0.3 + 0.0) / 3, abs=0.02)
    assert similarity.similarity("梳子", "梳子") == pytest.approx(1.0, abs=1e-5)


def test_what_a_word_lacks_is_left_out() -> None:
    similarity = HybridSimilarity(VECTORS, CILIN, ONE)
    assert similarity.similarity("篦子", "梳子") == pytest.approx((0.75 + 0.5) / 2)
    assert similarity.similarity("xx", "梳子") == 0.0
    assert similarity.similarity("山", "山") == pytest.approx(1.0, abs=1e-5)


def test_a_negative_cosine_counts_as_zero() -> None:
    assert HybridSimilarity(VECTORS, CILIN, ONE).similarity("山", "梳子") == 0.0


def test_looking_up_by_parts_weighs_less() -> None:
    full = HybridSimilarity(VECTORS, CILIN, replace(ONE, composed=1.0))
    half = HybridSimilarity(VECTORS, CILIN, ONE)
    cosine = VECTORS.cosine("木梳子", "梳子")
    assert cosine is not None
    assert full.similarity("木梳子", "梳子") == pytest.approx((cosine + 1 + 0.8) / 3, abs=1e-5)
    assert half.similarity("木梳子", "梳子") == pytest.approx((0.5 * cosine + 0.5 + 0.8) / 2, abs=1e-5)


def test_vectors_of_the_encoder_are_one_more_part() -> None:
    encoded = WordVectors.quantise(("梳子", "铜锁"), np.array([[1, 0], [3, 4]], dtype=np.float32))
    settings = replace(ONE, encoded=2.0)
    similarity = HybridSimilarity(VECTORS, CILIN, settings, encoded=encoded)
    assert similarity.similarity("梳子", "铜锁") == pytest.approx((0.5 + 0.3 + 0.0 + 2 * 0.6) / 5, abs=0.03)
    without = similarity.with_settings(ONE)
    assert without.similarity("梳子", "铜锁") == HybridSimilarity(VECTORS, CILIN, ONE).similarity("梳子", "铜锁")
    assert similarity.similarity("篦子", "山") == HybridSimilarity(VECTORS, CILIN, ONE).similarity("篦子", "山")


def test_one_word_against_many_is_the_same_as_one_by_one() -> None:
    similarity = HybridSimilarity(VECTORS, CILIN, ONE)
    many = ("铜锁", "x", "木梳子", "篦子", "")
    together = similarity.to_word("梳子", similarity.profile(many))
    assert together.tolist() == pytest.approx([similarity.similarity("梳子", word) for word in many])
    assert similarity.to_word("梳子", similarity.profile(())).shape == (0,)


@given(words, words)
def test_likeness_is_bounded_and_symmetric(left: str, right: str) -> None:
    similarity = HybridSimilarity(VECTORS, CILIN, ONE)
    value = similarity.similarity(left, right)
    assert 0 <= value <= 1 + 1e-5
    assert value == pytest.approx(similarity.similarity(right, left), abs=1e-5)


def test_parts_are_brought_to_the_scale_of_the_thesaurus() -> None:
    scales = {"vectors": (0.1, 0.4), "encoded": (0.0, 1.0), "characters": (0.2, 0.3)}
    similarity = HybridSimilarity(VECTORS, CILIN, replace(ONE, scales=scales))
    cosine = VECTORS.cosine("梳子", "铜锁")
    assert cosine is not None
    assert similarity.similarity("梳子", "铜锁") == pytest.approx((0.1 + 0.4 * cosine + 0.3 + 0.2) / 3, abs=1e-5)
    assert similarity.similarity("x", "y") == pytest.approx(0.2)
    assert similarity.similarity("梳子", "梳子") == similarity.similarity("x", "x") == 1


def test_settings_of_an_older_bundle_mean_what_they_meant() -> None:
    settings = RankingSettings.from_dict({"vectors": 2.0, "thesaurus": 2.0, "characters": 1.0, "composed": 0.5})
    assert settings.encoded == 0 and settings.scales == AS_IT_IS


def test_settings_round_trip_and_refuse_what_they_do_not_know() -> None:
    settings = RankingSettings(nearest=3, threshold=0.4)
    assert RankingSettings.from_dict(settings.to_dict()) == settings
    with pytest.raises(ConfigError, match="nearst"):
        RankingSettings.from_dict({"nearst": 3})


@pytest.mark.parametrize(
    "wrong",
    [
        {"vectors": -1.0},
        {"vectors": 0.0, "thesaurus": 0.0, "characters": 0.0, "encoded": 0.0},
        {"composed": 1.5},
        {"nearest": 0},
        {"slope": 0.0},
        {"scales": {"vectors": (0.1, 0.4)}},
        {"scales": {"vectors": (0.1, 0.4), "encoded": (0.1, 0.4), "characters": (0.8, 0.4)}},
        {"scales": {"vectors": (0.1, 0.4), "encoded": (0.1, 0.4), "characters": ()}},
        {"scales": 3},
    ],
)
def test_unlawful_settings_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ConfigError):
        RankingSettings.from_dict(wrong)
