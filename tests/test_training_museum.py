"""Standoff annotations: what is written without words is laid over the words again."""

from __future__ import annotations

import json
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

import pytest

import tiny
from biaotu.errors import InputError
from biaotu.records.gold import read_gold
from biaotu.taxonomy import ATTRIBUTES, MATERIALS, USES
from biaotu.training.museum import FILE, named_museum, read_museum, write_museum


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return tiny.data(tmp_path / "data") / "corpus/train.jsonl"


def plain_texts(golds: Path, path: Path) -> Path:
    rows = [
        {"id": gold.record.id, "title": gold.record.title, "description": gold.record.description}
        for gold in read_gold(golds)
    ]
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def test_round_trip(corpus: Path, tmp_path: Path) -> None:
    golds = list(read_gold(corpus))
    assert write_museum(golds, tmp_path / "notes.jsonl") == len(golds)
    found = read_museum(plain_texts(corpus, tmp_path / "texts.jsonl"), tmp_path / "notes.jsonl")
    for gold, again in zip(golds, found, strict=True):
        assert again.spans == gold.spans
        assert (again.material, again.use, again.tags, again.object) == (
            gold.material,
            gold.use,
            gold.tags,
            gold.object,
        )


def test_the_file_holds_no_words_of_the_texts(corpus: Path, tmp_path: Path) -> None:
    golds = list(read_gold(corpus))
    write_museum(golds, tmp_path / "notes.jsonl")
    written = (tmp_path / "notes.jsonl").read_text(encoding="utf-8")
    for gold in golds:
        assert gold.record.title not in written
        assert all(span.value not in written for span in gold.spans or () if len(span.value) > 2)


def test_two_texts_under_one_number(corpus: Path, tmp_path: Path) -> None:
    golds = list(read_gold(corpus))[:1]
    write_museum(golds, tmp_path / "notes.jsonl")
    texts = plain_texts(corpus, tmp_path / "texts.jsonl")
    other = json.dumps({"id": golds[0].record.id, "title": "另一件", "description": "同号。"}, ensure_ascii=False)
    texts.write_text(other + "\n" + texts.read_text(encoding="utf-8"), encoding="utf-8")
    assert [gold.record.title for gold in read_museum(texts, tmp_path / "notes.jsonl")] == [golds[0].record.title]


def test_another_wording_is_refused(corpus: Path, tmp_path: Path) -> None:
    write_museum(list(read_gold(corpus)), tmp_path / "notes.jsonl")
    texts = plain_texts(corpus, tmp_path / "texts.jsonl")
    texts.write_text(texts.read_text(encoding="utf-8").replace("1941年", "1951年"), encoding="utf-8")
    with pytest.raises(InputError, match=r"1 annotated texts .* tiny-1"):
        read_museum(texts, tmp_path / "notes.jsonl")


def test_a_tag_that_does_not_stand_in_the_text(corpus: Path, tmp_path: Path) -> None:
    lines = corpus.read_text(encoding="utf-8").replace('"水壶", "田小满"', '"水缸", "田小满"')
    (tmp_path / "wrong.jsonl").write_text(lines, encoding="utf-8")
    with pytest.raises(InputError, match="水缸"):
        write_museum(read_gold(tmp_path / "wrong.jsonl"), tmp_path / "notes.jsonl")


def test_the_shipped_annotations_are_lawful_and_wordless() -> None:
    lines = files("biaotu.training").joinpath(FILE).read_text(encoding="utf-8").splitlines()
    documents = [json.loads(line) for line in lines]
    assert len({document["sha256"] for document in documents}) == len(documents) == 318
    for document in documents:
        assert set(document) == {"id", "sha256", "spans", "object", "material", "use", "tags"}
        assert document["material"] and all(name in MATERIALS for name in document["material"])
        assert document["use"] and all(name in USES for name in document["use"])
        places = sorted((field, start, end) for field, start, end, _ in document["spans"])
        assert all(kind in ATTRIBUTES.names for *_, kind in document["spans"])
        assert all(0 <= start < end for _, start, end in [*places, *document["tags"]])
        assert all(a[0] != b[0] or a[2] <= b[1] for a, b in pairwise(places))


def test_a_config_names_texts_and_annotations(corpus: Path, tmp_path: Path) -> None:
    golds = list(read_gold(corpus))
    write_museum(golds, tmp_path / "notes.jsonl")
    plain_texts(corpus, tmp_path / "texts.jsonl")
    found = named_museum(tmp_path, "texts.jsonl", "notes.jsonl")
    assert [gold.tags for gold in found] == [gold.tags for gold in golds]
    assert named_museum(tmp_path, "", "notes.jsonl") == []
    with pytest.raises(InputError, match="318 annotated texts"):  # those of the package are meant, and are not there
        named_museum(tmp_path, "texts.jsonl", "")
