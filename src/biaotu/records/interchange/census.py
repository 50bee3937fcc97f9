"""The 14 items of the national census among a record's columns: known by their headers, read by their kinds.

``Record.extra`` keeps what the museum gave untouched; what is read here stands beside it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from biaotu.records.headers import plain
from biaotu.records.types import Record
from biaotu.taxonomy import Term, Vocabulary
from biaotu.taxonomy.crosswalk import CENSUS_CLASSES, COMPLETENESS, GRADES, PRESERVATION, SOURCES, TEXTURES

SUGGESTION: Final = "（建议，待核）"
"""Ending of the header of a column that holds our suggestions for an item."""


@dataclass(frozen=True, slots=True)
class Item:
    """One of the 14 items: its name, other headers that mean it, the code table of its values if it has one."""

    name: str
    also: tuple[str, ...] = ()
    table: Vocabulary | None = None


ITEMS: Final = (
    Item("收藏单位", ("收藏单位名称", "单位名称", "收藏机构", "馆藏单位")),
    Item("总登记号", ("藏品总登记号", "文物总登记号", "总登记编号", "藏品编号", "编号")),
    Item("名称", ("藏品名称", "文物名称")),
    Item("年代", ("文物年代", "藏品年代", "具体年代", "年代类型", "时代")),
    Item("质地", ("文物质地", "藏品质地", "质地类别"), TEXTURES),
    Item("类别", ("文物类别", "藏品类别", "分类"), CENSUS_CLASSES),
    Item("数量", ("实际数量", "件数", "传统数量", "藏品数量")),
    Item("尺寸", ("外形尺寸", "具体尺寸", "规格", "藏品尺寸")),
    Item("质量", ("具体质量", "重量", "藏品质量")),
    Item("级别", ("文物级别", "藏品级别", "等级"), GRADES),
    Item("来源方式", ("来源", "藏品来源", "文物来源", "征集方式"), SOURCES),
    Item("完残程度", ("完残状况", "完残", "残损程度"), COMPLETENESS),
    Item("保存状态", ("保存状况",), PRESERVATION),
    Item("入藏时间", ("入藏日期", "入馆时间", "入馆日期", "入藏年份", "入藏时间范围")),
)

_WEIGHT = re.compile(r"(\d+(?:\.\d+)?)\s*(千克|公斤|kg|克|g|吨|t)", re.IGNORECASE)
_KILOGRAMS: Final = {
    "千克": Decimal(1),
    "公斤": Decimal(1),
    "kg": Decimal(1),
    "克": Decimal("0.001"),
    "g": Decimal("0.001"),
    "吨": Decimal(1000),
    "t": Decimal(1000),
}
_COUNT = re.compile(r"(\d+)(?:\.0+)?\s*(?:件|套|件套|件/套|个|枚|张|册|把|支|幅|本|只|双|副|面|份)?")
_DATE = re.compile(r"(\d{4})(?:(?:年|[-./])(?:(\d{1,2})(?:(?:月|[-./])(?:(\d{1,2})日?)?)?)?)?")


@dataclass(frozen=True, slots=True)
class Given:
    """What the museum gave for an item.

    Attributes:
        text: the cell as text, as it stands.
        header: the column's header, None where the item is a part of the record itself.
        term: the code table's entry that it names; None if the item has no table or the text is not in it.
        number: pieces for 数量, kilograms for 质量; None if it is no plain number.
        date: ISO day, month or year for 入藏时间; None if it is none.
    """

    text: str
    header: str | None = None
    term: Term | None = None
    number: Decimal | None = None
    date: str | None = None


@dataclass(frozen=True, slots=True)
class CensusRecord:
    """A record with its census items.

    Attributes:
        record: as it was read, its columns untouched.
        given: item name -> what the museum gave; an empty cell is left out.
        suggested: item name -> what a column of suggestions holds, from an earlier export.
        unknown: items whose text is not in their code table; a registrar should look at them.
    """

    record: Record
    given: Mapping[str, Given]
    suggested: Mapping[str, str]
    unknown: tuple[str, ...]


def census_record(record: Record) -> CensusRecord:
    """Find the census's items among a record's columns and read them."""
    given, suggested = census_items(record.id, record.title, record.extra)
    unknown = tuple(item.name for item in ITEMS if item.table and item.name in given and given[item.name].term is None)
    return CensusRecord(record, given, suggested, unknown)


def census_items(number: str, title: str, extra: Mapping[str, Any]) -> tuple[dict[str, Given], dict[str, str]]:
    """What the museum gave for each item, and what columns of suggestions hold.

    Where several columns mean one item, the one with the item's own name is taken, else the first with a text.
    """
    given: dict[str, Given] = {}
    suggested: dict[str, str] = {}
    for item in ITEMS:
        if item.name == "总登记号":
            given[item.name] = Given(number)
        elif item.name == "名称" and title:
            given[item.name] = Given(title)
        for header in _headers(item, extra):
            text = _text(extra[header])
            if text.strip() and item.name not in given:
                given[item.name] = _read(item, text, header)
        mark = _text(extra.get(item.name + SUGGESTION))
        if mark:
            suggested[item.name] = mark
    return given, suggested


def code(table: Vocabulary, text: str) -> Term | None:
    """The table's entry that a cell names: punctuation and a closing 器 or 级 aside; None if there is none."""
    wanted = _bare(text)
    for term in table:
        names = {_bare(term.zh), _bare(term.zh.partition("（")[0])}
        if wanted and (wanted in names or wanted.removesuffix("器") in names or wanted.removesuffix("文物") in names):
            return term
    return None


def _headers(item: Item, extra: Mapping[str, Any]) -> list[str]:
    """The columns that mean an item, best first."""
    order = {name: place for place, name in enumerate((item.name, *item.also))}
    found = [
        (order[plain(header)], header) for header in extra if not header.endswith(SUGGESTION) and plain(header) in order
    ]
    return [header for _, header in sorted(found, key=lambda entry: entry[0])]


def _read(item: Item, text: str, header: str) -> Given:
    bare = unicodedata.normalize("NFKC", text).strip()
    number: Decimal | None = None
    date: str | None = None
    if item.name == "数量" and (match := _COUNT.fullmatch(bare)):
        number = Decimal(match[1])
    elif item.name == "质量" and (match := _WEIGHT.fullmatch(bare)):
        number = Decimal(match[1]) * _KILOGRAMS[match[2].lower()]
    elif item.name == "入藏时间":
        date = _date(bare)
    return Given(text, header, code(item.table, text) if item.table else None, number, date)


def _date(text: str) -> str | None:
    match = _DATE.fullmatch(text.removesuffix("年") if len(text) == len("1958年") else text)
    if not match:
        return None
    year, month, day = match.groups()
    if (month and not 1 <= int(month) <= 12) or (day and not 1 <= int(day) <= 31):
        return None
    return "-".join([year, *(f"{int(part):02d}" for part in (month, day) if part)])


def _text(value: object) -> str:
    return "" if value is None else value if isinstance(value, str) else str(value)


def _bare(text: str) -> str:
    return re.sub(r"[\s、，,。.;；:：/()\[\]]", "", unicodedata.normalize("NFKC", text))
