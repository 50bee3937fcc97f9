"""Every package, page library, part of the bundle and word list has a licence that we allow, and is listed."""

from __future__ import annotations

import importlib.util
import json
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[1]


def _tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("licences", ROOT / "tools" / "licences.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["licences"] = module
    spec.loader.exec_module(module)
    return module


licences = _tool()
RULES = licences.rules()
FOUND = licences.entries(RULES)
LOCKS = ("serve.lock", "test.lock", "build.lock", "cluster.lock")
# What needs Ray is installed by make test-cluster alone. Elsewhere the page says what was found there.
ABSENT = [one for one in FOUND if one.kind == licences.CLUSTER and one.licence == licences.UNKNOWN]
LISTED = dict(re.findall(r"(?m)^\| ([^|]+) \| ([^|]+) \| cluster \|$", licences.PAGE.read_text("utf-8")))
FOUND = [
    licences.Entry(one.kind, one.name, LISTED.get(one.name, one.licence), one.remark, beside=True)
    if one in ABSENT
    else one
    for one in FOUND
]


def entry(licence: str, beside: bool) -> object:
    return licences.Entry("Packages", "one", licence, "", beside=beside)


def test_nothing_is_unknown_or_forbidden() -> None:
    bad = [f"{one.kind}: {one.name}: {one.licence}" for one in FOUND if not RULES.allows(one)]
    assert not bad, "look the licence up, then see tools/licences.toml"


def test_nothing_is_left_out() -> None:
    names = {(one.kind, one.name) for one in FOUND}
    kinds = ("Packages", licences.CLUSTER)
    for lock in LOCKS:
        assert set(licences.locked(lock)) <= {name for kind, name in names if kind in kinds}
    package = ROOT / "src" / "biaotu"
    shipped = {path.name for path in (package / "bundle").iterdir()} - {"manifest.json"}
    assert {("The model bundle", name) for name in shipped} <= names
    words = {path.name for path in (package / "text" / "lexicon_data").glob("*.txt")}
    assert words and {("Word lists", name) for name in words} <= names
    vendor = json.loads((package / "web" / "static" / "vendor" / "VENDOR.json").read_text("utf-8"))
    assert {("Libraries of the pages", one["name"]) for one in vendor["packages"]} <= names


def test_the_page_is_the_one_that_make_licences_writes() -> None:
    assert licences.PAGE.read_text("utf-8") == licences.page(FOUND), "run: make licences"


@pytest.mark.parametrize(
    ("licence", "inside", "beside"),
    [
        ("MIT", True, True),
        ("MIT OR GPL-3.0-only", True, True),
        ("MIT AND GPL-3.0-only", False, False),
        ("(MIT OR GPL-2.0-only) AND Apache-2.0", True, True),
        ("Apache-2.0 WITH LLVM-exception", True, True),
        ("LGPL-3.0-only", False, True),
        ("MPL-2.0 AND MIT", False, True),
        ("GPL-3.0-or-later", False, False),
        ("AGPL-3.0-only", False, False),
        ("CC-BY-NC-4.0", False, False),
        ("SSPL-1.0", False, False),
        ("LicenseRef-Proprietary", False, False),
        ("unknown: UNKNOWN", False, False),
        ("none stated", False, False),
        ("", False, False),
        ("MIT AND", False, False),
    ],
)
def test_what_may_be_used(licence: str, inside: bool, beside: bool) -> None:
    assert RULES.allows(entry(licence, beside=False)) is inside
    assert RULES.allows(entry(licence, beside=True)) is beside


def _installed(folder: Path, name: str, *lines: str) -> None:
    place = folder / f"{name}-1.0.dist-info"
    place.mkdir()
    head = ["Metadata-Version: 2.4", f"Name: {name}", "Version: 1.0", *lines]
    (place / "METADATA").write_text("\n".join(head) + "\n", encoding="utf-8")


def test_words_of_packages_are_understood_or_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    _installed(tmp_path, "one_a", "License-Expression: MIT OR Apache-2.0")
    _installed(tmp_path, "one_b", "License: Apache 2.0")
    _installed(tmp_path, "one_c", "Classifier: License :: OSI Approved :: MIT License")
    _installed(tmp_path, "one_d", "Classifier: License :: OSI Approved :: BSD License")
    _installed(tmp_path, "one_e", "License: ask us")
    _installed(tmp_path, "one_f", "License: GPL-3.0-only")
    found = {name: licences.of_package(name, RULES) for name in ("one_a", "one_b", "one_c", "one_d", "one_e", "one_f")}
    assert found["one_a"] == "MIT OR Apache-2.0" and found["one_b"] == "Apache-2.0" and found["one_c"] == "MIT"
    assert found["one_d"] == "unknown: BSD License" and found["one_e"] == "unknown: ask us"
    assert not any(RULES.allows(entry(found[name], beside=True)) for name in ("one_d", "one_e", "one_f"))
    assert not RULES.allows(entry(licences.of_package("nowhere-to-be-found", RULES), beside=True))


def test_our_own_findings_say_why_and_are_needed() -> None:
    locked = {name for lock in LOCKS for name in licences.locked(lock)}
    assert set(RULES.packages) <= locked, "no longer in use"
    assert all(said["because"] for said in [*RULES.packages.values(), *RULES.bundle.values(), *RULES.weights.values()])
