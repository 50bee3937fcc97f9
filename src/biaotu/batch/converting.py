"""Other systems' files made into lists that biaotu reads: gold records in the corpus format, or plain records."""

from __future__ import annotations

import json
import secrets
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

from biaotu.batch.journal import OutputError
from biaotu.batch.leftovers import left_behind
from biaotu.batch.resume import failure_line
from biaotu.errors import InputError, UsageError
from biaotu.export.corpus import corpus_line
from biaotu.export.jsonl import encode
from biaotu.records import Failure, Record, Source, read_records, readable
from biaotu.records.gold import GoldRecord
from biaotu.records.headers import role_of
from biaotu.records.interchange import census_record, read_conll, read_doccano, read_label_studio, read_manifest
from biaotu.records.interchange.census import Given
from biaotu.records.interchange.iiif import RECORD_FILE
from biaotu.records.interchange.offsets import Units

Kind = Literal["label-studio", "doccano", "conll", "iiif", "census"]

KINDS: Final[tuple[Kind, ...]] = ("label-studio", "doccano", "conll", "iiif", "census")
ITEMS_KEY: Final = "普查十四项"
"""Key under which what was read of the census's items stands beside the museum's own columns."""

_MANIFESTS: Final = ("Manifest", "sc:Manifest")
_GREATEST: Final = 10**15
"""Larger numbers in a cell are no count and no weight."""


@dataclass(frozen=True, slots=True)
class Converted:
    """What a conversion wrote.

    Attributes:
        records: lines in the output; nothing was written if there are none.
        failed: rows, files or records that are not in it.
        unknown: item of the census -> how many cells are not in its code table; they stand in the output as they are.
        passed_over: JSON files of a folder that are no manifests.
        errors: the file that names what failed, None if nothing did.
        left: what the input has that a list of ours does not hold -> how many of each.
    """

    records: int
    failed: int
    unknown: Mapping[str, int]
    passed_over: int
    errors: Path | None
    left: Mapping[str, int] = field(default_factory=dict)


def check_conversion(kind: Kind, out: Path, *, force: bool = False) -> None:
    """See that the output can be written; writes nothing.

    Raises:
        UsageError: if the ending is not ``.jsonl``, the folder is missing, or the file exists and may not be replaced.
    """
    if kind not in KINDS:
        raise UsageError(f"the format {kind!r} is not read; use one of {' '.join(KINDS)}")
    if out.suffix.lower() != ".jsonl":
        raise UsageError(f"{out}: a list is written as JSON Lines; name it .jsonl")
    if not out.parent.is_dir():
        raise UsageError(f"{out.parent}: there is no such folder; make it first")
    if out.is_dir() or (out.exists() and not force):
        raise UsageError(f"{out}: exists already; name another, or write it anew with --force")


def convert(
    source: Path,
    kind: Kind,
    out: Path,
    *,
    units: Units = "utf-16",
    sheet: str | None = None,
    force: bool = False,
) -> Converted:
    """Read another system's file and write it as a list of ours.

    Args:
        source: the file; for ``iiif`` also a folder of manifests.
        kind: what it is.
        out: the ``.jsonl`` file; the corpus format for annotated texts, plain records for ``iiif`` and ``census``.
        units: what doccano's offsets count.
        sheet: of a census workbook; the first by default.
        force: write an existing file anew.

    Raises:
        UsageError: as ``check_conversion``, or if there is no such input.
        InputError: if an annotated text is wrong, naming file and row: a yardstick has no holes.
        OutputError: if the disk fails; what was there stays.
    """
    check_conversion(kind, out, force=force)
    if not source.exists():
        raise UsageError(f"{source}: there is no such file or folder")
    run = _Run()
    draft, errors_draft = (out.with_name(f".{out.name}.{secrets.token_hex(4)}.{end}") for end in ("draft", "errors"))
    errors = out.with_name(f"{out.name}.errors.jsonl")
    try:
        with draft.open("xb") as file, errors_draft.open("xb") as error_file:
            for line in run.lines(source, kind, units, sheet):
                if isinstance(line, Failure):
                    error_file.write(failure_line(line))
                    run.failed += 1
                else:
                    file.write(encode(line))
                    run.records += 1
        if run.records:
            draft.replace(out)
        if run.failed:
            errors_draft.replace(errors)
        else:
            errors.unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(f"{error.filename or out}: {error.strerror}; nothing was written") from error
    finally:
        for path in (draft, errors_draft):
            with suppress(OSError):
                path.unlink(missing_ok=True)
    told = errors if run.failed else None
    return Converted(run.records, run.failed, run.unknown, run.passed_over, told, run.left)


