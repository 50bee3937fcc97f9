"""Static tiles: cut by libvips, every tile that the info.json promises is there and shows that part of the photo."""

from __future__ import annotations

import io
import json
import math
from pathlib import Path

import pytest
from PIL import Image

from biaotu.errors import InputError, UsageError
from biaotu.export.iiif.tiles import TILE, cut_tiles
from format_samples import ROOT, SITE


def photo(width: int, height: int, orientation: int | None = None) -> bytes:
    """A photo whose left half is red and right half blue."""
    image = Image.new("RGB", (width, height), (0, 0, 255))
    image.paste((255, 0, 0), (0, 0, width // 2, height))
    buffer = io.BytesIO()
    exif = Image.Exif()
    if orientation:
        exif[0x0112] = orientation
    image.save(buffer, "JPEG", quality=95, exif=exif)
    return buffer.getvalue()


def test_all_promised_tiles_are_there(tmp_path: Path) -> None:
    tiles = cut_tiles(photo(1300, 700), "soviet 0042/1", tmp_path, SITE)
    info = json.loads((tiles.folder / "info.json").read_text(encoding="utf-8"))
    assert info["id"] == tiles.service == f"{SITE.base}/iiif/image/soviet%200042%2F1"
    assert info["type"] == "ImageService3" and info["profile"] == "level0" and info["protocol"]
    assert (info["width"], info["height"]) == (tiles.width, tiles.height) == (1300, 700)
    (tiling,) = info["tiles"]
    assert tiling["width"] == TILE
    count = 0
    for scale in tiling["scaleFactors"]:
        side = TILE * scale
        for x in range(0, tiles.width, side):
            for y in range(0, tiles.height, side):
                width, height = min(side, tiles.width - x), min(side, tiles.height - y)
                size = f"{math.ceil(width / scale)},{math.ceil(height / scale)}"
                whole = (width, height) == (tiles.width, tiles.height)
                region = "full" if whole else f"{x},{y},{width},{height}"
                with Image.open(tiles.folder / region / size / "0" / "default.jpg") as tile:
                    assert f"{tile.width},{tile.height}" == size
                count += 1
    assert count >= 7


def test_a_tile_shows_its_part(tmp_path: Path) -> None:
    tiles = cut_tiles(photo(1300, 700), "a", tmp_path, SITE)
    with Image.open(tiles.folder / "0,0,512,512" / "512,512" / "0" / "default.jpg") as tile:
        red = tile.convert("RGB").getpixel((10, 10))
    with Image.open(tiles.folder / "1024,0,276,512" / "276,512" / "0" / "default.jpg") as tile:
        blue = tile.convert("RGB").getpixel((10, 10))
    assert red[0] > 240 > 20 > red[2] and blue[2] > 240 > 20 > blue[0]  # type: ignore[index]


def test_a_photo_on_its_side_is_turned_upright(tmp_path: Path) -> None:
    tiles = cut_tiles(photo(600, 300, orientation=6), "a", tmp_path, SITE)
    assert (tiles.width, tiles.height) == (300, 600)


def test_an_example_photo(tmp_path: Path) -> None:
    tiles = cut_tiles((ROOT / "examples/photos/war-0132.jpg").read_bytes(), "war-0132", tmp_path, SITE)
    assert json.loads((tiles.folder / "info.json").read_text(encoding="utf-8"))["width"] == tiles.width


def test_what_is_no_photo_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"photo x: cannot be read \(.+\); save it anew"):
        cut_tiles(b"no photo", "x", tmp_path, SITE)


def test_tiles_are_never_overwritten(tmp_path: Path) -> None:
    cut_tiles(photo(20, 10), "a", tmp_path, SITE)
    with pytest.raises(UsageError, match="is there already"):
        cut_tiles(photo(20, 10), "a", tmp_path, SITE)
