"""What every output format has in common: an entry goes in, a file comes out, in constant memory.

Formats are found by the suffix of the output file in one visible table; a format's library is imported only when asked
for.
"""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as default
from importlib import import_module
from pathlib import Path
from typing import Final, Protocol, Self, cast

from biaotu.errors import UsageError
from biaotu.records import Annotation, Failure

WRITERS: Final = {
    ".jsonl": "biaotu.export.jsonl:JsonLinesWriter",
    ".csv": "biaotu.export.tables:CsvWriter",
    ".xlsx": "biaotu.export.tables:XlsxWriter",
    ".html": "biaotu.export.html:HtmlWriter",
    ".parquet": "biaotu.export.parquet:ParquetWriter",
}

MAX_EXTRA_COLUMNS: Final = 200
"""A stream of records may bring ever new keys; past this many they share one column."""

MAX_LISTED_FAILURES: Final = 200


@dataclass(frozen=True, slots=True)
class Entry:
    """One annotated record and the folder its photos are relative to."""

    annotation: Annotation
    image_root: Path = default(default_factory=Path)


@dataclass(frozen=True, slots=True)
class Overview:
    """What a writer must know before its first entry: counts for a page's head, columns for a table's.

    ``extra_columns`` are the users' own columns, in the order they were met; ``failures`` are the first ones only;
    ``inscribed`` says whether words on photos were looked for.
    """

    records: int = 0
    warned: int = 0
    failed: int = 0
    model_name: str = ""
    model_version: str = ""
    extra_columns: tuple[str, ...] = ()
    more_extra: bool = False
    failures: tuple[Failure, ...] = ()
    inscribed: bool = False


class Survey:
    """Counts entries and failures, one by one, into an ``Overview``."""

    def __init__(self) -> None:
        self._records = self._warned = self._failed = 0
        self._model = ("", "")
        self._columns: dict[str, None] = {}
        self._more = False
        self._inscribed = False
        self._failures: list[Failure] = []

    def add(self, annotation: Annotation) -> None:
        """Count one annotation."""
        self._records += 1
        self._warned += bool(annotation.warnings)
        self._model = (annotation.model_name, annotation.model_version)
        self._inscribed |= annotation.ocr is not None
        for key in annotation.extra:
            if key not in self._columns:
                if len(self._columns) < MAX_EXTRA_COLUMNS:
                    self._columns[key] = None
                else:
                    self._more = True

    def add_failure(self, failure: Failure) -> None:
        """Count one failure; the first ``MAX_LISTED_FAILURES`` are kept to be shown."""
        self._failed += 1
        if len(self._failures) < MAX_LISTED_FAILURES:
            self._failures.append(failure)

    def overview(self) -> Overview:
        """What was counted so far."""
        return Overview(
            records=self._records,
            warned=self._warned,
            failed=self._failed,
            model_name=self._model[0],
            model_version=self._model[1],
            extra_columns=tuple(self._columns),
            more_extra=self._more,
            failures=tuple(self._failures),
            inscribed=self._inscribed,
        )


class Writer(Protocol):
    """Writes entries to one file; a context manager whose exit completes the file."""

    def __init__(self, path: Path, overview: Overview) -> None: ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *exc: object) -> None: ...

    def write(self, entry: Entry) -> None:
        """Write one entry."""


def writer_for(out: Path) -> type[Writer]:
    """The writer class for a file's suffix.

    Raises:
        UsageError: if no format goes by that suffix, naming those that are known.
    """
    place = WRITERS.get(out.suffix.lower())
    if place is None:
        ending = f"the suffix {out.suffix!r}" if out.suffix else "no suffix"
        raise UsageError(f"{out}: {ending} names no output format; use one of {' '.join(WRITERS)}")
    module, _, name = place.partition(":")
    return cast("type[Writer]", getattr(import_module(module), name))
