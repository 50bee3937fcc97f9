from __future__ import annotations

import json
import random
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tiny
from biaotu.errors import InputError
from biaotu.records import Annotation, Label, RankedTag, Source, Span
from biaotu.records.gold import GoldRecord, parse_gold, read_gold
from biaotu.review import ImageFacts, RecordView, corpus_line
from biaotu.taxonomy import ATTRIBUTES, MATERIALS, USES
from conftest import TinyRun
from reviewing import ANNA, Desk

SOURCE = Source("export.jsonl", 1)


def confirmed(annotation: Annotation, *changes: str) -> RecordView:
    """What a model said, confirmed by a person together with the changes."""
    desk = Desk(annotation)
    if changes:
        desk.decide(ANNA, *changes)
    desk.decide(ANNA, "state submit")
    return desk.view


def told(
    title: str, description: str, spans: tuple[Span, ...] = (), tags: tuple[str, ...] = (), **labels: tuple[str, ...]
) -> Annotation:
    """A model that is right."""
    return Annotation(
        id="1",
        title=title,
        description=description,
        images=(),
        material=tuple(Label(name, 0.9, True) for name in labels.get("material", ())),
        use=tuple(Label(name, 0.9, True) for name in labels.get("use", ())),
        text_tags=(),
        primary=tuple(RankedTag(tag, 0.9, None) for tag in tags),
        secondary=(),
        attribute_names=(),
        attributes=spans,
        model_name="right",
        model_version="1",
    )


def gold_as_told(gold: GoldRecord) -> Annotation:
    record = gold.record
    return told(record.title, record.description, gold.spans or (), gold.tags, material=gold.material, use=gold.use)


@st.composite
def annotated(draw: st.DrawFn) -> Annotation:
    """Any text, with signs that marks are made of; any spans that do not overlap."""
    texts = {
        field: draw(st.text(st.sampled_from("<>/红军组织铁 \n😀a") | st.characters(exclude_categories=["Cs"])))
        for field in ("title", "description")
    }
    spans: list[Span] = []
    for field, text in texts.items():
        cuts = sorted(draw(st.sets(st.integers(0, len(text)), max_size=8)))
        for start, end in zip(cuts[::2], cuts[1::2], strict=False):
            if text[start:end].strip():
                name = draw(st.sampled_from(ATTRIBUTES.names))
                spans.append(Span(name, text[start:end], "title" if field == "title" else "description", start, end))
    return told(
        texts["title"],
        texts["description"],
        tuple(spans),
        tuple(draw(st.lists(st.sampled_from(["枪", "红军", "铁壶"]), unique=True))),
        material=tuple(draw(st.lists(st.sampled_from(MATERIALS.names), unique=True, max_size=3))),
        use=tuple(draw(st.lists(st.sampled_from(USES.names), unique=True, max_size=3))),
    )


@settings(max_examples=200, deadline=None)
@given(annotated())
def test_gold_files_read_back_what_was_confirmed(annotation: Annotation) -> None:
    view = confirmed(annotation)
    gold = parse_gold(json.loads(json.dumps(corpus_line(view))), root=Path(), source=SOURCE)
    assert (gold.record.title, gold.record.description) == (annotation.title, annotation.description)
    assert [(s.type, s.value, s.field, s.start, s.end) for s in gold.spans or ()] == [
        (s.type, s.value, s.field, s.start, s.end) for s in view.confirmed().spans
    ]
    assert len(gold.spans or ()) == len(annotation.attributes)
    assert set(gold.material) == {label.name for label in annotation.material}
    assert set(gold.use) == {label.name for label in annotation.use}
    assert gold.tags == tuple(tag.tag for tag in annotation.primary)


