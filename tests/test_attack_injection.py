"""Words that are commands elsewhere - to a database, an index, a spreadsheet, a header, a path - stay words."""

from __future__ import annotations

import csv
import io
import re
import sqlite3
from contextlib import closing
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest

from api_fixtures import CLI, Server, act, decision
from biaotu.export.tables import defuse

pytest_plugins = ("store_fixtures", "api_fixtures")

SOURCE = Path(__file__).resolve().parents[1] / "src" / "biaotu"
COMMANDS = (
    "'; DROP TABLE records; --",
    "' OR '1'='1",
    '" OR 1=1 --',
    "1); DELETE FROM users; --",
    "') UNION SELECT name, password FROM users --",
    "\\'; DROP TABLE records; --",
    "%' OR 1=1 --",
    "_%",
    "水壶' AND (SELECT 1 FROM users) --",
    'title:x NEAR(a b) AND "',
    "*",
    "a*",
    '"',
    "(((",
    "NOT",
    "AND OR NOT",
    "^水",
    "{a b}: c",
    "!!&|():*<->",
    "$$; DROP TABLE records; $$",
    "${7*7}{{7*7}}",
    "%00%0d%0aSet-Cookie: x=1",
)


def state(server: Server) -> dict[str, int]:
    """How many rows each table has; reading changes none but the time of last use."""
    names = [name for (name,) in rows(server, "SELECT name FROM sqlite_master WHERE type = 'table'")]
    return {name: rows(server, f'SELECT count(*) FROM "{name}"')[0][0] for name in names}


def rows(server: Server, statement: str) -> list[tuple[Any, ...]]:
    """What lies in the database, past all code of ours."""
    with closing(sqlite3.connect(server.store.place.sqlite)) as database:
        return database.execute(statement).fetchall()


def operations(server: Server) -> list[tuple[str, list[str]]]:
    """Every GET that takes text in its query or path, with the names of what it takes."""
    document = server.app.openapi()
    found = []
    for path, item in document["paths"].items():
        if "get" not in item:
            continue
        names = [one["name"] for one in item["get"].get("parameters", []) if one["in"] == "query"]
        if names or "{" in path:
            found.append((path, names))
    return found


def test_no_text_of_a_request_is_a_command(server: Server) -> None:
    """Each parameter of each reading operation gets a quote that ends a value and one more of the commands by turns."""
    record = server.record(photos=1)
    client = server.client("admin")
    client.get("/api/v1/session")
    before = state(server)
    asked = 0
    turns = cycle(COMMANDS)
    for path, names in operations(server):
        if path.endswith(("/openapi.json", "/events")) or "evidence" in path:
            continue
        lawful = re.sub(r"\{\w+\}", str(record), path)
        for name, command in ((name, command) for name in names for command in (COMMANDS[0], next(turns))):
            answer = client.get(lawful, params={name: command})
            assert answer.status_code < 500, (path, name)
            assert "set-cookie" not in {key.lower() for key in answer.headers}
            assert not re.search(r"sqlite|sqlalchemy|psycopg|syntax error|no such column", answer.text, re.I), path
            asked += 1
        if "{" in path:
            command = next(turns)
            answer = client.get(re.sub(r"\{\w+\}", command.replace("/", "").replace("?", "") or "x", path))
            assert 400 <= answer.status_code < 500 or answer.status_code == 200, path
            asked += 1
    assert asked > 4 * len(COMMANDS)
    assert {name: count for name, count in state(server).items() if name in before and "audit" not in name} == {
        name: count for name, count in before.items() if "audit" not in name
    }


@pytest.mark.parametrize("condition", ["' OR '1'='1", "x' OR 1=1 --", "%' OR 1=1 OR '1' LIKE '%"])
def test_a_condition_in_a_value_is_no_condition(server: Server, condition: str) -> None:
    """Glued into the statement each would be true of every row."""
    server.record(title="水壶")
    with server.store.writing(CLI) as unit:
        unit.words.add("水壶", "object")
    client = server.client("reader")
    for path, name in (("records", "museum"), ("search", "museum"), ("authorities", "q"), ("lexicon", "q")):
        everything = client.get(f"/api/v1/{path}").json()["items"]
        answer = client.get(f"/api/v1/{path}", params={name: condition})
        assert everything and answer.status_code == 200, (path, answer.text)
        assert answer.json()["items"] == [], path


def test_a_wildcard_of_the_database_is_a_character(server: Server) -> None:
    """``%`` and ``_`` would match everything if they reached LIKE as they are."""
    server.record(title="红军用过的铁手榴弹")
    wanted = server.record(title="折扣100%的水壶")
    with server.store.writing(CLI) as unit:
        unit.words.add("水壶", "object")
    client = server.client("reader")
    found = [one["id"] for one in client.get("/api/v1/search", params={"q": "100%"}).json()["items"]]
    assert found == [wanted]
    for pattern in ("1_0%", "1%0", "%", "_" * 5, "柳河%", "柳河_____"):
        assert client.get("/api/v1/records", params={"museum": pattern}).json()["items"] == []
        assert client.get("/api/v1/search", params={"museum": pattern}).json()["items"] == []
        assert client.get("/api/v1/authorities", params={"q": pattern}).json()["items"] == []
        assert client.get("/api/v1/lexicon", params={"q": pattern}).json()["items"] == []
    assert len(client.get("/api/v1/lexicon", params={"q": "水"}).json()["items"]) == 1


