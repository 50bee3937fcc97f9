"""A worker: loads the bundle once, then annotates block after block. It knows files, not Ray.

It can be killed at any time. Answers are laid down whole or not at all, and a block whose answers lie there already is
only counted.
"""

from __future__ import annotations

import hashlib
import json
import os
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import biaotu
from biaotu.batch.journal import read_lines
from biaotu.batch.resume import answer_line, failure_line
from biaotu.cluster.blocks import read_block, write_whole
from biaotu.cluster.places import BlockPlaces
from biaotu.errors import BiaotuError, UsageError
from biaotu.pipeline import Annotator, load
from biaotu.records import Failure
from biaotu.runtime import Manifest

_TRIES: Final = 5


@dataclass(frozen=True, slots=True)
class Job:
    """What every worker of a run must know.

    Attributes:
        out: the output, absolute; the blocks lie beside it.
        cwd: the folder in which relative names of the input and of photos count.
        wrapped: whether a line of the answers holds what a later page needs, see ``biaotu.batch.resume``.
        model: ``identity`` of the bundle that the run was begun with.
        options: arguments of ``biaotu.pipeline.load``, paths as text.
    """

    out: Path
    cwd: Path
    wrapped: bool
    model: str
    options: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a block: counts as in ``biaotu.batch.Summary``, hashes of its two files, and who did it.

    ``trouble`` is empty unless the worker could not work at all.
    """

    name: str
    done: int = 0
    failed: int = 0
    warned: int = 0
    answers: str = ""
    errors: str = ""
    worker: str = ""
    node: str = ""
    trouble: str = ""


def identity(manifest: Manifest) -> str:
    """What two nodes must have in common to give the same answers: the program's version and the networks' hashes."""
    files = {name: part.sha256 for name, part in sorted(manifest.files.items())}
    digest = hashlib.sha256(json.dumps(files).encode()).hexdigest()[:16]
    return f"biaotu {biaotu.__version__}, {manifest.name} {manifest.version} {digest}"


class BlockWorker:
    """Annotates blocks by name; called by Ray Data once for each.

    Args:
        job: the run.
        node: how the node is called in the index; its host name by default.
    """

    def __init__(self, job: Job, node: str = "") -> None:
        self._job = job
        self._node = node or socket.gethostname()
        self._places = BlockPlaces.of(job.out)
        self._annotator: Annotator | None = None
        # A node that cannot work says so in the place of an answer: an error here would make Ray try it for ever.
        try:
            self._annotator = self._load()
            self._trouble = ""
        except (BiaotuError, OSError) as error:
            self._trouble = f"node {self._node}: {error}"

    def __call__(self, name: str) -> Outcome:
        """Annotate one block, or find it done."""
        if self._annotator is None:
            return Outcome(name, trouble=self._trouble)
        try:
            if not self._places.answers(name)[0].exists():
                self._annotate(self._annotator, name)
            return tally(self._places, name, worker=str(os.getpid()), node=self._node)
        except (BiaotuError, OSError) as error:
            return Outcome(name, trouble=f"node {self._node}, block {name}: {error}")

    def _load(self) -> Annotator:
        try:
            os.chdir(self._job.cwd)
        except OSError as error:
            raise UsageError(
                f"the folder {self._job.cwd}, where the run was begun, cannot be reached ({error.strerror}); begin it "
                "in a folder on a disk that all nodes share"
            ) from error
        if not self._places.planned.is_dir():
            raise UsageError(
                f"{self._places.folder} is not to be seen; the output must lie on a disk that all nodes share"
            )
        annotator = load(**self._job.options)
        if (found := identity(annotator.manifest)) != self._job.model:
            raise UsageError(f"has {found}, the run was begun with {self._job.model}; install the same on all nodes")
        return annotator

    def _annotate(self, annotator: Annotator, name: str) -> None:
        _count_try(self._places.tries(name))
        items = list(read_block(self._places.planned / f"{name}.jsonl"))
        lines: list[bytes] = []
        failures: list[bytes] = []
        for item, answer in zip(items, annotator.annotate_many(items), strict=True):
            line = answer_line(item, answer, wrapped=self._job.wrapped)
            if isinstance(line, Failure):
                failures.append(failure_line(line))
            else:
                lines.append(line)
        answers, errors = self._places.answers(name)
        if failures:
            write_whole(errors, b"".join(failures))
        write_whole(answers, b"".join(lines))  # the last of the two: where it lies, the block is done
        self._places.tries(name).unlink(missing_ok=True)


def _count_try(path: Path) -> None:
    """Remember that a block was begun; what takes down every worker must not go round for ever.

    Raises:
        UsageError: if it was begun too often and never ended.
    """
    if path.exists() and path.stat().st_size >= _TRIES:
        raise UsageError(
            f"{_TRIES} workers died over it, for want of memory or by a fault in a library; run again with --resume "
            "and fewer --workers, or with a smaller --block to find the record"
        )
    with path.open("ab") as file:
        file.write(b".")


def tally(places: BlockPlaces, name: str, *, worker: str = "", node: str = "") -> Outcome:
    """Count a block that is done.

    Raises:
        OSError: if its answers are not there.
        UsageError: if they are not what a worker wrote.
    """
    answers, errors = places.answers(name)
    documents = [line.get("annotation", line) for line in read_lines(answers)]
    warned = sum(bool(document.get("warnings")) for document in documents)
    failed = sum(1 for _ in read_lines(errors))
    return Outcome(name, len(documents), failed, warned, digest(answers), digest(errors), worker, node)


def digest(path: Path) -> str:
    """The SHA-256 of a file, in hex; empty if it is not there."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except FileNotFoundError:
        return ""
