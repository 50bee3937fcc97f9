"""The whole way of a record, with a bundle of random weights: what comes out is nonsense, its form must be right."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import biaotu
import tiny
from biaotu.attributes import CharSpan
from biaotu.errors import BundleError, InputError
from biaotu.pipeline import READ_AHEAD, Annotator, placed_span
from biaotu.records import Annotation, Failure, Record, Source
from biaotu.taxonomy import ATTRIBUTES, MATERIALS, USES
from biaotu.text import read

TITLE = "柳河游击队使用的铁水壶"
BODY = "1941年由田小满缴获，高21厘米，现存柳河镇。壶底刻“石桥”二字。"

# Museum text as it comes: Chinese, wide forms, marks, spaces, keys of a page header, and everything else Unicode has.
museum_text = st.lists(
    st.one_of(
        st.sampled_from(
            [TITLE, BODY, "年代 1939 年 ", "质地 布 ", "紅軍 的 軍號", "ＡＢ１２", "\u3000", "\r\n", "，。", "🎖️"]
        ),
        st.text(st.characters(codec=None), max_size=8),
    ),
    max_size=6,
).map("".join)


@pytest.fixture(scope="module")
def photo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.photo(tmp_path_factory.mktemp("photos") / "壶.png", (120, 120, 130))


def codes(annotation: Annotation) -> list[str]:
    return [notice.code for notice in annotation.warnings]


def check_form(annotation: Annotation) -> None:
    texts = {"title": annotation.title, "description": annotation.description}
    for span in annotation.attributes:
        assert texts[span.field][span.start : span.end] == span.value != ""
        assert span.type in ATTRIBUTES
        assert 0 <= span.confidence <= 1
    for labels, vocabulary in ((annotation.material, MATERIALS), (annotation.use, USES)):
        assert {label.name for label in labels} <= set(vocabulary.names)
        assert all(0 <= label.confidence <= 1 for label in labels)
    for tag in annotation.text_tags:
        assert any(tag.tag in text for text in texts.values())
    ranked = [tag.tag for tag in (*annotation.primary, *annotation.secondary)]
    assert sorted(ranked) == sorted(tag.tag for tag in annotation.text_tags)
    assert Annotation.from_dict(annotation.to_dict()).attributes is not None


def test_text_and_photo(annotator: Annotator, photo: Path) -> None:
    record = Record("a", TITLE, BODY, (photo.name,), photo.parent, extra={"柜": 3})
    annotation = annotator.annotate(record)
    check_form(annotation)
    assert (annotation.id, annotation.title, annotation.images) == ("a", TITLE, (photo.name,))
    assert annotation.material and annotation.use and annotation.text_tags
    assert annotation.warnings == ()
    assert annotation.extra == {"柜": 3}
    assert (annotation.model_name, annotation.model_version) == ("tiny", "0.0.1")


def test_a_mapping_is_a_record_too(annotator: Annotator, photo: Path) -> None:
    record = Record("7", TITLE, "", (str(photo),), Path(), extra={"柜": 3})
    wanted = annotator.annotate(record)
    for images in (str(photo), photo, [photo], (str(photo),)):
        given_ = {"id": 7, "title": TITLE, "description": None, "images": images, "柜": 3}
        assert annotator.annotate(given_) == wanted


@pytest.mark.parametrize(
    "record", [{}, {"id": "x"}, {"title": "", "images": []}, {"images": 5}, {"images": [5]}, "红军", None]
)
def test_what_is_no_record_is_refused(annotator: Annotator, record: Any) -> None:
    with pytest.raises(InputError):
        annotator.annotate(record)


def test_sides_can_be_left_out(tiny_bundle: Path, annotator: Annotator, photo: Path) -> None:
    whole = Record("a", TITLE, BODY, (photo.name,), photo.parent)
    words, pictures = Record("a", TITLE, BODY), Record("a", "", "", (photo.name,), photo.parent)
    blind = biaotu.load(tiny_bundle, without_images=True, threads=1).annotate(whole)
    assert (blind.material, blind.use, blind.attributes) == (
        (seen := annotator.annotate(words)).material,
        seen.use,
        seen.attributes,
    )
    mute = biaotu.load(tiny_bundle, without_text=True, threads=1).annotate(whole)
    alone = annotator.annotate(pictures)
    assert (mute.material, mute.use) == (alone.material, alone.use)
    assert not (mute.attributes or mute.text_tags or mute.attribute_names)
    assert mute.material != blind.material
    with pytest.raises(ValueError, match="nothing to look at"):
        biaotu.load(tiny_bundle, without_images=True, without_text=True)


def test_broken_photos_are_told_and_the_text_still_read(annotator: Annotator, photo: Path, tmp_path: Path) -> None:
    shutil.copy(photo, tmp_path / "good.png")
    (tmp_path / "text.jpg").write_text("no photo", encoding="utf-8")
    (tmp_path / "empty.jpg").touch()
    (tmp_path / "cut.png").write_bytes(photo.read_bytes()[:60])
    names = ("text.jpg", "empty.jpg", "cut.png", "gone.jpg")
    annotation = annotator.annotate(Record("a", TITLE, BODY, names, tmp_path))
    check_form(annotation)
    assert len(annotation.warnings) == len(names)
    assert all(any(name in notice.message for notice in annotation.warnings) for name in names)
    plain = annotator.annotate(Record("a", TITLE, BODY))
    assert (annotation.material, annotation.attributes) == (plain.material, plain.attributes)
    some = annotator.annotate(Record("a", TITLE, BODY, (*names, "good.png"), tmp_path))
    assert some.material == annotator.annotate(Record("a", TITLE, BODY, ("good.png",), tmp_path)).material


def test_several_photos_are_averaged(annotator: Annotator, photo: Path, tmp_path: Path) -> None:
    other = tiny.photo(tmp_path / "b.png", (250, 20, 20), seed=9)
    one, two = (annotator.annotate(Record("a", TITLE, "", (str(path),))) for path in (photo, other))
    both = annotator.annotate(Record("a", TITLE, "", (str(photo), str(other))))
    for name in {label.name for label in (*one.material, *two.material)}:
        low, high = sorted(label.confidence for found in (one, two) for label in found.material if label.name == name)
        (middle,) = [label.confidence for label in both.material if label.name == name]
        assert low - 1e-6 <= middle <= high + 1e-6


def test_nothing_usable_is_told(annotator: Annotator, tmp_path: Path) -> None:
    annotation = annotator.annotate(Record("a", " \u3000\n", "\u200b", ("gone.jpg",), tmp_path))
    check_form(annotation)
    assert not (annotation.material or annotation.use or annotation.text_tags or annotation.attributes)
    assert {"nothing-usable", "text-empty", "image-missing"} <= set(codes(annotation))


def test_an_empty_text_with_a_photo_gets_labels(annotator: Annotator, photo: Path) -> None:
    annotation = annotator.annotate(Record("a", "", "", (str(photo),)))
    assert annotation.material and annotation.use
    assert not (annotation.attributes or annotation.text_tags or annotation.attribute_names)
    assert codes(annotation) == ["text-empty"]


@pytest.mark.parametrize("text", ["铁", "1", "。", "\ud83d", "铁水壶\ud8000", "🎖", "铁\0壶", "龘" * 600])
def test_odd_short_texts(annotator: Annotator, text: str) -> None:
    check_form(annotator.annotate(Record("a", text)))
    check_form(annotator.annotate(Record("a", "", text)))


def test_fifty_thousand_characters_are_all_read(annotator: Annotator) -> None:
    body = (BODY * 1_700)[:50_000]
    annotation = annotator.annotate(Record("a", TITLE, body))
    check_form(annotation)
    assert "text-long" in codes(annotation)


def test_control_characters_and_wide_forms_are_told(annotator: Annotator) -> None:
    annotation = annotator.annotate(Record("a", "紅\x07軍１号", "汉 字 之 间"))
    check_form(annotation)
    assert {"text-control", "text-full-width", "text-spaced", "text-traditional"} <= set(codes(annotation))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(title=museum_text, description=museum_text)
def test_any_text_gives_a_lawful_annotation(annotator: Annotator, title: str, description: str) -> None:
    check_form(annotator.annotate(Record("a", title, description)))


def test_many_keeps_the_order_and_passes_failures_on(annotator: Annotator, photo: Path) -> None:
    broken = Failure(Source("list.csv", 3), "the row has nothing")
    stream: list[Any] = [
        Record("0", TITLE, BODY * 40),
        broken,
        {"id": "2", "title": "铁壶"},
        {"id": "3"},
        42,
        Record("5", "铁壶", "", (str(photo),)),
        Record("6", title=7, source=Source("list.csv", 8)),  # type: ignore[arg-type]
        Record("7", "灯"),
    ]
    answers = list(annotator.annotate_many(stream))
    assert [type(answer).__name__ for answer in answers] == [
        *("Annotation", "Failure", "Annotation", "Failure", "Failure", "Annotation", "Failure", "Annotation")
    ]
    assert answers[1] is broken
    failures = [answer for answer in answers if isinstance(answer, Failure)]
    assert [failure.source for failure in failures[1:]] == [
        *(Source("records", 4), Source("records", 5), Source("list.csv", 8))
    ]
    assert [failure.id for failure in failures[1:]] == ["3", None, "6"]
    assert all(failure.reason for failure in failures)


def test_many_reads_ahead_only_a_little(annotator: Annotator) -> None:
    taken = 0

    def records() -> Iterator[Record]:
        nonlocal taken
        for number in range(1_000):
            taken += 1
            yield Record(str(number), "铁壶")

    answers = annotator.annotate_many(records())
    first = next(answers)
    assert isinstance(first, Annotation) and first.id == "0"
    assert taken <= 2 * READ_AHEAD + 1
    answers.close()  # type: ignore[attr-defined]


def test_threads_change_nothing(tiny_bundle: Path, photo: Path) -> None:
    records = [
        Record(str(number), TITLE[: 3 + number % 8], BODY[number % 9 :], (str(photo),) * (number % 2))
        for number in range(24)
    ]
    one, four = (list(biaotu.load(tiny_bundle, threads=count).annotate_many(records)) for count in (1, 4))
    assert one == four


def test_the_users_own_words_become_tags(tiny_bundle: Path, tmp_path: Path) -> None:
    words = tmp_path / "own.csv"
    words.write_text("word,type\n蓝田桥暗号,事件\n", encoding="utf-8")
    # Spans of random weights may swallow a tag, so the tagger is asked without them.
    reading = read("写有蓝田桥暗号的布条", "")
    models = biaotu.load(tiny_bundle, lexicon=[words])._models
    assert "蓝田桥暗号" in [tag.tag for tag in models.tagger.tags(reading, ())]
    assert models.marks.of(reading.text).any()
    with pytest.raises(InputError, match=r"gone\.csv"):
        biaotu.load(tiny_bundle, lexicon=[tmp_path / "gone.csv"])


def test_a_changed_file_is_not_loaded(tiny_bundle: Path, tmp_path: Path) -> None:
    copy = tmp_path / "bundle"
    shutil.copytree(tiny_bundle, copy)
    with (copy / "labels.onnx").open("r+b") as file:
        file.seek(-1, os.SEEK_END)
        last = file.read(1)
        file.seek(-1, os.SEEK_END)
        file.write(bytes([last[0] ^ 1]))
    with pytest.raises(BundleError, match=r"labels\.onnx.*hash"):
        biaotu.load(copy)


def test_a_missing_bundle_is_named(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="no model bundle there"):
        biaotu.load(tmp_path / "none")


def test_the_package_names_what_it_offers() -> None:
    assert set(biaotu.__all__) <= set(dir(biaotu))
    assert all(getattr(biaotu, name) is not None for name in biaotu.__all__)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = biaotu.nothing


@pytest.mark.parametrize("text", ["。", "1949", "🎖", "？！"])
def test_a_text_without_words_is_as_good_as_none(annotator: Annotator, photo: Path, text: str) -> None:
    alone = annotator.annotate(Record("a", text, text))
    assert codes(alone) == ["text-empty", "nothing-usable"]
    assert not (alone.material or alone.use or alone.text_tags or alone.attributes or alone.attribute_names)
    with_photo, photo_alone = (annotator.annotate(Record("a", one, "", (str(photo),))) for one in (text, ""))
    assert with_photo.material == photo_alone.material


def test_a_missing_photo_is_told_once(annotator: Annotator, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("编号,名称,图片\n1,铁壶,gone.jpg\n2,铁壶,folder.jpg\n3,铁壶,http://a/b.jpg\n", encoding="utf-8")
    (tmp_path / "folder.jpg").mkdir()
    answers = list(annotator.annotate_many(biaotu.read_records(path)))
    assert all(isinstance(answer, Annotation) for answer in answers)
    assert [codes(answer) for answer in answers if isinstance(answer, Annotation)] == [
        ["image-missing"],
        ["image-not-a-file"],
        ["image-missing"],
    ]


@given(st.text("铁壶 \n\t一二 a1\u3000", min_size=1, max_size=12), st.integers(0, 11), st.integers(1, 12))
def test_a_value_has_no_white_space_around_it(text: str, start: int, length: int) -> None:
    reading = read("", text)
    end = min(start + length, len(reading.text))
    if start >= end:
        return
    placed = placed_span(reading, CharSpan(start, end, "材质", 0.5))
    if placed is not None:
        assert placed.value == text[placed.start : placed.end] == placed.value.strip() != ""
    else:
        assert not reading.text[start:end].strip()


@pytest.mark.parametrize("missing", [None, float("nan"), ""])
def test_what_a_data_frame_has_for_a_missing_value_is_none(annotator: Annotator, missing: Any) -> None:
    annotation = annotator.annotate({"id": 0, "title": "铁壶", "description": missing, "images": missing})
    assert (annotation.id, annotation.title, annotation.description, annotation.images) == ("0", "铁壶", "", ())
    with pytest.raises(InputError, match="none of title"):
        annotator.annotate({"id": "a", "title": missing})


def test_a_list_is_no_title(annotator: Annotator) -> None:
    with pytest.raises(InputError, match="title"):
        annotator.annotate({"id": "a", "title": ["铁壶"]})
