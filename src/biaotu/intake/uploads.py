"""Lists and photos that come in through the browser, kept in the data folder so that an import outlasts a restart.

    <data>/uploads/<key>/list/…         the list, under its own name: rows without a number are called after it
    <data>/uploads/<key>/photos/…       its photos
    <data>/uploads/<key>/request.json   what was asked for

Names come from strangers: no part of one is used before it is made harmless, and no file is written outside.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import time
import unicodedata
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

from biaotu.errors import InputError, NotFound, StoreError
from biaotu.intake.request import ImportRequest
from biaotu.records.photos import SUFFIXES

LISTS: Final = frozenset({".jsonl", ".ndjson", ".json", ".csv", ".tsv", ".tab", ".txt", ".xlsx", ".xlsm"})
"""Endings of lists that are taken."""

_KEY = re.compile(r"[0-9a-f]{32}")
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f<>:"|?*\\/\ud800-\udfff\u202a-\u202e\u2066-\u2069]')
_RESERVED = re.compile(r"(?i)(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?")
_LONGEST: Final = 120
_DEPTH: Final = 4
_BLOCK: Final = 1 << 20


def safe_name(name: str) -> str:
    """One part of a path that is harmless on every system: no separators, no controls, no reserved name.

    Raises:
        InputError: if nothing is left of it.
    """
    text = _FORBIDDEN.sub("_", unicodedata.normalize("NFC", name)).strip(" .")
    if _RESERVED.fullmatch(text):
        text = f"_{text}"
    stem, dot, suffix = text.rpartition(".")
    stem, suffix = (stem, dot + suffix) if stem and len(suffix) <= 8 else (text, "")
    while len((stem + suffix).encode()) > _LONGEST * 2 or len(stem + suffix) > _LONGEST:
        stem = stem[:-1]
    if not stem.strip("_ "):
        raise InputError(f"{name!r} is no usable file name; rename the file")
    return stem + suffix


def safe_path(name: str) -> Path:
    """A relative path of harmless parts; ``..`` and drives go, folders stay (``0358/正面.jpg``).

    Raises:
        InputError: if nothing is left of it.
    """
    parts = [part for part in name.replace("\\", "/").split("/") if part.strip(" .") and not part.endswith(":")]
    return Path(*map(safe_name, (parts or [name])[-_DEPTH:]))


@dataclass(frozen=True, slots=True)
class Upload:
    """One upload in the making or ready: its key and its folder."""

    key: str
    folder: Path

    @property
    def photos(self) -> Path:
        """The folder of its photos."""
        return self.folder / "photos"

    def add_list(self, name: str, content: BinaryIO) -> Path:
        """Keep the list under its own name, made harmless.

        Raises:
            InputError: if the ending is none of a list, or a list is there already.
            StoreError: if it cannot be written.
        """
        shown = safe_name(name.replace("\\", "/").rpartition("/")[2])
        suffix = Path(shown).suffix.lower()
        if suffix not in LISTS:
            raise InputError(f"{shown}: is no list that is read; hand in {' '.join(sorted(LISTS))}")
        if (self.folder / "list").exists():
            raise InputError(f"{shown}: a list was handed in already; an import takes one")
        return _keep(content, self.folder / "list" / shown)

    def add_photo(self, name: str, content: BinaryIO) -> Path:
        """Keep a photo under its own name, made harmless; of two of one name the second is refused.

        Raises:
            InputError: if the name is none of a picture, or is taken.
            StoreError: if it cannot be written.
        """
        path = safe_path(name)
        if path.suffix.casefold() not in SUFFIXES:
            raise InputError(f"{path.as_posix()}: is no picture by its name; hand in .jpg .png .webp .tif .bmp .gif")
        place = self.photos / path
        if place.exists():
            raise InputError(f"{path.as_posix()}: comes twice; give the photos different names")
        return _keep(content, place)

    def settle(
        self, *, name: str = "", museum: str = "", collection: str = "", update: bool = False, sheet: str | None = None
    ) -> ImportRequest:
        """Write down what is asked for; from now on ``Uploads.request`` knows it.

        Raises:
            InputError: if there is neither a list nor a photo.
            StoreError: if it cannot be written.
        """
        lists = sorted(self.folder.glob("list/*"))
        if not lists and not self.photos.is_dir():
            raise InputError("the upload holds neither a list nor a photo; hand in one of them")
        asked: dict[str, Any] = {"list": lists[0].name if lists else None, "name": name, "museum": museum}
        asked |= {"collection": collection, "update": update, "sheet": sheet}
        draft = self.folder / "request.new"
        try:
            draft.write_text(json.dumps(asked, ensure_ascii=False), encoding="utf-8")
            draft.replace(self.folder / "request.json")
        except OSError as error:
            raise StoreError(f"the upload cannot be kept in {self.folder} ({error.strerror})") from error
        return self.request()

    def request(self) -> ImportRequest:
        """What was asked for.

        Raises:
            NotFound: if the upload was never settled.
        """
        try:
            asked: dict[str, Any] = json.loads((self.folder / "request.json").read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise NotFound(f"the upload {self.key} is not there or not complete; hand the list in again") from error
        images = self.photos if self.photos.is_dir() else None
        listed = asked["list"]
        return ImportRequest(
            file=self.folder / "list" / listed if listed else self.photos,
            images=images if listed else None,
            museum=asked["museum"],
            collection=asked["collection"],
            update=asked["update"],
            sheet=asked["sheet"],
            name=asked["name"],
            uploaded=True,
        )

    def discard(self) -> None:
        """Remove the files; the ledger of an import that was run stays."""
        shutil.rmtree(self.folder, ignore_errors=True)


class Uploads:
    """The uploads of one data folder."""

    def __init__(self, data: Path) -> None:
        self.folder = data / "uploads"

    def begin(self) -> Upload:
        """Make room for a new upload; nobody can guess its key.

        Raises:
            StoreError: if the folder cannot be made.
        """
        key = secrets.token_hex(16)
        folder = self.folder / key
        try:
            folder.mkdir(parents=True)
        except OSError as error:
            raise StoreError(f"{folder}: cannot be made ({error.strerror}); make room or check permissions") from error
        return Upload(key, folder)

    def find(self, key: str) -> Upload:
        """An upload by its key.

        Raises:
            NotFound: if there is none.
        """
        folder = self.folder / key
        if not _KEY.fullmatch(key) or not folder.is_dir():
            raise NotFound(f"there is no upload {key[:40]!r}; hand the list in again")
        return Upload(key, folder)

    def tidy(self, older: float) -> int:
        """Discard uploads that were never settled and are older than so many seconds; how many went."""
        gone = 0
        if not self.folder.is_dir():
            return gone
        for folder in self.folder.iterdir():
            with suppress(OSError):
                if not (folder / "request.json").exists() and time.time() - folder.stat().st_mtime > older:
                    Upload(folder.name, folder).discard()
                    gone += 1
        return gone


def _keep(content: BinaryIO, path: Path) -> Path:
    """Write a stream to a file that was not there; what was torn off midway is removed."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            try:
                shutil.copyfileobj(content, file, _BLOCK)
                file.flush()
                os.fsync(file.fileno())
            except BaseException:
                path.unlink(missing_ok=True)
                raise
    except FileExistsError as error:
        raise InputError(f"{path.name}: comes twice; hand it in once") from error
    except OSError as error:
        raise StoreError(f"{path.name}: cannot be kept ({error.strerror}); make room on the disk") from error
    return path
