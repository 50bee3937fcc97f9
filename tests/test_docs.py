"""The documents keep up with the code: commands, options, notice codes, links, versions."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import click
import pytest

import biaotu
from biaotu.cli.main import cli as serving
from biaotu.records.headers import match_headers
from biaotu.training.cli import cli as training

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src/biaotu"
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md")), *sorted((ROOT / "examples").glob("*.md"))]
READMES = ("README.md", "README.zh-CN.md")
CODE = re.compile(r"[a-z]+(?:-[a-z]+)+")


def text_of(*names: str) -> str:
    return "\n".join((ROOT / name).read_text(encoding="utf-8") for name in names)


def commands(group: click.Command, path: str) -> Iterator[tuple[str, click.Command]]:
    """A command and all below it, each by its full name."""
    yield path, group
    if isinstance(group, click.Group):
        context = click.Context(group)
        for name in group.list_commands(context):
            command = group.get_command(context, name)
            assert command is not None
            yield from commands(command, f"{path} {name}")


def names_of(path: str, command: click.Command) -> Iterator[tuple[str, str]]:
    """What a page has to name of a command: itself and every spelling of its options."""
    context = click.Context(command, info_name=path, help_option_names=["-h", "--help"])
    for parameter in command.get_params(context):
        if isinstance(parameter, click.Option):
            for spelling in (*parameter.opts, *parameter.secondary_opts):
                yield path, spelling


SERVING = list(commands(serving, "biaotu"))
TRAINING = list(commands(training, "biaotu-train"))


def named(word: str, text: str) -> bool:
    """Whether a word stands in a text, not as a part of a longer one (``--out`` in ``--output``)."""
    return re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", text) is not None


def test_the_command_trees_are_walked_to_the_leaves() -> None:
    assert {"biaotu annotate", "biaotu evaluate tags", "biaotu info"} <= {path for path, _ in SERVING}
    assert {"biaotu-train labels", "biaotu-train statistics"} <= {path for path, _ in TRAINING}


@pytest.mark.parametrize("page", READMES)
def test_both_readmes_name_every_command(page: str) -> None:
    text = text_of(page)
    missing = [path for path, _ in SERVING + TRAINING if not named(path, text)]
    assert not missing


@pytest.mark.parametrize(("path", "option"), [pair for one in SERVING for pair in names_of(*one)])
def test_every_option_of_biaotu_is_documented(path: str, option: str) -> None:
    assert named(option, text_of("README.md")), f"README.md does not name {option} of {path}"


@pytest.mark.parametrize("option", [option for path, option in names_of(*SERVING[1])])
def test_the_chinese_readme_names_the_options_of_the_main_job(option: str) -> None:
    assert named(option, text_of("README.zh-CN.md"))


@pytest.mark.parametrize(("path", "option"), [pair for one in TRAINING for pair in names_of(*one)])
def test_every_option_of_biaotu_train_is_documented(path: str, option: str) -> None:
    assert named(option, text_of("docs/training.md")), f"docs/training.md does not name {option} of {path}"


def test_no_page_names_an_option_that_is_gone() -> None:
    known = {option for path, command in SERVING + TRAINING for _, option in names_of(path, command)}
    told = {
        (page, option)
        for page in (*READMES, "docs/records.md", "docs/outputs.md")
        for option in re.findall(r"(?<![\w-])--[a-z][a-z-]*", _without_other_programs(text_of(page)))
    }
    assert not {(page, option) for page, option in told if option not in known}


def _without_other_programs(text: str) -> str:
    """A page without the commands of other programs, inline or on lines of their own."""
    text = re.sub(r"`(?:pip|python) [^`]*`", "", text)
    return re.sub(r"^(?:\S*pip|python) .*$", "", text, flags=re.MULTILINE)


def codes_in_source() -> set[str]:
    """Codes of ``Notice(...)`` and ``PhotoError(...)``, written out or by a constant, and of notices in tables."""
    nodes = [node for path in SOURCE.rglob("*.py") for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))]
    constants = {
        node.target.id: node.value.value
        for node in nodes
        if isinstance(node, ast.AnnAssign)
        and isinstance(node.target, ast.Name)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    }
    codes = set()
    for node in nodes:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"Notice", "PhotoError"}:
            first = node.args[0] if node.args else None
            if isinstance(first, ast.Constant):
                codes.add(str(first.value))
            elif isinstance(first, ast.Name):
                codes.add(constants[first.id])
    tables = (SOURCE / "export/tables.py").read_text(encoding="utf-8")
    return codes | set(re.findall(r'f"([a-z]+(?:-[a-z]+)+): ', tables))


def test_every_notice_code_is_documented_and_none_is_invented() -> None:
    codes = codes_in_source()
    assert {"image-missing", "image-embedded", "quote-broken", "text-empty", "cell-cut"} <= codes
    assert all(CODE.fullmatch(code) for code in codes)
    documented = re.findall(rf"^\| `({CODE.pattern})` \|", text_of("docs/records.md"), flags=re.MULTILINE)
    assert sorted(documented) == sorted(codes)
    chinese = text_of("README.zh-CN.md")
    assert not [code for code in codes if f"`{code}`" not in chinese]


def links(page: Path) -> Iterator[str]:
    """Targets of a page's links and pictures, fenced code left out."""
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    yield from re.findall(r"\]\(([^()\s]+)\)", text)


def anchors(page: Path) -> set[str]:
    """The anchors that a code host makes of a page's headings."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_no_relative_link_is_broken(page: Path) -> None:
    for link in links(page):
        if re.match(r"[a-z]+:", link):
            continue
        name, _, anchor = unquote(link).partition("#")
        target = (page.parent / name) if name else page
        assert target.exists(), f"{link} leads nowhere"
        assert not anchor or anchor in anchors(target), f"{link}: there is no such heading"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_no_page_names_a_place_on_one_machine(page: Path) -> None:
    assert not re.search(r"(?<![\w.])/(?:work|home|tmp|root|Users)/", page.read_text(encoding="utf-8"))


def test_both_readmes_show_the_same_commands_and_picture() -> None:
    english, chinese = text_of("README.md"), text_of("README.zh-CN.md")
    for text in (english, chinese):
        assert "](docs/data-flow.svg)" in text
    rows = re.compile(r"^\| .*`((?:biaotu evaluate|python benchmarks)[^`]*)`", re.MULTILINE)
    assert rows.findall(english) == rows.findall(chinese) != []


def test_headers_named_in_the_documents_are_matched() -> None:
    for part, headers in re.findall(
        r"^\| `(id|title|description|images)` \| (.+?) \|$", text_of("docs/records.md"), re.M
    ):
        for header in re.findall(r'"[^"]+"|[^\s";,.]+', headers.partition(";")[0].replace("...", "")):
            assert getattr(match_headers([header.strip('"')]), part), f"{header} is not matched as {part}"


def test_one_version_everywhere() -> None:
    project = tomllib.loads(text_of("pyproject.toml"))["project"]["version"]
    latest = re.search(r"^## \[(\d+\.\d+\.\d+)\]", text_of("CHANGELOG.md"), flags=re.MULTILINE)
    assert latest is not None
    assert latest[1] == project == biaotu.__version__
