"""``docs/api.md`` keeps up: settings, problem codes, paths."""

from __future__ import annotations

import re
from pathlib import Path

from biaotu.api.app import create_app
from biaotu.api.problems import CODES
from biaotu.api.routing import PREFIX
from biaotu.api.settings import TABLE, Settings

PAGE = (Path(__file__).resolve().parents[1] / "docs/api.md").read_text(encoding="utf-8")


def test_every_setting_stands_in_the_table_with_its_default() -> None:
    rows = re.findall(r"^\| `--([\w-]+)` \| `(\w+)` \| (.*?) \| (.+) \|$", PAGE, re.M)
    told = {name: (env, default) for name, env, default, _ in rows}
    assert list(told) == [row.name.replace("_", "-") for row in TABLE]
    for row in TABLE:
        default = "off" if row.kind is bool else "" if row.default in (None, ()) else f"`{row.default}`"
        assert told[row.name.replace("_", "-")] == (row.env, default)


def test_every_code_stands_in_the_table_with_its_status() -> None:
    rows = re.findall(r"^\| `([\w-]+)` \| (\d{3}) \| (.+) \|$", PAGE, re.M)
    assert [(code, int(status), meaning) for code, status, meaning in rows] == [
        (code, known.status, known.meaning) for code, known in CODES.items()
    ]


def test_examples_name_paths_that_are_there() -> None:
    paths = {re.sub(r"\{\w+\}", "1", path) for path in create_app(Settings()).openapi()["paths"]}
    named = set(re.findall(r"\$U(/[\w/]+)", PAGE)) | set(re.findall(r"8000/api/v1(/[\w/]+)", PAGE))
    assert len(named) > 8
    assert {PREFIX + path for path in named} <= paths
