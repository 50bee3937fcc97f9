"""Facts and entries as quads: two named graphs of what relics say, one of reference, one of state.

relic --event--> node            the fact itself, to be asked in one step
relic --mentions--> mention --names--> node
                    mention --value--> the words, --confidence--> the machine's, --sure--> "assumed"
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import pyoxigraph as rdf
from pyoxigraph import NamedNode, Quad

from biaotu.authorities import Entry
from biaotu.graph import names
from biaotu.graph.facts import Period, RelicFacts
from biaotu.taxonomy import MATERIALS, USES

_RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_RDFS: Final = "http://www.w3.org/2000/01/rdf-schema#"
_SKOS: Final = "http://www.w3.org/2004/02/skos/core#"
_XSD: Final = "http://www.w3.org/2001/XMLSchema#"

A: Final = NamedNode(f"{_RDF}type")
LABEL: Final = NamedNode(f"{_RDFS}label")
ALT_LABEL: Final = NamedNode(f"{_SKOS}altLabel")
MENTIONS: Final = NamedNode(names.MENTIONS)
NAMES: Final = NamedNode(names.NAMES)
VALUE: Final = NamedNode(names.VALUE)
CONFIDENCE: Final = NamedNode(names.CONFIDENCE)
SURE: Final = NamedNode(names.SURE)
CONFIRMED: Final = NamedNode(names.CONFIRMED)
MACHINE: Final = NamedNode(names.MACHINE)
REFERENCE: Final = NamedNode(names.REFERENCE)
STATE: Final = NamedNode(names.STATE)
NUMBER: Final = NamedNode(f"{names.BASE}number")
MUSEUM: Final = NamedNode(f"{names.BASE}museum")
BEGIN: Final = NamedNode(f"{names.BASE}begin")
END: Final = NamedNode(f"{names.BASE}end")
EDTF: Final = NamedNode(f"{names.BASE}edtf")
FIRST: Final = NamedNode(f"{names.BASE}firstDay")
LAST: Final = NamedNode(f"{names.BASE}lastDay")
CHECKED: Final = NamedNode(f"{names.BASE}checked")
REPLACED: Final = NamedNode(f"{names.BASE}replacedBy")
ENTRY_KIND: Final = NamedNode(f"{names.BASE}entryKind")
NOTE: Final = NamedNode(f"{_SKOS}note")
SEEN: Final = NamedNode(f"{names.BASE}seen")
DOCUMENT: Final = NamedNode(f"{names.BASE}document")
_ZH: Final = "zh"
_DATE: Final = NamedNode(f"{_XSD}date")
CLASSES: Final[Mapping[str, NamedNode]] = {kind: NamedNode(names.BASE + kind.capitalize()) for kind in names.KINDS}


def literal(value: str | bool | float, language: str | None = None, datatype: NamedNode | None = None) -> rdf.Literal:
    """A literal; half of a character (which a damaged file can hold) becomes a question mark."""
    if isinstance(value, str):
        return rdf.Literal(value.encode("utf-8", "replace").decode(), language=language, datatype=datatype)
    return rdf.Literal(value)


def predicate(name: str) -> NamedNode:
    """The node of a predicate."""
    return NamedNode(names.predicate_iri(name))


def relic_quads(facts: RelicFacts) -> Iterator[Quad]:
    """The quads of one relic, its own and those of the nodes it names that have no other description."""
    relic = NamedNode(names.relic_iri(facts.record))
    yield Quad(relic, A, CLASSES["relic"], REFERENCE)
    yield Quad(relic, NUMBER, literal(facts.number), REFERENCE)
    if facts.title:
        yield Quad(relic, LABEL, literal(facts.title, language=_ZH), REFERENCE)
    if facts.museum:
        yield Quad(relic, MUSEUM, literal(facts.museum), REFERENCE)
    described: dict[str, set[NamedNode]] = {}
    for mention in facts.mentions:
        place = NamedNode(names.mention_iri(facts.record, mention.key))
        graphs = set[NamedNode]()
        for target in mention.targets:
            graph = CONFIRMED if target.confirmed else MACHINE
            node = NamedNode(target.node)
            yield Quad(relic, predicate(names.predicate_of(mention.key, target.node)), node, graph)
            yield Quad(place, NAMES, node, graph)
            if target.sure == "assumed":
                yield Quad(place, SURE, literal("assumed"), graph)
            if not target.confirmed and target.confidence is not None:
                yield Quad(place, CONFIDENCE, literal(round(target.confidence, 4)), graph)
            graphs.add(graph)
            described.setdefault(target.node, set()).add(graph)
        for graph in graphs:
            yield Quad(relic, MENTIONS, place, graph)
            yield Quad(place, VALUE, literal(mention.value), graph)
    # Words and dates are described where they are told: what the machine read stays out of the confirmed graph.
    for period in facts.periods:
        for graph in described.get(names.date_iri(period.edtf), ()):
            yield from _period_quads(period, graph)
    for node_iri, words in facts.labels:
        node = NamedNode(node_iri)
        for graph in described.get(node_iri, ()):
            yield Quad(node, A, CLASSES[names.kind_of(node_iri) or "period"], graph)
            yield Quad(node, LABEL, literal(words, language=_ZH), graph)


def _period_quads(period: Period, graph: NamedNode) -> Iterator[Quad]:
    yield from _date_quads(period, graph)
    year = within_year(period)
    if year is not None:
        above = Period(year, f"{year}-01-01", f"{year}-12-31")
        yield Quad(NamedNode(names.date_iri(period.edtf)), predicate("within"), NamedNode(names.date_iri(year)), graph)
        yield from _date_quads(above, REFERENCE)


def _date_quads(period: Period, graph: NamedNode) -> Iterator[Quad]:
    node = NamedNode(names.date_iri(period.edtf))
    yield Quad(node, A, CLASSES["date"], graph)
    yield Quad(node, EDTF, literal(period.edtf), graph)
    for day, name in ((period.begin, FIRST), (period.end, LAST)):
        if day is not None:
            yield Quad(node, name, literal(day, datatype=_DATE), graph)


def within_year(period: Period) -> str | None:
    """The year that a date lies in, if it is a part of one."""
    begin, end = period.begin, period.end
    if begin is None or end is None or len(begin) != len("1935-01-15") or begin[:4] != end[:4]:
        return None
    return None if (begin[5:], end[5:]) == ("01-01", "12-31") else begin[:4]


def concept_quads() -> Iterator[Quad]:
    """Materials and uses."""
    for system, vocabulary in (("material", MATERIALS), ("use", USES)):
        for term in vocabulary:
            node = NamedNode(names.concept_iri(system, term.id))
            yield Quad(node, A, CLASSES[system], REFERENCE)
            yield Quad(node, LABEL, literal(term.zh, language=_ZH), REFERENCE)
            yield Quad(node, LABEL, literal(term.en, language="en"), REFERENCE)


def entry_quads(entries: Iterable[Entry]) -> Iterator[Quad]:
    """The authority file; an entry that was merged into another only says so."""
    for entry in entries:
        node = NamedNode(names.entry_iri(entry.id))
        yield Quad(node, A, CLASSES[entry.type], REFERENCE)
        yield Quad(node, LABEL, literal(entry.name, language=_ZH), REFERENCE)
        if entry.replaced_by:
            yield Quad(node, REPLACED, NamedNode(names.entry_iri(entry.replaced_by)), REFERENCE)
            continue
        for variant in entry.variants:
            yield Quad(node, ALT_LABEL, literal(variant.form, language=_ZH), REFERENCE)
        yield Quad(node, ENTRY_KIND, literal(entry.kind), REFERENCE)
        yield Quad(node, CHECKED, literal(entry.checked), REFERENCE)
        if entry.note:
            yield Quad(node, NOTE, literal(entry.note, language=_ZH), REFERENCE)
        for day, name in ((entry.begin, BEGIN), (entry.end, END)):
            if day:
                yield Quad(node, name, literal(day), REFERENCE)
        if entry.broader:
            yield Quad(node, predicate("broader"), NamedNode(names.entry_iri(entry.broader)), REFERENCE)
        for other in entry.see:
            yield Quad(node, predicate("see"), NamedNode(names.entry_iri(other)), REFERENCE)


def entry_documents(entries: Iterable[Entry]) -> Iterator[Quad]:
    """The entries as they were linked against, for finding out later what has changed."""
    for entry in entries:
        text = json.dumps(entry.to_dict(), ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        yield Quad(NamedNode(names.entry_iri(entry.id)), DOCUMENT, literal(text), STATE)
