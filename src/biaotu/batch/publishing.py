"""A whole export: records in, a file or folder out that is whole or not there, every failure written down."""

from __future__ import annotations

import secrets
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from biaotu.batch.drafts import MARK, Errors, check_old, cleared, settle
from biaotu.batch.journal import OutputError
from biaotu.batch.shots import Studio
from biaotu.errors import InputError, UsageError
from biaotu.export.exchange import Holding
from biaotu.export.meaning import meanings
from biaotu.export.packages import Exhibit, Form, Package, Target, WebSite, file_step, form_for, package_for
from biaotu.export.packages.losses import lost as lost_facts
from biaotu.records import Failure

if TYPE_CHECKING:
    from biaotu.batch.pointing import Pointer  # it brings the models with it

__all__ = ["MARK", "Order", "Published", "check_order", "publish"]


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
        keep_metadata: publish what cameras and programs wrote into the photos (place, time, owner).
    """

    format: str
    out: Path
    base: str = ""
    museum: str = ""
    tiles: bool = False
    force: bool = False
    keep_metadata: bool = False


@dataclass(frozen=True, slots=True)
class Published:
    """What an export wrote.

    Attributes:
        records: how many; nothing was written if there are none.
        photos: how many went along or were measured, each time that a record has them.
        failed: records and lines that are not in it.
        lost: photos that are not in it, or not as wanted.
        errors: the file that names them all, None if nothing failed.
        dropped: what the format has no place for (``FACTS``) -> how much of it there was.
        regions: parts of photos that speak for labels.
    """

    records: int
    photos: int
    failed: int
    lost: int
    errors: Path | None
    dropped: Mapping[str, int] = field(default_factory=dict)
    regions: int = 0


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
    if order.keep_metadata and order.format != "iiif":
        raise UsageError(
            "--keep-metadata goes with -f iiif: a bag keeps its photos whole, the others have none in them"
        )
    if not out.parent.is_dir():
        raise UsageError(f"{out.parent}: there is no such folder; make it first")
    if out.is_symlink() or out.exists():
        check_old(out, form, order.force)
    return form


def publish(
    exhibits: Iterable[Exhibit | Failure],
    order: Order,
    *,
    day: date,
    on_progress: Callable[[int, int], None] | None = None,
    pointer: Pointer | None = None,
) -> Published:
    """Export records; what cannot be exported is left out and named in ``OUT.errors.jsonl``.

    Args:
        exhibits: the records, and failures in the place of those that could not be read.
        order: what is wanted.
        day: the day of the export.
        on_progress: called after each record with the numbers of records seen and failed.
        pointer: finds the parts of the photos that speak for the labels; they are not looked for without one.

    Raises:
        UsageError: as ``check_order``, or if the extra ``formats`` is missing.
        OutputError: if the disk fails; an earlier export stays as it was.
    """
    form = check_order(order)
    draft = order.out.with_name(f".{order.out.name}.{secrets.token_hex(4)}.draft")
    errors = order.out.with_name(f"{order.out.name}.errors.jsonl")
    try:
        with cleared(draft), Errors(errors) as told:
            site = WebSite(order.base) if order.base else None
            target = Target(draft, order.out.suffix.lower(), site, order.museum, order.tiles, day)
            run = _Run(order, form, target, told, pointer)
            with closing(package_for(form)(target)) as package:
                for number, item in enumerate(exhibits, 1):
                    run.take(item, package)
                    if on_progress:
                        on_progress(number, run.failed)
                if run.records or not form.records:
                    package.finish()
                    settle(draft, order.out, form)
            told.settle()
    except OSError as error:
        place = f"{error.filename or order.out}: cannot be written ({error.strerror})"
        raise OutputError(f"{place}; nothing was exported, what was there stays") from error
    told_of = errors if told.count else None
    return Published(run.records, run.photos, run.failed, run.lost, told_of, run.dropped, run.regions)


class _Run:
    """Takes records one by one and counts."""

    def __init__(self, order: Order, form: Form, target: Target, errors: Errors, pointer: Pointer | None) -> None:
        self.records = self.photos = self.failed = self.lost = self.regions = 0
        self.dropped: Counter[str] = Counter()
        self._name = order.format
        self._form = form
        self._errors = errors
        self._studio = Studio(form, target.site, keep_metadata=order.keep_metadata)
        self._pointer = pointer
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
            # Read once for all that ask; a bag holds what came in.
            told = annotation if self._form.photos == "kept" else replace(annotation, normals=meanings(annotation))
            holding = Holding(told, photos, item.museum, confirmed=item.confirmed, links=item.links)
            if self._pointer is not None:
                holding = replace(holding, regions=self._pointer.regions(item, holding))
            wrong = package.add(holding, shots)
        except InputError as error:
            self._fail(Failure(item.source, error.reason, annotation.id))
            return
        self.records += 1
        self.photos += len(shots)
        self.regions += len(holding.regions)
        dropped = lost_facts(self._name, holding)
        if not annotation.normals:  # what was worked out here only is no loss
            dropped.pop("normals", None)
        self.dropped.update(dropped)
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
