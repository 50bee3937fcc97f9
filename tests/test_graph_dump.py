"""The graph as RDF for others: read back by another library, and held to its own shapes."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyshacl import validate
from rdflib import RDF, RDFS, Dataset, URIRef
from rdflib import Graph as RdfGraph

from biaotu.errors import UsageError
from biaotu.graph import Graph, Mention, Period, RelicFacts, Target, names
from biaotu.graph.dump import dump, ontology, shapes
from graph_samples import RELICS, few_entries

# rdflib's own parsers call what rdflib calls deprecated.
pytestmark = pytest.mark.filterwarnings(
    "ignore:(Dataset.default_context|ConjunctiveGraph) is deprecated:DeprecationWarning"
)

BT = names.BASE


@pytest.fixture(scope="module")
def mixed() -> Graph:
    """Six relics of the machine's, one that a person confirmed."""
    found = Graph.of(RELICS, few_entries())
    day = Target("urn:biaotu:date:1935-01-15", True, None, "assumed")
    found.put(
        [
            RelicFacts(
                "7", "七", "灯", "某馆",
                (
                    Mention("title:0:1:event", "会", (Target("urn:biaotu:entry:event:zunyi-conf", True),)),
                    Mention("title:1:2:time", "同日", (day,)),
                ),
                (Period("1935-01-15", "1935-01-15", "1935-01-15"),),
            )
        ],
        {"7": "1"},
    )  # fmt: skip
    return found


def union(path: Path) -> RdfGraph:
    """All graphs of a file as one."""
    read = Dataset(default_union=True)
    read.parse(data=path.read_text(encoding="utf-8"), format={".nq": "nquads", ".trig": "trig"}[path.suffix])
    merged = RdfGraph()
    for triple in read.triples((None, None, None)):
        merged.add(triple)
    return merged


@pytest.mark.parametrize("suffix", ["nq", "trig"])
def test_another_library_reads_all_graphs_back(mixed: Graph, tmp_path: Path, suffix: str) -> None:
    out = tmp_path / f"graph.{suffix}"
    count = dump(mixed, out, machine=True)
    read = Dataset()
    read.parse(data=out.read_text(encoding="utf-8"), format={"nq": "nquads", "trig": "trig"}[suffix])
    told = {str(graph.identifier): len(graph) for graph in read.graphs()}
    assert told.pop("urn:x-rdflib:default", 0) == len(RdfGraph().parse(data=ontology(), format="turtle"))
    store = mixed.dataset.store
    assert told == {
        name: sum(1 for quad in store if str(quad.graph_name) == f"<{name}>")
        for name in (names.CONFIRMED, names.MACHINE, names.REFERENCE)
    }
    assert count == sum(told.values()) + len(RdfGraph().parse(data=ontology(), format="turtle"))
    event = URIRef(f"{BT}entry:event:zunyi-conf")
    sure = read.graph(URIRef(names.CONFIRMED))
    assert (URIRef(f"{BT}relic:7"), URIRef(f"{BT}event"), event) in sure
    assert (URIRef(f"{BT}relic:1"), URIRef(f"{BT}event"), event) in read.graph(URIRef(names.MACHINE))
    assert names.STATE not in {str(graph.identifier) for graph in read.graphs()}


def test_turtle_holds_what_is_confirmed_and_nothing_of_the_machines(mixed: Graph, tmp_path: Path) -> None:
    out = tmp_path / "graph.ttl"
    dump(mixed, out)
    read = RdfGraph().parse(data=out.read_text(encoding="utf-8"), format="turtle")
    relics = {str(relic) for relic in read.subjects(URIRef(f"{BT}mentions"), None)}
    assert relics == {f"{BT}relic:7"}
    assert "王老栓" not in out.read_text(encoding="utf-8")
    with pytest.raises(UsageError, match=r"write \.trig or \.nq"):
        dump(mixed, out, machine=True)
    with pytest.raises(UsageError, match=r"\*\.ttl, \*\.trig, \*\.nq"):
        dump(mixed, tmp_path / "graph.rdf")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["graph.ttl"]


def test_every_dump_holds_to_the_shapes(mixed: Graph, tmp_path: Path) -> None:
    dump(mixed, tmp_path / "graph.nq", machine=True)
    whole = union(tmp_path / "graph.nq")
    rules = RdfGraph().parse(data=shapes(), format="turtle")
    conforms, _, told = validate(whole, shacl_graph=rules, inference="none")
    assert conforms, told


@pytest.mark.parametrize(
    ("subject", "predicate"),
    [("relic:1", "number"), ("date:1935-01", "edtf"), ("mention:1:description:16:20:event", "names")],
)
def test_the_shapes_find_what_is_missing(mixed: Graph, tmp_path: Path, subject: str, predicate: str) -> None:
    dump(mixed, tmp_path / "graph.nq", machine=True)
    small = RdfGraph()
    for triple in union(tmp_path / "graph.nq"):
        if str(triple[0]) in {f"{BT}{subject}", f"{BT}relic:1"}:
            small.add(triple)
    small.remove((URIRef(BT + subject), URIRef(BT + predicate), None))
    conforms, _, told = validate(small, shacl_graph=RdfGraph().parse(data=shapes(), format="turtle"))
    assert not conforms
    assert BT + subject in told or subject in told


def test_every_class_and_property_of_a_dump_is_in_the_ontology(mixed: Graph, tmp_path: Path) -> None:
    dump(mixed, tmp_path / "graph.nq", machine=True)
    known = {str(term) for term in RdfGraph().parse(data=ontology(), format="turtle").subjects(RDFS.label, None)}
    whole = union(tmp_path / "graph.nq")
    used = {str(term) for term in whole.predicates()} | {str(term) for term in whole.objects(None, RDF.type)}
    assert {term for term in used if term.startswith(BT)} <= known


def test_every_predicate_of_answers_is_in_the_ontology_with_the_same_names() -> None:
    told = RdfGraph().parse(data=ontology(), format="turtle")
    for one in names.PREDICATES.values():
        labels = {(str(label), label.language) for label in told.objects(URIRef(BT + one.id), RDFS.label)}  # type: ignore[attr-defined]
        assert labels == {(one.zh, "zh"), (one.en, "en")}, one.id


def test_the_same_graph_is_written_the_same_way_by_both_formats(mixed: Graph, tmp_path: Path) -> None:
    for suffix in ("nq", "trig"):
        dump(mixed, tmp_path / f"g.{suffix}", machine=True)
    assert set(union(tmp_path / "g.nq")) == set(union(tmp_path / "g.trig"))
