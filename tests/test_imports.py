"""What a fresh process imports: serving never loads torch, and asking for help loads next to nothing."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

import biaotu.cli.main

SOURCE = Path(biaotu.cli.main.__file__).parents[1]
TRAINING_LIBRARIES = {"torch", "torchvision", "transformers", "sklearn", "scipy", "onnx"}
HEAVY = {
    "alembic",
    "cn2an",
    "fastapi",
    "jieba",
    "jinja2",
    "numpy",
    "onnxruntime",
    "opencc",
    "openpyxl",
    "PIL",
    "pydantic",
    "rich",
    "sqlalchemy",
    "tokenizers",
}
ONLY_WITHIN_ALEMBIC = "biaotu.store.migrations.env"
"""Alembic runs it, inside a migration; it cannot be imported otherwise."""
MODULES = (
    ".".join(("biaotu", *path.relative_to(SOURCE).with_suffix("").parts)).removesuffix(".__init__")
    for path in SOURCE.rglob("*.py")
    if "training" not in path.relative_to(SOURCE).parts
)
SERVING = sorted(name for name in MODULES if name != ONLY_WITHIN_ALEMBIC)


def imported(statement: str) -> set[str]:
    """The top-level names of all modules that a fresh process holds after a statement."""
    script = f"import json, sys\n{statement}\nprint('\\n' + json.dumps(sorted(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, encoding="utf-8", check=False)
    assert run.returncode == 0, run.stderr
    return {name.partition(".")[0] for name in json.loads(run.stdout.splitlines()[-1])}


def test_the_list_holds_the_serving_side() -> None:
    assert {"biaotu.cli.main", "biaotu.batch.run", "biaotu.export.html", "biaotu.records.types"} <= set(SERVING)


@pytest.mark.parametrize(
    "arguments", [["--help"], ["--version"], *([name, "--help"] for name in biaotu.cli.main.COMMANDS)]
)
def test_help_loads_nothing_heavy(arguments: list[str]) -> None:
    statement = f"from biaotu.cli.main import cli\ncli({arguments!r}, standalone_mode=False)"
    assert not imported(statement) & (HEAVY | TRAINING_LIBRARIES)


def test_no_serving_module_imports_a_training_library() -> None:
    statement = "from importlib import import_module\n" + "\n".join(f"import_module({name!r})" for name in SERVING)
    assert not imported(statement) & TRAINING_LIBRARIES


@pytest.mark.parametrize("name", ["biaotu", "biaotu.pipeline", "biaotu.cli.main", "biaotu.batch", "biaotu.api"])
def test_an_entrance_alone_imports_no_training_library(name: str) -> None:
    assert find_spec(name) is not None
    assert not imported(f"import {name}") & TRAINING_LIBRARIES


def test_asking_for_the_package_loads_nothing_heavy() -> None:
    assert not imported("import biaotu") & (HEAVY | TRAINING_LIBRARIES)


def test_serving_modules_do_not_import_the_training_room() -> None:
    statement = "from importlib import import_module\n" + "\n".join(f"import_module({name!r})" for name in SERVING)
    script = f"import sys\n{statement}\nassert not [name for name in sys.modules if name.startswith('biaotu.training')]"
    subprocess.run([sys.executable, "-c", script], check=True)
