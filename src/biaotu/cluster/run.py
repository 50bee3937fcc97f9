"""The story of a run on a cluster: cut into blocks, have them annotated, join the answers in order."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Any, Final

from biaotu.batch import OutputError, Places, Progress, Summary
from biaotu.batch.journal import Journal, mend, read_lines, refuse_if_written
from biaotu.batch.resume import Item, compare_settings, keep_settings
from biaotu.batch.run import OnProgress, render
from biaotu.cluster.blocks import cut, write_whole
from biaotu.cluster.engine import Engine
from biaotu.cluster.places import BlockPlaces, check_blocks
from biaotu.cluster.worker import Job, Outcome, digest
from biaotu.errors import UsageError
from biaotu.export.jsonl import encode

BLOCK: Final = 64
"""Records in a block by default: some seconds of work, which is what a killed worker costs."""


@dataclass(frozen=True, slots=True)
class ClusterSummary:
    """What a run did, and how many processes on how many nodes did it."""

    summary: Summary
    workers: int
    nodes: int


def annotate_on_cluster(
    engine: Engine,
    job: Job,
    records: Iterable[Item],
    out: Path,
    *,
    block: int = BLOCK,
    settings: Mapping[str, Any] | None = None,
    resume: bool = False,
    force: bool = False,
    on_progress: OnProgress | None = None,
) -> ClusterSummary:
    """Annotate a stream of records into a file; the output is that of ``biaotu.batch.annotate_file``.

    Args:
        engine: where the work is done.
        job: what is to be done with each record.
        records: records and failures as the readers give them.
        out: the file to write, ``job.out`` as the user named it.
        block: records in a block.
        settings: options that must be the same when a run is resumed (plain JSON values).
        resume: go on where an earlier run stopped. A block whose input has changed since is done again.
        force: write an existing output anew.
        on_progress: called after every block.

    Raises:
        UsageError: if the output may not be written, options have changed, Ray is missing or a node cannot work.
        OutputError: if writing or the cluster stopped midway; what stands is whole and can be resumed.
    """
    places, blocks = check_blocks(out, resume=resume, force=force)
    begun = time.monotonic()
    stream = iter(records)
    # Nothing is created or overwritten before the input has given its first record.
    first = next(stream, None)
    items: Iterator[Item] = iter(()) if first is None else chain([first], stream)
    refuse_if_written(blocks.index)
    chosen = {**(settings or {}), "--block": block}
    if resume:
        compare_settings(blocks.settings, chosen)
    blocks.make(anew=not resume)
    mend(blocks.index)
    with Journal(blocks.index) as index:
        index.create()
        keep_settings(blocks.settings, chosen)
        known = _known(blocks.index)
        run = _Run(blocks, index, on_progress or _silent)
        run.plan(items, block, known)
        run.work(engine, job)
        _join(places, blocks, run.names, failed=run.failed, report=on_progress or _silent)
    _remove(blocks, places)
    summary = Summary(
        done=run.done,
        failed=run.failed,
        warned=run.warned,
        resumed=run.resumed,
        seconds=time.monotonic() - begun,
        out=places.out,
        errors=places.errors if run.failed else None,
    )
    return ClusterSummary(summary, len(run.workers), len({node for node, _ in run.workers}))


class _Run:
    """Counts what is done; ``names`` are the blocks of the whole input in order."""

    def __init__(self, blocks: BlockPlaces, index: Journal, report: OnProgress) -> None:
        self.done = self.failed = self.warned = self.resumed = 0
        self.names: list[str] = []
        self.workers: set[tuple[str, str]] = set()
        self._blocks = blocks
        self._index = index
        self._report = report
        self._pending: list[str] = []

    def plan(self, items: Iterable[Item], size: int, known: Mapping[str, Outcome]) -> None:
        """Cut the input; what is known to be done and lies there unharmed is counted, the rest laid out."""
        for block in cut(items, size):
            self.names.append(block.name)
            outcome = known.get(block.name)
            if outcome is not None and self._stands(outcome):
                self._count(outcome)
                self.resumed += outcome.done + outcome.failed
                continue
            self._pending.append(block.name)
            if outcome is not None:  # damaged since
                for path in self._blocks.answers(block.name):
                    path.unlink(missing_ok=True)
            self._blocks.tries(block.name).unlink(missing_ok=True)
            place = self._blocks.planned / f"{block.name}.jsonl"
            try:
                write_whole(place, block.content)
            except OSError as error:
                raise OutputError(f"{place} cannot be written ({error.strerror}); make room, then --resume") from error

    def work(self, engine: Engine, job: Job) -> None:
        """Have done what is left to do."""
        self._tell()
        if not self._pending:
            return
        for outcome in engine.outcomes(job, self._pending):
            self._index.append(encode(asdict(replace(outcome, trouble=""))))
            self._count(outcome)
            self.workers.add((outcome.node, outcome.worker))
            (self._blocks.planned / f"{outcome.name}.jsonl").unlink(missing_ok=True)
            self._tell()

    def _stands(self, outcome: Outcome) -> bool:
        answers, errors = self._blocks.answers(outcome.name)
        return digest(answers) == outcome.answers and digest(errors) == outcome.errors

    def _count(self, outcome: Outcome) -> None:
        self.done += outcome.done
        self.failed += outcome.failed
        self.warned += outcome.warned

    def _tell(self) -> None:
        self._report(Progress("annotate", self.done + self.failed, self.failed, self.warned, self.resumed))


def _known(index: Path) -> dict[str, Outcome]:
    """The blocks that earlier runs have done, by name."""
    try:
        return {line["name"]: Outcome(**line) for line in read_lines(index)}
    except (KeyError, TypeError) as error:
        raise UsageError(f"{index} was written by another version of biaotu; --force begins anew") from error


def _join(places: Places, blocks: BlockPlaces, names: list[str], *, failed: int, report: OnProgress) -> None:
    """Make output and error file from the blocks; each takes the place of an older one only when it is whole."""
    joined = [blocks.folder / "answers.jsonl", blocks.folder / "errors.jsonl"]
    try:
        for place, kind in zip(joined, (0, 1), strict=True):
            with place.open("wb") as file:
                for name in names:
                    part = blocks.answers(name)[kind]
                    if kind == 0 or part.exists():  # most blocks have no failures
                        with part.open("rb") as content:
                            shutil.copyfileobj(content, file)
        if failed:
            joined[1].replace(places.errors)
        else:
            places.errors.unlink(missing_ok=True)
        joined[0].replace(places.journal)
    except OSError as error:
        raise OutputError(
            f"{error.filename} cannot be written ({error.strerror}); all records are annotated and kept in "
            f"{blocks.folder}: run again with --resume"
        ) from error
    if places.rendered:
        render(places, report)


def _remove(blocks: BlockPlaces, places: Places) -> None:
    """What was only needed on the way; the output is whole by now, so that nothing is lost if some of it stays."""
    with suppress(OSError):
        if places.rendered:
            places.journal.unlink(missing_ok=True)
        places.settings.unlink(missing_ok=True)
    shutil.rmtree(blocks.folder, ignore_errors=True)


def _silent(progress: Progress) -> None:
    del progress
