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

import jsonschema_rs
import pytest
from cromulent.model import DataError
from cromulent.reader import Reader
from pyld import jsonld

from biaotu.export.exchange import Holding, Link, Named
from biaotu.export.linked_art import CONTEXT, documents, linked_art
from biaotu.records import Annotation
from biaotu.records.gold import unmark
from format_samples import DATA, MUSEUM, SITE, annotated, examples, holding_of, linked

CRM = "http://www.cidoc-crm.org/cidoc-crm/"
READER = Reader()
PROFILE = jsonschema_rs.validator_for(json.loads((DATA / "linked-art-profile.json").read_text(encoding="utf-8")))


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


def whole(holding: Holding) -> dict[str, dict[str, Any]]:
    """All documents of a record by their addresses, each checked by reference library and profile."""
    found: dict[str, dict[str, Any]] = {}
    for steps, document in documents(holding, SITE):
        written = json.loads(json.dumps(document))
        PROFILE.validate(written)
        READER.read(copy.deepcopy(written))
        assert written["id"] == SITE.uri(*steps)
        assert found.setdefault(written["id"], written) == written, "an address has one document"
    return found


def about(holding: Holding) -> list[dict[str, Any]]:
    """What the texts of a record are about."""
    return [node for document in whole(holding).values() for node in document.get("about", [])]


@pytest.mark.parametrize("holding", examples(), ids=lambda holding: holding.id)
def test_every_document_is_valid_and_what_it_refers_to_is_there(holding: Holding) -> None:
    found = whole(linked(holding))
    base = SITE.base + "/"
    referred = {
        node["id"].partition("#")[0]
        for document in found.values()
        for node in (*document.get("about", []), *document.get("referred_to_by", []))
        if node.get("id", "").startswith(base) and f"{base}terms/" not in node["id"]
    }
    assert referred <= set(found)


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
        texts += [node["content"] for node in document["referred_to_by"] if "content" in node]
        assert set(texts) <= literals


def test_what_a_text_mentions_is_not_asserted_of_the_object() -> None:
    annotation = next(entry for entry in annotated() if any(span.type == "人物" for span in entry.attributes))
    document = linked_art(holding_of(annotation), SITE)
    assert "produced_by" not in document
    people = {span.value for span in annotation.attributes if span.type == "人物"}
    assert {node["_label"] for node in about(holding_of(annotation)) if node["type"] == "Person"} == people
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
        if node.get("classified_as", [{}])[0].get("_label") == "Source Statement"
    ]
    assert holding.annotation.model_version in source and "待核" in source
    assert "人工核定" in json.dumps(linked_art(replace(holding, confirmed=True), SITE), ensure_ascii=False)


def test_an_empty_record_is_valid() -> None:
    holding = Holding(Annotation("7/1", "", "", (), (), (), (), (), (), (), (), "m", "1"))
    document = linked_art(holding, SITE)
    READER.read(copy.deepcopy(document))
    assert document["id"].endswith("/object/7%2F1") and document["_label"] == "7/1"


def test_a_date_has_the_days_that_it_can_mean() -> None:
    text, spans = unmark("<时间>民国二十三年</时间>刻，<时间>1926年底</时间>出土，<时间>辛亥</时间>年间")
    holding = Holding(Annotation("1", "", text, (), (), (), (), (), (), (), spans, "m", "1"))
    found = whole(holding)
    year = found[SITE.uri("period", "1934")]["timespan"]
    assert (year["begin_of_the_begin"], year["end_of_the_end"]) == ("1934-01-01T00:00:00Z", "1934-12-31T23:59:59Z")
    said = [node["content"] for node in found[SITE.uri("text", "1", "description")]["referred_to_by"]]
    assert [line for line in said if "推定" in line and "1926年底 → 1926-11/1926-12" in line]
    assert not [line for line in said if "1934" in line], "what the words alone say is not assumed"
    assert [node["_label"] for node in about(holding)][:2] == ["1934", "1926-11/1926-12"]


def test_the_museums_age_has_its_days_and_its_words() -> None:
    document = linked_art(holding_of(replace(annotated()[0], extra={"年代": "民国二十三年"})), SITE)
    span = document["produced_by"]["timespan"]
    assert (
        span["identified_by"][0]["content"] == "民国二十三年" and span["begin_of_the_begin"] == "1934-01-01T00:00:00Z"
    )
    vague = linked_art(holding_of(replace(annotated()[0], extra={"年代": "年代不详"})), SITE)
    assert set(vague["produced_by"]["timespan"]) == {"type", "_label", "identified_by"}


def test_old_measures_are_numbers_where_the_record_dates_them() -> None:
    text, spans = unmark("<时间>1965年</时间>制，重<重量>九斤半</重量>，高<长度>9至12厘米</长度>，长<长度>三尺</长度>")
    annotation = Annotation("1", "", text, (), (), (), (), (), (), (), spans, "m", "1")
    weight, height, length = linked_art(Holding(annotation), SITE)["dimension"]
    assert weight["value"] == 4.75 and "市制" in weight["_label"]
    assert (height["lower_value_limit"], height["upper_value_limit"]) == (9, 12)
    assert length["value"] == 100
    undated = replace(annotation, attributes=spans[1:])
    assert [node["_label"] for node in linked_art(Holding(undated), SITE)["dimension"]] == ["高9至12厘米"]


def test_a_link_names_the_entry_and_says_who_says_so() -> None:
    text, spans = unmark("<人物>朱德</人物>用过，<人物>老任</人物>捐赠")
    annotation = Annotation("1", "", text, (), (), (), (), (), (), (), spans, "m", "1")
    zhu = Link(Named("person:zhu-de", "person", "朱德", ("朱玉阶",)), confidence=0.93)
    holding = Holding(annotation, links=(zhu, None))
    found = whole(holding)
    entry = found[SITE.uri("person", "person:zhu-de")]
    assert [name["content"] for name in entry["identified_by"]] == ["朱德", "朱玉阶", "person:zhu-de"]
    text_document = found[SITE.uri("text", "1", "description")]
    assert [node["id"] for node in text_document["about"]] == [
        SITE.uri("person", "person:zhu-de"),
        SITE.uri("text", "1", "description") + "#value-2",
    ]
    said = [node["content"] for node in text_document["referred_to_by"]]
    assert any("朱德 → person:zhu-de (93%)" in line and "待核" in line for line in said)
    sure = whole(replace(holding, confirmed=True, links=(replace(zhu, confirmed=True), None)))
    assert "待核" not in json.dumps(sure[SITE.uri("text", "1", "description")], ensure_ascii=False)
    assert '"Person"' not in json.dumps(linked_art(holding, SITE))
