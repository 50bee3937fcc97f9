from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from biaotu.cli.main import cli
from biaotu.runtime import Manifest
from biaotu.runtime.bundle import Part


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    content = b"words"
    (tmp_path / "words.txt").write_bytes(content)
    manifest = Manifest(
        name="tiny",
        version="9",
        labels={"use": ["容器", "文具"]},
        settings={"threshold": {"容器": 0.5}},
        training={"seed": 7},
        scores={"labels": {"micro": {"f1": 0.875}}},
        files={"words.txt": Part(hashlib.sha256(content).hexdigest(), len(content), "word list", "CC0-1.0", "ours")},
    )
    (tmp_path / "manifest.json").write_text(json.dumps(manifest.to_dict()), encoding="utf-8")
    return tmp_path


def test_info_shows_what_the_bundle_holds(bundle: Path) -> None:
    result = CliRunner().invoke(cli, ["info", "--bundle", str(bundle)])
    assert result.exit_code == 0
    for part in ("tiny 9", "容器 文具", "seed: 7", "f1: 0.875", "words.txt", "licence: CC0-1.0", "source: ours"):
        assert part in result.stdout
    assert "verified" not in result.stdout
    assert "verified" in CliRunner().invoke(cli, ["info", "--verify", "--bundle", str(bundle)]).stdout


def test_info_as_json_is_the_manifest(bundle: Path) -> None:
    result = CliRunner().invoke(cli, ["info", "--json", "--bundle", str(bundle)])
    assert json.loads(result.stdout) == json.loads((bundle / "manifest.json").read_text(encoding="utf-8"))


def test_a_damaged_bundle_is_refused(bundle: Path) -> None:
    (bundle / "words.txt").write_bytes(b"other")
    result = CliRunner().invoke(cli, ["info", "--verify", "--bundle", str(bundle)])
    assert result.exit_code == 2
    assert "hash differs" in result.stderr
