"""XLSX and XLSM: one sheet, streamed; cells as Excel shows them where that matters (numbers, dates, formulas)."""

from __future__ import annotations

import datetime as dt
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing, nullcontext
from itertools import repeat
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from biaotu.errors import InputError, UsageError
from biaotu.records.archive import check_workbook
from biaotu.records.rows import EMBEDDED, Row, failure
from biaotu.records.tables import Line, table_rows
from biaotu.records.types import Failure, Notice

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook

_ZEROS = re.compile(r'(?:"([^"]*)")?(0{2,})(?:"([^"]*)")?(?:_\))?(?:;.*)?')
_ESCAPED = re.compile(r"_x(000[0-9A-Fa-f]|001[0-9A-Fa-f]|005[Ff])_")
_FORMULA = re.compile(rb"<(?:\w+:)?f[ >/]")
# A sheet formatted down to the last row that Excel has says nothing of its records.
_FORMATTED_ROWS: Final = 1_000_000
_LAST_ROW: Final = 1_048_576
"""The last row that a sheet can have."""


def xlsx_rows(path: Path, sheet: str | None = None) -> Iterator[Row | Failure]:
    """Stream the rows of a sheet: the first visible one, or ``sheet`` by its name or its number from 1.

    Raises:
        UsageError: if the file cannot be opened or has no such sheet.
        InputError: if it is no workbook or the sheet has no recognisable header.
    """
    check_workbook(path)
    with closing(_load(path, data_only=True)) as book:
        name = _choose(book, sheet, path)
        others = [other for other in book.sheetnames if other != name]
        where = f" (sheet {name!r}; other sheets, to be named with --sheet: {', '.join(others)})" if others else ""
        yield from table_rows(_lines(path, book, name), file=str(path), where=where)


def count_xlsx(path: Path, sheet: str | None = None) -> int | None:
    """About how many rows a sheet has below its first, by its stated size; None if it states none.

    Raises:
        UsageError, InputError: as ``xlsx_rows``.
    """
    check_workbook(path)
    with closing(_load(path, data_only=True)) as book:
        rows = book[_choose(book, sheet, path)].max_row
    return rows - 1 if rows and 1 < rows < _FORMATTED_ROWS else None


def _load(path: Path, *, data_only: bool) -> Workbook:
    try:
        with path.open("rb") as file:
            magic = file.read(4)
    except OSError as error:
        raise UsageError(f"{path}: cannot be opened ({error.strerror}); check the name and the rights") from error
    if magic == b"\xd0\xcf\x11\xe0":
        raise InputError(
            "is protected by a password or is an old .xls; open it in Excel or WPS and save it as an open .xlsx",
            file=str(path),
        )
    import openpyxl  # slow to load, and every other room imports records

    try:
        with warnings.catch_warnings():
            # openpyxl warns of styles and validations that it does not keep; reading needs none of them.
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(path, read_only=True, data_only=data_only)
    except (
        Exception
    ) as error:  # openpyxl lets KeyError, ValueError, zip and XML errors through, whatever the damage hits
        reason = f"cannot be read as a workbook ({_cause(error)}); open it in Excel or WPS and save it anew as .xlsx"
        raise InputError(reason, file=str(path)) from error
    return book


def _choose(book: Workbook, sheet: str | None, path: Path) -> str:
    names = [worksheet.title for worksheet in book.worksheets]
    if sheet is None:
        visible = [worksheet.title for worksheet in book.worksheets if worksheet.sheet_state == "visible"]
        if not names:
            raise InputError("has no sheet with cells", file=str(path))
        return (visible or names)[0]
    if sheet in names:
        return sheet
    for name in names:
        if name.strip().casefold() == sheet.strip().casefold():
            return name
    if sheet.isdecimal() and 1 <= int(sheet) <= len(names):
        return names[int(sheet) - 1]
    raise UsageError(f"{path}: has no sheet {sheet!r}; its sheets are {', '.join(names)} (or 1 to {len(names)})")


