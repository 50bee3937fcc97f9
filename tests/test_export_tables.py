from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from biaotu.errors import UsageError
from biaotu.export import Entry, Overview, Survey, tables, writer_for
from biaotu.export.tables import COLUMNS, MAX_CELL, CsvWriter, XlsxWriter, defuse, header, row
from biaotu.normal import NORMALISED
from biaotu.records import Annotation, Label, Notice, Span
from biaotu.taxonomy import ATTRIBUTES
from samples import annotation, any_annotations


def overview_of(*made: Annotation) -> Overview:
    survey = Survey()
    for one in made:
        survey.add(one)
    return survey.overview()


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def read_xlsx(path: Path) -> list[dict[str, Any]]:
    book = openpyxl.load_workbook(path)
    rows = list(book.active.iter_rows(values_only=True))  # type: ignore[union-attr]
    return [dict(zip(map(str, rows[0]), cells, strict=True)) for cells in rows[1:]]


def write(kind: type[CsvWriter] | type[XlsxWriter], path: Path, *made: Annotation) -> None:
    with kind(path, overview_of(*made)) as writer:
        for one in made:
            writer.write(Entry(one))


FORMATS = [(CsvWriter, read_csv, "out.csv"), (XlsxWriter, read_xlsx, "out.xlsx")]


@given(
    st.text(max_size=40) | st.sampled_from(["=1+1", "+8610", "-2", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1", "\n-1"])
)
@example("'\x1f")  # an apostrophe of the text's own, and a character that no sheet may hold
def test_no_cell_begins_like_a_formula(text: str) -> None:
    cell = defuse(text)
    assert not cell.lstrip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))
    assert not cell.startswith(("\t", "\r", "\n"))
    lawful = tables._ILLEGAL.sub("\ufffd", text)
    assert cell in (lawful, f"'{lawful}")


@given(any_annotations())
def test_every_row_is_as_wide_as_the_header(made: Annotation) -> None:
    overview = overview_of(made)
    assert len(row(made, overview)) == len(header(overview))


def test_there_is_a_column_for_each_part() -> None:
    names = header(Overview())
    assert names[:4] == ["编号", "名称", "描述", "图片"]
    assert set(ATTRIBUTES.names) <= set(names)
    assert len(names) == len(set(names))


@pytest.mark.parametrize(("kind", "read", "name"), FORMATS)
def test_a_row_says_what_the_annotation_says(kind: Any, read: Any, name: str, tmp_path: Path) -> None:
    made = annotation(
        warnings=(Notice("image-missing", "no photo"),),
        extra={"库房": "甲", "件数": 3, "名称": "旧名", "附": ["一", "二"]},
    )
    write(kind, tmp_path / name, made)
    (found,) = read(tmp_path / name)
    assert found["编号"] == "样-001"
    assert found["材质标签"] == "金属制品"
    assert found["用途标签"] == "容器；家具炊具"
    assert found["图文对标签"] == "铁水壶"
    assert found["次要标签"] == "老柳"
    assert found["文本标签"] == "铁水壶；老柳"
    assert found["材质"] == "铁"
    assert found["地点"] == "青石沟"
    assert not found["货币"]
    assert found["提示"] == "image-missing: no photo"
    assert found["模型"] == "test-model 1"
    assert found["库房"] == "甲"
    assert str(found["件数"]) == "3"
    assert found["名称（原表）"] == "旧名"
    assert found["附"] == "一；二"


@pytest.mark.parametrize(("kind", "read", "name"), FORMATS)
def test_hostile_cells_lose_no_record(kind: Any, read: Any, name: str, tmp_path: Path) -> None:
    made = [
        annotation(id="=cmd|' /C calc'!A0", title="a\x00b\x0bc\ud800\uffff", description="-1\n=2", attributes=()),
        annotation(id="#N/A", title="=", extra={"=HYPERLINK(1)": "+1"}),
        annotation(id="last"),
    ]
    write(kind, tmp_path / name, *made)
    found = read(tmp_path / name)
    assert [cells["编号"] for cells in found] == ["'=cmd|' /C calc'!A0", "#N/A", "last"]
    assert found[0]["名称"] == "a\ufffdb\ufffdc\ufffd\ufffd"
    assert found[0]["描述"] == "'-1\n=2"
    assert found[1]["'=HYPERLINK(1)"] == "'+1"


