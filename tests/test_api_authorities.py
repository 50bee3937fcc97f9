"""Entries of the authorities and links of values over HTTP."""

from __future__ import annotations

import csv
from typing import Any

import pytest
from starlette.testclient import TestClient

from api_fixtures import CLI, Server, act, decision
from biaotu.authorities import shipped_entries
from biaotu.records import Annotation, Label, OcrLine, OcrReading, Span
from biaotu.review import ocr_mark
from biaotu.store import NewRecord

pytest_plugins = ("store_fixtures", "api_fixtures")

URL = "/api/v1/authorities"
TITLE, TEXT = "聂荣臻使用的望远镜", "1937年缴获，重三斤。"
PERSON, TIME = "span:title:0:3:person", "span:description:0:5:time"
NIE, ZHU = "person:nie-rongzhen", "person:zhu-de"
SOLDIER: dict[str, Any] = {
    "type": "person",
    "name": "张得胜",
    "variants": [{"form": "张老总", "kind": "nickname", "ambiguous": True}],
    "begin": "1915~",
    "kind": "soldier",
    "see": ["body:8ra-115"],
    "note": "侦察员",
    "source": "捐赠人口述",
}


def shelved(server: Server, reading: OcrReading | None = None) -> int:
    spans: tuple[Span, ...] = (
        Span("人物", "聂荣臻", "title", 0, 3, 0.95),
        Span("时间", "1937年", "description", 0, 5, 0.9),
        Span("重量", "三斤", "description", 9, 11, 0.4),
    )
    if reading:
        spans = (*spans, Span("组织", reading.text[:4], "ocr", 0, 4, 0.8))
    told = Annotation(
        "1", TITLE, TEXT, ("a.jpg",), (Label("金属制品", 0.9, True),), (), (), (), (), (), spans, "m", "1", ocr=reading
    )  # fmt: skip
    with server.store.writing(CLI) as unit:
        record_id = unit.records.add(NewRecord("1", TITLE, TEXT))
    server.photo(record_id, 0, 7)
    with server.store.writing(CLI) as unit:
        unit.annotations.add(record_id, told)
    return record_id


def link(client: TestClient, record_id: int, span: str = PERSON) -> dict[str, Any]:
    items = client.get(f"/api/v1/records/{record_id}/links").json()["items"]
    found: dict[str, Any] = next(item for item in items if item["span"] == span)
    return found


def test_a_record_tells_what_its_values_mean(servers: Server) -> None:
    view = servers.client("reader").get(f"/api/v1/records/{shelved(servers)}").json()
    meanings = {one["value"]: (one["meaning"], (one["normal"] or {}).get("kind")) for one in view["attributes"]}
    assert meanings == {"聂荣臻": (None, None), "1937年": ("1937", "date"), "三斤": ("1.5 kg*", "quantity")}
    assert (view["ocr"], view["links"]) == (None, [])


def test_links_are_suggested_judged_and_taken_back(servers: Server) -> None:
    record_id, client = shelved(servers), servers.client("annotator")
    url = f"/api/v1/records/{record_id}"
    found = link(client, record_id)
    assert (found["status"], found["entry"]["id"], found["by"]) == ("suggested", NIE, None)
    assert found["entry"] == {
        "id": NIE, "type": "person", "name": "聂荣臻", "kind": "soldier", "begin": "1899", "end": "1992",
        "note": found["entry"]["note"], "checked": False,
    }  # fmt: skip
    assert link(client, record_id, TIME)["status"] == "none"
    judged = client.post(f"{url}/decisions", json=act(0, "k-1", decision(f"link:{NIE}:{PERSON}", "reject")))
    assert judged.status_code == 201, judged.text
    found = link(client, record_id)
    assert (found["status"], found["candidates"][0]["rejected"], found["candidates"][0]["confidence"]) == (
        "none", True, 0.0,
    )  # fmt: skip
    base = judged.json()["revision"]
    judged = client.post(f"{url}/decisions", json=act(base, "k-2", decision(f"link:{ZHU}:{PERSON}", "accept")))
    assert [(one["entry"], one["status"], one["by"]) for one in judged.json()["links"]] == [
        (ZHU, "accepted", "annotator"),
        (NIE, "rejected", "annotator"),
    ]
    assert next(one for one in judged.json()["attributes"] if one["item"] == PERSON)["status"] == "accepted"
    found = link(client, record_id)
    assert (found["status"], found["entry"]["name"], found["confidence"], found["by"]) == (
        "accepted", "朱德", 1.0, "annotator",
    )  # fmt: skip
    history = client.get(f"{url}/history").json()["items"]
    assert history[0]["decisions"][-1]["text"] == "人物：聂荣臻 → 朱德"
    client.post(f"{url}/undo", json={"key": "undo-it-1"})
    assert link(client, record_id)["status"] == "none"
    late = servers.client("reviewer").post(
        f"{url}/decisions", json=act(base, "k-3", decision(f"link:{ZHU}:{PERSON}", "accept"))
    )
    assert (late.status_code, late.json()["current"]["links"][0]["entry"]) == (409, NIE)


