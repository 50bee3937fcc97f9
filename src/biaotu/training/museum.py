"""Museum texts annotated by hand, kept as standoff: the texts are not ours to give away, the annotations are.

``museum_annotations.jsonl`` holds for each text its id, the SHA-256 of its wording, and places: the attribute values
and the tags as (field, start, end), so that no sentence of a museum stands in it. ``read_museum`` lays them over the
texts of whoever has them; ``write_museum`` makes the file from records with inline marks.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from biaotu.errors import InputError
from biaotu.records import FieldName, Record, Span
from biaotu.records.gold import GoldRecord

FILE: Final = "museum_annotations.jsonl"
_FIELDS: Final[tuple[FieldName, FieldName]] = ("title", "description")


def read_museum(texts: Path, annotations: Path | None = None) -> list[GoldRecord]:
    """Lay the annotations over the texts.

    Args:
        texts: JSON Lines with ``id``, ``title``, ``description``; those without annotations are passed over.
        annotations: the standoff file; the one of this package by default.

    Raises:
        InputError: if an annotated text is missing or has another wording; names file and id.
    """
    source = (
        annotations.read_text("utf-8") if annotations else files("biaotu.training").joinpath(FILE).read_text("utf-8")
    )
    wanted = {document["sha256"]: document for document in map(json.loads, source.splitlines())}
    found: dict[str, GoldRecord] = {}
    with texts.open(encoding="utf-8") as lines:
        for document in map(json.loads, lines):
            # Not by id: a museum may give two texts under one number.
            digest = _digest(document.get("title") or "", document.get("description") or "")
            if digest in wanted:
                found[digest] = _laid(document, wanted[digest])
    missing = [document["id"] for digest, document in wanted.items() if digest not in found]
    if missing:
        what = f"{len(missing)} annotated texts are not there or have another wording, the first is {missing[0]}"
        raise InputError(f"{texts}: {what}; name the file that was annotated")
    return list(found.values())


def named_museum(data: Path, texts: str, annotations: str) -> list[GoldRecord]:
    """The annotated texts that a config names, both files relative to ``data``; none where it names no texts."""
    return read_museum(data / texts, data / annotations if annotations else None) if texts else []


def standoff(gold: GoldRecord) -> dict[str, Any]:
    """The annotations of one record without its words.

    Raises:
        InputError: if a tag or the object does not stand in the text.
    """
    record = gold.record
    return {
        "id": record.id,
        "sha256": _digest(record.title, record.description),
        "spans": [[span.field, span.start, span.end, span.type] for span in gold.spans or ()],
        "object": _place(record, gold.object) if gold.object else None,
        "material": list(gold.material),
        "use": list(gold.use),
        "tags": [_place(record, tag) for tag in gold.tags],
    }


def write_museum(golds: Iterable[GoldRecord], path: Path) -> int:
    """Write the standoff file, a record a line, by id; returns how many."""
    documents = sorted((standoff(gold) for gold in golds), key=lambda document: str(document["id"]))
    path.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in documents), encoding="utf-8")
    return len(documents)


def _laid(document: Mapping[str, Any], notes: Mapping[str, Any]) -> GoldRecord:
    title, description = document.get("title") or "", document.get("description") or ""
    record = Record(id=document["id"], title=title, description=description)
    spans = tuple(
        Span(kind, record.text(field)[start:end], field, start, end) for field, start, end, kind in notes["spans"]
    )
    tags = tuple(record.text(field)[start:end] for field, start, end in notes["tags"])
    thing = notes["object"]
    return GoldRecord(
        record,
        spans,
        object=record.text(thing[0])[thing[1] : thing[2]] if thing else "",
        material=tuple(notes["material"]),
        use=tuple(notes["use"]),
        tags=tags,
    )


def _place(record: Record, words: str) -> tuple[str, int, int]:
    for field in _FIELDS:
        start = record.text(field).find(words)
        if start >= 0:
            return field, start, start + len(words)
    raise InputError(f"text {record.id}: {words!r} does not stand in it")


def _digest(title: str, description: str) -> str:
    return hashlib.sha256(f"{title}\n{description}".encode()).hexdigest()
