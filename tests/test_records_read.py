from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from biaotu.errors import UsageError
from biaotu.records import Failure, Record, count_records, read_records


def photos(root: Path, *names: str) -> Path:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(b"")
    return root


def records(path: Path, **options: Any) -> list[Record]:
    items = list(read_records(path, **options))
    assert all(isinstance(item, Record) for item in items), items
    return [item for item in items if isinstance(item, Record)]


def table(path: Path, *rows: str) -> Path:
    path.write_text("\n".join(rows), encoding="utf-8")
    return path


def codes(record: Record) -> list[str]:
    return [notice.code for notice in record.notices]


def test_photos_by_column(tmp_path: Path) -> None:
    photos(tmp_path, "图/a.jpg", "图/b.JPG", "c,d.jpg", "e.png", "f g.jpg")
    path = table(
        tmp_path / "a.tsv",
        "编号\t图片1\t图片2",
        "1\t图/a.jpg；b.jpg\te",
        "2\tc,d.jpg\t",
        "3\t图/a.jpg, c,d.jpg、e.png|f g.jpg\t",
        "4\ta.jpg e.png\t图/a.jpg",
        r"5" + "\tD:\\老\\A.JPG\t无",
        "6\t没有这张.jpg、e.png\t",
    )
    items = records(path)
    assert [item.images for item in items] == [
        ("图/a.jpg", "图/b.JPG", "e.png"),
        ("c,d.jpg",),
        ("图/a.jpg", "c,d.jpg", "e.png", "f g.jpg"),
        ("图/a.jpg", "e.png"),
        ("图/a.jpg",),
        ("没有这张.jpg", "e.png"),
    ]
    assert [codes(item) for item in items] == [[], [], [], [], [], ["image-missing"]]
    assert str(tmp_path) in items[-1].notices[0].message
    assert all(photo.is_file() for item in items[:-1] for photo in item.image_paths())


def test_photos_by_number_beside_the_table(tmp_path: Path) -> None:
    photos(tmp_path, "照片/0358-2.jpg", "照片/0358-1.jpg", "照片/03581.jpg")
    path = table(tmp_path / "a.csv", "编号,名称", "0358,旗", "0359,灯")
    first, second = records(path)
    assert (first.images, second.images) == (("照片/0358-1.jpg", "照片/0358-2.jpg"), ())
    assert first.image_root == tmp_path


def test_an_empty_cell_of_an_image_column_means_no_photo(tmp_path: Path) -> None:
    photos(tmp_path, "0358.jpg")
    path = table(tmp_path / "a.csv", "编号,名称,图片", "0358,旗,")
    assert records(path)[0].images == ()
    assert records(path, images=tmp_path)[0].images == ("0358.jpg",)


def test_photos_of_a_named_folder_and_what_is_left_over(tmp_path: Path) -> None:
    root = photos(tmp_path / "photos", "甲/0358（1）.jpg", "0360.jpg", "0361.jpg", "x.jpg")
    path = table(tmp_path / "a.csv", "编号,旧编号,名称,图片", "0358,,旗,", "0359,0360,灯,", "0362,,碗,x", "0363,,,")
    stream = read_records(path, images=root)
    items = list(stream)
    assert [getattr(item, "images", None) for item in items] == [("甲/0358（1）.jpg",), (), ("x.jpg",), None]
    assert isinstance(items[-1], Failure)
    assert stream.unmatched_photos() == ("0360.jpg", "0361.jpg")
    assert read_records(path).unmatched_photos() == ()


def test_photos_may_be_named_after_another_number_of_the_row(tmp_path: Path) -> None:
    root = photos(tmp_path / "photos", "B-7-1.jpg")
    path = table(tmp_path / "a.csv", "序号,总登记号,藏品编号,名称", "1,0001,B-7,旗")
    assert records(path, images=root)[0].images == ("B-7-1.jpg",)


def test_photos_found_by_number_where_the_cell_names_none(tmp_path: Path) -> None:
    root = photos(tmp_path / "photos", "0358.jpg")
    (record,) = records(table(tmp_path / "a.csv", "编号,照片", "0358,见附件"), images=root)
    assert (record.images, codes(record)) == (("见附件", "0358.jpg"), ["image-missing"])


def test_zeros_that_excel_dropped(tmp_path: Path) -> None:
    photos(tmp_path / "p", "0358-1.jpg")
    book = openpyxl.Workbook()
    for row in (("编号", "名称"), (358, "旗")):
        book.worksheets[0].append(row)
    book.save(tmp_path / "a.xlsx")
    book.close()
    (record,) = records(tmp_path / "a.xlsx", images=tmp_path / "p")
    assert (record.id, record.images, codes(record)) == ("358", ("0358-1.jpg",), ["image-guessed"])


