"""Lines of words by their boxes: which way a line runs, where it stands, whether the next one goes on with it.

A box is four corners of a photo, clockwise from the line's own beginning, so its first side runs along the line: to the
right for a horizontal line, downward for a column.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from biaotu.records import OcrLine
from biaotu.records.types import Corner

Box = tuple[Corner, Corner, Corner, Corner]

_TALL: Final = 1.5
"""A box so many times as high as wide holds a column: the recogniser turns it before it reads it."""
_ALIKE: Final = 1.5
"""Lines of one text differ in thickness by less than this."""


def from_beginning(box: Box) -> Box:
    """The corners clockwise from the line's beginning, of a box that is given clockwise from its upper left corner."""
    top_left, top_right, bottom_right, bottom_left = box
    across, down = math.dist(top_left, top_right), math.dist(top_left, bottom_left)
    return (top_right, bottom_right, bottom_left, top_left) if down >= _TALL * across else box


def is_column(box: Box) -> bool:
    """Whether a box, clockwise from its beginning, holds a line that runs downward."""
    return abs(box[1][1] - box[0][1]) > abs(box[1][0] - box[0][0])


@dataclass(frozen=True, slots=True)
class Place:
    """Where a line stands in the frame of its direction.

    Attributes:
        start: of the line along its direction (to the right; downward for a column).
        end: along it.
        near: the side it is reached from as lines follow each other (the upper one; the right one of a column).
        far: the other side.
        turned: whether the frame is that of columns.
    """

    start: float
    end: float
    near: float
    far: float
    turned: bool

    @property
    def thickness(self) -> float:
        """Height of a line, width of a column."""
        return self.far - self.near


def place(box: Box, *, turned: bool) -> Place:
    """A box in the frame of horizontal lines, or of columns if ``turned``: these follow each other leftward."""
    xs, ys = [x for x, _ in box], [y for _, y in box]
    if turned:
        return Place(min(ys), max(ys), -max(xs), -min(xs), turned)
    return Place(min(xs), max(xs), min(ys), max(ys), turned)


def goes_on(line: OcrLine, following: OcrLine) -> bool:
    """Whether a line was broken only because its space ended, so that the next one goes on with its sentence.

    So it is when both run one way beside each other, are alike in thickness and begin at one edge, and the first is as
    long as the second, a character more or less.
    """
    turned = is_column(line.box)
    if line.photo != following.photo or is_column(following.box) != turned:
        return False
    one, other = place(line.box, turned=turned), place(following.box, turned=turned)
    thin, thick = sorted((one.thickness, other.thickness))
    beside = other.near > one.near and other.near - one.far < thick
    begins = abs(one.start - other.start) < 2.5 * thick  # a first line may be set in by two characters
    return beside and thick < _ALIKE * thin and begins and one.end > other.end - 1.2 * thick
