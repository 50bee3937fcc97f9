"""A folder of photos as a list of objects: one record for each number found in the file names, no words."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from biaotu.errors import InputError
from biaotu.records.photos import PhotoIndex, fold, number_key, split_suffix
from biaotu.records.rows import Row
from biaotu.records.types import readable

IMAGES_KEY = "images"
ID_KEY = "id"

# What tells photos of one object apart, behind its number: -1, _02, (3), （3）, -正面, _back.
_SIDES = (
    "正面|背面|反面|侧面|正|背|反|侧|左|右|顶部|顶|底部|底|内部|内|局部|细节|全景|全|封面|封底|内页"
    "|front|back|side|detail|top|bottom|cover"
)
_TAIL = re.compile(
    rf"\s*(?:[-_—–]\s*(?:[0-9]{{1,3}}|(?:{_SIDES})[0-9]{{0,2}})|[(（\[【]\s*[0-9]{{1,3}}\s*[)）\]】]|\s(?:{_SIDES}))$",
    re.IGNORECASE,
)
_CAMERA = re.compile(
    r"(?:img|dsc|dscn|dscf|dji|pxl|mvimg|mmexport|wx_camera|screenshot|image|photo|scan|p|微信图片|微信截图|截图|图片|照片|图|扫描)"
    r"[\s_\-(]*[0-9][0-9_\-\s().]*"
)


def folder_rows(index: PhotoIndex, path: Path) -> Iterator[Row]:
    """One row for each object, in natural order of the photos; ``id`` and ``images`` filled.

    Raises:
        InputError: if no photo lies in the folder or below it, naming what does.
    """
    if not index.names:
        found = sorted(entry.name for entry in path.iterdir() if not entry.name.startswith("."))
        held = f"it holds {', '.join(found[:8])}{' …' if len(found) > 8 else ''}" if found else "it is empty"
        tables = [name for name in found if Path(name).suffix.lower() in {".xlsx", ".xlsm", ".csv", ".tsv", ".jsonl"}]
        advice = f"; name the list itself: {path / tables[0]}" if tables else ""
        raise InputError(
            f"no photo (.jpg .png .webp .tif .bmp .gif) in this folder or below; {held}{advice}", file=str(path)
        )
    groups: dict[str, list[str]] = defaultdict(list)
    spelling: dict[str, str] = {}
    for name in index.names:
        number = photo_number(name)
        groups[number_key(number)].append(name)
        spelling.setdefault(number_key(number), number)
    for key, names in groups.items():
        yield Row(None, {ID_KEY: spelling[key], IMAGES_KEY: names}, file=readable(str(path / names[0])))


def photo_number(name: str) -> str:
    """The number that a photo's name gives its object.

    The end that counts the photos of one object is cut off (``0358-1`` -> ``0358``) where a digit stands before it. A
    name that a camera gave (``IMG_0012``), or a mere count (``1``), says nothing; then the nearest folder with a digit
    in its name is the number, and without one the name itself with its folders.

    Args:
        name: path of the photo below the folder, with forward slashes.
    """
    *folders, last = readable(name).split("/")
    stem = split_suffix(last)[0].strip()
    head = _TAIL.sub("", stem)
    if not _has_digit(head):
        head = stem
    folder = next((folder.strip() for folder in reversed(folders) if _has_digit(folder)), None)
    says_nothing = _CAMERA.fullmatch(fold(stem)) is not None or not _has_digit(head)
    if says_nothing:
        return folder or "/".join([*folders, stem])
    if folder and head.isdecimal() and len(head) <= 2 < len(folder):
        return folder
    return head


def _has_digit(text: str) -> bool:
    return any("0" <= char <= "9" for char in fold(text))
