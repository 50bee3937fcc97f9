"""BagIt packages (RFC 8493, version 1.0): files with their checksums, to be handed over and kept.

Written here and not by the ``bagit`` library, which changes the process's working folder (threads of a server would
lose theirs) and writes version 0.97; that library judges every bag in the tests.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Final

from biaotu.errors import UsageError

_BLOCK: Final = 1 << 20
_DECLARATION: Final = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"


def write_bag(
    folder: Path, payload: Iterable[tuple[str, bytes | Path]], *, day: date, info: Mapping[str, str] | None = None
) -> int:
    """Write a bag into a new folder.

    Args:
        folder: must not exist yet; a bag is never changed.
        payload: name inside of the bag (``photos/0358.jpg``) and content, bytes or the file to copy.
        day: the day of bagging.
        info: further lines of ``bag-info.txt``, such as ``Source-Organization``.

    Returns:
        How many payload files there are.

    Raises:
        UsageError: if the folder is there already, a name leads out of the bag, has a percent sign or line
            end, or two names are one on some disks.
    """
    if folder.exists():
        raise UsageError(f"{folder}: is there already; a bag is written into a new folder")
    data = folder / "data"
    data.mkdir(parents=True)
    sums: dict[str, str] = {}
    seen: set[str] = set()
    size = 0
    for name, content in payload:
        place = _inside(name, seen)
        target = data.joinpath(*place.parts)
        target.parent.mkdir(parents=True, exist_ok=True)
        digest, length = _copy(content, target)
        sums[f"data/{place}"] = digest
        size += length
    lines = {**(info or {}), "Bagging-Date": day.isoformat(), "Payload-Oxum": f"{size}.{len(sums)}"}
    tags = {
        "bagit.txt": _DECLARATION,
        "bag-info.txt": "".join(f"{_line(label)}: {_line(value)}\n" for label, value in lines.items()),
        "manifest-sha256.txt": _manifest(sums),
    }
    for name, text in tags.items():
        (folder / name).write_bytes(text.encode())
    tag_sums = {name: hashlib.sha256(text.encode()).hexdigest() for name, text in tags.items()}
    (folder / "tagmanifest-sha256.txt").write_bytes(_manifest(tag_sums).encode())
    return len(sums)


def _inside(name: str, seen: set[str]) -> PurePosixPath:
    place = PurePosixPath(name.replace("\\", "/"))
    if place.is_absolute() or ".." in place.parts or not place.parts or ":" in place.parts[0] or "\0" in name:
        raise UsageError(f"{name!r}: leads out of the bag; give a name like photos/0358.jpg")
    if set(name) & set("%\r\n"):
        # The RFC has them percent-encoded, the most used library reads a percent sign as it stands: no bag has them.
        raise UsageError(f"{name!r}: has a percent sign or a line end, which programs read differently; rename it")
    same = unicodedata.normalize("NFC", str(place)).casefold()
    if same in seen:
        raise UsageError(f"{name!r}: is in the bag already, or differs by case only")
    seen.add(same)
    return place


def _copy(content: bytes | Path, target: Path) -> tuple[str, int]:
    """Write a payload file; its SHA-256 and size in bytes."""
    digest = hashlib.sha256()
    size = 0
    with target.open("xb") as out:
        if isinstance(content, bytes):
            digest.update(content)
            return digest.hexdigest(), out.write(content)
        with content.open("rb") as file:
            while block := file.read(_BLOCK):
                digest.update(block)
                size += out.write(block)
    return digest.hexdigest(), size


def _manifest(sums: Mapping[str, str]) -> str:
    return "".join(f"{digest}  {name}\n" for name, digest in sorted(sums.items()))


def _line(text: str) -> str:
    return " ".join(text.split())
