"""Photos put into the store's folder before the transaction that names them; a failure there leaves no torn record."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Final

from biaotu.intake.photos import ENDINGS, PhotoFacts
from biaotu.records import Notice
from biaotu.store import NewImage, Store

_THREADS: Final = 4
"""Each photo waits for the disk to say that it is safe there; some wait side by side."""


class Keeper:
    """Puts photos into one store's folder, each at most once.

    Args:
        store: whose folder.
    """

    def __init__(self, store: Store) -> None:
        self._folder = store.photos
        self._kept: dict[str, NewImage] = {}

    def keep(self, photos: Iterable[PhotoFacts]) -> dict[str, Notice]:
        """Put photos into the folder.

        Returns:
            By digest a notice for each photo that was no longer the same when it was copied; it must not be taken.

        Raises:
            StoreError: if the folder cannot be written (disk full, no permission).
        """
        wanted = {photo.digest: photo for photo in photos if photo.digest not in self._kept}
        if not wanted:
            return {}
        with ThreadPoolExecutor(_THREADS, thread_name_prefix="keep") as pool:
            return dict(told for told in pool.map(self._put, wanted.values()) if told is not None)

    def lost(self, photos: Iterable[PhotoFacts]) -> list[PhotoFacts]:
        """Those of the store's photos whose file is gone from the folder or was cut short."""
        return [photo for photo in photos if photo.digest not in self._kept and not self._is_there(photo)]

    def image(self, digest: str) -> NewImage | None:
        """What the store writes down of a photo; None if it was not kept."""
        return self._kept.get(digest)

    def _is_there(self, photo: PhotoFacts) -> bool:
        try:
            size = self._folder.path(photo.digest, ENDINGS[photo.media_type]).stat().st_size
            return size == photo.path.stat().st_size
        except OSError:
            return False

    def _put(self, photo: PhotoFacts) -> tuple[str, Notice] | None:
        if not photo.path.is_file():
            return photo.digest, _changed(photo)
        suffix = ENDINGS[photo.media_type]
        kept = self._folder.put(photo.path, suffix)
        if kept.digest != photo.digest:
            return photo.digest, _changed(photo)
        self._kept[photo.digest] = NewImage(
            photo.digest, suffix, photo.media_type, kept.size, photo.width, photo.height, photo.likeness
        )
        return None


def without(photos: tuple[PhotoFacts, ...], lost: dict[str, Notice]) -> tuple[PhotoFacts, ...]:
    """The photos of a row, those that were lost on the way marked as unreadable."""
    return tuple(
        replace(photo, state="unreadable", notices=(*photo.notices, lost[photo.digest]))
        if photo.digest in lost
        else photo
        for photo in photos
    )


def _changed(photo: PhotoFacts) -> Notice:
    return Notice("image-unreadable", f"{photo.name}: changed while it was being imported; import the list again")