def test_a_name_that_fits_several_photos_is_told(tmp_path: Path) -> None:
    photos(tmp_path, "甲/1.jpg", "乙/1.jpg")
    (record,) = records(table(tmp_path / "a.csv", "编号,图片", "x,1.jpg"))
    assert (len(record.images), codes(record)) == (1, ["image-guessed"])


def test_photos_in_json(tmp_path: Path) -> None:
    photos(tmp_path, "a,b.jpg", "c.jpg", "7-1.jpg")
    documents = [
        {"id": 1, "images": ["a,b.jpg", "c.jpg"]},
        {"id": 2, "images": "a,b.jpg,c.jpg"},
        {"id": 3, "images": None, "title": "旗"},
        {"id": 4, "images": [{"path": "c.jpg"}], "title": "旗"},
        {"id": 5, "images": 6, "title": "旗"},
        {"id": 7, "title": "旗"},
        {"id": 8, "title": "旗", "images": ["\0", "../x.jpg", "长" * 5000]},
    ]
    path = table(tmp_path / "a.jsonl", *(json.dumps(document) for document in documents))
    items = list(read_records(path))
    assert [getattr(item, "images", None) for item in items] == [
        ("a,b.jpg", "c.jpg"),
        ("a,b.jpg", "c.jpg"),
        (),
        None,
        ("6",),
        ("7-1.jpg",),
        ("\0", "../x.jpg", "长" * 5000),
    ]
    assert count_records(path) == 7


@pytest.mark.parametrize(
    ("name", "options", "reason"),
    [
        ("none.csv", {}, "there is no such file"),
        ("a.docx", {}, r"the format \.docx is not known; hand in \.jsonl"),
        ("a", {}, r"the format \(no suffix\)"),
        ("a.xls", {}, "save it as .xlsx"),
        ("a.csv", {"sheet": "1"}, "has no sheets"),
        ("a.csv", {"images": "none"}, "is no folder"),
        ("p", {"images": "p"}, "is a folder of photos itself"),
    ],
)
def test_wrong_use_is_told_at_the_call(tmp_path: Path, name: str, options: dict[str, str], reason: str) -> None:
    photos(tmp_path, "a.docx", "a", "a.xls", "a.csv", "p/1.jpg")
    images = tmp_path / options["images"] if "images" in options else None
    for function in (read_records, count_records):
        with pytest.raises(UsageError, match=reason):
            function(tmp_path / name, images=images, sheet=options.get("sheet"))


def test_the_same_list_reads_the_same_in_every_format(tmp_path: Path) -> None:
    header, row = ("编号", "名称", "简介", "质地"), ("0358", "红军的马灯", " 高 20 厘米\n", "铁")
    (tmp_path / "a.jsonl").write_text(json.dumps(dict(zip(header, row, strict=True))), encoding="utf-8")
    (tmp_path / "a.csv").write_text(",".join(header) + "\n" + ",".join(f'"{cell}"' for cell in row), encoding="gb18030")
    book = openpyxl.Workbook()
    for cells in (header, row):
        book.worksheets[0].append(cells)
    book.save(tmp_path / "a.xlsx")
    book.close()
    read = [records(tmp_path / f"a.{suffix}")[0] for suffix in ("jsonl", "csv", "xlsx")]
    assert len({(record.id, record.title, record.description, str(record.extra)) for record in read}) == 1
    assert [count_records(tmp_path / f"a.{suffix}") for suffix in ("jsonl", "csv", "xlsx")] == [1, 1, 1]


def test_a_stream_may_be_left_early(tmp_path: Path) -> None:
    path = table(tmp_path / "a.csv", "编号,名称", *(f"{number},旗" for number in range(100)))
    stream = read_records(path)
    assert next(stream)
    del stream  # an open file would warn here, and warnings are errors


@pytest.mark.parametrize("number", ["1.32010210001234E+21", "1E+20", "1.5e+16"])
def test_a_number_that_a_spreadsheet_shortened_is_told(tmp_path: Path, number: str) -> None:
    rows = records(table(tmp_path / "a.csv", "编号,名称", f"{number},旗", "1E5,鼓", "13201021000123456789,枪"))
    assert [codes(record) for record in rows] == [["id-shortened"], [], []]


def test_a_long_number_in_a_workbook_is_told(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (("编号", "名称"), (float(10**21), "旗")):
        book.worksheets[0].append(row)
    book.save(tmp_path / "a.xlsx")
    book.close()
    (record,) = records(tmp_path / "a.xlsx")
    assert codes(record) == ["id-shortened"]
