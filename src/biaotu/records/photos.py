"""Photos in a folder, found by name or by the number of the object (``0358-1.jpg`` belongs to 编号 0358).

A file name belongs to a number when it begins with it and no letter or digit follows: ``0358.jpg``, ``0358-1.jpg``,
``0358(3).jpg``, ``0358 手榴弹.jpg``, but not ``03581.jpg``. Where several numbers of the list would do (0358 and
0358-1), the longest takes the photo. A folder may carry the number as well (``0358/正面.jpg``).
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Final

from biaotu.records.types import readable

SUFFIXES: Final = frozenset(
    [
        ".jpg",
        ".jpeg",
        ".jpe",
        ".jfif",
        ".png",
        ".webp",
        ".tif",
        ".tiff",
        ".bmp",
        ".dib",
        ".gif",
        ".heic",
        ".heif",
        ".avif",
    ]
)
"""File name endings of pictures; some of the last cannot be decoded everywhere, which the image step then tells."""

_WIDE: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_DASHES = re.compile(r"[_/\\:–—―−]")
_LOOSE_SPACE = re.compile(r"(?<![0-9a-z])\s+|\s+(?![0-9a-z])")
_DIGITS = re.compile(r"([0-9]+)")
_JUNK_FOLDERS: Final = {"__MACOSX", "@eaDir", "$RECYCLE.BIN", "System Volume Information"}
_SHORT: Final = 2


def fold(name: str) -> str:
    """The form in which file names are compared: composed accents, half-width, no case."""
    return unicodedata.normalize("NFC", readable(name)).translate(_WIDE).casefold()


def number_key(number: str) -> str:
    """The form in which numbers are compared: as ``fold``, all dashes and slashes alike, no loose spaces."""
    return _LOOSE_SPACE.sub("", _DASHES.sub("-", fold(number)).strip())


_Natural = tuple[tuple[int, int, str], ...]


def natural_key(name: str) -> tuple[_Natural, _Natural, str]:
    """Sorts ``0358.jpg``, ``0358-2.jpg``, ``0358-10.jpg`` in this order, and folders behind the files beside them."""
    folder, _, last = fold(name).rpartition("/")
    stem, suffix = split_suffix(last)
    return _natural(folder), _natural(stem), suffix


def _natural(text: str) -> _Natural:
    parts = enumerate(_DIGITS.split(text))
    return tuple((0, int(part), part) if place % 2 else (1, 0, part) for place, part in parts if part)


def split_suffix(name: str) -> tuple[str, str]:
    """A name and its picture ending; the ending is empty if it is none of ours (``0358.1``)."""
    stem, suffix = os.path.splitext(name)  # noqa: PTH122 - a name, not a path
    return (stem, suffix) if suffix.casefold() in SUFFIXES else (name, "")


class PhotoIndex:
    """The photos under a folder, listed once and only when a look at the disk is not enough.

    Args:
        root: the folder that names are relative to.
        depth: how many folders deep to look; None for all the way down.
        inside: find nothing that lies outside of the folder, be it named by ``..``, by an absolute path or by a link;
            without it names are followed wherever they lead.
    """

    def __init__(self, root: Path, *, depth: int | None = None, inside: bool = False) -> None:
        self.root = root
        self.inside = inside
        self._depth = depth
        self._owned: dict[str, tuple[str, ...]] = {}
        self._by_zeros: set[str] = set()
        self._used: set[str] = set()

    @cached_property
    def names(self) -> tuple[str, ...]:
        """All photos, relative to ``root`` with forward slashes, in natural order."""
        return tuple(sorted(self._walk(), key=lambda name: (natural_key(name), name)))

    def find(self, name: str) -> tuple[str, ...]:
        """The photos that a name may mean, the likeliest first; empty if there is none.

        The name is looked up as it stands, then without regard to case, with folders left out (a path of another
        computer), and without its ending.
        """
        given = name.strip()
        if not given:
            return ()
        for spelling in (given, given.replace("\\", "/")):
            if self._is_photo(spelling):
                return (spelling,)
        parts = [part for part in fold(given).replace("\\", "/").split("/") if part not in {"", "."}]
        if not parts:
            return ()
        return self._nearest(parts, self._by_name) or self._nearest(
            [*parts[:-1], split_suffix(parts[-1])[0]], self._by_stem
        )

    def refuses(self, name: str) -> bool:
        """Whether a name is not followed because it leads out of the folder."""
        return self.inside and any(leads_out(self.root, spelling) for spelling in (name, name.replace("\\", "/")))

    def claim(self, numbers: Iterable[str]) -> None:
        """Give every photo to one of these numbers, all that the list has."""
        keys = {key for key in map(number_key, numbers) if key}
        short = Counter(key.lstrip("0") for key in keys if key.isdecimal())
        zeros = {key.lstrip("0"): key for key in keys if key.isdecimal() and short[key.lstrip("0")] == 1}
        zeros.pop("", None)
        owned: dict[str, list[str]] = defaultdict(list)
        for name in self.names:
            owner = self._owner(name, keys, {})
            if owner is None and (owner := self._owner(name, keys, zeros)):
                self._by_zeros.add(name)
            if owner is not None:
                owned[owner].append(name)
        self._owned = {key: tuple(names) for key, names in owned.items()}

    def of(self, number: str) -> tuple[str, ...]:
        """The photos that ``claim`` gave to a number, in natural order."""
        return self._owned.get(number_key(number), ())

    def differs_in_zeros(self, name: str) -> bool:
        """Whether a photo was given to its number by leaving out leading zeros, which Excel drops (358 for 0358)."""
        return name in self._by_zeros

    def use(self, names: Iterable[str]) -> None:
        """Note that photos went into a record."""
        self._used.update(names)

    def unmatched(self) -> tuple[str, ...]:
        """The photos that went into no record, in natural order."""
        # A name may have been given as a full path, or in other case on a disk that does not mind.
        used: set[str] = set()
        for name in self._used:
            if "\0" not in name:
                place = os.path.relpath(os.path.join(self.root, name), self.root)  # noqa: PTH118 - bad names must not raise
                used.add(fold(place).replace("\\", "/"))
        return tuple(name for name in self.names if fold(name) not in used)

    def _is_photo(self, name: str) -> bool:
        found = os.path.isfile(os.path.join(self.root, name))  # noqa: PTH113, PTH118 - bad names must not raise
        return found and not self.refuses(name)

    def _walk(self) -> Iterator[str]:
        for folder, folders, files in os.walk(self.root):
            inside = Path(folder).relative_to(self.root)
            if self._depth is not None and len(inside.parts) >= self._depth:
                folders.clear()
            folders[:] = [name for name in folders if not name.startswith(".") and name not in _JUNK_FOLDERS]
            for name in files:
                # "._0358.jpg" and the like are shadows that macOS leaves behind, not photos.
                if name.startswith(".") or not split_suffix(name)[1]:
                    continue
                place = inside / name
                if not (self.inside and (self.root / place).is_symlink() and self.refuses(place.as_posix())):
                    yield place.as_posix()

    @cached_property
    def _by_name(self) -> dict[str, list[str]]:
        return self._grouped(lambda last: last)

    @cached_property
    def _by_stem(self) -> dict[str, list[str]]:
        return self._grouped(lambda last: split_suffix(last)[0])

    def _grouped(self, key: Callable[[str], str]) -> dict[str, list[str]]:
        groups: dict[str, list[str]] = defaultdict(list)
        for name in self.names:
            groups[key(fold(name.rpartition("/")[2]))].append(name)
        return groups

    def _nearest(self, parts: list[str], groups: dict[str, list[str]]) -> tuple[str, ...]:
        """Of the photos with this last part, those that share the most folders with the name, counted from the end."""
        found = groups.get(parts[-1], [])
        if len(found) < 2:
            return tuple(found)
        shared = {name: _shared_end(fold(name).split("/")[:-1], parts[:-1]) for name in found}
        most = max(shared.values())
        return tuple(name for name in found if shared[name] == most)

    def _owner(self, name: str, keys: set[str], zeros: dict[str, str]) -> str | None:
        *folders, last = name.split("/")
        stem = split_suffix(last)[0]
        own = _first(_beginnings(stem), keys, zeros)
        if own is not None and not (stem.isdecimal() and len(stem) <= _SHORT):
            return own
        # 0358/1.jpg: so short a name counts within its folder, if the folder has a number.
        for folder in reversed(folders):
            owner = _first(_beginnings(folder), keys, zeros)
            if owner is not None:
                return owner
        return own


def leads_out(root: Path, name: str) -> bool:
    """Whether a name leads out of a folder: by ``..``, as an absolute path or through a link."""
    try:
        inside = os.path.realpath(root)
        return os.path.commonpath([inside, os.path.realpath(os.path.join(inside, name))]) != inside  # noqa: PTH118
    except ValueError:  # a NUL byte makes no name; another drive is outside
        return "\0" not in name


def _beginnings(name: str) -> Iterator[str]:
    """The numbers that a file or folder name may begin with, the longest first."""
    text = _DASHES.sub("-", fold(name))
    for end in range(len(text), 0, -1):
        if end < len(text) and text[end].isascii() and text[end].isalnum():
            continue
        if not text[end - 1].isspace():
            yield _LOOSE_SPACE.sub("", text[:end].strip())


def _first(beginnings: Iterable[str], keys: set[str], zeros: dict[str, str]) -> str | None:
    for beginning in beginnings:
        if beginning in keys:
            return beginning
        if beginning.isascii() and beginning.isdecimal() and (owner := zeros.get(beginning.lstrip("0"))):
            return owner
    return None


def _shared_end(left: list[str], right: list[str]) -> int:
    count = 0
    for one, other in zip(reversed(left), reversed(right), strict=False):
        if one != other:
            break
        count += 1
    return count
