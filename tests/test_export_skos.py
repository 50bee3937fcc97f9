"""SKOS: read back in both notations, the same graph, lawful by SKOS's own conditions as SHACL shapes."""

from __future__ import annotations

import pytest
from pyshacl import validate
from rdflib import RDF, SKOS, Graph, Literal, URIRef
from rdflib.compare import isomorphic

from biaotu.export.skos import Notation, skos, vocabularies
from biaotu.normal import listed
from biaotu.taxonomy import ATTRIBUTES, MATERIALS, USES
from biaotu.taxonomy.crosswalk import CENSUS_CLASSES, CENSUS_TABLES
from format_samples import DATA, SITE

# rdflib's own JSON-LD parser and pySHACL still use names of rdflib that rdflib 7.6 calls deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:.* is deprecated:DeprecationWarning")


def conforms(graph: Graph) -> tuple[bool, str]:
    good, _, text = validate(graph, shacl_graph=str(DATA / "skos-shapes.ttl"), inference="none")
    return bool(good), str(text)


@pytest.mark.parametrize("notation", ["turtle", "json-ld"])
def test_both_notations_hold_the_same_lawful_graph(notation: Notation) -> None:
    graph = Graph().parse(data=skos(SITE, notation), format=notation)
    assert isomorphic(graph, vocabularies(SITE))
    good, text = conforms(graph)
    assert good, text


def test_the_shapes_find_what_is_wrong() -> None:
    metal = URIRef(SITE.term("material", "metal"))
    for triple in (
        (metal, SKOS.prefLabel, Literal("又一个名称", lang="zh")),
        (metal, SKOS.inScheme, URIRef(SITE.uri("terms", "use"))),
        (metal, SKOS.narrowMatch, URIRef("http://vocab.getty.edu/aat/300010900")),
    ):
        graph = vocabularies(SITE)
        graph.add(triple)
        assert not conforms(graph)[0]


def test_every_term_is_a_concept() -> None:
    graph = vocabularies(SITE)
    tables = (MATERIALS, USES, ATTRIBUTES, *CENSUS_TABLES)
    words = [entry for name in ("colour", "material", "shape") for entry in listed(name)]
    assert len(set(graph.subjects(RDF.type, SKOS.Concept))) == sum(len(table) for table in tables) + len(words)
    iron = URIRef(SITE.term("material-word", "cast-iron"))
    assert (iron, SKOS.altLabel, Literal("生铁", lang="zh")) in graph
    assert (iron, SKOS.broadMatch, URIRef(SITE.term("material", "metal"))) in graph
    assert (
        len(set(graph.subjects(SKOS.inScheme, URIRef(SITE.uri("terms", "census-class"))))) == len(CENSUS_CLASSES) == 35
    )


def test_a_crosswalk_is_there() -> None:
    graph = vocabularies(SITE)
    weapon = URIRef(SITE.term("use", "weapon"))
    assert (weapon, SKOS.closeMatch, URIRef(SITE.term("census-class", "weapon"))) in graph
    assert "to be checked by a registrar" in skos(SITE).decode()
    for relation in (SKOS.closeMatch, SKOS.narrowMatch, SKOS.broadMatch, SKOS.relatedMatch):
        for target in graph.objects(None, relation):
            assert "/aat/" in str(target) or (target, RDF.type, SKOS.Concept) in graph