@pytest.mark.parametrize(
    ("item", "verdict", "code", "told"),
    [
        (f"link:person:nobody:{PERSON}", "accept", "refused", "no entry person:nobody"),
        (f"link:body:8ra-115:{PERSON}", "accept", "refused", "names a person"),
        (f"link:none:{PERSON}", "reject", "refused", "which entry it is instead"),
        ("link:none:span:title:4:6:person", "accept", "refused", "no such value"),
        (f"link:none:{PERSON}", "primary", "invalid-input", "no verdict on a link"),
        ("link:聂荣臻:span:title:0:3:person", "accept", "invalid-input", "names nothing"),
    ],
)
def test_what_cannot_be_linked_is_told(server: Server, item: str, verdict: str, code: str, told: str) -> None:
    record_id, client = shelved(server), server.client("annotator")
    answer = client.post(f"/api/v1/records/{record_id}/decisions", json=act(0, "k-1", decision(item, verdict)))
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert told in answer.json()["detail"]
    assert client.get("/api/v1/records/999/links").json()["code"] == "not-found"


def test_entries_are_found_by_any_spelling_and_paged(server: Server) -> None:
    client = server.client("reader")

    def page(**query: Any) -> dict[str, Any]:
        found: dict[str, Any] = client.get(URL, params=query).json()
        return found

    assert page(limit=1)["total"] == len(shipped_entries())
    first = page(q="一一五師")["items"][0]
    assert (first["id"], first["name"]) == ("body:8ra-115", "八路军第115师")
    assert page(q="115师")["items"][0] == first
    assert {variant["form"] for variant in first["variants"]} & {"一一五师"}
    persons = page(q="朱", type="person")
    assert {item["type"] for item in persons["items"]} == {"person"}
    assert page(q="没有这样的名字") == {"items": [], "next": None, "total": 0}
    assert page(q="（）")["total"] == 0
    assert page(checked=True)["total"] == 0
    assert {item["kind"] for item in page(kind="campaign")["items"]} == {"campaign"}
    seen, cursor = list[str](), ""
    while True:
        part = page(type="period", limit=5, **({"cursor": cursor} if cursor else {}))
        seen += [item["id"] for item in part["items"]]
        if not (cursor := part["next"]):
            break
    assert len(seen) == len(set(seen)) == part["total"] == 12
    for wrong in ({"cursor": "nonsense"}, {"type": "thing"}, {"limit": 0}):
        assert page(**wrong)["code"] == "invalid-input"


