"""IIIF manifests: valid by the models that iiif-prezi3 makes of the official schema, nothing in them unknown to it.

``iiif-profile.json`` says the same of what IIIF's own validator asks and those models pass over (contexts, selectors).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from iiif_prezi3 import skeleton

from biaotu.errors import InputError, UsageError
from biaotu.export.exchange import Holding, Link, Named, Photo, Region, Site, step_name
from biaotu.export.iiif import CONTEXT, collection, files, manifest
from biaotu.records import Annotation, OcrLine, OcrReading, Span
from biaotu.records.gold import unmark
from biaotu.taxonomy import MATERIALS
from format_samples import DATA, SITE, annotated, examples, holding_of

PROFILE = jsonschema_rs.validator_for(json.loads((DATA / "iiif-profile.json").read_text(encoding="utf-8")))


def without_quotes(node: Any) -> Any:
    """A document without ``refinedBy``, which Web Annotation has and IIIF's models pass over."""
    if isinstance(node, dict):
        return {key: without_quotes(value) for key, value in node.items() if key != "refinedBy"}
    return [without_quotes(value) for value in node] if isinstance(node, list) else node


def check(document: dict[str, Any], kind: Any) -> None:
    """Valid, and read and written again the same: no property that the schema does not know was passed over."""
    written = json.loads(json.dumps(document))
    PROFILE.validate(written)
    plain = without_quotes({key: value for key, value in written.items() if key != "@context"})
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
    assert document["@context"] == CONTEXT == "http://iiif.io/api/presentation/3/context.json"
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
        lambda document: document.update({"biaotu:record": {}}),
        lambda document: document.update({"@context": [{"biaotu": "urn:x:"}, document["@context"]]}),
        lambda document: document["annotations"][0]["items"][0]["target"]["selector"].update(
            type="TextPositionSelector"
        ),
    ],
)
def test_the_check_finds_what_is_wrong(spoil: Callable[[dict[str, Any]], None]) -> None:
    document = json.loads(json.dumps(manifest(examples()[0], SITE)))
    spoil(document)
    with pytest.raises((ValueError, AssertionError, jsonschema_rs.ValidationError)):
        check(document, skeleton.Manifest)


@pytest.mark.parametrize("holding", examples(), ids=lambda holding: holding.id)
def test_values_are_found_again_in_the_texts(holding: Holding) -> None:
    document = manifest(holding, SITE)
    published = {f"{SITE.uri('iiif', holding.id)}/{name}": text.decode() for name, text in files(holding).items()}
    assert {entry["id"] for entry in (*document["rendering"], *document["seeAlso"])} == set(published)
    found = []
    for node in said(document):
        if node["motivation"] != "identifying":
            continue
        fragment = node["target"]["selector"]
        start, end = map(int, fragment["value"].removeprefix("char=").split(","))
        quoted = fragment["refinedBy"]["exact"]
        assert published[node["target"]["source"]["id"]][start:end] == quoted
        found.append((node["body"][0]["value"], quoted, start))
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


def test_words_read_on_a_photo_stand_round_their_corners() -> None:
    box = ((10.0, 20.0), (110.5, 22.0), (110.0, 60.0), (9.5, 58.0))
    first = annotated()[0]
    reading = OcrReading((OcrLine(0, "抗大", box, 0.91), OcrLine(1, "不在册", box, 0.5)), "RapidOCR 3")
    spans = (*first.attributes, Span("组织", "抗大", "ocr", 0, 2))
    holding = holding_of(replace(first, ocr=reading, attributes=spans, normals=()))
    document = manifest(holding, SITE)
    check(document, skeleton.Manifest)
    (line,) = [node for node in said(document) if node["motivation"] == "supplementing"]
    assert line["body"]["value"] == "抗大" and line["creator"]["name"] == "RapidOCR 3（机器标注，待核，91%）"
    assert 'points="10,20 110.5,22 110,60 9.5,58"' in line["target"]["selector"]["value"]
    assert line["target"]["source"]["id"] == document["items"][0]["id"]
    assert files(holding)["ocr.txt"].decode() == "抗大\n不在册"
    value = [node for node in said(document) if node["motivation"] == "identifying"][-1]
    assert value["target"]["source"]["id"].endswith("/ocr.txt") and value["target"]["selector"]["value"] == "char=0,2"


def test_a_value_says_what_it_means_and_whom_it_names() -> None:
    text, spans = unmark("<时间>民国二十三年</时间><人物>朱德</人物>用过")
    annotation = Annotation("1", "", text, (), (), (), (), (), (), (), spans, "m", "1")
    zhu = Link(Named("person:zhu-de", "person", "朱德"), confidence=0.93)
    document = manifest(Holding(annotation, confirmed=True, links=(None, zhu)), SITE)
    check(document, skeleton.Manifest)
    date, person, link = said(document)
    assert [body.get("value") for body in date["body"]] == ["时间", None, "1934"]
    assert len(person["body"]) == 2 and link["motivation"] == "linking"
    assert link["body"][1]["id"] == f"{SITE.base}/person/person%3Azhu-de"
    assert "人工核定" in person["creator"]["name"] and "待核，93%" in link["creator"]["name"]


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


@pytest.mark.parametrize("number", [".", "..", "...", "~.", "~~..", "%2E"])
def test_a_number_of_dots_does_not_vanish_from_an_address(number: str) -> None:
    document = manifest(Holding(Annotation(number, "", "", (), (), (), (), (), (), (), (), "m", "1")), SITE)
    check(document, skeleton.Manifest)


def test_steps_of_dots_stay_apart() -> None:
    numbers = [".", "..", "...", "~.", "~..", "~~.", "~", "", "%2E", "~2E"]
    assert len({step_name(number) for number in numbers}) == len(numbers)


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
