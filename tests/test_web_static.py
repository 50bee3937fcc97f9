"""The static files of the pages: words in both languages, modules that find each other, vendor files as declared."""

import hashlib
import json
import re
import tomllib
from importlib.resources import files
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader, select_autoescape

from biaotu.review import ROLES, STATES
from biaotu.web import FORBIDDEN, PAGES, STATIC, TEMPLATES, Page

OWN = sorted((STATIC / "js").rglob("*.js"))
VENDOR = STATIC / "vendor"
BOOT = {"user": None, "csrf": None, "lang": "zh", "record": None, "version": "0"}


def words(language: str) -> dict[str, str]:
    loaded: dict[str, str] = json.loads((STATIC / "locale" / f"{language}.json").read_text("utf-8"))
    return loaded


def rendered(page: Page, **boot: object) -> str:
    environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=select_autoescape(default=True))
    return environment.get_template(page.template).render(boot={**BOOT, "page": page.name, **boot})


def used_keys() -> tuple[set[str], set[str]]:
    """Keys named whole in the modules, and patterns of those put together (``${...}`` stands for anything)."""
    whole: set[str] = set()
    patterns: set[str] = set()
    for path in OWN:
        text = path.read_text("utf-8")
        whole |= set(re.findall(r'(?<![.\w])(?:t|has)\("([^"]+)"', text)) | set(re.findall(r'\bhelp: "([^"]+)"', text))
        for test, other in re.findall(r'\bt\([^()"`]*\? "([^"]+)" : "([^"]+)"', text):
            whole |= {test, other}
        patterns |= set(re.findall(r"\b(?:t|has)\(`([^`]+)`", text)) | set(re.findall(r"\bhelp: `([^`]+)`", text))
    return whole, patterns


def as_regex(pattern: str) -> re.Pattern[str]:
    return re.compile(".+".join(re.escape(part) for part in re.split(r"\$\{[^}]*\}", pattern)))


def test_both_languages_have_the_same_keys() -> None:
    assert set(words("zh")) == set(words("en"))
    assert all(text.strip() for language in ("zh", "en") for text in words(language).values())


def test_both_languages_fill_in_the_same_values() -> None:
    def holes(text: str) -> set[str]:
        return set(re.findall(r"\{(\w+)\}", text))

    zh, en = words("zh"), words("en")
    assert {key: holes(zh[key]) for key in zh} == {key: holes(en[key]) for key in zh}


def test_every_key_in_use_has_words() -> None:
    whole, patterns = used_keys()
    assert len(whole) > 200 and len(patterns) > 30
    assert whole - set(words("zh")) == set()
    assert [pattern for pattern in patterns if not any(as_regex(pattern).fullmatch(key) for key in words("zh"))] == []


def test_no_words_are_left_over() -> None:
    whole, patterns = used_keys()
    made = [as_regex(pattern) for pattern in patterns]
    assert [key for key in words("zh") if key not in whole and not any(one.fullmatch(key) for one in made)] == []


def test_words_for_every_state_role_error_and_key() -> None:
    from biaotu.api.problems import CODES

    table = (STATIC / "js" / "workbench" / "keytable.js").read_text("utf-8")
    keys = re.findall(r'^  "?([\w.]+)"?: \[', table, re.MULTILINE)
    assert len(keys) > 25
    wanted = {
        *(f"state.{state}" for state in STATES),
        *(f"role.{role}" for role in ROLES),
        *(f"error.{code}" for code in CODES),
        *(f"key.{key}" for key in keys),
    }
    assert wanted - set(words("zh")) == set()


def test_names_of_normal_terms_are_those_of_their_lists() -> None:
    """The Chinese names of colours, materials, shapes and currencies: each term of the lists, and no other."""
    named = json.loads((STATIC / "locale" / "normal.json").read_text("utf-8"))
    lists = {"colour": "colours", "material": "materials", "shape": "shapes", "currency": "currencies"}
    for scheme, file in lists.items():
        text = files("biaotu.normal").joinpath(f"{file}.toml").read_text("utf-8")
        told = tomllib.loads(text)
        assert set(named[scheme]) == {row["id"] for row in told.get("term") or told["currency"]}, scheme
        assert all(name.strip() for name in named[scheme].values())


def test_every_note_of_a_meaning_has_words() -> None:
    told = (Path(__file__).parent.parent / "docs" / "normal.md").read_text("utf-8").partition("## Notes")[2]
    codes = {
        code for row in re.findall(r"^\| (`.+?`) \|", told, re.MULTILINE) for code in re.findall(r"`([^`]+)`", row)
    }
    assert len(codes) > 30
    assert codes - {key.removeprefix("note.") for key in words("zh")} == set()


