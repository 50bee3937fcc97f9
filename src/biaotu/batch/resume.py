"""Going on after a stop: the journal is laid beside the input, and what it already holds is not done again.

Annotations are written in the order of the input, so the journal is the input's beginning less its failures. A record
is known as done by its row and its id and its text, so ids that stand twice do no harm; if anything does not fit, the
input is not the one the journal was made from, and going on would mix two runs.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Any

from biaotu.batch.journal import Journal, OutputError, read_lines
from biaotu.errors import UsageError
from biaotu.export.jsonl import encode
from biaotu.records import Annotation, Failure, Record, Source

Item = Record | Failure
Key = tuple[str, int | None, str | None]

_ANEW = "--force begins anew"


def journal_line(annotation: Annotation, record: Record, *, wrapped: bool) -> bytes:
    """One line of the journal; wrapped with what a later page needs and an annotation does not hold."""
    document = annotation.to_dict()
    if not wrapped:
        return encode(document)
    row = record.source.row if record.source else None
    return encode({"row": row, "image_root": str(record.image_root.absolute()), "annotation": document})


def answer_line(item: Item, answer: Annotation | Failure, *, wrapped: bool) -> bytes | Failure:
    """The journal's line of an annotation, or the failure that the error file gets.

    Raises:
        TypeError: if the annotator answered a failure with an annotation.
    """
    if isinstance(answer, Failure):
        return answer
    if not isinstance(item, Record):
        raise TypeError(f"the annotator answered a failure with an annotation (id {answer.id!r})")
    try:
        return journal_line(answer, item, wrapped=wrapped)
    except (TypeError, ValueError, RecursionError) as error:
        return unwritable(item, error)


def unwritable(record: Record, error: Exception) -> Failure:
    """A value of the user's own that no JSON holds: the record fails by name, the run goes on."""
    reason = f"the annotation cannot be written as JSON ({error})"
    return Failure(record.source or Source("", None), reason, record.id)


def failure_line(failure: Failure) -> bytes:
    """One line of the error file."""
    return encode(
        {
            "file": failure.source.file,
            "row": failure.source.row,
            "id": failure.id,
            "reason": failure.reason,
            "raw": failure.raw,
        }
    )


def read_failures(path: Path) -> Iterator[Failure]:
    """The failures of an error file.

    Raises:
        UsageError: if the file was not written by biaotu.
    """
    for document in read_lines(path):
        try:
            source = Source(document["file"], document["row"])
            yield Failure(source, document["reason"], document["id"], document["raw"])
        except KeyError as error:
            raise UsageError(f"{path} is not an error file of biaotu's ({error} is missing); {_ANEW}") from error


def keep_settings(path: Path, settings: Mapping[str, Any]) -> None:
    """Remember the run's options until it is complete.

    Raises:
        OutputError: if they cannot be written.
    """
    try:
        # A name that is no UTF-8 on disk has half surrogates here; a backslash escape of them is JSON's own.
        text = json.dumps(settings, ensure_ascii=False, indent=1) + "\n"
        path.write_text(text, encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise OutputError(f"{path} cannot be written ({error.strerror})") from error


def compare_settings(path: Path, settings: Mapping[str, Any]) -> None:
    """See that a run goes on with the options it began with; nothing to compare if it was complete.

    Raises:
        UsageError: naming each option that changed, with its old and its new value.
    """
    try:
        old = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError, RecursionError):
        return  # complete, or killed while this very file was written: the journal is still compared line by line
    new = json.loads(json.dumps(settings))
    if not isinstance(old, dict) or old == new:
        return
    changed = [
        f"{name} was {old.get(name)!r} and is {new.get(name)!r}"
        for name in sorted(old.keys() | new.keys())
        if old.get(name) != new.get(name)
    ]
    raise UsageError(f"this run began with other options ({'; '.join(changed)}); give the same ones, or {_ANEW}")


class Replay:
    """Walks the input along the journal.

    After ``rest`` has returned, ``done``, ``failed`` and ``warned`` count what the earlier run settled.
    """

    def __init__(self, journal: Path, errors: Path, *, wrapped: bool) -> None:
        self.done = self.failed = self.warned = 0
        self._journal = journal
        self._errors = errors
        self._wrapped = wrapped

    def rest(self, items: Iterator[Item], error_file: Journal) -> Iterator[Item]:
        """What is still to do; a failure of the input that the error file lost is written to it again.

        Raises:
            UsageError: if the journal does not fit the input.
        """
        failed = {_key(failure.source, failure.id) for failure in read_failures(self._errors)}
        lines = enumerate(read_lines(self._journal), 1)
        number, line = next(lines, (0, None))
        for item in items:
            if _item_key(item) in failed:
                self.failed += 1
            elif isinstance(item, Failure):
                if line is None:
                    return chain([item], items)
                error_file.append(failure_line(item))
                self.failed += 1
            elif line is None:
                return chain([item], items)
            else:
                self._settle(line, number, item)
                number, line = next(lines, (0, None))
        if line is not None:
            raise UsageError(
                f"{self._journal}, line {number}: the input ends before this record, by itself or by --limit; "
                f"if it has changed since, {_ANEW}"
            )
        return iter(())

    def _settle(self, line: Mapping[str, Any], number: int, record: Record) -> None:
        document = line.get("annotation") if self._wrapped else line
        row = record.source.row if record.source else None
        fits = (
            isinstance(document, Mapping)
            and all(document.get(name) == getattr(record, name) for name in ("id", "title", "description"))
            and (not self._wrapped or line.get("row") == row)
        )
        if not fits or not isinstance(document, Mapping):
            place = f"row {row}" if row is not None else "the next record"
            raise UsageError(
                f"{self._journal}, line {number}: does not fit {place} (id {record.id!r}) of the input, which has "
                f"changed since; {_ANEW}"
            )
        self.done += 1
        self.warned += bool(document.get("warnings"))


def _key(source: Source | None, record_id: str | None) -> Key:
    # The file's own name only: the same input may be named by another path when the run goes on.
    return (Path(source.file).name if source else "", source.row if source else None, record_id)


def _item_key(item: Item) -> Key:
    return _key(item.source, item.id)
