"""Log-in, sessions, tokens: who gets in, and how the ways in are guarded."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from argon2 import PasswordHasher

from api_fixtures import BASE, CLI, PASSWORD, Server
from biaotu.api import accounts, passwords, secret
from biaotu.api.settings import Settings

pytest_plugins = ("store_fixtures", "api_fixtures")

SESSION = "/api/v1/session"


@pytest.fixture
def settings() -> Settings:
    return Settings(login_attempts=3, address_attempts=8, login_minutes=1)


def test_a_user_logs_in_looks_and_logs_out(servers: Server) -> None:
    browser = servers.browser("annotator")
    told = browser.get(SESSION).json()
    assert told["user"] == {"id": 1, "name": "annotator", "display": "annotator", "role": "annotator"}
    assert told["csrf"] == browser.headers["X-CSRF-Token"]
    assert browser.delete(SESSION).status_code == 204
    assert browser.cookies.get("biaotu_session") is None
    assert browser.get(SESSION).json()["code"] == "not-logged-in"


def test_the_cookie_is_out_of_reach_for_scripts_and_strangers(server: Server) -> None:
    server.user("reader")
    answer = server.anyone().post(SESSION, json={"name": "reader", "password": PASSWORD})
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "path=/" in cookie
    assert "secure" not in cookie
    assert f"max-age={12 * 3600}" in cookie


class TestHttps:
    @pytest.fixture
    def settings(self) -> Settings:
        return Settings(https=True)

    def test_the_cookie_goes_by_https_alone(self, server: Server) -> None:
        server.user("reader")
        answer = server.anyone().post(
            SESSION, json={"name": "reader", "password": PASSWORD}, headers={"Origin": "https://localhost:8000"}
        )
        assert "; secure" in answer.headers["set-cookie"].lower()
        assert "strict-transport-security" in answer.headers

    def test_a_page_that_came_by_http_is_another_origin(self, server: Server) -> None:
        server.user("reader")
        answer = server.anyone().post(
            SESSION, json={"name": "reader", "password": PASSWORD}, headers={"Origin": "http://localhost:8000"}
        )
        assert answer.json()["code"] == "csrf"


@pytest.mark.parametrize(
    ("name", "password"), [("reader", "wrong-password-1"), ("nobody", PASSWORD), ("off", PASSWORD), ("", PASSWORD)]
)
def test_all_wrong_log_ins_look_the_same(server: Server, name: str, password: str) -> None:
    server.user("reader")
    off = server.user("off", "reader")
    with server.store.writing(CLI) as unit:
        unit.users.change(off.id, active=False)
    answer = server.anyone().post(SESSION, json={"name": name, "password": password})
    assert answer.status_code == 401
    assert answer.json() == {
        "type": "urn:biaotu:problem:wrong-credentials",
        "title": "Wrong name or password",
        "status": 401,
        "detail": "no such name, or another password. 用户名或密码错误。",
        "code": "wrong-credentials",
    }
    assert "set-cookie" not in answer.headers


def test_a_name_is_guessed_at_only_so_often(server: Server) -> None:
    server.user("reader")
    client = server.anyone()
    wrong = {"name": "reader", "password": "wrong-password-1"}
    assert [client.post(SESSION, json=wrong).status_code for _ in range(3)] == [401] * 3
    late = client.post(SESSION, json={"name": "reader", "password": PASSWORD})
    assert (late.status_code, late.json()["code"]) == (429, "too-many-attempts")
    assert 1 <= int(late.headers["retry-after"]) <= 60


def test_an_address_guesses_only_so_often(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "matches", lambda *_: False)
    client = server.anyone()
    statuses = [client.post(SESSION, json={"name": f"n{n}", "password": "x" * 10}).status_code for n in range(10)]
    assert statuses == [401] * 8 + [429] * 2


def test_a_right_password_wipes_the_count(server: Server) -> None:
    server.user("reader")
    client = server.anyone()
    for _ in range(2):
        for password in ("wrong-password-1", "wrong-password-2", PASSWORD):
            answer = client.post(SESSION, json={"name": "reader", "password": password})
    assert answer.status_code == 200


def test_the_store_keeps_no_secret(server: Server) -> None:
    browser = server.browser("reader")
    cookie = browser.cookies["biaotu_session"]
    token = server.token("reader")
    assert len(cookie) >= 43
    held = server.store.place.sqlite.read_bytes()
    wal = server.store.place.sqlite.with_name("biaotu.sqlite-wal")
    held += wal.read_bytes() if wal.exists() else b""
    for clear in (cookie, token, PASSWORD):
        assert clear.encode() not in held
    assert secret.digest(cookie).encode() in held


class TestCsrf:
    def test_without_the_token_nothing_is_changed(self, server: Server) -> None:
        browser = server.browser("annotator")
        del browser.headers["X-CSRF-Token"]
        answer = browser.post("/api/v1/lexicon", json={"word": "军帽"})
        assert (answer.status_code, answer.json()["code"]) == (403, "csrf")
        assert browser.get("/api/v1/lexicon").json()["items"] == []

    @pytest.mark.parametrize("token", ["", "x" * 43, "赝品"])
    def test_a_wrong_token_is_none(self, server: Server, token: str) -> None:
        browser = server.browser("annotator")
        answer = browser.post("/api/v1/lexicon", json={"word": "军帽"}, headers={b"X-CSRF-Token": token.encode()})
        assert answer.json()["code"] == "csrf"

    def test_another_session_s_token_is_none(self, server: Server) -> None:
        browser, other = server.browser("annotator"), server.browser("reviewer")
        other_token = other.headers["X-CSRF-Token"]
        answer = browser.post("/api/v1/lexicon", json={"word": "军帽"}, headers={"X-CSRF-Token": other_token})
        assert answer.json()["code"] == "csrf"

    @pytest.mark.parametrize(
        "headers",
        [
            {"Origin": "https://evil.example"},
            {"Origin": "http://localhost:9999"},
            {"Origin": "null"},
            {"Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "same-site"},
        ],
    )
    def test_a_stranger_s_page_is_refused_even_with_the_token(self, server: Server, headers: dict[str, str]) -> None:
        answer = server.browser("annotator").post("/api/v1/lexicon", json={"word": "军帽"}, headers=headers)
        assert answer.json()["code"] == "csrf"

    @pytest.mark.parametrize("headers", [{}, {"Origin": BASE}, {"Origin": BASE, "Sec-Fetch-Site": "same-origin"}])
    def test_our_own_page_is_not(self, server: Server, headers: dict[str, str]) -> None:
        answer = server.browser("annotator").post("/api/v1/lexicon", json={"word": "军帽"}, headers=headers)
        assert answer.status_code == 201

    def test_nobody_logs_a_browser_in_from_elsewhere(self, server: Server) -> None:
        server.user("reader")
        answer = server.anyone().post(
            SESSION, json={"name": "reader", "password": PASSWORD}, headers={"Origin": "https://evil.example"}
        )
        assert answer.json()["code"] == "csrf"
        assert "set-cookie" not in answer.headers

    def test_a_program_needs_none(self, server: Server) -> None:
        assert server.client("annotator").post("/api/v1/lexicon", json={"word": "军帽"}).status_code == 201


class TestSessions:
    def test_they_end_with_time(self, server: Server) -> None:
        browser = server.browser("reader")
        store = server.store
        store.clock = lambda: datetime.now(UTC) + timedelta(hours=11, minutes=59)
        assert browser.get(SESSION).status_code == 200
        store.clock = lambda: datetime.now(UTC) + timedelta(hours=12, minutes=1)
        assert browser.get(SESSION).status_code == 401

    def test_they_end_with_the_account(self, server: Server) -> None:
        browser, program, admin = server.browser("reader"), server.client("reader"), server.client("admin")
        changed = admin.patch(f"/api/v1/users/{server.user('reader').id}", json={"active": False})
        assert changed.json()["active"] is False
        assert browser.get(SESSION).status_code == 401
        assert program.get(SESSION).status_code == 401
        admin.patch(f"/api/v1/users/{server.user('reader').id}", json={"active": True})
        assert browser.get(SESSION).status_code == 401, "a session that ended does not come back with the account"
        assert program.get(SESSION).status_code == 401

    def test_a_session_secret_is_no_bearer_token_and_a_token_no_cookie(self, server: Server) -> None:
        cookie = server.browser("reader").cookies["biaotu_session"]
        client = server.anyone()
        assert client.get(SESSION, headers={"Authorization": f"Bearer {cookie}"}).status_code == 401
        client.cookies.set("biaotu_session", server.token("reader"))
        assert client.get(SESSION).status_code == 401

    def test_a_changed_role_counts_at_once(self, server: Server) -> None:
        program, admin = server.client("annotator"), server.client("admin")
        admin.patch(f"/api/v1/users/{server.user('annotator').id}", json={"role": "reader"})
        assert program.post("/api/v1/lexicon", json={"word": "军帽"}).json()["code"] == "not-allowed"

    def test_a_new_password_ends_the_others_and_renews_this_one(self, server: Server) -> None:
        browser, elsewhere = server.browser("reader"), server.browser("reader")
        before = browser.cookies["biaotu_session"]
        answer = browser.put(f"{SESSION}/password", json={"old": PASSWORD, "new": "four-green-hills-52"})
        assert answer.status_code == 200
        assert browser.cookies["biaotu_session"] != before
        assert answer.json()["csrf"] != browser.headers["X-CSRF-Token"]
        assert browser.get(SESSION).json()["csrf"] == answer.json()["csrf"]
        assert elsewhere.get(SESSION).status_code == 401
        old = server.anyone().post(SESSION, json={"name": "reader", "password": PASSWORD})
        assert old.status_code == 401
        new = server.anyone().post(SESSION, json={"name": "reader", "password": "four-green-hills-52"})
        assert new.status_code == 200

    def test_the_old_password_is_needed_and_guessed_at_only_so_often(self, server: Server) -> None:
        browser = server.browser("reader")
        change = {"old": "not-the-old-one", "new": "four-green-hills-52"}
        codes = [browser.put(f"{SESSION}/password", json=change).json()["code"] for _ in range(4)]
        assert codes == ["wrong-credentials"] * 3 + ["too-many-attempts"]

    def test_a_weak_new_one_is_refused(self, server: Server) -> None:
        answer = server.browser("reader").put(f"{SESSION}/password", json={"old": PASSWORD, "new": "1234567890"})
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid-input")

    def test_an_outdated_hash_is_renewed_at_log_in(self, server: Server) -> None:
        user = server.user("reader")
        with server.store.writing(CLI) as unit:
            unit.users.change(user.id, password=PasswordHasher(time_cost=1, memory_cost=8192).hash(PASSWORD))
        server.browser("reader")
        with server.store.reading() as unit:
            kept = unit.users.get(user.id).password
        assert kept is not None
        assert not passwords.is_outdated(kept)


class TestTokens:
    def test_made_used_listed_ended(self, servers: Server) -> None:
        browser = servers.browser("annotator")
        made = browser.post("/api/v1/tokens", json={"name": "夜间导出", "days": 30})
        assert made.status_code == 201
        fresh = made.json()
        assert fresh["token"].startswith("biaotu_")
        program = servers.anyone()
        program.headers["Authorization"] = f"Bearer {fresh['token']}"
        assert program.get(SESSION).json() == {"user": browser.get(SESSION).json()["user"], "csrf": None}
        (listed,) = browser.get("/api/v1/tokens").json()["items"]
        assert listed["name"] == "夜间导出"
        assert listed["last_used_at"] is not None
        assert "token" not in listed
        assert browser.delete(f"/api/v1/tokens/{fresh['id']}").status_code == 204
        assert program.get(SESSION).status_code == 401

    def test_no_one_ends_another_s(self, server: Server) -> None:
        victim = server.browser("reader")
        token = victim.post("/api/v1/tokens", json={"name": "mine"}).json()
        for thief in ("annotator", "admin"):
            assert server.client(thief).delete(f"/api/v1/tokens/{token['id']}").status_code == 404
        assert len(victim.get("/api/v1/tokens").json()["items"]) == 1

    def test_a_token_makes_no_tokens(self, server: Server) -> None:
        assert server.client("admin").post("/api/v1/tokens", json={"name": "more"}).json()["code"] == "not-allowed"

    def test_a_token_ends_with_time(self, server: Server) -> None:
        user = server.user("reader")
        token, _ = accounts.add_token(server.store, CLI, user.id, "short", 1)
        client = server.anyone()
        client.headers["Authorization"] = f"Bearer {token}"
        assert client.get(SESSION).status_code == 200
        server.store.clock = lambda: datetime.now(UTC) + timedelta(days=1, seconds=1)
        assert client.get(SESSION).status_code == 401

    @pytest.mark.parametrize("header", ["Bearer", "Bearer ", "Bearer x", "Basic cmVhZGVyOng=", "Bearer \xe9\xe9"])
    def test_nonsense_is_no_token(self, server: Server, header: str) -> None:
        answer = server.anyone().get(SESSION, headers={b"Authorization": header.encode("latin-1")})
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"
