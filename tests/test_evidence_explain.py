"""Evidence by a bundle of random weights must have the right form; by the shipped one, it must make sense."""

from __future__ import annotations

import json

import numpy as np
import pytest

import biaotu
import tiny
from biaotu.errors import InputError
from biaotu.evidence import Evidence
from biaotu.evidence.words import rows_kept, words_of
from biaotu.pipeline import Annotator
from biaotu.records import Record
from biaotu.text import read
from places import text_of

TITLE = "柳河游击队使用的铁水壶"
BODY = "1941年由田小满缴获，高21厘米，现存柳河镇。壶底刻“石桥”二字。"


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Record:
    folder = tmp_path_factory.mktemp("photos")
    tiny.photo(folder / "a.png", (120, 120, 130), size=(90, 60))
    tiny.photo(folder / "b.png", (200, 20, 30), seed=3)
    return Record("a", TITLE, BODY, ("a.png", "gone.png", "b.png"), folder)


def check_form(evidence: Evidence, record: Record) -> None:
    places = [(word.field == "description", word.start, word.end) for word in evidence.words]
    assert places == sorted(places)
    for word in evidence.words:
        assert text_of(record, word.field)[word.start : word.end].strip()
        assert -1 <= word.weight <= 1
    for region in evidence.regions:
        assert len(region.weights) == region.rows * region.columns
        assert all(-1 <= weight <= 1 for weight in region.weights)
    document = evidence.to_dict()
    assert json.loads(json.dumps(document, allow_nan=False)) == document


def test_a_label_with_text_and_photos(annotator: Annotator, record: Record) -> None:
    evidence = annotator.explain(record, "label:material:metal")
    check_form(evidence, record)
    assert evidence.item == "label:material:metal"
    assert {text_of(record, word.field)[word.start : word.end] for word in evidence.words} >= {
        "游击队",
        "田小满",
        "柳河",
    }
    assert [region.photo for region in evidence.regions] == [0, 2]  # the photo between them is not there
    assert evidence.regions[0].box == pytest.approx((0.5 - 7 / 24, 0.0625, 0.5 + 7 / 24, 0.9375))
    assert None not in (evidence.text_weight, evidence.photo_weight, evidence.score)
    seen = {label.name: label.confidence for label in annotator.annotate(record).material}
    if "金属制品" in seen:
        assert seen["金属制品"] == pytest.approx(1 / (1 + np.exp(-evidence.score)), abs=1e-6)  # type: ignore[operator]


def test_sides_that_are_missing(annotator: Annotator, record: Record) -> None:
    words = annotator.explain(Record("a", TITLE, BODY), "label:use:container")
    assert words.words and not words.regions and words.photo_weight is None
    assert words.text_weight == words.score
    photos = annotator.explain(Record("a", "", "", ("a.png",), record.image_root), "label:use:container")
    assert not photos.words and len(photos.regions) == 1 and photos.text_weight is None
    assert photos.photo_weight == photos.score
    nothing = annotator.explain(Record("a", "。"), "label:use:container")
    assert (nothing.words, nothing.regions, nothing.score) == ((), (), None)


