"""The lines that ``biaotu annotate`` wrote, read back for an export; a line that is none becomes a failure."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any, Final, get_args

from biaotu.batch.naming import Namer
from biaotu.errors import InputError, UsageError
from biaotu.export.packages import Exhibit
from biaotu.normal import is_normal
from biaotu.records import Annotation, Failure, Source, SpanField
from biaotu.taxonomy import ATTRIBUTES, MATERIALS, USES

SUFFIXES: Final = (".jsonl", ".ndjson")
_MUSEUM: Final = "收藏单位"


def read_annotations(
    path: Path, *, images: Path | None = None, museum: str = "", namer: Namer | None = None
) -> Iterator[Exhibit | Failure]:
    """Stream the annotations of a file.

    Args:
        path: JSON Lines of ``biaotu annotate``.
        images: the folder that photo names are relative to; that of the file by default.
        museum: who holds the records whose own column 收藏单位 does not say.
        namer: says whom and what the values name; nobody looks without one.

    Raises:
        UsageError: if the file has another ending.
        InputError: if it cannot be read.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise UsageError(f"{path}: is no file of annotations; annotate with -o NAME.jsonl and export that")
    root = path.parent if images is None else images
    try:
        with path.open("rb") as lines:
            for row, line in enumerate(lines, 1):
                if line.strip():
                    found = _exhibit(line.removeprefix(b"\xef\xbb\xbf"), root, museum, Source(str(path), row))
                    if namer is not None and isinstance(found, Exhibit):
                        found = replace(found, links=namer.links(found.annotation))
                    yield found
    except OSError as error:
        raise InputError(f"cannot be read ({error.strerror})", file=str(path)) from error


def count_annotations(path: Path) -> int:
    """How many lines hold something, for a progress bar."""
    with path.open("rb") as lines:
        return sum(1 for line in lines if line.strip())


def annotation_in(document: Any) -> Annotation:
    """The annotation that a line holds, seen through: texts are texts, names ours, values stand where they say.

    Raises:
        ValueError: saying what is wrong.
    """
    foreign = "is no annotation that biaotu annotate wrote"
    try:
        annotation = Annotation.from_dict(document)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise ValueError(f"{foreign} ({error!r})") from error
    try:
        _check(annotation)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{foreign} ({error!r})") from error
    return annotation


def inside(root: Path, name: str) -> Path | None:
    """The place of a photo; None if its name leads out of the folder, on this system or another."""
    out = any(".." in kind(name).parts or kind(name).anchor for kind in (PurePosixPath, PureWindowsPath))
    return None if out or "\0" in name else root / name


def _exhibit(line: bytes, root: Path, museum: str, source: Source) -> Exhibit | Failure:
    document: Any = None
    try:
        document = json.loads(line)
        annotation = annotation_in(document)
    except (ValueError, RecursionError) as error:
        unread = document is None
        reason = f"not valid JSON ({error})" if unread else str(error)
        number = document.get("id") if isinstance(document, dict) else None
        raw = line.decode("utf-8", "replace").rstrip("\r\n") if unread else document
        return Failure(source, reason, number if isinstance(number, str) else None, raw)
    own = annotation.extra.get(_MUSEUM)
    held = own.strip() if isinstance(own, str) else ""
    files = tuple(inside(root, name) for name in annotation.images)
    return Exhibit(annotation, files, held or museum, confirmed=False, source=source)


def _check(annotation: Annotation) -> None:
    tags: list[Any] = [*annotation.text_tags, *annotation.primary, *annotation.secondary]
    texts: list[Any] = [annotation.id, annotation.title, annotation.description, *annotation.images]
    texts += [annotation.model_name, annotation.model_version, *(tag.tag for tag in tags)]
    if not all(isinstance(text, str) for text in texts):
        raise ValueError("has a number, a list or nothing where a text must stand (id, title, images, tags, model)")
    if not annotation.id.strip():
        raise ValueError("has an empty id; give it a number")
    if not isinstance(annotation.extra, dict):
        raise ValueError("extra is no object")
    for vocabulary, labels in ((MATERIALS, annotation.material), (USES, annotation.use)):
        for label in labels:
            if label.name not in vocabulary:
                raise ValueError(f"the {vocabulary.name} label {label.name!r} is not known to this version")
            if not isinstance(label.confidence, (int, float)) or not isinstance(label.accepted, bool):
                raise ValueError(f"the label {label.name!r} has no confidence as a number, or does not say if accepted")
    for span in annotation.attributes:
        if span.type not in ATTRIBUTES:
            raise ValueError(f"the attribute {span.type!r} is not known to this version")
        if span.field not in get_args(SpanField):
            raise ValueError(
                f"the value {span.value!r} stands in {span.field!r}, neither title nor description nor ocr"
            )
        text = annotation.text(span.field)
        lawful = type(span.start) is int and type(span.end) is int and 0 <= span.start < span.end <= len(text)
        if not lawful or text[span.start : span.end] != span.value:
            raise ValueError(f"the value {span.value!r} does not stand at {span.start} to {span.end} of the text")
    for span, meaning in zip(annotation.attributes, annotation.normals, strict=False):
        if meaning is not None and not is_normal(meaning):
            raise ValueError(f"what {span.value!r} means (normal) is nothing that this version writes; annotate anew")
