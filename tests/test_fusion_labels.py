from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from biaotu.fusion import average, decide, sigmoid
from biaotu.taxonomy import LABELS, MATERIALS, USES

rows = st.lists(st.floats(0, 1), min_size=24, max_size=24)


def row(default: float = 0.0, **values: float) -> npt.NDArray[np.float64]:
    numbers = np.full(24, default)
    for name, value in values.items():
        numbers[LABELS.index(name)] = value
    return numbers


def test_each_label_has_its_own_threshold() -> None:
    probabilities = row(金属制品=0.6, 竹木制品=0.45, 武器装备=0.99, 容器=0.3)
    material, use = decide(probabilities, row(0.5, 竹木制品=0.4, 容器=0.2))
    assert [(label.name, label.accepted) for label in material] == [("金属制品", True), ("竹木制品", True)]
    assert [(label.name, label.accepted) for label in use] == [("武器装备", True), ("容器", True)]


def test_when_nothing_passes_the_best_is_given_not_accepted() -> None:
    material, use = decide(row(0.01, 陶瓷制品=0.04, 文具=0.3, 容器=0.2), row(0.5))
    assert [(label.name, label.accepted) for label in material] == [("陶瓷制品", False)]
    assert [(label.name, label.accepted) for label in use] == [("文具", False), ("容器", False)]


def test_an_accepted_label_is_listed_even_below_the_floor() -> None:
    material, _ = decide(row(0.0, 金属制品=0.9, 石制品=0.06), row(0.5, 石制品=0.05), floor=0.2)
    assert [label.name for label in material] == ["金属制品", "石制品"]


@given(rows, rows)
def test_decisions_are_sorted_complete_and_lawful(probabilities: list[float], thresholds: list[float]) -> None:
    for labels, vocabulary in zip(decide(probabilities, thresholds), (MATERIALS, USES), strict=True):
        assert labels
        assert [label.confidence for label in labels] == sorted((label.confidence for label in labels), reverse=True)
        accepted = {label.name for label in labels if label.accepted}
        passed = {n for n, p, t in zip(LABELS, probabilities, thresholds, strict=True) if p >= t and n in vocabulary}
        assert accepted == passed


def test_average_is_the_mean_of_logits() -> None:
    assert np.allclose(average([row(2.0), row(-1.0)]), 0.5)
    assert np.allclose(average([row(3.0)]), 3.0)


def test_sigmoid_is_safe_at_both_ends() -> None:
    assert sigmoid([-1e4, 0.0, 1e4]).tolist() == [0.0, 0.5, 1.0]


@pytest.mark.parametrize("wrong", [[0.5] * 23, [[0.5] * 24], [float("nan")] * 24])
def test_wrong_arrays_are_refused(wrong: list[float]) -> None:
    with pytest.raises(ValueError, match="24 finite numbers"):
        decide(wrong, [0.5] * 24)
    with pytest.raises(ValueError, match="24 finite numbers"):
        average([wrong])


def test_averaging_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="no logits"):
        average([])
