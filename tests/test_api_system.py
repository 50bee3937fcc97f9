"""Health, info, vocabularies, the lexicon; errors of one shape; export; pages and static files."""

from __future__ import annotations

import csv
import io
import json
import logging
import re
from typing import Any

import pytest

from api_fixtures import Server, act, decision
from biaotu.api import accounts
from biaotu.api.problems import CODES, Problem
from biaotu.errors import BundleError, Busy
from biaotu.records.gold import read_gold
from biaotu.web import PAGES

pytest_plugins = ("store_fixtures", "api_fixtures")

METAL = "label:material:metal"


def test_health_needs_no_log_in_and_tells_nothing_more(servers: Server) -> None:
    assert servers.anyone().get("/api/v1/health").json() == {"status": "ok"}


def test_info(servers: Server) -> None:
    servers.record()
    told = servers.client("reader").get("/api/v1/info").json()
    assert told["records"] == 1
    assert told["database"] == ("PostgreSQL" if servers.store.place.database else "SQLite")
    assert told["model"]["name"]
    assert told["limits"]["max_body_bytes"] == 1 << 20


def test_vocabularies(server: Server) -> None:
    schemes = server.client("reader").get("/api/v1/vocabularies").json()["schemes"]
    assert [len(schemes[name]) for name in ("material", "use", "attribute")] == [10, 14, 15]
    assert schemes["material"][2]["zh"] == "金属制品"


def test_the_lexicon(servers: Server) -> None:
    client, reviewer = servers.client("annotator"), servers.client("reviewer")
    added = client.post("/api/v1/lexicon", json={"word": "军帽", "kind": "objects"})
    assert (added.status_code, added.json()["by"]) == (201, "annotator")
    client.post("/api/v1/lexicon", json={"word": "八角帽"})
    assert client.post("/api/v1/lexicon", json={"word": "军帽"}).json()["code"] == "conflict"
    assert [word["word"] for word in client.get("/api/v1/lexicon", params={"q": "帽"}).json()["items"]] == [
        "八角帽",
        "军帽",
    ]
    page = client.get("/api/v1/lexicon", params={"limit": 1}).json()
    assert client.get("/api/v1/lexicon", params={"cursor": page["next"]}).json()["items"][0]["word"] == "军帽"
    assert reviewer.delete(f"/api/v1/lexicon/{added.json()['id']}").status_code == 204
    assert reviewer.delete(f"/api/v1/lexicon/{added.json()['id']}").status_code == 404
    for wrong in ({"word": "a b"}, {"word": ""}, {"word": "长" * 51}, {"word": "军帽", "kind": "hat"}, {"word": "a\0"}):
        assert client.post("/api/v1/lexicon", json=wrong).status_code == 422


