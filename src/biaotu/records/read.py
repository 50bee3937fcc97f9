"""The door: any list of relics - JSON Lines, CSV, XLSX, Parquet, a folder of photos - as one stream of records."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Final

from biaotu.errors import UsageError
from biaotu.records.delimited import count_csv, csv_rows
from biaotu.records.folder import folder_rows
from biaotu.records.headers import match_headers
from biaotu.records.jsonl import count_json, json_rows
from biaotu.records.maker import RecordMaker, row_numbers
from biaotu.records.parquet import check_parquet, count_parquet, parquet_rows
from biaotu.records.photos import PhotoIndex
from biaotu.records.rows import Row
from biaotu.records.types import Failure, Record
from biaotu.records.workbook import count_xlsx, xlsx_rows

_JSON: Final = frozenset({".jsonl", ".ndjson", ".json"})
_CSV: Final = frozenset({".csv", ".tsv", ".tab", ".txt"})
_XLSX: Final = frozenset({".xlsx", ".xlsm"})
_PARQUET: Final = frozenset({".parquet"})
_KNOWN: Final = ".jsonl .ndjson .json .csv .tsv .xlsx .xlsm .parquet or a folder of photos"
_OTHER_SHEETS: Final = frozenset({".xls", ".et", ".ods", ".xlsb", ".numbers"})
# Beside a table lie its photos, rarely deeper; a table on a desktop must not have the whole disk listed.
_DEPTH_BESIDE_TABLE: Final = 3


class RecordStream(Iterator[Record | Failure]):
    """An iterator over the records of one input that also knows which photos were left over."""

    def __init__(self, items: Iterator[Record | Failure], photos: PhotoIndex | None) -> None:
        self._items = items
        self._photos = photos

    def __next__(self) -> Record | Failure:
        return next(self._items)

    def unmatched_photos(self) -> tuple[str, ...]:
        """The photos of ``images=`` that went into no record so far, so all left over once the stream is at its end.

        Relative to that folder, in natural order; empty if no folder was named.
        """
        return self._photos.unmatched() if self._photos else ()


def read_records(
    path: Path, *, images: Path | None = None, sheet: str | None = None, inside: bool = False
) -> RecordStream:
    """Read a list of relics as a stream; whole-file problems are raised at the call, not at the first record.

    Args:
        path: a ``.jsonl``, ``.json``, ``.csv``, ``.tsv``, ``.xlsx``, ``.xlsm`` or ``.parquet`` file, or a folder of
            photos.
        images: the folder of the photos; without it names are relative to the file's own folder.
        sheet: name of the XLSX sheet, or its number from 1; the first visible one without it.
        inside: take no photo from outside of the folder of the photos, for lists of strangers; a name that leads out
            becomes the notice ``image-outside``.

    Returns:
        Records, and a ``Failure`` in the place of each row that could not become one.

    Raises:
        UsageError: if there is no such file, folder, sheet or format.
        InputError: if the file is damaged, undecodable or has no header that we know.
    """
    path = Path(path)
    images = None if images is None else Path(images)
    _check(path, images, sheet)
    if path.is_dir():
        photos = PhotoIndex(path, inside=inside)
        rows: Iterable[Row | Failure] = folder_rows(photos, path)
    else:
        photos = PhotoIndex(
            path.parent if images is None else images,
            depth=_DEPTH_BESIDE_TABLE if images is None else None,
            inside=inside,
        )
        rows = _rows(path, sheet)
    maker = RecordMaker(
        file=path, photos=photos, by_number=images is not None, numbers=lambda: _all_numbers(_rows(path, sheet))
    )
    items = _made(rows, maker)
    first = next(items, None)
    stream = iter(()) if first is None else chain((first,), items)
    return RecordStream(stream, photos if images is not None else None)


def count_records(path: Path, *, images: Path | None = None, sheet: str | None = None) -> int | None:
    """About how many records an input holds, cheaply, for a progress bar; None if it cannot be told.

    Raises:
        UsageError, InputError: as ``read_records``.
    """
    path = Path(path)
    _check(path, images, sheet)
    if path.is_dir():
        return sum(1 for _ in folder_rows(PhotoIndex(path), path))
    suffix = path.suffix.lower()
    if suffix in _XLSX:
        return count_xlsx(path, sheet)
    if suffix in _PARQUET:
        return count_parquet(path)
    return count_json(path) if suffix in _JSON else count_csv(path)


def _check(path: Path, images: Path | None, sheet: str | None) -> None:
    suffix = path.suffix.lower()
    if not path.exists():
        raise UsageError(f"{path}: there is no such file or folder; check the name")
    if images is not None and not images.is_dir():
        raise UsageError(f"{images}: is no folder; --images names the folder that holds the photos")
    if path.is_dir():
        if images is not None:
            raise UsageError(f"{path}: is a folder of photos itself; --images goes with a list of records")
    elif suffix in _OTHER_SHEETS:
        raise UsageError(f"{path}: {suffix} is not read; open it in Excel or WPS and save it as .xlsx or as CSV UTF-8")
    elif suffix not in _JSON | _CSV | _XLSX | _PARQUET:
        raise UsageError(f"{path}: the format {suffix or '(no suffix)'} is not known; hand in {_KNOWN}")
    if suffix in _PARQUET and not path.is_dir():
        check_parquet(path)
    if sheet is not None and suffix not in _XLSX:
        raise UsageError(f"{path}: has no sheets; --sheet goes with .xlsx and .xlsm")


def _rows(path: Path, sheet: str | None) -> Iterator[Row | Failure]:
    suffix = path.suffix.lower()
    if suffix in _XLSX:
        return xlsx_rows(path, sheet)
    if suffix in _PARQUET:
        return parquet_rows(path)
    return json_rows(path) if suffix in _JSON else csv_rows(path)


def _made(rows: Iterable[Row | Failure], maker: RecordMaker) -> Generator[Record | Failure]:
    for row in rows:
        yield row if isinstance(row, Failure) else maker.make(row)


def _all_numbers(rows: Iterable[Row | Failure]) -> Iterator[str]:
    for row in rows:
        if isinstance(row, Row):
            yield from row_numbers(row.fields, match_headers(row.fields))
