"""A record of a mapping, as a caller from Python hands it in."""

from __future__ import annotations

import math
import os
from collections.abc import Iterable, Mapping
from typing import Any

from biaotu.errors import InputError
from biaotu.records.maker import as_text
from biaotu.records.types import Record


def as_record(document: Record | Mapping[str, Any]) -> Record:
    """The record that a mapping tells of; a record as it is.

    Args:
        document: ``id``, ``title``, ``description``, ``images`` (a path or paths); anything else becomes ``extra``.

    Raises:
        InputError: if it is neither, or has none of title, description, images, or images that are no paths.
    """
    if isinstance(document, Record):
        return document
    if not isinstance(document, Mapping):
        raise InputError(f"a record is a Record or a mapping, not {type(document).__name__}")
    known = {"id", "title", "description", "images"}
    photos = () if _is_missing(document.get("images")) else document["images"] or ()
    if isinstance(photos, (str, os.PathLike)):
        photos = (photos,)
    if not isinstance(photos, Iterable) or not all(isinstance(photo, (str, os.PathLike)) for photo in photos):
        raise InputError(f"images is a path or a list of paths, not {photos!r}")
    record = Record(
        id=_part(document, "id"),
        title=_part(document, "title"),
        description=_part(document, "description"),
        images=tuple(os.fspath(photo) for photo in photos),
        extra={key: value for key, value in document.items() if key not in known},
    )
    if not (record.title or record.description or record.images):
        raise InputError("the record has none of title, description, images; give at least one of them")
    return record


def _part(document: Mapping[str, Any], name: str) -> str:
    """One part of a mapping as text; InputError if it is a list or an object."""
    value = document.get(name)
    if _is_missing(value):
        return ""
    try:
        return as_text(value, name)
    except ValueError as error:
        raise InputError(str(error)) from error


def _is_missing(value: object) -> bool:
    """Whether it is what JSON (null) or a data frame (NaN) holds for nothing."""
    return value is None or (isinstance(value, float) and math.isnan(value))
