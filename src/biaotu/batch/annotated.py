"""The lines that ``biaotu annotate`` wrote, read back for an export; a line that is none becomes a failure."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any, Final

from biaotu.batch.naming import Namer
from biaotu.errors import InputError, UsageError
from biaotu.export.annotations import annotation_in
from biaotu.export.packages import Exhibit
from biaotu.records import Failure, Source

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
