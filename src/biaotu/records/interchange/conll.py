"""CoNLL files, ours and others': one character a line, its tag in the last column (BIO or BIOES)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import field as default
from pathlib import Path
from typing import Final

from biaotu.errors import InputError
from biaotu.records.gold import GoldRecord
from biaotu.records.interchange.escapes import unescape
from biaotu.records.interchange.golden import gold, source, span
from biaotu.records.types import FieldName, Record, Span

_FIELDS: Final[dict[str, FieldName]] = {"title": "title", "description": "description"}
_LISTS: Final = ("images", "material", "use", "tags")


@dataclass(slots=True)
class _Draft:
    row: int
    facts: dict[str, str] = default(default_factory=dict)
    chars: dict[FieldName, list[str]] = default(default_factory=lambda: {"title": [], "description": []})
    tags: dict[FieldName, list[str]] = default(default_factory=lambda: {"title": [], "description": []})
    field: FieldName = "description"


def read_conll(path: Path) -> Iterator[GoldRecord]:
    """Stream the records of a CoNLL file.

    A text without our comments becomes the description of a record of its own, numbered by its first line.

    Raises:
        InputError: if the file cannot be read, a line has no tag, or a tag is no attribute's; names the row.
    """
    draft: _Draft | None = None
    try:
        with path.open(encoding="utf-8-sig", newline="\n") as lines:
            for row, line in enumerate(lines, 1):
                line = line.rstrip("\r\n")
                if line.startswith("# id = ") or (draft is None and line):
                    if draft:
                        yield _made(draft, path)
                    draft = _Draft(row)
                if draft is None:
                    continue
                if not line:
                    if "id" not in draft.facts and draft.chars["description"]:
                        yield _made(draft, path)
                        draft = None
                elif line.startswith("# ") and " = " in line:
                    _comment(draft, line, path, row)
                else:
                    _char(draft, line, path, row)
    except OSError as error:
        raise InputError(f"cannot be read ({error.strerror})", file=str(path)) from error
    except UnicodeDecodeError as error:
        raise InputError(f"is not UTF-8 ({error.reason})", file=str(path)) from error
    if draft:
        yield _made(draft, path)


def _comment(draft: _Draft, line: str, path: Path, row: int) -> None:
    name, _, value = line[2:].partition(" = ")
    if name == "field":
        if value not in _FIELDS:
            raise InputError(f"the field {value!r} is neither title nor description", file=str(path), row=row)
        draft.field = _FIELDS[value]
    else:
        draft.facts[name] = value


def _char(draft: _Draft, line: str, path: Path, row: int) -> None:
    cells = line.split("\t") if "\t" in line else line.split()
    char = unescape(cells[0]) if cells else ""  # a line of blanks has no cells
    if len(cells) < 2 or len(char) != 1:
        raise InputError("is not one character and its tag; texts must be cut by character", file=str(path), row=row)
    draft.chars[draft.field].append(char)
    draft.tags[draft.field].append(cells[-1])


def _made(draft: _Draft, path: Path) -> GoldRecord:
    texts = {field: "".join(chars) for field, chars in draft.chars.items()}
    lists = {name: tuple(map(unescape, draft.facts.get(name, "").split())) for name in _LISTS}
    number = unescape(draft.facts["id"]) if "id" in draft.facts else f"row-{draft.row}"
    record = Record(
        number,
        texts["title"],
        texts["description"],
        lists["images"],
        image_root=path.parent,
        source=source(path, draft.row),
    )
    try:
        spans = [each for field in draft.tags for each in _spans(texts[field], draft.tags[field], field)]
        judged = draft.facts.get("judged", "yes") == "yes"
        made = gold(record, spans or None, material=lists["material"], use=lists["use"], tags=lists["tags"])
    except ValueError as error:
        raise InputError(f"record {number}: {error}", file=str(path), row=draft.row) from error
    return GoldRecord(
        record,
        made.spans if spans else () if judged else None,
        made.material,
        made.use,
        made.tags,
        unescape(draft.facts.get("object", "")),
    )


def _spans(text: str, tags: list[str], field: FieldName) -> Iterator[Span]:
    """Spans of BIO or BIOES tags; a tag that goes on where nothing began begins one."""
    start: int | None = None
    kind = ""
    for place, tag in enumerate([*tags, "O"]):
        prefix, _, name = tag.partition("-")
        goes_on = start is not None and prefix in {"I", "E"} and name == kind
        if start is not None and not goes_on:
            yield span(text, field, start, place, kind)
            start = None
        if tag == "O" or goes_on:
            continue
        if prefix not in {"B", "I", "E", "S"} or not name:
            raise ValueError(f"the tag {tag!r} is neither BIO nor BIOES")
        start, kind = place, name
