"""The package as it stood at another commit, unpacked into a folder, so that old and new code run side by side."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tarfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def sources(commit: str | None, folder: Path) -> Path:
    """The folder to import ``biaotu`` from: this tree's for None, else that of a commit, unpacked into ``folder``."""
    if commit is None:
        return ROOT / "src"
    archive = subprocess.run(["git", "archive", commit, "src"], cwd=ROOT, check=True, capture_output=True)
    with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as files:
        files.extractall(folder, filter="data")
    return folder / "src"


def command(source: Path, *arguments: str) -> tuple[list[str], dict[str, str]]:
    """The command ``biaotu`` of a source folder, and the environment to run it in."""
    program = [sys.executable, "-c", "from biaotu.cli.main import main; main()", *arguments]
    return program, {**os.environ, "PYTHONPATH": str(source)}
