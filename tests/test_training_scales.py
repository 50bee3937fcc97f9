from __future__ import annotations

import numpy as np
import pytest

from biaotu.ranking import Cilin, HybridSimilarity, RankingSettings, WordVectors
from biaotu.training.scales import fit_scales

WORDS = tuple(first + second for first in "木铁铜石" for second in "锁梳篮壶")
CODES = {word: [f"B{'abcd'['木铁铜石'.index(word[0])]}0{'锁梳篮壶'.index(word[1]) + 1}A01="] for word in WORDS}


def similarity(encoded: bool = True) -> HybridSimilarity:
    rows = np.zeros((len(WORDS), 8), np.float32)
    for place, word in enumerate(WORDS):
        rows[place, "木铁铜石".index(word[0])] = 2  # as the thesaurus does, these vectors hold the first to be the kind
        rows[place, 4 + "锁梳篮壶".index(word[1])] = 1
    table = WordVectors.quantise(WORDS, rows)
    return HybridSimilarity(table, Cilin(CODES), RankingSettings(), encoded=table if encoded else None)


def test_scales_rise_and_lead_to_nearness() -> None:
    scales = fit_scales(similarity())
    assert set(scales) == {"vectors", "encoded", "characters"}
    assert scales["vectors"] == scales["encoded"]
    floor, slope = scales["vectors"]
    assert slope > 0
    assert floor + slope * 0.8 == pytest.approx(0.3, abs=0.05)  # of one kind: two levels shared
    assert floor == pytest.approx(0.15, abs=0.05)  # of one class: one level shared


def test_the_same_seed_gives_the_same_scales_and_a_missing_part_has_none() -> None:
    assert fit_scales(similarity(), seed=4) == fit_scales(similarity(), seed=4)
    assert set(fit_scales(similarity(encoded=False))) == {"vectors", "characters"}


def test_without_common_words_nothing_can_be_learnt() -> None:
    bare = HybridSimilarity(similarity().vectors, Cilin({}), RankingSettings())
    with pytest.raises(ValueError, match="no two words in common"):
        fit_scales(bare)
