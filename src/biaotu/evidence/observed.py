"""What the pipeline has read and seen of one record: the material that evidence is weighed on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from biaotu import text
from biaotu.evidence.types import Box

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """A photo that could be used.

    Attributes:
        index: its place in ``record.images``.
        pixels: as the encoder saw them, uint8 [S, S, 3].
        regions: what the encoder made of them, [1, k, V].
        box: the part of the upright photo that the pixels show.
    """

    index: int
    pixels: npt.NDArray[np.uint8]
    regions: Floats
    box: Box


@dataclass(frozen=True, slots=True, eq=False)
class Observed:
    """The reading of a record's text, its windows with the encoder's states [1, T, E], and its photos."""

    reading: text.Reading
    windows: Sequence[text.Window]
    states: Sequence[Floats]
    photos: Sequence[Seen]
