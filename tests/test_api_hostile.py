"""What strangers and broken programs send: it is refused as a problem of the one shape, and nothing fails."""

from __future__ import annotations

import io
import json
import os
import time
import zipfile
from dataclasses import replace
from typing import Any

import pytest

from api_fixtures import CLI, Server, act, annotation, decision, jpeg
from biaotu.api import importing
from biaotu.api.problems import CODES
from biaotu.api.settings import Settings

pytest_plugins = ("store_fixtures", "api_fixtures")

JSON = {"Content-Type": "application/json"}
METAL = "label:material:metal"
LIST = "编号,名称\n7001,水壶\n".encode()
IMPORTS = "/api/v1/imports"


def refused(answer: Any, status: int, code: str) -> str:
    """See that an answer is this problem; its detail."""
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json"), answer.text[
        :300
    ]
    told = answer.json()
    assert (told["code"], told["status"], told["title"]) == (code, status, CODES[code].title)
    assert "x-content-type-options" in answer.headers
    return str(told["detail"])


@pytest.mark.parametrize("origin", ["http://[", "http://[::1", "//localhost:8000", "http://u@localhost:8000", ""])
def test_an_origin_that_is_none_is_another_one(server: Server, origin: str) -> None:
    answer = server.anyone().post(
        "/api/v1/session", json={"name": "x", "password": "y" * 10}, headers={"Origin": origin}
    )
    refused(answer, 403, "csrf")


@pytest.mark.parametrize("text", ["\ud800", "a\udfffb", "a\0b"])
def test_half_characters_are_refused_wherever_text_is_taken(server: Server, text: str) -> None:
    record = server.record()
    client, admin = server.client("annotator"), server.client("admin")
    good = decision(METAL, "accept")
    bodies: list[tuple[Any, str, dict[str, Any]]] = [
        (client, f"/records/{record}/decisions", act(0, "key-note", good, note=text)),
        (client, f"/records/{record}/decisions", act(0, "key-prop", good, proposal=text)),
        (client, f"/records/{record}/decisions", act(0, "key-tag", decision(f"tag:{text}", "primary"))),
        (client, f"/records/{record}/decisions", act(0, f"key{text}", good)),
        (client, f"/records/{record}/undo", {"key": "key-undo", "batch": text}),
        (client, "/lexicon", {"word": text}),
        (server.browser("annotator"), "/tokens", {"name": text}),
        (admin, "/users", {"name": "ok", "role": "reader", "password": "three-red-lamps-7", "display": text}),
        (admin, "/users", {"name": text, "role": "reader", "password": "three-red-lamps-7"}),
    ]
    for who, path, body in bodies:
        refused(who.post(f"/api/v1{path}", content=json.dumps(body), headers=JSON), 422, "invalid-input")


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-01-01T00:00:00", 1e300])
def test_times_at_the_ends_of_time_are_refused(server: Server, at: Any) -> None:
    answer = server.client("annotator").post(
        f"/api/v1/records/{server.record()}/restore", json={"key": "key-restore", "at": at}
    )
    refused(answer, 422, "invalid-input")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"[" * 200_000, 400),
        (b'{"a":' * 100_000, 400),
        (b'{"base":' + b"9" * 5000 + b"}", 400),
        (b'{"word":"\xff"}', 400),
        (b'{"word":NaN}', 422),
        (b"", 422),
        (b"null", 422),
        (b'"x"', 422),
        (b"[]", 422),
    ],
)
def test_bodies_that_are_no_json_of_ours(server: Server, body: bytes, status: int) -> None:
    client = server.client("annotator")
    for path in ("/api/v1/lexicon", "/api/v1/session", "/api/v1/decisions/bulk"):
        refused(
            client.post(path, content=body, headers=JSON), status, "wrong-use" if status == 400 else "invalid-input"
        )


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
def test_a_form_of_a_stranger_s_page_is_no_json(server: Server, kind: str) -> None:
    """Browsers send these from any page without asking first."""
    answer = server.client("annotator").post(
        "/api/v1/lexicon", content=b'{"word": "hat"}', headers={"Content-Type": kind}
    )
    assert 400 <= answer.status_code < 500
    assert server.client("annotator").get("/api/v1/lexicon").json()["items"] == []


