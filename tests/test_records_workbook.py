from __future__ import annotations

import datetime as dt
import re
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from biaotu.errors import InputError, UsageError
from biaotu.records import Failure, Record, count_records, read_records
from biaotu.records.rows import Row
from biaotu.records.workbook import xlsx_rows

# What XML and openpyxl can write: no control characters, no carriage returns, none of Excel's _x escapes.
CELL = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff\r", include_characters="\n\t"),
    max_size=30,
).filter(lambda text: "_x" not in text and "x005F_" not in text)


def workbook(path: Path, **sheets: Iterable[Sequence[Any]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    book.save(path)
    book.close()
    return path


def records(path: Path, **options: Any) -> list[Record]:
    items = list(read_records(path, **options))
    assert all(isinstance(item, Record) for item in items), items
    return [item for item in items if isinstance(item, Record)]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(CELL, CELL, CELL), max_size=4))
def test_text_is_kept_to_the_character(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str, str]]
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.xlsx"
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for number, row in enumerate([("编号", "名称", "备注"), *rows], 1):
        for column, text in enumerate(row, 1):
            cell = sheet.cell(number, column)
            cell.value = text
            cell.data_type = "s"  # a text that begins with = is a text
    book.save(path)
    book.close()
    read_back = [(row.number, tuple(row.fields.values())) for row in xlsx_rows(path) if isinstance(row, Row)]
    assert read_back == [(number, row) for number, row in enumerate(rows, 2) if any(cell.strip() for cell in row)]


def test_a_table_as_museums_keep_it(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["某纪念馆革命文物一览表"])
    sheet.merge_cells("A1:E1")
    sheet.append([])
    sheet.append(["总登记号", "名称（必填）", "简介", "入藏日期", "件数"])
    sheet.append([358, "红军的马灯", "铁皮_x000D_\n玻璃", dt.datetime(1951, 8, 1), 2])
    sheet.append([])
    sheet.append([359.0, 1927, None, dt.datetime(1951, 8, 1, 12, 30), 1.5])
    sheet["A4"].number_format = "0000"
    book.save(path)
    book.close()
    first, second = records(path)
    assert (first.id, first.title, first.description) == ("0358", "红军的马灯", "铁皮\r\n玻璃")
    assert first.extra == {"入藏日期": "1951-08-01", "件数": 2}
    assert first.source is not None
    assert first.source.row == 4
    assert (second.id, second.title, second.description) == ("359", "1927", "")
    assert second.extra == {"入藏日期": "1951-08-01T12:30:00", "件数": 1.5}
    assert second.source is not None
    assert second.source.row == 6


def test_sheets_by_name_and_number(tmp_path: Path) -> None:
    head = ("编号", "名称")
    path = workbook(tmp_path / "a.xlsx", 甲=[head, (1, "旗")], Second=[head, (2, "灯")], 丙=[("年代",), ("1935",)])
    assert [record.id for record in records(path)] == ["1"]
    for sheet in ("Second", "second ", "2"):
        assert [record.id for record in records(path, sheet=sheet)] == ["2"]
    with pytest.raises(UsageError, match="has no sheet '丁'; its sheets are 甲, Second, 丙"):
        read_records(path, sheet="丁")
    with pytest.raises(InputError, match=r"row 1 reads: 年代.*other sheets, to be named with --sheet: 甲, Second"):
        read_records(path, sheet="3")
    assert count_records(path) == 1


def test_a_hidden_first_sheet_is_passed_over(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", 码表=[("编号", "名称"), (1, "旗")], 藏品=[("编号", "名称"), (2, "灯")])
    book = openpyxl.load_workbook(path)
    book["码表"].sheet_state = "hidden"
    book.active = 1
    book.save(path)
    book.close()
    assert [record.id for record in records(path)] == ["2"]


def _one_form(xml: bytes) -> bytes:
    return re.sub(rb"(?<! )/>", b" />", re.sub(rb"<(\w+)></\1>", rb"<\1 />", xml))


def rewrite(path: Path, **parts: tuple[str, str]) -> None:
    """Change the XML of parts of a workbook, as another program would have written it.

    Empty elements are brought to one form: with lxml installed openpyxl writes them otherwise than without.
    """
    with zipfile.ZipFile(path) as archive:
        content = {name: _one_form(archive.read(name)) for name in archive.namelist()}
    for part, (old, new) in parts.items():
        name = next(name for name in content if name.endswith(f"{part}.xml"))
        assert old.encode() in content[name]
        content[name] = content[name].replace(old.encode(), new.encode())
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in content.items():
            archive.writestr(name, data)


def test_formulas_give_their_stored_result(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", 甲=[("编号", "名称", "简介"), (1, "=B9", "布"), (2, "=B8", "铁")])
    rewrite(path, sheet1=('<c r="B2"><f>B9</f><v /></c>', '<c r="B2" t="str"><f>B9</f><v>旗</v></c>'))
    known, unknown = records(path)
    assert (known.title, known.notices) == ("旗", ())
    assert unknown.title == ""
    assert [notice.code for notice in unknown.notices] == ["formula-uncalculated"]
    assert "B3" in unknown.notices[0].message


def test_error_cells_are_empty_and_told(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", 甲=[("编号", "名称", "简介"), (1, "#N/A", "布")])
    (record,) = records(path)
    assert (record.title, [notice.code for notice in record.notices]) == ("", ["cell-error"])


def test_a_stated_size_that_hides_rows_is_not_believed(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", 甲=[("编号", "名称"), (1, "旗"), (2, "灯")])
    rewrite(path, sheet1=('<dimension ref="A1:B3" />', '<dimension ref="A1" />'))
    assert [record.id for record in records(path)] == ["1", "2"]
    assert count_records(path) is None


def test_rows_that_the_file_leaves_out_count(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet["B3"], sheet["C3"], sheet["B9"], sheet["C9"] = "编号", "名称", "1", "旗"
    book.save(path)
    book.close()
    (record,) = records(path)
    assert record.source is not None
    assert (record.id, record.title, record.source.row) == ("1", "旗", 9)


def test_pictures_inside_the_workbook_are_told(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "a.xlsx", 甲=[("编号", "名称", "图片"), (1, "旗", 'DISPIMG("ID_7",1)'), (2, "灯", "2.jpg")]
    )
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/media/image1.png", b"")
    (tmp_path / "2.jpg").write_bytes(b"")
    without, with_photo = records(path)
    assert [notice.code for notice in without.notices] == ["image-embedded"]
    assert with_photo.notices == ()


def test_a_workbook_that_breaks_off_keeps_the_rows_before(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", 甲=[("编号", "名称"), *((number, "旗") for number in range(1, 40))])
    rewrite(path, sheet1=('<row r="20">', "<row r=20>"))
    items = list(read_records(path))
    assert [type(item) for item in items] == [Record] * 18 + [Failure]
    assert isinstance(items[-1], Failure)
    assert items[-1].source.row == 20


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"", "cannot be read"), (b"PK\x03\x04 broken", "cannot be read"), (b"\xd0\xcf\x11\xe0....", "protected")],
)
def test_a_file_that_is_no_workbook(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(content)
    with pytest.raises(InputError, match=reason):
        read_records(path)


def test_an_archive_that_is_no_workbook(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "no workbook")
    with pytest.raises(InputError, match="cannot be read as a workbook"):
        read_records(path)
