"""A record's photos before they go into the store: found, inside their folder, readable, with digest and likeness.

A photo is looked at once an import; what was seen is kept for the run that follows the dry run. Only files that the
image step can show are taken: the checks are its own.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final, Literal, Self

from biaotu.images import PhotoError, Preprocessing, load_photos
from biaotu.images.opening import open_photo
from biaotu.images.quiet import quiet
from biaotu.intake.phash import SIDE, perceptual_hash
from biaotu.records import Notice, Record, readable
from biaotu.records.photos import leads_out

PhotoState = Literal["found", "missing", "unreadable"]

OUTSIDE: Final = "image-outside"
"""Code of the notice on a photo that lies outside of the folder of the photos."""

_SQUEEZED: Final = Preprocessing(size=SIDE, fit="squash")

MEDIA_TYPES: Final = {
    "JPEG": "image/jpeg",
    "MPO": "image/jpeg",
    "PNG": "image/png",
    "WEBP": "image/webp",
    "TIFF": "image/tiff",
    "BMP": "image/bmp",
    "GIF": "image/gif",
}
"""Media type by Pillow's name of a format, for the six formats that the image step reads."""


ENDINGS: Final = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/webp": ".webp",
    "image/tiff": ".tif",
    "image/bmp": ".bmp",
    "image/gif": ".gif",
}
"""File name ending in the store by media type."""


@dataclass(frozen=True, slots=True)
class PhotoFacts:
    """What is known of one photo of a record.

    Attributes:
        name: as the list gives it.
        path: where it lies.
        state: whether it can be taken.
        digest: SHA-256 of the file in hexadecimal; empty unless found.
        likeness: perceptual hash, 64 bits; None unless found.
        width: in pixels, upright.
        height: in pixels, upright.
        media_type: of the content, whatever the name says.
        notices: what was wrong with it.
    """

    name: str
    path: Path
    state: PhotoState
    digest: str = ""
    likeness: int | None = None
    width: int = 0
    height: int = 0
    media_type: str = ""
    notices: tuple[Notice, ...] = ()


class PhotoReader:
    """Looks at photos, several side by side, each file once.

    Args:
        threads: photos looked at side by side; all cores by default.
    """

    def __init__(self, threads: int | None = None) -> None:
        self._pool = ThreadPoolExecutor(threads or os.cpu_count() or 1, thread_name_prefix="photo")
        self._seen: dict[tuple[str, int, int], PhotoFacts] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let the threads go."""
        self._pool.shutdown(cancel_futures=True)

    def look(self, records: Sequence[Record]) -> list[tuple[PhotoFacts, ...]]:
        """The photos of each record, in the order of its ``images``."""
        jobs = [(record, place) for record in records for place in range(len(record.images))]
        facts = self._pool.map(lambda job: self._facts(*job), jobs)
        return [tuple(next(facts) for _ in record.images) for record in records]

    def _facts(self, record: Record, place: int) -> PhotoFacts:
        name = record.images[place]
        key = _identity(record.image_root / name)
        known = None if key is None else self._seen.get(key)
        if known is not None and known.name == readable(name):
            return known
        facts = look_at(record, name)
        if key is not None:
            self._seen[key] = facts
        return facts


def look_at(record: Record, name: str) -> PhotoFacts:
    """Look at one photo of a record."""
    path, shown = record.image_root / name, readable(name)
    if leads_out(record.image_root, name):
        message = f"“{shown}” lies outside of {record.image_root}; copy the photo into that folder"
        return PhotoFacts(shown, path, "unreadable", notices=(Notice(OUTSIDE, message),))
    alone = Record(record.id, images=(name,), image_root=record.image_root, notices=record.notices)
    photos, notices = load_photos(alone, _SQUEEZED)
    if not photos:
        state: PhotoState = "missing" if _is_missing(path) else "unreadable"
        return PhotoFacts(shown, path, state, notices=tuple(notices))
    try:
        with path.open("rb") as file, quiet():
            media_type = MEDIA_TYPES[open_photo(file, shown).format or ""]
            file.seek(0)
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except (PhotoError, OSError) as error:  # it was there a moment ago
        notice = Notice("image-unreadable", f"{shown}: changed while it was being read ({error}); run again")
        return PhotoFacts(shown, path, "unreadable", notices=(notice,))
    photo = photos[0]
    return PhotoFacts(
        shown,
        path,
        "found",
        digest,
        perceptual_hash(photo.pixels),
        photo.width,
        photo.height,
        media_type,
        tuple(notices),
    )


def _identity(path: Path) -> tuple[str, int, int] | None:
    """A file as long as nobody writes to it; None if there is none."""
    try:
        status = path.stat()
    except (OSError, ValueError):
        return None
    return str(path), status.st_size, status.st_mtime_ns


def _is_missing(path: Path) -> bool:
    try:
        return not path.exists()
    except (OSError, ValueError):
        return True
