"""Who may call what: every operation of the document, by everyone, against one table."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any, Final

import pytest
from starlette.testclient import TestClient

from api_fixtures import Server, open_server, use_quick_hashing
from biaotu.api.app import ROUTERS, create_app
from biaotu.api.routing import PREFIX
from biaotu.api.settings import Settings
from biaotu.review import ROLES
from biaotu.store import Store, StorePlace
from biaotu.web import PAGES

pytest_plugins = ("store_fixtures", "api_fixtures")

WHO: Final = ("anyone", *ROLES)
LEAST: Final = {
    "log_in": "anyone",
    "get_health": "anyone",
    "get_session": "reader",
    "log_out": "reader",
    "change_own_password": "reader",
    "list_tokens": "reader",
    "add_token": "reader",
    "revoke_token": "reader",
    "list_records": "reader",
    "get_record": "reader",
    "get_history": "reader",
    "list_annotations": "reader",
    "get_evidence": "reader",
    "list_similar": "reader",
    "list_mentions": "reader",
    "list_links": "reader",
    "list_entries": "reader",
    "graph_status": "reader",
    "graph_nodes": "reader",
    "graph_node": "reader",
    "graph_neighbours": "reader",
    "graph_paths": "reader",
    "graph_together": "reader",
    "graph_timeline": "reader",
    "graph_places": "reader",
    "graph_prefixes": "reader",
    "graph_sparql": "reader",
    "list_related": "reader",
    "get_provenance": "reader",
    "get_caption": "reader",
    "ask_record": "reader",
    "list_questions": "reader",
    "get_entry": "reader",
    "get_queue": "reader",
    "get_grid": "reader",
    "search": "reader",
    "search_by_photo": "reader",
    "get_vocabularies": "reader",
    "list_words": "reader",
    "list_imports": "reader",
    "get_import": "reader",
    "list_import_rows": "reader",
    "list_jobs": "reader",
    "get_job": "reader",
    "get_image": "reader",
    "get_thumbnail": "reader",
    "export": "reader",
    "get_info": "reader",
    "decide": "annotator",
    "decide_many": "annotator",
    "undo": "annotator",
    "restore": "annotator",
    "take_next": "annotator",
    "add_word": "annotator",
    "plan_import": "annotator",
    "run_import": "annotator",
    "add_job": "annotator",
    "cancel_job": "annotator",
    "remove_word": "reviewer",
    "roll_back_import": "reviewer",
    "add_entry": "reviewer",
    "change_entry": "reviewer",
    "merge_entries": "reviewer",
    "get_agreement": "reviewer",
    "list_users": "admin",
    "add_user": "admin",
    "change_user": "admin",
    "list_audit": "admin",
}
"""The least role for each operation; the rest of this module is worked out from it."""

BODIES: Final[dict[str, dict[str, Any]]] = {
    "log_in": {"name": "nobody", "password": "some-long-words-12"},
    "change_own_password": {"old": "some-long-words-12", "new": "other-long-words-12"},
    "add_token": {"name": "role test"},
    "decide": {"base": 0, "key": "role-test", "decisions": [{"item": "label:material:metal", "verdict": "accept"}]},
    "decide_many": {
        "key": "role-test",
        "changes": [{"record": 999, "base": 0, "decisions": [{"item": "label:material:metal", "verdict": "accept"}]}],
    },
    "undo": {"key": "role-test"},
    "restore": {"key": "role-test", "at": "2026-01-01T00:00:00Z"},
    "take_next": {},
    "add_word": {"word": "军帽"},
    "add_job": {"kind": "annotate"},
    "roll_back_import": {},
    "add_user": {"name": "x.y", "role": "reader", "password": "1234567890"},
    "change_user": {"display": "x"},
    "add_entry": {"type": "person", "name": "张得胜", "source": "口述"},
    "change_entry": {"name": "张得胜", "source": "口述", "checked": True, "base": 0},
    "merge_entries": {"into": "person:zhu-de"},
    "graph_sparql": {"query": "ASK {}"},
}
QUERIES: Final = {
    "get_evidence": {"item": "label:material:metal"},
    "list_mentions": {"item": "span:title:0:2:organisation"},
    "get_grid": {"item": "label:material:metal"},
    "graph_node": {"id": "urn:biaotu:relic:999"},
    "graph_neighbours": {"id": "urn:biaotu:relic:999"},
    "graph_paths": {"from": "urn:biaotu:relic:999", "to": "urn:biaotu:relic:998"},
    "graph_together": {"kind": "event", "with": "person"},
    "ask_record": {"q": "何时制作？"},
}
OPERATIONS: Final = [
    (operation["operationId"], method, path)
    for path, methods in create_app(Settings()).openapi()["paths"].items()
    for method, operation in methods.items()
]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, tuple[Server, TestClient]]]:
    """A server with one client for everyone; everything that is asked for is missing, so that nothing changes."""
    place = StorePlace(tmp_path_factory.mktemp("roles"))
    settings = Settings(login_attempts=10_000, address_attempts=10_000)
    with Store.open(place, create=True) as store, ExitStack() as stack, pytest.MonkeyPatch.context() as patch:
        use_quick_hashing(patch)
        server = open_server(store, settings, stack)
        server.parts.worker.stop()
        clients = {role: server.client(role) for role in ROLES}
        yield {"anyone": (server, server.anyone())} | {role: (server, client) for role, client in clients.items()}


def test_the_table_has_every_operation() -> None:
    assert sorted(LEAST) == sorted(name for name, _, _ in OPERATIONS)


@pytest.mark.parametrize(("name", "method", "path"), OPERATIONS)
@pytest.mark.parametrize("who", WHO)
def test_each_may_what_the_table_says(
    running: dict[str, tuple[Server, TestClient]], who: str, name: str, method: str, path: str
) -> None:
    server, client = running[who]
    shown = path.replace("{digest}", "0" * 64).replace("{entry_id}", "person:nobody")
    for part in ("record_id", "import_id", "job_id", "user_id", "token_id", "word_id"):
        shown = shown.replace(f"{{{part}}}", "999")
    options: dict[str, Any] = {"params": QUERIES.get(name)}
    if name in BODIES:
        options["json"] = BODIES[name]
    elif name in ("plan_import", "search_by_photo"):
        options["files"] = {"other": ("a.txt", b"x")}
    answer = client.request(method, shown, **options)
    code = answer.json()["code"] if answer.status_code >= 400 else ""
    if WHO.index(who) >= WHO.index(LEAST[name]):
        assert code not in ("not-logged-in", "csrf"), answer.text
        assert code != "not-allowed" or name == "add_token", answer.text  # a token makes no tokens
        assert answer.status_code < 500, answer.text
    elif who == "anyone":
        assert (answer.status_code, code) == (401, "not-logged-in"), answer.text
    else:
        assert (answer.status_code, code) == (403, "not-allowed"), answer.text
        assert LEAST[name] in answer.json()["detail"]
    if name == "log_out" and who != "anyone":
        client.headers["Authorization"] = f"Bearer {server.token(who)}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
@pytest.mark.parametrize("who", WHO)
def test_pages_are_shown_to_whom_they_are_for(
    running: dict[str, tuple[Server, TestClient]], who: str, page: Any
) -> None:
    server, _ = running[who]
    client = server.anyone() if who == "anyone" else server.browser(who)
    answer = client.get(page.path.replace("{record_id}", "999"))
    if page.role is None:
        assert answer.status_code == 200
    elif who == "anyone":
        assert (answer.status_code, answer.text) == (303, "")
    else:
        assert answer.status_code == (200 if ROLES.index(who) >= ROLES.index(page.role) else 403)


def test_nothing_else_is_open() -> None:
    """Every route of the application is an operation of the table, a page, the static files or the document."""
    own = {getattr(route, "path", "") for route in create_app(Settings()).routes}
    routes = {getattr(route, "path", "") for router in ROUTERS for route in router.routes} | own - {""}
    known = {path for _, _, path in OPERATIONS} | {page.path for page in PAGES}
    assert routes - known == {"/static", f"{PREFIX}/openapi.json"}


def test_the_document_is_for_those_who_are_logged_in(running: dict[str, tuple[Server, TestClient]]) -> None:
    assert running["anyone"][1].get(f"{PREFIX}/openapi.json").status_code == 401
    assert running["reader"][1].get(f"{PREFIX}/openapi.json").status_code == 200
