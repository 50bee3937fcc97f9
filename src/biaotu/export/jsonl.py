"""JSON Lines: the annotation's own contract, one object a line, UTF-8, nothing lost."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from biaotu.export.writers import Entry, Overview


def encode(document: Mapping[str, Any]) -> bytes:
    """One JSON line with its line feed.

    Dates that a spreadsheet held become ISO text. What plain JSON or UTF-8 cannot hold is kept in another form: NaN and
    infinities as text, half of a surrogate pair as an escape.
    """
    try:
        line = _dump(document)
    except ValueError:
        line = _dump(_finite(document))
    try:
        return line.encode() + b"\n"
    except UnicodeEncodeError:
        return _dump(_finite(document), ascii_only=True).encode() + b"\n"


class JsonLinesWriter:
    """Writes ``Annotation.to_dict`` as JSON Lines."""

    def __init__(self, path: Path, overview: Overview) -> None:
        del overview
        self._file = path.open("wb")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self._file.close()

    def write(self, entry: Entry) -> None:
        """Write one entry."""
        self._file.write(encode(entry.annotation.to_dict()))


def _dump(document: Any, *, ascii_only: bool = False) -> str:
    return json.dumps(document, ensure_ascii=ascii_only, allow_nan=False, default=_plain)


def _plain(value: object) -> object:
    """A value JSON has no type for."""
    if isinstance(value, Mapping):
        return dict(value)
    isoformat = getattr(value, "isoformat", None)
    return isoformat() if callable(isoformat) else str(value)


def _finite(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, Mapping):
        return {str(key): _finite(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(entry) for entry in value]
    return value
