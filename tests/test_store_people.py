"""Users, tokens, words, the audit log."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from biaotu.errors import Conflict, NotFound, Refused
from biaotu.store import Actor, Store
from store_fixtures import TEST, Clock, add_user

pytest_plugins = ("store_fixtures",)

START = datetime(2030, 1, 1, tzinfo=UTC)


def test_a_user_is_found_whatever_the_case_or_width_of_the_name(store: Store) -> None:
    with store.writing(TEST) as unit:
        anna = unit.users.add("Anna", "annotator", "$argon2id$x", "安娜")
        unit.users.add("straße", "reader")
    with store.reading() as unit:
        assert unit.users.named(" ａＮＮＡ ") == anna
        assert unit.users.named("STRASSE") is not None
        assert unit.users.named("安娜") is None
        assert (anna.display, anna.active, anna.password) == ("安娜", True, "$argon2id$x")
        assert [user.name for user in unit.users.list()] == ["Anna", "straße"]
    assert "argon2id" not in repr(anna)


@pytest.mark.parametrize(
    "name", ["ANNA", "ａnna", "", "  ", "a b", "a\n", "长" * 65, "a\x00", "cli", "Ｗorker", "System"]
)
def test_names_that_are_taken_or_unlawful_are_refused(store: Store, name: str) -> None:
    add_user(store, "anna")
    with pytest.raises(Refused), store.writing(TEST) as unit:
        unit.users.add(name.replace("a\n", "a\nb"), "reader")


def test_there_is_always_an_admin(store: Store) -> None:
    ada, bo = add_user(store, "ada", "admin").user_id, add_user(store, "bo", "reader").user_id
    assert ada is not None and bo is not None
    for change in ({"role": "reviewer"}, {"active": False}):
        with pytest.raises(Refused, match="last admin"), store.writing(TEST) as unit:
            unit.users.change(ada, **change)
    with store.writing(TEST) as unit:
        assert unit.users.has_admin()
        assert unit.users.change(bo, role="admin", display="博").role == "admin"
        assert not unit.users.change(ada, active=False).active
        unit.users.change(bo, password="$argon2id$new")
        assert unit.users.get(bo).password == "$argon2id$new"
        with pytest.raises(Refused, match="no role"):
            unit.users.change(bo, role="king")  # type: ignore[arg-type]
        with pytest.raises(NotFound):
            unit.users.change(99, active=True)
        lines = unit.audit.page().items
    assert [(line.action, line.detail) for line in lines[:2]] == [
        ("user.change", {"password": "new"}),
        ("user.change", {"active": False}),
    ]
    assert "argon2id" not in str(lines)


def test_tokens_serve_until_they_expire_or_are_revoked(store: Store) -> None:
    anna, bo = add_user(store, "anna").user_id, add_user(store, "bo").user_id
    assert anna is not None and bo is not None
    clock = Clock(START)
    with Store.open(store.place, clock=clock) as timed, timed.writing(TEST) as unit:
        session = unit.tokens.add(anna, "session", "1" * 64, "csrf", "", START + timedelta(hours=1))
        api = unit.tokens.add(anna, "api", "2" * 64, "", "脚本", START + timedelta(days=9))
        other = unit.tokens.add(bo, "api", "3" * 64, "", "", START + timedelta(days=9))
        assert unit.tokens.find("1" * 64) == session and session.csrf == "csrf"
        assert unit.tokens.find("9" * 64) is None
        assert unit.tokens.list(anna) == (api, session)
        assert unit.tokens.list(anna, "api") == (api,)
        clock.on(hours=1)
        assert unit.tokens.find("1" * 64) is None
        unit.tokens.seen(session.id, clock.time + timedelta(hours=1))
        renewed = unit.tokens.find("1" * 64)
        assert renewed is not None and renewed.last_seen_at == clock.time
        with pytest.raises(NotFound):
            unit.tokens.revoke(other.id, anna)
        with pytest.raises(NotFound):
            unit.tokens.revoke(99)
        assert unit.tokens.revoke_all(anna, keep=api.id) == 1
        assert unit.tokens.list(anna) == (api,)
        unit.tokens.revoke(api.id, anna)
        assert unit.tokens.find("2" * 64) is None
        assert unit.tokens.purge() == 0
        clock.on(days=31)
        assert unit.tokens.purge() == 2  # the two revoked ones; bo's expired only lately
        clock.on(days=31)
        assert unit.tokens.purge() == 1


def test_words_are_added_once_and_removed(store: Store) -> None:
    anna = add_user(store, "anna")
    with store.writing(anna) as unit:
        word = unit.words.add(" 手摇计算机 ", "器物")
        unit.words.add("马尾手榴弹")
        unit.words.add("100%棉")
        with pytest.raises(Conflict, match="手摇计算机"):
            unit.words.add("手摇计算机")
        for wrong in ("", "两 词", "长" * 65, "a\x00"):
            with pytest.raises(Refused):
                unit.words.add(wrong)
    with store.writing(TEST) as unit:
        assert (word.word, word.kind, word.actor) == ("手摇计算机", "器物", "anna")
        assert [one.word for one in unit.words.page("%").items] == ["100%棉"]
        first = unit.words.page(limit=2)
        assert [one.word for one in first.items] == ["100%棉", "马尾手榴弹"]
        assert [one.word for one in unit.words.page(cursor=first.cursor).items] == ["手摇计算机"]
        unit.words.remove(word.id)
        with pytest.raises(NotFound):
            unit.words.remove(word.id)
        assert [one.word for one in unit.words.all()] == ["马尾手榴弹", "100%棉"]
        assert unit.words.get(word.id).removed_at is not None
        unit.words.add("手摇计算机")


def test_the_audit_log_tells_who_did_what_newest_first(store: Store) -> None:
    clock = Clock(START)
    with Store.open(store.place, clock=clock) as timed:
        for number in range(5):
            with timed.writing(Actor(None, f"程序{number}")) as unit:
                unit.audit.add("test.do", f"thing:{number % 2}", {"数": number})
            clock.on(minutes=1)
    with store.reading() as unit:
        first = unit.audit.page(limit=3)
        rest = unit.audit.page(first.cursor)
        assert [line.detail["数"] for line in (*first.items, *rest.items)] == [4, 3, 2, 1, 0]
        assert (first.items[0].actor, first.items[0].at) == ("程序4", START + timedelta(minutes=4))
        assert [line.detail["数"] for line in unit.audit.page(object="thing:1").items] == [3, 1]
        assert rest.cursor is None
