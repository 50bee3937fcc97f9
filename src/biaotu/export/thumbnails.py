"""Small JPEG pictures for the HTML page, as data URIs; a photo that cannot be shown becomes a reason in words."""

from __future__ import annotations

import base64
import io
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PIL import Image, ImageOps

SIZE: Final = (400, 400)
MAX_PIXELS: Final = 200_000_000
FORMATS: Final = ("JPEG", "PNG", "WEBP", "TIFF", "BMP", "GIF")
_QUALITY: Final = 74


@dataclass(frozen=True, slots=True)
class Picture:
    """One photo on the page: ``uri`` is a JPEG data URI; where it is empty, ``reason`` says why in Chinese.

    ``full`` is the size of the photo itself, upright, in which boxes of words count.
    """

    name: str
    uri: str = ""
    width: int = 0
    height: int = 0
    reason: str = ""
    full: tuple[int, int] = (0, 0)


def picture(name: str, path: Path) -> Picture:
    """Make the small picture of a photo; never raises."""
    try:
        if not path.is_file():
            return Picture(name, reason="找不到照片")
        if path.stat().st_size == 0:
            return Picture(name, reason="照片是空文件")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(path, formats=FORMATS) as image:
                if image.width * image.height > MAX_PIXELS:
                    return Picture(name, reason=f"照片过大（{image.width}×{image.height}）")
                return _small(name, image)
    except (Image.DecompressionBombError, MemoryError):
        return Picture(name, reason="照片过大")
    except (
        Exception
    ):  # Pillow's decoders raise a dozen kinds of error on damaged files; the page shows one placeholder.
        return Picture(name, reason="照片无法打开，文件可能已损坏")


def _small(name: str, image: Image.Image) -> Picture:
    full = image.size
    image.draft("RGB", SIZE)
    upright = ImageOps.exif_transpose(image)
    if upright.size == image.size[::-1]:
        full = full if image.width == image.height else full[::-1]
    if upright.mode.startswith(("I", "F")):
        # 16-bit greys would be clipped to white by a plain conversion.
        low, high = upright.getextrema()
        scale = 255 / max(float(high) - min(float(low), 0.0), 255.0)  # type: ignore[arg-type]
        upright = upright.convert("F").point(lambda value: value * scale).convert("L")
    if upright.mode in {"P", "PA", "LA", "RGBA", "La", "RGBa"} or "transparency" in upright.info:
        layer = upright.convert("RGBA")
        upright = Image.alpha_composite(Image.new("RGBA", layer.size, "white"), layer)
    small = upright.convert("RGB")
    small.thumbnail(SIZE)
    buffer = io.BytesIO()
    small.save(buffer, "JPEG", quality=_QUALITY)
    uri = "data:image/jpeg;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")
    return Picture(name, uri, small.width, small.height, full=full)
