"""Whether a document out of a file is a normalised value: files are edited by hand and written by other versions."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final, get_args

from biaotu.normal.types import (
    About,
    Candidate,
    Clock,
    Count,
    Date,
    Duration,
    Make,
    Money,
    Normal,
    Quantity,
    SheetFormat,
    Sure,
    Terms,
)

_KINDS: Final = {one.kind: one for one in (Date, Clock, Duration, Quantity, SheetFormat, Money, Count, Terms, Make)}
_EDTF: Final = re.compile(r"[0-9X/.~?%,\[\]{}Y-]+", re.ASCII)


def is_normal(document: object) -> bool:
    """Whether a document has the shape of ``Normal.to_dict``: a known kind, its fields, days that are days."""
    if not isinstance(document, Mapping) or not _text(document.get("kind")) or document["kind"] not in _KINDS:
        return False
    shape: type[Normal] = _KINDS[document["kind"]]
    known = {field.name: field for field in fields(shape)}
    if set(document) - set(known) - {"kind"} or "sure" not in document:
        return False
    for name, field in known.items():
        if name in document:
            if not _CHECKS[str(field.type)](document[name]):
                return False
        elif field.default is MISSING:
            return False
    return all(_EXACT[name](document[name]) for name in _EXACT.keys() & set(document) if name in known)


def _text(value: object) -> bool:
    return isinstance(value, str)


def _texts(value: object) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(one, str) for one in value)


def _readings(value: object) -> bool:
    names = {field.name for field in fields(Candidate)}
    return isinstance(value, list | tuple) and all(
        isinstance(one, Mapping)
        and set(one) == names
        and _text(one["system"])
        and _text(one["unit"])
        and _texts(one["values"])
        for one in value
    )


def _day(value: Any) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == str(value)
    except ValueError:
        return False


def _numbers(value: Any) -> bool:
    try:
        return all(Decimal(one).is_finite() for one in ([value] if isinstance(value, str) else value))
    except InvalidOperation:
        return False


_CHECKS: Final[dict[str, Callable[[object], bool]]] = {
    "Sure": lambda value: value in get_args(Sure),
    "About | None": lambda value: value in get_args(About),
    "str": _text,
    "str | None": _text,
    "int": lambda value: type(value) is int,
    "bool | None": lambda value: isinstance(value, bool),
    "tuple[str, ...]": _texts,
    "tuple[Candidate, ...]": _readings,
}
_EXACT: Final[dict[str, Callable[[Any], bool]]] = {
    "edtf": lambda value: _EDTF.fullmatch(value) is not None,
    "begin": _day,
    "end": _day,
    "values": _numbers,
    "amount": _numbers,
}
