"""Vectors of records and queries: the same text or photo gives the same vector whichever way it comes."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import biaotu
import tiny
from biaotu.errors import InputError
from biaotu.models import RETRIEVAL
from biaotu.pipeline import Annotator, Examined
from biaotu.records import Failure, Record, Source
from biaotu.runtime.bundle import Part
from biaotu.search.space import Projection, RetrievalSpace

TITLE = "柳河游击队使用的铁水壶"
BODY = "1941年由田小满缴获，高21厘米，现存柳河镇。"


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("photos")
    tiny.photo(folder / "a.png", (120, 120, 130))
    tiny.photo(folder / "b.png", (200, 20, 30), seed=3)
    return folder


def bundle(source: Path, folder: Path, space: RetrievalSpace | None) -> Path:
    """A copy of a bundle with this space for search, or with none."""
    shutil.copytree(source, folder)
    place = folder / "manifest.json"
    document = json.loads(place.read_text(encoding="utf-8"))
    document["files"].pop(RETRIEVAL, None)
    document.pop("fingerprint", None)
    if space is not None:
        space.save(folder / RETRIEVAL)
        document["files"][RETRIEVAL] = asdict(Part.of(folder / RETRIEVAL, "search", "CC0-1.0", "a test"))
    place.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def annotator(tiny_bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> Annotator:
    """The tiny bundle without a space for search."""
    return biaotu.load(bundle(tiny_bundle, tmp_path_factory.mktemp("plain") / "bundle", None), threads=2)


@pytest.fixture(scope="module")
def spaced(tiny_bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> Annotator:
    """The tiny bundle with a space for search: 32 numbers to 8 shared ones, photos to 6."""
    generator = np.random.default_rng(0)

    def projection(width: int, deep: int) -> Projection:
        rows = generator.normal(size=(width + 1, deep)).astype(np.float32)
        return Projection(np.zeros(width, np.float32), rows[:width], rows[width])

    records, queries = generator.normal(size=(2, 32)).astype(np.float32) / 20
    space = RetrievalSpace(
        basis=projection(32, 10),
        photo_scales=np.ones(6, np.float32),
        text_part=projection(32, 8),
        photo_part=projection(10, 8),
        named=None,
        record_centre=records,
        query_centre=queries,
    )
    return biaotu.load(bundle(tiny_bundle, tmp_path_factory.mktemp("space") / "bundle", space), threads=2)


def vectors(examined: Examined) -> list[np.ndarray]:
    return [
        vector
        for vector in (examined.text_vector, *(one.vector for one in examined.photo_vectors))
        if vector is not None
    ]


def test_a_record_is_examined_in_one_go(annotator: Annotator, photos: Path) -> None:
    record = Record("a", TITLE, BODY, ("a.png", "gone.png", "b.png"), photos)
    examined = annotator.examine(record)
    assert examined.annotation == annotator.annotate(record)
    assert [one.index for one in examined.photo_vectors] == [0, 2]
    assert [len(vector) for vector in vectors(examined)] == [32, 32, 32]
    for vector in vectors(examined):
        assert vector.dtype == np.float32
        assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)
    first, second = (one.vector for one in examined.photo_vectors)
    assert not np.allclose(first, second)


def test_a_query_is_comparable_with_a_record(annotator: Annotator, photos: Path) -> None:
    examined = annotator.examine(Record("a", TITLE, "", ("a.png",), photos))
    query = annotator.text_vector(TITLE)
    assert query is not None and np.array_equal(query, vectors(examined)[0])
    spaced = annotator.text_vector(" ".join(TITLE))
    assert spaced is not None and np.array_equal(spaced, query)
    for photo in (photos / "a.png", str(photos / "a.png"), (photos / "a.png").read_bytes()):
        assert np.array_equal(annotator.photo_vector(photo), vectors(examined)[1])


@pytest.mark.parametrize("query", ["", " \n", "。", "\u200b"])
def test_a_query_that_says_nothing_has_no_vector(annotator: Annotator, query: str) -> None:
    assert annotator.text_vector(query) is None
    assert annotator.shared_text(query) is None


def test_a_photo_that_cannot_be_used_is_refused(annotator: Annotator, photos: Path) -> None:
    with pytest.raises(InputError, match=r"gone\.png"):
        annotator.photo_vector(photos / "gone.png")
    with pytest.raises(InputError, match="photo"):
        annotator.photo_vector(b"no photo at all")
    with pytest.raises(InputError, match="holds no bytes"):
        annotator.photo_vector(b"")


def test_a_bundle_without_a_space_has_no_shared_vectors(annotator: Annotator, photos: Path) -> None:
    examined = annotator.examine(Record("a", TITLE, "", ("a.png",), photos))
    assert examined.shared_text is None and examined.shared_photos == ()
    assert annotator.shared_text(TITLE) is None
    assert annotator.shared_photo(photos / "a.png") is None


def test_with_a_space_vectors_are_laid_out_in_it(annotator: Annotator, spaced: Annotator, photos: Path) -> None:
    record = Record("a", TITLE, "", ("gone.png", "b.png"), photos)
    examined, plain = spaced.examine(record), annotator.examine(record)
    assert examined.annotation == plain.annotation
    assert examined.text_vector is not None and examined.shared_text is not None
    assert examined.text_vector.shape == (32,) and examined.shared_text.shape == (8,)
    (alone,), (shared,) = examined.photo_vectors, examined.shared_photos
    assert (alone.index, alone.vector.shape, shared.index, shared.vector.shape) == (1, (6,), 1, (8,))
    for vector in (examined.text_vector, examined.shared_text, alone.vector, shared.vector):
        assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)
    query, text = spaced.text_vector(TITLE), spaced.shared_text(TITLE)
    assert query is not None and not np.allclose(query, examined.text_vector)  # it has a centre of its own
    assert text is not None and np.array_equal(text, examined.shared_text)
    assert np.array_equal(spaced.photo_vector(photos / "b.png"), alone.vector)
    found = spaced.shared_photo((photos / "b.png").read_bytes())
    assert found is not None and np.array_equal(found, shared.vector)


def test_all_windows_of_a_long_text_count(annotator: Annotator) -> None:
    long = annotator.text_vector(BODY * 80)
    head = annotator.text_vector((BODY * 80)[:300])
    other = annotator.text_vector((BODY * 40) + "铜锁大刀挎包竹篮" * 120)
    assert long is not None and head is not None and other is not None
    assert np.linalg.norm(other) == pytest.approx(1, abs=1e-5)
    assert long @ other < long @ head


def test_sides_left_out_have_no_vectors(tiny_bundle: Path, photos: Path) -> None:
    record = Record("a", TITLE, BODY, ("a.png",), photos)
    blind = biaotu.load(tiny_bundle, without_images=True, threads=1).examine(record)
    assert blind.text_vector is not None and blind.photo_vectors == ()
    mute = biaotu.load(tiny_bundle, without_text=True, threads=1).examine(record)
    assert mute.text_vector is None and len(mute.photo_vectors) == 1


def test_a_stream_is_examined_in_order_with_its_failures(annotator: Annotator, photos: Path) -> None:
    broken = Failure(Source("list.csv", 3), "the row has nothing")
    stream: list[Any] = [
        Record("0", TITLE, BODY, ("a.png",), photos),
        broken,
        {"id": "2", "title": "铁壶"},
        {"id": "3"},
        Record("4", "", "", ("b.png",), photos),
    ]
    answers = list(annotator.examine_many(stream))
    assert [type(answer).__name__ for answer in answers] == ["Examined", "Failure", "Examined", "Failure", "Examined"]
    assert answers[1] is broken
    plain = list(annotator.annotate_many(stream))
    for answer, annotation in zip(answers, plain, strict=True):
        assert (answer.annotation if isinstance(answer, Examined) else answer) == annotation
    assert isinstance(answers[4], Examined) and answers[4].text_vector is None
