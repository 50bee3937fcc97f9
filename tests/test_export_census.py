"""The census table: the museum's own cells untouched, ours beside them, and everything read back."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from biaotu.export.census import census_csv, census_xlsx, suggestions
from biaotu.export.census.cells import MAX_CELL, fitting
from biaotu.export.exchange import Holding
from biaotu.records import Annotation, Record, read_records
from biaotu.records.gold import unmark
from biaotu.records.interchange.census import ITEMS, SUGGESTION, census_record
from format_samples import MUSEUM, annotated, examples, holding_of

MUSEUMS_OWN = {
    "年代": "中华民国",
    "文物质地": "铁",
    "类别": "武器",
    "实际数量": 1,
    "质量": "0.6千克",
    "文物级别": "三级",
    "来源方式": "接受捐赠",
    "完残程度": "基本完整",
    "保存状态": "状态稳定，不需修复",
    "入藏日期": "1958.10",
    "库位": "=2-3",
    "备注": "柄有裂",
}


def filled() -> Holding:
    return holding_of(replace(annotated()[0], extra=MUSEUMS_OWN))


def rows(workbook: bytes) -> list[dict[str, Any]]:
    sheet = openpyxl.load_workbook(io.BytesIO(workbook)).worksheets[0]
    header, *rest = [[cell.value for cell in row] for row in sheet.iter_rows()]
    return [dict(zip(map(str, header), row, strict=True)) for row in rest]


def read_back(path: Path) -> list[Record]:
    found = list(read_records(path))
    assert all(isinstance(each, Record) for each in found)
    return [each for each in found if isinstance(each, Record)]


def test_the_fourteen_items_stand_first_in_order() -> None:
    names = [item.name for item in ITEMS]
    told = "收藏单位 总登记号 名称 年代 质地 类别 数量 尺寸 质量 级别 来源方式 完残程度 保存状态 入藏时间"
    assert " ".join(names) == told
    table = rows(census_xlsx(examples()))
    assert [*table[0]][:14] == names and len(table) == len(examples())


def test_the_museums_cells_are_untouched_and_ours_stand_beside() -> None:
    (row,) = rows(census_xlsx([filled()]))
    assert [row["质地"], row["类别"], row["数量"], row["入藏时间"]] == ["铁", "武器", "1", "1958.10"]
    assert row["质地" + SUGGESTION] == "有机无机复合或组合（木、铁）"
    assert row["类别" + SUGGESTION] is None, "the same as the museum's is not repeated"
    assert row["尺寸"] is None and row["尺寸" + SUGGESTION] == "长20.5厘米"
    assert row["质量"] == "0.6千克" and row["质量" + SUGGESTION] == "重六百克（0.6千克）"
    assert row["收藏单位"] == MUSEUM
    assert row["库位"] == "=2-3"


def test_formulas_are_text_in_the_workbook_and_defused_in_csv() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(census_xlsx([filled()]))).worksheets[0]
    assert [cell.data_type for cell in sheet[2] if cell.value == "=2-3"] == ["s"]
    text = census_csv([filled()]).decode("utf-8-sig")
    assert next(csv.DictReader(io.StringIO(text)))["库位"] == "'=2-3"


@pytest.mark.parametrize("make", [census_xlsx, census_csv])
def test_every_example_comes_back(make: Any, tmp_path: Path) -> None:
    path = tmp_path / ("a.xlsx" if make is census_xlsx else "a.csv")
    path.write_bytes(make(examples()))
    back = read_back(path)
    assert [(each.id, each.title, each.description, each.images) for each in back] == [
        (each.id, each.title, each.description, each.images) for each in annotated()
    ]


def test_the_items_come_back_known_and_typed(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(census_xlsx([filled()]))
    (record,) = read_back(path)
    census = census_record(record)
    given = census.given
    assert given["质地"].term and given["质地"].term.id == "iron"
    assert given["级别"].term and given["级别"].term.id == "third"
    assert given["来源方式"].term and given["来源方式"].term.zh == "接受捐赠"
    assert given["数量"].number == 1 and given["质量"].number == Decimal("0.6")
    assert given["入藏时间"].date == "1958-10"
    assert given["收藏单位"].text == MUSEUM and given["总登记号"].text == record.id
    assert census.suggested["质地"].startswith("有机无机") and census.unknown == ()
    assert record.extra["库位"] == "=2-3" and record.extra["备注"] == "柄有裂"
    again = replace(annotated()[0], extra=dict(record.extra))
    assert rows(census_xlsx([Holding(again)])) == rows(path.read_bytes())


@pytest.mark.parametrize(
    ("header", "cell", "item", "read"),
    [
        ("文物类别", "珐琅器", "类别", "珐琅"),
        ("类别", "文件 宣传品", "类别", "文件、宣传品"),
        ("级别", "一级文物", "级别", "一级"),
        ("完残程度", "严重残缺", "完残程度", "严重残缺（含缺失部件）"),
        ("藏品质地*", "棉麻纤维", "质地", "棉麻纤维"),
        ("质地", "不知道", "质地", None),
    ],
)
def test_cells_are_looked_up_in_the_tables(header: str, cell: str, item: str, read: str | None) -> None:
    census = census_record(Record("1", extra={header: cell}))
    term = census.given[item].term
    assert (term.zh if term else None) == read and census.given[item].text == cell
    assert census.unknown == (() if read else (item,))


@pytest.mark.parametrize(
    ("cell", "date"),
    [
        ("1958年10月1日", "1958-10-01"),
        ("1958-1-2", "1958-01-02"),
        (1958, "1958"),
        ("1958年", "1958"),
        ("1958年13月", None),
        ("五八年", None),
    ],
)
def test_the_day_of_entry_is_read(cell: object, date: str | None) -> None:
    assert census_record(Record("1", extra={"入藏时间": cell})).given["入藏时间"].date == date


def test_two_columns_for_one_item_lose_neither() -> None:
    annotation = replace(annotated()[0], extra={"质量": "0.6千克", "具体质量": "600克", "入藏时间": ""})
    (row,) = rows(census_xlsx([Holding(annotation)]))
    assert row["质量"] == "0.6千克" and row["具体质量"] == "600克"


def test_every_example_has_suggestions_to_check() -> None:
    found = [suggestions(each) for each in annotated()]
    assert sum(bool(each) for each in found) == len(found) - sum(
        not each.description and not each.title for each in annotated()
    )
    assert found[0]["类别"] == "武器" and found[0]["年代"] == "1970年"


def test_a_long_cell_is_cut_and_says_so() -> None:
    text = fitting("长" * (MAX_CELL + 5))
    assert len(text) == MAX_CELL and text.endswith("已截断）")
    assert fitting("好" * MAX_CELL) == "好" * MAX_CELL and fitting("a\x00b") == "a\ufffdb"


def suggested(title: str, description: str = "") -> dict[str, str]:
    """Suggestions for marked texts."""
    name, in_title = unmark(title)
    text, spans = unmark(description)
    marked = (*(replace(span, field="title") for span in in_title), *spans)
    return suggestions(Annotation("1", name, text, (), (), (), (), (), (), (), marked, "m", "1"))


@pytest.mark.parametrize(
    ("title", "description", "item", "text"),
    [
        ("<时间>民国二十三年</时间>布告", "", "年代", "民国二十三年（1934）"),
        ("<时间>1936年12月</时间>传单", "", "年代", "1936年12月"),
        ("<时间>1926年底</时间>木匾", "", "年代", "1926年底（1926-11/1926-12，推定）"),
        ("“<时间>五月九日</时间>国耻纪念”瓷碗", "", "年代", ""),
        ("怀表", "银壳。<时间>1983年</时间>由姜某之子捐赠。", "年代", ""),
        ("怀表", "姜某<时间>1934年</时间>参加红军。", "年代", ""),
        ("纸币", "<时间>民国三十七年</时间>版。<时间>1949年</时间>发给他。", "年代", "民国三十七年（1948）"),
        ("传单", "<时间>1931年</时间>流散到兴国。", "年代", "1931年"),
        ("铜铃", "<时间>1965年</时间>制，重<重量>九斤半</重量>", "质量", "重九斤半（4.75千克，按市制折算，推定）"),
        ("铜铃", "重<重量>九斤半</重量>", "质量", "重九斤半"),
        ("铜铃", "高<长度>9至12厘米</长度>", "尺寸", "高9至12厘米"),
        ("铜铃", "高<长度>十二厘米</长度>", "尺寸", "高十二厘米（12厘米）"),
        ("手榴弹（<数字>两枚</数字>）", "", "数量", "2枚（两枚）"),
        ("手榴弹<数字>3枚</数字>", "", "数量", "3枚"),
        ("邮票", "全套<数字>20枚</数字>", "数量", "20枚"),
        ("铜铃", "铸铜，共<数字>17件</数字>", "数量", "17件"),
        ("条例", "全文共<数字>14条</数字>", "数量", ""),
        ("日记", "，共<数字>14页</数字>", "数量", ""),
        ("<数字>三人</数字>合影", "有<数字>两枚</数字>纽扣", "数量", ""),
    ],
)
def test_suggestions_have_the_words_and_what_they_mean(title: str, description: str, item: str, text: str) -> None:
    assert suggested(title, description).get(item, "") == text