def _lines(path: Path, book: Workbook, name: str) -> Iterator[Line | Failure]:
    """The rows of a sheet from the top, each with the notices that only its cells can tell."""
    formulas, pictures = _contents(path)
    embedded = (_embedded(),) if pictures else ()
    number = 0
    try:
        with closing(_load(path, data_only=False)) if formulas else nullcontext() as second:
            rows = _cells(book, name)
            written = _cells(second, name) if second else repeat(())
            for number, (cells, sources) in enumerate(zip(rows, written, strict=False), 1):
                values = tuple(_plain(cell) for cell in cells)
                yield Line(number, values, (*_cell_notices(cells, sources), *embedded))
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, KeyError, TypeError, ValueError, SyntaxError) as error:
        # SyntaxError is the base of the XML parser's ParseError.
        reason = f"the workbook is damaged from here on ({_cause(error)}); open it in Excel or WPS and save it anew"
        if not number:
            raise InputError(reason, file=str(path)) from error
        yield failure(str(path), number + 1, reason)


def _cells(book: Workbook, name: str) -> Iterator[tuple[Any, ...]]:
    worksheet = book[name]
    worksheet.reset_dimensions()  # some programs state a size that hides rows
    # Gaps are filled with empty rows: a forged number behind the last row of any sheet would fill for hours.
    rows = iter(worksheet.iter_rows(max_row=_LAST_ROW))
    while True:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a date out of range: the cell then is an error, and told as one
            row = next(rows, None)
        if row is None:
            return
        yield tuple(row)


def _plain(cell: Any) -> Any:
    """A cell's value as text, number or boolean; "" if empty or an error; zeros of a format such as 0000 kept."""
    value = cell.value
    if value is None or cell.data_type == "e":
        return ""
    if isinstance(value, str):
        return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), value) if "_x" in value else value
    if isinstance(value, int) and not isinstance(value, bool):
        match = _ZEROS.fullmatch(cell.number_format or "")
        if match and value >= 0:
            return f"{match[1] or ''}{value:0{len(match[2])}d}{match[3] or ''}"
        return value
    if isinstance(value, (bool, float)):
        return value
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        return value.date().isoformat()
    if isinstance(value, (dt.datetime, dt.date, dt.time)):
        return value.isoformat()
    return str(value)


def _cell_notices(cells: tuple[Any, ...], sources: tuple[Any, ...]) -> tuple[Notice, ...]:
    errors = [f"{cell.coordinate} {cell.value}" for cell in cells if cell.data_type == "e"]
    unknown = [
        source.coordinate
        for place, source in enumerate(sources)
        # A formula whose result is an empty text has no value either, but says that it is a text ("str").
        if source.data_type == "f"
        and (place >= len(cells) or (cells[place].value, cells[place].data_type) == (None, "n"))
    ]
    notices: list[Notice] = []
    if errors:
        notices.append(Notice("cell-error", f"the cell holds an error and was read as empty: {', '.join(errors)}"))
    if unknown:
        message = f"the formula has no stored result and was read as empty: {', '.join(unknown)}"
        notices.append(Notice("formula-uncalculated", f"{message}; open the workbook in Excel and save it"))
    return tuple(notices)


def _contents(path: Path) -> tuple[bool, bool]:
    """Whether any sheet holds formulas, and whether the workbook holds pictures."""
    formulas = pictures = False
    try:
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                pictures |= name.startswith("xl/media/")
                if name.startswith("xl/worksheets/") and name.endswith(".xml") and not formulas:
                    with archive.open(name) as part:
                        tail = b""
                        while (chunk := part.read(1 << 20)) and not formulas:
                            formulas = bool(_FORMULA.search(tail + chunk))
                            tail = chunk[-16:]
    except (OSError, zipfile.BadZipFile, EOFError):
        pass  # the reader proper meets the same damage and tells it
    return formulas, pictures


def _embedded() -> Notice:
    return Notice(
        EMBEDDED,
        "the workbook has pictures inside it, which are not read; save them to a folder, named by number (0358-1.jpg), "
        "and name the folder with --images",
    )


def _cause(error: Exception) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
