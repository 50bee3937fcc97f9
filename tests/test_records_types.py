from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest

from biaotu.records import (
    Annotation,
    AttributeName,
    Label,
    Notice,
    RankedTag,
    Record,
    Span,
    TextTag,
)


def annotation(**changes: object) -> Annotation:
    whole = Annotation(
        id="甲-1",
        title="红军的马灯",
        description="",
        images=("甲-1.jpg",),
        material=(Label("金属制品", 0.98765, True),),
        use=(Label("其他杂类", 0.25, False),),
        text_tags=(TextTag("马灯", 0.314159),),
        primary=(RankedTag("马灯", 0.8, "金属制品"),),
        secondary=(RankedTag("红军", 0.1, None),),
        attribute_names=(AttributeName("组织", 0.99),),
        attributes=(Span("组织", "红军", "title", 0, 2, 0.99),),
        model_name="probe",
        model_version="1",
        warnings=(Notice("text-empty", "there is no description"),),
        extra={"保管员": "某人"},
    )
    return dataclasses.replace(whole, **changes)  # type: ignore[arg-type]


def test_the_contract_has_its_keys_in_order() -> None:
    document = annotation().to_dict()
    assert list(document) == [
        *("id", "title", "description", "images", "labels", "text_tags", "tags", "attribute_names"),
        *("attributes", "model", "warnings", "extra"),
    ]
    assert document["labels"]["material"] == [{"name": "金属制品", "confidence": 0.9877, "accepted": True}]
    assert document["tags"]["secondary"] == [{"tag": "红军", "confidence": 0.1, "label": None}]
    assert document["attributes"] == [
        {"type": "组织", "value": "红军", "field": "title", "start": 0, "end": 2, "confidence": 0.99}
    ]
    assert "extra" not in annotation(extra={}).to_dict()


def test_an_annotation_survives_the_way_through_json() -> None:
    rounded = annotation(
        material=(Label("金属制品", 0.9877, True),),
        text_tags=(TextTag("马灯", 0.3142),),
    )
    assert Annotation.from_dict(json.loads(json.dumps(rounded.to_dict()))) == rounded


def test_a_document_of_another_shape_is_refused() -> None:
    with pytest.raises(KeyError):
        Annotation.from_dict({"id": "1"})


def test_only_writable_names_go_out() -> None:
    document = annotation(images=("旗.jpg", "\udcc6\udcec.jpg", "\ud800.jpg")).to_dict()
    assert document["images"] == ["旗.jpg", "旗.jpg", "?.jpg"]


def test_photos_stand_under_the_root() -> None:
    record = Record("1", title="旗", description="布", images=("a/1.jpg", "2.png"), image_root=Path("photos"))
    assert record.image_paths() == (Path("photos/a/1.jpg"), Path("photos/2.png"))
    assert (record.text("title"), record.text("description")) == ("旗", "布")
    assert str(Notice("id-missing", "no number")) == "id-missing: no number"


def test_what_a_value_means_stands_beside_it_and_comes_back() -> None:
    spans = (Span("组织", "红军", "title", 0, 2, 0.99), Span("时间", "民国二十三年", "description", 0, 6, 0.9))
    meant = {"kind": "date", "sure": "exact", "edtf": "1934"}
    made = annotation(description="民国二十三年", attributes=spans, normals=(None, meant))
    document = made.to_dict()
    assert "normal" not in document["attributes"][0]
    assert document["attributes"][1]["normal"] == meant
    assert Annotation.from_dict(json.loads(json.dumps(document))).normals == (None, meant)


def test_annotations_from_before_there_were_normalised_values_are_read() -> None:
    document = annotation().to_dict()
    assert "normal" not in document["attributes"][0]
    assert Annotation.from_dict(document).normals == ()
