"""IIIF manifests in: ours come back whole, others' (Presentation 3 and 2) give what they hold."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from biaotu.errors import InputError
from biaotu.export.exchange import Holding
from biaotu.export.iiif import files, manifest
from biaotu.records import Annotation
from biaotu.records.interchange import read_manifest
from format_samples import SITE, examples

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**50), 2**50) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)


def written(document: Any, folder: Path) -> Path:
    path = folder / "manifest.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def published(holding: Holding, folder: Path) -> Path:
    """The manifest's file with what lies beside it."""
    for name, content in files(holding).items():
        (folder / name).write_bytes(content)
    return written(manifest(holding, SITE), folder)


def test_every_example_comes_back(tmp_path: Path) -> None:
    for holding in examples():
        record = read_manifest(published(holding, tmp_path))
        annotation = holding.annotation
        assert (record.id, record.title, record.description) == (
            annotation.id,
            annotation.title,
            annotation.description,
        )
        assert (record.images, record.extra) == (annotation.images, annotation.extra)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(min_size=1), st.text(), st.text(), st.lists(st.text()), st.dictionaries(st.text(), PLAIN, max_size=4))
def test_ours_loses_nothing(
    tmp_path: Path, number: str, title: str, description: str, images: list[str], extra: dict[str, Any]
) -> None:
    annotation = Annotation(number, title, description, tuple(images), (), (), (), (), (), (), (), "m", "1", (), extra)
    record = read_manifest(published(Holding(annotation), tmp_path))
    assert (record.id, record.title, record.description) == (number, title, description)
    assert (record.images, record.extra) == (tuple(images), extra)


def test_an_older_export_with_its_record_inside_comes_back(tmp_path: Path) -> None:
    own = {"id": "馆 1", "images": ["a.jpg"], "extra": {"年代": "民国"}}
    document = {"type": "Manifest", "id": "https://a.example/1", "label": {"zh": ["红旗"]}, "biaotu:record": own}
    record = read_manifest(written(document, tmp_path))
    assert (record.id, record.title, record.images, record.extra) == ("馆 1", "红旗", ("a.jpg",), {"年代": "民国"})


def test_a_manifest_that_was_copied_alone_reads_as_any_other(tmp_path: Path) -> None:
    record = read_manifest(written(manifest(examples()[0], SITE), tmp_path))
    assert record.title == examples()[0].annotation.title and record.id.endswith("/manifest.json")


def test_others_of_version_3(tmp_path: Path) -> None:
    def canvas(address: str) -> dict[str, Any]:
        painting = {"type": "Annotation", "motivation": "painting", "body": {"id": address, "type": "Image"}}
        return {"type": "Canvas", "items": [{"type": "AnnotationPage", "items": [painting]}]}

    document = {
        "id": "https://a.example/m/1",
        "type": "Manifest",
        "label": {"en": ["Flag"], "zh": ["红旗"]},
        "summary": {"none": ["一面旗"]},
        "metadata": [
            {"label": {"zh": ["年代"]}, "value": {"zh": ["民国"]}},
            {"label": {"zh": ["质地"]}, "value": {"none": ["棉", "丝"]}},
            {"label": {"zh": ["年代"]}, "value": {"zh": ["1934"]}},
        ],
        "items": [
            canvas("https://a.example/iiif/red%20flag/full/max/0/default.jpg"),
            canvas("https://a.example/files/%E6%97%97.png"),
        ],
    }
    record = read_manifest(written(document, tmp_path))
    assert (record.id, record.title, record.description) == ("https://a.example/m/1", "红旗", "一面旗")
    assert record.images == ("red flag.jpg", "旗.png")
    assert (
        record.extra["年代"] == "民国" and record.extra["质地"] == ["棉", "丝"] and record.extra["年代 (2)"] == "1934"
    )
    assert record.extra["图片地址"][1] == "https://a.example/files/%E6%97%97.png"


def test_others_of_version_2(tmp_path: Path) -> None:
    document = {
        "@id": "https://a.example/m/2",
        "@type": "sc:Manifest",
        "label": [{"@value": "Flag", "@language": "en"}, {"@value": "红旗", "@language": "zh-Hans"}],
        "description": "一面旗",
        "metadata": [{"label": "年代", "value": "民国"}],
        "sequences": [{"canvases": [{"images": [{"resource": {"@id": "https://a.example/flag.jpg"}}]}]}],
    }
    record = read_manifest(written(document, tmp_path))
    assert (record.title, record.description, record.images) == ("红旗", "一面旗", ("flag.jpg",))


@pytest.mark.parametrize(
    "document", [[], {}, {"type": "Collection"}, {"type": "Manifest"}, {"type": "Manifest", "id": "x", "label": 3}]
)
def test_what_is_no_manifest_is_told(document: Any, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"manifest\.json.*is no IIIF manifest"):
        read_manifest(written(document, tmp_path))
