"""Lists and photos through the browser: planned, imported in the background, rolled back; annotated, searched."""

from __future__ import annotations

import csv
import io
import threading
import time
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from starlette.testclient import TestClient

from api_fixtures import Server, jpeg
from biaotu.api.settings import Settings

pytest_plugins = ("store_fixtures", "api_fixtures")

IMPORTS = "/api/v1/imports"
ROWS = (
    ("0001", "柳河游击队使用的铁水壶", "1941年由田小满缴获。", "0001.jpg"),
    ("0002", "石桥村民兵的木柄大刀", "石桥战斗中用。", ""),
)
Files = list[tuple[str, tuple[str, bytes]]]


@pytest.fixture
def settings(tiny_bundle: Path) -> Settings:
    return Settings(bundle=tiny_bundle, max_photos=3, max_photo_mb=1, max_photo_megapixels=1)


def table(rows: Sequence[Sequence[str]] = ROWS) -> bytes:
    file = io.StringIO()
    csv.writer(file).writerows([("编号", "名称", "描述", "图片"), *rows])
    return file.getvalue().encode("utf-8-sig")


def noise(seed: int) -> bytes:
    """A photo that is like no other."""
    buffer = io.BytesIO()
    pixels = np.random.default_rng(seed).integers(0, 255, (12, 12, 3), dtype=np.uint8)
    Image.fromarray(pixels).resize((96, 96)).save(buffer, "JPEG")
    return buffer.getvalue()


def files(*photos: tuple[str, bytes], listed: bytes | None = None, name: str = "清单.csv") -> Files:
    sent: Files = [("file", (name, table() if listed is None else listed))]
    return sent + [("photos", photo) for photo in photos]


