"""Photos and thumbnails. They never change, so browsers may keep them for good."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Query, Request, Response
from fastapi.responses import FileResponse

from biaotu.api.access import Reader
from biaotu.api.openapi import Responses, problems
from biaotu.api.problems import ProblemError
from biaotu.api.routing import api_router
from biaotu.api.services import Parts
from biaotu.api.thumbnails import SIZES

router = api_router("/images", "images", slow=True)

Digest = Annotated[str, Path(pattern="^[0-9a-f]{64}$", description="SHA-256 of the photo's bytes.")]
Size = Annotated[int, Query(description="Longest side in pixels.", json_schema_extra={"enum": list(SIZES)})]

_FOR_GOOD = {
    "Cache-Control": "private, max-age=31536000, immutable",
    # Whatever a file turns out to be, opened by itself it runs nothing.
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
}
_NOT_MODIFIED: Responses = {304: {"description": "The browser has it already (`If-None-Match`)."}}


def _bytes(media_types: tuple[str, ...], told: str) -> Responses:
    schema = {"schema": {"type": "string", "format": "binary"}}
    return {200: {"description": told, "content": dict.fromkeys(media_types, schema)}}


ORIGINALS = ("image/jpeg", "image/png", "image/webp", "image/tiff", "image/bmp", "image/gif")


@router.get(
    "/{digest}",
    operation_id="get_image",
    summary="A photo as it came in",
    response_class=FileResponse,
    responses=problems("not-found") | _bytes(ORIGINALS, "The bytes, unaltered.") | _NOT_MODIFIED,
)
def get_image(digest: Digest, request: Request, _caller: Reader, parts: Parts) -> Response:
    """The original, to the byte; parts of it by `Range`."""
    tag = f'"{digest}"'
    if _has(request, tag):
        return Response(status_code=304, headers=_FOR_GOOD | {"ETag": tag})
    with parts.store.reading() as unit:
        image = unit.images.get(digest)
    place = parts.store.photos.path(image.digest, image.suffix)
    if not place.is_file():
        raise ProblemError("not-found", "the photo's file is missing from the photo folder; see biaotu store check")
    return FileResponse(place, media_type=image.media_type, headers=_FOR_GOOD | {"ETag": tag})


@router.get(
    "/{digest}/thumbnail",
    operation_id="get_thumbnail",
    summary="A small copy of a photo",
    response_class=FileResponse,
    responses=problems("not-found") | _bytes(("image/jpeg",), "A JPEG, upright.") | _NOT_MODIFIED,
)
def get_thumbnail(digest: Digest, request: Request, _caller: Reader, parts: Parts, size: Size = 320) -> Response:
    """A JPEG of the photo, upright; also for formats that browsers do not show, such as TIFF."""
    if size not in SIZES:
        raise ProblemError("invalid-input", f"query.size: is one of {', '.join(map(str, SIZES))}")
    tag = f'"{digest}-{size}"'
    if _has(request, tag):
        return Response(status_code=304, headers=_FOR_GOOD | {"ETag": tag})
    with parts.store.reading() as unit:
        image = unit.images.get(digest)
    original = parts.store.photos.path(image.digest, image.suffix)
    if not original.is_file():
        raise ProblemError("not-found", "the photo's file is missing from the photo folder; see biaotu store check")
    place = parts.thumbnails.of(image.digest, original, size)
    return FileResponse(place, media_type="image/jpeg", headers=_FOR_GOOD | {"ETag": tag})


def _has(request: Request, tag: str) -> bool:
    """Whether the browser holds this very version."""
    return tag in {part.strip().removeprefix("W/") for part in request.headers.get("if-none-match", "").split(",")}
