"""Look into a workbook before it is read: it is an archive of XML, and may unpack to more than memory holds.

Sizes are those that the archive states; Python's reader never unpacks more of a part than that.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from pathlib import Path
from typing import IO, Final

from biaotu.errors import InputError

_MB: Final = 1 << 20
_SHEET: Final = 1024 * _MB
"""A sheet is streamed; a million rows have less."""
_STRINGS: Final = 256 * _MB
"""The texts of all cells, which the reader holds in memory."""
_OTHER: Final = 32 * _MB
"""Styles, relations and the like, which the reader holds in memory as trees."""
_HARMLESS: Final = 4 * _MB
"""A part that unpacks to less is not looked into."""
_LONGEST: Final = _MB
"""Bytes between two tags; a cell has at most 32,767 characters."""
_WIDEST: Final = 100_000
"""Cells of one row; a sheet has 16,384 columns."""
_ROW: Final = re.compile(rb"<(?:\w+:)?/?row[ />]")
_CELL: Final = re.compile(rb"<(?:\w+:)?c[ />]")


def check_workbook(path: Path) -> None:
    """See that a workbook is nothing that fills memory. One that is damaged passes: the reader tells what is wrong.

    Raises:
        InputError: if it would.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            for part in archive.infolist():
                reason = _too_much(archive, part)
                if reason:
                    told = f"{part.filename} inside it {reason}, as no list of records has; it was not read"
                    raise InputError(f"{told}. Copy the rows into a new workbook", file=str(path))
    except (
        OSError,
        zipfile.BadZipFile,
        EOFError,
        ValueError,
        NotImplementedError,
        RuntimeError,
        zlib.error,
        struct.error,
    ):
        return


def _too_much(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> str | None:
    name = part.filename.lower().replace("\\", "/")
    if not name.endswith((".xml", ".rels")):
        return None
    sheet, strings = "/worksheets/" in name, name.endswith("sharedstrings.xml")
    limit = _SHEET if sheet else _STRINGS if strings else _OTHER
    if part.file_size > limit:
        return f"unpacks to {part.file_size // _MB:,} MB; the limit is {limit // _MB:,} MB"
    if part.file_size > _HARMLESS and (sheet or strings):
        with archive.open(part) as stream:
            return _oversized(stream)
    return None


def _oversized(stream: IO[bytes]) -> str | None:
    """What is longer or wider in a part than cells and rows can be."""
    run = cells = 0
    while chunk := stream.read(_MB // 4):
        run = run + len(chunk) if b"<" not in chunk else len(chunk) - chunk.rfind(b"<")
        if run > _LONGEST:
            return "has a text of more than a million characters"
        rows = [found.end() for found in _ROW.finditer(chunk)]
        cells = len(_CELL.findall(chunk, rows[-1])) if rows else cells + len(_CELL.findall(chunk))
        if cells > _WIDEST:
            return "has a row of more cells than a sheet has columns"
    return None
