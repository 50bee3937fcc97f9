"""A photo as static IIIF Image API 3 tiles (level 0): files that any web server hands out, no image server needed.

libvips cuts them; it comes with the extra ``formats``.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from biaotu.errors import InputError, UsageError
from biaotu.export.exchange import Site, step_name

TILE: Final = 512
"""Side of a tile in pixels."""


@dataclass(frozen=True, slots=True)
class Tiles:
    """What was cut: the folder, the service's base for ``Photo.service``, the upright photo's size in pixels."""

    folder: Path
    service: str
    width: int
    height: int


def cut_tiles(photo: bytes, name: str, folder: Path, site: Site) -> Tiles:
    """Cut a photo, turned upright by its own orientation mark, into ``folder/NAME/`` with its ``info.json``.

    Args:
        photo: the file's bytes, in a format that libvips reads.
        name: the image's step in its address; also the folder's name, percent-encoded.
        folder: where to write, made if missing; published as ``BASE/iiif/image``.
        site: where it is published.

    Raises:
        UsageError: if the extra ``formats`` is not installed, or the folder of that name is there already.
        InputError: if the bytes are no photo that can be read.
    """
    try:
        import pyvips
    except (ImportError, OSError) as error:
        raise UsageError("tiles are cut by libvips, which is not installed: pip install 'biaotu[formats]'") from error
    target = folder / step_name(name)
    if target.exists():
        raise UsageError(f"{target}: is there already; remove it or choose another folder")
    folder.mkdir(parents=True, exist_ok=True)
    base = site.uri("iiif", "image")
    try:
        image = pyvips.Image.new_from_buffer(photo, "").autorot()
        image.dzsave(str(target), layout="iiif3", id=base, tile_size=TILE, suffix=".jpg[Q=88]")
    except pyvips.Error as error:
        raise InputError(f"photo {name}: cannot be read ({_first_line(error)}); save it anew as JPEG") from error
    service = site.uri("iiif", "image", name)
    _name_service(target / "info.json", service)
    return Tiles(target, service, image.width, image.height)


def _name_service(path: Path, service: str) -> None:
    """Libvips joins base and folder name itself; the address must be the encoded one whatever the folder is called."""
    info: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    info["id"] = service
    path.write_text(json.dumps(info, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def _first_line(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[-1] if lines else type(error).__name__
