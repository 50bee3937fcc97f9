"""Decoding against brute force: the best lawful path, its certainty, the spans in it."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from biaotu.attributes.decode import Decoder, attribute_names, bio_spans
from biaotu.taxonomy import ATTRIBUTES, bio_tags

TAGS = bio_tags()
SHUT = -1e4
Array = np.ndarray[Any, np.dtype[np.float64]]


def lawful(before: str | None, tag: str) -> bool:
    return not tag.startswith("I-") or (before is not None and before != "O" and before[2:] == tag[2:])


def decoder(seed: int, spread: float = 1.0) -> Decoder:
    generator = np.random.default_rng(seed)
    moves = generator.normal(size=(31, 31)) * spread
    first, last = generator.normal(size=31) * spread, generator.normal(size=31) * spread
    for column, tag in enumerate(TAGS):
        first[column] = first[column] if lawful(None, tag) else SHUT
        for row, before in enumerate(TAGS):
            moves[row, column] = moves[row, column] if lawful(before, tag) else SHUT
    return Decoder(moves, first, last)


def small(seed: int, tags: int = 4, spread: float = 1.0) -> tuple[Decoder, Array, Array, Array]:
    """A decoder of few tags in which some moves are shut."""
    generator = np.random.default_rng(seed)
    moves, first, last = (generator.normal(size=size) * spread for size in ((tags, tags), tags, tags))
    moves[0, 2] = first[2] = SHUT
    return Decoder(moves, first, last), moves, first, last


def all_paths(emissions: Array, moves: Array, first: Array, last: Array) -> dict[tuple[int, ...], float]:
    count, tags = emissions.shape
    scores = {}
    for path in itertools.product(range(tags), repeat=count):
        score = first[path[0]] + last[path[-1]] + sum(emissions[place, tag] for place, tag in enumerate(path))
        scores[path] = float(score + sum(moves[a, b] for a, b in itertools.pairwise(path)))
    return scores


@pytest.mark.parametrize("count", [1, 2, 5])
@pytest.mark.parametrize("spread", [1.0, 30.0, 300.0])
def test_path_and_marginals_equal_brute_force(count: int, spread: float) -> None:
    for seed in range(5):
        made, *scores = small(seed)
        emissions = np.random.default_rng(seed + 99).normal(size=(count, 4)) * spread
        paths = all_paths(emissions, *scores)
        assert tuple(made.path(emissions.astype(np.float64)).tolist()) == max(paths, key=paths.__getitem__)
        top = max(paths.values())
        wanted = np.zeros((count, 4))
        for path, score in paths.items():
            wanted[np.arange(count), path] += np.exp(score - top)
        wanted /= wanted.sum(1, keepdims=True)
        np.testing.assert_allclose(made.marginals(emissions.astype(np.float32)), wanted, atol=1e-4)


@settings(deadline=None, max_examples=50)
@given(st.integers(0, 10_000), st.integers(1, 30), st.sampled_from([0.1, 3.0, 80.0, 1e3]))
def test_the_path_is_lawful_and_the_marginals_sum_to_one(seed: int, count: int, spread: float) -> None:
    made = decoder(seed)
    emissions = (np.random.default_rng(seed).normal(size=(count, 31)) * spread).astype(np.float32)
    path = [TAGS[tag] for tag in made.path(emissions)]
    assert all(lawful(before, tag) for before, tag in zip([None, *path], path, strict=False))
    marginals = made.marginals(emissions)
    assert np.isfinite(marginals).all() and marginals.min() >= 0
    np.testing.assert_allclose(marginals.sum(1), 1, atol=1e-5)
    for span in made.spans(emissions):
        assert 0 <= span.start < span.end <= count
        assert span.type in ATTRIBUTES
        assert 0 <= span.confidence <= 1 + 1e-6


def test_the_quick_sums_and_the_sums_of_logarithms_agree() -> None:
    made = decoder(3)
    emissions = np.random.default_rng(3).normal(size=(200, 31)) * 8
    quick = made._scaled_marginals(emissions)
    assert quick is not None
    np.testing.assert_allclose(quick[0], made._log_marginals(emissions), atol=1e-9)


@pytest.mark.parametrize("spread", [0.1, 1.0, 5.0])
def test_the_sum_of_all_paths_equals_brute_force(spread: float) -> None:
    made, *scores = small(7)
    emissions = np.random.default_rng(7).normal(size=(6, 4)) * spread
    found = made._scaled_marginals(emissions)
    assert found is not None
    assert found[1] == pytest.approx(np.logaddexp.reduce(list(all_paths(emissions, *scores).values())))


@settings(deadline=None, max_examples=200)
@given(st.integers(0, 100_000), st.integers(1, 80), st.floats(0.5, 12.0))
def test_the_path_told_from_the_marginals_is_that_of_viterbi(seed: int, count: int, spread: float) -> None:
    # From texts full of doubt to such as leave none.
    made = decoder(seed)
    emissions = np.random.default_rng(seed).normal(size=(count, 31)) * spread
    found = made._scaled_marginals(emissions)
    assert found is not None
    assert made._likely_path(emissions, *found).tolist() == made.path(emissions.astype(np.float64)).tolist()


def test_viterbi_is_asked_only_where_there_is_doubt(monkeypatch: pytest.MonkeyPatch) -> None:
    made = decoder(0, spread=0.0)
    emissions = np.zeros((60, 31), np.float32)
    emissions[:, 0] = 30
    for name, value in (("O", 0), ("B-人物", 30), ("B-地点", 29.9), ("B-组织", 29.8)):
        emissions[30, TAGS.index(name)] = value
    asked: list[int] = []
    best = made._best

    def noting(scores: Array, first: Array, last: Array) -> Any:
        asked.append(len(scores))
        return best(scores, first, last)

    monkeypatch.setattr(made, "_best", noting)
    assert [(span.start, span.type) for span in made.spans(emissions)] == [(30, "人物")]
    assert asked == [1]


@pytest.mark.parametrize("value", [1e3, 1e5, 3e7])
def test_unlawful_tags_may_be_as_likely_as_they_like(value: float) -> None:
    # The network is sure of an I- with nothing before it: all lawful tags together then weigh nothing in float32.
    emissions = np.zeros((3, 31), np.float32)
    emissions[0, TAGS.index("I-人物")] = min(value, 9e3)
    emissions[2, 0] = value
    made = decoder(1, spread=0.0)
    assert lawful(None, TAGS[made.path(emissions)[0]])
    marginals = made.marginals(emissions)
    np.testing.assert_allclose(marginals.sum(1), 1, atol=1e-5)
    assert marginals[2, 0] == pytest.approx(1)


def test_a_long_text_keeps_its_precision() -> None:
    # In float32 the score of 5,000 sure characters hides a difference of 0.01 between the last two.
    emissions = np.zeros((5_000, 31), np.float32)
    emissions[:, 0] = 200
    emissions[-1, 0], emissions[-1, 1] = 200, 200.01
    made = decoder(0, spread=0.0)
    assert made.path(emissions).tolist() == [0] * 4_999 + [1]
    np.testing.assert_allclose(made.marginals(emissions).sum(1), 1, atol=1e-5)
    assert [(span.start, span.end, span.type) for span in made.spans(emissions)] == [(4_999, 5_000, TAGS[1][2:])]


def test_confidence_is_the_mean_over_the_characters() -> None:
    emissions = np.full((2, 31), -20.0, np.float32)
    emissions[0, TAGS.index("B-人物")] = emissions[1, TAGS.index("I-人物")] = 20
    (span,) = decoder(0, spread=0.0).spans(emissions)
    assert (span.start, span.end, span.type) == (0, 2, "人物")
    assert span.confidence == pytest.approx(1, abs=1e-6)
    assert decoder(0).spans(np.zeros((0, 31), np.float32)) == []


def test_spans_of_a_path() -> None:
    names = "O B-人物 I-人物 B-人物 B-地点 I-地点 I-地点 O B-时间".split()  # noqa: SIM905
    assert bio_spans([TAGS.index(name) for name in names]) == [
        *((1, 3, "人物"), (3, 4, "人物"), (4, 7, "地点"), (8, 9, "时间"))
    ]
    assert bio_spans([]) == bio_spans([0, 0]) == []


def test_a_decoder_goes_through_the_manifest() -> None:
    made = decoder(5)
    again = Decoder.from_dict(made.to_dict())
    assert again.to_dict() == made.to_dict()
    emissions = np.random.default_rng(5).normal(size=(20, 31)).astype(np.float32) * 4
    assert again.path(emissions).tolist() == made.path(emissions).tolist()
    with pytest.raises(ValueError, match="do not fit"):
        Decoder(np.zeros((3, 3)), np.zeros(31), np.zeros(31))


def test_names_above_their_thresholds_surest_first() -> None:
    logits = np.full(15, -1000.0)
    logits[[2, 5, 7]] = 1.0, 1000.0, 1.0
    found = attribute_names(logits.astype(np.float32), [0.5] * 15)
    assert [name.name for name in found] == [ATTRIBUTES.names[place] for place in (5, 2, 7)]
    assert found[0].confidence == 1
    assert attribute_names(np.zeros(15, np.float32), [0.51] * 15) == ()
    with pytest.raises(ValueError, match="zip"):
        attribute_names(np.zeros(15, np.float32), [0.5] * 14)
