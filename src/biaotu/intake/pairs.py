"""Photos that are the same or nearly the same as another, within one list and against the store.

Each photo is told with at most one other, the nearest: a picture "no photo yet" that stands for a thousand objects
makes a thousand lines, not half a million.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from biaotu.intake.near import NearIndex
from biaotu.intake.phash import NEAR
from biaotu.intake.photos import PhotoFacts


@dataclass(frozen=True, slots=True)
class PhotoRef:
    """A photo by the object it belongs to.

    Attributes:
        number: of the object; empty while only the store knows whose photo it is.
        name: of the file as the list gives it, or gave it when the store took it; empty as the number.
        digest: SHA-256 of its bytes.
        in_store: whether the store has it already.
    """

    number: str
    name: str
    digest: str
    in_store: bool = False


@dataclass(frozen=True, slots=True)
class PhotoPair:
    """Two photos that are alike.

    Attributes:
        kind: ``identical`` to the byte or ``near``.
        bits: of 64, in how many their hashes differ; 0 if identical.
        position: place of the row in the list.
        photo: of that row.
        other: what it is like.
    """

    kind: Literal["identical", "near"]
    bits: int
    position: int
    photo: PhotoRef
    other: PhotoRef

    def to_dict(self) -> dict[str, Any]:
        """The pair as plain JSON types."""
        return {
            "kind": self.kind,
            "bits": self.bits,
            "position": self.position,
            "number": self.photo.number,
            "name": self.photo.name,
            "digest": self.photo.digest,
            "other": {
                "number": self.other.number,
                "name": self.other.name,
                "digest": self.other.digest,
                "in_store": self.other.in_store,
            },
        }


class PairFinder:
    """Takes the photos of a list one by one and says what each is like.

    Args:
        stored: digest and hash of the photos that the store has; a hash of None says that none was made.
    """

    def __init__(self, stored: Iterable[tuple[str, int | None]] = ()) -> None:
        self._near: NearIndex[PhotoRef] = NearIndex(NEAR)
        self._same: dict[str, PhotoRef] = {}
        for digest, likeness in stored:
            self._add(PhotoRef("", "", digest, in_store=True), likeness)

    def find(self, position: int, number: str, photos: Iterable[PhotoFacts], own: frozenset[str]) -> list[PhotoPair]:
        """The pairs that the photos of one row make with those before them.

        Args:
            position: place of the row in the list.
            number: of its object.
            photos: of the row.
            own: digests of photos that the store has for this very object: a list imported twice makes no pairs.
        """
        pairs: list[PhotoPair] = []
        for photo in photos:
            if photo.state != "found" or photo.digest in own:
                continue
            ref = PhotoRef(number, photo.name, photo.digest)
            pair = self._pair(position, ref, photo.likeness)
            if pair is not None:
                pairs.append(pair)
            self._add(ref, photo.likeness)
        return pairs

    def _pair(self, position: int, ref: PhotoRef, likeness: int | None) -> PhotoPair | None:
        same = self._same.get(ref.digest)
        if same is not None:
            return PhotoPair("identical", 0, position, ref, same)
        found = None if likeness is None else self._near.nearest(likeness)
        return None if found is None else PhotoPair("near", found[1], position, ref, found[0])

    def _add(self, ref: PhotoRef, likeness: int | None) -> None:
        self._same.setdefault(ref.digest, ref)
        if likeness is not None:
            self._near.add(likeness, ref)