@pytest.mark.parametrize(("kind", "read", "name"), FORMATS)
def test_a_cell_over_the_limit_is_cut_and_says_so(kind: Any, read: Any, name: str, tmp_path: Path) -> None:
    made = annotation(description="𠮷" * 20_000, attributes=(), warnings=(Notice("a", "b"),))
    write(kind, tmp_path / name, made)
    (found,) = read(tmp_path / name)
    assert len(found["描述"].encode("utf-16-le")) // 2 <= MAX_CELL
    assert found["描述"].startswith("𠮷𠮷")
    assert "已截断" in found["描述"]
    assert found["提示"] == "a: b；cell-cut: 描述 超出单元格上限，已截断"


def test_normalised_values_have_their_columns() -> None:
    assert set(tables.NORMALISED_NAMES) == set(NORMALISED)
    spans = (
        Span("时间", "民国二十三年", "title", 0, 6),
        Span("时间", "1934年", "title", 6, 11),
        Span("组织", "红军", "title", 11, 13),
    )
    meant = {"kind": "date", "sure": "exact", "edtf": "1934"}
    made = replace(annotation(), attributes=spans, normals=(meant, {**meant, "sure": "assumed"}, None))
    cells = dict(zip(header(overview_of(made)), row(made, overview_of(made)), strict=True))
    assert cells["时间"] == "民国二十三年；1934年"
    assert cells["时间（规范值）"] == "1934；1934*"
    assert cells["重量（规范值）"] == ""


def test_without_an_accepted_label_the_best_is_doubtful() -> None:
    assert tables.label_names([Label("容器", 0.2, False), Label("文具", 0.3, False)]) == "文具（存疑）"
    assert tables.label_names([]) == ""


def test_the_csv_is_marked_as_utf8_for_excel(tmp_path: Path) -> None:
    write(CsvWriter, tmp_path / "out.csv", annotation())
    assert (tmp_path / "out.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_the_workbook_is_ready_to_work_with(tmp_path: Path) -> None:
    write(XlsxWriter, tmp_path / "out.xlsx", annotation(), annotation(id="=2"))
    sheet: Any = openpyxl.load_workbook(tmp_path / "out.xlsx").active
    assert sheet.title == "标注结果"
    assert sheet.freeze_panes == "C2"
    assert sheet.auto_filter.ref == f"A1:{openpyxl.utils.get_column_letter(len(COLUMNS))}3"
    assert sheet.column_dimensions["C"].width == 60
    assert sheet["A1"].font.bold
    assert {cell.data_type for line in sheet.iter_rows() for cell in line} <= {"inlineStr", "s", "n"}


def test_more_rows_than_a_sheet_holds_go_on_in_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MAX_ROWS", 3)
    write(XlsxWriter, tmp_path / "out.xlsx", *(annotation(id=str(number)) for number in range(5)))
    book = openpyxl.load_workbook(tmp_path / "out.xlsx")
    assert book.sheetnames == ["标注结果", "标注结果 2", "标注结果 3"]
    ids = [sheet.cell(line, 1).value for sheet in book.worksheets for line in range(2, sheet.max_row + 1)]
    assert ids == ["0", "1", "2", "3", "4"]


def test_ever_new_keys_share_one_column() -> None:
    made = [annotation(extra={f"键{number}": number}) for number in range(250)]
    overview = overview_of(*made)
    assert len(overview.extra_columns) == 200
    assert header(overview)[-1] == "其他字段"
    assert row(made[249], overview)[-1] == '{"键249": 249}'
    assert row(made[0], overview)[-1] == ""


def test_an_unknown_suffix_is_refused_by_name() -> None:
    with pytest.raises(UsageError, match=r"out\.docx.*\.jsonl \.csv \.xlsx \.html"):
        writer_for(Path("out.docx"))
    with pytest.raises(UsageError, match="no suffix"):
        writer_for(Path("out"))
    assert writer_for(Path("OUT.CSV")) is CsvWriter