@pytest.mark.parametrize(
    "charset", ["unicode_escape", "raw_unicode_escape", "punycode", "undefined", "utf-7", "utf-16"]
)
def test_a_form_in_an_encoding_of_its_own_is_refused(server: Server, charset: str) -> None:
    part = b'--x\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n%s\r\n'
    body = part % (b"museum", b"", b"\\ud800+2AA-") + part % (b"file", b'; filename="l.csv"', LIST) + b"--x--\r\n"
    for path in (IMPORTS, "/api/v1/search/photo"):
        answer = server.client("annotator").post(
            path, content=body, headers={"Content-Type": f"multipart/form-data; boundary=x; charset={charset}"}
        )
        assert "UTF-8" in refused(answer, 400, "wrong-use")


def test_a_damaged_archive_is_told_as_one(server: Server) -> None:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        archive.writestr("a.txt", "x")
    damaged = b"junk" + whole.getvalue().replace(b"PK\x01\x02", b"XX\x01\x02")
    client = server.client("annotator")
    told = refused(client.post(IMPORTS, files={"file": ("l.xlsx", damaged)}), 422, "invalid-input")
    assert "cannot be read as a workbook" in told
    assert client.post(IMPORTS, files={"file": ("l.csv", LIST + damaged[-22:])}).status_code < 500


@pytest.mark.parametrize(
    ("name", "content"),
    [("清单.csv", b"a,b\n1,2\n"), ("清单.csv", b""), ("清单.xlsx", b"none"), ("清单.jsonl", b"\xff\xfe\x00\xd8")],
)
def test_messages_name_the_list_and_no_place_on_the_server(server: Server, name: str, content: bytes) -> None:
    answer = server.client("annotator").post(IMPORTS, files={"file": (name, content)})
    assert str(server.store.place.folder) not in answer.text
    if answer.status_code >= 400:
        assert refused(answer, 422, "invalid-input").startswith(name)


def workbook(forged: tuple[bytes, bytes] = (b"", b"")) -> bytes:
    """A workbook of one row, with something replaced in its sheet."""
    import openpyxl

    book, file, changed = openpyxl.Workbook(), io.BytesIO(), io.BytesIO()
    for row in (["编号", "名称"], ["7001", "水壶"]):
        book.active.append(row)  # type: ignore[union-attr]
    book.save(file)
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, content.replace(*forged) if name == "xl/worksheets/sheet1.xml" else content)
    return changed.getvalue()


