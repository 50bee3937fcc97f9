"""Words on photos through the whole pipeline, with the shipped models and the real recogniser."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from biaotu import images
from biaotu.errors import InputError, UsageError
from biaotu.models import Models
from biaotu.ocr import OcrError, Reader
from biaotu.pipeline import LEAST_SURE, Annotator, load
from biaotu.records import Annotation, OcrLine, OcrReading, Record
from biaotu.review import SpanItem, ocr_mark
from biaotu.runtime import Bundle

DATA = Path(__file__).parent / "data" / "ocr"
TITLE = "抗战时期柳河县抗日民主政府布告"
BODY = "纸质，长60厘米，田小满于1951年捐赠。"


@pytest.fixture(scope="module")
def models() -> Models:
    return Models(Bundle(None))


class Remembering(Reader):
    """The real reader, which reads each picture of these tests once."""

    def __init__(self) -> None:
        super().__init__()
        self._known: dict[bytes, tuple[OcrLine, ...]] = {}

    def read(
        self, pixels: npt.NDArray[np.uint8], *, photo: int = 0, size: tuple[int, int] | None = None
    ) -> tuple[OcrLine, ...]:
        key = pixels.tobytes()
        if key not in self._known:
            self._known[key] = super().read(pixels, photo=photo, size=size)
        return tuple(replace(line, photo=photo) for line in self._known[key])


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Remembering()


@pytest.fixture(scope="module")
def plain(models: Models) -> Annotator:
    return Annotator(models, threads=1)


@pytest.fixture(scope="module")
def reading(models: Models, reader: Reader) -> Annotator:
    return Annotator(models, threads=1, ocr=reader)


@pytest.fixture(scope="module")
def record() -> Record:
    return Record("1", TITLE, BODY, ("lines.png", "columns.png"), DATA)


@pytest.fixture(scope="module")
def answer(reading: Annotator, record: Record) -> Annotation:
    return reading.annotate(record)


def values(annotation: Annotation, *fields: str) -> list[tuple[str, str]]:
    return [(span.type, span.value) for span in annotation.attributes if span.field in fields]


def test_words_become_a_text_of_their_own_with_values(answer: Annotation) -> None:
    assert answer.ocr is not None
    assert [line.photo for line in answer.ocr.lines] == [0, 0, 0, 1, 1, 1]
    assert answer.text("ocr").startswith("柳河县抗日民主政府布告\n一九四一年五月二十日\n")
    found = values(answer, "ocr")
    assert ("组织", "柳河县抗日民主政府") in found
    assert ("时间", "一九四一年五月二十日") in found
    assert ("时间", "中华民国三十一年八月十五日") in found
    assert len(answer.normals) == len(answer.attributes)
    for span, normal in zip(answer.attributes, answer.normals, strict=True):
        assert answer.text(span.field)[span.start : span.end] == span.value
        if span.field == "ocr":
            assert LEAST_SURE <= span.confidence <= 1
        if span.value == "一九四一年五月二十日":
            assert normal is not None
            assert normal["edtf"] == "1941-05-20"
    fields = [span.field for span in answer.attributes]
    assert fields == sorted(fields, key=("title", "description", "ocr").index)


def test_tags_are_added_and_none_is_doubled(answer: Annotation, plain: Annotator, record: Record) -> None:
    without = plain.annotate(record)
    tags = [tag.tag for tag in answer.text_tags]
    assert answer.text_tags[: len(without.text_tags)] == without.text_tags
    added = tags[len(without.text_tags) :]
    # Whether the army stands in the tag with its headquarters is the network's to say.
    assert any("太行军区第三分区司令部" in tag for tag in added)
    assert all(tag in answer.text("ocr") for tag in added)
    assert len(tags) == len(set(tags))
    texts = (answer.title, answer.description, answer.text("ocr"))
    assert all(any(tag in text for text in texts) for tag in tags)
    ranked = [tag.tag for tag in (*answer.primary, *answer.secondary)]
    assert sorted(ranked) == sorted(tags)


def test_the_museums_own_text_is_read_as_ever(answer: Annotation, plain: Annotator, record: Record) -> None:
    without = plain.annotate(record)
    assert without.ocr is None
    assert "ocr" not in without.to_dict()
    own = [span for span in answer.attributes if span.field != "ocr"]
    assert tuple(own) == without.attributes
    assert answer.normals[: len(own)] == (without.normals or (None,) * len(own))
    tagless = {"text_tags": (), "primary": (), "secondary": (), "attributes": (), "normals": (), "ocr": None}
    assert replace(answer, model_version=without.model_version, **tagless) == replace(without, **tagless)  # type: ignore[arg-type]


def test_the_version_says_whether_photos_were_read(reading: Annotator, plain: Annotator, answer: Annotation) -> None:
    assert answer.model_version == reading.version == f"{plain.version}+ocr"
    assert plain.version == plain.manifest.version == reading.manifest.version


def test_vectors_do_not_depend_on_it(reading: Annotator, plain: Annotator, record: Record) -> None:
    one, other = reading.examine(record), plain.examine(record)
    assert one.text_vector is not None
    assert other.text_vector is not None
    assert one.text_vector.tobytes() == other.text_vector.tobytes()
    assert [photo.vector.tobytes() for photo in one.photo_vectors] == [p.vector.tobytes() for p in other.photo_vectors]


def test_what_was_read_survives_json(answer: Annotation) -> None:
    document = answer.to_dict()
    again = Annotation.from_dict(document)
    assert again.to_dict() == document
    assert again.text("ocr") == answer.text("ocr")
    assert list(document)[-1] == "ocr"


def test_a_line_from_right_to_left_is_turned_round(reading: Annotator) -> None:
    answer = reading.annotate(Record("1", "抗战时期的纸币", "", ("note.png",), DATA))
    assert answer.text("ocr") == "柳河縣農民銀行\n壹角"
    assert ("组织", "柳河縣農民銀行") in values(answer, "ocr")


def test_photos_without_words_or_without_photos_were_looked_at(reading: Annotator, tmp_path: Path) -> None:
    Image.new("RGB", (200, 200), (90, 80, 70)).save(tmp_path / "a.png")
    for shown in (("a.png",), ()):
        answer = reading.annotate(Record("1", TITLE, "", shown, tmp_path))
        assert answer.ocr is not None
        assert answer.ocr.lines == ()
        assert not values(answer, "ocr")


def test_a_photo_alone_gives_values_from_its_words(reading: Annotator) -> None:
    answer = reading.annotate(Record("1", images=("lines.png",), image_root=DATA))
    assert ("组织", "柳河县抗日民主政府") in values(answer, "ocr")
    assert answer.material  # seen as ever
    assert "柳河县抗日民主政府" in [tag.tag for tag in answer.text_tags]


def test_lines_keep_the_place_of_their_photo(reading: Annotator, tmp_path: Path) -> None:
    shutil.copy(DATA / "lines.png", tmp_path / "b.png")
    answer = reading.annotate(Record("1", TITLE, "", ("gone.png", "b.png"), tmp_path))
    assert answer.ocr is not None
    assert {line.photo for line in answer.ocr.lines} == {1}
    assert [notice.code for notice in answer.warnings] == ["image-missing"]


class Failing(Reader):
    """A recogniser that gives up on everything."""

    def read(self, *_: object, **__: object) -> tuple[()]:
        raise OcrError("ONNXRuntimeError: no memory")


def test_a_photo_that_cannot_be_read_is_told_and_the_rest_stands(
    models: Models, plain: Annotator, record: Record
) -> None:
    answer = Annotator(models, threads=1, ocr=Failing()).annotate(record)
    told = [notice for notice in answer.warnings if notice.code == "ocr-failed"]
    assert len(told) == 2
    assert "lines.png: its words could not be read (ONNXRuntimeError: no memory)" in told[0].message
    assert answer.ocr is not None
    assert answer.attributes == plain.annotate(record).attributes


def test_a_photo_that_vanishes_in_between_is_told(
    reading: Annotator, record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(path: Path, longest: int) -> images.Photo:
        raise images.PhotoError("image-missing", f"there is no such file ({longest})", file=path.name)

    monkeypatch.setattr("biaotu.images.load_upright", gone)
    answer = reading.annotate(replace(record, images=("lines.png",)))
    assert [notice.code for notice in answer.warnings] == ["ocr-failed"]
    assert str(DATA) not in answer.warnings[0].message


def test_without_images_nothing_is_read(models: Models, reader: Reader, record: Record) -> None:
    answer = Annotator(models, threads=1, without_images=True, ocr=reader).annotate(record)
    assert answer.ocr is None


def test_without_text_the_photos_words_still_are(models: Models, reader: Reader, record: Record) -> None:
    blind = Annotator(models, threads=1, without_text=True, ocr=reader)
    answer = blind.annotate(replace(record, images=("lines.png",)))
    assert not values(answer, "title", "description")
    assert values(answer, "ocr")


@pytest.fixture
def mention(answer: Annotation) -> Iterator[SpanItem]:
    span = next(span for span in answer.attributes if span.value == "柳河县抗日民主政府" and span.field == "ocr")
    yield SpanItem("ocr", span.start, span.end, "organisation", ocr_mark(answer.text("ocr")))


def test_evidence_is_weighed_on_the_words_of_the_photos(
    plain: Annotator, reading: Annotator, record: Record, answer: Annotation, mention: SpanItem
) -> None:
    kept = plain.explain(record, mention.key, answer.ocr)
    assert kept.words
    assert {word.field for word in kept.words} == {"ocr"}
    assert all(answer.text("ocr")[word.start : word.end].strip() for word in kept.words)
    assert kept.score is not None
    assert kept.score > 0
    anew = reading.explain(record, mention.key)
    assert anew.to_dict() == kept.to_dict()


def test_evidence_of_another_reading_is_refused(plain: Annotator, record: Record, mention: SpanItem) -> None:
    with pytest.raises(InputError, match="--ocr"):
        plain.explain(record, mention.key)
    other = OcrReading((), "test")
    with pytest.raises(InputError, match="not read so"):
        plain.explain(record, mention.key, other)
    beyond = SpanItem("ocr", 0, 5, "organisation", ocr_mark(""))
    with pytest.raises(InputError, match="end before that"):
        plain.explain(record, beyond.key, other)


def test_a_tag_is_shown_where_it_stands_on_a_photo(reading: Annotator, record: Record) -> None:
    found = reading.explain(replace(record, images=("columns.png",)), "tag:步枪")
    assert [word.field for word in found.words] == ["ocr"]


def test_load_refuses_what_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "rapidocr", None)
    with pytest.raises(UsageError, match=r"biaotu\[ocr\]"):
        load(ocr=True)
