from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import samples
from biaotu.review import Suggestion, TagItem, label_named, label_vector, next_records, suggestions_of, uncertainty
from biaotu.taxonomy import LABELS


def test_uncertainty_is_the_chance_that_something_is_wrong() -> None:
    metal, weapon = label_named("金属制品"), label_named("武器装备")
    suggestions = [Suggestion(metal, 0.9), Suggestion(weapon, 0.4, accepted=False)]
    assert uncertainty(suggestions) == pytest.approx(1 - 0.9 * 0.6)
    assert uncertainty(suggestions, {metal}) == pytest.approx(0.4)
    assert uncertainty(suggestions, {metal, weapon}) == uncertainty([]) == 0
    assert uncertainty([Suggestion(TagItem("枪"), 0.5, place="primary")]) == 0
    assert uncertainty([Suggestion(metal, 1.2)]) == 0


@given(st.lists(st.tuples(st.sampled_from(LABELS), st.floats(0, 1), st.booleans()), unique_by=lambda one: one[0]))
def test_uncertainty_stays_between_0_and_1_and_never_rises_by_a_judgement(told: list[tuple[str, float, bool]]) -> None:
    suggestions = [Suggestion(label_named(name), confidence, accepted) for name, confidence, accepted in told]
    whole = uncertainty(suggestions)
    assert 0 <= whole <= 1
    for one in suggestions:
        assert uncertainty(suggestions, {one.item}) <= whole + 1e-12


def test_the_label_vector_follows_the_vocabulary() -> None:
    vector = label_vector(suggestions_of(samples.annotation()))
    found = {LABELS[place]: round(float(vector[place]), 2) for place in np.flatnonzero(vector)}
    assert found == {"金属制品": 0.98, "其他材质": 0.02, "容器": 0.91, "家具炊具": 0.55}


def groups() -> tuple[np.ndarray[tuple[int], np.dtype[np.float64]], np.ndarray[tuple[int, int], np.dtype[np.float64]]]:
    """Four groups of ten like records; those of the first are the most uncertain."""
    generator = np.random.default_rng(0)
    centres = np.eye(4).repeat(10, axis=0)
    weights = np.repeat([0.9, 0.6, 0.5, 0.4], 10) + generator.uniform(0, 0.05, 40)
    return weights, centres + generator.normal(0, 0.01, (40, 4))


def test_the_choice_is_unsure_and_diverse() -> None:
    weights, vectors = groups()
    by_uncertainty = np.argsort(-weights)[:4]
    chosen = next_records(weights, vectors, 4)
    assert set(by_uncertainty // 10) == {0}  # uncertainty alone asks for the same kind four times
    assert {place // 10 for place in chosen} == {0, 1, 2, 3}
    assert chosen[0] == weights.argmax()
    assert [place // 10 for place in chosen] == [0, 1, 2, 3]  # among groups as far apart the more uncertain comes first


def test_what_was_reviewed_counts_as_chosen() -> None:
    weights, vectors = groups()
    chosen = next_records(weights, vectors, 2, seen=vectors[[3, 12]])
    assert {place // 10 for place in chosen} == {2, 3}
    many = np.repeat(vectors[[3, 12]], 1500, axis=0)
    assert next_records(weights, vectors, 2, seen=many) == chosen


def test_every_record_comes_once_and_the_same_way_each_time() -> None:
    weights, vectors = groups()
    chosen = next_records(weights, vectors, 99)
    assert sorted(chosen) == list(range(40))
    assert chosen == next_records(weights.tolist(), vectors.tolist(), 99)
    assert chosen[:7] == next_records(weights, vectors, 7)


def test_of_like_records_the_most_uncertain_comes_first() -> None:
    assert next_records([0.1, 0.5, 0.5, 0.3], np.ones((4, 2)), 4) == [1, 2, 3, 0]
    assert next_records([0.0, 0.0], np.eye(2), 2) == [0, 1]
    assert next_records([], np.zeros((0, 3)), 2) == []


@pytest.mark.parametrize(
    ("weights", "vectors", "seen"),
    [([0.5], np.zeros((2, 3)), None), ([[0.5]], np.zeros((1, 3)), None), ([0.5], np.zeros((1, 3)), np.zeros((1, 2)))],
)
def test_shapes_that_do_not_fit(weights: list[float], vectors: object, seen: object) -> None:
    with pytest.raises(ValueError, match=r"shape|fit"):
        next_records(weights, np.asarray(vectors), 1, seen=None if seen is None else np.asarray(seen))