def test_the_second_label_costs_nothing_and_differs(
    annotator: Annotator, record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = annotator.explain(record, "label:material:metal")
    runs = 0
    regions = annotator._models.regions

    def counted(pixels: np.ndarray) -> np.ndarray:
        nonlocal runs
        runs += 1
        return regions(pixels)

    monkeypatch.setattr(annotator._models, "regions", counted)
    second = annotator.explain(record, "label:material:textile")
    assert runs == 2  # only what every look at the two photos takes
    assert second.words != first.words
    assert annotator.explain(record, "label:material:metal") == first
    changed = Record("a", TITLE + "。", BODY, record.images, record.image_root)
    annotator.explain(changed, "label:material:metal")
    assert runs > 20


def test_a_tag_stands_for_itself_and_leans_on_a_label(annotator: Annotator) -> None:
    record = Record("a", TITLE, BODY + "又一件铁水壶。")
    annotation = annotator.annotate(record)
    evidence = annotator.explain(record, "tag:水壶")
    check_form(evidence, record)
    assert [(word.field, word.start, word.end, word.weight) for word in evidence.words] == [
        ("title", 9, 11, 1.0),
        ("description", len(BODY) + 4, len(BODY) + 6, 1.0),
    ]
    accepted = [label.name for label in (*annotation.material, *annotation.use) if label.accepted]
    if accepted:
        assert evidence.label in accepted
        assert set(evidence.parts) <= {"likeness", "vectors", "encoded", "thesaurus", "characters"}
        assert all(0 <= value <= 1 for value in evidence.parts.values())
    else:
        assert evidence.label is None and not evidence.parts
    absent = annotator.explain(record, "tag:大刀")
    assert absent.words == () and (absent.label in accepted or not accepted)


def test_a_value_in_its_place(annotator: Annotator, record: Record) -> None:
    evidence = annotator.explain(record, "span:description:6:9:person")
    check_form(evidence, record)
    assert ("description", 6, 9) in [(word.field, word.start, word.end) for word in evidence.words]
    assert len(evidence.regions) == 1 and evidence.regions[0].photo == 0
    assert evidence.score == pytest.approx((evidence.text_weight or 0) + (evidence.photo_weight or 0))
    blind = annotator.explain(Record("a", TITLE, BODY), "span:description:6:9:person")
    assert blind.score == blind.text_weight == evidence.text_weight
    assert blind.photo_weight is None and not blind.regions


def test_a_value_far_into_a_long_text(annotator: Annotator) -> None:
    body = BODY * 60
    start = body.rindex("田小满")
    evidence = annotator.explain(Record("a", TITLE, body), f"span:description:{start}:{start + 3}:person")
    assert any(word.start == start for word in evidence.words)
    assert all(abs(word.start - start) < 60 for word in evidence.words)


@pytest.mark.parametrize(
    ("item", "told"),
    [
        ("state", "only"),
        ("label:material:gold", "gold"),
        ("nonsense", "nonsense"),
        ("span:title:90:92:person", "ends before"),
        ("span:title:0:99:organisation", "ends before"),
        ("tag:", "tag"),
    ],
)
def test_what_has_no_evidence_is_refused(annotator: Annotator, item: str, told: str) -> None:
    with pytest.raises(InputError, match=told):
        annotator.explain(Record("a", TITLE, BODY), item)


def test_words_own_their_pieces_and_nothing_is_owned_twice(annotator: Annotator) -> None:
    models = annotator._models
    reading = read("紅軍 使 用 的 鐵 水 壺", "１９４１年 由田小满缴获。")
    (window,) = models.pieces.windows(reading.text)
    words = words_of(reading, window, models.segmenter)
    originals = [
        (reading.title, reading.description)[word.field == "description"][word.first : word.last] for word in words
    ]
    assert originals[0] == "紅軍" and "鐵" in "".join(originals) and "１９４１" in "".join(originals)
    rows = [row for word in words for row in word.rows]
    assert len(rows) == len(set(rows))
    count = window.ids.shape[1]
    assert 0 not in rows and count - 1 not in rows
    assert rows_kept(words, [True] * len(words), count) == list(range(count))
    alone = rows_kept(words, [False] * len(words), count)
    assert sorted([*alone, *rows]) == list(range(count))


def test_the_shipped_models_point_at_the_right_words() -> None:
    annotator = biaotu.load(threads=1)
    record = Record("0358", "红军使用的手榴弹", "木柄，铁质。1935年由老乡捐献给纪念馆。")
    strongest = {
        item: max(annotator.explain(record, item).words, key=lambda word: word.weight)
        for item in ("label:material:metal", "label:material:wood-bamboo", "label:use:weapon")
    }
    found = {item: text_of(record, word.field)[word.start : word.end] for item, word in strongest.items()}
    assert found == {
        "label:material:metal": "铁质",
        "label:material:wood-bamboo": "木柄",
        "label:use:weapon": "手榴弹",
    }
    near = {text: annotator.text_vector(text) for text in ("红军使用的手榴弹", "红军战士投掷的手雷", "清代青花瓷盘")}
    one, two, three = near.values()
    assert one is not None and two is not None and three is not None
    assert one.shape == (384,) and one @ two > one @ three
