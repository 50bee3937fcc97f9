from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from biaotu.errors import BundleError
from biaotu.search.space import Floats, Named, Projection, RetrievalSpace, root, unit

TEXT, PHOTO, BASIS, LEARNT, NAMED, CLASSES, PHOTOS = 12, 20, 9, 5, 4, 7, 6


def projection(rng: np.random.Generator, width: int, deep: int) -> Projection:
    # Numbers that half precision holds exactly, so that a saved space is the same space.
    whole = rng.integers(-8, 9, (width, deep)) / 8
    return Projection(
        rng.normal(size=width).astype(np.float32), whole.astype(np.float32), rng.normal(size=deep).astype(np.float32)
    )


def space(seed: int = 0, *, named: bool = True) -> RetrievalSpace:
    rng = np.random.default_rng(seed)
    places = (rng.integers(-8, 9, (CLASSES, NAMED)) / 8).astype(np.float32)
    return RetrievalSpace(
        basis=projection(rng, PHOTO, BASIS),
        photo_scales=np.linspace(1, 2, PHOTOS, dtype=np.float32),
        text_part=projection(rng, TEXT, LEARNT),
        photo_part=projection(rng, BASIS, LEARNT),
        named=Named(projection(rng, TEXT, NAMED), projection(rng, BASIS, CLASSES), places, 0.5) if named else None,
        record_centre=(rng.normal(size=TEXT) / 10).astype(np.float32),
        query_centre=(rng.normal(size=TEXT) / 10).astype(np.float32),
    )


def texts(count: int = 3) -> Floats:
    return np.random.default_rng(5).normal(size=(count, TEXT)).astype(np.float32)


def photos(count: int = 3) -> Floats:
    return np.random.default_rng(6).random((count, PHOTO)).astype(np.float32)


@pytest.mark.parametrize("named", [True, False])
def test_a_saved_space_is_the_same_space(tmp_path: Path, named: bool) -> None:
    made = space(named=named)
    made.save(tmp_path / "retrieval.npz")
    read = RetrievalSpace.load(tmp_path / "retrieval.npz")
    assert (read.width, read.photo_width) == (LEARNT + NAMED * named, PHOTOS)
    for call in ("text", "text_only", "query_only"):
        np.testing.assert_allclose(getattr(read, call)(texts()), getattr(made, call)(texts()), atol=1e-6)
    for call in ("photo", "photo_only"):
        np.testing.assert_allclose(getattr(read, call)(photos()), getattr(made, call)(photos()), atol=1e-6)


@pytest.mark.parametrize("call", ["text", "text_only", "query_only", "photo", "photo_only"])
def test_one_vector_or_many_give_the_same_and_unit_length(call: str) -> None:
    inputs = photos() if call.startswith("photo") else texts()
    many = getattr(space(), call)(inputs)
    assert many.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(many, axis=1), 1, atol=1e-5)
    for row, vector in zip(inputs, many, strict=True):
        np.testing.assert_allclose(getattr(space(), call)(row), vector, atol=1e-5)


def test_the_length_of_a_text_vector_says_nothing() -> None:
    np.testing.assert_allclose(space().text(texts() * 7), space().text(texts()), atol=1e-5)


def test_the_two_parts_stand_side_by_side_by_their_weights() -> None:
    made = space()
    both, alone = made.text(texts()), replace(made, named=None).text(texts())
    share = 1 / np.sqrt(1 + 0.5**2)
    np.testing.assert_allclose(both[:, :LEARNT], alone * share, atol=1e-5)
    np.testing.assert_allclose(np.linalg.norm(both[:, LEARNT:], axis=1), 0.5 * share, atol=1e-5)


def test_a_photo_that_is_surely_one_thing_stands_where_its_name_stands() -> None:
    made = space()
    assert made.named is not None
    sure = Projection(
        np.zeros(BASIS, np.float32), np.zeros((BASIS, CLASSES), np.float32), 60 * np.eye(CLASSES, dtype=np.float32)[3]
    )
    named = replace(made.named, logits=sure)
    np.testing.assert_allclose(named.photo(np.ones((2, BASIS), np.float32))[1], made.named.places[3], atol=1e-6)


def test_scores_far_from_zero_do_not_overflow() -> None:
    huge = space().photo(photos() * 1e8)
    assert np.isfinite(huge).all()


def test_zeros_stay_zeros() -> None:
    assert not unit(np.zeros(4, np.float32)).any()
    np.testing.assert_array_equal(root(np.array([4.0, -1.0], np.float32)), [2.0, 0.0])


def test_another_width_is_refused() -> None:
    with pytest.raises(ValueError, match="vectors of 13 numbers; the space was learnt on 12"):
        space().text(np.ones(13, np.float32))


def test_parts_that_do_not_meet_are_refused() -> None:
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="learnt part do not meet"):
        replace(space(), photo_part=projection(rng, BASIS, LEARNT + 1))
    with pytest.raises(ValueError, match="named part do not meet"):
        replace(
            space(), named=Named(projection(rng, TEXT, 3), projection(rng, BASIS, 7), np.ones((7, 4), np.float32), 1.0)
        )
    with pytest.raises(ValueError, match="centres"):
        replace(space(), query_centre=np.ones(3, np.float32))
    with pytest.raises(ValueError, match="numbers that are none"):
        Projection(np.full(2, np.nan, np.float32), np.ones((2, 2), np.float32), np.ones(2, np.float32))


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x03\x04cut"])
def test_a_damaged_file_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "retrieval.npz").write_bytes(content)
    with pytest.raises(BundleError, match=r"retrieval\.npz: no file of a retrieval space"):
        RetrievalSpace.load(tmp_path / "retrieval.npz")


def test_a_missing_file_part_or_another_format_is_named(tmp_path: Path) -> None:
    path = tmp_path / "retrieval.npz"
    with pytest.raises(BundleError, match="no file of a retrieval space"):
        RetrievalSpace.load(path)
    space().save(path)
    with np.load(path) as arrays:
        kept = dict(arrays)
    np.savez(path, **{name: value for name, value in kept.items() if name != "basis.matrix"})
    with pytest.raises(BundleError, match=r"basis\.matrix"):
        RetrievalSpace.load(path)
    np.savez(path, **{**kept, "format": np.array(99)})
    with pytest.raises(BundleError, match="format 99, this biaotu reads 1"):
        RetrievalSpace.load(path)
