"""Photos made ready to be published: measured, named by their content, shown by browsers, and without metadata.

A camera writes down where and when a photo was taken; that is a museum's store room, or a donor's home.
"""

from __future__ import annotations

import hashlib
import io
from pathlib import Path
from typing import Final

from PIL import Image, ImageOps

from biaotu.errors import InputError
from biaotu.export.exchange import Photo
from biaotu.export.packages import Exhibit, Form, Shot, WebSite
from biaotu.export.packages.bare import bare
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
_ORIENTATION: Final = 0x0112


class Studio:
    """Makes photos ready, in the way that a format wants them.

    Args:
        form: the format.
        site: where they will be published.
        keep_metadata: publish what cameras and programs wrote into the files.
    """

    def __init__(self, form: Form, site: WebSite | None, *, keep_metadata: bool = False) -> None:
        self._form = form
        self._site = site
        self._keep = keep_metadata

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
            image = open_photo(file, name)
            kind, orientation = image.format or "", _orientation(image)
            file.seek(0)
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        media_type, suffix = _SHOWN.get(kind, _SHOWN["JPEG"])
        content: Path | bytes = path
        if self._form.photos == "kept":
            suffix = path.suffix.lower()
        elif self._form.photos == "published":
            content, suffix = self._published(path, name, kind, orientation)
            media_type = next(media for media, ending in _SHOWN.values() if ending == suffix)
        file_name = f"{digest[:32]}{suffix}"
        url = self._site.uri("photos", file_name) if self._site else f"photos/{file_name}"
        return Shot(Photo(name, url, whole.width, whole.height, media_type), file_name, content)

    def _published(self, path: Path, name: str, kind: str, orientation: int) -> tuple[Path | bytes, str]:
        """What goes on the web, and its ending: the file, without its metadata unless they are wanted."""
        if kind not in _SHOWN:
            return _jpeg(path, name), _SHOWN["JPEG"][1]
        if self._keep:
            return path, _SHOWN[kind][1]
        try:
            return bare(path.read_bytes(), kind, orientation), _SHOWN[kind][1]
        except InputError:  # damaged, though the picture can be seen: only a new file is sure to hold nothing else
            return _jpeg(path, name), _SHOWN["JPEG"][1]


def _orientation(image: Image.Image) -> int:
    """Which way is up, as EXIF counts; 1 (as it is) where that cannot be read."""
    try:
        told = image.getexif().get(_ORIENTATION, 1)
    except Exception:  # damaged EXIF raises a dozen kinds of error
        return 1
    return told if isinstance(told, int) else 1


def _jpeg(path: Path, name: str) -> bytes:
    """The photo as a JPEG, upright, with its colour profile if its colours are still those."""
    buffer = io.BytesIO()
    try:
        with path.open("rb") as file, quiet(), open_photo(file, name) as image:
            image.load()
            upright = ImageOps.exif_transpose(image) if image.format != "TIFF" else image  # Pillow turns TIFFs itself
            profile = image.info.get("icc_profile") if image.mode == "RGB" else None
            to_rgb(upright).save(buffer, "JPEG", quality=_QUALITY, icc_profile=profile)
    except PhotoError:
        raise
    except (Image.DecompressionBombError, MemoryError) as error:
        raise InputError("is too large to be published; hand in a smaller copy") from error
    except Exception as error:  # Pillow's decoders raise a dozen kinds of error on damaged files
        raise InputError(f"is damaged ({type(error).__name__}); save it anew as JPEG") from error
    return buffer.getvalue()
