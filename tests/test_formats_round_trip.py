"""What goes through two formats comes back whole, and what a format is said not to hold is just what it does not."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from iiif_prezi3 import skeleton

from biaotu.batch.annotated import read_annotations
from biaotu.batch.converting import record_line
from biaotu.batch.publishing import Order, publish
from biaotu.errors import InputError
from biaotu.export.corpus import corpus_line
from biaotu.export.exchange import Holding
from biaotu.export.iiif import files, manifest
from biaotu.export.packages import FORMS, Exhibit
from biaotu.export.packages.losses import FACTS, LOST, lost
from biaotu.records import Annotation, Label, OcrLine, OcrReading, RankedTag, Record, Source, read_records
from biaotu.records.gold import GoldRecord, parse_gold
from biaotu.records.interchange import read_conll, read_doccano, read_label_studio, read_manifest
from format_samples import DATA, ROOT, SITE, annotated, linked
from test_export_iiif import check
from test_export_lido import read as read_lido
from test_export_linked_art import whole
from test_records_interchange_gold import (
    bare,
    golds,
    without_title_values,
    write_conll,
    write_doccano,
    write_label_studio,
)

Through = Callable[[list[GoldRecord], Path], list[GoldRecord]]


def through_corpus(records: list[GoldRecord], folder: Path) -> list[GoldRecord]:
    lines = [json.loads(json.dumps(corpus_line(gold))) for gold in records]
    return [parse_gold(line, root=folder, source=Source("x", row)) for row, line in enumerate(lines, 1)]


def through_conll(records: list[GoldRecord], folder: Path) -> list[GoldRecord]:
    write_conll(folder / "a.conll", records)
    return list(read_conll(folder / "a.conll"))


def through_label_studio(records: list[GoldRecord], folder: Path) -> list[GoldRecord]:
    write_label_studio(folder / "a.json", records)
    return list(read_label_studio(folder / "a.json"))


def through_doccano(records: list[GoldRecord], folder: Path) -> list[GoldRecord]:
    write_doccano(folder / "a.jsonl", records)
    return list(read_doccano(folder / "a.jsonl"))


THROUGH: Mapping[str, Through] = MappingProxyType(
    {
        "corpus": through_corpus,
        "conll": through_conll,
        "label-studio": through_label_studio,
        "doccano": through_doccano,
    }
)
PAIRS = [(first, second) for first in THROUGH for second in THROUGH if first != second]


@pytest.mark.parametrize(("first", "second"), PAIRS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(records=st.lists(golds(), min_size=1, max_size=2))
def test_gold_records_come_through_two_formats_whole(
    first: str, second: str, records: list[GoldRecord], tmp_path: Path
) -> None:
    if "doccano" in (first, second):  # one text a line: see docs/formats.md
        records = [without_title_values(gold) for gold in records]
    try:
        once = THROUGH[first](records, tmp_path)
        twice = THROUGH[second](once, tmp_path)
    except InputError as error:
        assert "inline mark" in error.reason and "corpus" in (first, second)
        return
    assert [bare(gold) for gold in twice] == [bare(gold) for gold in records]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    number=st.text("a0-编号/ ", min_size=1, max_size=6).map(str.strip).filter(bool),
    title=st.text('红旗\n<>"&', max_size=8),
    images=st.lists(st.sampled_from(["a.jpg", "馆 1/b.png"]), unique=True),
    extra=st.dictionaries(st.sampled_from(["年代", "质地", "库位"]), st.text("民国二年 =1", max_size=5)),
)
def test_records_come_through_iiif_and_a_list_whole(
    number: str, title: str, images: list[str], extra: dict[str, str], tmp_path: Path
) -> None:
    assume(title.strip() or images)  # a record of nothing is none
    annotation = Annotation(number, title, title, tuple(images), (), (), (), (), (), (), (), "m", "1", (), extra)
    for name, content in files(Holding(annotation)).items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "manifest.json").write_text(json.dumps(manifest(Holding(annotation), SITE)), encoding="utf-8")
    record = read_manifest(tmp_path / "manifest.json")
    line = json.dumps(record_line(record), ensure_ascii=False)
    (tmp_path / "list.jsonl").write_text(line + "\n", encoding="utf-8")
    (again,) = read_records(tmp_path / "list.jsonl")
    assert isinstance(again, Record)
    told = (again.id, again.title, again.description, again.images, dict(again.extra))
    assert told == (number, title, title, tuple(images), extra)


def test_a_bag_and_its_bag_hold_the_same(tmp_path: Path) -> None:
    source, photos = DATA / "annotations.jsonl", ROOT / "examples"
    for place in range(2):
        out = tmp_path / f"bag{place}"
        done = publish(read_annotations(source, images=photos), Order("bag", out), day=date(2026, 1, 1))
        assert (done.records, done.failed, dict(done.dropped)) == (24, 0, {})
        source, photos = out / "data/annotations.jsonl", out / "data"
    first, second = (tmp_path / f"bag{place}" for place in range(2))
    names = sorted(path.relative_to(first) for path in first.rglob("*") if path.is_file())
    assert names == sorted(path.relative_to(second) for path in second.rglob("*") if path.is_file())
    assert all((first / name).read_bytes() == (second / name).read_bytes() for name in names)


@settings(max_examples=60, deadline=None)
@given(gold=golds(), age=st.sampled_from(["", "民国二十三年", "不详", "1934-1936年"]))
def test_any_lawful_annotation_makes_valid_documents(gold: GoldRecord, age: str) -> None:
    record = gold.record
    annotation = Annotation(
        id=record.id,
        title=record.title,
        description=record.description,
        images=(),
        material=tuple(Label(name, 0.9, True) for name in gold.material),
        use=tuple(Label(name, 0.9, True) for name in gold.use),
        text_tags=(),
        primary=(),
        secondary=tuple(RankedTag(tag, 0.5, None) for tag in gold.tags),
        attribute_names=(),
        attributes=gold.spans or (),
        model_name="m",
        model_version="1",
        extra={"年代": age},
    )
    holding = linked(Holding(annotation, museum="某馆"))
    check(manifest(holding, SITE), skeleton.Manifest)
    whole(holding)
    read_lido(holding)
    for form in LOST:
        assert all(count > 0 for count in lost(form, holding).values())


@cache
def rich() -> Annotation:
    """A record that has some of every fact."""
    one = next(
        each
        for each in annotated()
        if each.primary
        and each.secondary
        and any(not label.accepted for label in (*each.material, *each.use))
        and any(span.field == "title" for span in each.attributes)
    )
    box = ((0.0, 0.0), (9.0, 0.0), (9.0, 9.0), (0.0, 9.0))
    reading = OcrReading((OcrLine(0, "抗大", box, 0.9),), "RapidOCR 3")
    return replace(one, extra={"库位": "2-3"}, ocr=reading)


def certain(annotation: Annotation) -> Annotation:
    """The same with every confidence 1."""
    parts: dict[str, Any] = {
        name: tuple(replace(each, confidence=1.0) for each in getattr(annotation, name))
        for name in ("material", "use", "primary", "secondary", "attributes", "attribute_names")
    }
    return replace(annotation, **parts)


def without_refused(annotation: Annotation) -> Annotation:
    kept = {name: tuple(label for label in getattr(annotation, name) if label.accepted) for name in ("material", "use")}
    return replace(annotation, material=kept["material"], use=kept["use"])


WITHOUT: Mapping[str, Callable[[Annotation], Annotation]] = MappingProxyType(
    {
        "confidences": certain,
        "refused-labels": without_refused,
        "names-without-value": lambda each: replace(each, attribute_names=()),
        "title-values": lambda each: replace(
            each, attributes=tuple(span for span in each.attributes if span.field != "title"), normals=()
        ),
        "ocr": lambda each: replace(each, ocr=None),
        "columns": lambda each: replace(each, extra={}),
        "ranks": lambda each: replace(each, primary=(), secondary=(*each.primary, *each.secondary)),
        "warnings": lambda each: replace(each, warnings=()),
    }
)


def written(annotation: Annotation, form: str, folder: Path) -> dict[str, bytes]:
    """The export of one record, file by file, its photo too."""
    folder.mkdir()
    out = folder / f"out{(FORMS[form].suffixes or ('',))[-1]}"  # a workbook has the time in it, a CSV has not
    files_of = tuple(ROOT / "examples" / name for name in annotation.images)
    order = Order(form, out, SITE.base if FORMS[form].addresses else "")
    publish([Exhibit(annotation, files_of, "某馆", False, Source("x", 1))], order, day=date(2026, 1, 1))
    found = [out] if out.is_file() else [path for path in out.rglob("*") if path.is_file()]
    return {str(path.relative_to(out)): path.read_bytes() for path in found}


@pytest.mark.parametrize("form", [form for form in FORMS if FORMS[form].records])
def test_what_a_format_is_said_not_to_hold_is_what_it_does_not_hold(form: str, tmp_path: Path) -> None:
    whole = written(rich(), form, tmp_path / "whole")
    for fact, without in WITHOUT.items():
        held = written(without(rich()), form, tmp_path / fact) != whole
        if without(rich()) != rich():
            assert held is (fact not in LOST[form]), (form, fact)


def test_the_documentation_has_the_same_table() -> None:
    assert set(LOST) == set(FORMS)
    text = (ROOT / "docs" / "formats.md").read_text(encoding="utf-8")
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("|")]
    header = next(row for row in rows if row[0] == "fact")
    table = {row[0][1:-1]: dict(zip(header, row, strict=True)) for row in rows if row[0][1:-1] in FACTS}
    assert set(table) == set(FACTS)
    for fact, row in table.items():
        for form in LOST:
            if form != "skos":
                assert (row[form] == "-") is (fact in LOST[form]), (fact, form)