class TestProblems:
    """One shape for whatever goes wrong."""

    def check(self, answer: Any, status: int, code: str) -> Problem:
        assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
        told = Problem.model_validate(answer.json())
        assert (told.status, told.code, told.title) == (status, code, CODES[code].title)
        assert told.type == f"urn:biaotu:problem:{code}"
        assert told.detail
        return told

    def test_unknown_pages_and_methods(self, server: Server) -> None:
        client = server.client("admin")
        self.check(client.get("/api/v1/nowhere"), 404, "not-found")
        self.check(client.get("/nowhere"), 404, "not-found")
        answer = client.delete("/api/v1/records")
        self.check(answer, 405, "method-not-allowed")
        assert answer.headers["allow"] == "GET"

    @pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"\xff", b'{"word": "\\ud800"}', b'{"word": 1e999}'])
    def test_bodies_that_make_no_sense(self, server: Server, body: bytes) -> None:
        headers = {"Content-Type": "application/json"}
        answer = server.client("annotator").post("/api/v1/lexicon", content=body, headers=headers)
        assert answer.status_code in (400, 422)
        self.check(answer, answer.status_code, answer.json()["code"])

    def test_what_is_wrong_is_named_but_not_repeated(self, server: Server) -> None:
        answer = server.client("admin").post(
            "/api/v1/users", json={"name": "x", "password": "hidden-words-1", "role": 7}
        )
        told = self.check(answer, 422, "invalid-input")
        assert told.errors is not None
        assert [error.place for error in told.errors] == [["body", "role"]]
        assert "hidden-words" not in answer.text

    def test_a_large_body_is_refused(self, server: Server) -> None:
        answer = server.client("annotator").post("/api/v1/lexicon", content=b"x" * ((1 << 20) + 1))
        self.check(answer, 413, "too-large")

    def test_a_failure_tells_a_number_and_the_log_the_rest(
        self, server: Server, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        def fail(_store: object) -> bool:
            raise RuntimeError("the secret is 42")

        monkeypatch.setattr(accounts, "has_admin", fail)
        client = server.anyone(raise_errors=False)
        with caplog.at_level(logging.ERROR, "biaotu.api"):
            answer = client.get("/api/v1/health")
        told = self.check(answer, 500, "internal")
        assert "secret" not in answer.text
        number = re.search(r"failure ([0-9a-f]{8})", told.detail)
        assert number is not None
        assert number[1] in caplog.text
        assert "the secret is 42" in caplog.text
        assert answer.headers["x-content-type-options"] == "nosniff"

    @pytest.mark.parametrize("error", [Busy("locked"), BundleError("no such file as /srv/hidden")])
    def test_what_may_pass_by_itself_is_503(
        self, server: Server, monkeypatch: pytest.MonkeyPatch, error: Exception
    ) -> None:
        def fail(_store: object) -> bool:
            raise error

        monkeypatch.setattr(accounts, "has_admin", fail)
        answer = server.anyone().get("/api/v1/health")
        self.check(answer, 503, "unavailable")
        assert "hidden" not in answer.text


class TestExport:
    def approved(self, server: Server) -> int:
        record_id = server.record(number="=1+1", photos=1)
        path = f"/api/v1/records/{record_id}/decisions"
        seen = server.client("annotator").post(path, json=act(0, "k1", decision("state", "submit"))).json()["revision"]
        answer = server.client("reviewer").post(path, json=act(seen, "k2", decision("state", "approve")))
        assert answer.json()["state"] == "approved"
        return record_id

    def test_training_data_read_back_by_the_gold_reader(self, servers: Server, tmp_path: Any) -> None:
        self.approved(servers)
        servers.record()
        answer = servers.client("reader").get("/api/v1/export")
        assert answer.headers["content-type"].startswith("application/x-ndjson")
        assert 'filename="biaotu-approved.jsonl"' in answer.headers["content-disposition"]
        file = tmp_path / "gold.jsonl"
        file.write_bytes(answer.content)
        (gold,) = list(read_gold(file))
        assert gold.spans is not None
        assert [(span.type, span.value) for span in gold.spans] == [("组织", "红军")]
        assert gold.material == ("金属制品",)

    def test_everything_as_json_lines(self, servers: Server) -> None:
        ids = [servers.record() for _ in range(3)]
        lines = servers.client("reader").get("/api/v1/export", params={"format": "jsonl"}).text.splitlines()
        assert [json.loads(line)["id"] for line in lines] == ids

    def test_a_table_that_runs_no_formula(self, servers: Server) -> None:
        self.approved(servers)
        answer = servers.client("reader").get("/api/v1/export", params={"format": "csv", "state": "approved"})
        rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
        assert rows[0]["编号"] == "'=1+1"
        assert (rows[0]["材质标签"], rows[0]["组织"], rows[0]["图文对标签"]) == ("金属制品", "红军", "手榴弹")

    def test_open_records_are_no_training_data(self, server: Server) -> None:
        answer = server.client("reader").get("/api/v1/export", params={"state": "annotated"})
        assert answer.json()["code"] == "invalid-input"

    def test_many_pages_and_a_line_in_the_audit_log(self, server: Server) -> None:
        for _ in range(105):
            server.record()
        assert len(server.client("reader").get("/api/v1/export", params={"format": "jsonl"}).text.splitlines()) == 105
        (line,) = [
            row for row in server.client("admin").get("/api/v1/audit").json()["items"] if row["action"] == "export"
        ]
        assert line["detail"] == {"format": "jsonl", "records": 105, "skipped": []}


class TestPages:
    def test_who_is_not_logged_in_is_sent_to_log_in(self, server: Server) -> None:
        client = server.anyone()
        answer = client.get("/records/7?x=1&y=二")
        assert answer.status_code == 303
        assert answer.headers["location"] == "/login?next=/records/7%3Fx%3D1%26y%3D%25E4%25BA%258C"
        assert client.get("/login").status_code == 200

    def test_every_page_opens_for_an_administrator(self, server: Server) -> None:
        browser = server.browser("admin")
        for page in PAGES:
            answer = browser.get(page.path.replace("{record_id}", "7"))
            assert (page.name, answer.status_code) == (page.name, 200)
            boot = json.loads(re.findall(r'id="biaotu-boot">(.*?)</script>', answer.text, re.S)[0])
            assert (boot["page"], boot["csrf"]) == (page.name, browser.headers["X-CSRF-Token"])
            assert boot["user"]["name"] == "admin"
            assert boot["record"] == (7 if page.name == "workbench" else None)
            assert answer.headers["cache-control"] == "no-store"

    def test_a_page_above_one_s_role_is_forbidden(self, server: Server) -> None:
        browser = server.browser("reader")
        assert [browser.get(path).status_code for path in ("/admin", "/grid", "/import")] == [403] * 3
        assert browser.get("/search").status_code == 200

    def test_names_run_no_script(self, server: Server) -> None:
        evil = "</script><script>alert(1)</script>"
        browser = server.browser("admin")
        server.client("admin").patch(f"/api/v1/users/{server.user('admin').id}", json={"display": evil})
        assert evil not in browser.get("/").text

    @pytest.mark.parametrize("language", ["en", "zh", "../../x", "<b>"])
    def test_the_language_is_one_of_two(self, server: Server, language: str) -> None:
        browser = server.browser("reader")
        browser.cookies.set("biaotu_lang", language)
        boot = json.loads(re.findall(r'id="biaotu-boot">(.*?)</script>', browser.get("/").text, re.S)[0])
        assert boot["lang"] == (language if language == "en" else "zh")

    def test_static_files_are_asked_for_anew(self, server: Server) -> None:
        client = server.anyone()
        first = client.get("/static/vendor/styles.css")
        assert first.headers["cache-control"] == "no-cache"
        again = client.get("/static/vendor/styles.css", headers={"If-None-Match": first.headers["etag"]})
        assert again.status_code == 304

    @pytest.mark.parametrize(
        "path", ["../web/__init__.py", "..%2f__init__.py", "%2e%2e/__init__.py", "//etc/passwd", ""]
    )
    def test_static_files_end_at_their_folder(self, server: Server, path: str) -> None:
        assert server.anyone().get(f"/static/{path}").status_code in (404, 405)
