from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biaotu.text.statistics import WordStatistics
from biaotu.text.tfiwf import TextMeasure, length_weight, tfiwf

COUNTS = {"军号": 2, "小号手": 1, "吹": 1}
STATISTICS = WordStatistics({"军号": 10, "吹": 100}, 10_000, {}, 0)


def test_a_text_is_measured_word_by_word() -> None:
    measure = TextMeasure.of(COUNTS)
    assert measure.words == 4
    assert measure.mean == pytest.approx(2.0)
    assert measure.spread == pytest.approx(math.sqrt(0.5))


def test_paper_length_is_as_printed() -> None:
    measure = TextMeasure.of(COUNTS)
    assert length_weight(3, measure, "paper") == pytest.approx(1 / math.sqrt(0.5))
    assert length_weight(2, measure, "paper") == 0.0
    assert length_weight(1, measure, "paper") < 0.0


def test_paper_length_where_it_is_undefined_is_zero() -> None:
    measure = TextMeasure.of({"军号": 3})
    assert length_weight(2, measure, "paper") == 0.0
    assert length_weight(2, measure, "positive") == pytest.approx(math.log(2))


def test_an_unknown_form_is_refused() -> None:
    with pytest.raises(ValueError, match="'paper' or 'positive'"):
        length_weight(2, TextMeasure.of(COUNTS), "printed")  # type: ignore[arg-type]


@given(st.lists(st.integers(1, 60), min_size=2, max_size=40))
def test_positive_length_is_positive_and_keeps_the_order(lengths: list[int]) -> None:
    measure = TextMeasure.of({"字" * length: 1 for length in lengths})
    ordered = sorted(set(lengths))
    weights = [length_weight(length, measure, "positive") for length in ordered]
    assert all(weight > 0 for weight in weights)
    assert weights == sorted(weights)
    printed = [length_weight(length, measure, "paper") for length in ordered]
    assert printed == sorted(printed)


def test_eq_2_is_the_product_of_its_four_factors() -> None:
    measure = TextMeasure.of(COUNTS)
    expected = (2 / 4) * math.log(10_000 / 10) * length_weight(2, measure, "positive")
    assert tfiwf("军号", 2, measure, STATISTICS, in_title=False) == pytest.approx(expected)
    assert tfiwf("军号", 2, measure, STATISTICS, in_title=True, title_weight=3.0) == pytest.approx(3 * expected)
    assert tfiwf("军号", 2, measure, STATISTICS, in_title=True, length="paper") == 0.0


def test_an_empty_text_weighs_nothing() -> None:
    assert tfiwf("军号", 1, TextMeasure.of({}), STATISTICS, in_title=True) == 0.0
