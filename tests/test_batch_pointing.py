"""Regions of photos for labels: boxes by hand-made weights, and those that the shipped models find."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from biaotu.batch.annotated import read_annotations
from biaotu.batch.pointing import Pointer, region_of
from biaotu.evidence import RegionWeights
from biaotu.export.exchange import Holding, Photo, Region
from biaotu.export.packages import Exhibit
from biaotu.pipeline import load
from format_samples import DATA, ROOT, photos_of

PHOTO = Photo("a.jpg", "https://museum.example/a.jpg", 200, 100)


def weights(rows: list[list[float]], box: tuple[float, float, float, float] = (0, 0, 1, 1)) -> RegionWeights:
    return RegionWeights(0, len(rows), len(rows[0]), tuple(weight for row in rows for weight in row), box)


@pytest.mark.parametrize(
    ("rows", "box", "region"),
    [
        ([[0.9, 0.1], [0.0, 0.0]], (0, 0, 1, 1), (0, 0, 100, 50)),
        ([[0.9, 0.5], [0.0, 0.0]], (0, 0, 1, 1), (0, 0, 200, 50)),
        ([[0.9, 0.0], [0.0, 0.8]], (0, 0, 1, 1), (0, 0, 100, 50)),  # corner to corner is not beside
        ([[0.0, 0.0], [0.0, 1.0]], (0.25, 0, 0.75, 1), (100, 50, 50, 50)),
        ([[1.0, 0.0], [0.0, 0.0]], (-0.5, 0, 1.5, 1), (0, 0, 100, 50)),  # the grid reaches beyond the photo
        ([[0.2, 0.1], [0.0, -1.0]], (0, 0, 1, 1), None),
        ([[1.0, 0.0], [0.0, 0.0]], (-1, 0, 1, 1), None),  # the strongest lies outside
    ],
)
def test_the_box_goes_round_what_hangs_together(
    rows: list[list[float]], box: tuple[float, float, float, float], region: tuple[int, int, int, int] | None
) -> None:
    found = region_of(weights(rows, box), PHOTO, "金属制品")
    assert (found and (found.x, found.y, found.width, found.height)) == region


def exhibit(number: str, folder: Path) -> Exhibit:
    """One of the shipped examples."""
    lines = (DATA / "annotations.jsonl").read_text(encoding="utf-8").splitlines()
    path = folder / "one.jsonl"
    path.write_text(next(line for line in lines if json.loads(line)["id"] == number) + "\n", encoding="utf-8")
    (found,) = read_annotations(path, images=ROOT / "examples")
    assert isinstance(found, Exhibit)
    return found


def test_the_shipped_models_point_at_the_cup(tmp_path: Path) -> None:
    one = exhibit("liberation-0070", tmp_path)
    photos = photos_of(one.annotation)
    pointer = Pointer(load(threads=1))
    regions = pointer.regions(one, Holding(one.annotation, photos))
    assert "容器" in {region.label for region in regions}
    assert not {region.label for region in regions} - {
        label.name for label in (*one.annotation.material, *one.annotation.use) if label.accepted
    }
    Holding(one.annotation, photos, regions=regions)  # every region lies in its photo
    assert all(isinstance(region, Region) and region.width < photos[0].width for region in regions)
    assert pointer.regions(one, Holding(one.annotation)) == (), "without photos there is nothing to point at"
