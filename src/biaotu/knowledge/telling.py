"""Relics to be told of, out of the store or a file of annotations."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

from biaotu.batch.annotated import read_annotations
from biaotu.errors import InputError, NotFound, UsageError
from biaotu.intake.exporting import views
from biaotu.interpret import Subject
from biaotu.records import Failure
from biaotu.review import State
from biaotu.store import Unit


def stored_subject(unit: Unit, record_id: int) -> Subject:
    """A record of the store as it stands.

    Raises:
        NotFound: if there is none.
    """
    return Subject.of_view(unit.decisions.view(record_id))


def numbered_subject(unit: Unit, number: str, museum: str = "") -> Subject:
    """The record of a museum's number.

    Args:
        unit: a reading of the store.
        number: the number.
        museum: whose number it is; needed only if several museums have it.

    Raises:
        NotFound: if no museum has it.
        UsageError: if several have it and none is named.
    """
    museums = [museum] if museum else unit.records.museums()
    found = {name: record for name in museums if (record := unit.records.find(name, [number]).get(number))}
    if not found:
        raise NotFound(f"there is no record {number!r}" + (f" of {museum}" if museum else " in the store"))
    if len(found) > 1:
        raise UsageError(f"several museums have a record {number}: {', '.join(found)}; name one with --museum")
    return stored_subject(unit, next(iter(found.values())).id)


def stored_subjects(unit: Unit, states: Collection[State], museum: str = "") -> Iterator[Subject]:
    """The records in some states, as they stand; only those of one museum if it is named."""
    for view in views(unit, states):
        if not museum or view.facts.museum == museum:
            yield Subject.of_view(view)


def file_subjects(path: Path, museum: str = "") -> Iterator[Subject | Failure]:
    """The relics of a file of annotations; a failure in the place of a line that is none.

    Args:
        path: JSON Lines of ``biaotu annotate``.
        museum: who holds the records whose own column 收藏单位 does not say.

    Raises:
        UsageError: if the file has another ending.
        InputError: if it cannot be read.
    """
    for item in read_annotations(path, museum=museum):
        yield item if isinstance(item, Failure) else Subject.of_annotation(item.annotation, item.museum)


def file_subject(path: Path, number: str) -> Subject:
    """The relic of a number in a file of annotations.

    Raises:
        InputError: if no line has it, or several: which of them is meant cannot be told.
        UsageError: if the file has another ending.
    """
    found = [item for item in file_subjects(path) if isinstance(item, Subject) and item.id == number]
    if not found:
        raise InputError(f"no record has the number {number!r}", file=str(path))
    if len(found) > 1:
        raise InputError(f"{len(found)} records have the number {number!r}; give each its own", file=str(path))
    return found[0]
