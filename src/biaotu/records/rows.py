"""What the format readers hand on: rows with their numbers, before anything is understood of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from biaotu.records.types import Failure, Notice, Source

RAW_LIMIT: Final = 2000
"""Characters of an unreadable line that a failure quotes."""

EMBEDDED: Final = "image-embedded"
"""Code of the notice on rows of a workbook whose pictures sit inside it."""

_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table or one object of a JSON file.

    Attributes:
        number: counted from 1 as an editor or Excel shows it; None if the source has no rows.
        fields: header or key -> value as read.
        notices: what the reader had to say about the row.
        file: the file it stands in, where that is not the file being read (a photo in a folder).
    """

    number: int | None
    fields: Mapping[str, Any]
    notices: tuple[Notice, ...] = ()
    file: str | None = None


def failure(file: str, number: int | None, reason: str, raw: object = None, id: str | None = None) -> Failure:
    """A row that could not be read, with a short quotation of it."""
    if isinstance(raw, str) and len(raw) > RAW_LIMIT:
        raw = raw[:RAW_LIMIT] + "…"
    return Failure(Source(file, number), reason, id, raw)


def without_surrogates(value: Any) -> Any:
    """Lone surrogates cannot be written as UTF-8: each becomes U+FFFD, so lengths stay. Goes into lists and objects."""
    if isinstance(value, str):
        return _SURROGATE.sub("\ufffd", value)
    if isinstance(value, list):
        return [without_surrogates(item) for item in value]
    if isinstance(value, dict):
        return {without_surrogates(key): without_surrogates(item) for key, item in value.items()}
    return value
