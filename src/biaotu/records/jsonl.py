"""JSON Lines in, and ``.json`` files that hold a list or one object."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from biaotu.errors import InputError
from biaotu.records.encoding import detect_encoding
from biaotu.records.rows import Row, failure, without_surrogates
from biaotu.records.types import Failure

_SURROGATE_ESCAPE = re.compile(r"\\u[dD][89a-fA-F]")
_KINDS: Final = {"list": "a list", "str": "a text", "int": "a number", "float": "a number", "bool": "true or false"}


def json_rows(path: Path) -> Iterator[Row | Failure]:
    """Stream the objects of a JSON file, one line at a time if it is JSON Lines.

    Row numbers are lines; in a ``.json`` list they count its items from 1.

    Raises:
        UsageError: if the file cannot be opened.
        InputError: if it is empty, undecodable, or a ``.json`` file whose list or object is broken.
    """
    codec = detect_encoding(path)
    with path.open(encoding=codec, errors="replace") as lines:
        first = next((line for line in lines if line.strip()), "")
    if not first:
        raise InputError("holds nothing but empty lines", file=str(path))
    # A list may be handed in under either suffix; an object over several lines only as .json.
    if first.lstrip().startswith("[") or (path.suffix.lower() == ".json" and not _is_object(first)):
        yield from _document(path, codec)
    else:
        yield from _lines(path, codec)


def count_json(path: Path) -> int | None:
    """How many lines hold something; None for a ``.json`` document, which would have to be read to tell."""
    if path.suffix.lower() == ".json":
        return None
    count = 0
    with path.open("rb") as file:
        for line in file:
            text = line.strip(b" \t\r\n\0\xef\xbb\xbf\xff\xfe")
            if not count and text.startswith(b"["):
                return None
            count += bool(text)
    return count


def _lines(path: Path, codec: str) -> Iterator[Row | Failure]:
    with path.open(encoding=codec, errors="replace") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                value = _parse(line)
            except ValueError as error:
                yield failure(str(path), number, f"not valid JSON ({error})", line.rstrip("\n"))
                continue
            yield _row(path, number, value)


def _document(path: Path, codec: str) -> Iterator[Row | Failure]:
    text = path.read_text(encoding=codec, errors="replace")
    try:
        document = _parse(text)
    except ValueError as error:
        reason = f"not valid JSON ({error}); mend it, or hand in one object a line as .jsonl"
        raise InputError(reason, file=str(path)) from error
    for number, value in enumerate(document if isinstance(document, list) else [document], 1):
        yield _row(path, number, value)


def _row(path: Path, number: int, value: Any) -> Row | Failure:
    if not isinstance(value, dict):
        kind = _KINDS.get(type(value).__name__, "null")
        return failure(str(path), number, f"not a JSON object but {kind}; each record is written {{...}}", value)
    return Row(number, value)


def _parse(text: str) -> Any:
    """Parse JSON; NaN, which data frames write for a missing value, is read as null. ValueError says what is wrong."""
    try:
        value = json.loads(text, parse_constant=lambda _: None)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}" if error.lineno > 1 else f"column {error.colno}"
        raise ValueError(f"{error.msg.removesuffix(' at')} at {where}") from error
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    except ValueError as error:  # Python's own message tells a programmer what to do, not a registrar
        raise ValueError(f"a number of more than {sys.get_int_max_str_digits()} digits") from error
    return without_surrogates(value) if _SURROGATE_ESCAPE.search(text) else value


def _is_object(line: str) -> bool:
    try:
        return isinstance(_parse(line), dict)
    except ValueError:
        return False
