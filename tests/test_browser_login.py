"""Log-in, log-out, roles and forbidden pages, users, language."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

import pytest
from playwright.sync_api import expect

from api_fixtures import PASSWORD
from biaotu.web import PAGES
from browser_fixtures import Site, Visit, Visitor, Workbench

pytest_plugins = ("browser_fixtures",)


@pytest.fixture(scope="module")
def site_settings() -> dict[str, str]:
    return {"BIAOTU_LOGIN_ATTEMPTS": "3"}


def enter(guest: Visitor, name: str, password: str = PASSWORD) -> None:
    """Fill in the log-in page and send it."""
    guest.find("login-name").fill(name)
    guest.find("login-password").fill(password)
    guest.find("login-submit").click()


def where(visitor: Visitor) -> str:
    """Path and query of the page."""
    parts = urlsplit(visitor.page.url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def test_who_is_not_logged_in_sees_the_log_in_page_alone(visit: Visit, site: Site) -> None:
    guest = visit(None)
    for page in PAGES:
        guest.open(page.path.replace("{record_id}", "1"))
        expect(guest.find("login-form")).to_be_visible()
        assert urlsplit(guest.page.url).path == "/login"
        assert "红军" not in guest.page.content()
    assert guest.context.request.get(f"{site.address}api/v1/records/1").status == 401


def test_a_wrong_password_then_the_right_one_leads_where_one_was_going(visit: Visit) -> None:
    guest = visit(None, "/search?q=军帽")
    guest.announced = {401}
    enter(guest, "anna", "not-her-password")
    expect(guest.find("login-error")).to_have_text("用户名或密码错误")
    enter(guest, "nobody-here", PASSWORD)
    expect(guest.find("login-error")).to_have_text("用户名或密码错误")
    enter(guest, "anna")
    expect(guest.find("hit").first).to_be_visible()
    assert where(guest) == f"/search?q={quote('军帽')}"
    (cookie,) = [one for one in guest.context.cookies() if one.get("name") == "biaotu_session"]
    assert cookie.get("httpOnly") and cookie.get("sameSite") == "Strict"
    assert guest.page.evaluate("document.cookie") == "", "no script can read the session"


@pytest.mark.parametrize(
    "target",
    [
        "https://example.org/",
        "//example.org/x",
        "/\\example.org",
        "javascript:document.title=1",
        "/login",
        "http://[",
        "",
    ],
)
def test_log_in_leads_to_our_own_pages_only(visit: Visit, site: Site, target: str) -> None:
    guest = visit(None, f"/login?next={quote(target, safe='')}")
    enter(guest, "reader")
    expect(guest.find("queue-table")).to_be_visible()
    assert guest.page.url == site.address


def test_too_many_attempts_are_told_with_the_time_to_wait(visit: Visit) -> None:
    guest = visit(None, "/login")
    guest.announced = {401, 429}
    for _ in range(3):
        enter(guest, "boris", "a-wrong-password")
        expect(guest.find("login-submit")).to_be_enabled()
        expect(guest.find("login-error")).to_have_text("用户名或密码错误")
    enter(guest, "boris")
    expect(guest.find("login-error")).to_contain_text("尝试次数太多")
    expect(guest.find("login-error")).to_have_text("尝试次数太多，请 {} 秒后再试".format(
        "".join(filter(str.isdigit, guest.find("login-error").inner_text()))
    ))  # fmt: skip
    enter(guest, "anna")
    expect(guest.find("queue-table")).to_be_visible()


def test_log_out_ends_the_session(visit: Visit, site: Site) -> None:
    anna = visit("anna", "/")
    anna.announced = {401}  # photos that were on their way
    anna.find("account-menu").click()
    anna.find("menu-logout").click()
    expect(anna.find("login-form")).to_be_visible()
    assert anna.context.request.get(f"{site.address}api/v1/session").status == 401
    anna.page.go_back()
    expect(anna.find("login-form")).to_be_visible()
    assert "/login" in anna.page.url


@pytest.mark.parametrize("name", ["reader", "anna", "rita", "boss"])
def test_pages_are_forbidden_by_role(visit: Visit, name: str) -> None:
    ranks = {"reader": 0, "anna": 1, "rita": 2, "boss": 3}
    needs = {"reader": 0, "annotator": 1, "reviewer": 2, "admin": 3}
    visitor = visit(name)
    visitor.announced = {403}
    for page in PAGES:
        if page.role is None or "{" in page.path:
            continue
        allowed = needs[page.role] <= ranks[name]
        answer = visitor.page.goto(f"{visitor.site.address}{page.path.lstrip('/')}")
        assert answer is not None and answer.status == (200 if allowed else 403), page.name
        expect(visitor.page.locator("h1").first).to_be_visible()
        expect(visitor.find("forbidden")).to_have_count(0 if allowed else 1)
        if (menu := visitor.find("nav-knowledge")).get_attribute("aria-expanded") == "false":
            menu.click()  # some pages stand in a menu of their own
        expect(visitor.find(f"nav-{page.name}")).to_have_count(1 if allowed else 0)


def test_a_reader_looks_and_cannot_decide(visit: Visit, site: Site) -> None:
    record = site.record("soviet-0014")
    reader = visit("reader")
    bench = Workbench(reader, record)
    for button in ("accept", "reject", "submit", "undo", "next", "tag-add", "region-mark"):
        expect(reader.find(button)).to_have_count(0)
    bench.press("a")
    expect(reader.find("toast-bad")).to_contain_text("只能查看")
    bench.press("Enter")
    expect(reader.find("state-dialog")).to_have_count(0)
    assert site.decisions(record) == []


def test_an_administrator_lets_somebody_in_and_ends_their_access(visit: Visit) -> None:
    boss = visit("boss", "/admin")
    boss.find("user-add").click()
    boss.find("user-name").fill("新来的")
    boss.find("user-display").fill("小新")
    boss.find("user-role").select_option("reviewer")
    boss.announced = {422}
    boss.find("user-password").fill("short")
    boss.find("user-save").click()
    expect(boss.find("user-error")).to_be_visible()
    boss.find("user-password").fill("seven-lamps-on-a-hill")
    boss.find("user-save").click()
    row = boss.find("user", user="新来的")
    expect(row).to_contain_text("审核员")

    newcomer = visit(None, "/")
    enter(newcomer, "新来的", "seven-lamps-on-a-hill")
    expect(newcomer.find("account-menu")).to_contain_text("小新")
    expect(newcomer.find("nav-agreement")).to_be_visible()

    newcomer.page.wait_for_load_state("networkidle")
    newcomer.announced = {401}
    row.get_by_test_id("user-turn").click()
    expect(row).to_have_attribute("data-active", "no")
    newcomer.open("/")
    expect(newcomer.find("login-form")).to_be_visible()
    boss.open("/admin")
    expect(boss.find("audit-row").first).to_be_visible()
    expect(boss.find("audit")).to_contain_text("user.add")


def test_the_language_is_switched_and_stays(visit: Visit, site: Site) -> None:
    anna = visit("anna", "/")
    expect(anna.find("nav-search")).to_have_text("检索")
    assert anna.page.evaluate("document.documentElement.lang") == "zh-CN"
    anna.find("lang-switch").click()
    expect(anna.find("nav-search")).to_have_text("Search")
    assert anna.page.evaluate("document.documentElement.lang") == "en"
    bench = Workbench(anna, site.record("soviet-0014"))
    expect(anna.find("submit")).to_contain_text("Submit")
    expect(bench.row("label:material:textile")).to_contain_text("extile")
    expect(anna.find("text-title")).to_contain_text("草鞋")
    anna.find("lang-switch").click()
    expect(anna.find("submit")).to_contain_text("提交")