def test_a_line_looks_like_the_corpus() -> None:
    text = told(
        "红军路过扎西时留下的手榴弹", "", (Span("组织", "红军", "title", 0, 2),), ("手榴弹",), use=("武器装备",)
    )
    view = confirmed(text, "span:title:4:6:place accept", "tag:扎西 secondary", "label:material:metal accept")
    assert corpus_line(view) == {
        "id": "0358",
        "title": "<组织>红军</组织>路过<地点>扎西</地点>时留下的手榴弹",
        "description": "",
        "material": ["金属制品"],
        "use": ["武器装备"],
        "tags": ["手榴弹", "扎西"],
    }


def test_ids_and_photos_of_many_museums_stay_apart() -> None:
    view = confirmed(told("壶", ""))
    image = ImageFacts("ab" * 32, "0358.jpg", 9, 9)
    view = replace(view, facts=replace(view.facts, museum="柳河纪念馆", images=(image,)))
    assert corpus_line(view)["id"] == "柳河纪念馆/0358"
    assert corpus_line(view)["images"] == ["0358.jpg"]
    assert corpus_line(view, lambda photo: f"photos/{photo.digest[:2]}.jpg")["images"] == ["photos/ab.jpg"]
    assert corpus_line(replace(view, facts=replace(view.facts, museum="", number="")))["id"] == "record-17"


@pytest.mark.parametrize("text", ["a<组织>b</组织>", "只有</时间>", "<地点>"])
def test_a_text_with_a_literal_mark_is_refused(text: str) -> None:
    for annotation in (told(text, ""), told("", text)):
        with pytest.raises(InputError, match=r"record 0358: the (title|description) itself holds an inline mark"):
            corpus_line(confirmed(annotation))


def test_signs_that_are_no_mark_are_kept() -> None:
    line = corpus_line(confirmed(told("<组织 > <b>壶</b> <乐器>", "")))
    assert line["title"] == "<组织 > <b>壶</b> <乐器>"


def test_an_open_record_is_no_gold() -> None:
    with pytest.raises(InputError, match="0358: it is annotated"):
        corpus_line(Desk().view)


def lines_of(documents: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Corpus records annotated by a model that is right, reviewed, and exported."""
    exported = []
    for document in documents:
        gold = parse_gold(document, root=Path(), source=SOURCE)
        view = confirmed(gold_as_told(gold))
        exported.append(corpus_line(replace(view, facts=replace(view.facts, number=gold.record.id))))
    return exported


def test_the_corpus_comes_back_from_review_as_it_went_in() -> None:
    for before, after in zip(tiny.RECORDS, lines_of(tiny.RECORDS), strict=True):
        expected = {key: value for key, value in before.items() if key != "object"}
        order = {name: place for place, name in enumerate((*MATERIALS.names, *USES.names))}
        assert after == expected | {name: sorted(expected[name], key=order.__getitem__) for name in ("material", "use")}


def test_both_trainings_take_confirmed_records(tiny_run: TinyRun, tmp_path: Path) -> None:
    from biaotu.training.attributes.ground import lay_ground
    from biaotu.training.config import AttributeConfig, LabelConfig, load_config
    from biaotu.training.labels.material import gather

    data, run = tmp_path / "data", tmp_path / "run"
    shutil.copytree(tiny_run.data, data)
    shutil.copytree(tiny_run.run, run)
    tiny.lines(data / "corpus/train.jsonl", lines_of(tiny.RECORDS))
    ground = lay_ground(load_config(tiny_run.run.parent / "attributes.toml", AttributeConfig), data, run)
    assert [gold.spans for gold in ground.train] == [
        gold.spans for gold in read_gold(tiny_run.data / "corpus/train.jsonl")
    ]
    examples = ground.labelled(ground.train, 0, random.Random(0))
    assert len(examples) == len(tiny.RECORDS)
    assert all(example.tags.any() for example in examples)
    material = gather(load_config(tiny_run.run.parent / "labels.toml", LabelConfig), data, run, lambda _: None)
    assert len(material.texts) > len(tiny.RECORDS)
