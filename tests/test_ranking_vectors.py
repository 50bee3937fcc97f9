from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from biaotu.errors import BundleError
from biaotu.ranking import WordVectors

WORDS = ("木", "梳", "木梳", "铜", "铜锁", "锁匠铺")


def make() -> WordVectors:
    return WordVectors.quantise(WORDS, np.random.default_rng(7).normal(size=(len(WORDS), 100)).astype(np.float32))


def test_quantised_vectors_are_close_to_the_given_ones() -> None:
    given_vectors = np.random.default_rng(7).normal(size=(len(WORDS), 100)).astype(np.float32)
    vectors = WordVectors.quantise(WORDS, given_vectors)
    for word, row in zip(WORDS, given_vectors, strict=True):
        found = vectors.vector(word)
        assert found is not None
        assert np.linalg.norm(found) == pytest.approx(1, abs=1e-5)
        assert float(found @ row) / np.linalg.norm(row) > 0.995


def test_a_round_trip_changes_nothing(tmp_path: Path) -> None:
    vectors = make()
    vectors.save(tmp_path / "v.npz")
    again = WordVectors.load(tmp_path / "v.npz")
    assert again.words == vectors.words and len(again) == 6 and again.width == 100
    assert again.cosine("木梳", "铜锁") == vectors.cosine("木梳", "铜锁")
    vectors.save(tmp_path / "w.npz")
    assert (tmp_path / "v.npz").read_bytes() == (tmp_path / "w.npz").read_bytes()


def test_unlisted_words_are_composed_of_their_longest_parts_and_the_head_weighs_more() -> None:
    vectors = make()
    assert vectors.parts("木梳") == ["木梳"]
    assert vectors.parts("旧木梳与铜锁") == ["木梳", "铜锁"]
    assert vectors.parts("锁匠") == []
    head, rest = vectors.cosine("木梳铜锁", "铜锁"), vectors.cosine("木梳铜锁", "木梳")
    assert head is not None and rest is not None and head > rest


def test_a_word_without_listed_part_has_no_vector() -> None:
    vectors = make()
    assert vectors.vector("xyz") is None and vectors.vector("") is None
    assert vectors.cosine("xyz", "木梳") is None


@given(st.text(alphabet="木梳铜锁匠铺旧x", max_size=8))
def test_parts_are_listed_and_stand_in_the_word_in_order(word: str) -> None:
    vectors = make()
    at = 0
    for part in vectors.parts(word):
        assert part in vectors
        at = word.index(part, at) + len(part)


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x03\x04"])
def test_a_damaged_file_is_a_bundle_error(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "v.npz").write_bytes(content)
    with pytest.raises(BundleError, match=r"v\.npz"):
        WordVectors.load(tmp_path / "v.npz")


def test_a_missing_file_and_a_pickle_are_bundle_errors(tmp_path: Path) -> None:
    with pytest.raises(BundleError):
        WordVectors.load(tmp_path / "none.npz")
    np.savez(tmp_path / "v.npz", words=np.array(["木"], dtype=object), rows=np.zeros((1, 2), np.int8))
    with pytest.raises(BundleError):
        WordVectors.load(tmp_path / "v.npz")


@pytest.mark.parametrize("words", [("木", "木"), ("木",), ("木", "")])
def test_words_must_fit_the_rows(words: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="word vectors"):
        WordVectors(words, np.ones((2, 3), np.int8), np.ones(2, np.float32))
