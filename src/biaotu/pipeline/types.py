"""What the pipeline hands out beside the annotation itself."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from biaotu.records import Annotation

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class PhotoVector:
    """One photo as a unit vector [V]; ``index`` is the photo's place in ``record.images``."""

    index: int
    vector: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Examined:
    """A record's annotation with what a search by meaning needs, made in the same pass of the encoders.

    Attributes:
        annotation: what the models say.
        text_vector: the text as a unit vector [W]; None if there is none that says anything.
        photo_vectors: one for each photo that could be used.
        shared_text: the text in the space [d] that words and photos share; None without text or without such a space.
        shared_photos: the photos in that space; empty without one.
    """

    annotation: Annotation
    text_vector: Floats | None = None
    photo_vectors: tuple[PhotoVector, ...] = ()
    shared_text: Floats | None = None
    shared_photos: tuple[PhotoVector, ...] = ()
