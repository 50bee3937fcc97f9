"""``biaotu convert`` as it is typed: what was exported comes back; what is wrong is told by row."""

from __future__ import annotations

import errno
import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import openpyxl
import pytest
from click.testing import CliRunner, Result

from biaotu.batch import OutputError
from biaotu.batch import converting as module
from biaotu.batch.converting import ITEMS_KEY, KINDS, convert, record_line
from biaotu.cli.convert import convert as command
from biaotu.cli.main import cli
from biaotu.records import Record, Source, Span, read_records
from biaotu.records.gold import GoldRecord, read_gold
from format_samples import DATA, ROOT, annotated

EXAMPLES = DATA / "annotations.jsonl"


def run(*args: str | Path) -> Result:
    return CliRunner().invoke(cli, [*map(str, args)])


def exported(form: str, out: Path, *args: str | Path) -> Path:
    result = run("export", EXAMPLES, "-f", form, "-o", out, *args)
    assert result.exit_code == 0, result.output
    return out


def converted(source: Path, kind: str, out: Path, *args: str | Path) -> Path:
    result = run("convert", source, "--from", kind, "-o", out, *args)
    assert result.exit_code == 0, result.output
    return out


def read_plain(path: Path) -> list[Record]:
    found = list(read_records(path))
    assert all(isinstance(item, Record) for item in found)
    return [item for item in found if isinstance(item, Record)]


def spans(gold: GoldRecord) -> list[tuple[str, str, str, int, int]]:
    return sorted((s.field, s.type, s.value, s.start, s.end) for s in gold.spans or ())


def wanted(attributes: tuple[Span, ...], fields: tuple[str, ...]) -> list[tuple[str, str, str, int, int]]:
    return sorted((s.field, s.type, s.value, s.start, s.end) for s in attributes if s.field in fields)


def test_the_command_names_what_there_is() -> None:
    (kind,) = [parameter for parameter in command.params if parameter.name == "kind"]
    assert tuple(kind.type.choices) == KINDS  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("form", "name", "fields"),
    [
        ("label-studio", "a.json", ("title", "description")),
        ("conll", "a.conll", ("title", "description")),
        ("doccano", "a.jsonl", ("description",)),
        ("corpus", "a.jsonl", ("title", "description")),
    ],
)
def test_annotated_texts_go_out_and_come_back(form: str, name: str, fields: tuple[str, ...], tmp_path: Path) -> None:
    out = exported(form, tmp_path / name)
    back = out if form == "corpus" else converted(out, form, tmp_path / "back.jsonl")
    golds = list(read_gold(back))
    assert len(golds) == len(annotated()) == 24
    for gold, annotation in zip(golds, annotated(), strict=True):
        record = gold.record
        assert (record.id, record.title, record.description) == (
            annotation.id,
            annotation.title,
            annotation.description,
        )
        assert record.images == annotation.images
        assert spans(gold) == wanted(annotation.attributes, fields)
        assert set(gold.material) == {label.name for label in annotation.material if label.accepted}
        assert set(gold.use) == {label.name for label in annotation.use if label.accepted}
        tags = {tag.tag for tag in (*annotation.primary, *annotation.secondary)}
        assert set(gold.tags) == tags
    assert sum(len(gold.spans or ()) for gold in golds) > 60


def test_a_second_round_changes_nothing(tmp_path: Path) -> None:
    first = converted(exported("conll", tmp_path / "a.conll"), "conll", tmp_path / "1.jsonl")
    from biaotu.export.conll import conll

    (tmp_path / "b.conll").write_text("".join(conll(read_gold(first))), encoding="utf-8")
    second = converted(tmp_path / "b.conll", "conll", tmp_path / "2.jsonl")
    assert first.read_bytes() == second.read_bytes()


