"""Records, decisions on them, the queue and the grid, over HTTP on both databases."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from api_fixtures import CLI, Server, act, annotation, decision

pytest_plugins = ("store_fixtures", "api_fixtures")

METAL = "label:material:metal"
WOOD = "label:material:wood-bamboo"
SPAN = "span:title:0:2:organisation"


def labels(view: dict[str, object]) -> dict[str, str]:
    told: dict[str, list[dict[str, str]]] = view["labels"]  # type: ignore[assignment]
    return {label["item"]: label["status"] for system in told.values() for label in system}


def test_a_record_as_it_stands(servers: Server) -> None:
    record_id = servers.record("0358", photos=1)
    view = servers.client("reader").get(f"/api/v1/records/{record_id}").json()
    assert (view["number"], view["museum"], view["state"], view["revision"]) == ("0358", "柳河纪念馆", "annotated", 0)
    assert len(view["labels"]["material"]) == 10
    assert len(view["labels"]["use"]) == 14
    assert labels(view)[METAL] == "suggested"
    (span,) = view["attributes"]
    assert (span["type"], span["type_id"], span["value"], span["item"]) == ("组织", "organisation", "红军", SPAN)
    assert {tag["tag"]: tag["place"] for tag in view["tags"]} == {"手榴弹": "primary", "红军": "secondary"}
    (image,) = view["images"]
    assert image["url"] == f"/api/v1/images/{image['digest']}"
    assert view["model"] == {"name": "invented", "version": "1"}


def test_lists_are_paged_and_filtered(servers: Server) -> None:
    ids = [servers.record() for _ in range(5)]
    client = servers.client("reader")
    seen, cursor = [], None
    while True:
        page = client.get("/api/v1/records", params={"limit": 2} | ({"cursor": cursor} if cursor else {})).json()
        seen += [record["id"] for record in page["items"]]
        if (cursor := page["next"]) is None:
            break
    assert sorted(seen) == ids
    assert len(seen) == 5
    assert client.get("/api/v1/records", params={"state": "approved"}).json() == {"items": [], "next": None}
    assert client.get("/api/v1/records", params={"museum": "别处"}).json()["items"] == []
    assert len(client.get("/api/v1/records", params={"museum": "柳河纪念馆"}).json()["items"]) == 5
    for wrong in ({"cursor": "nonsense"}, {"limit": 0}, {"limit": 201}, {"state": "lost"}):
        assert client.get("/api/v1/records", params=wrong).json()["code"] == "invalid-input"


@pytest.mark.parametrize("record_id", ["999", str(2**53 - 1), "0", "-1", "9" * 30, "x", "1.5"])
def test_what_is_no_record_is_told(servers: Server, record_id: str) -> None:
    client = servers.client("annotator")
    for path in ("", "/history", "/annotations", "/similar", f"/mentions?item={SPAN}"):
        answer = client.get(f"/api/v1/records/{record_id}{path}")
        assert answer.json()["code"] == ("not-found" if record_id in {"999", str(2**53 - 1)} else "invalid-input")


def test_decide_undo_redo_and_the_history_of_it(servers: Server) -> None:
    record_id = servers.record()
    client, base = servers.client("annotator"), f"/api/v1/records/{record_id}"
    decided = client.post(f"{base}/decisions", json=act(0, "k1", decision(METAL, "accept"), decision(WOOD, "reject")))
    assert decided.status_code == 201
    view = decided.json()
    assert (labels(view)[METAL], labels(view)[WOOD], view["state"]) == ("accepted", "rejected", "in_review")
    undone = client.post(f"{base}/undo", json={"key": "undo-000001"}).json()
    assert (labels(undone)[METAL], labels(undone)[WOOD]) == ("suggested", "none")
    acts = client.get(f"{base}/history").json()["items"]
    assert [(one["user"], one["in_effect"], len(one["decisions"])) for one in acts] == [
        ("annotator", True, 2),
        ("annotator", False, 2),
    ]
    assert acts[0]["undoes"] == acts[1]["batch"]
    assert acts[1]["decisions"][0]["text"] == "金属制品"
    redone = client.post(f"{base}/undo", json={"key": "redo-000001", "batch": acts[0]["batch"]}).json()
    assert labels(redone)[METAL] == "accepted"


def test_the_same_key_decides_once(servers: Server) -> None:
    record_id = servers.record()
    client, path = servers.client("annotator"), f"/api/v1/records/{record_id}/decisions"
    first = client.post(path, json=act(0, "twice", decision(METAL, "accept"))).json()
    again = client.post(path, json=act(0, "twice", decision(METAL, "accept")))
    assert again.status_code == 201
    assert again.json()["revision"] == first["revision"]
    assert len(client.get(f"/api/v1/records/{record_id}/history").json()["items"]) == 1


def test_who_comes_second_is_told_what_stands(servers: Server) -> None:
    record_id = servers.record()
    path = f"/api/v1/records/{record_id}/decisions"
    servers.client("annotator").post(path, json=act(0, "k1", decision(METAL, "accept")))
    late = servers.client("reviewer").post(path, json=act(0, "k1", decision(METAL, "reject")))
    assert (late.status_code, late.json()["code"]) == (409, "conflict")
    assert late.headers["content-type"] == "application/problem+json"
    assert labels(late.json()["current"])[METAL] == "accepted"
    seen = late.json()["current"]["revision"]
    assert servers.client("reviewer").post(path, json=act(seen, "k2", decision(METAL, "reject"))).status_code == 201


@pytest.mark.parametrize(
    ("item", "verdict", "code"),
    [
        ("label:material:gold", "accept", "invalid-input"),
        ("label:colour:red", "accept", "invalid-input"),
        ("nonsense", "accept", "invalid-input"),
        ("tag:", "primary", "invalid-input"),
        ("span:title:2:1:organisation", "accept", "invalid-input"),
        (METAL, "primary", "invalid-input"),
        ("tag:手榴弹", "accept", "invalid-input"),
        ("state", "accept", "invalid-input"),
        ("span:title:0:99:organisation", "accept", "refused"),
        ("state", "approve", "refused"),
    ],
)
def test_unlawful_decisions_change_nothing(server: Server, item: str, verdict: str, code: str) -> None:
    record_id = server.record()
    client = server.client("annotator")
    answer = client.post(f"/api/v1/records/{record_id}/decisions", json=act(0, "k1", decision(item, verdict)))
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert client.get(f"/api/v1/records/{record_id}").json()["revision"] == 0


def test_a_span_is_corrected_in_one_act(servers: Server) -> None:
    record_id = servers.record()
    client = servers.client("annotator")
    longer = "span:title:0:3:organisation"
    path = f"/api/v1/records/{record_id}/decisions"
    view = client.post(path, json=act(0, "k1", decision(SPAN, "reject"), decision(longer, "accept"))).json()
    assert {one["item"]: one["status"] for one in view["attributes"]} == {SPAN: "rejected", longer: "accepted"}


def test_two_steps_by_two_people(servers: Server) -> None:
    record_id = servers.record()
    annotator, reviewer = servers.client("annotator"), servers.client("reviewer")
    path = f"/api/v1/records/{record_id}/decisions"
    submitted = annotator.post(path, json=act(0, "k1", decision("state", "submit"))).json()
    assert submitted["state"] == "submitted"
    assert labels(submitted)[METAL] == "accepted", "what was shown and left is confirmed by submitting"
    closed = annotator.post(path, json=act(submitted["revision"], "k2", decision(METAL, "reject")))
    assert closed.json()["code"] == "refused"
    approved = reviewer.post(path, json=act(submitted["revision"], "k3", decision("state", "approve"))).json()
    assert approved["state"] == "approved"


def test_nobody_approves_their_own(servers: Server) -> None:
    record_id = servers.record()
    reviewer = servers.client("reviewer")
    path = f"/api/v1/records/{record_id}/decisions"
    submitted = reviewer.post(path, json=act(0, "k1", decision("state", "submit"))).json()
    own = reviewer.post(path, json=act(submitted["revision"], "k2", decision("state", "approve")))
    assert own.json()["code"] == "refused"


def test_back_to_a_time(servers: Server) -> None:
    record_id = servers.record()
    client, base = servers.client("annotator"), f"/api/v1/records/{record_id}"
    first = client.post(f"{base}/decisions", json=act(0, "k1", decision(METAL, "accept"))).json()
    then = datetime.now(UTC)
    client.post(f"{base}/decisions", json=act(first["revision"], "k2", decision(METAL, "reject")))
    restored = client.post(f"{base}/restore", json={"key": "restore-1", "at": then.isoformat()})
    assert restored.status_code == 200
    assert labels(restored.json())[METAL] == "accepted"
    naive = client.post(f"{base}/restore", json={"key": "restore-2", "at": "2026-01-01T00:00:00"})
    assert naive.json()["code"] == "invalid-input"


def test_many_records_each_by_itself(servers: Server) -> None:
    good, taken, closed = servers.record(), servers.record(), servers.record()
    other = servers.client("reviewer")
    other.post(f"/api/v1/records/{taken}/decisions", json=act(0, "k1", decision(METAL, "reject")))
    path = f"/api/v1/records/{closed}/decisions"
    seen = other.post(path, json=act(0, "k2", decision("state", "submit"))).json()["revision"]
    changes = [
        {"record": record_id, "base": base, "decisions": [decision(METAL, "accept")]}
        for record_id, base in ((good, 0), (taken, 0), (closed, seen), (999, 0))
    ]
    changes.append({"record": good, "base": 0, "decisions": [decision("label:material:gold", "accept")]})
    client = servers.client("annotator")
    body = {"key": "bulk-0001", "changes": changes}
    items = client.post("/api/v1/decisions/bulk", json=body).json()["items"]
    assert [item["outcome"] for item in items] == ["done", "conflict", "refused", "missing", "refused"]
    again = client.post("/api/v1/decisions/bulk", json=body | {"changes": changes[:1]}).json()["items"]
    assert again[0] == items[0]
    assert len(client.get(f"/api/v1/records/{good}/history").json()["items"]) == 1


def test_every_model_version_is_there(servers: Server) -> None:
    record_id = servers.record("0358")
    with servers.store.writing(CLI) as unit:
        unit.annotations.add(record_id, annotation("0358", "红军用过的铁手榴弹", "1934年红军在此战斗。", "2"))
    items = servers.client("reader").get(f"/api/v1/records/{record_id}/annotations").json()["items"]
    assert [item["model"]["version"] for item in items] == ["2", "1"]
    assert items[0]["document"]["labels"]["material"][0]["name"] == "金属制品"


def test_the_queue_leases_to_one(servers: Server) -> None:
    ids = {servers.record() for _ in range(2)}
    annotator, reviewer = servers.client("annotator"), servers.client("reviewer")
    queue = annotator.get("/api/v1/queue", params={"order": "oldest"}).json()
    assert {row["id"] for row in queue["items"]} == ids
    assert {row["reason"] for row in queue["items"]} == {"oldest"}
    assert queue["waiting"]["annotated"] == 2
    first = annotator.post("/api/v1/queue/next", json={}).json()["id"]
    second = reviewer.post("/api/v1/queue/next", json={}).json()["id"]
    assert {first, second} == ids
    assert servers.client("third", "annotator").post("/api/v1/queue/next", json={}).status_code == 204
    assert annotator.post("/api/v1/queue/next", json={"skip": [first]}).status_code == 204
    assert servers.client("third").post("/api/v1/queue/next", json={}).json()["id"] == first


@pytest.mark.parametrize("order", ["uncertainty", "active", "oldest"])
def test_every_order_of_the_queue(servers: Server, order: str) -> None:
    servers.record()
    client = servers.client("annotator")
    assert len(client.get("/api/v1/queue", params={"order": order}).json()["items"]) == 1
    assert client.post("/api/v1/queue/next", json={"order": order}).status_code == 200


def test_the_grid_pages_by_label(servers: Server) -> None:
    ids = {servers.record(photos=1) for _ in range(3)}
    client = servers.client("annotator")
    first = client.get("/api/v1/grid", params={"item": METAL, "limit": 2}).json()
    assert first["total"] == 3
    rest = client.get("/api/v1/grid", params={"item": METAL, "limit": 2, "cursor": first["next"]}).json()
    cells = first["items"] + rest["items"]
    assert {cell["record"]["id"] for cell in cells} == ids
    assert all(cell["image"]["thumbnail"].endswith("/thumbnail") and cell["confidence"] == 0.97 for cell in cells)
    assert client.get("/api/v1/grid", params={"item": METAL, "status": "accepted"}).json()["total"] == 0
    for wrong in ("tag:手榴弹", "label:material:gold", "label:colour:red"):
        assert client.get("/api/v1/grid", params={"item": wrong}).json()["code"] == "invalid-input"


def test_the_same_words_elsewhere(servers: Server) -> None:
    here, there = servers.record(), servers.record(title="红军的马灯")
    found = servers.client("annotator").get(f"/api/v1/records/{here}/mentions", params={"item": SPAN}).json()
    places = {(one["record"]["id"], one["field"], one["status"]) for one in found["items"]}
    assert (there, "title", "suggested") in places
    assert found["total"] == len(found["items"])
    assert found["complete"] is True


def test_agreement_of_two(servers: Server) -> None:
    record_id = servers.record()
    path = f"/api/v1/records/{record_id}/decisions"
    first = servers.client("annotator").post(path, json=act(0, "k1", decision(METAL, "accept"))).json()
    servers.client("reviewer").post(path, json=act(first["revision"], "k1", decision(METAL, "accept")))
    told = servers.client("reviewer").get("/api/v1/agreement").json()
    assert told["overall"]["pairs"] == 1
    assert told["overall"]["agree"] == 1.0
    assert {(one["a"], one["b"]) for one in told["people"]} == {("annotator", "reviewer")}