def test_no_key_of_the_workbench_is_given_twice() -> None:
    table = (STATIC / "js" / "workbench" / "keytable.js").read_text("utf-8")
    keys = [key for row in re.findall(r": \[(.*)\],$", table, re.MULTILINE) for key in re.findall(r'"([^"]+)"', row)]
    assert len(keys) == len(set(keys))


def test_every_key_of_the_workbench_does_something() -> None:
    table = (STATIC / "js" / "workbench" / "keytable.js").read_text("utf-8")
    acts = (STATIC / "js" / "workbench" / "benchkeys.js").read_text("utf-8")
    named = set(re.findall(r'^  "?([\w.]+)"?: \[', table, re.MULTILINE))
    done = set(re.findall(r'^    "?([\w.]+)"?: (?:\(\)|nextPhoto)', acts, re.MULTILINE))
    assert named == done


def test_modules_import_what_is_there() -> None:
    for path in OWN:
        for name in re.findall(
            r'(?:^(?:import|export)\b[^;]*? from |^import |\bimport\()"([^"]+)"', path.read_text("utf-8"), re.M
        ):
            assert name.startswith("."), f"{path.name}: {name}"
            assert (path.parent / name).is_file(), f"{path.name}: {name}"


def test_record_text_never_becomes_markup() -> None:
    for path in OWN:
        found = re.findall(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", path.read_text("utf-8")
        )
        assert found == [], path.name


def test_own_files_name_no_other_host() -> None:
    for path in [*OWN, *(STATIC / "css").glob("*.css"), *TEMPLATES.glob("*.html")]:
        assert re.findall(r"https?://", path.read_text("utf-8")) == [], path.name
    assert [path.name for path in STATIC.glob("**/*.css") if re.search(r"url\(", path.read_text("utf-8"))] == []


@pytest.mark.parametrize("page", [*PAGES, FORBIDDEN], ids=lambda page: page.name)
def test_pages_are_shells_without_inline_scripts(page: Page) -> None:
    html = rendered(page)
    scripts = re.findall(r"<script([^>]*)>(.*?)</script>", html, re.DOTALL)
    assert [attributes for attributes, body in scripts if body.strip()] == [' type="application/json" id="biaotu-boot"']
    for source in re.findall(r'(?:src|href)="(/static/[^"]+)"', html):
        assert (STATIC / source.removeprefix("/static/")).is_file(), source
    assert f'src="/static/js/pages/{page.name}.js"' in html


def test_what_is_injected_cannot_leave_its_block() -> None:
    html = rendered(PAGES[0], user={"name": "</script><script>alert(1)</script>"})
    assert "alert(1)</script>" not in html
    block = re.search(r'id="biaotu-boot">(.*?)</script>', html, re.DOTALL)
    assert block is not None
    assert json.loads(block[1])["user"]["name"] == "</script><script>alert(1)</script>"


def test_page_titles_follow_the_language() -> None:
    page = next(page for page in PAGES if page.name == "queue")
    assert "<title>待审队列" in rendered(page) and 'lang="zh-CN"' in rendered(page)
    assert "<title>Queue" in rendered(page, lang="en") and 'lang="en"' in rendered(page, lang="en")


def test_roles_of_pages_are_roles() -> None:
    assert {page.role for page in PAGES} - {None} <= set(ROLES)
    assert [page.name for page in PAGES if page.role is None] == ["login"]


def test_vendor_files_are_those_declared() -> None:
    declared = json.loads((VENDOR / "VENDOR.json").read_text("utf-8"))
    for file in declared["files"]:
        content = (VENDOR / file["file"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == file["sha256"], (
            f"{file['file']}: run `npm run build` in web-vendor"
        )
    named = {file["file"] for file in declared["files"]} | {"VENDOR.json", "LICENSES.txt"}
    assert {path.name for path in VENDOR.iterdir()} == named
    assert sum(file["bytes"] for file in declared["files"]) < 1_600_000


def test_vendor_packages_are_licensed_and_locked() -> None:
    declared = json.loads((VENDOR / "VENDOR.json").read_text("utf-8"))["packages"]
    licences = (VENDOR / "LICENSES.txt").read_text("utf-8")
    assert {"preact", "htm", "openseadragon", "@annotorious/openseadragon", "sortablejs", "cytoscape"} <= {
        one["name"] for one in declared
    }
    assert [one["name"] for one in declared if f"{one['name']} {one['version']} (" not in licences] == []
    lock_file = Path(__file__).parent.parent / "web-vendor" / "package-lock.json"
    lock = lock_file.read_text("utf-8")
    assert '"resolved"' not in lock and "registry" not in lock
    locked = json.loads(lock)["packages"]
    for one in declared:
        assert any(
            path.endswith(f"node_modules/{one['name']}") and entry["version"] == one["version"]
            for path, entry in locked.items()
        )
