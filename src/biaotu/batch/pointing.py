"""Where on the photos the accepted labels show: evidence of the models, cut down to one box for a label and photo."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

from biaotu.evidence import RegionWeights
from biaotu.export.exchange import Holding, Photo, Region, accepted
from biaotu.export.packages import Exhibit
from biaotu.pipeline import Annotator
from biaotu.records import Record
from biaotu.taxonomy import MATERIALS, USES

ENOUGH: Final = 0.3
"""Weight that the strongest region of a photo must have; below it the photo does not speak for the label."""
SHARE: Final = 0.5
"""Share of the strongest region's weight that a neighbour must have to belong to it."""


class Pointer:
    """Finds the regions; a record costs some dozen runs of the image encoder for each photo.

    Args:
        annotator: the models.
    """

    def __init__(self, annotator: Annotator) -> None:
        self._annotator = annotator

    def regions(self, exhibit: Exhibit, holding: Holding) -> tuple[Region, ...]:
        """The regions of a record's published photos that speak for its accepted labels."""
        annotation = exhibit.annotation
        kept = [place for place, file in enumerate(exhibit.files) if file is not None]
        if not holding.photos:
            return ()
        images = tuple(str(exhibit.files[place]) for place in kept)
        record = Record(annotation.id, annotation.title, annotation.description, images, Path())
        found: list[Region] = []
        for vocabulary, labels in ((MATERIALS, annotation.material), (USES, annotation.use)):
            for label in accepted(labels):
                item = f"label:{vocabulary.name}:{vocabulary.named(label.name).id}"
                evidence = self._annotator.explain(record, item)
                if evidence.photo_weight is None or evidence.photo_weight <= 0:
                    continue  # the label rests on the words; whatever region is strongest, the photo is against it
                for weights in evidence.regions:
                    place = holding.shows(kept[weights.photo])
                    if place is not None and (region := region_of(weights, holding.photos[place], label.name)):
                        found.append(replace(region, photo=place))
        return tuple(found)


def region_of(weights: RegionWeights, photo: Photo, label: str) -> Region | None:
    """The box round the strongest region and those beside it that are nearly as strong; None if none is strong."""
    top = max(range(len(weights.weights)), key=lambda place: weights.weights[place], default=None)
    if top is None or weights.weights[top] < ENOUGH:
        return None
    cells = _around(weights, top, SHARE * weights.weights[top])
    rows, columns = [cell // weights.columns for cell in cells], [cell % weights.columns for cell in cells]
    left, above, right, below = weights.box
    across, down = (right - left) / weights.columns, (below - above) / weights.rows
    x, end_x = _pixels(left + min(columns) * across, left + (max(columns) + 1) * across, photo.width)
    y, end_y = _pixels(above + min(rows) * down, above + (max(rows) + 1) * down, photo.height)
    return Region(weights.photo, x, y, end_x - x, end_y - y, label) if end_x > x and end_y > y else None


def _around(weights: RegionWeights, top: int, least: float) -> set[int]:
    """The cells that hang together with the strongest one, side by side."""
    found, waiting = {top}, [top]
    while waiting:
        row, column = divmod(waiting.pop(), weights.columns)
        for near_row, near_column in ((row - 1, column), (row + 1, column), (row, column - 1), (row, column + 1)):
            if 0 <= near_row < weights.rows and 0 <= near_column < weights.columns:
                cell = near_row * weights.columns + near_column
                if cell not in found and weights.weights[cell] >= least:
                    found.add(cell)
                    waiting.append(cell)
    return found


def _pixels(first: float, last: float, size: int) -> tuple[int, int]:
    """Shares of a side as pixels inside of the photo; the grid may reach beyond it."""
    return max(0, min(size, round(first * size))), max(0, min(size, round(last * size)))
