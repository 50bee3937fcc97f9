"""Label Studio, doccano and CoNLL: what goes out comes back the same; what is wrong is told."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from biaotu.errors import InputError
from biaotu.export.conll import conll
from biaotu.export.corpus import as_gold, corpus_line, doccano_line, label_studio_task
from biaotu.records import FieldName, Record, Source, Span
from biaotu.records.gold import GoldRecord, parse_gold
from biaotu.records.interchange import read_conll, read_doccano, read_label_studio
from biaotu.records.interchange.golden import apart
from biaotu.records.interchange.offsets import to_code_points, to_utf16
from biaotu.taxonomy import ATTRIBUTES, MATERIALS, USES
from format_samples import annotated

# A tag that is the name of a class cannot be told from it where a tool has one list of choices.
TAGS = st.lists(
    st.text("手榴弹红军旗𠀀 a", min_size=1, max_size=5).map(str.strip).filter(bool), unique=True, max_size=4
)
TEXTS = st.text(
    st.one_of(st.sampled_from("红军用的手榴弹𠀀😀\n\t \\<>"), st.characters(exclude_categories=["Cs"])), max_size=24
)


@st.composite
def golds(draw: st.DrawFn) -> GoldRecord:
    """A gold record with any texts and any values that do not overlap."""
    title, description = draw(TEXTS), draw(TEXTS)
    spans: list[Span] = []
    fields: list[tuple[FieldName, str]] = [("title", title), ("description", description)]
    for field, text in fields:
        cuts = sorted(draw(st.sets(st.integers(0, len(text)), max_size=6)))
        for start, end in zip(cuts[::2], cuts[1::2], strict=False):
            spans.append(Span(draw(st.sampled_from(ATTRIBUTES.names)), text[start:end], field, start, end))
    return GoldRecord(
        Record(
            draw(st.text("a0-编号", min_size=1, max_size=6)),
            title,
            description,
            ("a b/照片.jpg",)[: draw(st.integers(0, 1))],
        ),
        tuple(spans) or None,
        tuple(draw(st.lists(st.sampled_from(MATERIALS.names), unique=True, max_size=2))),
        tuple(draw(st.lists(st.sampled_from(USES.names), unique=True, max_size=2))),
        tuple(draw(TAGS)),
    )


def bare(gold: GoldRecord) -> GoldRecord:
    """Without the place where it was read; attributes in the order of the text."""
    record = replace(gold.record, image_root=Path(), source=None)
    return replace(gold, record=record, spans=apart(gold.spans) if gold.spans is not None else None)


def write_conll(path: Path, records: list[GoldRecord]) -> None:
    path.write_text("".join(conll(records)), encoding="utf-8", newline="\n")


def write_label_studio(path: Path, records: list[GoldRecord]) -> None:
    path.write_text(json.dumps([label_studio_task(gold) for gold in records]), encoding="utf-8")


def write_doccano(path: Path, records: list[GoldRecord]) -> None:
    lines = [json.dumps(doccano_line(gold), ensure_ascii=False) for gold in records]
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def without_title_values(gold: GoldRecord) -> GoldRecord:
    """What doccano can hold: one text a line."""
    spans = tuple(span for span in gold.spans or () if span.field == "description")
    return replace(gold, spans=spans or None)


Read = Callable[[Path], Iterator[GoldRecord]]
Write = Callable[[Path, list[GoldRecord]], None]


@pytest.mark.parametrize(("write", "read"), [(write_conll, read_conll), (write_label_studio, read_label_studio)])
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(records=st.lists(golds(), min_size=1, max_size=3))
def test_out_and_in_loses_nothing(write: Write, read: Read, records: list[GoldRecord], tmp_path: Path) -> None:
    path = tmp_path / "file"
    write(path, records)
    assert [bare(gold) for gold in read(path)] == [bare(gold) for gold in records]


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(records=st.lists(golds().map(without_title_values), min_size=1, max_size=3))
def test_doccano_out_and_in_loses_nothing(records: list[GoldRecord], tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_doccano(path, records)
    assert [bare(gold) for gold in read_doccano(path)] == [bare(gold) for gold in records]


def test_every_example_makes_the_round(tmp_path: Path) -> None:
    records = [as_gold(annotation) for annotation in annotated()]
    rounds: list[tuple[Write, Read]] = [(write_conll, read_conll), (write_label_studio, read_label_studio)]
    for write, read in rounds:
        write(tmp_path / "file", records)
        assert [bare(gold) for gold in read(tmp_path / "file")] == [bare(gold) for gold in records]
    for gold in records:
        again = parse_gold(corpus_line(gold), root=Path(), source=Source("x", 1))
        assert bare(again) == bare(gold)


def test_a_text_with_an_inline_mark_is_refused_by_the_corpus() -> None:
    with pytest.raises(InputError, match="record 1: the title itself holds an inline mark"):
        corpus_line(GoldRecord(Record("1", "<组织>红军</组织>"), None))


def task(**value: Any) -> list[dict[str, Any]]:
    region = {"from_name": "label", "to_name": "text", "type": "labels", "value": value}
    return [{"id": 7, "data": {"text": "𠀀红军的旗"}, "annotations": [{"result": [region]}]}]


@pytest.mark.parametrize(("start", "end"), [(1, 3), (2, 4)])
def test_label_studio_may_count_either_way(start: int, end: int, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps(task(start=start, end=end, text="红军", labels=["组织"])), encoding="utf-8")
    (gold,) = read_label_studio(path)
    assert gold.record.id == "7" and gold.spans == (Span("组织", "红军", "description", 1, 3),)


def test_label_studio_takes_the_last_annotation_that_counts(tmp_path: Path) -> None:
    (one,) = task(start=1, end=3, text="红军", labels=["organisation"])
    choices = {"from_name": "m", "to_name": "text", "type": "choices", "value": {"choices": ["金属制品", "旗"]}}
    box = {"from_name": "b", "to_name": "image", "type": "rectanglelabels", "value": {"x": 1}}
    one["annotations"].append({"result": [choices, box, *one["annotations"][0]["result"]]})
    one["annotations"].append({"was_cancelled": True, "result": []})
    path = tmp_path / "a.json"
    path.write_text(json.dumps([one]), encoding="utf-8")
    (gold,) = read_label_studio(path)
    assert gold.material == ("金属制品",) and gold.tags == ("旗",) and gold.spans and gold.spans[0].type == "组织"


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ({}, "not a list of tasks"),
        ([{}], "row 1: is no Label Studio task"),
        (task(start=1, end=3, text="红军", labels=["颜料"]), "the label '颜料' is no attribute"),
        (task(start=0, end=2, text="白军", labels=["组织"]), "does not stand at 0 to 2 of the description"),
        (task(start=1, end=3, text="红军", labels=["组织", "人物"]), "has 2 labels"),
    ],
)
def test_what_label_studio_has_wrong_is_told(document: Any, reason: str, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(InputError, match=reason):
        list(read_label_studio(path))


@pytest.mark.parametrize(
    "line",
    [
        {"id": 3, "text": "红军的旗", "label": [[0, 2, "组织"]]},
        {"id": 3, "data": "红军的旗", "labels": [[0, 2, "organisation"]]},
        {
            "id": 3,
            "text": "红军的旗",
            "entities": [{"id": 1, "label": "组织", "start_offset": 0, "end_offset": 2}],
            "relations": [],
        },
    ],
)
def test_the_forms_of_doccano(line: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps(line), encoding="utf-8")
    (gold,) = read_doccano(path)
    assert gold.record.id == "3" and gold.spans == (Span("组织", "红军", "description", 0, 2),)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("[]", "is no doccano line"),
        ("{", "row 1"),
        (json.dumps({"text": "红军", "label": [[0, 5, "组织"]]}), "outside of the text"),
        (json.dumps({"text": "红军旗", "label": [[0, 2, "组织"], [1, 3, "组织"]]}), "overlap; keep one"),
        (json.dumps({"text": "𠀀军", "label": [[1, 3, "组织"]]}), "cuts a character in two"),
    ],
)
def test_what_doccano_has_wrong_is_told(line: str, reason: str, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(line, encoding="utf-8")
    with pytest.raises(InputError, match=reason):
        list(read_doccano(path))


def test_conll_of_others_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.conll"
    path.write_text("红 B-组织\n军 E-组织\n旗 O\n\n党 S-organisation\n\n", encoding="utf-8")
    first, second = read_conll(path)
    assert (first.record.description, second.record.description) == ("红军旗", "党")
    assert first.spans and first.spans[0].value == "红军" and second.spans and second.spans[0].type == "组织"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("红军 B-组织\n", "cut by character"),
        ("红\n", "row 1"),
        ("红 X-组织\n", "neither BIO nor BIOES"),
        ("红 B-色\n", "no attribute"),
    ],
)
def test_what_conll_has_wrong_is_told(text: str, reason: str, tmp_path: Path) -> None:
    path = tmp_path / "a.conll"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=reason):
        list(read_conll(path))


def test_conll_has_one_layer() -> None:
    spans = (Span("组织", "红军", "title", 0, 2), Span("组织", "军旗", "title", 1, 3))
    with pytest.raises(InputError, match="record 1: 组织 '军旗' overlaps"):
        "".join(conll([GoldRecord(Record("1", "红军旗"), spans)]))


@given(text=TEXTS, data=st.data())
def test_offsets_go_both_ways(text: str, data: st.DataObject) -> None:
    start, end = sorted(data.draw(st.lists(st.integers(0, len(text)), min_size=2, max_size=2)))
    if start < end:
        assert to_code_points(text, *to_utf16(text, start, end), "utf-16") == (start, end)
        assert (
            text.encode("utf-16-le")[2 * to_utf16(text, start, end)[0] :].decode("utf-16-le")[: end - start]
            == text[start:end]
        )
