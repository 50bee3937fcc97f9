"""CSV and XLSX: one row a record, Chinese headers, safe to open in Excel.

A cell that a spreadsheet would run as a formula is defused with a leading apostrophe; what XML forbids becomes U+FFFD;
a cell over Excel's limit is cut, with a notice in the cell and in the warnings column.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final, Self

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from biaotu.export.writers import Entry, Overview
from biaotu.records import Annotation, Label
from biaotu.taxonomy import ATTRIBUTES

JOINER: Final = "；"
MAX_CELL: Final = 32_767
"""Excel's limit for one cell, in UTF-16 units."""
MAX_ROWS: Final = 1_048_576
"""Excel's limit for one sheet; more records go on in the next sheet."""

NORMALISED_NAMES: Final = ("时间", "时长", "长度", "重量", "货币", "数字", "颜色", "材质", "形状", "型号")
"""The attributes that have normalised values; the same as ``biaotu.normal.NORMALISED``."""

_CUT: Final = "……（超出单元格上限，已截断；全文见 JSON Lines 输出）"
_DOUBTFUL: Final = "（存疑）"
_OTHER: Final = "其他字段"
_FORMULA = re.compile(r"[\t\r\n]|\s*[=+\-@＝＋－＠]")
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_WARNINGS: Final = "提示"

Column = tuple[str, int, Callable[[Annotation], Any]]
"""Header, width in characters, and how to read the cell off an annotation."""


def _values(name: str) -> Callable[[Annotation], str]:
    """The values of an attribute in the museum's own text; those on the photos have a column of their own."""
    return lambda annotation: JOINER.join(
        dict.fromkeys(span.value for span in annotation.attributes if span.type == name and span.field != "ocr")
    )


def _normals(name: str) -> Callable[[Annotation], str]:
    """The normalised values of an attribute; the room is imported with the first row, for it is slow to load."""

    def cell(annotation: Annotation) -> str:
        from biaotu.normal import short

        pairs = zip(annotation.attributes, annotation.normals, strict=False)
        told = ((span, one) for span, one in pairs if span.field != "ocr")
        return JOINER.join(dict.fromkeys(short(one) for span, one in told if one and span.type == name))

    return cell


def label_names(labels: Iterable[Label]) -> str:
    """The accepted labels; the best one, marked as doubtful, when none was accepted."""
    ordered = sorted(labels, key=lambda label: -label.confidence)
    accepted = [label.name for label in ordered if label.accepted]
    return JOINER.join(accepted) if accepted else "".join(label.name + _DOUBTFUL for label in ordered[:1])


def _inscribed_values(annotation: Annotation) -> str:
    """The values of the words on the photos, each with its attribute; what a line break parts is one."""
    found = (span for span in annotation.attributes if span.field == "ocr")
    return JOINER.join(dict.fromkeys(f"{span.type}：{''.join(span.value.splitlines())}" for span in found))


COLUMNS: Final[tuple[Column, ...]] = (
    ("编号", 16, lambda annotation: annotation.id),
    ("名称", 28, lambda annotation: annotation.title),
    ("描述", 60, lambda annotation: annotation.description),
    ("图片", 18, lambda annotation: JOINER.join(annotation.images)),
    ("材质标签", 14, lambda annotation: label_names(annotation.material)),
    ("用途标签", 14, lambda annotation: label_names(annotation.use)),
    ("图文对标签", 24, lambda annotation: JOINER.join(tag.tag for tag in annotation.primary)),
    ("次要标签", 24, lambda annotation: JOINER.join(tag.tag for tag in annotation.secondary)),
    ("文本标签", 24, lambda annotation: JOINER.join(tag.tag for tag in annotation.text_tags)),
    *((name, 16, _values(name)) for name in ATTRIBUTES.names),
    *((f"{name}（规范值）", 16, _normals(name)) for name in NORMALISED_NAMES),
    (_WARNINGS, 30, lambda annotation: JOINER.join(str(notice) for notice in annotation.warnings)),
    ("模型", 18, lambda annotation: f"{annotation.model_name} {annotation.model_version}".strip()),
)
INSCRIBED_COLUMNS: Final[tuple[Column, ...]] = (
    ("图片文字", 40, lambda annotation: annotation.text("ocr")),
    ("图片文字属性", 24, _inscribed_values),
)
"""Behind ``COLUMNS`` where words on photos were looked for."""
_WARNINGS_AT: Final = next(place for place, column in enumerate(COLUMNS) if column[0] == _WARNINGS)


def columns(overview: Overview) -> tuple[Column, ...]:
    """Our own columns: two more where words on photos were looked for."""
    return COLUMNS + INSCRIBED_COLUMNS if overview.inscribed else COLUMNS


def header(overview: Overview) -> list[str]:
    """The header row: our columns, then the users' own; one of theirs that bears a name of ours is marked."""
    ours = [column[0] for column in columns(overview)]
    names = [str(name) for name in overview.extra_columns] + ([_OTHER] if overview.more_extra else [])
    return ours + [f"{name}（原表）" if name in ours else name for name in names]


