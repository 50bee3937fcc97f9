"""What a person asks to be imported, and its rows in order."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from biaotu.errors import InputError, UsageError
from biaotu.intake.annotated import annotated_records, without_nul
from biaotu.records import Failure, Notice, Record, RecordStream, Source, read_records, readable
from biaotu.records.photos import PhotoIndex

_MUSEUM_COLUMNS: Final = ("收藏单位", "馆藏单位", "保管单位", "收藏单位名称", "museum")

_LONGEST: Final = 200
"""Longest number or museum in characters; what is longer is a text in the wrong column."""


@dataclass(frozen=True, slots=True)
class ImportRequest:
    """One import, as asked for.

    Attributes:
        file: the list (``.jsonl .json .csv .tsv .xlsx .xlsm``) or a folder of photos.
        images: the folder of the photos; without it that of the list.
        museum: the museum that all records belong to; without it a column such as 收藏单位 says it row by row.
        collection: a name for the records of this import.
        update: whether a row may change the text of a record that the store has.
        sheet: name or number of the XLSX sheet.
        name: what the file is called in the ledger; its own name by default.
        uploaded: whether list and photos came in through the browser: what is told then names no place on this machine
            and no option of a command.
        annotated: whether the file is one that ``biaotu annotate`` wrote and its annotations are taken too.

    Raises:
        InputError: if museum or collection cannot be kept.
    """

    file: Path
    images: Path | None = None
    museum: str = ""
    collection: str = ""
    update: bool = False
    sheet: str | None = None
    name: str = ""
    uploaded: bool = False
    annotated: bool = False

    def __post_init__(self) -> None:
        for part in ("museum", "collection"):
            named = " ".join(getattr(self, part).split())
            if (fault := _fault(named)) is not None:
                raise InputError(f"the {part} {fault}; name it otherwise")
            object.__setattr__(self, part, named)

    @property
    def shown_name(self) -> str:
        """The name that people know the file by."""
        return self.name or readable(self.file.name)

    def museum_of(self, record: Record) -> str:
        """The museum that a record belongs to; empty if neither the call nor the row says."""
        if self.museum:
            return self.museum
        for column in _MUSEUM_COLUMNS:
            value = record.extra.get(column)
            if isinstance(value, str) and value.strip():
                return " ".join(value.split())
        return ""

    def settings(self) -> dict[str, Any]:
        """The options under which an import may be gone on with, plain JSON types."""
        return {
            "images": None if self.images is None else readable(str(self.images.absolute())),
            "museum": self.museum,
            "collection": self.collection,
            "update": self.update,
            "sheet": self.sheet,
            **({"annotated": True} if self.annotated else {}),
        }


@dataclass(frozen=True, slots=True)
class Item:
    """One row of the list: its place in the stream, counted from 0, and what was read there."""

    position: int
    read: Record | Failure


class ItemStream(Iterator[Item]):
    """The rows of a request in order; knows at its end which photos of ``images`` went into none.

    Raises:
        UsageError, InputError: as ``read_records``, when it is made.
    """

    def __init__(self, request: ImportRequest) -> None:
        self._stream: RecordStream = (
            annotated_records(request.file, request.images)
            if request.annotated
            else read_records(request.file, images=request.images, sheet=request.sheet, inside=True)
        )
        self._items: Iterator[Item] = (
            Item(position, _storable(read, request)) for position, read in enumerate(self._stream)
        )
        if request.uploaded:
            self._items = (replace(item, read=_public(item.read, request)) for item in self._items)

    def __next__(self) -> Item:
        return next(self._items)

    def unmatched_photos(self) -> tuple[str, ...]:
        """Photos of the folder that match no row, readable; empty if no folder was named."""
        return tuple(readable(name) for name in self._stream.unmatched_photos())


def fingerprint(path: Path) -> str:
    """SHA-256 of a list; of a folder of photos that of its names, sizes and times.

    Raises:
        UsageError: if it cannot be read.
    """
    try:
        if not path.is_dir():
            with path.open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest()
        found = [(name, (path / name).stat()) for name in PhotoIndex(path, inside=True).names]
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror}); check the name and its permissions") from error
    told = [(readable(name), status.st_size, status.st_mtime_ns) for name, status in found]
    return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()


def _fault(name: str) -> str | None:
    """Why a number or a museum cannot be kept; None if it can."""
    if len(name) > _LONGEST:
        return f"has {len(name)} characters, more than {_LONGEST}"
    if any("\ud800" <= char <= "\udfff" for char in name):
        return "has characters that are no text"
    return None


def _storable(read: Record | Failure, request: ImportRequest) -> Record | Failure:
    """A record as every database takes it: without NUL (offsets stay), number and museum such as an index can hold."""
    if isinstance(read, Failure):
        return read
    for part, value in (("number", read.id), ("museum", request.museum_of(read))):
        if (fault := _fault(value)) is not None:
            return Failure(
                read.source or Source("", None), f"the {part} {fault}; is it in the right column?", read.id[:_LONGEST]
            )
    values = {"id": read.id, "title": read.title, "description": read.description, "extra": dict(read.extra)}
    mended = without_nul(values)
    if mended == values:
        return read
    notice = Notice("text-damaged", "the row has NUL characters, which no database keeps; each became �")
    return replace(read, **mended, notices=(*read.notices, notice))


def _public(read: Record | Failure, request: ImportRequest) -> Record | Failure:
    """A row as it may be told to whoever uploaded it."""
    folder = str(request.images or request.file)
    source = Source(request.shown_name, read.source.row if read.source else None)
    if isinstance(read, Failure):
        return replace(read, source=source, reason=_without_place(read.reason, folder))
    notices = tuple(Notice(notice.code, _without_place(notice.message, folder)) for notice in read.notices)
    return replace(read, source=source, notices=notices)


def _without_place(text: str, folder: str) -> str:
    for told, instead in (
        (f"in {folder}; put it there or name its folder with --images", "among the uploaded photos; upload it too"),
        (f"lies outside of {folder}; copy the photo into that folder", "is a path; upload the photo with the list"),
        (f"{folder}/", ""),
        (folder, "the uploaded photos"),
    ):
        text = text.replace(told, instead)
    return text
