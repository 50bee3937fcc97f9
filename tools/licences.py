"""List the licences of all that biaotu is made of and of all that is installed with it; refuse what is not allowed.

    python tools/licences.py          # writes docs/licences.md; exit status 1 names what is unknown or not allowed

The rules stand in ``licences.toml``. Packages are those of the lock files, read where they are installed; libraries of
the pages those of ``VENDOR.json``; parts of the bundle and word lists say their licence themselves.
"""

from __future__ import annotations

import json
import re
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import Any, Final, cast

from license_expression import AND, OR, ExpressionError, get_spdx_licensing  # type: ignore[import-untyped]

ROOT: Final = Path(__file__).resolve().parents[1]
PACKAGE: Final = ROOT / "src" / "biaotu"
PAGE: Final = ROOT / "docs" / "licences.md"
INTRO: Final = """# Licences

Made by `make licences` (`tools/licences.py`), which fails on a licence that `tools/licences.toml` does not allow. What
is part of this repository or of a page must be permissive; what pip installs beside it may also be LGPL or MPL. Strong
copyleft and unknown licences are refused. “plain” is `pip install biaotu`; “extras, tests” is what the extras and the
tests add.
"""
CLUSTER: Final = "Packages of the extra cluster"
UNKNOWN: Final = "not installed here, so unknown"
_LICENSING: Final = get_spdx_licensing()


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing with a licence.

    Attributes:
        kind: heading of its table.
        name: what it is.
        licence: an SPDX expression, or what was found instead of one.
        remark: for packages where it is used, else where the licence is known from.
        beside: whether pip installs it beside biaotu, so that more is allowed.
    """

    kind: str
    name: str
    licence: str
    remark: str
    beside: bool = False


class Rules:
    """What ``licences.toml`` says."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.permissive = frozenset(document["permissive"])
        self.beside = frozenset(document["beside"])
        self.words: dict[str, str] = document["words"]
        self.packages: dict[str, dict[str, str]] = document["packages"]
        self.bundle: dict[str, dict[str, str]] = document["bundle"]
        self.weights: dict[str, dict[str, str]] = document["weights"]

    def allows(self, entry: Entry) -> bool:
        """Whether something may be used: all of what an AND joins must be allowed, one of what an OR joins."""
        lawful = self.permissive | (self.beside if entry.beside else frozenset())
        try:
            parsed = _LICENSING.parse(entry.licence)
        except ExpressionError:
            return False
        return parsed is not None and _holds(parsed, lawful)

    def expression(self, found: str) -> str | None:
        """What a package's own words mean, as an SPDX expression; None if they mean nothing certain."""
        known = self.words.get(found.strip().lower())
        if known is not None:
            return known
        try:
            parsed = _LICENSING.parse(found, validate=True)
        except ExpressionError:
            return None
        return None if parsed is None else str(parsed)


def _holds(expression: Any, lawful: frozenset[str]) -> bool:
    if isinstance(expression, AND):
        return all(_holds(part, lawful) for part in expression.args)
    if isinstance(expression, OR):
        return any(_holds(part, lawful) for part in expression.args)
    return str(expression) in lawful


def rules() -> Rules:
    """The rules of this repository."""
    return Rules(tomllib.loads((ROOT / "tools" / "licences.toml").read_text(encoding="utf-8")))


def entries(by: Rules) -> list[Entry]:
    """Everything with a licence."""
    return [*_packages(by), *_cluster(by), *_pages(), *_bundle(by), *_weights(by), *_words(by)]


def locked(name: str) -> list[str]:
    """Names of the packages in a lock file."""
    text = (ROOT / "requirements" / name).read_text(encoding="utf-8")
    return sorted({found.lower() for found in re.findall(r"(?m)^([A-Za-z0-9._-]+)==", text)})


def of_package(name: str, by: Rules) -> str:
    """The licence of an installed package: our own finding, else its expression, field or classifiers."""
    if name in by.packages:
        return by.packages[name]["licence"]
    try:
        facts = cast(Message, metadata(name))
    except PackageNotFoundError:
        return UNKNOWN
    classifiers = [text.rsplit("::")[-1].strip() for text in facts.get_all("Classifier", []) if text[:7] == "License"]
    said = [facts.get("License-Expression"), facts.get("License"), *classifiers]
    for text in said:
        found = by.expression(text) if text else None
        if found is not None:
            return found
    return "unknown: " + "; ".join(text.split("\n")[0][:60] for text in said if text)


def _packages(by: Rules) -> Iterator[Entry]:
    plain = set(locked("serve.lock"))
    for name in sorted({*plain, *locked("test.lock"), *locked("build.lock")}):
        yield Entry("Packages", name, of_package(name, by), "plain" if name in plain else "extras, tests", beside=True)


def _cluster(by: Rules) -> Iterator[Entry]:
    """What the extra brings beyond the rest; installed by ``make test-cluster`` and ``make licences``."""
    others = {name for lock in ("serve.lock", "test.lock", "build.lock") for name in locked(lock)}
    for name in sorted(set(locked("cluster.lock")) - others):
        yield Entry(CLUSTER, name, of_package(name, by), "cluster", beside=True)


def _pages() -> Iterator[Entry]:
    vendor = json.loads((PACKAGE / "web" / "static" / "vendor" / "VENDOR.json").read_text(encoding="utf-8"))
    for one in vendor["packages"]:
        yield Entry("Libraries of the pages", one["name"], one["license"], "vendor/LICENSES.txt")


def _bundle(by: Rules) -> Iterator[Entry]:
    manifest = json.loads((PACKAGE / "bundle" / "manifest.json").read_text(encoding="utf-8"))
    for name, part in sorted(manifest["files"].items()):
        said = by.bundle.get(name)
        licence = re.split(r" \(|;", part["licence"])[0] if said is None else said["licence"]
        yield Entry("The model bundle", name, licence, part["source"] if said is None else said["because"])


def _weights(by: Rules) -> Iterator[Entry]:
    for name, said in by.weights.items():
        yield Entry("Weights inside packages", name, said["licence"], said["because"], beside=True)


def _words(by: Rules) -> Iterator[Entry]:
    for path in sorted((PACKAGE / "text" / "lexicon_data").glob("*.txt")):
        head = dict(re.findall(r"(?m)^# (\w+): (.+)$", path.read_text(encoding="utf-8")[:1000]))
        found = head.get("licence", "none stated")
        yield Entry("Word lists", path.name, by.expression(found) or found, head.get("source", "no source stated"))


def page(found: list[Entry]) -> str:
    """``docs/licences.md``."""
    parts = [INTRO]
    for kind in dict.fromkeys(entry.kind for entry in found):
        last = "used by" if kind in ("Packages", CLUSTER) else "known from"
        parts.append(f"\n## {kind}\n\n| name | licence | {last} |\n| --- | --- | --- |\n")
        parts += [f"| {one.name} | {one.licence} | {one.remark} |\n" for one in found if one.kind == kind]
    return "".join(parts)


def main() -> int:
    """Write the page, tell what is not allowed."""
    by = rules()
    found = entries(by)
    bad = [entry for entry in found if not by.allows(entry)]
    for entry in bad:
        sys.stderr.write(f"{entry.kind}: {entry.name}: {entry.licence}: not allowed by tools/licences.toml\n")
    PAGE.write_text(page(found), encoding="utf-8")
    sys.stdout.write(f"{len(found)} licences, {len(bad)} not allowed; written to {PAGE.relative_to(ROOT)}\n")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
