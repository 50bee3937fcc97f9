"""CSV and its relatives: encoding and separator found by looking, broken quotation marks mended row by row.

A quotation mark that is never closed makes every CSV reader swallow the rows behind it. Here the lines of a row are
collected one by one; when they make no lawful row, the first is read as it stands and the others are read again.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from biaotu.records.encoding import detect_encoding
from biaotu.records.rows import Row
from biaotu.records.tables import Line, find_header, table_rows
from biaotu.records.types import Failure, Notice

_DELIMITERS: Final = (",", "\t", ";", "，", "|")
_FIELD_LIMIT: Final = 1 << 30
# One row may be long - a text of 50,000 characters in quotation marks - but no row has so many lines or characters.
_ROW_LINES: Final = 2000
_ROW_CHARS: Final = 2_000_000
_SAMPLE_LINES: Final = 60

_BROKEN = Notice(
    "quote-broken",
    "a quotation mark is not closed or stands inside a cell; the line was read as it stands. "
    'Write " inside a quoted cell as ""',
)


def csv_rows(path: Path) -> Iterator[Row | Failure]:
    """Stream the rows of a CSV or TSV file; a row's number is the line on which it begins.

    Raises:
        UsageError: if the file cannot be opened.
        InputError: if it is empty, undecodable or has no recognisable header.
    """
    codec = detect_encoding(path)
    delimiter = _sniff(path, codec)
    with path.open(encoding=codec, errors="replace", newline="") as lines:
        yield from table_rows(csv_lines(lines, delimiter), file=str(path))


def count_csv(path: Path) -> int:
    """How many rows stand below the header; InputError and UsageError as ``csv_rows``."""
    return sum(1 for _ in csv_rows(path))


def csv_lines(lines: Iterable[str], delimiter: str) -> Iterator[Line]:
    """Turn physical lines, line ends included, into rows of cells."""
    csv.field_size_limit(_FIELD_LIMIT)
    source = iter(lines)
    waiting: deque[str] = deque()
    number = 1
    columns = 0
    while True:
        taken = _take(source, waiting, delimiter)
        if not taken:
            return
        cells = _strict(taken, delimiter)
        notices: tuple[Notice, ...] = ()
        if cells is None or _swallowed(taken, delimiter, columns):
            waiting.extendleft(reversed(taken[1:]))
            taken = taken[:1]
            cells = _mend(taken[0], delimiter, columns)
            notices = (_BROKEN,)
        columns = len(cells) if cells and not notices else columns
        yield Line(number, cells, notices)
        number += len(taken)


def _take(source: Iterator[str], waiting: deque[str], delimiter: str) -> list[str]:
    """The physical lines of the next row: on while a quoted cell is open, up to the limits."""
    taken: list[str] = []
    size = 0
    inside = False
    while len(taken) < _ROW_LINES and size < _ROW_CHARS:
        line = waiting.popleft() if waiting else next(source, None)
        if line is None:
            break
        taken.append(line)
        size += len(line)
        inside = _open_after(line, delimiter, inside)
        if not inside:
            break
    return taken


def _open_after(line: str, delimiter: str, inside: bool) -> bool:
    """Whether a quoted cell is open at the end of a line. A mark opens a cell only at its beginning (not in 12")."""
    place = 0
    while True:
        if inside:
            end = line.find('"', place)
            if end < 0:
                return True
            if line[end + 1 : end + 2] == '"':
                place = end + 2
                continue
            inside = False
            place = end + 1
        elif line[place : place + 1] == '"':
            inside = True
            place += 1
            continue
        border = line.find(delimiter, place)
        if border < 0:
            return False
        place = border + 1


def _swallowed(lines: list[str], delimiter: str, columns: int) -> bool:
    """Whether a lawful row of several lines looks like several rows run together: each line has all the cells."""
    return len(lines) > 1 and columns > 1 and all(len(_split(line, delimiter)) == columns for line in lines)


def _split(line: str, delimiter: str) -> list[str]:
    """The cells of one line, quotation marks read as plain characters."""
    return next(csv.reader([line.rstrip("\r\n")], delimiter=delimiter, quoting=csv.QUOTE_NONE), [])


def _strict(lines: list[str], delimiter: str) -> list[str] | None:
    """The cells of a lawful row; None if the lines make none."""
    try:
        rows = list(csv.reader(lines, delimiter=delimiter, strict=True))
    except csv.Error:
        return None
    if not rows:
        return []
    return rows[0] if len(rows) == 1 else None


def _mend(line: str, delimiter: str, columns: int) -> list[str]:
    """Read one unlawful line: every character kept if that gives the right number of cells, else as Excel would."""
    body = line.rstrip("\r\n")
    plain = _split(body, delimiter)
    if len(plain) == columns:
        return plain
    loose = next(csv.reader([body], delimiter=delimiter), [])
    return loose if len(loose) == columns else plain


def _sniff(path: Path, codec: str) -> str:
    """The separator under which the top of the file has the best header, then the most columns."""
    with path.open(encoding=codec, errors="replace", newline="") as lines:
        top = [line for _, line in zip(range(_SAMPLE_LINES), lines, strict=False)]
    order = ("\t", *_DELIMITERS) if path.suffix.lower() in {".tsv", ".tab"} else _DELIMITERS
    best, best_score = order[0], (0, 0)
    for delimiter in order:
        header = find_header(line for line in csv_lines(top, delimiter) if not line.empty)
        if header is None:
            continue
        score = (header.roles.count, len(header.cells))
        if score > best_score:
            best, best_score = delimiter, score
    return best
