"""Photos made ready to be published: measured, named by their content, and shown by browsers."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path
from typing import Final

from PIL import Image

from biaotu.errors import InputError
from biaotu.export.exchange import Photo
from biaotu.export.packages import Exhibit, Form, Shot, WebSite
from biaotu.images import PhotoError, load_photo
from biaotu.images.opening import open_photo
from biaotu.images.pixels import to_rgb
from biaotu.images.quiet import quiet
from biaotu.records import readable

_SHOWN: Final = {
    "JPEG": ("image/jpeg", ".jpg"),
    "MPO": ("image/jpeg", ".jpg"),
    "PNG": ("image/png", ".png"),
    "WEBP": ("image/webp", ".webp"),
    "GIF": ("image/gif", ".gif"),
}
"""Formats that browsers show, with media type and ending; of any other a JPEG is published."""

_QUALITY: Final = 92


class Studio:
    """Makes photos ready, in the way that a format wants them."""

    def __init__(self, form: Form, site: WebSite | None) -> None:
        self._form = form
        self._site = site

    def shots(self, exhibit: Exhibit) -> tuple[list[Shot], list[tuple[str, str]]]:
        """The photos of a record, and name and reason of each that cannot be used."""
        found: list[Shot] = []
        lost: list[tuple[str, str]] = []
        if self._form.photos == "none":
            return found, lost
        for name, path in zip(exhibit.annotation.images, exhibit.files, strict=True):
            try:
                if path is None:
                    raise InputError("leads out of the folder of the photos; name the right folder with --images")
                found.append(self._shot(name, path))
            except (InputError, OSError) as error:
                reason = error.reason if isinstance(error, InputError) else f"cannot be read ({error.strerror})"
                lost.append((readable(name), reason))
        return found, lost

    def _shot(self, name: str, path: Path) -> Shot:
        whole = load_photo(path)  # decoded once, so that nothing is published that shows nothing
        with path.open("rb") as file, quiet():
            kind = open_photo(file, name).format or ""
            file.seek(0)
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        media_type, suffix = _SHOWN.get(kind, _SHOWN["JPEG"])
        content: Path | bytes = path
        if self._form.photos == "kept":
            suffix = path.suffix.lower()
        elif self._form.photos == "published" and kind not in _SHOWN:
            content = _jpeg(path, name)
        file_name = f"{digest[:32]}{suffix}"
        url = self._site.uri("photos", file_name) if self._site else f"photos/{file_name}"
        return Shot(Photo(name, url, whole.width, whole.height, media_type), file_name, content)


def _jpeg(path: Path, name: str) -> bytes:
    """The photo as a JPEG: of a TIFF, which Pillow turns upright as it loads, or of a BMP, which has no turn."""
    buffer = io.BytesIO()
    try:
        with path.open("rb") as file, quiet(), open_photo(file, name) as image:
            image.load()
            to_rgb(image).save(buffer, "JPEG", quality=_QUALITY)
    except PhotoError:
        raise
    except (Image.DecompressionBombError, MemoryError) as error:
        raise InputError("is too large to be published; hand in a smaller copy") from error
    except Exception as error:  # Pillow's decoders raise a dozen kinds of error on damaged files
        raise InputError(f"is damaged ({type(error).__name__}); save it anew as JPEG") from error
    return buffer.getvalue()
