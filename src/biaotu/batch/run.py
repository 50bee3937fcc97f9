"""The batch run: records in, annotations to a journal, the output made from it, every failure written down."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, Literal, Protocol

from biaotu.batch.journal import Journal, OutputError, mend, read_lines, refuse_if_written
from biaotu.batch.places import Places, check_output
from biaotu.batch.resume import (
    Item,
    Replay,
    answer_line,
    compare_settings,
    failure_line,
    keep_settings,
    read_failures,
)
from biaotu.errors import UsageError
from biaotu.export import Entry, Overview, Survey, writer_for
from biaotu.records import Annotation, Failure, Record


class StreamAnnotator(Protocol):
    """What the batch needs of the pipeline: one answer for each item, in order, read ahead by a bounded amount."""

    def annotate_many(self, records: Iterable[Record | Failure]) -> Iterator[Annotation | Failure]:
        """Annotate a stream."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is. ``seen`` counts records in the stage ``annotate``, rows written in the stage ``write``."""

    stage: Literal["annotate", "write"]
    seen: int
    failed: int = 0
    warned: int = 0
    resumed: int = 0


@dataclass(frozen=True, slots=True)
class Summary:
    """What a run did.

    Attributes:
        done: records that stand in the output, those of an earlier, resumed run included.
        failed: records and rows that could not be annotated; each has a line in ``errors``.
        warned: records in the output with at least one warning.
        resumed: records and failures that an earlier run had settled.
        seconds: time of this run.
        out: the output.
        errors: the error file, None if nothing failed.
    """

    done: int
    failed: int
    warned: int
    resumed: int
    seconds: float
    out: Path
    errors: Path | None = None


OnProgress = Callable[[Progress], None]


def annotate_file(
    annotator: StreamAnnotator,
    records: Iterable[Record | Failure],
    out: Path,
    *,
    settings: Mapping[str, Any] | None = None,
    resume: bool = False,
    force: bool = False,
    on_progress: OnProgress | None = None,
) -> Summary:
    """Annotate a stream of records into a file; the suffix of ``out`` names the format.

    Args:
        annotator: the pipeline.
        records: records and failures as the readers give them.
        out: the file to write.
        settings: options that must be the same when a run is resumed (plain JSON values).
        resume: go on where an earlier run stopped.
        force: write an existing output anew.
        on_progress: called after every record.

    Raises:
        UsageError: if the output may not be written or the journal does not fit input or options.
        OutputError: if writing stopped midway; what stands is whole and can be resumed.
    """
    places = check_output(out, resume=resume, force=force)
    begun = time.monotonic()
    stream = iter(records)
    # Nothing is created or overwritten before the input has given its first record.
    first = next(stream, None)
    items: Iterator[Item] = iter(()) if first is None else chain([first], stream)
    report = on_progress or _silent
    refuse_if_written(places.journal)
    with Journal(places.journal) as journal, Journal(places.errors) as errors:
        replay = Replay(places.journal, places.errors, wrapped=places.rendered)
        if resume:
            mend(places.journal)
            mend(places.errors)
            compare_settings(places.settings, settings or {})
            items = replay.rest(items, errors)
        else:
            _clear(places)
        keep_settings(places.settings, settings or {})
        journal.create()
        run = _Run(places, journal, errors, replay, report)
        run.annotate(annotator, items)
        if places.rendered:
            render(places, report)
    for spent in (places.settings, *([places.journal] if places.rendered else [])):
        spent.unlink(missing_ok=True)
    return Summary(
        done=run.done,
        failed=run.failed,
        warned=run.warned,
        resumed=replay.done + replay.failed,
        seconds=time.monotonic() - begun,
        out=places.out,
        errors=places.errors if run.failed else None,
    )


class _Run:
    """Counts and writes what the annotator gives."""

    def __init__(self, places: Places, journal: Journal, errors: Journal, replay: Replay, report: OnProgress) -> None:
        self.done, self.failed, self.warned = replay.done, replay.failed, replay.warned
        self._resumed = replay.done + replay.failed
        self._wrapped = places.rendered
        self._journal = journal
        self._errors = errors
        self._report = report

    def annotate(self, annotator: StreamAnnotator, items: Iterator[Item]) -> None:
        """Annotate the items and write each answer at once."""
        self._tell()
        waiting: deque[Item] = deque()  # as long as the annotator's look-ahead

        def handed() -> Iterator[Item]:
            for item in items:
                waiting.append(item)
                yield item

        answers = annotator.annotate_many(handed())
        try:
            for answer in answers:
                self._settle(waiting.popleft(), answer)
                self._tell()
        finally:
            close = getattr(answers, "close", None)
            if close is not None:
                close()

    def _settle(self, item: Item, answer: Annotation | Failure) -> None:
        line = answer_line(item, answer, wrapped=self._wrapped)
        if isinstance(line, Failure):
            self._errors.append(failure_line(line))
            self.failed += 1
        else:
            self._journal.append(line)
            self.done += 1
            self.warned += bool(answer.warnings) if isinstance(answer, Annotation) else 0

    def _tell(self) -> None:
        self._report(Progress("annotate", self.done + self.failed, self.failed, self.warned, self._resumed))


def _clear(places: Places) -> None:
    """Remove what an earlier run left. An output that is made at the end stays until the new one takes its place."""
    old = [places.journal, places.errors, places.settings, places.draft]
    try:
        for path in old:
            path.unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(f"{error.filename} cannot be removed ({error.strerror})") from error


def render(places: Places, report: OnProgress) -> None:
    """Make the output from the journal, twice read: once to count and collect columns, once to write.

    Raises:
        OutputError: if it cannot be written; the journal stands.
        UsageError: if another version of biaotu wrote the journal.
    """
    overview = _survey(places)
    try:
        with writer_for(places.out)(places.draft, overview) as writer:
            for number, entry in enumerate(_entries(places.journal), 1):
                writer.write(entry)
                report(Progress("write", number, overview.failed, overview.warned))
        places.draft.replace(places.out)
    except OSError as error:
        with suppress(OSError):
            places.draft.unlink(missing_ok=True)
        raise OutputError(
            f"{places.out} cannot be written ({error.strerror}); if another program has it open, close it there. All "
            f"records are annotated and kept in {places.journal}: run again with --resume"
        ) from error


def _survey(places: Places) -> Overview:
    survey = Survey()
    for entry in _entries(places.journal):
        survey.add(entry.annotation)
    for failure in read_failures(places.errors):
        survey.add_failure(failure)
    return survey.overview()


def _entries(journal: Path) -> Iterator[Entry]:
    for number, line in enumerate(read_lines(journal), 1):
        try:
            entry = Entry(Annotation.from_dict(line["annotation"]), Path(line["image_root"]))
        except (KeyError, TypeError, AttributeError) as error:
            raise UsageError(
                f"{journal}, line {number}: written by another version of biaotu; --force begins anew"
            ) from error
        yield entry


def _silent(progress: Progress) -> None:
    del progress