def finished(client: TestClient, job: dict[str, Any], state: str = "done", patience: float = 60) -> dict[str, Any]:
    """A job, when it has ended."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        told: dict[str, Any] = client.get(f"/api/v1/jobs/{job['id']}").json()
        if told["state"] not in ("waiting", "running"):
            assert told["state"] == state, told
            return told
        time.sleep(0.05)
    pytest.fail(f"job {job} took too long")


def brought_in(server: Server, *photos: tuple[str, bytes]) -> dict[str, Any]:
    client = server.client("annotator")
    planned = client.post(IMPORTS, files=files(*photos), data={"museum": "柳河纪念馆"})
    assert planned.status_code == 201, planned.text
    job = client.post(f"{IMPORTS}/{planned.json()['id']}/run")
    assert job.status_code == 202, job.text
    finished(client, job.json())
    told: dict[str, Any] = client.get(f"{IMPORTS}/{planned.json()['id']}").json()
    return told


def test_dry_run_import_ledger_rollback(servers: Server) -> None:
    client = servers.client("annotator")
    planned = client.post(IMPORTS, files=files(("0001.jpg", noise(1))), data={"museum": "柳河纪念馆"})
    assert planned.status_code == 201
    plan = planned.json()["plan"]
    assert (plan["file"], plan["total"], plan["counts"]["new"], plan["counts"]["photos"]) == ("清单.csv", 2, 2, 1)
    assert [row["outcome"] for row in plan["rows"]] == ["new", "new"]
    assert client.get("/api/v1/records").json()["items"] == [], "a dry run writes no record"
    path = f"{IMPORTS}/{planned.json()['id']}"
    assert client.get(path).json()["state"] == "planned"

    job = finished(client, client.post(f"{path}/run").json())
    assert (job["kind"], job["done"], job["total"]) == ("import", 2, 2)
    told = client.get(path).json()
    assert (told["state"], told["counts"]["new"], told["created_by"]) == ("done", 2, "annotator")
    rows = client.get(f"{path}/rows", params={"limit": 1}).json()
    assert rows["items"][0]["number"] == "0001"
    assert client.get(f"{path}/rows", params={"cursor": rows["next"]}).json()["items"][0]["number"] == "0002"
    assert client.get(f"{path}/rows", params={"outcome": "failed"}).json()["items"] == []
    record = client.get(f"/api/v1/records/{rows['items'][0]['record']}").json()
    assert (record["museum"], record["state"]) == ("柳河纪念馆", "new")
    assert client.get(record["images"][0]["url"]).content == noise(1)
    assert not list((servers.store.place.folder / "uploads").iterdir()), "the upload is kept in the store now"

    again = client.post(f"{path}/run")
    assert again.json()["code"] == "refused"
    rolled = servers.client("reviewer").post(f"{path}/rollback", json={})
    assert (rolled.status_code, rolled.json()["removed"]) == (200, 2)
    assert client.get("/api/v1/records").json()["items"] == []
    assert [entry["state"] for entry in client.get(IMPORTS).json()["items"]] == ["rolled_back"]


def test_the_same_list_twice_changes_nothing(server: Server) -> None:
    brought_in(server)
    assert brought_in(server)["counts"] == {"same": 2}


def test_decisions_keep_an_import_from_being_rolled_back(server: Server) -> None:
    told = brought_in(server)
    client, reviewer = server.client("annotator"), server.client("reviewer")
    record = client.get("/api/v1/records").json()["items"][0]["id"]
    body = {"base": 0, "key": "12345678", "decisions": [{"item": "label:material:metal", "verdict": "accept"}]}
    assert client.post(f"/api/v1/records/{record}/decisions", json=body).status_code == 201
    path = f"{IMPORTS}/{told['id']}/rollback"
    assert reviewer.post(path, json={}).json()["code"] == "refused"
    assert reviewer.post(path, json={"force": True}).json()["decided"] == 1


def test_a_job_that_is_there_is_not_begun_twice(server: Server) -> None:
    server.parts.worker.stop()
    client = server.client("annotator")
    path = f"{IMPORTS}/{client.post(IMPORTS, files=files()).json()['id']}/run"
    first, second = client.post(path).json(), client.post(path).json()
    assert first["id"] == second["id"]
    jobs = [client.post("/api/v1/jobs", json={"kind": "annotate"}).json()["id"] for _ in range(2)]
    assert jobs[0] == jobs[1]


class TestUploads:
    """Nothing of an upload is believed."""

    @pytest.mark.parametrize(
        "name",
        [
            "../../../evil.jpg",
            "..\\..\\evil.jpg",
            "/etc/evil.jpg",
            "C:\\evil.jpg",
            "a/../../evil.jpg",
            "con.jpg",
        ],
    )
    def test_photo_names_stay_in_their_folder(self, server: Server, name: str) -> None:
        before = set(server.store.place.folder.parent.rglob("*"))
        answer = server.client("annotator").post(IMPORTS, files=files((name, noise(2))))
        assert answer.status_code == 201
        inside = server.store.place.folder / "uploads"
        fresh = set(server.store.place.folder.parent.rglob("*.jpg")) - before
        assert fresh
        assert all(path.is_relative_to(inside) for path in fresh)

    @pytest.mark.parametrize("name", ["../../../清单.csv", "..\\清单.csv", "/etc/清单.csv"])
    def test_list_names_too(self, server: Server, name: str) -> None:
        assert server.client("annotator").post(IMPORTS, files=files(name=name)).status_code == 201
        found = list(server.store.place.folder.parent.rglob("*.csv"))
        assert all(path.is_relative_to(server.store.place.folder / "uploads") for path in found)

    @pytest.mark.parametrize("lead", ["../../../secret.jpg", "{folder}/secret.jpg", "..\\..\\..\\secret.jpg"])
    def test_a_list_takes_no_photo_from_elsewhere_on_the_server(self, server: Server, lead: str) -> None:
        folder = server.store.place.folder
        for place in (folder, folder.parent, folder / "uploads"):
            place.mkdir(exist_ok=True)
            (place / "secret.jpg").write_bytes(noise(9))
        listed = table([("0001", "水壶", "", lead.format(folder=folder))])
        client = server.client("annotator")
        for sent in (files(listed=listed), files(("0009.jpg", noise(3)), listed=listed)):
            planned = client.post(IMPORTS, files=sent).json()
            assert planned["plan"]["counts"]["photos"] == 0
            job = client.post(f"{IMPORTS}/{planned['id']}/run").json()
            finished(client, job)
            for record in client.get("/api/v1/records").json()["items"]:
                assert record["thumbnail"] is None

    @pytest.mark.parametrize("content", [b"<svg onload=alert(1)>", b"MZ\x90", b"", b"<html>"])
    def test_what_is_no_picture_is_told_by_its_content_and_kept_out(self, server: Server, content: bytes) -> None:
        client = server.client("annotator")
        planned = client.post(IMPORTS, files=files(("0001.jpg", content))).json()
        assert planned["plan"]["counts"]["photos_unreadable"] == 1
        finished(client, client.post(f"{IMPORTS}/{planned['id']}/run").json())
        first = client.get("/api/v1/records").json()["items"][0]
        assert client.get(f"/api/v1/records/{first['id']}").json()["images"] == []
        assert not [path for path in server.store.photos.folder.rglob("*") if path.is_file()]

    def test_too_many_too_heavy_too_large(self, server: Server) -> None:
        client = server.client("annotator")
        many = files(*((f"{number}.jpg", noise(number)) for number in range(4)))
        heavy = files(("0001.jpg", noise(1) + b"\0" * (1 << 20)))
        large = files(("0001.jpg", jpeg(1, (1001, 1000))))
        for sent in (many, heavy, large):
            answer = client.post(IMPORTS, files=sent)
            assert (answer.status_code, answer.json()["code"]) == (413, "too-large")

    def test_a_workbook_that_unpacks_to_too_much_is_refused_unread(
        self, server: Server, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("biaotu.api.uploads._MAX_UNPACKED", 10 << 20)
        bomb = io.BytesIO()
        with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
            for number in range(3):
                archive.writestr(f"xl/worksheets/sheet{number}.xml", b" " * (4 << 20))
        assert len(bomb.getvalue()) < 1 << 20
        answer = server.client("annotator").post(IMPORTS, files=files(listed=bomb.getvalue(), name="list.xlsx"))
        assert (answer.status_code, answer.json()["code"]) == (413, "too-large")

    @pytest.mark.parametrize(
        ("sent", "data"),
        [
            ([], {"museum": "x"}),
            ([("file", ("list.exe", b"MZ"))], {}),
            ([("file", ("list.csv", b""))], {}),
            ([("file", ("a.csv", table())), ("file", ("b.csv", table()))], {}),
            ([("file", ("a.csv", table()))], {"update": "perhaps"}),
            ([("file", ("a.csv", table()))], {"museum": "x" * 201}),
            ([("photos", ("0001.jpg", noise(1))), ("photos", ("0001.jpg", noise(2)))], {}),
        ],
    )
    def test_forms_that_make_no_sense(self, server: Server, sent: Files, data: dict[str, str]) -> None:
        answer = server.client("annotator").post(IMPORTS, files=sent or None, data=data)
        assert (answer.status_code, answer.json()["code"]) in ((422, "invalid-input"), (400, "wrong-use"))

    def test_a_stranger_s_upload_is_refused_before_a_byte_of_it_is_read(self, server: Server) -> None:
        sent: list[dict[str, Any]] = []

        async def unread() -> dict[str, Any]:
            raise AssertionError("the body was asked for")

        async def keep(message: Any) -> None:
            sent.append(message)

        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "POST",
            "scheme": "http",
            "path": IMPORTS,
            "raw_path": IMPORTS.encode(),
            "query_string": b"",
            "root_path": "",
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 8000),
            "headers": [
                (b"host", b"localhost"),
                (b"content-type", b"multipart/form-data; boundary=x"),
                (b"content-length", b"1000000"),
            ],
        }
        portal = server.anyone()
        with portal:
            assert portal.portal is not None
            portal.portal.call(server.app, scope, unread, keep)
        assert sent[0]["status"] == 401


class TestModels:
    """What needs the models, on a bundle of random weights."""

    def annotated(self, server: Server) -> TestClient:
        brought_in(server, ("0001.jpg", noise(1)))
        client = server.client("annotator")
        job = finished(client, client.post("/api/v1/jobs", json={"kind": "annotate"}).json())
        assert (job["done"], job["total"], job["state"]) == (2, 2, "done")
        return client

    def test_annotate_then_search_by_meaning_by_photo_and_alike(self, servers: Server) -> None:
        client = self.annotated(servers)
        first, second = client.get("/api/v1/records").json()["items"]
        assert {first["state"], second["state"]} == {"annotated"}

        words = client.get("/api/v1/search", params={"q": "水壶"}).json()
        assert [hit["number"] for hit in words["items"]] == ["0001"]
        assert words["items"][0]["highlights"]["title"] == [[9, 11]]
        assert words["total"] == 1
        assert words["facets"]["museum"][0]["name"] == "柳河纪念馆"
        assert words["took_ms"] > 0

        meaning = client.get("/api/v1/search", params={"q": "大刀", "mode": "meaning"}).json()
        assert {hit["number"] for hit in meaning["items"]} == {"0001", "0002"}
        photo = client.post("/api/v1/search/photo", files={"photo": ("q.jpg", noise(1))}).json()
        assert [hit["number"] for hit in photo["items"]] == ["0001"]
        assert photo["items"][0]["score"] == pytest.approx(1, abs=0.01)
        alike = client.get(f"/api/v1/records/{first['id']}/similar", params={"by": "text"}).json()
        assert [hit["id"] for hit in alike["items"]] == [second["id"]]

        museum = client.get("/api/v1/search", params={"museum": "别处"}).json()
        assert museum["items"] == []
        page = client.get("/api/v1/search", params={"limit": 1}).json()
        rest = client.get("/api/v1/search", params={"limit": 1, "cursor": page["next"]}).json()
        assert {page["items"][0]["id"], rest["items"][0]["id"]} == {first["id"], second["id"]}

    def test_evidence(self, server: Server) -> None:
        client = self.annotated(server)
        record = client.get("/api/v1/search", params={"q": "水壶"}).json()["items"][0]["id"]
        view = client.get(f"/api/v1/records/{record}").json()
        for item in ("label:material:metal", "tag:水壶", "span:title:0:5:organisation"):
            answer = client.get(f"/api/v1/records/{record}/evidence", params={"item": item})
            assert answer.status_code == 200, answer.text
            told = answer.json()
            assert told["item"] == item
            assert {region["digest"] for region in told["regions"]} <= {view["images"][0]["digest"]}
            assert all(len(region["weights"]) == region["rows"] * region["columns"] for region in told["regions"])
            assert all(-1 <= word["weight"] <= 1 for word in told["words"])
        for item in ("state", "nonsense", "label:material:gold"):
            answer = client.get(f"/api/v1/records/{record}/evidence", params={"item": item})
            assert answer.json().get("code") == "invalid-input", (item, answer.text)

    @pytest.mark.parametrize(
        "params",
        [
            {"mode": "meaning", "q": ""},
            {"mode": "meaning", "q": "……"},
            {"mode": "photo", "q": "水壶"},
            {"mode": "dreams", "q": "x"},
            {"cursor": "nonsense", "q": "水壶"},
        ],
    )
    def test_searches_that_make_no_sense(self, server: Server, params: dict[str, str]) -> None:
        answer = server.client("reader").get("/api/v1/search", params=params)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid-input")

    def test_a_query_that_is_no_photo(self, server: Server) -> None:
        client = server.client("reader")
        assert (
            client.post("/api/v1/search/photo", files={"photo": ("q.jpg", b"<svg>")}).json()["code"] == "invalid-input"
        )
        assert (
            client.post("/api/v1/search/photo", files={"other": ("q.jpg", noise(1))}).json()["code"] == "invalid-input"
        )
        assert client.post("/api/v1/search/photo", data={"photo": "text"}).json()["code"] in (
            "invalid-input",
            "wrong-use",
        )
        large = {"photo": ("q.jpg", noise(1) + b"\0" * (1 << 20))}
        assert client.post("/api/v1/search/photo", files=large).json()["code"] == "too-large"

    def test_the_models_are_loaded_when_needed_and_once(self, server: Server) -> None:
        holder = server.parts.annotator
        loads: list[tuple[tuple[str, str], ...]] = []
        real = holder._load

        def counted(words: Any) -> Any:
            loads.append(tuple(words))
            return real(words)

        holder._load = counted
        client = server.client("reader")
        client.get("/api/v1/search", params={"q": "水壶"})
        assert loads == []
        threads = [threading.Thread(target=holder.get) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        client.get("/api/v1/search", params={"q": "水壶", "mode": "meaning"})
        assert loads == [()]

    def test_the_museum_s_own_words_are_known_to_annotating(self, server: Server) -> None:
        client = server.client("annotator")
        client.post("/api/v1/lexicon", json={"word": "柳河铁水壶", "kind": "objects"})
        client.post("/api/v1/lexicon", json={"word": "田小满，缴", "kind": "person"})
        self.annotated(server)
        assert server.parts.annotator._loaded is not None
        assert set(server.parts.annotator._loaded.words) == {("柳河铁水壶", "objects"), ("田小满，缴", "person")}