def test_a_published_folder_comes_back_as_records(tmp_path: Path) -> None:
    own = {"年代": "1931", "库位": "三-2", "标题备注": None}
    lines = [replace(each, extra=own).to_dict() for each in annotated()]
    source = tmp_path / "in.jsonl"
    source.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    base = ("--base", "https://museum.example/c", "--images", ROOT / "examples", "--tiles")
    assert run("export", source, "-f", "iiif", "-o", tmp_path / "site", *base).exit_code == 0
    result = run("convert", tmp_path / "site", "--from", "iiif", "-o", tmp_path / "r.jsonl")
    assert result.exit_code == 0, result.output
    assert "24 records, 0 failed" in result.stderr
    assert "25 JSON files that are no manifests were passed over" in result.stderr, "24 info.json, the collection"
    found = {record.id: record for record in read_plain(tmp_path / "r.jsonl")}
    for annotation in annotated():
        record = found[annotation.id]
        assert (record.title, record.description) == (annotation.title, annotation.description)
        assert {key: record.extra[key] for key in own} == own
    lines_out = [json.loads(line) for line in (tmp_path / "r.jsonl").read_text(encoding="utf-8").splitlines()]
    assert {line["id"]: line["images"] for line in lines_out} == {a.id: [*a.images] for a in annotated()}