class _Run:
    """Reads the input and counts."""

    def __init__(self) -> None:
        self.records = self.failed = self.passed_over = 0
        self.unknown: dict[str, int] = {}
        self.left: Counter[str] = Counter()

    def lines(self, source: Path, kind: Kind, units: Units, sheet: str | None) -> Iterator[Mapping[str, Any] | Failure]:
        """The lines of the output, a failure in the place of what could not become one."""
        if source.is_file():
            self.left.update(left_behind(kind, source))
        if kind == "iiif":
            yield from self._manifests(source)
        elif kind == "census":
            yield from self._census(source, sheet)
        elif kind == "label-studio":
            yield from _gold(read_label_studio(source))
        elif kind == "doccano":
            yield from _gold(read_doccano(source, units))
        else:
            yield from _gold(read_conll(source))

    def _manifests(self, source: Path) -> Iterator[Mapping[str, Any] | Failure]:
        whole = source.is_dir()
        for path in sorted(source.rglob("*.json")) if whole else [source]:
            if whole and path.name == RECORD_FILE and path.with_name("manifest.json").is_file():
                continue  # it is read with its manifest
            if whole and not _is_manifest(path):
                self.passed_over += 1
                continue
            try:
                line = record_line(read_manifest(path))
                if whole:
                    self.left.update(left_behind("iiif", path))
                yield line
            except InputError as error:
                yield Failure(Source(str(path)), error.reason)
            except (AttributeError, TypeError) as error:  # a manifest that only claims to be of ours
                yield Failure(Source(str(path)), f"its {RECORD_FILE} is not what biaotu writes ({error!r})")

    def _census(self, source: Path, sheet: str | None) -> Iterator[Mapping[str, Any] | Failure]:
        for item in read_records(source, sheet=sheet):
            if isinstance(item, Failure):
                yield item
                continue
            found = census_record(item)
            for name in found.unknown:
                self.unknown[name] = self.unknown.get(name, 0) + 1
            line = record_line(item)
            read = {name: _given(given) for name, given in found.given.items()}
            yield {**line, ITEMS_KEY: line.get(ITEMS_KEY, {name: value for name, value in read.items() if value})}


def record_line(record: Record) -> dict[str, Any]:
    """One line of a plain list; ``read_records`` reads back the same record.

    A column of another system that would be read as one of the record's own parts gets the mark ``原字段：``.
    """
    extra = {f"原字段：{name}" if role_of(name) else name: value for name, value in record.extra.items()}
    return {
        "id": record.id,
        "title": record.title,
        "description": record.description,
        "images": [readable(name) for name in record.images],
        **extra,
    }


def _gold(records: Iterable[GoldRecord]) -> Iterator[Mapping[str, Any] | Failure]:
    for gold in records:
        try:
            yield corpus_line(gold)
        except InputError as error:
            yield Failure(gold.record.source or Source(""), error.reason, gold.record.id)


def _is_manifest(path: Path) -> bool:
    """Whether a JSON file of a folder is to be read; a broken one is, so that it is told."""
    try:
        document = json.loads(path.read_bytes())
    except (ValueError, RecursionError, OSError):
        return True
    return isinstance(document, dict) and (document.get("type") or document.get("@type")) in _MANIFESTS


def _given(given: Given) -> dict[str, Any]:
    """What was read of a cell beyond its text: the code table's entry, a number, a date."""
    found: dict[str, Any] = {}
    if given.term is not None:
        found["code"] = given.term.id
        found["name"] = given.term.zh
    if given.number is not None and given.number < _GREATEST:
        number = given.number
        found["number"] = int(number) if number == number.to_integral_value() else float(number)
    if given.date is not None:
        found["date"] = given.date
    return found
