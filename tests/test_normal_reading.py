"""What counts as a normalised value when it comes out of a file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from biaotu.normal import is_normal, normalise

GOLDEN = sorted((Path(__file__).parent / "data" / "normal").glob("*.jsonl"))


def test_whatever_is_written_is_read() -> None:
    cases = [json.loads(line) for path in GOLDEN for line in path.read_text(encoding="utf-8").splitlines()]
    found = [normalise(case["type"], case["value"]) for case in cases if "type" in case]
    documents = [one.to_dict() for one in found if one is not None]
    assert len(documents) > 500
    assert [one for one in documents if not is_normal(one) or not is_normal(json.loads(json.dumps(one)))] == []


@pytest.mark.parametrize(
    "document",
    [
        5,
        [],
        {},
        {"kind": "date"},
        {"kind": ["date"], "sure": "exact"},
        {"kind": "planet", "sure": "exact"},
        {"kind": "date", "sure": "exact"},
        {"kind": "date", "sure": "perhaps", "edtf": "1934"},
        {"kind": "date", "sure": "exact", "edtf": 1934},
        {"kind": "date", "sure": "exact", "edtf": "<b>"},
        {"kind": "date", "sure": "exact", "edtf": "1934", "begin": "1934-02-30"},
        {"kind": "date", "sure": "exact", "edtf": "1934", "begin": "19340101"},
        {"kind": "date", "sure": "exact", "edtf": "1934", "colour": "red"},
        {"kind": "quantity", "sure": "exact", "measure": "length", "unit": "m", "values": "12"},
        {"kind": "quantity", "sure": "exact", "measure": "length", "unit": "m", "values": ["a few"]},
        {"kind": "quantity", "sure": "ambiguous", "measure": "length", "candidates": [{"system": "market"}]},
        {"kind": "sheet-format", "sure": "exact", "fold": True},
        {"kind": "term", "sure": "exact", "vocabulary": "colour", "ids": [1]},
    ],
)
def test_anything_else_is_none(document: object) -> None:
    assert not is_normal(document)