def test_an_entry_is_added_corrected_and_merged(servers: Server) -> None:
    record_id, reviewer, reader = shelved(servers), servers.client("reviewer"), servers.client("reader")
    answer = reviewer.post(URL, json=SOLDIER)
    assert answer.status_code == 201, answer.text
    added = answer.json()
    assert (added["name"], added["checked"], added["own"], added["version"]) == ("张得胜", False, True, 1)
    assert added["names"]["body:8ra-115"]["name"].startswith("八路军")
    assert added == reader.get(f"{URL}/{added['id']}").json()
    assert reviewer.post(URL, json=SOLDIER).json()["code"] == "conflict"

    body = {key: added[key] for key in ("name", "kind", "variants", "begin", "end", "broader", "see", "source")}
    change = body | {"note": "侦察排长", "checked": True, "base": 1, "reason": "见县志"}
    changed = reviewer.put(f"{URL}/{added['id']}", json=change).json()
    assert (changed["note"], changed["checked"], changed["version"]) == ("侦察排长", True, 2)
    assert changed["history"][-1]["note"] == "note, checked. 见县志"
    assert reviewer.put(f"{URL}/{added['id']}", json=change | {"note": "兵"}).json()["code"] == "conflict"
    assert reviewer.put(f"{URL}/person:nobody", json=change).json()["code"] == "not-found"

    merged = reviewer.post(f"{URL}/{NIE}/merge", json={"into": added["id"], "note": "试"})
    assert (merged.status_code, merged.json()["checked"]) == (200, False)
    assert {"form": "聂荣臻", "kind": "other", "begin": "", "end": "", "ambiguous": False} in merged.json()["variants"]
    gone = reader.get(f"{URL}/{NIE}").json()
    assert (gone["replaced_by"], gone["names"][added["id"]]["name"]) == (added["id"], "张得胜")
    assert [item["id"] for item in reader.get(URL, params={"q": "聂荣臻"}).json()["items"]] == [added["id"]]
    assert link(reader, record_id)["entry"]["id"] == added["id"], "values are linked anew at once"
    again = reviewer.post(f"{URL}/{NIE}/merge", json={"into": ZHU})
    assert (again.status_code, again.json()["code"]) == (422, "invalid-input")
    rows = servers.client("admin").get("/api/v1/audit").json()["items"]
    acts = [(row["action"], row["user"]) for row in rows if row["action"].startswith("authority.")]
    assert acts == [(f"authority.{what}", "reviewer") for what in ("merge", "change", "add")]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"name": ""}, "name"),
        ({"name": "朱德"}, "another person is called 朱德"),
        ({"name": "張得勝"}, "simplified"),
        ({"begin": "1937年"}, "EDTF"),
        ({"begin": "1950", "end": "1940"}, "before it begins"),
        ({"kind": "hero"}, "the kind 'hero' is none of"),
        ({"note": "生平" * 40}, "of a person it names the role"),
        ({"broader": "person:none"}, "leads to person:none"),
        ({"source": ""}, "source"),
        ({"id": "body:zhang"}, "the id says body"),
        ({"id": "Person:Zhang"}, "id"),
        ({"born": "1915"}, "born"),
    ],
)
def test_an_unlawful_entry_is_refused_with_its_reason(server: Server, change: dict[str, Any], told: str) -> None:
    answer = server.client("reviewer").post(URL, json=SOLDIER | change)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid-input")
    assert told in answer.json()["detail"]


def test_what_was_read_on_the_photos_is_told_with_its_places(server: Server) -> None:
    box = ((1.0, 2.0), (9.0, 2.0), (9.0, 5.0), (1.0, 5.0))
    reading = OcrReading((OcrLine(0, "边区政府印", box, 0.97),), "reader 1")
    record_id, client = shelved(server, reading), server.client("annotator")
    mark = ocr_mark(reading.text)
    url, item = f"/api/v1/records/{record_id}", f"span:ocr-{mark}:0:4:organisation"
    with server.store.writing(CLI) as unit:  # the photo's own name, so that the reading finds it
        name = unit.decisions.view(record_id).facts.images[0].name
    assert name != "a.jpg"
    view = client.get(url).json()
    assert view["ocr"] == {
        "text": "边区政府印",
        "mark": mark,
        "lines": [{"photo": None, "start": 0, "end": 5, "box": [list(corner) for corner in box], "confidence": 0.97}],
        "engine": "reader 1",
    }
    span = next(one for one in view["attributes"] if one["field"] == "ocr")
    assert (span["item"], span["value"]) == (item, "边区政府")
    answer = client.post(f"{url}/decisions", json=act(0, "k-1", decision(item, "accept")))
    assert answer.status_code == 201
    stale = client.post(f"{url}/decisions", json=act(1, "k-2", decision("span:ocr-00000000:0:4:person", "accept")))
    assert (stale.status_code, stale.json()["code"]) == (409, "conflict")
    found = client.get("/api/v1/search", params={"q": "政府印"}).json()
    assert [hit["id"] for hit in found["items"]] == [record_id], "words on photos are found"
    table = client.get("/api/v1/export", params={"format": "csv"}).content.decode("utf-8-sig")
    (row,) = csv.DictReader(table.splitlines())
    assert (row["图片文字"], row["组织"], row["时间"]) == ("边区政府印", "", "1937年")
    mentions = client.get(f"{url}/mentions", params={"item": item})
    assert (mentions.status_code, mentions.json()["total"]) == (200, 0)
