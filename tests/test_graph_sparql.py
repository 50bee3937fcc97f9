"""SPARQL: answers, and what is refused: updates, other servers, what takes too long or too much."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from biaotu.errors import InputError, Refused
from biaotu.graph import Graph, sparql
from graph_samples import graph, relic


@pytest.fixture(scope="module")
def snapshot() -> Iterator[Path]:
    with sparql.temporary_snapshot(graph()) as place:
        yield place


def ask(snapshot: Path, query: str, **more: Any) -> dict[str, Any]:
    return sparql.ask(snapshot, query, machine=True, **more)


def test_select_tells_terms_with_the_names_of_nodes(snapshot: Path) -> None:
    answer = ask(
        snapshot, 'SELECT ?r ?n WHERE { ?r bt:event ?e ; bt:number ?n . ?e rdfs:label "遵义会议"@zh } ORDER BY ?n'
    )
    assert (answer["kind"], answer["variables"], answer["more"]) == ("select", ["r", "n"], False)
    assert [row["n"]["value"] for row in answer["rows"]] == ["1", "2"]
    assert answer["rows"][1]["r"] == {"type": "uri", "value": "urn:biaotu:relic:2", "label": "会议用的油灯"}


def test_ask_and_construct(snapshot: Path) -> None:
    assert ask(snapshot, "ASK { ?r bt:person ?p }")["answer"] is True
    found = ask(snapshot, "CONSTRUCT { ?p bt:x ?r } WHERE { ?r bt:person ?p }")
    assert found["kind"] == "graph" and len(found["triples"]) == 5


def test_the_confirmed_view_does_not_see_what_the_machine_says(snapshot: Path) -> None:
    for query in (
        "ASK { ?r bt:person ?p }",
        "ASK { GRAPH ?g { ?r bt:mentions ?m } }",
        "ASK { GRAPH <urn:biaotu:machine> { ?s ?p ?o } }",
        'ASK { ?s rdfs:label "王老栓"@zh }',
    ):
        assert sparql.ask(snapshot, query)["answer"] is False, query
        assert ask(snapshot, query)["answer"] is True, query
    assert ask(snapshot, "ASK { GRAPH <urn:biaotu:state> { ?s ?p ?o } }")["answer"] is False
    for query in ("ASK FROM <urn:biaotu:machine> { ?r ?p ?o }", "ask from named <urn:x> { graph ?g { ?s ?p ?o } }"):
        with pytest.raises(InputError, match="FROM is not needed"):
            sparql.ask(snapshot, query)


@pytest.mark.parametrize(
    "query",
    [
        "INSERT DATA { <urn:a> <urn:b> 1 }",
        "# a comment\nPREFIX x: <urn:x>\nDELETE WHERE { ?a ?b ?c }",
        "LOAD <file:///etc/passwd>",
        "CLEAR ALL",
        "drop graph <urn:biaotu:confirmed>",
        "BASE <urn:x> WITH <urn:y> DELETE { ?a ?b ?c } WHERE { ?a ?b ?c }",
    ],
)
def test_updates_are_refused(query: str) -> None:
    with pytest.raises(InputError, match="would change the graph"):
        sparql.check(query)


def services(port: int) -> list[str]:
    place = f"<http://127.0.0.1:{port}/>"
    return [
        f"SELECT * {{ SERVICE {place} {{ ?a ?b ?c }} }}",
        f"select * {{ sErViCe silent {place} {{ ?a ?b ?c }} }}",
        f"SELECT * {{SERVICE{place}{{?a ?b ?c}}}}",
        f"PREFIX p: {place} SELECT * {{ SERVICE p: {{ ?a ?b ?c }} }}",
        f"PREFIX p: {place} SELECT * {{ SERVICE/**/p: {{ ?a ?b ?c }} }}",
        f"PREFIX : {place} SELECT * {{SERVICE:{{ ?a ?b ?c }}}}",
        f"SELECT * {{ SERVICE # ' \n {place} {{ ?a ?b ?c }} }}",
        f"SELECT * {{ ?x ?y '''a\"''' . SERVICE {place} {{ ?a ?b ?c }} }}",
        f'SELECT * {{ ?x ?y "\\"" . SERVICE {place} {{ ?a ?b \'"\' }} }}',
        f"SELECT * {{ \\u0053ERVICE {place} {{ ?a ?b ?c }} }}",
        f"SELECT * {{ \\U00000053ERVICE {place} {{ ?a ?b ?c }} }}",
        f'SELECT * {{ ?x ?y "\\u0022 . SERVICE {place} {{ ?a ?b "z" }} }}',
        f"SELECT * {{ BIND({place} AS ?s) SERVICE ?s {{ ?a ?b ?c }} }}",
        f"SELECT * {{ FILTER(COALESCE(?a<?b,'>'))SERVICE{place}{{ ?s ?p '1' }} }}",
        f"SELECT * {{ ?x ?y 1SERVICE{place}{{ ?a ?b ?c }} }}",
        f"SELECT * {{ ?x ?y true.SERVICE{place}{{ ?a ?b ?c }} }}",
        f"SELECT * FROM {place} {{ ?a ?b ?c }}",
        f"SELECT * {{ GRAPH {place} {{ ?a ?b ?c }} }}",
    ]


def test_no_query_reaches_another_server(snapshot: Path) -> None:
    """Whether refused or answered with nothing: nobody knocks at the door."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        knocks: list[Any] = []
        door.settimeout(0.2)
        done = threading.Event()

        def listen() -> None:
            while not done.is_set():
                try:
                    knocks.append(door.accept())
                except TimeoutError:
                    continue

        listener = threading.Thread(target=listen)
        listener.start()
        try:
            refused = 0
            for query in services(door.getsockname()[1]):
                try:
                    assert ask(snapshot, query)["rows"] == []
                except InputError:
                    refused += 1
        finally:
            done.set()
            listener.join()
    assert knocks == []
    assert refused == len(services(1)) - 1


