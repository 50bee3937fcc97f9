"""Photos on disk, named by the SHA-256 of their bytes: the same photo lies there once, and never changes."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from biaotu.errors import NotFound, StoreError

CHUNK: Final = 1 << 20
NEW: Final = ".new-"
"""How names of files begin that are being written."""


@dataclass(frozen=True, slots=True)
class KeptPhoto:
    """A photo in the folder: SHA-256 in hex, size in bytes, place."""

    digest: str
    size: int
    path: Path


class PhotoFolder:
    """The folder of the photos: ``ab/abcdef….jpg``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, digest: str, suffix: str) -> Path:
        """Where a photo lies or would lie; ``suffix`` as ``.jpg``.

        Raises:
            ValueError: if the digest is no SHA-256 in hex or the suffix could leave the folder.
        """
        if len(digest) != 64 or set(digest) - set("0123456789abcdef"):
            raise ValueError(f"no SHA-256: {digest!r}")
        if suffix and not (suffix.startswith(".") and suffix[1:].isascii() and suffix[1:].isalnum()):
            raise ValueError(f"no file suffix: {suffix!r}")
        return self.folder / digest[:2] / (digest + suffix)

    def put(self, source: Path | bytes, suffix: str) -> KeptPhoto:
        """Keep a photo, unaltered; when this returns it is on the disk. A damaged copy of it is replaced.

        Raises:
            StoreError: if the source cannot be read or the folder not be written.
        """
        try:
            return self._put(source, suffix)
        except OSError as error:
            raise StoreError(f"the photo could not be kept in {self.folder}: {error}") from error

    def _put(self, source: Path | bytes, suffix: str) -> KeptPhoto:
        self.folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=NEW, dir=self.folder)
        fresh = Path(name)
        try:
            with os.fdopen(handle, "wb") as out:
                digest, size = _copy(source, out)
                path = self.path(digest, suffix)
                if _digest(path) == digest:
                    return KeptPhoto(digest, size, path)
                out.flush()
                os.fsync(out.fileno())
            fresh.chmod(0o644)
            if not path.parent.is_dir():
                path.parent.mkdir(exist_ok=True)
                _sync_folder(self.folder)
            fresh.replace(path)
            _sync_folder(path.parent)
            return KeptPhoto(digest, size, path)
        finally:
            with suppress(FileNotFoundError):
                fresh.unlink()

    def read(self, digest: str, suffix: str) -> bytes:
        """A photo's bytes.

        Raises:
            NotFound: if its file is missing.
        """
        try:
            return self.path(digest, suffix).read_bytes()
        except FileNotFoundError as error:
            raise NotFound(f"the file of photo {digest} is missing from {self.folder}") from error

    def intact(self, digest: str, suffix: str) -> bool:
        """Whether the file is there and holds what its name says; reads it all."""
        return _digest(self.path(digest, suffix)) == digest


def _copy(source: Path | bytes, out: BinaryIO) -> tuple[str, int]:
    hashed, size = hashlib.sha256(), 0
    for chunk in _chunks(source):
        hashed.update(chunk)
        out.write(chunk)
        size += len(chunk)
    return hashed.hexdigest(), size


def _chunks(source: Path | bytes) -> Iterator[bytes]:
    if isinstance(source, bytes):
        yield source
        return
    with source.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk


def _digest(path: Path) -> str | None:
    """SHA-256 of a file; None if it is not there."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return None


def _sync_folder(folder: Path) -> None:
    """Make a new name in a folder outlast a power cut; Windows has no such call and needs none."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
