"""A backup of a store on SQLite, made while people work: a folder that is a store itself."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from biaotu.errors import NotFound, Refused, StoreError
from biaotu.store.photos import PhotoFolder
from biaotu.store.store import Store

Progress = Callable[[int, int], Any]
PAGES = 2048
"""Pages of the database that are copied at a time; writers get their turn in between."""


def backup(store: Store, folder: Path, told: Progress | None = None) -> int:
    """Copy a store into a folder, as it stands at one moment.

    The rows are copied anew each time; photos never change, so only those that the folder lacks are copied.

    Args:
        store: the store; others may read and write meanwhile.
        folder: where to; new, empty, or an older backup, which is overtaken once the new one is complete.
        told: called with (photos looked at, photos in all).

    Returns:
        How many photos were copied.

    Raises:
        Refused: if the rows are in PostgreSQL: that is ``pg_dump``'s work.
        NotFound: if a photo's file is missing; rows and all other photos are copied then.
        StoreError: if the folder is the store's own or cannot be written.
    """
    if store.place.database is not None:
        raise Refused(
            f"the rows are in PostgreSQL: use pg_dump for them, then copy {store.place.photos} (photos never change)"
        )
    if folder.absolute() == store.place.folder:
        raise StoreError(f"{folder} is the store itself; name another folder")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        fresh = folder / ".new.sqlite"
        fresh.unlink(missing_ok=True)
        with closing(sqlite3.connect(store.place.sqlite)) as source, closing(sqlite3.connect(fresh)) as target:
            source.backup(target, pages=PAGES)
            target.execute("PRAGMA journal_mode = DELETE").close()  # one file, without companions
        # Photos are kept before the rows that name them: copied after the rows, none of the copy's can be missing.
        copied, missing = _copy_photos(store, PhotoFolder(folder / "photos"), told)
        for companion in (
            "-wal",
            "-shm",
        ):  # what a killed process left beside an older copy must not be played into this
            (folder / (store.place.sqlite.name + companion)).unlink(missing_ok=True)
        fresh.replace(folder / store.place.sqlite.name)
    except (OSError, sqlite3.Error) as error:
        raise StoreError(f"no backup in {folder}: {error}") from error
    if missing:
        raise NotFound(f"{len(missing)} photo files are missing from the store, {missing[0]} first; all else is copied")
    return copied


def _copy_photos(store: Store, target: PhotoFolder, told: Progress | None) -> tuple[int, list[str]]:
    with store.reading() as unit:
        photos = [(image.digest, image.suffix, image.size) for image in unit.images.all()]
    copied, missing = 0, []
    for number, (digest, suffix, size) in enumerate(photos, 1):
        there, here = store.photos.path(digest, suffix), target.path(digest, suffix)
        if not there.is_file():
            missing.append(digest)
        elif not here.is_file() or here.stat().st_size != size:
            target.put(there, suffix)
            copied += 1
        if told is not None:
            told(number, len(photos))
    return copied, missing
