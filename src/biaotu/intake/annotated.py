"""A list that ``biaotu annotate`` wrote, as records that bring their annotations along."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from biaotu.errors import UsageError
from biaotu.export.annotations import annotation_in, document_of
from biaotu.records import Annotation, Failure, Record, RecordStream, Source
from biaotu.records.jsonl import json_rows
from biaotu.records.parquet import check_parquet, parquet_rows
from biaotu.records.rows import Row

_JSON: Final = (".jsonl", ".ndjson")
_PARQUET: Final = ".parquet"


@dataclass(frozen=True, slots=True)
class AnnotatedRecord(Record):
    """A record and what a model says of its words and photos."""

    annotation: Annotation | None = None


def annotated_records(path: Path, images: Path | None = None) -> RecordStream:
    """Stream the records of a file of annotations; a row that is none becomes a failure.

    Args:
        path: JSON Lines or Parquet of ``biaotu annotate``.
        images: the folder that names of photos are relative to; that of the file by default.

    Raises:
        UsageError: if the file has another ending, or Parquet cannot be read here.
        InputError: if it cannot be read.
    """
    suffix = path.suffix.lower()
    if suffix == _PARQUET:
        check_parquet(path)
        rows: Iterator[Row | Failure] = parquet_rows(path)
    elif suffix in _JSON:
        rows = json_rows(path)
    else:
        raise UsageError(f"{path}: is no file of annotations; annotate with -o NAME.jsonl or .parquet and load that")
    root = path.parent if images is None else images
    return RecordStream((_record(row, path, root, parquet=suffix == _PARQUET) for row in rows), None)


def without_nul(value: Any) -> Any:
    """Texts as every database takes them: each NUL becomes U+FFFD, lengths stay. Goes into lists and objects."""
    if isinstance(value, str):
        return value.replace("\0", "\ufffd") if "\0" in value else value
    if isinstance(value, (list, tuple)):
        return [without_nul(part) for part in value]
    if isinstance(value, dict):
        return {without_nul(key): without_nul(part) for key, part in value.items()}
    return value


def _record(row: Row | Failure, path: Path, root: Path, *, parquet: bool) -> AnnotatedRecord | Failure:
    if isinstance(row, Failure):
        return row
    source = Source(str(path), row.number)
    try:
        document = document_of(row.fields) if parquet else row.fields
        annotation = annotation_in(document)
        if _has_nul(annotation):
            annotation = annotation_in(without_nul(document))
    except (ValueError, RecursionError) as error:
        return Failure(source, str(error), _number(row.fields))
    return AnnotatedRecord(
        id=annotation.id,
        title=annotation.title,
        description=annotation.description,
        images=annotation.images,
        image_root=root,
        extra=annotation.extra,
        source=source,
        annotation=annotation,
    )


def _has_nul(annotation: Annotation) -> bool:
    """Whether some text has one; values stand in the texts, and going through everything takes a third of the time."""
    tags = [tag.tag for tag in annotation.text_tags]
    tags += [tag.tag for tag in (*annotation.primary, *annotation.secondary)]
    texts = (annotation.title, annotation.description, annotation.text("ocr"), *tags)
    return any("\0" in text for text in texts) or without_nul(annotation.extra) != annotation.extra


def _number(fields: Mapping[str, Any]) -> str | None:
    number = fields.get("id")
    return number if isinstance(number, str) else None