def row(annotation: Annotation, overview: Overview) -> list[Any]:
    """The cells of one annotation, in the order of ``header``, defused and no longer than Excel takes."""
    cells = [column[2](annotation) for column in columns(overview)]
    cells += [_extra(annotation.extra.get(name)) for name in overview.extra_columns]
    if overview.more_extra:
        known = set(overview.extra_columns)
        rest = {key: value for key, value in annotation.extra.items() if key not in known}
        cells.append(_extra(rest) if rest else "")
    long = [place for place, cell in enumerate(cells) if isinstance(cell, str) and _units(cell) > MAX_CELL]
    if long:
        names = "、".join(header(overview)[place] for place in long)
        said = [cells[_WARNINGS_AT]] if cells[_WARNINGS_AT] else []
        cells[_WARNINGS_AT] = JOINER.join([*said, f"cell-cut: {names} 超出单元格上限，已截断"])
    return [defuse(cell) for cell in cells]


def defuse(cell: Any) -> Any:
    """A cell that no spreadsheet runs as a formula, refuses or spills; numbers and truth values stay as they are."""
    if not isinstance(cell, str):
        return cell
    text = _ILLEGAL.sub("\ufffd", cell)
    if _FORMULA.match(text):
        text = "'" + text
    if _units(text) > MAX_CELL:
        room = MAX_CELL - len(_CUT)
        text = text.encode("utf-16-le")[: 2 * room].decode("utf-16-le", errors="ignore") + _CUT
    return text


class CsvWriter:
    """CSV in UTF-8 with a byte order mark, without which Excel takes Chinese for another code page."""

    def __init__(self, path: Path, overview: Overview) -> None:
        self._overview = overview
        self._file = path.open("w", encoding="utf-8-sig", newline="")
        self._csv = csv.writer(self._file)
        self._csv.writerow([defuse(name) for name in header(overview)])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self._file.close()

    def write(self, entry: Entry) -> None:
        """Write one row."""
        self._csv.writerow(row(entry.annotation, self._overview))


class XlsxWriter:
    """XLSX, written row by row to a temporary file by openpyxl, so memory stays flat."""

    def __init__(self, path: Path, overview: Overview) -> None:
        self._path = path
        self._overview = overview
        self._header = [defuse(name) for name in header(overview)]
        self._book = Workbook(write_only=True)
        self._sheet: Any = None
        self._rows = 0
        self._wrap = Alignment(wrap_text=True, vertical="top")
        self._new_sheet()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, *exc: object) -> None:
        self._sheet.auto_filter.ref = f"A1:{get_column_letter(len(self._header))}{self._rows}"
        if kind is None:
            self._book.save(self._path)
        else:
            self._sheet.close()

    def write(self, entry: Entry) -> None:
        """Write one row."""
        if self._rows == MAX_ROWS:
            self._sheet.auto_filter.ref = f"A1:{get_column_letter(len(self._header))}{self._rows}"
            self._new_sheet()
        self._sheet.append([self._cell(value) for value in row(entry.annotation, self._overview)])
        self._rows += 1

    def _new_sheet(self) -> None:
        number = len(self._book.worksheets) + 1
        # The stubs know only the common part of openpyxl's two kinds of sheet.
        sheet: Any = self._book.create_sheet("标注结果" if number == 1 else f"标注结果 {number}")
        self._sheet = sheet
        ours = [column[1] for column in columns(self._overview)]
        widths = ours + [16] * (len(self._header) - len(ours))
        for place, width in enumerate(widths, 1):
            sheet.column_dimensions[get_column_letter(place)].width = width
        sheet.freeze_panes = "C2"
        sheet.append([self._head(name) for name in self._header])
        self._rows = 1

    def _head(self, name: str) -> Cell:
        cell = self._cell(name)
        cell.font = Font(bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", fgColor="8C1C13")
        cell.alignment = Alignment(vertical="center")
        return cell

    def _cell(self, value: Any) -> Cell:
        cell: Cell = WriteOnlyCell(self._sheet, value)
        if isinstance(value, str):
            # openpyxl reads "#N/A" as an error and would read "=" as a formula; both are text here.
            cell.data_type = "s"
            cell.alignment = self._wrap
        return cell


def _units(text: str) -> int:
    """Length in UTF-16 units, as Excel counts."""
    return len(text) + sum(char > "\uffff" for char in text)


def _extra(value: Any) -> Any:
    """A user's own value as a cell: numbers and truth values as such, lists joined, the rest as JSON or text."""
    if value is None:
        return ""
    if isinstance(value, bool) or (isinstance(value, (int, float)) and abs(value) < 1e15):
        return value
    if isinstance(value, (list, tuple)) and all(isinstance(part, str) for part in value):
        return JOINER.join(value)
    if isinstance(value, (dict, list, tuple)):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)
