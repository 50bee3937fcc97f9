"""The census table as CSV and XLSX.

Columns: the 14 items as the museum gave them, our suggestions for some of them (header ``…（建议，待核）``), then
description, photos and every other column of the museum's, so that the table can be read in again.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font, PatternFill

from biaotu.export.census.cells import fitting, plain
from biaotu.export.census.suggest import suggestions
from biaotu.export.exchange import Holding
from biaotu.export.tables import JOINER, defuse
from biaotu.records import readable
from biaotu.records.interchange.census import ITEMS, SUGGESTION, Given, census_items
from biaotu.taxonomy.crosswalk import STATUS

SHEET: Final = "藏品登记"
SUGGESTED: Final = ("年代", "质地", "类别", "数量", "尺寸", "质量")
"""The items that we have suggestions for."""

_REST: Final = ("描述", "图片")
_NOTES: Final = (
    "本表十四项为馆方所填原文，未作改动。",
    "“（建议，待核）”各列由标图（biaotu）据标注结果给出，须经藏品登记人员核对后方可采用；与馆方所填相同者不再列出。",
    f"文物类别、质地等代码表：{STATUS}（有待登记人员核对）。",
)


def census_csv(holdings: Sequence[Holding]) -> bytes:
    """CSV in UTF-8 with a byte order mark; texts that a spreadsheet would run are defused with an apostrophe."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    header, rows = _table(holdings)
    writer.writerow([defuse(name) for name in header])
    writer.writerows([defuse(cell) for cell in row] for row in rows)
    return ("\ufeff" + buffer.getvalue()).encode("utf-8", "replace")


def census_xlsx(holdings: Sequence[Holding]) -> bytes:
    """A workbook of two sheets: the table, and what the columns of suggestions are."""
    book = Workbook(write_only=True)
    # The stubs know only the common part of openpyxl's two kinds of sheet.
    sheet: Any = book.create_sheet(SHEET)
    sheet.freeze_panes = "D2"
    header, rows = _table(holdings)
    sheet.append([_cell(sheet, name, head=True, ours=name.endswith(SUGGESTION)) for name in header])
    ours = [name.endswith(SUGGESTION) for name in header]
    for row in rows:
        sheet.append([_cell(sheet, value, ours=mark) for value, mark in zip(row, ours, strict=True)])
    notes: Any = book.create_sheet("说明")
    for note in _NOTES:
        notes.append([note])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _table(holdings: Sequence[Holding]) -> tuple[list[str], Iterable[list[Any]]]:
    read = [census_items(each.id, each.annotation.title, each.annotation.extra) for each in holdings]
    used = [_used(given) for given, _ in read]
    ours = {item.name for item in ITEMS} | {name + SUGGESTION for name in SUGGESTED} | set(_REST)
    others: dict[str, None] = {}
    for holding, names in zip(holdings, used, strict=True):
        others.update(dict.fromkeys(name for name in holding.annotation.extra if name not in names | ours))
    header = [item.name for item in ITEMS] + [name + SUGGESTION for name in SUGGESTED] + [*_REST, *others]
    rows = (
        _row(holding, given, [*others], names) for holding, (given, _), names in zip(holdings, read, used, strict=True)
    )
    return header, rows


def _used(given: dict[str, Given]) -> set[str]:
    """The museum's columns that stand in one of the 14."""
    return {each.header for each in given.values() if each.header is not None}


def _row(holding: Holding, given: dict[str, Given], others: list[str], used: set[str]) -> list[Any]:
    annotation = holding.annotation
    items = {name: each.text for name, each in given.items()}
    items.setdefault("收藏单位", holding.museum)
    ours = {name: text for name, text in suggestions(annotation).items() if text != items.get(name)}
    return [
        *(items.get(item.name, "") for item in ITEMS),
        *(ours.get(name, "") for name in SUGGESTED),
        annotation.description,
        JOINER.join(readable(name) for name in annotation.images),
        *("" if name in used else plain(annotation.extra.get(name)) for name in others),
    ]


def _cell(sheet: Any, value: Any, *, head: bool = False, ours: bool = False) -> Any:
    text = isinstance(value, str)
    cell = WriteOnlyCell(sheet, fitting(value) if text else value)
    if text:
        cell.data_type = "s"  # openpyxl would read "=" as a formula; here it is text
    if head:
        cell.font = Font(bold=True)
    if ours:
        cell.fill = PatternFill("solid", fgColor="FFF2CC")
    return cell
