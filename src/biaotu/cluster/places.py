"""The folder of blocks beside an output, and whether a run may begin."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from biaotu.batch import Places, check_output
from biaotu.batch.journal import OutputError
from biaotu.errors import UsageError


@dataclass(frozen=True, slots=True)
class BlockPlaces:
    """Where one run on a cluster keeps its work: ``OUT.blocks``, on a disk that every node reaches.

    Attributes:
        folder: all of it; gone when the output is whole.
        planned: blocks of input that wait for a worker.
        done: blocks of answers, and of failures where there are any.
        index: one line for each block that is done.
        settings: the run's options, as ``Places.settings``.
    """

    folder: Path
    planned: Path
    done: Path
    index: Path
    settings: Path

    @classmethod
    def of(cls, out: Path) -> BlockPlaces:
        """The folder that belongs to an output."""
        folder = out.with_name(f"{out.name}.blocks")
        return cls(folder, folder / "planned", folder / "done", folder / "index.jsonl", folder / "settings.json")

    def make(self, *, anew: bool) -> None:
        """Make the folders; empty ones if ``anew``.

        Raises:
            OutputError: if they cannot be made.
        """
        try:
            if anew and self.folder.exists():
                shutil.rmtree(self.folder)
            for folder in (self.planned, self.done):
                folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputError(f"{error.filename} cannot be written ({error.strerror})") from error

    def tries(self, name: str) -> Path:
        """A file with a byte for each time that the block was begun; gone when it is done."""
        return self.planned / f"{name}.tries"

    def answers(self, name: str) -> tuple[Path, Path]:
        """Where the answers of a block go, and where its failures."""
        return self.done / f"{name}.jsonl", self.done / f"{name}.errors.jsonl"


def check_blocks(out: Path, *, resume: bool = False, force: bool = False) -> tuple[Places, BlockPlaces]:
    """See that a run may write to ``out``; writes nothing itself.

    Raises:
        UsageError: as ``biaotu.batch.check_output``; and if there is an unfinished run of one kind or the other that
            was not asked for.
    """
    if resume and force:
        check_output(out, resume=True, force=True)
    places, blocks = check_output(out, force=force or resume), BlockPlaces.of(out)
    if resume and not blocks.folder.exists():
        if places.journal.exists() and places.settings.exists():
            raise UsageError(f"{out} was begun with --engine local; go on with that, or --force begins anew")
        if out.exists():
            raise UsageError(f"{out} is complete, there is nothing to resume; --force makes it anew")
    if not resume and not force and blocks.folder.exists():
        raise UsageError(f"{blocks.folder} holds an unfinished run; --resume goes on with it, --force begins anew")
    return places, blocks
