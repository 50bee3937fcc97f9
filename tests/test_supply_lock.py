"""The lock files hold everything that is installed, by hash, for what pyproject.toml says now."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "requirements"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
EXTRAS: dict[str, list[str]] = PROJECT["optional-dependencies"]
LOCKS = sorted(path.name for path in FOLDER.glob("*.lock"))
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")

# A package may stand there twice, each time for other Pythons.
Pins = dict[str, list[Requirement]]


def entries(name: str) -> list[str]:
    """Each requirement with its hashes, as one line."""
    text = (FOLDER / name).read_text("utf-8").replace("\\\n", " ")
    return [line for line in text.splitlines() if line.strip() and not line.startswith("#")]


def pins(name: str) -> Pins:
    found: Pins = {}
    for line in entries(name):
        requirement = Requirement(HASH.sub("", line))
        found.setdefault(canonicalize_name(requirement.name), []).append(requirement)
    return found


def version(requirement: Requirement) -> Version:
    (specifier,) = requirement.specifier
    assert specifier.operator == "=="
    return Version(specifier.version)


def missing(wanted: list[str], locked: Pins) -> list[str]:
    """Requirements that no pin fulfils."""
    found = []
    for text in wanted:
        requirement = Requirement(text)
        here = locked.get(canonicalize_name(requirement.name), [])
        if not here or not all(version(pin) in requirement.specifier for pin in here):
            found.append(text)
    return found


@pytest.mark.parametrize("name", LOCKS)
def test_every_package_is_pinned_and_hashed(name: str) -> None:
    lines = entries(name)
    assert lines
    for line in lines:
        assert HASH.search(line), f"{name}: no hash: {line}"
        version(Requirement(HASH.sub("", line)))


@pytest.mark.parametrize("path", sorted(FOLDER.iterdir()), ids=lambda path: str(path.name))
def test_no_index_and_no_place_of_a_machine_is_named(path: Path) -> None:
    text = path.read_text("utf-8")
    assert not re.search(r"://|--index|--extra-index|--find-links|--trusted|(^|\s)/\w|@ ", text)


def test_the_plain_install_is_locked_as_pyproject_says() -> None:
    assert missing(PROJECT["dependencies"], pins("serve.lock")) == [], "run: make lock"


def test_what_the_tests_need_is_locked_as_pyproject_says() -> None:
    wanted = [*PROJECT["dependencies"], *(text for name in ("train", "dev", "formats") for text in EXTRAS[name])]
    wanted += [line for line in (FOLDER / "test.in").read_text("utf-8").splitlines() if not line.startswith("#")]
    assert missing(wanted, pins("test.lock")) == [], "run: make lock"


def test_what_the_cluster_needs_is_locked_in_the_same_versions() -> None:
    locked, tested = pins("cluster.lock"), pins("test.lock")
    assert missing(EXTRAS["cluster"], locked) == [], "run: make lock"
    shared = locked.keys() & tested.keys()
    assert shared
    for name in shared:
        assert {version(pin) for pin in locked[name]} == {version(pin) for pin in tested[name]}


def test_tests_run_with_what_a_plain_install_has() -> None:
    plain, all_of_it = pins("serve.lock"), pins("test.lock")
    assert {name: [version(pin) for pin in here] for name, here in plain.items()} == {
        name: [version(pin) for pin in all_of_it[name]] for name in plain
    }
    for name, here in pins("build.lock").items():
        assert [version(pin) for pin in here] == [version(pin) for pin in all_of_it.get(name, here)]


def test_the_smaller_torch_is_the_same_one() -> None:
    small, large = (version(pins(name)["torch"][0]) for name in ("torch-cpu.lock", "test.lock"))
    assert small.public == large.public and small.local == "cpu"
    told = tomllib.loads((FOLDER / "uv.toml").read_text("utf-8"))["dependency-metadata"]
    assert [one["version"] for one in told if one["name"] == "torch"] == [large.public]
    assert f"torch=={large.public}" in (FOLDER / "test.in").read_text("utf-8")


def test_plain_installs_need_no_training_and_no_test_tool() -> None:
    assert not {"torch", "transformers", "scipy", "scikit-learn", "pytest", "cryptography"} & set(pins("serve.lock"))


def test_the_makefile_installs_by_hash_alone() -> None:
    text = (ROOT / "Makefile").read_text("utf-8")
    assert "--no-deps --no-build-isolation --require-hashes" in text
    for name in LOCKS:
        assert f"requirements/{name}" in text