def test_words_that_look_like_a_clause_are_no_reason_to_refuse(snapshot: Path) -> None:
    for query in (
        'ASK { ?s ?p "FROM <urn:x> INSERT DATA" }',
        "ASK { ?from bt:person ?p } # from here",
        "ASK { ?s bt:from <urn:from> , '''from ''' }",
    ):
        assert "answer" in ask(snapshot, query)


def test_a_long_query_is_looked_through_in_a_moment() -> None:
    for piece in ('"""\\', "'''\\", "<a", "#", "prefix a: <b> ", '"\\'):
        began = time.monotonic()
        sparql.check((piece * 20000)[:20000])
        assert time.monotonic() - began < 2, piece


def test_a_syntax_error_tells_line_and_column(snapshot: Path) -> None:
    with pytest.raises(InputError, match=r"line 2, column 17, before ' \{ \?b \} \}'"):
        ask(snapshot, "SELECT ?a\nWHERE { ?a WHICH { ?b } }")
    with pytest.raises(InputError, match="line 1, column 9, where it ends"):
        ask(snapshot, "SELECT *")
    with pytest.raises(InputError) as told:
        ask(snapshot, "SELECT * { ?a ?b")
    assert len(str(told.value)) < 400
    with pytest.raises(InputError, match="20000 are the most"):
        ask(snapshot, "#" * 20001)


def test_rows_beyond_the_limit_are_left_out_and_told(snapshot: Path) -> None:
    answer = ask(snapshot, "SELECT * { ?a ?b ?c }", rows=3)
    assert len(answer["rows"]) == 3 and answer["more"] is True
    answer = ask(snapshot, "CONSTRUCT WHERE { ?a ?b ?c }", rows=3)
    assert len(answer["triples"]) == 3 and answer["more"] is True


def test_a_query_that_runs_too_long_is_stopped_in_time(snapshot: Path) -> None:
    began = time.monotonic()
    with pytest.raises(Refused, match=r"ran past 0\.7 s"):
        ask(snapshot, "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", seconds=0.7)
    assert time.monotonic() - began < 2


def test_a_query_that_takes_too_much_memory_is_stopped(snapshot: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sparql, "MEMORY", 200 << 20)
    with pytest.raises(Refused, match="more memory"):
        ask(snapshot, "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?a ?d", seconds=20)


def test_a_snapshot_of_a_graph_on_disk_does_not_change_with_it(tmp_path: Path) -> None:
    found = Graph(tmp_path / "live")
    sparql.snapshot(found, tmp_path / "before")
    found.put_entries(graph().entries, "1")
    sparql.snapshot(found, tmp_path / "after")
    query = "ASK { ?e a bt:Event }"
    assert [sparql.ask(tmp_path / name, query)["answer"] for name in ("before", "after")] == [False, True]


@pytest.mark.parametrize("query", [query for _, _, query in sparql.EXAMPLES])
def test_the_examples_answer(query: str) -> None:
    made = Graph.of([relic("1", "灯", "[遵义会议|事件]，[江西|地点][瑞金|地点]")])
    with sparql.temporary_snapshot(made) as place:
        assert sparql.ask(place, query, machine=True)["rows"]
