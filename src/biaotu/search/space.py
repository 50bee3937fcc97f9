"""The spaces that search compares in: one that words and photos share, one of photos alone, one of texts alone.

A text goes in as the mean of its encoder states, a photo as the mean of its regions, neither made unit length. What
comes out always is, so that a dot product is a cosine.

    shared      text, photo -> d      words find photos, a photo finds words
    photo only  photo -> e            a photo finds photos
    text only   text -> n             words find words

The shared space has two parts. *Learnt*: two linear maps, trained on photos with words. *Named*, if there is a
classifier: the photo stands where the names of the things stand that the classifier takes it for, so that a word nobody
showed in training still finds its like. ``biaotu-train retrieval`` makes all of it; nothing here knows how.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from biaotu.errors import ARCHIVE_DAMAGE, BundleError

Floats = npt.NDArray[np.float32]
Arrays = dict[str, npt.NDArray[np.generic]]

FORMAT: Final = 1
"""Of the file; a file of another one is refused."""
_LEAST: Final = 1e-12


@dataclass(frozen=True, slots=True)
class Projection:
    """``(x - centre) @ matrix + offset``.

    Attributes:
        centre: float32 [n].
        matrix: float32 [n, d].
        offset: float32 [d].

    Raises:
        ValueError: unless the shapes fit together and every number is one.
    """

    centre: Floats
    matrix: Floats
    offset: Floats

    def __post_init__(self) -> None:
        """Check the shapes."""
        width, deep = self.matrix.shape
        if self.centre.shape != (width,) or self.offset.shape != (deep,):
            raise ValueError(f"a matrix {self.matrix.shape} with {self.centre.shape} and {self.offset.shape}")
        if not all(np.isfinite(part).all() for part in (self.centre, self.matrix, self.offset)):
            raise ValueError("numbers that are none")

    @property
    def widths(self) -> tuple[int, int]:
        """Numbers that go in, numbers that come out."""
        return int(self.matrix.shape[0]), int(self.matrix.shape[1])

    def __call__(self, vectors: Floats) -> Floats:
        """Project ``[..., n]`` to ``[..., d]``.

        Raises:
            ValueError: if the vectors are of another width.
        """
        if vectors.shape[-1] != len(self.centre):
            raise ValueError(f"vectors of {vectors.shape[-1]} numbers; the space was learnt on {len(self.centre)}")
        return np.asarray((vectors - self.centre) @ self.matrix + self.offset, np.float32)

    def arrays(self, name: str) -> Arrays:
        """What a file holds of it; the matrix in half precision."""
        matrix = self.matrix.astype(np.float16)
        return {f"{name}.centre": self.centre, f"{name}.matrix": matrix, f"{name}.offset": self.offset}

    @classmethod
    def of(cls, arrays: np.lib.npyio.NpzFile, name: str) -> Projection:
        """Read back what ``arrays`` gave."""
        return cls(*(np.asarray(arrays[f"{name}.{part}"], np.float32) for part in ("centre", "matrix", "offset")))


@dataclass(frozen=True, slots=True)
class Named:
    """The part of the shared space that a classifier of things gives.

    Attributes:
        text: unit text means [n] to the space of names [d].
        logits: photos in the basis [b] to scores of the classifier's classes [c], already divided by the temperature.
        places: where the classes' names stand, float32 [c, d].
        weight: length of this part beside the learnt one of length 1.
    """

    text: Projection
    logits: Projection
    places: Floats
    weight: float

    def photo(self, basis: Floats) -> Floats:
        """The mean place of what the photo may be, each class by its probability, ``[..., d]``."""
        scores = self.logits(basis)
        chances = np.exp(scores - scores.max(axis=-1, keepdims=True))
        return np.asarray((chances / chances.sum(axis=-1, keepdims=True)) @ self.places, np.float32)


@dataclass(frozen=True, slots=True)
class RetrievalSpace:
    """How texts and photos are laid out for search. Every call takes one vector ``[n]`` or many ``[m, n]``.

    Attributes:
        basis: square roots of photo means to the basis [b] that all about photos is calculated in.
        photo_scales: what the first ``e`` numbers of the basis are multiplied by among photos, float32 [e].
        text_part: unit text means to the learnt part of the shared space.
        photo_part: photos in the basis to that part.
        named: the other part; None without a classifier.
        record_centre: mean of the unit text means of records.
        query_centre: mean of the unit text means of titles and short queries.

    Raises:
        ValueError: if the parts do not fit together.
    """

    basis: Projection
    photo_scales: Floats
    text_part: Projection
    photo_part: Projection
    named: Named | None
    record_centre: Floats
    query_centre: Floats

    def __post_init__(self) -> None:
        """Check the parts against each other."""
        deep, (text, learnt) = self.basis.widths[1], self.text_part.widths
        named = self.named
        if self.photo_part.widths != (deep, learnt) or not 0 < len(self.photo_scales) <= deep:
            raise ValueError("the sides of the learnt part do not meet")
        if named is not None:
            count, width = named.places.shape
            if named.text.widths != (text, width) or named.logits.widths != (deep, count):
                raise ValueError("the sides of the named part do not meet")
        if {self.record_centre.shape, self.query_centre.shape} != {(text,)}:
            raise ValueError(f"centres {self.record_centre.shape} and {self.query_centre.shape}, texts have {text}")

    @property
    def width(self) -> int:
        """Numbers in a vector of the shared space."""
        return self.text_part.widths[1] + (self.named.text.widths[1] if self.named else 0)

    @property
    def photo_width(self) -> int:
        """Numbers in a vector of the space of photos alone."""
        return len(self.photo_scales)

    def text(self, mean: Floats) -> Floats:
        """Where the text with this mean of states stands in the shared space, ``[..., d]``, unit length."""
        plain = unit(mean)
        return self._joined(self.text_part(plain), None if self.named is None else self.named.text(plain))

    def photo(self, mean: Floats) -> Floats:
        """Where the photo with this mean of regions stands in the shared space, ``[..., d]``, unit length."""
        basis = self.basis(root(mean))
        return self._joined(self.photo_part(basis), None if self.named is None else self.named.photo(basis))

    def photo_only(self, mean: Floats) -> Floats:
        """The photo among photos, ``[..., e]``, unit length: the same thing, or its like, lies near."""
        return unit(self.basis(root(mean))[..., : len(self.photo_scales)] * self.photo_scales)

    def text_only(self, mean: Floats) -> Floats:
        """A record's text among texts, ``[..., n]``, unit length, without what all records share."""
        return unit(unit(mean) - self.record_centre)

    def query_only(self, mean: Floats) -> Floats:
        """A short query among the vectors of ``text_only``: without what all short texts share."""
        return unit(unit(mean) - self.query_centre)

    def _joined(self, learnt: Floats, named: Floats | None) -> Floats:
        if named is None or self.named is None:
            return unit(learnt)
        return unit(np.concatenate([unit(learnt), unit(named) * np.float32(self.named.weight)], axis=-1))

    def save(self, path: Path) -> None:
        """Write everything as one compressed ``.npz``; matrices in half precision."""
        arrays: Arrays = {"format": np.array(FORMAT, np.int64), "photo_scales": self.photo_scales}
        arrays |= {"record_centre": self.record_centre, "query_centre": self.query_centre}
        for name in ("basis", "text_part", "photo_part"):
            arrays |= getattr(self, name).arrays(name)
        if self.named is not None:
            arrays |= self.named.text.arrays("named.text") | self.named.logits.arrays("named.logits")
            arrays["named.places"] = self.named.places.astype(np.float16)
            arrays["named.weight"] = np.array(self.named.weight, np.float32)
        with path.open("wb") as stream:
            np.savez_compressed(stream, **arrays)  # type: ignore[arg-type]  # numpy's stub takes them for its flag

    @classmethod
    def load(cls, path: Path) -> RetrievalSpace:
        """Read what ``save`` wrote.

        Raises:
            BundleError: if the file cannot be read, is of another format or of another shape.
        """
        try:
            with path.open("rb") as stream, np.load(stream, allow_pickle=False) as arrays:
                found = int(arrays["format"])
                if found != FORMAT:
                    raise ValueError(f"format {found}, this biaotu reads {FORMAT}")
                return cls(
                    basis=Projection.of(arrays, "basis"),
                    photo_scales=np.asarray(arrays["photo_scales"], np.float32),
                    text_part=Projection.of(arrays, "text_part"),
                    photo_part=Projection.of(arrays, "photo_part"),
                    named=_named(arrays),
                    record_centre=np.asarray(arrays["record_centre"], np.float32),
                    query_centre=np.asarray(arrays["query_centre"], np.float32),
                )
        except ARCHIVE_DAMAGE as error:
            reason = f"no file of a retrieval space ({error})"
            raise BundleError(f"{path}: {reason}; install the bundle anew, or run biaotu-train retrieval") from error


def _named(arrays: np.lib.npyio.NpzFile) -> Named | None:
    if "named.places" not in arrays:
        return None
    return Named(
        Projection.of(arrays, "named.text"),
        Projection.of(arrays, "named.logits"),
        np.asarray(arrays["named.places"], np.float32),
        float(arrays["named.weight"]),
    )


def root(means: Floats) -> Floats:
    """Square roots of means of regions.

    Regions are never negative and most of a photo's are near zero; the few strong ones would outshout the rest.
    """
    return np.sqrt(np.maximum(means, 0.0), dtype=np.float32)


def unit(vectors: Floats) -> Floats:
    """Vectors ``[..., n]`` made unit length; zeros stay zeros."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, _LEAST), np.float32)
