"""Linked Art: read by cromulent, which knows classes, properties and ranges, and expanded with the published context.

``cromulent`` is the reference library of Linked Art; its package holds the context document.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import replace
from importlib.resources import files
from typing import Any

import pytest
from cromulent.model import DataError
from cromulent.reader import Reader
from pyld import jsonld

from biaotu.export.exchange import Holding
from biaotu.export.linked_art import CONTEXT, linked_art
from biaotu.records import Annotation
from format_samples import MUSEUM, SITE, annotated, examples, holding_of

CRM = "http://www.cidoc-crm.org/cidoc-crm/"
READER = Reader()


def load(url: str, _: object) -> dict[str, Any]:
    """The published context from the package, so that no test needs a network."""
    assert url == CONTEXT
    document = json.loads(files("cromulent").joinpath("data/linked-art.json").read_text(encoding="utf-8"))
    return {"contentType": "application/ld+json", "contextUrl": None, "documentUrl": url, "document": document}


def triples(document: dict[str, Any]) -> set[tuple[str, str, str]]:
    dataset = jsonld.to_rdf(document, {"documentLoader": load})
    return {
        (quad["subject"]["value"], quad["predicate"]["value"], quad["object"]["value"]) for quad in dataset["@default"]
    }


@pytest.mark.parametrize("holding", examples(), ids=lambda holding: holding.id)
def test_every_example_is_read_by_the_reference_library(holding: Holding) -> None:
    document = linked_art(holding, SITE)
    READER.read(json.loads(json.dumps(document)))
    assert document["id"] == f"{SITE.base}/object/{holding.id}"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda document: document.update(colour="red"),
        lambda document: document.update(type="Relic"),
        lambda document: document["made_of"][0].update(type="Person"),
        lambda document: document["referred_to_by"][0].update(made_of=[]),
    ],
)
def test_the_reference_library_finds_what_is_wrong(spoil: Callable[[dict[str, Any]], None]) -> None:
    document = copy.deepcopy(linked_art(examples()[0], SITE))
    spoil(document)
    with pytest.raises((DataError, KeyError)):
        READER.read(document)


def test_it_expands_to_the_crm() -> None:
    holding = examples()[0]
    found = triples(linked_art(holding, SITE))
    where = f"{SITE.base}/object/{holding.id}"
    assert (where, "http://www.w3.org/1999/02/22-rdf-syntax-ns#type", f"{CRM}E22_Human-Made_Object") in found
    assert (where, f"{CRM}P45_consists_of", f"{SITE.base}/terms/material/metal") in found
    assert (where, f"{CRM}P45_consists_of", "http://vocab.getty.edu/aat/300010900") in found
    assert (where, f"{CRM}P2_has_type", f"{SITE.base}/terms/use/weapon") in found
    assert any(name == f"{CRM}P90_has_value" and float(value) == 20.5 for _, name, value in found)


def test_no_word_of_the_document_is_lost_in_expansion() -> None:
    for holding in examples():
        document = linked_art(holding, SITE)
        literals = {value for _, _, value in triples(document)}
        texts = [node["content"] for node in document["identified_by"]]
        texts += [node["content"] for node in document["referred_to_by"]]
        assert set(texts) <= literals


def test_what_a_text_mentions_is_not_asserted_of_the_object() -> None:
    annotation = next(entry for entry in annotated() if any(span.type == "人物" for span in entry.attributes))
    document = linked_art(holding_of(annotation), SITE)
    assert "produced_by" not in document
    about = [node for text in document["referred_to_by"] for node in text.get("about", [])]
    people = {span.value for span in annotation.attributes if span.type == "人物"}
    assert {node["_label"] for node in about if node["type"] == "Person"} == people
    bare = {key: value for key, value in document.items() if key != "referred_to_by"}
    assert '"Person"' not in json.dumps(bare)


def test_the_museums_age_is_the_time_of_the_making() -> None:
    annotation = replace(annotated()[0], extra={"年代": "中华民国"})
    document = linked_art(holding_of(annotation), SITE)
    READER.read(copy.deepcopy(document))
    assert document["produced_by"]["timespan"]["identified_by"][0]["content"] == "中华民国"
    assert document["current_custodian"][0]["_label"] == MUSEUM


def test_who_said_it_is_said() -> None:
    holding = examples()[0]
    (source,) = [
        node["content"]
        for node in linked_art(holding, SITE)["referred_to_by"]
        if node["classified_as"][0]["_label"] == "Source Statement"
    ]
    assert holding.annotation.model_version in source and "待核" in source
    assert "人工核定" in json.dumps(linked_art(replace(holding, confirmed=True), SITE), ensure_ascii=False)


def test_an_empty_record_is_valid() -> None:
    holding = Holding(Annotation("7/1", "", "", (), (), (), (), (), (), (), (), "m", "1"))
    document = linked_art(holding, SITE)
    READER.read(copy.deepcopy(document))
    assert document["id"].endswith("/object/7%2F1") and document["_label"] == "7/1"
