"""A whole export: records in, a file or folder out that is whole or not there, every failure written down."""

from __future__ import annotations

import secrets
import shutil
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from biaotu.batch.journal import OutputError
from biaotu.batch.resume import failure_line
from biaotu.batch.shots import Studio
from biaotu.errors import InputError, UsageError
from biaotu.export.exchange import Holding
from biaotu.export.packages import Exhibit, Form, Package, Target, WebSite, file_step, form_for, package_for
from biaotu.records import Failure

MARK: Final = ".biaotu-export"
"""A file in every exported folder; only a folder that has it is ever replaced."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be exported, and how.

    Attributes:
        format: its name in ``FORMS``.
        out: the file or folder.
        base: the address under which it will be published; empty for formats without addresses.
        museum: what the whole is called after.
        tiles: cut photos into IIIF tiles.
        force: replace an earlier export.
    """

    format: str
    out: Path
    base: str = ""
    museum: str = ""
    tiles: bool = False
    force: bool = False


@dataclass(frozen=True, slots=True)
class Published:
    """What an export wrote.

    Attributes:
        records: how many; nothing was written if there are none.
        photos: how many went along or were measured, each time that a record has them.
        failed: records and lines that are not in it.
        lost: photos that are not in it, or not as wanted.
        errors: the file that names them all, None if nothing failed.
    """

    records: int
    photos: int
    failed: int
    lost: int
    errors: Path | None


def check_order(order: Order) -> Form:
    """See that an export can be written; writes nothing.

    Raises:
        UsageError: if format, ending, base or place will not do, or something is there already.
    """
    form = form_for(order.format, order.out)
    out = order.out
    if form.addresses:
        if not order.base:
            raise UsageError(f"{order.format} names things by addresses; give --base with the address of your site")
        WebSite(order.base)
    elif order.base:
        raise UsageError(f"{order.format} has no addresses in it; leave --base out")
    if order.tiles and order.format != "iiif":
        raise UsageError("--tiles goes with -f iiif")
    if not out.parent.is_dir():
        raise UsageError(f"{out.parent}: there is no such folder; make it first")
    if out.is_symlink() or out.exists():
        _check_old(out, form, order.force)
    return form


def publish(
    exhibits: Iterable[Exhibit | Failure],
    order: Order,
    *,
    day: date,
    on_progress: Callable[[int, int], None] | None = None,
) -> Published:
    """Export records; what cannot be exported is left out and named in ``OUT.errors.jsonl``.

    Args:
        exhibits: the records, and failures in the place of those that could not be read.
        order: what is wanted.
        day: the day of the export.
        on_progress: called after each record with the numbers of records seen and failed.

    Raises:
        UsageError: as ``check_order``, or if the extra ``formats`` is missing.
        OutputError: if the disk fails; an earlier export stays as it was.
    """
    form = check_order(order)
    draft = order.out.with_name(f".{order.out.name}.{secrets.token_hex(4)}.draft")
    errors = order.out.with_name(f"{order.out.name}.errors.jsonl")
    try:
        with _cleared(draft), _Errors(errors) as told:
            site = WebSite(order.base) if order.base else None
            target = Target(draft, order.out.suffix.lower(), site, order.museum, order.tiles, day)
            run = _Run(form, target, told)
            with closing(package_for(form)(target)) as package:
                for number, item in enumerate(exhibits, 1):
                    run.take(item, package)
                    if on_progress:
                        on_progress(number, run.failed)
                if run.records or not form.records:
                    package.finish()
                    _settle(draft, order.out, form)
            told.settle()
    except OSError as error:
        place = f"{error.filename or order.out}: cannot be written ({error.strerror})"
        raise OutputError(f"{place}; nothing was exported, what was there stays") from error
    return Published(run.records, run.photos, run.failed, run.lost, errors if told.count else None)


class _Errors:
    """The error file in the making."""

    def __init__(self, path: Path) -> None:
        self.count = 0
        self._path = path
        self._draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}.draft")

    def __enter__(self) -> _Errors:
        self._file = self._draft.open("xb")
        return self

    def __exit__(self, *exc: object) -> None:
        self._file.close()
        with suppress(OSError):
            self._draft.unlink(missing_ok=True)

    def add(self, failure: Failure) -> None:
        self._file.write(failure_line(failure))
        self.count += 1

    def settle(self) -> None:
        """Put the file in its place; without failures there is none."""
        self._file.close()
        if self.count:
            self._draft.replace(self._path)
        else:
            self._path.unlink(missing_ok=True)


class _Run:
    """Takes records one by one and counts."""

    def __init__(self, form: Form, target: Target, errors: _Errors) -> None:
        self.records = self.photos = self.failed = self.lost = 0
        self._form = form
        self._errors = errors
        self._studio = Studio(form, target.site)
        self._seen: set[str] = set()

    def take(self, item: Exhibit | Failure, package: Package) -> None:
        """Export one record, or write down why not."""
        if isinstance(item, Failure):
            self._fail(item)
            return
        annotation = item.annotation
        try:
            self._apart(annotation.id)
            shots, lost = self._studio.shots(item)
            photos = tuple(shot.photo for shot in shots)
            holding = Holding(annotation, photos, item.museum, confirmed=item.confirmed)
            wrong = package.add(holding, shots)
        except InputError as error:
            self._fail(Failure(item.source, error.reason, annotation.id))
            return
        self.records += 1
        self.photos += len(shots)
        for name, reason in lost:
            self._lose(item, f"photo {name}: {reason}", name)
        for reason in wrong:
            self._lose(item, reason, None)

    def _apart(self, number: str) -> None:
        """See that a number has not come before where it makes an address."""
        if not self._form.addresses:
            return
        same = unicodedata.normalize("NFC", file_step(number)).casefold()
        if same in self._seen:
            raise InputError(f"the number {number} came before (upper and lower case are one); give it one of its own")
        self._seen.add(same)

    def _fail(self, failure: Failure) -> None:
        self._errors.add(failure)
        self.failed += 1

    def _lose(self, item: Exhibit, reason: str, raw: str | None) -> None:
        self._errors.add(Failure(item.source, reason, item.annotation.id, raw))
        self.lost += 1


def _check_old(out: Path, form: Form, force: bool) -> None:
    """Refuse what is there already, unless it is an earlier export and may be replaced."""
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


def _settle(draft: Path, out: Path, form: Form) -> None:
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
def _cleared(draft: Path) -> Iterator[None]:
    """Whatever happens, no draft is left."""
    try:
        yield
    finally:
        if draft.is_dir():
            shutil.rmtree(draft, ignore_errors=True)
        else:
            with suppress(OSError):
                draft.unlink(missing_ok=True)
