"""The order in which a person reads the lines of a photo: columns from right to left, lines from top to bottom.

A recursive XY-cut (Nagy, Seth 1984): the lines are parted at empty strips, first into blocks that stand side by side,
then line by line. Old Chinese print and writing run in columns; which way a part of the photo is read is told by the
direction of most of its characters, so that a heading may lie across columns.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import groupby, pairwise
from statistics import median
from typing import Final

from biaotu.ocr.boxes import Box, Place, is_column, place
from biaotu.records import OcrLine

_BLOCK_LINES: Final = 3
_BLOCK_LENGTH: Final = 6
"""Two blocks stand side by side if each has so many lines of so many characters on the average; else it is a table, a
coin, a label, and is read line by line."""
_CORE: Final = 0.25
"""So much of a line's thickness is taken off either side: boxes are drawn wide and overlap their neighbours."""
_LEVEL: Final = math.radians(2)
"""A photo that lies less askew than this is taken as it is."""

Placed = tuple[OcrLine, Box]
Places = list[tuple[Placed, Place]]
Extent = Callable[[Place], tuple[float, float]]


def in_reading_order(lines: Sequence[OcrLine]) -> list[OcrLine]:
    """The lines of one photo in reading order."""
    angle = _tilt(lines)
    levelled = [(line, _turned(line.box, -angle) if abs(angle) > _LEVEL else line.box) for line in lines]
    return _ordered(levelled)


def _tilt(lines: Sequence[OcrLine]) -> float:
    """How far the lines are off level, in radians clockwise; the median, so that a few odd ones say nothing."""
    angles = []
    for line in lines:
        (ax, ay), (bx, by) = line.box[0], line.box[1]
        if len(line.text) > 1:
            angles.append(math.atan2(ax - bx, by - ay) if is_column(line.box) else math.atan2(by - ay, bx - ax))
    return median(angles) if angles else 0.0


def _turned(box: Box, angle: float) -> Box:
    cos, sin = math.cos(angle), math.sin(angle)
    a, b, c, d = ((x * cos - y * sin, x * sin + y * cos) for x, y in box)
    return a, b, c, d


def _ordered(lines: Sequence[Placed]) -> list[OcrLine]:
    if len(lines) < 2:
        return [line for line, _ in lines]
    columns = sum(len(line.text) for line, box in lines if is_column(box))
    turned = 2 * columns > sum(len(line.text) for line, _ in lines)
    places = [(one, place(one[1], turned=turned)) for one in lines]
    parts = _headed(places, turned) or _side_by_side(places) or _parted(places, _across) or _parted(places, _along)
    if parts:
        return [line for part in parts for line in _ordered([one for one, _ in part])]
    places.sort(key=lambda one: (one[1].near + one[1].far, one[1].start))
    return [line for (line, _), _ in places]


def _headed(places: Places, turned: bool) -> list[Places]:
    """Lines that lie across the others' direction, such as a heading over columns, apart from these; empty if none do.

    Only strips beside such lines part here, so that columns of several registers stay together.
    """
    parts = [
        [one for part in run for one in part]
        for _, run in groupby(
            _parted(places, _along), key=lambda part: all(is_column(one[0][1]) != turned for one in part)
        )
    ]
    return parts if len(parts) > 1 else []


def _side_by_side(places: Places) -> list[Places]:
    """Blocks of lines beside each other along the direction of reading; empty if there is but one."""
    parts = _parted(places, _along)
    return parts if parts and all(map(_is_block, parts)) else []


def _is_block(part: Places) -> bool:
    return len(part) >= _BLOCK_LINES and sum(len(line.text) for (line, _), _ in part) >= _BLOCK_LENGTH * len(part)


def _along(one: Place) -> tuple[float, float]:
    return one.start, one.end


def _across(one: Place) -> tuple[float, float]:
    rim = _CORE * one.thickness
    return one.near + rim, one.far - rim


def _parted(places: Places, extent: Extent) -> list[Places]:
    """The lines cut at every strip that none of them reaches into; empty if there is no such strip."""
    ordered = sorted(places, key=lambda one: extent(one[1]))
    parts: list[Places] = [[ordered[0]]]
    reached = extent(ordered[0][1])[1]
    for _, one in pairwise(ordered):
        begin, end = extent(one[1])
        if begin >= reached:
            parts.append([])
        parts[-1].append(one)
        reached = max(reached, end)
    return parts if len(parts) > 1 else []
