"""Our vocabularies, word lists and the census's code tables as SKOS, with the crosswalk between them.

rdflib writes it; it comes with the extra ``formats``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, Literal

from biaotu import normal
from biaotu.errors import UsageError
from biaotu.export.exchange import VOCABULARY, Site
from biaotu.taxonomy import ATTRIBUTES, MATERIALS, USES
from biaotu.taxonomy.crosswalk import AAT, CENSUS_TABLES, MATCHES, STATUS

if TYPE_CHECKING:
    from rdflib import Graph, URIRef

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
_WORD_LISTS: Final = {
    "colour": ("颜色词", "Words for colours"),
    "material": ("材质词", "Words for materials"),
    "shape": ("形状词", "Words for shapes"),
}
"""The controlled lists that values are normalised to; ``BASE/terms/material-word/cast-iron``."""
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
        from rdflib import DCTERMS, SKOS
    except ImportError as error:
        raise UsageError("SKOS is written by rdflib, which is not installed: pip install 'biaotu[formats]'") from error
    graph = rdflib.Graph()
    for vocabulary in (*_OURS, *CENSUS_TABLES):
        scheme = _scheme(graph, site, vocabulary.name, _TITLES[vocabulary.name])
        if vocabulary in CENSUS_TABLES:
            graph.add((scheme, SKOS.editorialNote, rdflib.Literal(STATUS, lang="en")))
        for place, term in enumerate(vocabulary, 1):
            concept = _concept(graph, site, vocabulary.name, term.id, (term.zh, term.en))
            if vocabulary in _OURS:  # the order of the networks' outputs; the census's tables have no numbers of ours
                graph.add((concept, SKOS.notation, rdflib.Literal(str(place))))
            if term.note:
                graph.add((concept, SKOS.scopeNote, rdflib.Literal(term.note, lang="zh")))
    for name, titles in _WORD_LISTS.items():
        _scheme(graph, site, f"{name}-word", titles)
        for entry in normal.listed(name):
            labels = (entry.words[0], entry.id.replace("-", " "))
            concept = _concept(graph, site, f"{name}-word", entry.id, labels, entry.words[1:])
            if entry.material_class:
                graph.add((concept, SKOS.broadMatch, rdflib.URIRef(site.term("material", entry.material_class))))
    for match in MATCHES:
        aat = match.target_scheme == "aat"
        target = rdflib.URIRef(AAT + match.target if aat else site.term(match.target_scheme, match.target))
        graph.add((rdflib.URIRef(site.term(match.scheme, match.term)), SKOS[match.relation], target))
    graph.bind("skos", SKOS)
    graph.bind("dcterms", DCTERMS)
    graph.bind("aat", AAT)
    return graph


def _scheme(graph: Graph, site: Site, name: str, titles: tuple[str, str]) -> URIRef:
    from rdflib import RDF, SKOS, Literal, URIRef

    scheme = URIRef(site.uri(VOCABULARY, name))
    graph.add((scheme, RDF.type, SKOS.ConceptScheme))
    for language, title in zip(("zh", "en"), titles, strict=True):
        graph.add((scheme, SKOS.prefLabel, Literal(title, lang=language)))
    return scheme


def _concept(
    graph: Graph, site: Site, scheme: str, term_id: str, labels: tuple[str, str], others: Sequence[str] = ()
) -> URIRef:
    """A concept at the top of its scheme, with its labels in Chinese and English and other Chinese words for it."""
    from rdflib import DCTERMS, RDF, SKOS, Literal, URIRef

    concept, top = URIRef(site.term(scheme, term_id)), URIRef(site.uri(VOCABULARY, scheme))
    graph.add((concept, RDF.type, SKOS.Concept))
    graph.add((concept, SKOS.inScheme, top))
    graph.add((concept, SKOS.topConceptOf, top))
    graph.add((top, SKOS.hasTopConcept, concept))
    for language, label in zip(("zh", "en"), labels, strict=True):
        graph.add((concept, SKOS.prefLabel, Literal(label, lang=language)))
    for word in others:
        graph.add((concept, SKOS.altLabel, Literal(word, lang="zh")))
    graph.add((concept, DCTERMS.identifier, Literal(term_id)))
    return concept
