"""The routes that tell of a relic."""

from __future__ import annotations

from dataclasses import replace

import pytest

from api_fixtures import CLI, Server, act, annotation, decision
from biaotu.records import Span
from biaotu.store import NewRecord

pytest_plugins = ("store_fixtures", "api_fixtures")

TITLE = "红军用过的铁手榴弹"
TEXT = "1934年红军在此战斗。1958年由王三捐赠给县文化馆。"
SPANS = (
    Span("组织", "红军", "title", 0, 2),
    Span("时间", "1934年", "description", 0, 5),
    Span("时间", "1958年", "description", 12, 17),
    Span("人物", "王三", "description", 18, 20),
    Span("组织", "县文化馆", "description", 23, 27),
)
DONOR = "span:description:18:20:person"


@pytest.fixture
def record(server: Server) -> int:
    told = replace(annotation("T1", TITLE, TEXT), attributes=SPANS, normals=())
    with server.store.writing(CLI) as unit:
        record_id = unit.records.add(NewRecord("T1", TITLE, TEXT, "柳河纪念馆"))
        unit.annotations.add(record_id, told)
    return record_id


def test_provenance(server: Server, record: int) -> None:
    client = server.client("reader")
    events = client.get(f"/api/v1/records/{record}/provenance").json()["events"]
    assert [event["kind"] for event in events] == ["used", "donated"]
    donated = events[1]
    assert [(party["role"], party["text"]) for party in donated["parties"]] == [
        ("agent", "王三"),
        ("recipient", "县文化馆"),
    ]
    assert donated["parties"][0]["span"]["item"] == DONOR
    assert donated["date"]["value"] == "1958年"
    assert donated["proof"]["text"] == "1958年由王三捐赠给县文化馆"
    assert donated["confirmed"] is False


def test_confirmed_values_make_a_confirmed_event(server: Server, record: int) -> None:
    client = server.client("annotator")
    keys = (DONOR, "span:description:12:17:time", "span:description:23:27:organisation")
    answer = client.post(
        f"/api/v1/records/{record}/decisions", json=act(0, "k1", *(decision(key, "accept") for key in keys))
    )
    assert answer.status_code == 201, answer.text
    events = client.get(f"/api/v1/records/{record}/provenance").json()["events"]
    assert [event["confirmed"] for event in events] == [False, True]
    given = client.get(f"/api/v1/records/{record}/answers", params={"q": "谁捐赠的？"}).json()
    assert (given["sure"], given["values"], given["proofs"][0]["span"]["item"]) == ("confirmed", ["王三"], DONOR)


def test_captions(server: Server, record: int) -> None:
    client = server.client("reader")
    path = f"/api/v1/records/{record}/caption"
    label = client.get(path).json()
    assert (label["lang"], label["form"]) == ("zh", "label")
    assert label["text"].split("\n")[0] == TITLE
    assert "1958年王三捐赠" in label["text"]
    assert label["text"].endswith("（机器标注，待核）")
    assert {"name", "source", "holder", "mark"} <= {part["slot"] for part in label["parts"]}
    short = client.get(path, params={"form": "short", "lang": "en", "marks": "false"}).json()
    assert "\n" not in short["text"]
    assert "to be checked" not in short["text"]
    assert client.get(path, params={"form": "long"}).json()["code"] == "invalid-input"


def test_answers_and_questions(server: Server, record: int) -> None:
    client = server.client("reader")
    offered = client.get(f"/api/v1/records/{record}/questions").json()["items"]
    assert {"used.who", "donated.who", "holder"} <= {one["intent"] for one in offered}
    for one in offered:
        given = client.get(f"/api/v1/records/{record}/answers", params={"q": one["question"]}).json()
        assert (given["intent"], bool(given["values"])) == (one["intent"], True)
    untold = client.get(f"/api/v1/records/{record}/answers", params={"q": "谁缴获的？"}).json()
    assert (untold["sure"], untold["values"], untold["proofs"], untold["event"]) == ("unknown", [], [], None)
    assert client.get(f"/api/v1/records/{record}/answers").json()["code"] == "invalid-input"
    assert client.get(f"/api/v1/records/{record}/answers", params={"q": "问" * 201}).json()["code"] == "invalid-input"


@pytest.mark.parametrize("path", ["provenance", "caption", "answers?q=x", "questions"])
def test_strangers_and_unknown_records_are_refused(server: Server, path: str) -> None:
    assert server.anyone().get(f"/api/v1/records/1/{path}").json()["code"] == "not-logged-in"
    assert server.client("reader").get(f"/api/v1/records/999/{path}").json()["code"] == "not-found"