def test_texts_that_were_handed_in_are_kept_as_they_are(server: Server) -> None:
    for command in COMMANDS:
        record = server.record(title=command, description=command)
        told = server.client("reader").get(f"/api/v1/records/{record}").json()
        assert (told["title"], told["description"]) == (command, command)
    tag = f"tag:{COMMANDS[0]}"
    client = server.client("annotator")
    answer = client.post(f"/api/v1/records/{record}/decisions", json=act(0, "key-tag", decision(tag, "primary")))
    assert answer.status_code == 201, answer.text
    assert COMMANDS[0] in client.get(f"/api/v1/records/{record}").text


FORMULAS = (
    "=1+1",
    "+1",
    "-1+1",
    "@SUM(A1)",
    "=cmd|' /C calc'!A0",
    "\t=1",
    "\r=1",
    "＝1+1",
    " =1",
    '=HYPERLINK("http://x")',
)


def test_every_module_that_writes_a_table_is_known_and_defuses() -> None:
    """A new one has to be looked at and tested, then named here."""
    writers = {
        str(path.relative_to(SOURCE))
        for path in SOURCE.rglob("*.py")
        if re.search(r"csv\.writer|DictWriter|WriteOnlyCell|\.append\(\[.*cell", path.read_text(encoding="utf-8"))
    }
    for_people = {
        "api/exporting.py",
        "export/tables.py",
        "export/census/table.py",
        "intake/report.py",
        "interpret/cards.py",
    }
    for_programs = {"api/models.py", "training/discover/proposals.py", "training/compare/tables.py"}
    assert writers == for_people | for_programs
    for name in for_people:
        assert "defuse(" in (SOURCE / name).read_text("utf-8"), name


@pytest.mark.parametrize("formula", FORMULAS)
def test_an_export_runs_no_formula(server: Server, formula: str) -> None:
    record = server.record(number=formula.strip() or "x", title=formula, description=formula)
    del record
    answer = server.client("reader").get("/api/v1/export", params={"format": "csv"})
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len(rows) > 1
    for cell in (cell for row in rows[1:] for cell in row):
        assert cell == defuse(cell) and not re.match(r"[\s]*[=+\-@＝＋－＠]", cell)


HEADERS: list[dict[str, Any]] = [
    {"X-Forwarded-For": "127.0.0.1"},
    {"X-Forwarded-Host": "evil.example"},
    {"X-Original-URL": "/api/v1/users"},
    {"X-Rewrite-URL": "/api/v1/users"},
    {"X-HTTP-Method-Override": "DELETE"},
    {"X-User": "admin"},
]


@pytest.mark.parametrize("headers", HEADERS, ids=[next(iter(one)) for one in HEADERS])
def test_headers_give_nobody_rights(server: Server, headers: dict[str, str]) -> None:
    anyone, reader = server.anyone(), server.client("reader")
    assert anyone.get("/api/v1/records", headers=headers).status_code == 401
    assert reader.get("/api/v1/users", headers=headers).status_code == 403
    page = anyone.get("/login", headers=headers)
    assert page.status_code == 200 and "evil.example" not in page.text + str(page.headers)


@pytest.mark.parametrize(
    "next_page", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_logging_in_leads_to_no_other_site(server: Server, next_page: str) -> None:
    answer = server.browser("reader").get("/login", params={"next": next_page})
    assert "evil.example" not in answer.headers.get("location", "") and "javascript:" not in answer.headers.get(
        "location", ""
    )


class TestGuessedIds:
    """What belongs to others, or is not there, is told apart by nothing that helps to guess."""

    def test_numbers_around_one_s_own_open_nothing(self, server: Server) -> None:
        mine = server.browser("annotator")
        theirs = server.browser("reviewer")
        token = theirs.post("/api/v1/tokens", json={"name": "mine", "label": "mine", "days": 1})
        if token.status_code == 422:
            token = theirs.post("/api/v1/tokens", json={"name": "mine"})
        assert token.status_code == 201, token.text
        assert mine.delete(f"/api/v1/tokens/{token.json()['id']}").status_code == 404
        assert len(theirs.get("/api/v1/tokens").json()["items"]) == 1
        assert mine.get("/api/v1/tokens").json()["items"] == []

    @pytest.mark.parametrize("number", ["0", "-1", "999999", "99999999999999999999", "1e3", "１", "0x1", "1;2", "null"])
    def test_numbers_that_nothing_has(self, server: Server, number: str) -> None:
        client = server.client("admin")
        for path in ("records", "jobs", "imports"):
            assert client.get(f"/api/v1/{path}/{number}").status_code in (404, 422)

    def test_a_photo_is_shown_to_nobody_who_only_knows_its_digest(self, server: Server) -> None:
        server.record(photos=1)
        ((digest,),) = rows(server, "SELECT digest FROM images")
        for path in (f"/api/v1/images/{digest}", f"/api/v1/images/{digest}/thumbnail/256"):
            assert server.anyone().get(path).status_code in (401, 404)

    def test_secrets_are_long_and_never_alike(self, server: Server) -> None:
        secrets = {server.token("reader") for _ in range(50)}
        assert len(secrets) == 50 and all(len(secret) >= 43 for secret in secrets)

    def test_tokens_that_are_nearly_right(self, server: Server) -> None:
        secret = server.token("admin")
        last = "A" if secret[-1] != "A" else "B"
        forged = [
            secret[:-1],
            secret + "A",
            secret[:-1] + last,
            secret.lower() if secret != secret.lower() else secret.upper(),
            f" {secret}x",
            secret.removeprefix("biaotu_"),
            "",
            "null",
            "eyJhbGciOiJub25lIn0.eyJyb2xlIjoiYWRtaW4ifQ.",
        ]
        for one in forged:
            answer = server.anyone().get("/api/v1/records", headers={"Authorization": f"Bearer {one}"})
            assert answer.status_code == 401, one
        assert server.anyone().get("/api/v1/records", headers={"Authorization": f"Bearer {secret}"}).status_code == 200
