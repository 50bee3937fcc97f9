from __future__ import annotations

import importlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from biaotu.images import load_photos
from biaotu.records import Record
from biaotu.records.read import read_records

EXAMPLES = Path(__file__).parents[1] / "examples"
BROKEN = "march-0147"


@pytest.mark.parametrize(("name", "count"), [("records.jsonl", 24), ("records.csv", 7)])
def test_the_examples_hold_what_their_readme_says(name: str, count: int) -> None:
    records = [record for record in read_records(EXAMPLES / name) if isinstance(record, Record)]
    assert len(records) == count
    for record in records:
        photos, notices = load_photos(record)
        assert len(photos) == len(record.images)
        assert [notice.code for notice in notices] == ["image-truncated"] * (record.id == BROKEN)
        assert not record.notices
    by_id = {record.id: record for record in records}
    assert by_id["soviet-0008"].images == ()
    assert len(by_id["liberation-0094"].images) == 2
    if name == "records.jsonl":
        assert not by_id["founding-0125"].title + by_id["founding-0125"].description
        assert by_id["founding-0125"].images


def test_the_photos_are_what_the_script_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(EXAMPLES))
    script = importlib.import_module("draw_photos")
    assert {path.name for path in (EXAMPLES / "photos").iterdir()} == set(script.PICTURES)
    drawn = np.asarray(script.PICTURES["founding-0007.jpg"]().finish(), dtype=int)
    with Image.open(EXAMPLES / "photos" / "founding-0007.jpg") as photo:
        assert np.abs(np.asarray(photo, dtype=int) - drawn).mean() < 3
