"""Effects are checked on scores whose truth is known: sums, and pairs of parts that say the same."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from biaotu.evidence.regions import box_of, covered, sides
from biaotu.evidence.weighing import Mask, by_leaving_out, by_masks, by_turns, scaled
from biaotu.images import Preprocessing

finite = st.floats(-50, 50, width=32)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(finite, finite), min_size=1, max_size=12))
def test_leaving_out_tells_the_terms_of_a_sum(terms: list[tuple[float, float]]) -> None:
    weights = np.array(terms, np.float64)
    found = by_leaving_out(lambda kept: kept @ weights, len(weights))
    assert np.allclose(found, weights, atol=1e-6)


def test_two_words_that_say_the_same_do_not_hide_each_other() -> None:
    def score(kept: Mask) -> np.ndarray:
        return np.array([4.0 if kept[1] or kept[3] else 0.0])

    assert not by_leaving_out(score, 6).any()
    found = by_turns(score, 6)[:, 0]
    assert found[1] == found[3] == 2.0
    assert not found[[0, 2, 4, 5]].any()


def test_what_says_nothing_gets_nothing_by_turns() -> None:
    weights = np.array([[3.0], [0.0], [0.0], [0.0], [-1.0]])
    found = by_turns(lambda kept: 7 + kept @ weights, 5)[:, 0]
    assert found == pytest.approx([3, 0, 0, 0, -1])


def test_masks_find_the_regions_that_matter_and_their_sign() -> None:
    weights = np.zeros((49, 2))
    weights[[10, 11, 17, 18], 0] = 2.0
    weights[40, 1] = -3.0
    calls = 0

    def score(kept: Mask) -> np.ndarray:
        nonlocal calls
        calls += 1
        return np.asarray(kept @ weights + 5)

    found = by_masks(score, 49, 12)
    assert calls <= 50
    assert set(np.argsort(-found[:, 0])[:4]) == {10, 11, 17, 18}
    assert np.argmin(found[:, 1]) == 40 and found[40, 1] < -0.5
    assert np.array_equal(found, by_masks(score, 49, 12))


@pytest.mark.parametrize("count", [1, 2, 3, 49])
def test_every_part_is_left_out_in_every_round(count: int) -> None:
    left_out = np.zeros(count, int)

    def score(kept: Mask) -> np.ndarray:
        left_out[~kept] += 1
        return np.zeros(1)

    assert by_masks(score, count, 6).shape == (count, 1)
    assert (left_out == 6).all()


def test_the_strongest_has_size_one_unless_it_is_weak() -> None:
    assert scaled(np.array([2.0, -4.0, 0.0]), 0.25).tolist() == [0.5, -1.0, 0.0]
    assert scaled(np.array([0.02, -0.05]), 0.25).tolist() == pytest.approx([0.08, -0.2])
    assert scaled(np.zeros(0), 0.25).shape == (0,)


def test_covering_paints_whole_cells_in_the_mean_colour() -> None:
    pixels = np.zeros((14, 14, 3), np.uint8)
    pixels[:, 7:] = 200
    kept = np.ones(49, bool)
    kept[8] = False  # second row, second column
    found = covered(pixels, kept)
    assert (found[2:4, 2:4] == 100).all()
    found[2:4, 2:4] = pixels[2:4, 2:4]
    assert np.array_equal(found, pixels)
    assert np.array_equal(covered(pixels, np.ones(49, bool)), pixels)


def test_a_grid_is_square_where_it_can_be() -> None:
    assert sides(49) == (7, 7)
    assert sides(12) == (1, 12)


def test_the_box_tells_what_part_of_the_photo_the_encoder_sees() -> None:
    assert box_of(Preprocessing(), 900, 600) == pytest.approx((1 / 2 - 7 / 24, 0.0625, 1 / 2 + 7 / 24, 0.9375))
    assert box_of(Preprocessing(fit="squash"), 900, 600) == (0, 0, 1, 1)
    assert box_of(Preprocessing(fit="pad"), 900, 600) == pytest.approx((0, -0.25, 1, 1.25))
    assert box_of(Preprocessing(crop_fraction=1.0), 10, 20) == pytest.approx((0, 0.25, 1, 0.75))