def test_others_manifests_and_broken_files(tmp_path: Path) -> None:
    folder = tmp_path / "manifests"
    folder.mkdir()
    manifest: dict[str, Any] = {
        "@context": "http://iiif.io/api/presentation/3/context.json",
        "id": "https://other.example/m/1",
        "type": "Manifest",
        "label": {"zh": ["红旗"], "en": ["Red flag"]},
        "metadata": [
            {"label": {"en": ["Title"]}, "value": {"zh": ["别名"]}},
            {"label": {"zh": ["年代"]}, "value": {"zh": ["1930"]}},
        ],
        "items": [],
    }
    (folder / "a.json").write_text(json.dumps(manifest), encoding="utf-8")
    (folder / "b.json").write_text("{", encoding="utf-8")
    (folder / "c.json").write_text(json.dumps({"type": "Manifest", "id": "x"}), encoding="utf-8")
    (folder / "d.json").write_text('{"type": ["Manifest"]}', encoding="utf-8")
    own = {"id": 1, "images": [2], "extra": [3]}
    (folder / "e.json").write_text(json.dumps({**manifest, "biaotu:record": own}), encoding="utf-8")
    result = run("convert", folder, "--from", "iiif", "-o", tmp_path / "r.jsonl")
    assert result.exit_code == 1
    assert "1 records, 3 failed" in result.stderr and "1 JSON files that are no manifests" in result.stderr
    errors = [json.loads(line) for line in (tmp_path / "r.jsonl.errors.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [Path(error["file"]).name for error in errors] == ["b.json", "c.json", "e.json"]
    (record,) = read_plain(tmp_path / "r.jsonl")
    assert (record.title, record.id) == ("红旗", "https://other.example/m/1")
    assert record.extra["原字段：Title"] == "别名" and record.extra["年代"] == "1930"
    single = run("convert", folder / "d.json", "--from", "iiif", "-o", tmp_path / "s.jsonl")
    assert single.exit_code == 1 and "nothing was written" in single.stderr
    assert not (tmp_path / "s.jsonl").exists()


@pytest.mark.parametrize("suffix", [".xlsx", ".csv"])
def test_the_census_table_is_understood(suffix: str, tmp_path: Path) -> None:
    own = {"文物质地": "铁", "级别": "三级", "质量": "0.6千克", "数量": "2件", "入藏日期": "1958.10", "类别": "飞机"}
    line = replace(annotated()[0], extra=own).to_dict()
    (tmp_path / "in.jsonl").write_text(json.dumps(line) + "\n", encoding="utf-8")
    table = tmp_path / f"t{suffix}"
    assert run("export", tmp_path / "in.jsonl", "-f", "census", "-o", table).exit_code == 0
    result = run("convert", table, "--from", "census", "-o", tmp_path / "r.jsonl")
    assert result.exit_code == 0, result.output
    assert "for a registrar to look at: 类别 1" in result.stderr
    (document,) = [json.loads(each) for each in (tmp_path / "r.jsonl").read_text(encoding="utf-8").splitlines()]
    read = document[ITEMS_KEY]
    assert read["质地"]["name"] == "铁" and read["级别"]["name"].startswith("三级")
    assert (read["质量"], read["数量"], read["入藏时间"]) == ({"number": 0.6}, {"number": 2}, {"date": "1958-10"})
    assert document["质地"] == "铁" and document["类别"] == "飞机", "the museum's cells stay as they are"
    (record,) = read_plain(tmp_path / "r.jsonl")
    assert (record.id, record.title, record.description) == (line["id"], line["title"], line["description"])


def test_a_census_row_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    other = book.create_sheet("登记")
    for row in (["总登记号", "名称", "质地"], ["1", "铁壶", "铁"], ["2", None, None], ["3", "木箱", "木"]):
        other.append(row)
    book.save(tmp_path / "a.xlsx")
    result = run("convert", tmp_path / "a.xlsx", "--from", "census", "--sheet", "登记", "-o", tmp_path / "r.jsonl")
    assert result.exit_code == 1 and "2 records, 1 failed" in result.stderr
    assert [record.title for record in read_plain(tmp_path / "r.jsonl")] == ["铁壶", "木箱"]
    (line,) = (tmp_path / "r.jsonl.errors.jsonl").read_text(encoding="utf-8").splitlines()
    error = json.loads(line)
    assert (error["row"], error["id"]) == (3, "2") and "neither a title" in error["reason"]


@pytest.mark.parametrize(
    ("kind", "text", "told"),
    [
        ("doccano", '{"text": "红军", "label": []}\n{"text": "红军", "label": [[0, 9, "组织"]]}\n', "row 2"),
        ("conll", "红\tB-组织\n军\tI-组织\n\n旗\tB-颜料\n", "row 4"),
        ("label-studio", '[{"data": {"title": "a"}}, 7]', "row 2"),
        ("label-studio", "{}", "not a list of tasks"),
        ("doccano", "\ud800", "is not UTF-8"),
    ],
)
def test_a_mistake_in_annotated_texts_ends_the_run_by_row(kind: str, text: str, told: str, tmp_path: Path) -> None:
    source = tmp_path / "in.txt"
    source.write_bytes(text.encode("utf-8", "surrogatepass"))
    out = tmp_path / "o.jsonl"
    out.write_text("old", encoding="utf-8")
    result = run("convert", source, "--from", kind, "-o", out, "--force")
    assert result.exit_code == 2
    assert str(source) in result.stderr and told in result.stderr
    assert out.read_text(encoding="utf-8") == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.txt", "o.jsonl"]


def test_a_text_with_marks_of_its_own_fails_by_row_and_stops_nothing(tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    source.write_text(
        '{"id": 1, "text": "写着<组织>的纸", "label": []}\n{"id": 2, "text": "红军", "label": []}\n', encoding="utf-8"
    )
    result = run("convert", source, "--from", "doccano", "-o", tmp_path / "o.jsonl")
    assert result.exit_code == 1 and "1 records, 1 failed" in result.stderr
    (error,) = (tmp_path / "o.jsonl.errors.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(error)["row"] == 1 and "inline mark" in json.loads(error)["reason"]


@pytest.mark.parametrize(("units", "end"), [("utf-16", 4), ("code-points", 3)])
def test_doccanos_units(units: Literal["utf-16", "code-points"], end: int, tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    source.write_text(json.dumps({"id": 1, "text": "𠀀红军旗", "label": [[end - 2, end, "组织"]]}), encoding="utf-8")
    (gold,) = read_gold(converted(source, "doccano", tmp_path / "o.jsonl", "--units", units))
    assert [span.value for span in gold.spans or ()] == ["红军"]


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("{in}", "--from", "conll", "-o", "{tmp}/x.json"), "name it .jsonl"),
        (("{in}", "--from", "conll", "-o", "{tmp}/none/x.jsonl"), "no such folder"),
        (("{in}", "--from", "conll", "-o", "{tmp}/old.jsonl"), "exists already"),
        (("{in}", "--from", "conll", "-o", "{tmp}/x.jsonl", "--units", "utf-16"), "goes with --from doccano"),
        (("{in}", "--from", "conll", "-o", "{tmp}/x.jsonl", "--sheet", "1"), "goes with --from census"),
        (("{in}", "--from", "word", "-o", "{tmp}/x.jsonl"), "is not one of"),
        (("{tmp}/none", "--from", "conll", "-o", "{tmp}/x.jsonl"), "does not exist"),
        (("{tmp}", "--from", "conll", "-o", "{tmp}/x.jsonl"), "cannot be read"),
    ],
)
def test_what_will_not_do_is_refused(args: tuple[str, ...], told: str, tmp_path: Path) -> None:
    (tmp_path / "old.jsonl").write_text("", encoding="utf-8")
    result = run("convert", *[arg.format(**{"in": EXAMPLES, "tmp": tmp_path}) for arg in args])
    assert (result.exit_code, told in result.stderr) == (2, True), result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["old.jsonl"]


def test_a_full_disk_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = exported("conll", tmp_path / "a.conll")
    out = tmp_path / "o.jsonl"
    out.write_text("old", encoding="utf-8")

    def full(_document: object) -> bytes:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(module, "encode", full)
    with pytest.raises(OutputError, match="No space left on device"):
        convert(source, "conll", out, force=True)
    assert out.read_text(encoding="utf-8") == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.conll", "o.jsonl"]


def test_columns_that_look_like_a_records_own_parts_are_kept_apart() -> None:
    record = Record("7", "旗", extra={"藏品名称": "另名", "颜色": "红"}, source=Source("x", 1))
    assert record_line(record) == {
        "id": "7",
        "title": "旗",
        "description": "",
        "images": [],
        "原字段：藏品名称": "另名",
        "颜色": "红",
    }


def test_a_published_folder_can_be_annotated_again(tmp_path: Path) -> None:
    """What the command wrote is what ``biaotu import`` and ``annotate`` take: photos are found by their names."""
    base = ("--base", "https://museum.example/c", "--images", ROOT / "examples")
    site = exported("iiif", tmp_path / "site", *base)
    records = converted(site, "iiif", tmp_path / "r.jsonl")
    shutil.copytree(ROOT / "examples/photos", tmp_path / "photos")
    found = read_plain(records)
    assert all(path.is_file() for record in found for path in record.image_paths())
    assert sum(len(record.images) for record in found) == 24


def told(document: Any, kind: str, tmp_path: Path) -> str:
    """What a conversion says of a document."""
    source = tmp_path / "in.json"
    text = json.dumps(document) if kind != "doccano" else "\n".join(map(json.dumps, document))
    source.write_text(text, encoding="utf-8")
    result = run("convert", source, "--from", kind, "-o", tmp_path / "out.jsonl")
    assert result.exit_code == 0, result.output
    return str(result.stderr)


def test_what_a_list_has_no_place_for_is_told(tmp_path: Path) -> None:
    box = {"from_name": "b", "to_name": "image", "type": "rectanglelabels", "value": {"x": 1}}
    two = [{"result": []}, {"result": [box]}, {"was_cancelled": True, "result": [box]}]
    (tmp_path / "a").mkdir()
    said = told(
        [{"id": 1, "data": {"text": "红旗"}, "annotations": two, "predictions": [{}]}], "label-studio", tmp_path / "a"
    )
    assert "further annotations of a task 1, predictions 1, rectanglelabels regions 1" in said
    (tmp_path / "b").mkdir()
    said = told([{"text": "红旗", "label": [], "relations": [{}, {}], "Comments": []}], "doccano", tmp_path / "b")
    assert "未转换：relations 2" in said
    (tmp_path / "c").mkdir()
    page = {"type": "AnnotationPage", "items": [{}, {}]}
    canvas = {"type": "Canvas", "items": [], "annotations": [page]}
    other = {"type": "Manifest", "id": "https://a.example/1", "label": {"zh": ["红旗"]}, "items": [canvas]}
    said = told({**other, "structures": [{}], "homepage": []}, "iiif", tmp_path / "c")
    assert "annotations 2, structures 1" in said


@pytest.mark.parametrize("kind", ["label-studio", "doccano", "conll", "iiif"])
def test_of_our_own_exports_nothing_is_left_behind(kind: str, tmp_path: Path) -> None:
    base: list[str | Path] = ["--base", "https://m.example/c", "--images", ROOT / "examples"] if kind == "iiif" else []
    out = exported(kind, tmp_path / {"label-studio": "a.json", "doccano": "a.jsonl"}.get(kind, "a"), *base)
    result = run("convert", out, "--from", kind, "-o", tmp_path / "out.jsonl")
    assert result.exit_code == 0 and "left behind" not in result.stderr
    if kind == "iiif":
        assert "1 JSON files that are no manifests" in result.stderr, "the collection; record.json is read along"
