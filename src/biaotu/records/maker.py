"""From a row to a record: parts found by header, values made text, photos looked up, everything odd told by name."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from biaotu.records.gold import unmark
from biaotu.records.headers import Roles, match_headers
from biaotu.records.photos import PhotoIndex, split_suffix
from biaotu.records.rows import EMBEDDED, Row
from biaotu.records.seen import SeenNumbers
from biaotu.records.types import Failure, FieldName, Notice, Record, Source, readable

_SEPARATORS = re.compile(r"([;；|、,，\r\n]+)")
_JOIN_LIMIT: Final = 8
_NO_PHOTO: Final = frozenset(
    {"无", "暂无", "没有", "无图", "无照片", "none", "null", "nan", "n/a", "na", "-", "--", "—", "——", "/", "\\"}
)
_INSIDE_WORKBOOK = re.compile(r"=?(?:_xlfn\.)?DISPIMG\(", re.IGNORECASE)
_SHORTENED = re.compile(r"\d(?:\.\d+)?[eE]\+\d{2}")
"""What a spreadsheet makes of a number of more than 15 digits: 1.32010210001234E+21; the last digits are lost."""
_EXCEL_TEXT = re.compile(r'="(.*)"', re.DOTALL)


class RecordMaker:
    """Makes the records of one file; knows the ids that have gone by.

    Args:
        file: the file as the user named it.
        photos: the photos that names are looked up in.
        by_number: whether photos are matched by number for every row without a photo; else only where no column could
            name any.
        numbers: reads all numbers of the file, called once if there are photos to give to them.
    """

    def __init__(
        self, *, file: Path, photos: PhotoIndex, by_number: bool, numbers: Callable[[], Iterable[str]]
    ) -> None:
        self._file = file
        self._photos = photos
        self._by_number = by_number
        self._numbers = numbers
        self._claimed = False
        self._seen = SeenNumbers()

    def make(self, row: Row) -> Record | Failure:
        """The record of a row, or a failure that says why there is none."""
        source = Source(row.file or str(self._file), row.number)
        roles = match_headers(row.fields)
        notices = list(row.notices)
        number = None
        try:
            number = _number(row.fields, roles)
            title = self._text(row.fields, roles.title, "title", notices)
            description = self._text(row.fields, roles.description, "description", notices)
            images = self._images(row.fields, roles, notices)
        except ValueError as error:
            return Failure(source, str(error), number, _raw(row.fields))
        if not (title.strip() or description.strip() or images):
            reason = "the row has neither a title nor a description nor a photo; fill in one of them"
            detail = "; ".join(str(notice) for notice in notices)
            return Failure(source, f"{reason} ({detail})" if detail else reason, number, _raw(row.fields))
        if images:
            notices = [notice for notice in notices if notice.code != EMBEDDED]
        return Record(
            id=self._identify(number, source, notices),
            title=title,
            description=description,
            images=images,
            image_root=self._photos.root,
            extra={name: value for name, value in row.fields.items() if name not in roles.used},
            source=source,
            notices=tuple(notices),
        )

    def _identify(self, number: str | None, source: Source, notices: list[Notice]) -> str:
        if number is None:
            number = f"{self._file.stem}-{source.row}" if source.row is not None else self._file.stem
            notices.append(Notice("id-missing", f"the row has no number; it is called {number}"))
        if _SHORTENED.fullmatch(number):
            message = f"the number {number} was shortened by a spreadsheet; make its column text and enter it in full"
            notices.append(Notice("id-shortened", message))
        first = self._seen.first(number, source.file if source.row is None else source.row)
        if first is not None:
            place = first if isinstance(first, str) else f"row {first}"
            message = f"the number {number} stands in {place} already; both records are kept"
            notices.append(Notice("id-duplicate", message))
        return number

    def _text(self, fields: Mapping[str, Any], name: str | None, part: FieldName, notices: list[Notice]) -> str:
        text = "" if name is None else as_text(fields[name], name)
        if "\ufffd" in text:
            message = f"the {part} has characters that were lost before or in reading (�); check the source"
            notices.append(Notice("text-damaged", message))
        if "<" not in text:
            return text
        try:
            plain, spans = unmark(text, part)
        except ValueError as error:
            message = f"the {part} has inline marks that break the rules ({error}); they were left in the text"
            notices.append(Notice("marks-unlawful", message))
            return text
        if spans:
            message = f"{len(spans)} inline marks were taken out of the {part}; offsets count the text without them"
            notices.append(Notice("marks-removed", message))
        return plain

    def _images(self, fields: Mapping[str, Any], roles: Roles, notices: list[Notice]) -> tuple[str, ...]:
        images: list[str] = []
        missing: list[str] = []
        for name in (given for column in roles.images for given in self._given(fields[column], column)):
            found = self._photos.find(name)
            if not found and self._photos.refuses(name):
                message = f"“{name}” lies outside of {self._photos.root}; copy the photo into that folder"
                notices.append(Notice("image-outside", message))
                continue
            if not found:
                missing.append(name)
            elif len(found) > 1:
                message = f"“{name}” may be any of {readable(', '.join(found[:5]))}; the first was taken"
                notices.append(Notice("image-guessed", message))
            images.append(found[0] if found else name)
        if len(missing) == len(images) and (self._by_number or not roles.images):
            images.extend(self._numbered(fields, roles, notices))
        notices.extend(Notice("image-missing", self._missing(name)) for name in missing if not self._is_there(name))
        images = list(dict.fromkeys(images))
        self._photos.use(images)
        return tuple(images)

    def _missing(self, name: str) -> str:
        if "://" in name:
            return f"“{name}” is a web address; download the photo and give its path"
        return f"“{name}” was not found in {self._photos.root}; put it there or name its folder with --images"

    def _is_there(self, name: str) -> bool:
        """Whether something stands under the name (a folder, a pipe): what it is the image step tells."""
        return "\0" not in name and os.path.lexists(os.path.join(self._photos.root, name))  # noqa: PTH118

    def _numbered(self, fields: Mapping[str, Any], roles: Roles, notices: list[Notice]) -> tuple[str, ...]:
        if not self._photos.names:
            return ()
        if not self._claimed:
            self._photos.claim(self._numbers())
            self._claimed = True
        for number in row_numbers(fields, roles):
            images = self._photos.of(number)
            if images:
                guessed = [name for name in images if self._photos.differs_in_zeros(name)]
                if guessed:
                    message = (
                        f"{readable(', '.join(guessed))} was taken for number {number}, which differs in leading zeros"
                    )
                    notices.append(Notice("image-guessed", message))
                return images
        return ()

    def _given(self, value: Any, column: str) -> list[str]:
        """The photo names in a cell or a JSON value."""
        if isinstance(value, (list, tuple)):
            return [name for item in value if (name := as_text(item, column).strip())]
        text = as_text(value, column).strip()
        if _INSIDE_WORKBOOK.match(text):
            return []  # WPS puts the photo into the cell; the reader has told so
        if not text or (text.casefold() in _NO_PHOTO and not self._exists(text)):
            return []
        return self._split(text)

    def _split(self, cell: str) -> list[str]:
        """Split a cell at its separators, but never within the name of a photo that exists."""
        if self._exists(cell):
            return [cell]
        pieces = _SEPARATORS.split(cell)
        names: list[str] = []
        start = 0
        while start < len(pieces):
            end = start + 1
            for stop in range(min(start + 2 * _JOIN_LIMIT - 1, len(pieces)), start + 1, -2):
                if self._exists("".join(pieces[start:stop])):
                    end = stop
                    break
            names.extend(self._words("".join(pieces[start:end]).strip()))
            start = end + 1
        return names

    def _words(self, name: str) -> list[str]:
        """``a.jpg b.jpg`` are two names where each has the ending of a picture; else spaces belong to the name."""
        words = name.split()
        if len(words) > 1 and all(split_suffix(word)[1] for word in words) and not self._exists(name):
            return words
        return [name] if name else []

    def _exists(self, name: str) -> bool:
        name = name.strip()
        if not name or "\n" in name:
            return False
        if os.path.isfile(os.path.join(self._photos.root, name)):  # noqa: PTH113, PTH118 - bad names must not raise
            return True
        # The index knows file names alone: a cell of two paths must not pass for the last one of them.
        file_name = name.replace("\\", "/").rsplit("/", 1)[-1]
        return bool(_SEPARATORS.search(file_name)) and bool(self._photos.find(name))


def as_text(value: Any, name: str) -> str:
    """A value as text, kept to the character; numbers as they are written, null as nothing.

    Raises:
        ValueError: if it is a list or an object.
    """
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.15g}"
    if isinstance(value, int):
        return str(value)
    kind = "a list" if isinstance(value, (list, tuple)) else "an object"
    raise ValueError(f"“{name}” holds {kind} where a text is wanted")


def row_numbers(fields: Mapping[str, Any], roles: Roles) -> list[str]:
    """All numbers that a row gives its object, the id first."""
    numbers: list[str] = []
    for name in roles.numbers or ((roles.id,) if roles.id is not None else ()):
        value = fields.get(name)
        if isinstance(value, (str, int, float)) and (text := _bare(as_text(value, name))):
            numbers.append(text)
    return numbers


def _number(fields: Mapping[str, Any], roles: Roles) -> str | None:
    return _bare(as_text(fields[roles.id], roles.id)) or None if roles.id is not None else None


def _bare(number: str) -> str:
    """A number without the white space around it or the ``="0358"`` by which CSV exports keep Excel off the zeros."""
    text = number.strip()
    match = _EXCEL_TEXT.fullmatch(text)
    return match[1].strip() if match else text


def _raw(fields: Mapping[str, Any]) -> dict[str, Any]:
    return dict(fields)
