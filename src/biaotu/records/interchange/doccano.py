"""doccano's JSON Lines: ``text`` with ``label`` (or ``labels``, ``entities``) as gold records.

doccano keeps one text a line. Its browser part counts UTF-16 units unless a project counts graphemes, so that is what
offsets are taken for; ``units`` says otherwise.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from biaotu.errors import InputError
from biaotu.records.gold import GoldRecord
from biaotu.records.headers import match_headers
from biaotu.records.interchange.golden import gold, kind_of, names_of, source, span, text_of
from biaotu.records.interchange.offsets import Units, to_code_points
from biaotu.records.types import Record, Span

_LABELS = ("label", "labels", "entities")
_OWN = frozenset({"id", "text", "data", "cats", "relations", "Comments", *_LABELS})


def read_doccano(path: Path, units: Units = "utf-16") -> Iterator[GoldRecord]:
    """Stream the lines; each text is a record's description, a title may stand in a column of its own.

    Raises:
        InputError: if a line is no such object, a label is no attribute, an offset lies outside of the text or values
            overlap; names the row.
    """
    try:
        with path.open(encoding="utf-8-sig") as lines:
            for row, line in enumerate(lines, 1):
                if line.strip():
                    try:
                        yield _line(json.loads(line), path, row, units)
                    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
                        reason = str(error) if isinstance(error, ValueError) else f"is no doccano line ({error!r})"
                        raise InputError(reason, file=str(path), row=row) from error
    except OSError as error:
        raise InputError(f"cannot be read ({error.strerror})", file=str(path)) from error
    except UnicodeDecodeError as error:
        raise InputError(f"is not UTF-8 ({error.reason})", file=str(path)) from error


def _line(line: Mapping[str, Any], path: Path, row: int, units: Units) -> GoldRecord:
    text = line["text"] if "text" in line else line["data"]
    if not isinstance(text, str):
        raise ValueError("its text is no text")
    others = {key: value for key, value in line.items() if key not in _OWN}
    roles = match_headers(others)
    used = {roles.id, roles.title, *roles.images}
    record = Record(
        text_of(others, roles.id) or str(line.get("id", f"row-{row}")),
        text_of(others, roles.title),
        text,
        tuple(name for header in roles.images for name in names_of(others[header])),
        image_root=path.parent,
        extra={key: value for key, value in others.items() if key not in used},
        source=source(path, row),
    )
    spans: list[Span] = []
    choices: dict[str, list[str]] = {"material": [], "use": [], "tags": []}
    for key in _LABELS:
        for entry in line.get(key) or ():
            if isinstance(entry, str):  # a document classification project
                choices[kind_of(entry)].append(entry)
                continue
            start, end, label = _place(entry)
            spans.append(span(text, "description", *to_code_points(text, start, end, units), label))
    for label in line.get("cats") or ():
        choices[kind_of(label)].append(label)
    return gold(record, spans, **choices)


def _place(entry: Any) -> tuple[int, int, str]:
    if isinstance(entry, Mapping):
        return entry["start_offset"], entry["end_offset"], entry["label"]
    start, end, label = entry
    return start, end, label
