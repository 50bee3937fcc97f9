"""Gold records: the corpus format with its inline marks, or plain records with judged fields (design, section 2).

An inline mark is ``<类型>文字</类型>``; marks never nest. An empty or missing list means "not judged".
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from biaotu.errors import InputError
from biaotu.records.types import FieldName, Record, Source, Span
from biaotu.taxonomy import ATTRIBUTES, MATERIALS, USES, Vocabulary

_MARK = re.compile(rf"<(/?)({'|'.join(ATTRIBUTES.names)})>")
_FIELDS: tuple[FieldName, FieldName] = ("title", "description")
_KNOWN = {"id", "title", "description", "images", "object", "material", "use", "tags"}


@dataclass(frozen=True, slots=True)
class GoldRecord:
    """A record with what people say of it.

    ``spans`` is None when the attributes were not judged (no text, or a plain record without any mark); ``material``,
    ``use`` and ``tags`` are empty when not judged.
    """

    record: Record
    spans: tuple[Span, ...] | None
    material: tuple[str, ...] = ()
    use: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    object: str = ""


def unmark(text: str, field: FieldName = "description") -> tuple[str, tuple[Span, ...]]:
    """Take the inline marks out of a text.

    Returns:
        The plain text and its spans, with offsets in the plain text.

    Raises:
        ValueError: if a mark opens inside another, closes nothing, is empty or stays open.
    """
    plain: list[str] = []
    spans: list[Span] = []
    opened: tuple[str, int] | None = None
    last = length = 0  # places in the marked and in the plain text
    for match in _MARK.finditer(text):
        piece = text[last : match.start()]
        plain.append(piece)
        length += len(piece)
        last = match.end()
        closing, name = match.groups()
        if not closing:
            if opened:
                raise ValueError(f"<{name}> opens inside <{opened[0]}>")
            opened = (name, length)
            continue
        if opened is None or opened[0] != name:
            raise ValueError(f"</{name}> closes nothing")
        if length == opened[1]:
            raise ValueError(f"<{name}> is empty")
        spans.append(Span(name, piece, field, opened[1], length))  # marks never nest: the piece is the value
        opened = None
    if opened:
        raise ValueError(f"<{opened[0]}> is not closed")
    plain.append(text[last:])
    return "".join(plain), tuple(spans)


def mark(text: str, spans: tuple[Span, ...]) -> str:
    """Write spans of one text back as inline marks; the inverse of ``unmark``."""
    out: list[str] = []
    last = 0
    for span in sorted(spans, key=lambda span: span.start):
        out.append(f"{text[last : span.start]}<{span.type}>{text[span.start : span.end]}</{span.type}>")
        last = span.end
    out.append(text[last:])
    return "".join(out)


def parse_gold(document: Mapping[str, Any], *, root: Path, source: Source) -> GoldRecord:
    """Make a gold record of one JSON object; ``root`` is the folder its images are relative to.

    Raises:
        InputError: if the marks are unlawful or a label is no class, naming file and row.
    """
    plain: dict[str, str] = {}
    spans: list[Span] = []
    try:
        for field in _FIELDS:
            plain[field], found = unmark(str(document.get(field) or ""), field)
            spans.extend(found)
        material = _classes(document.get("material"), MATERIALS)
        use = _classes(document.get("use"), USES)
    except ValueError as error:
        raise InputError(str(error), file=source.file, row=source.row) from error
    record = Record(
        id=str(document.get("id") or f"row-{source.row}"),
        title=plain["title"],
        description=plain["description"],
        images=_texts(document.get("images")),
        image_root=root,
        extra={key: value for key, value in document.items() if key not in _KNOWN},
        source=source,
    )
    return GoldRecord(
        record=record,
        spans=tuple(spans) if spans else None,
        material=material,
        use=use,
        tags=_texts(document.get("tags")),
        object=str(document.get("object") or ""),
    )


def read_gold(path: Path) -> Iterator[GoldRecord]:
    """Stream the gold records of a JSON Lines file.

    Raises:
        InputError: at the first line that is no JSON object or breaks the format; a yardstick has no holes.
    """
    try:
        with path.open(encoding="utf-8-sig") as lines:
            for row, line in enumerate(lines, 1):
                if line.strip():
                    yield read_gold_line(line, path, row)
    except OSError as error:
        raise InputError(f"cannot be read ({error.strerror})", file=str(path)) from error
    except UnicodeDecodeError as error:
        raise InputError(f"is not UTF-8 ({error.reason} at byte {error.start} of a block)", file=str(path)) from error


def read_gold_line(line: str, path: Path, row: int) -> GoldRecord:
    """The gold record of one line of a file.

    Raises:
        InputError: as ``read_gold``, naming file and row.
    """
    return parse_gold(_object(line, path, row), root=path.parent, source=Source(str(path), row))


def _object(line: str, path: Path, row: int) -> dict[str, Any]:
    try:
        document = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise InputError(f"not valid JSON ({error})", file=str(path), row=row) from error
    if not isinstance(document, dict):
        raise InputError("not a JSON object", file=str(path), row=row)
    return document


def _texts(value: object) -> tuple[str, ...]:
    """A list of texts, or one text as a list of one; nothing as none."""
    if not value:
        return ()
    return tuple(str(item) for item in value) if isinstance(value, (list, tuple)) else (str(value),)


def _classes(value: object, vocabulary: Vocabulary) -> tuple[str, ...]:
    names = _texts(value)
    for name in names:
        if name not in vocabulary:
            raise ValueError(f"{vocabulary.name} {name!r} is no class; the classes are {' '.join(vocabulary.names)}")
    return names
