"""An export in the making: under another name beside its place, put there when it is whole."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from biaotu.batch.resume import failure_line
from biaotu.errors import UsageError
from biaotu.export.packages import Form
from biaotu.records import Failure

MARK: Final = ".biaotu-export"
"""A file in every exported folder; only a folder that has it is ever replaced."""


class Errors:
    """The error file in the making."""

    def __init__(self, path: Path) -> None:
        self.count = 0
        self._path = path
        self._draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}.draft")

    def __enter__(self) -> Errors:
        self._file = self._draft.open("xb")
        return self

    def __exit__(self, *exc: object) -> None:
        self._file.close()
        with suppress(OSError):
            self._draft.unlink(missing_ok=True)

    def add(self, failure: Failure) -> None:
        """Write a failure down."""
        self._file.write(failure_line(failure))
        self.count += 1

    def settle(self) -> None:
        """Put the file in its place; without failures there is none."""
        self._file.close()
        if self.count:
            self._draft.replace(self._path)
        else:
            self._path.unlink(missing_ok=True)


def check_old(out: Path, form: Form, force: bool) -> None:
    """Refuse what is there already, unless it is an earlier export and may be replaced.

    Raises:
        UsageError: saying what is there.
    """
    if not force:
        raise UsageError(f"{out}: exists already; name another, or write it anew with --force")
    if out.is_symlink():
        raise UsageError(f"{out}: is a link; name the place itself")
    if not form.folder:
        if out.is_dir():
            raise UsageError(f"{out}: is a folder; name a file to write")
    elif not out.is_dir():
        raise UsageError(f"{out}: is a file; name a folder to write")
    elif not (out / MARK).is_file() and any(out.iterdir()):
        raise UsageError(f"{out}: is no folder that biaotu export made, so it is not replaced; name a new one")


def settle(draft: Path, out: Path, form: Form) -> None:
    """Put the draft in its place; an older folder goes when the new one stands."""
    if not form.folder:
        draft.replace(out)
        return
    (draft / MARK).write_text("This folder was made by biaotu export; --force replaces it whole.\n", encoding="utf-8")
    old = draft.with_suffix(".old")
    if out.exists():
        out.rename(old)
    try:
        draft.rename(out)
    except OSError:
        if old.exists():
            old.rename(out)
        raise
    shutil.rmtree(old, ignore_errors=True)


@contextmanager
def cleared(draft: Path) -> Iterator[None]:
    """Whatever happens, no draft is left."""
    try:
        yield
    finally:
        if draft.is_dir():
            shutil.rmtree(draft, ignore_errors=True)
        else:
            with suppress(OSError):
                draft.unlink(missing_ok=True)
