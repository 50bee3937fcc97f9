"""Entries from files: those that come with the package, and the user's own as JSON Lines or CSV."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from biaotu.authorities.entries import Entry, own_id
from biaotu.errors import InputError
from biaotu.records.encoding import detect_encoding

DATA_FILES: Final = ("persons.jsonl", "bodies.jsonl", "places.jsonl", "events.jsonl", "periods.jsonl")
"""The data files of the package, one entry a line."""

HEADERS: Final = {
    "标识": "id",
    "类型": "type",
    "名称": "name",
    "异名": "variants",
    "起": "begin",
    "止": "end",
    "种类": "kind",
    "上级": "broader",
    "参见": "see",
    "说明": "note",
    "来源": "source",
}
"""Chinese column names of a user's CSV; the English field names serve as well."""

_TYPES: Final = {"人物": "person", "组织": "body", "地点": "place", "事件": "event", "时期": "period"}
_LIST = re.compile(r"[;；|]")


@cache
def shipped_entries() -> tuple[Entry, ...]:
    """The entries that come with the package; every one is marked as not yet checked by a registrar."""
    folder = files("biaotu.authorities").joinpath("data")
    return tuple(
        Entry.from_dict(json.loads(line))
        for name in DATA_FILES
        for line in folder.joinpath(name).read_text(encoding="utf-8").splitlines()
    )


def read_entries(path: Path) -> tuple[Entry, ...]:
    """A user's own entries, from ``.jsonl`` (as in the data files) or ``.csv`` (see ``docs/authorities.md``).

    An entry without an id gets one made of type and name, the same every time.

    Raises:
        InputError: at the first row that is no entry, naming file, row and cause. What stands between entries (ids
            twice, broader entries that do not exist) is for ``check`` to find.
        UsageError: if the file cannot be opened.
    """
    rows = {".jsonl": _json_rows, ".csv": _csv_rows}.get(path.suffix.lower())
    if rows is None:
        raise InputError("is neither .jsonl nor .csv; save the entries as one of these", file=str(path))
    entries = []
    for row, document in rows(path):
        try:
            entries.append(Entry.from_dict(_with_id(document)))
        except ValueError as error:
            raise InputError(str(error), file=str(path), row=row) from error
    return tuple(entries)


def _with_id(document: Mapping[str, Any]) -> dict[str, Any]:
    values = dict(document)
    if not values.get("id") and values.get("type") and values.get("name"):
        values["id"] = own_id(values["type"], str(values["name"]))
    return values


def _json_rows(path: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    for row, line in enumerate(_text(path).splitlines(), 1):
        if not line.strip():
            continue
        try:
            document = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise InputError(f"not valid JSON ({error})", file=str(path), row=row) from error
        if not isinstance(document, dict):
            raise InputError("not a JSON object", file=str(path), row=row)
        yield row, document


def _csv_rows(path: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    reader = csv.reader(_text(path).splitlines(keepends=True), strict=True)
    try:
        head = [HEADERS.get(cell.strip(), cell.strip()) for cell in next(reader, [])]
        if "type" not in head or "name" not in head:
            raise InputError("has no columns 类型 (type) and 名称 (name)", file=str(path), row=1)
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) > len(head):
                raise InputError(
                    f"holds {len(cells)} cells under {len(head)} headers", file=str(path), row=reader.line_num
                )
            yield reader.line_num, _document(dict(zip(head, (cell.strip() for cell in cells), strict=False)))
    except csv.Error as error:
        raise InputError(f"not valid CSV ({error})", file=str(path), row=reader.line_num) from error


def _document(cells: Mapping[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = {field: text for field, text in cells.items() if text}
    values["type"] = _TYPES.get(values.get("type", ""), values.get("type", ""))
    if "variants" in values:
        values["variants"] = [_variant(item) for item in _items(values["variants"])]
    if "see" in values:
        values["see"] = _items(values["see"])
    return values


def _items(text: str) -> list[str]:
    return [item.strip() for item in _LIST.split(text) if item.strip()]


def _variant(text: str) -> dict[str, str]:
    """``115师=short`` as form and kind; a form alone is of kind ``other``."""
    form, _, kind = text.partition("=")
    return {"form": form.strip(), "kind": kind.strip() or "other"}


def _text(path: Path) -> str:
    return path.read_text(encoding=detect_encoding(path), errors="replace")
