"""Nothing that a user can hand in is ever turned into code: no unpickling, no evaluation, no unpacked archives."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[1] / "src" / "biaotu"
FILES = sorted(SOURCE.rglob("*.py"))

MODULES = {
    "pickle",
    "_pickle",
    "cPickle",
    "cloudpickle",
    "dill",
    "joblib",
    "marshal",
    "shelve",
    "yaml",
    "code",
    "ctypes",
}
"""Modules that make objects or code of bytes, or call into memory."""
CALLS = {"eval", "exec", "compile", "__import__", "breakpoint"}
ATTRIBUTES = {"extractall", "unpack_archive", "popen", "read_pickle", "to_pickle"}
XML_READERS = {"fromstring", "parse", "iterparse", "XMLParser"}


def faults(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Lines that would make something run."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, name.name) for name in node.names if name.name.split(".")[0] in MODULES)
        elif isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] in MODULES:
            yield node.lineno, node.module
        elif isinstance(node, ast.Call):
            yield from _call(node)


def _call(node: ast.Call) -> Iterator[tuple[int, str]]:
    named = {word.arg: word.value for word in node.keywords}
    if isinstance(node.func, ast.Name) and node.func.id in CALLS:
        yield node.lineno, node.func.id
    if not isinstance(node.func, ast.Attribute):
        return
    owner = node.func.value.id if isinstance(node.func.value, ast.Name) else ""
    if node.func.attr in ATTRIBUTES:
        yield node.lineno, node.func.attr
    if (owner, node.func.attr) in (("os", "system"), ("archive", "extract"), ("zipfile", "extract")):
        yield node.lineno, f"{owner}.{node.func.attr}"
    if "allow_pickle" in named and not _is(named["allow_pickle"], False):  # numpy's own default is False
        yield node.lineno, "allow_pickle"
    if owner == "torch" and node.func.attr == "load" and not _is(named.get("weights_only"), True):
        yield node.lineno, "torch.load without weights_only=True"
    if owner in ("ET", "ElementTree", "etree") and node.func.attr in XML_READERS:
        yield node.lineno, f"{owner}.{node.func.attr}"
    if _is(named.get("shell"), True):
        yield node.lineno, "shell=True"


def _is(node: ast.expr | None, value: bool) -> bool:
    return isinstance(node, ast.Constant) and node.value is value


@pytest.mark.parametrize(
    "line",
    [
        "import pickle",
        "from joblib import load",
        "import yaml.loader",
        "eval(text)",
        "compile(text, '', 'exec')",
        "np.load(path, allow_pickle=True)",
        "np.load(path, allow_pickle=flag)",
        "torch.load(path)",
        "torch.load(path, weights_only=False)",
        "archive.extractall(folder)",
        "shutil.unpack_archive(path)",
        "os.system(text)",
        "subprocess.run(text, shell=True)",
        "ET.fromstring(text)",
    ],
)
def test_the_search_finds(line: str) -> None:
    assert list(faults(ast.parse(line)))


@pytest.mark.parametrize(
    "line",
    ["np.load(path)", "np.load(path, allow_pickle=False)", "torch.load(path, weights_only=True)", "ET.tostring(x)"],
)
def test_the_search_lets_pass(line: str) -> None:
    assert not list(faults(ast.parse(line)))


def test_no_line_of_the_package_makes_code_of_what_it_reads() -> None:
    assert len(FILES) > 200
    found = {
        f"{path.relative_to(SOURCE)}:{line}": what
        for path in FILES
        for line, what in faults(ast.parse(path.read_text(encoding="utf-8")))
        if (path.name, what) != ("memory.py", "ctypes")  # asks the C library to give memory back, reads nothing
    }
    assert not found


def test_modules_are_imported_by_names_of_our_own_alone() -> None:
    """Each is a table in the module itself; a new place has to be looked at, then named here."""
    places = {str(path.relative_to(SOURCE)) for path in FILES if "import_module(" in path.read_text(encoding="utf-8")}
    assert places <= {"__init__.py", "cli/main.py", "export/packages/writing.py", "export/writers.py"}
