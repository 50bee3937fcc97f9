"""Our three vocabularies and the census's code tables as SKOS, with the crosswalk between them.

rdflib writes it; it comes with the extra ``formats``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from biaotu.errors import UsageError
from biaotu.export.exchange import Site
from biaotu.taxonomy import ATTRIBUTES, MATERIALS, USES
from biaotu.taxonomy.crosswalk import AAT, CENSUS_TABLES, MATCHES, STATUS

if TYPE_CHECKING:
    from rdflib import Graph

Notation = Literal["turtle", "json-ld"]

_TITLES: Final = {
    "material": ("材质标签", "Material labels"),
    "use": ("用途标签", "Use labels"),
    "attribute": ("属性", "Attributes"),
    "census-class": ("文物类别（普查）", "Classes of the national census"),
    "texture": ("质地（普查）", "Materials of the national census"),
    "grade": ("级别（普查）", "Grades of the national census"),
    "source": ("来源方式（普查）", "Ways of acquisition of the national census"),
    "completeness": ("完残程度（普查）", "Completeness of the national census"),
    "preservation": ("保存状态（普查）", "State of preservation of the national census"),
}
_OURS: Final = (MATERIALS, USES, ATTRIBUTES)


def skos(site: Site, notation: Notation = "turtle") -> bytes:
    """All schemes and mappings in one document, UTF-8.

    Args:
        site: the concepts' addresses are ``BASE/terms/SCHEME/ID``.
        notation: ``turtle`` or ``json-ld``.

    Raises:
        UsageError: if the extra ``formats`` is not installed.
    """
    return vocabularies(site).serialize(format=notation, encoding="utf-8")


def vocabularies(site: Site) -> Graph:
    """The same as an rdflib graph.

    Raises:
        UsageError: if the extra ``formats`` is not installed.
    """
    try:
        import rdflib
        from rdflib import DCTERMS, RDF, SKOS, URIRef
    except ImportError as error:
        raise UsageError("SKOS is written by rdflib, which is not installed: pip install 'biaotu[formats]'") from error
    graph = rdflib.Graph()
    for vocabulary in (*_OURS, *CENSUS_TABLES):
        scheme = URIRef(site.uri("terms", vocabulary.name))
        graph.add((scheme, RDF.type, SKOS.ConceptScheme))
        for language, title in zip(("zh", "en"), _TITLES[vocabulary.name], strict=True):
            graph.add((scheme, SKOS.prefLabel, rdflib.Literal(title, lang=language)))
        if vocabulary in CENSUS_TABLES:
            graph.add((scheme, SKOS.editorialNote, rdflib.Literal(STATUS, lang="en")))
        for place, term in enumerate(vocabulary, 1):
            concept = URIRef(site.term(vocabulary.name, term.id))
            graph.add((concept, RDF.type, SKOS.Concept))
            graph.add((concept, SKOS.inScheme, scheme))
            graph.add((concept, SKOS.topConceptOf, scheme))
            graph.add((scheme, SKOS.hasTopConcept, concept))
            graph.add((concept, SKOS.prefLabel, rdflib.Literal(term.zh, lang="zh")))
            graph.add((concept, SKOS.prefLabel, rdflib.Literal(term.en, lang="en")))
            graph.add((concept, DCTERMS.identifier, rdflib.Literal(term.id)))
            if vocabulary in _OURS:  # the order of the networks' outputs; the census's tables have no numbers of ours
                graph.add((concept, SKOS.notation, rdflib.Literal(str(place))))
            if term.note:
                graph.add((concept, SKOS.scopeNote, rdflib.Literal(term.note, lang="zh")))
    for match in MATCHES:
        aat = match.target_scheme == "aat"
        target = URIRef(AAT + match.target if aat else site.term(match.target_scheme, match.target))
        graph.add((URIRef(site.term(match.scheme, match.term)), SKOS[match.relation], target))
    graph.bind("skos", SKOS)
    graph.bind("dcterms", DCTERMS)
    graph.bind("aat", AAT)
    return graph
