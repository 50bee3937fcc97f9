"""Words read on a photo are not a cataloguer's statements: no format tells them as the relic's own material."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET

import pytest

from biaotu.export.census.suggest import suggestions
from biaotu.export.iiif import manifest
from biaotu.export.lido import lido
from biaotu.export.linked_art import linked_art
from biaotu.records import Annotation, OcrLine, OcrReading, Span
from biaotu.records.types import SpanField
from format_samples import SITE, holding_of


def _banknote(field: SpanField) -> Annotation:
    """A relic of iron with one value 青铜; it stands in the description, or on the photo."""
    reading = OcrReading((OcrLine(0, "青铜", ((0.0, 0.0), (9.0, 0.0), (9.0, 9.0), (0.0, 9.0)), 0.99),), "test")
    spans = (Span("材质", "铁", "title", 0, 1, 1.0), Span("材质", "青铜", field, 0, 2, 1.0))
    description = "青铜所铸。" if field == "description" else ""
    return Annotation("1", "铁章", description, (), (), (), (), (), (), (), spans, "m", "1", ocr=reading)


def _materials(annotation: Annotation) -> dict[str, str]:
    holding = holding_of(annotation, photos=())
    rows = {row["label"]["zh"][0]: row["value"]["zh"] for row in manifest(holding, SITE)["metadata"]}
    document = ET.fromstring(lido([holding], SITE))
    shown = document.find(".//{*}displayMaterialsTech")
    relic = linked_art(holding, SITE)
    stated = [one["content"] for one in relic["referred_to_by"] if "Material Statement" in json.dumps(one)]
    return {
        "iiif": "、".join(rows["材质"]),
        "lido": "" if shown is None else str(shown.text),
        "linked-art": "、".join(stated),
        "census": str(suggestions(annotation).get("质地")),
    }


@pytest.mark.parametrize("form", ["iiif", "lido", "linked-art"])
def test_material_on_a_photo_is_not_told_as_the_relics_own(form: str) -> None:
    assert _materials(_banknote("description"))[form] == "铁、青铜"
    assert _materials(_banknote("ocr"))[form] == "铁"


def test_material_on_a_photo_makes_no_composite_in_the_census_table() -> None:
    assert _materials(_banknote("description"))["census"] != _materials(_banknote("ocr"))["census"]
