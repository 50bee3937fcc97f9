"""The dry run as a table for Excel: one sheet of rows, one of photos that are alike, one of photos without a row."""

from __future__ import annotations

import csv
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from biaotu.errors import UsageError
from biaotu.export.tables import JOINER, MAX_ROWS, defuse
from biaotu.intake.planned import DryRun, PlannedRow

SUFFIXES: Final = (".csv", ".xlsx")

OUTCOME_NAMES: Final = {
    "new": "新增",
    "same": "相同",
    "updated": "更新",
    "conflict": "冲突",
    "duplicate": "重号",
    "failed": "失败",
}
"""Outcomes as a museum's registrar reads them."""

_ROW_HEADER: Final = ("行", "编号", "名称", "收藏单位", "结果", "原因", "照片", "缺失照片", "不可用照片", "提示")
_PAIR_HEADER: Final = ("类型", "编号", "照片", "相似编号", "相似照片", "已在库中", "差异位数", "相似照片 SHA-256")


def check_report(path: Path) -> None:
    """See that a report can be written there.

    Raises:
        UsageError: if the suffix is none of ours or the folder is missing.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise UsageError(f"{path}: a report is written as {' or '.join(SUFFIXES)}; name it so")
    if path.is_dir():
        raise UsageError(f"{path}: is a folder; name a file in it")
    if not path.parent.is_dir():
        raise UsageError(f"{path.parent}: there is no such folder; make it first")


def write_report(plan: DryRun, path: Path) -> None:
    """Write a plan as ``.csv`` (the rows, then the pairs of photos) or ``.xlsx`` (a sheet each); replaces the file.

    Raises:
        UsageError: as ``check_report``, or if the file cannot be written; an old one then stays as it was.
    """
    check_report(path)
    write = _write_csv if path.suffix.lower() == ".csv" else _write_xlsx
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.stem}-", suffix=path.suffix, dir=path.parent)
        os.close(handle)
        draft = Path(name)
        try:
            write(plan, draft)
            draft.chmod(0o644)
            draft.replace(path)
        finally:
            with suppress(FileNotFoundError):
                draft.unlink()
    except OSError as error:
        raise UsageError(f"{path}: cannot be written ({error.strerror}); is it open in another program?") from error


def _tables(plan: DryRun) -> Iterator[tuple[str, Sequence[str], Iterator[list[Any]]]]:
    yield "逐行结果", _ROW_HEADER, (_row(row) for row in plan.rows)
    if plan.pairs:
        yield "相似照片", _PAIR_HEADER, _pairs(plan)
    if plan.unmatched:
        yield "未匹配照片", ("照片",), ([name] for name in plan.unmatched)


def _row(row: PlannedRow) -> list[Any]:
    def named(state: str) -> str:
        return JOINER.join(photo.name for photo in row.photos if photo.state == state)

    return [
        row.position + 1 if row.row is None else row.row,
        row.number,
        row.title,
        row.museum,
        OUTCOME_NAMES[row.outcome],
        row.decision.reason,
        named("found"),
        named("missing"),
        named("unreadable"),
        JOINER.join(str(notice) for notice in row.notices),
    ]


def _pairs(plan: DryRun) -> Iterator[list[Any]]:
    for pair in plan.pairs:
        kind = "完全相同" if pair.kind == "identical" else "近似"
        yield [
            kind,
            pair.photo.number,
            pair.photo.name,
            pair.other.number,
            pair.other.name,
            "是" if pair.other.in_store else "否",
            pair.bits,
            pair.other.digest,
        ]


def _write_csv(plan: DryRun, path: Path) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        for place, (_, header, rows) in enumerate(_tables(plan)):
            if place:
                writer.writerow([])
            writer.writerow(header)
            writer.writerows([defuse(cell) for cell in row] for row in rows)


def _write_xlsx(plan: DryRun, path: Path) -> None:
    book = Workbook(write_only=True)
    for name, header, rows in _tables(plan):
        # The stubs know only the common part of openpyxl's two kinds of sheet.
        sheet: Any = book.create_sheet(name)
        sheet.freeze_panes = "A2"
        sheet.append([_head(sheet, cell) for cell in header])
        for place, row in enumerate(rows, 2):
            if place > MAX_ROWS:
                break
            sheet.append([_cell(sheet, cell) for cell in row])
    book.save(path)


def _head(sheet: Any, value: str) -> Any:
    cell = WriteOnlyCell(sheet, value)
    cell.font = Font(bold=True)
    return cell


def _cell(sheet: Any, value: Any) -> Any:
    cell = WriteOnlyCell(sheet, defuse(value))
    if isinstance(value, str):
        cell.data_type = "s"  # openpyxl would read "=" as a formula and "#N/A" as an error; both are text here
    return cell
