"""Users: made, listed and changed by administrators; roles; the audit log."""

from __future__ import annotations

import pytest

from api_fixtures import PASSWORD, Server

pytest_plugins = ("store_fixtures", "api_fixtures")

USERS = "/api/v1/users"
NEW = {"name": "li.hua", "display": "李华", "role": "annotator", "password": PASSWORD}


def test_an_administrator_lets_a_person_in(servers: Server) -> None:
    admin = servers.client("admin")
    made = admin.post(USERS, json=NEW)
    assert made.status_code == 201
    user = made.json()
    assert {**user, "created_at": "", "id": 0} == {
        "id": 0,
        "name": "li.hua",
        "display": "李华",
        "role": "annotator",
        "active": True,
        "created_at": "",
    }
    assert [one["name"] for one in admin.get(USERS).json()["items"]] == ["admin", "li.hua"]
    entered = servers.anyone().post("/api/v1/session", json={"name": "LI.HUA", "password": PASSWORD})
    assert entered.json()["user"]["display"] == "李华"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"password": "1234567890"}, "invalid-input"),
        ({"password": "li.hua.li.hua"}, "invalid-input"),
        ({"password": "short"}, "invalid-input"),
        ({"role": "king"}, "invalid-input"),
        ({"name": ""}, "invalid-input"),
        ({"name": "a b"}, "invalid-input"),
        ({"name": "a\0b"}, "invalid-input"),
        ({"name": "<script>"}, "invalid-input"),
        ({"surprise": 1}, "invalid-input"),
        ({"name": "ADMIN"}, "refused"),
    ],
)
def test_what_no_user_can_be_is_refused(server: Server, change: dict[str, object], code: str) -> None:
    admin = server.client("admin")
    answer = admin.post(USERS, json=NEW | change)
    assert answer.json()["code"] == code
    assert PASSWORD not in answer.text
    assert "1234567890" not in answer.text
    assert len(admin.get(USERS).json()["items"]) == 1


def test_a_name_taken_by_another_case_is_taken(server: Server) -> None:
    admin = server.client("admin")
    assert admin.post(USERS, json=NEW).status_code == 201
    assert admin.post(USERS, json=NEW | {"name": "Li.Hua"}).json()["code"] == "refused"


def test_the_last_administrator_stays(servers: Server) -> None:
    admin = servers.client("admin")
    me = f"{USERS}/{servers.user('admin').id}"
    for change in ({"role": "reader"}, {"active": False}):
        answer = admin.patch(me, json=change)
        assert (answer.status_code, answer.json()["code"]) == (422, "refused")
    servers.user("second", "admin")
    assert admin.patch(me, json={"role": "reader"}).json()["role"] == "reader"


def test_only_what_is_given_changes(server: Server) -> None:
    admin = server.client("admin")
    user = admin.post(USERS, json=NEW).json()
    changed = admin.patch(f"{USERS}/{user['id']}", json={"display": "李桦"}).json()
    assert changed == user | {"display": "李桦"}
    assert admin.patch(f"{USERS}/{user['id']}", json={"password": "li.hua"}).status_code == 422
    assert admin.patch(f"{USERS}/999", json={"display": "x"}).status_code == 404


ADMIN_ONLY = [
    ("GET", USERS, None),
    ("POST", USERS, NEW),
    ("PATCH", f"{USERS}/1", {"role": "admin"}),
    ("GET", "/api/v1/audit", None),
]
DECISIONS = [{"item": "tag:a", "verdict": "reject"}]
BULK = {"record": 1, "base": 0, "decisions": DECISIONS}
ANNOTATOR: list[tuple[str, str, object]] = [
    ("POST", "/api/v1/lexicon", {"word": "军帽"}),
    ("POST", "/api/v1/jobs", {"kind": "annotate"}),
    ("DELETE", "/api/v1/jobs/1", None),
    ("POST", "/api/v1/imports", None),
    ("POST", "/api/v1/imports/1/run", None),
    ("POST", "/api/v1/queue/next", {}),
    ("POST", "/api/v1/records/1/undo", {"key": "12345678"}),
    ("POST", "/api/v1/records/1/restore", {"key": "12345678", "at": "2026-01-01T00:00:00Z"}),
    ("POST", "/api/v1/records/1/decisions", {"base": 0, "key": "12345678", "decisions": DECISIONS}),
    ("POST", "/api/v1/decisions/bulk", {"key": "12345678", "changes": [BULK]}),
]  # fmt: skip
REVIEWER: list[tuple[str, str, object]] = [
    ("GET", "/api/v1/agreement", None),
    ("DELETE", "/api/v1/lexicon/1", None),
    ("POST", "/api/v1/imports/1/rollback", {}),
]


@pytest.mark.parametrize(
    ("below", "routes"), [("reader", ANNOTATOR), ("annotator", REVIEWER), ("reviewer", ADMIN_ONLY)]
)
def test_a_role_below_is_not_enough(server: Server, below: str, routes: list[tuple[str, str, object]]) -> None:
    client = server.client(below)
    for method, path, body in routes:
        answer = client.request(method, path, json=body) if body is not None else client.request(method, path)
        assert (path, answer.status_code, answer.json().get("code")) == (path, 403, "not-allowed")


def test_every_route_but_two_needs_a_log_in(server: Server) -> None:
    client, seen = server.anyone(), 0
    for path, methods in server.app.openapi()["paths"].items():
        for method, operation in methods.items():
            answer = client.request(method, path.replace("{digest}", "a" * 64).replace("{", "").replace("}", ""))
            if operation["operationId"] in {"log_in", "get_health"}:
                assert "security" not in operation
                assert answer.json().get("code") != "not-logged-in"
            else:
                assert operation["security"]
                assert (path, method, answer.json()["code"]) == (path, method, "not-logged-in")
                seen += 1
    assert seen > 40
    assert client.get("/api/v1/openapi.json").status_code == 401


def test_the_audit_log_tells_who_did_what_and_no_secret(servers: Server) -> None:
    admin = servers.browser("admin")
    admin.post(USERS, json=NEW)
    servers.client("annotator").post("/api/v1/lexicon", json={"word": "军帽"})
    page = admin.get("/api/v1/audit", params={"limit": 2}).json()
    assert (page["items"][0]["user"], page["items"][0]["action"]) == ("annotator", "lexicon.add")
    rest = admin.get("/api/v1/audit", params={"cursor": page["next"]}).json()["items"]
    actions = [row["action"] for row in page["items"] + rest]
    assert {"session.open", "user.add", "token.add", "lexicon.add"} <= set(actions)
    ids = [row["id"] for row in page["items"] + rest]
    assert ids == sorted(ids, reverse=True)
    told = admin.get("/api/v1/audit").text
    assert PASSWORD not in told
    assert "argon2" not in told
    assert "biaotu_" not in told
