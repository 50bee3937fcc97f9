"""What CSV and XLSX have in common: the header is looked for, cells are put under it, empty rows are passed over."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from biaotu.errors import InputError
from biaotu.records.headers import Roles, match_headers
from biaotu.records.rows import Row, failure
from biaotu.records.types import Failure, Notice

HEADER_ROWS: Final = 10
"""A header is looked for in so many rows that hold something; above it stand merged titles and dates of export."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row of cells as a format reader gives it; cells are text, numbers or booleans, empty ones ``""``."""

    number: int
    cells: Sequence[Any]
    notices: tuple[Notice, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether no cell holds anything but white space."""
        return not any(_filled(cell) for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Header:
    """The header row: a name for each column, made unique, empty where nothing stands."""

    number: int
    cells: tuple[str, ...]
    names: tuple[str, ...]
    roles: Roles


def table_rows(lines: Iterable[Line | Failure], *, file: str, where: str = "") -> Iterator[Row | Failure]:
    """Find the header of a table and read the rest under it.

    Args:
        lines: all rows from the top; consumed as a stream.
        file: the file as the user named it.
        where: what to add to the file's name in an error, such as the sheet.

    Raises:
        InputError: if no header is recognised, naming what stands there instead.
    """
    rest = iter(lines)
    top: list[Line | Failure] = []
    while sum(isinstance(line, Line) for line in top) < HEADER_ROWS and (line := next(rest, None)) is not None:
        if isinstance(line, Failure) or not line.empty:
            top.append(line)
    header = find_header([line for line in top if isinstance(line, Line)])
    if header is None:
        raise InputError(_no_header(top) + where, file=file)
    for line in top:
        if isinstance(line, Failure):
            yield line
        elif line.number > header.number:
            yield _row(line, header, file)
    for line in rest:
        if isinstance(line, Failure):
            yield line
        elif not line.empty:
            yield _row(line, header, file)


def find_header(lines: Iterable[Line]) -> Header | None:
    """The row in which most parts of a record are named, the first of equals; None if no row names any."""
    best: Header | None = None
    for line in lines:
        names = _unique([str(cell) for cell in line.cells])
        roles = match_headers(name for name in names if name)
        if roles.count > (best.roles.count if best else 0):
            best = Header(line.number, tuple(str(cell) for cell in line.cells), names, roles)
    return best


def _row(line: Line, header: Header, file: str) -> Row | Failure:
    if [str(cell) for cell in line.cells if _filled(cell)] == [cell for cell in header.cells if _filled(cell)]:
        return failure(file, line.number, "repeats the header row; it is no record, delete it", list(line.cells))
    fields: dict[str, Any] = {}
    surplus: list[str] = []
    for place, cell in enumerate(line.cells):
        name = header.names[place] if place < len(header.names) else ""
        if not name:
            # A column without a header is kept under its number, but only where something stands in it.
            if not _filled(cell):
                continue
            name = _free(f"column {place + 1}", header.names)
            if place >= len(header.names):
                surplus.append(name)
        fields[name] = cell
    for name in header.names[len(line.cells) :]:
        if name:
            fields[name] = ""
    notices = line.notices
    if surplus:
        message = (
            f"the row has {len(line.cells)} cells under {len(header.names)} headers; the rest is kept as "
            f"{', '.join(surplus)}. Look for a separator inside a text that is not in quotation marks"
        )
        notices = (*notices, Notice("row-too-long", message))
    return Row(line.number, fields, notices)


def _unique(cells: Sequence[str]) -> tuple[str, ...]:
    """Headers as they stand, the second of the same name as ``名称 (2)``."""
    names: list[str] = []
    taken = set(cells)
    seen: set[str] = set()
    for cell in cells:
        name = cell if cell.strip() else ""
        count = 1
        while name and (name in seen or (count > 1 and name in taken)):
            count += 1
            name = f"{cell} ({count})"
        seen.add(name)
        names.append(name)
    return tuple(names)


def _free(name: str, names: Sequence[str]) -> str:
    while name in names:
        name += "'"
    return name


def _filled(cell: object) -> bool:
    return bool(cell.strip()) if isinstance(cell, str) else cell is not None


def _no_header(top: Sequence[Line | Failure]) -> str:
    advice = "name the columns 编号, 名称, 描述, 图片 (or id, title, description, images) in one row"
    for line in top:
        if isinstance(line, Line):
            cells = [str(cell).strip()[:30] for cell in line.cells if _filled(cell)]
            shown = " | ".join(cells[:20]) + (" | …" if len(cells) > 20 else "")
            read = f"row {line.number} reads: {shown}"
            return f"no header was recognised in the first {HEADER_ROWS} rows; {read}. Please {advice}"
    return f"holds no rows; please {advice} and put the records below"
