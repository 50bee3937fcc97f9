from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from biaotu.cli.main import cli
from biaotu.export.jsonl import encode
from biaotu.records import Annotation, RankedTag, Span, TextTag
from samples import annotation

GOLD = [
    {
        "id": "1",
        "title": "<组织>青石沟游击队</组织>使用的<材质>铁</材质>水壶",
        "description": "",
        "material": ["金属制品"],
        "use": ["容器"],
        "tags": ["铁水壶", "青石沟游击队"],
    },
    {"id": "2", "title": "旧布鞋", "description": "", "material": ["纤维织物"], "use": [], "tags": []},
    {"id": "3", "title": "未判", "description": "", "material": [], "use": [], "tags": []},
]


def predicted() -> list[Annotation]:
    spans = (Span("组织", "青石沟游击队", "title", 0, 6), Span("材质", "水", "title", 10, 11))
    first = annotation(
        id="1",
        title="青石沟游击队使用的铁水壶",
        attributes=spans,
        text_tags=(TextTag("铁水壶", 0.4), TextTag("水壶", 0.3)),
        primary=(RankedTag("青石沟游击队", 0.9, None),),
        secondary=(),
    )
    return [first, annotation(id="3", attributes=())]


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    gold, pred = tmp_path / "gold.jsonl", tmp_path / "pred.jsonl"
    gold.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in GOLD), encoding="utf-8")
    pred.write_bytes(b"".join(encode(one.to_dict()) for one in predicted()))
    return str(gold), str(pred)


def evaluate(*args: str) -> Result:
    return CliRunner().invoke(cli, ["evaluate", *args])


def scores(*args: str) -> dict[str, Any]:
    result = evaluate(*args, "--json")
    assert result.exit_code == 0, result.output
    document: dict[str, Any] = json.loads(result.stdout)
    return document


def test_tags(files: tuple[str, str]) -> None:
    result = scores("tags", *files)
    assert result["top5"] == {"precision": 0.5, "recall": 0.5, "f1": 0.5}
    assert result["records"] == 1
    assert set(result) == {"top5", "top10", "records", "seconds"}
    assert scores("tags", "--ranked", *files)["top5"]["precision"] == 1.0


def test_labels(files: tuple[str, str]) -> None:
    result = evaluate("labels", *files, "--json")
    document = json.loads(result.stdout)
    assert document["records"] == 2
    assert document["use"] == {"precision": 0.5, "recall": 1.0, "f1": 2 / 3}
    assert document["material"]["recall"] == 0.5
    assert "1 gold records have no prediction and count as missed, the first is '2'" in result.stderr


def test_attributes(files: tuple[str, str]) -> None:
    result = scores("attributes", *files)
    assert result["micro"] == {"precision": 0.5, "recall": 0.5, "f1": 0.5}
    assert result["per_type"]["组织"]["f1"] == 1.0
    assert result["records"] == 1


def test_a_table_for_people(files: tuple[str, str]) -> None:
    result = evaluate("attributes", *files)
    assert result.exit_code == 0
    assert "| micro" in result.stdout
    assert "0.500" in result.stdout


@pytest.mark.parametrize(
    ("line", "message"),
    [("{", "pred.jsonl, row 1: not an annotation"), ('{"id": "1"}', "row 1: not an annotation"), ("3", "row 1")],
)
def test_a_file_that_holds_no_annotations_is_refused(files: tuple[str, str], line: str, message: str) -> None:
    Path(files[1]).write_text(line + "\n", encoding="utf-8")
    result = evaluate("tags", *files)
    assert result.exit_code == 2
    assert message in result.stderr


def test_a_gold_file_without_judgement_is_refused(files: tuple[str, str]) -> None:
    Path(files[0]).write_text(json.dumps(GOLD[2]) + "\n", encoding="utf-8")
    result = evaluate("tags", *files)
    assert result.exit_code == 2
    assert "no record in it was judged" in result.stderr


def test_model_options_make_no_sense_with_predictions(files: tuple[str, str]) -> None:
    result = evaluate("tags", *files, "--without-images")
    assert result.exit_code == 2
    assert "--without-images has no meaning with PRED" in result.stderr


def test_both_sides_cannot_be_left_out(files: tuple[str, str]) -> None:
    assert evaluate("tags", files[0], "--without-images", "--without-text").exit_code == 2
