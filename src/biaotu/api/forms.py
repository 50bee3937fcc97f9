"""Multipart forms, read only after the caller is known: no stranger fills the disk with uploads."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, Literal, cast

from fastapi import Request
from starlette.datastructures import FormData, UploadFile

from biaotu.api.access import Annotator, Reader
from biaotu.api.problems import ProblemError
from biaotu.api.schemas.common import lawful
from biaotu.api.services import Parts
from biaotu.api.settings import Settings
from biaotu.api.uploads import PhotoLimits, check_photo

Kind = Literal["file", "files", "text", "bool"]

_SCHEMAS: Mapping[Kind, dict[str, Any]] = {
    "file": {"type": "string", "format": "binary"},
    "files": {"type": "array", "items": {"type": "string", "format": "binary"}},
    "text": {"type": "string", "maxLength": 200},
    "bool": {"type": "boolean"},
}


def form_body(parts: Mapping[str, Kind], required: Sequence[str]) -> dict[str, Any]:
    """What the OpenAPI document says of a form that the framework does not read by itself."""
    schema = {
        "type": "object",
        "properties": {name: _SCHEMAS[kind] for name, kind in parts.items()},
        "required": list(required),
    }
    return {"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": schema}}}}


def check_charset(request: Request) -> None:
    """See that a form is in UTF-8: decoded as its sender likes, its texts could hold what no database keeps.

    Raises:
        ProblemError: 400, if it says to be in another encoding.
    """
    named = re.search(r";\s*charset\s*=\s*\"?([^\s;\"]*)", request.headers.get("content-type", ""), re.IGNORECASE)
    if named is not None and named[1].lower() not in {"utf-8", "utf8", "us-ascii"}:
        raise ProblemError("wrong-use", "the form is not in UTF-8; send it so, and leave the charset out")


async def photo_form(request: Request, _caller: Reader) -> AsyncIterator[FormData]:
    """A form with one photo."""
    check_charset(request)
    async with request.form(max_files=1, max_fields=10) as form:
        yield form


async def import_form(request: Request, _caller: Annotator, parts: Parts) -> AsyncIterator[FormData]:
    """A form with a list and photos."""
    check_charset(request)
    async with request.form(max_files=parts.settings.max_photos + 2, max_fields=20) as form:
        yield form


def files(form: FormData, name: str) -> list[UploadFile]:
    """The files of a name.

    Raises:
        ProblemError: 422, if something of this name is no file.
    """
    found = form.getlist(name)
    if not all(isinstance(part, UploadFile) for part in found):
        raise ProblemError("invalid-input", f"body.{name}: is a file, with a file name")
    return [part for part in cast("list[UploadFile]", found) if part.filename]


def text(form: FormData, name: str, longest: int = 200) -> str:
    """A text of the form; empty if it is not there.

    Raises:
        ProblemError: 422, if it is a file, too long or holds a NUL.
    """
    value = form.get(name, "")
    if not isinstance(value, str) or len(value) > longest:
        raise ProblemError("invalid-input", f"body.{name}: is a text of at most {longest} characters")
    try:
        return lawful(value).strip()
    except ValueError as error:
        raise ProblemError("invalid-input", f"body.{name}: {error}") from error


def truth(form: FormData, name: str) -> bool:
    """A yes or no of the form; no if it is not there.

    Raises:
        ProblemError: 422, if it is neither.
    """
    value = text(form, name).lower()
    if value not in {"", "true", "false", "1", "0", "on", "off"}:
        raise ProblemError("invalid-input", f"body.{name}: is true or false")
    return value in {"true", "1", "on"}


def one_photo(form: FormData, settings: Settings) -> bytes:
    """The bytes of the form's one photo.

    Raises:
        ProblemError: 422 if there is none; 413 if it weighs or measures too much.
        PhotoError: if it is no picture.
    """
    found = files(form, "photo")
    if not found:
        raise ProblemError("invalid-input", "body.photo: send a photo under this name")
    check_photo(found[0].file, found[0].filename or "photo", PhotoLimits.of(settings))
    return found[0].file.read()