def test_a_forged_row_number_does_not_keep_the_server_busy(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("biaotu.records.workbook._LAST_ROW", 5000)  # a million empty rows take some seconds
    content = workbook((b'<row r="2"', b'<row r="999999999999"'))
    began = time.monotonic()
    answer = server.client("annotator").post(IMPORTS, files={"file": ("l.xlsx", content)})
    assert answer.status_code in (201, 422)
    assert time.monotonic() - began < 30


def test_a_sheet_that_is_not_there_is_the_client_s_mistake(server: Server) -> None:
    answer = server.client("annotator").post(IMPORTS, files={"file": ("l.xlsx", workbook())}, data={"sheet": "nope"})
    assert refused(answer, 422, "invalid-input").startswith("l.xlsx: has no sheet 'nope'")


@pytest.mark.parametrize(
    "path",
    [
        "/static/../app.py",
        "/static/%2e%2e/%2e%2e/api/app.py",
        "/static/..%2f..%2fapi/app.py",
        "/static/..%5c..%5capi%5capp.py",
        "/static/%252e%252e/x",
        "/static/",
        "/static/js",
        "/static/%00",
        "/static/" + "a" * 5000,
        "/api/v1/images/..%2f..%2fbiaotu.sqlite",
        "/api/v1/nothing",
        "/docs",
        "/openapi.json",
    ],
)
def test_paths_that_lead_elsewhere_lead_nowhere(server: Server, path: str) -> None:
    refused(server.client("admin").get(path), 404, "not-found")


class TestSmallPhotos:
    @pytest.fixture
    def settings(self) -> Settings:
        return Settings(max_photo_mb=1)

    def test_a_search_takes_no_more_than_a_photo(self, server: Server) -> None:
        answer = server.client("reader").post("/api/v1/search/photo", files={"photo": ("p.jpg", b"x" * (3 << 20))})
        refused(answer, 413, "too-large")


class TestKeys:
    """A key names one act: used for another one it is refused, not answered as if that had been done."""

    def test_other_decisions(self, servers: Server) -> None:
        record, client = servers.record(), servers.client("annotator")
        path = f"/api/v1/records/{record}/decisions"
        first = act(0, "key-1", decision(METAL, "accept"))
        assert client.post(path, json=first).status_code == 201
        assert client.post(path, json=first).status_code == 201
        other = act(0, "key-1", decision("tag:红军", "reject"))
        assert "another act" in refused(client.post(path, json=other), 422, "refused")
        undone = client.post(f"/api/v1/records/{record}/undo", json={"key": first["key"]})
        assert "another act" in refused(undone, 422, "refused")

    def test_a_submission_comes_again(self, servers: Server) -> None:
        record, client = servers.record(), servers.client("annotator")
        body = act(0, "key-2", decision("state", "submit"))
        answers = [client.post(f"/api/v1/records/{record}/decisions", json=body) for _ in range(2)]
        assert [answer.status_code for answer in answers] == [201, 201]
        assert answers[0].json() == answers[1].json()

    def test_undo_and_restore_come_again(self, servers: Server) -> None:
        record, client = servers.record(), servers.client("annotator")
        before = servers.store.clock().isoformat()
        path = f"/api/v1/records/{record}"
        client.post(f"{path}/decisions", json=act(0, "key-3", decision(METAL, "reject")))
        batch = client.get(f"{path}/history").json()["items"][0]["batch"]
        for wanted in ({"key": "key-undo-1", "batch": batch}, {"key": "key-undo-1"}):
            assert client.post(f"{path}/undo", json=wanted).status_code == 200
        refused(client.post(f"{path}/undo", json={"key": "key-undo-1", "batch": "other"}), 422, "refused")
        client.post(f"{path}/decisions", json=act(10**9, "key-4", decision(METAL, "reject")))
        for _ in range(2):
            assert client.post(f"{path}/restore", json={"key": "key-back-1", "at": before}).status_code == 200
        later = {"key": "key-back-1", "at": "2026-01-01T00:00:00Z"}
        refused(client.post(f"{path}/restore", json=later), 422, "refused")

    def test_one_record_twice_in_a_bulk_is_told(self, server: Server) -> None:
        record, client = server.record(), server.client("annotator")
        changes = [
            {"record": record, "base": 0, "decisions": [decision(METAL, "accept")]},
            {"record": record, "base": 0, "decisions": [decision("tag:红军", "reject")]},
        ]
        answer = client.post("/api/v1/decisions/bulk", json={"key": "key-bulk-1", "changes": changes})
        assert [item["outcome"] for item in answer.json()["items"]] == ["done", "refused"]


class TestUnseen:
    """A submission confirms what the person saw, not what the model has said since."""

    def say(self, server: Server, record: int, **changes: Any) -> None:
        """A new model version speaks."""
        with server.store.writing(CLI) as unit:
            stored = unit.records.get(record)
            told = annotation(stored.number, stored.title, stored.description, "2")
            unit.annotations.add(record, replace(told, **changes))

    def test_a_new_proposal_is_looked_at_first(self, servers: Server) -> None:
        record, client = servers.record(), servers.client("annotator")
        path = f"/api/v1/records/{record}"
        seen = client.get(path).json()
        self.say(servers, record, secondary=())
        body = act(0, "key-5", decision("state", "submit"), proposal=seen["proposal"])
        answer = client.post(f"{path}/decisions", json=body)
        assert "proposed anew" in refused(answer, 409, "conflict")
        current = answer.json()["current"]
        assert (current["state"], current["model"]["version"]) == ("annotated", "2")
        body = act(0, "key-6", decision("state", "submit"), proposal=current["proposal"])
        assert client.post(f"{path}/decisions", json=body).json()["state"] == "submitted"

    def test_another_version_that_says_the_same_is_in_nobody_s_way(self, server: Server) -> None:
        record, client = server.record(), server.client("annotator")
        path = f"/api/v1/records/{record}"
        seen = client.get(path).json()
        client.post(f"{path}/decisions", json=act(0, "key-7", decision("tag:红军", "reject")))
        self.say(server, record)
        body = act(0, "key-8", decision("state", "submit"), proposal=seen["proposal"])
        assert client.post(f"{path}/decisions", json=body).status_code == 201

    def test_who_submitted_is_told(self, server: Server) -> None:
        record, client = server.record(), server.client("annotator")
        path = f"/api/v1/records/{record}"
        assert client.get(path).json()["submitter"] is None
        body = act(0, "key-9", decision("state", "submit"))
        told = client.post(f"{path}/decisions", json=body).json()["submitter"]
        assert told == {"id": server.user("annotator").id, "name": "annotator"}


class TestUnusedUploads:
    def test_they_go_after_two_weeks_and_the_import_says_so(self, server: Server) -> None:
        client = server.client("annotator")
        planned = client.post(IMPORTS, files={"file": ("l.csv", LIST), "photos": ("a.jpg", jpeg(1))}).json()["id"]
        (folder,) = (server.store.place.folder / "uploads").iterdir()
        importing.tidy(server.store)
        assert folder.exists()
        long_ago = time.time() - (importing.UNUSED_DAYS + 1) * 86_400
        os.utime(folder / "request.json", (long_ago, long_ago))
        importing.tidy(server.store)
        assert not folder.exists()
        answer = client.post(f"{IMPORTS}/{planned}/run")
        assert "hand it in again" in refused(answer, 422, "refused")

    def test_one_that_waits_for_the_worker_stays(self, server: Server) -> None:
        server.parts.worker.stop()
        client = server.client("annotator")
        planned = client.post(IMPORTS, files={"file": ("l.csv", LIST)}).json()["id"]
        assert client.post(f"{IMPORTS}/{planned}/run").status_code == 202
        (folder,) = (server.store.place.folder / "uploads").iterdir()
        os.utime(folder / "request.json", (0, 0))
        importing.tidy(server.store)
        assert folder.exists()


def test_an_administrator_s_own_password_takes_the_old_one(server: Server) -> None:
    admin, other = server.client("admin"), server.user("second", "admin")
    me = server.user("admin")
    answer = admin.patch(f"/api/v1/users/{me.id}", json={"password": "four-green-hills-52"})
    assert "PUT /session/password" in refused(answer, 422, "refused")
    assert admin.patch(f"/api/v1/users/{other.id}", json={"password": "four-green-hills-52"}).status_code == 200


def test_one_unreadable_photo_stops_no_import(server: Server) -> None:
    listed = "编号,名称,图片\n7001,水壶,a.jpg\n7002,军帽,b.jpg\n".encode()
    photos = [("photos", ("a.jpg", b"<html>")), ("photos", ("b.jpg", jpeg(1)))]
    answer = server.client("annotator").post(IMPORTS, files=[("file", ("l.csv", listed)), *photos])
    assert answer.status_code == 201, answer.text
    states = {row["number"]: [photo["state"] for photo in row["photos"]] for row in answer.json()["plan"]["rows"]}
    assert states["7001"] == ["unreadable"]
    assert states["7002"] != ["unreadable"]
    alone = server.client("annotator").post(IMPORTS, files=photos[:1])
    assert alone.status_code == 201, alone.text
    assert alone.json()["plan"]["counts"]["photos_unreadable"] == 1


def test_what_was_submitted_is_at_once_in_the_queue_of_others(servers: Server) -> None:
    annotator, reviewer = servers.client("annotator"), servers.client("reviewer")
    record = servers.record()
    wanted = {"state": "submitted"}
    taken = annotator.post("/api/v1/queue/next", json={}).json()
    assert taken["id"] == record
    assert reviewer.post("/api/v1/queue/next", json={}).status_code == 204
    annotator.post(f"/api/v1/records/{record}/decisions", json=act(0, "key-10", decision("state", "submit")))
    assert reviewer.post("/api/v1/queue/next", json=wanted).json()["id"] == record
