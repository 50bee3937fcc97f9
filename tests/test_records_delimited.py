from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biaotu.errors import InputError
from biaotu.records import Failure, Record, read_records
from biaotu.records.delimited import count_csv, csv_lines, csv_rows
from biaotu.records.rows import Row

CELL = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


def read(path: Path, content: str | bytes) -> list[Record | Failure]:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return list(read_records(path))


def records(path: Path, content: str | bytes) -> list[Record]:
    items = read(path, content)
    assert all(isinstance(item, Record) for item in items), items
    return [item for item in items if isinstance(item, Record)]


@given(
    st.lists(st.tuples(CELL, CELL, CELL), max_size=4),
    st.sampled_from([",", ";", "\t"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_text_is_kept_to_the_character(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str, str]], delimiter: str, codec: str
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.csv"
    with path.open("w", encoding=codec, newline="") as file:
        writer = csv.writer(file, delimiter=delimiter, quoting=csv.QUOTE_ALL)
        writer.writerows([("编号", "名称", "备注"), *rows])
    read_back = [tuple(row.fields.values()) for row in csv_rows(path) if isinstance(row, Row)]
    assert read_back == [row for row in rows if any(cell.strip() for cell in row)]


@given(st.text(st.sampled_from('"a,\n 字'), max_size=40))
def test_no_character_of_a_broken_file_is_lost(text: str) -> None:
    lines = list(csv_lines(io.StringIO(text, newline=""), ","))
    held = "".join(cell for line in lines for cell in line.cells)
    assert held.count("a") == text.count("a")
    assert held.count("字") == text.count("字")
    numbers = [line.number for line in lines]
    assert numbers == sorted(set(numbers))


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_encodings_and_separators(tmp_path: Path, codec: str, delimiter: str) -> None:
    content = delimiter.join(["总登记号", "名称", "简介", "质地"]) + "\r\n"
    content += delimiter.join(["0358", "红军的马灯", '"铁皮，""甲""字"', "铁"]) + "\r\n"
    (record,) = records(tmp_path / "a.csv", content.encode(codec))
    assert (record.id, record.title, record.description) == ("0358", "红军的马灯", '铁皮，"甲"字')
    assert record.extra == {"质地": "铁"}


def test_rows_are_numbered_as_an_editor_shows_them(tmp_path: Path) -> None:
    content = '革命文物一览表,,\n\n编号,名称,简介\n1,旗,"上\n下"\n,,\n2,灯,铁\n'
    path = tmp_path / "a.csv"
    first, second = records(path, content)
    assert (first.description, first.source and first.source.row) == ("上\n下", 4)
    assert (second.title, second.source and second.source.row) == ("灯", 7)
    assert count_csv(path) == 2


def test_an_open_quotation_mark_does_not_swallow_the_rows_behind_it(tmp_path: Path) -> None:
    content = '编号,名称,简介\n1,"旗,布\n2,灯,铁\n3,"碗",瓷\n4,枪,"长12"" 的"\n5,"刀,钢\n'
    items = records(tmp_path / "a.csv", content)
    assert [(item.id, item.title, item.description) for item in items] == [
        ("1", '"旗', "布"),
        ("2", "灯", "铁"),
        ("3", "碗", "瓷"),
        ("4", "枪", '长12" 的'),
        ("5", '"刀', "钢"),
    ]
    assert [[notice.code for notice in item.notices] for item in items] == [
        ["quote-broken"],
        [],
        [],
        [],
        ["quote-broken"],
    ]


def test_rows_run_together_by_two_open_marks_are_taken_apart(tmp_path: Path) -> None:
    items = records(tmp_path / "a.csv", '编号,名称,简介\n1,旗,"布\n2,灯,铁"\n3,碗,瓷\n')
    assert [item.id for item in items] == ["1", "2", "3"]


def test_a_mark_inside_a_cell_is_text(tmp_path: Path) -> None:
    inch, quoted = records(tmp_path / "a.csv", '编号,名称\n1,12" 炮\n2,"红军"布告\n')
    assert (inch.title, inch.notices) == ('12" 炮', ())
    assert (quoted.title, [notice.code for notice in quoted.notices]) == ('"红军"布告', ["quote-broken"])


def test_cells_beyond_the_header_are_kept_and_told(tmp_path: Path) -> None:
    long, short = records(tmp_path / "a.csv", "编号,名称,,名称,备注\n1,旗,a,b,c,d\n2,灯\n")
    assert long.extra == {"column 3": "a", "名称 (2)": "b", "备注": "c", "column 6": "d"}
    assert [notice.code for notice in long.notices] == ["row-too-long"]
    assert (short.title, short.extra, short.notices) == ("灯", {"名称 (2)": "", "备注": ""}, ())


def test_a_repeated_header_is_no_record(tmp_path: Path) -> None:
    items = read(tmp_path / "a.csv", "编号,名称\n1,旗\n编号,名称\n2,灯\n")
    assert [type(item) for item in items] == [Record, Failure, Record]


def test_numbers_written_for_excel(tmp_path: Path) -> None:
    first, second = records(tmp_path / "a.csv", '编号,名称\n="0358",旗\n\t0359 ,灯\n')
    assert (first.id, second.id) == ("0358", "0359")


def test_a_row_without_words_is_told(tmp_path: Path) -> None:
    (item,) = read(tmp_path / "a.csv", "编号,名称,备注\n7, ,只有备注\n")
    assert isinstance(item, Failure)
    assert (item.id, item.source.row) == ("7", 2)
    assert item.raw == {"编号": "7", "名称": " ", "备注": "只有备注"}


def test_hostile_cells(tmp_path: Path) -> None:
    long, control = records(tmp_path / "a.csv", "编号,简介\n1," + "弹" * 200_000 + "\n2,a\x00\x1b\u2028b\n")
    assert len(long.description) == 200_000
    assert control.description == "a\x00\x1b\u2028b"


def test_bytes_that_were_cut_are_told(tmp_path: Path) -> None:
    content = "编号,名称\n1,红军战士用过的马灯\n2,".encode() + "旗".encode()[:2] + "\n3,碗\n".encode()
    items = records(tmp_path / "a.csv", content)
    assert [item.title for item in items] == ["红军战士用过的马灯", "\ufffd", "碗"]
    assert [notice.code for notice in items[1].notices] == ["text-damaged"]


def test_a_table_without_a_header_says_what_it_found(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"a\.csv: no header was recognised .* row 1 reads: 年代 \| 质地"):
        read(tmp_path / "a.csv", "年代,质地\n1935,铁\n")
    with pytest.raises(InputError, match="holds no rows"):
        read(tmp_path / "a.csv", "\n,,\n")


def test_a_header_alone_is_an_empty_list(tmp_path: Path) -> None:
    assert records(tmp_path / "a.tsv", "编号\t名称\n") == []


def test_duplicates_and_missing_numbers_are_told(tmp_path: Path) -> None:
    items = records(tmp_path / "藏品.csv", "编号,名称\n1,旗\n1,灯\n,碗\n")
    assert [item.id for item in items] == ["1", "1", "藏品-4"]
    assert [[notice.code for notice in item.notices] for item in items] == [[], ["id-duplicate"], ["id-missing"]]
    assert "row 2" in items[1].notices[0].message
