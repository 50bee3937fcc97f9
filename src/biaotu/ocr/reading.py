"""The words on a photo as lines in reading order."""

from __future__ import annotations

import threading
from typing import Final

import numpy as np
import numpy.typing as npt

from biaotu.errors import BiaotuError
from biaotu.ocr.boxes import Box, from_beginning
from biaotu.ocr.engine import Engine, check_installed, engine_name
from biaotu.ocr.order import in_reading_order
from biaotu.records import OcrLine

LEAST: Final = 0.7
"""A line that the recogniser is less sure of is left out: on museum photos such lines are ornament, not words."""
LEAST_ALONE: Final = 0.9
"""The same for a line of one letter or digit, which ornament is taken for most often."""
_WIDEST: Final = 4
"""A picture that is longer in proportion gets an empty margin, or the detector would blow it up beyond memory."""
_GREY: Final = 127


_AT_ONCE: Final = 4
"""So many photos are read side by side, whatever the number of threads: each takes up to half a gigabyte."""


class OcrError(BiaotuError):
    """A photo's words could not be read, although the photo could be opened."""


class Reader:
    """Reads photos. One serves a process: threads may share it; the models are loaded with the first photo.

    Raises:
        UsageError: if the extra ``ocr`` is not installed, naming what to install.
    """

    def __init__(self) -> None:
        check_installed()
        self.engine = engine_name()
        self._engine: Engine | None = None
        self._loading = threading.Lock()
        self._places = threading.BoundedSemaphore(_AT_ONCE)

    def read(
        self, pixels: npt.NDArray[np.uint8], *, photo: int = 0, size: tuple[int, int] | None = None
    ) -> tuple[OcrLine, ...]:
        """The lines of words in a picture, in reading order.

        Args:
            pixels: uint8 [H, W, 3], RGB, upright; no side should be over ``LONGEST``.
            photo: the place of the photo among those of its record, for the lines to bear.
            size: width and height that boxes are to count in, where ``pixels`` are a smaller copy.

        Raises:
            OcrError: if the recogniser gives up.
        """
        engine = self._loaded()
        height, width = pixels.shape[:2]
        try:
            with self._places:
                found = engine.lines(_with_margin(pixels))
        except Exception as error:  # RapidOCR, OpenCV and ONNX Runtime raise all sorts of things
            reason = str(error).strip().splitlines()[-1:] or [""]
            raise OcrError(f"{type(error).__name__}: {reason[0]}".rstrip(": ")) from error
        wide, high = size or (width, height)
        lines = [
            OcrLine(photo, words, _scaled(from_beginning(box), wide / width, high / height, wide, high), sure)
            for box, text, sure in found
            if _is_sure(words := " ".join(text.split()), sure)
        ]
        return tuple(in_reading_order(lines))

    def _loaded(self) -> Engine:
        if self._engine is None:
            with self._loading:
                if self._engine is None:
                    self._engine = Engine()
        return self._engine


def _is_sure(words: str, sure: float) -> bool:
    count = sum(char.isalnum() for char in words)
    return count > 0 and sure >= (LEAST if count > 1 else LEAST_ALONE)


def _with_margin(pixels: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Grey added to the right of or below a picture that is all too long; places stay."""
    height, width = pixels.shape[:2]
    least = -(-max(height, width) // _WIDEST)
    right, below = max(0, least - width), max(0, least - height)
    if not right and not below:
        return pixels
    return np.pad(pixels, ((0, below), (0, right), (0, 0)), constant_values=_GREY)


def _scaled(box: Box, across: float, down: float, wide: int, high: int) -> Box:
    a, b, c, d = ((min(x * across, float(wide)), min(y * down, float(high))) for x, y in box)
    return a, b, c, d
