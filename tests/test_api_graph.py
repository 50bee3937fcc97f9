"""The graph over HTTP: for every reader, confirmed by default, and no query holds up the others."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from starlette.testclient import TestClient

from api_fixtures import Server, open_server
from biaotu.api.routers import graph as router
from biaotu.api.settings import Settings
from biaotu.knowledge import graphing
from biaotu.store import Store, StorePlace
from graph_samples import RELICS
from test_knowledge_graphing import decide, fill

pytest_plugins = ("store_fixtures", "api_fixtures")
G = "/api/v1/graph"
ZUNYI = "urn:biaotu:entry:event:zunyi-conf"


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    place = StorePlace(tmp_path_factory.mktemp("graph"))
    with Store.open(place, create=True) as store, ExitStack() as stack:
        fill(store)
        yield open_server(store, Settings(), stack)


@pytest.fixture(scope="module")
def client(filled: Server) -> TestClient:
    return filled.client("reader")


def got(client: TestClient, path: str, **query: Any) -> Any:
    answer = client.get(path if path.startswith("/api") else G + path, params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_every_answer_says_that_nothing_is_confirmed(client: TestClient) -> None:
    for path, query in (
        ("/nodes", {}),
        ("/node", {"id": ZUNYI}),
        ("/neighbours", {"id": ZUNYI}),
        ("/paths", {"from": ZUNYI, "to": "urn:biaotu:relic:1"}),
        ("/together", {"kind": "event", "with": "person"}),
        ("/timeline", {}),
        ("/places", {}),
        ("/api/v1/records/1/related", {}),
    ):
        answer = got(client, path, **query)
        assert (answer["machine"], answer["note"]["code"]) == (False, "nothing-confirmed"), path


def test_a_reader_asks_everything(client: TestClient) -> None:
    assert got(client, "/status")["facts"]["machine"] > 20
    assert got(client, "/nodes", q="遵义會議", machine=True)["items"][0]["id"] == ZUNYI
    assert got(client, "/node", id=ZUNYI, machine=True)["kinds"]["relic"] == 2
    edges = got(client, "/neighbours", id="urn:biaotu:relic:1", machine=True, kind="event")["edges"]
    assert edges[0]["proof"][0]["item"] == "span:description:16:20:event"
    found = got(client, "/paths", **{"from": "urn:biaotu:relic:1", "to": "urn:biaotu:relic:2"}, machine=True)
    assert found["from"]["record"] == 1 and found["paths"][0]["nodes"][1]["id"] == ZUNYI
    assert got(client, "/together", kind="person", **{"with": "place"}, machine=True)["items"][0]["count"] == 2
    timeline = got(client, "/timeline", machine=True, **{"from": 1935, "to": 1935})
    assert [year["year"] for year in timeline["years"]] == [1935]
    month = next(item for item in timeline["items"] if item["label"] == "1935年1月")
    assert [record["title"] for record in month["records"]] == [RELICS[0].title]
    assert got(client, "/places", machine=True)["items"][0]["below"] == 4
    related = got(client, "/api/v1/records/1/related", machine=True)["items"]
    assert {one["id"] for one in related} == {2, 3}
    assert "同涉遵义会议（全库 2 件）" in {reason["text_zh"] for one in related for reason in one["reasons"]}
    prefixes = got(client, "/prefixes")
    assert prefixes["prefixes"]["bt"] == "urn:biaotu:" and len(prefixes["examples"]) > 2


def test_what_people_confirm_is_told_at_once(filled: Server, client: TestClient) -> None:
    decide(filled.store, 6, "label:material:metal accept")
    assert [edge["node"]["label"] for edge in got(client, "/neighbours", id="urn:biaotu:relic:6")["edges"]] == [
        "金属制品"
    ]
    assert got(client, "/status")["facts"]["confirmed"] == 1


def test_sparql(client: TestClient) -> None:
    query = "SELECT ?e (COUNT(?r) AS ?n) { ?r bt:event ?e } GROUP BY ?e ORDER BY DESC(?n)"
    answer = client.post(f"{G}/sparql", json={"query": query, "machine": True}).json()
    assert answer["rows"][0]["e"]["label"] == "遵义会议" and answer["rows"][0]["n"]["value"] == "2"
    for query, code, message in (
        ("SELECT", "invalid-input", "line 1, column 7"),
        ("DROP ALL", "invalid-input", "would change the graph"),
        ("SELECT * { SERVICE <http://localhost/> { ?a ?b ?c } }", "invalid-input", "other servers"),
    ):
        refused = client.post(f"{G}/sparql", json={"query": query})
        assert (refused.status_code, refused.json()["code"]) == (422, code)
        assert message in refused.json()["detail"]


@pytest.mark.parametrize(
    ("path", "query", "status"),
    [
        ("/node", {"id": "urn:biaotu:relic:99"}, 404),
        ("/node", {}, 422),
        ("/nodes", {"kind": "thing"}, 422),
        ("/neighbours", {"id": ZUNYI, "predicate": "likes"}, 422),
        ("/neighbours", {"id": ZUNYI, "cursor": "x"}, 422),
        ("/paths", {"from": ZUNYI, "to": ZUNYI}, 422),
        ("/paths", {"from": ZUNYI, "to": ZUNYI, "longest": 7}, 422),
        ("/together", {"kind": "relic"}, 422),
        ("/timeline", {"from": 1950, "to": 1940}, 422),
        ("/api/v1/records/99/related", {}, 404),
    ],
)
def test_what_cannot_be_is_told(client: TestClient, path: str, query: dict[str, Any], status: int) -> None:
    answer = client.get(path if path.startswith("/api") else G + path, params=query)
    assert answer.status_code == status, answer.text


def test_nobody_asks_who_is_not_logged_in(filled: Server) -> None:
    anyone = filled.anyone()
    assert anyone.get(f"{G}/nodes").status_code == 401
    assert anyone.post(f"{G}/sparql", json={"query": "ASK {}"}).status_code == 401


def test_heavy_queries_do_not_hold_up_the_server(
    filled: Server, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("biaotu.graph.sparql.ask.__kwdefaults__", {"machine": False, "seconds": 2.0, "rows": 10})
    heavy = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    answers: list[int] = []

    def ask() -> None:
        answers.append(filled.client("reader").post(f"{G}/sparql", json={"query": heavy}).status_code)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    slowest = 0.0
    while any(thread.is_alive() for thread in threads):
        began = time.monotonic()
        assert got(client, "/neighbours", id="urn:biaotu:relic:1", machine=True)["edges"]
        assert client.get("/api/v1/records/1").status_code == 200
        slowest = max(slowest, time.monotonic() - began)
        time.sleep(0.05)
    for thread in threads:
        thread.join()
    assert slowest < 1.5  # two queries at a time have all cores; the others wait their turn or are sent away
    assert set(answers) <= {422, 503} and 422 in answers


def test_a_graph_that_is_still_being_read_says_so(
    filled: Server, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(graphing, "BATCH", 1)
    monkeypatch.setattr(router, "WAIT", 0.0)
    for number in range(1, 7):
        decide(filled.store, number, "label:material:glass accept", key=f"glass-{number}")
    answer = got(client, "/nodes", machine=True)
    assert answer["note"]["code"] == "catching-up"
    for _ in range(200):
        if got(client, "/nodes", machine=True)["note"] is None:
            break
        time.sleep(0.02)
    assert got(client, "/node", id="urn:biaotu:material:glass")["node"]["records"] == 6
