"""IIIF manifests: valid by the models that iiif-prezi3 makes of the official schema, nothing in them unknown to it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from iiif_prezi3 import skeleton

from biaotu.errors import InputError, UsageError
from biaotu.export.exchange import Holding, Photo, Region, Site
from biaotu.export.iiif import CONTEXT, collection, manifest, texts
from biaotu.records import Annotation
from biaotu.taxonomy import MATERIALS
from format_samples import SITE, annotated, examples, holding_of


def own(node: Any) -> Any:
    """A document without the properties of our own namespace."""
    if isinstance(node, dict):
        return {key: own(value) for key, value in node.items() if not key.startswith("biaotu:")}
    return [own(value) for value in node] if isinstance(node, list) else node


def check(document: dict[str, Any], kind: Any) -> None:
    """Valid, and read and written again the same: no property that the schema does not know was passed over."""
    plain = own({key: value for key, value in document.items() if key != "@context"})
    model = kind.model_validate_json(json.dumps(plain))
    assert model.model_dump(mode="json", by_alias=True, exclude_unset=True) == plain


def said(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """All annotations but the painting ones."""
    for page in document.get("annotations", []):
        yield from page["items"]
    for canvas in document["items"]:
        for page in canvas.get("annotations", []):
            yield from page["items"]


@pytest.mark.parametrize("holding", examples(), ids=lambda holding: holding.id)
def test_every_example_is_valid(holding: Holding) -> None:
    document = manifest(holding, SITE)
    assert document["@context"] == CONTEXT and str(CONTEXT[-1]).startswith("http://iiif.io/")
    check(document, skeleton.Manifest)
    assert document == json.loads(json.dumps(document))
    ids = [node["id"] for node in said(document)] + [canvas["id"] for canvas in document["items"]]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda document: document["items"][0].update(width="wide"),
        lambda document: document["items"][0].update(colour="red"),
        lambda document: document.pop("label"),
    ],
)
def test_the_check_finds_what_is_wrong(spoil: Callable[[dict[str, Any]], None]) -> None:
    document = json.loads(json.dumps(manifest(examples()[0], SITE)))
    spoil(document)
    with pytest.raises((ValueError, AssertionError)):
        check(document, skeleton.Manifest)


@pytest.mark.parametrize("holding", examples(), ids=lambda holding: holding.id)
def test_values_are_found_again_in_the_texts(holding: Holding) -> None:
    document = manifest(holding, SITE)
    published = {f"{SITE.uri('iiif', holding.id)}/{name}": text.decode() for name, text in texts(holding).items()}
    assert {entry["id"] for entry in document["rendering"]} == set(published)
    found = []
    for node in said(document):
        if node["motivation"] != "identifying":
            continue
        position, quotation = node["target"]["selector"]
        text = published[node["target"]["source"]["id"]]
        assert text[position["start"] : position["end"]] == quotation["exact"]
        assert quotation["prefix"] + quotation["exact"] + quotation["suffix"] in text
        found.append((node["body"][0]["value"], quotation["exact"], position["start"]))
    assert found == [(span.type, span.value, span.start) for span in holding.annotation.attributes]


def test_labels_tags_and_regions_stand_on_their_canvas() -> None:
    annotation = next(entry for entry in annotated() if len(entry.images) > 1)
    region = Region(photo=1, x=10, y=20, width=300, height=40, label="枪托")
    document = manifest(holding_of(annotation, regions=(region,)), SITE)
    check(document, skeleton.Manifest)
    first, second = document["items"]
    told = [node["body"] for node in first["annotations"][0]["items"]]
    labels = [body[0]["value"] for body in told if isinstance(body, list)]
    assert set(labels) == {label.name for label in (*annotation.material, *annotation.use) if label.accepted}
    tags = [body["value"] for body in told if isinstance(body, dict)]
    assert tags == [tag.tag for tag in (*annotation.primary, *annotation.secondary)]
    (node,) = second["annotations"][0]["items"]
    assert node["target"]["selector"]["value"] == "xywh=10,20,300,40"
    assert node["target"]["source"]["id"] == second["id"] and node["body"]["value"] == "枪托"
    term = next(body[1]["id"] for body in told if isinstance(body, list) and body[0]["value"] in MATERIALS)
    assert term.startswith(f"{SITE.base}/terms/material/")


def test_metadata_is_in_chinese_and_english() -> None:
    holding = examples()[0]
    pairs = {pair["label"]["en"][0]: pair for pair in manifest(holding, SITE)["metadata"]}
    assert pairs["Registration number"]["value"] == {"zh": [holding.id]}
    assert pairs["Materials"]["label"]["zh"] == ["材质标签"]
    assert "biaotu" in pairs["Annotated by"]["value"]["zh"][0]


def test_a_record_without_photo_has_a_blank_canvas() -> None:
    document = manifest(holding_of(annotated()[0], photos=()), SITE)
    check(document, skeleton.Manifest)
    (canvas,) = document["items"]
    assert canvas["items"] == [] and canvas["annotations"]


def test_a_photo_with_tiles_names_its_service() -> None:
    photo = Photo("a.jpg", "https://museum.example/a.jpg", 30, 20, service="https://museum.example/iiif/image/a")
    document = manifest(holding_of(annotated()[0], photos=(photo,)), SITE)
    check(document, skeleton.Manifest)
    body = document["items"][0]["items"][0]["items"][0]["body"]
    assert body["service"] == [{"id": photo.service, "type": "ImageService3", "profile": "level0"}]


def test_a_collection_lists_the_manifests() -> None:
    document = collection(examples(), SITE, name="all", title="革命文物")
    check(document, skeleton.Collection)
    assert [item["id"] for item in document["items"]] == [manifest(each, SITE)["id"] for each in examples()]


@settings(max_examples=60, deadline=None)
@given(st.text(min_size=1, max_size=12), st.text(max_size=30), st.text(max_size=60))
def test_any_number_and_any_text_make_a_valid_manifest(number: str, title: str, description: str) -> None:
    empty = Annotation(number, title, description, (), (), (), (), (), (), (), (), "m", "1")
    holding = Holding(empty)
    document = manifest(holding, SITE)
    check(document, skeleton.Manifest)
    assert document["id"].isascii() and document["id"].count("/") == SITE.uri("iiif", "x", "manifest.json").count("/")


@pytest.mark.parametrize("base", ["", "museum.example", "ftp://museum.example", "https://", "https://m.example/?a=1"])
def test_a_site_needs_an_absolute_base(base: str) -> None:
    with pytest.raises(UsageError, match="base"):
        Site(base)


def test_a_region_must_lie_in_its_photo() -> None:
    photo = Photo("a.jpg", "https://museum.example/a.jpg", 30, 20)
    for region in (Region(1, 0, 0, 5, 5, "x"), Region(0, 28, 0, 5, 5, "x"), Region(0, 0, 0, 0, 5, "x")):
        with pytest.raises(InputError, match="region 'x'"):
            holding_of(annotated()[0], photos=(photo,), regions=(region,))
    with pytest.raises(InputError, match="measure"):
        Photo("a.jpg", "https://museum.example/a.jpg", 0, 20)
