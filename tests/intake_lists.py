"""Lists and photos for the tests of import: invented objects, photos of soft blobs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from biaotu.intake import ImportRequest


def photo(path: Path, seed: int = 0, size: tuple[int, int] = (90, 70), **options: Any) -> Path:
    """A photo; another seed shows another scene."""
    small = np.random.default_rng(seed).integers(0, 256, (6, 8, 3), dtype=np.uint8)
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(small).resize(size, Image.Resampling.BICUBIC).save(path, **options)
    return path


def table(path: Path, *rows: str, header: str = "编号,名称,描述,图片") -> Path:
    """A CSV file."""
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def make(tmp_path: Path, count: int = 30, *, photos: int = 5) -> ImportRequest:
    """A list of ``count`` objects of 某馆, the first ``photos`` of them with a photo."""
    folder = tmp_path / "照片"
    folder.mkdir(exist_ok=True)
    for place in range(photos):
        photo(folder / f"{place:04}.jpg", place)
    source = table(tmp_path / "单.csv", *[f"{place:04},第{place}件铁壶,高{place}厘米," for place in range(count)])
    return ImportRequest(source, images=folder, museum="某馆")


def change(request: ImportRequest, place: int = 4, title: str = "改名的铁壶", *, update: bool = True) -> ImportRequest:
    """The same list with another title for one object, as a file of its own."""
    text = request.file.read_text(encoding="utf-8").replace(f"第{place}件铁壶", title)
    other = request.file.with_name(f"改{place}.csv")
    other.write_text(text, encoding="utf-8")
    return ImportRequest(other, images=request.images, museum=request.museum, update=update)
