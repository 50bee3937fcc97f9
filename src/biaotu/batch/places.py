"""The files of one run, all beside the output, and whether the run may begin.

For ``OUT.jsonl`` the output is its own journal. For the other formats every annotation goes first to
``OUT.part.jsonl``, from which the output is made at the end.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from biaotu.errors import UsageError
from biaotu.export import writer_for


@dataclass(frozen=True, slots=True)
class Places:
    """Where one run writes.

    Attributes:
        out: the output the user named.
        journal: the append-only file of whole JSON lines; ``out`` itself for JSON Lines.
        errors: one JSON line for every record that failed; absent when none did.
        settings: the run's options, kept until it is complete so that ``--resume`` can compare them.
        draft: the output in the making, renamed to ``out`` when it is whole.
    """

    out: Path
    journal: Path
    errors: Path
    settings: Path
    draft: Path

    @classmethod
    def of(cls, out: Path) -> Places:
        """The files that belong to an output."""
        beside = {
            name: out.with_name(f"{out.name}.{name}") for name in ("part.jsonl", "errors.jsonl", "resume.json", "draft")
        }
        journal = out if out.suffix.lower() == ".jsonl" else beside["part.jsonl"]
        return cls(out, journal, beside["errors.jsonl"], beside["resume.json"], beside["draft"])

    @property
    def rendered(self) -> bool:
        """Whether the output is made from the journal at the end."""
        return self.journal != self.out


def check_output(out: Path, *, resume: bool = False, force: bool = False) -> Places:
    """See that a run may write to ``out``; writes nothing itself.

    Raises:
        UsageError: if the format is unknown, the folder is missing or cannot be written, the output exists and neither
            ``resume`` nor ``force`` is asked for, or there is nothing to resume.
    """
    writer_for(out)
    if resume and force:
        raise UsageError("--resume goes on with the old output and --force begins anew; give one of them")
    if out.is_dir():
        raise UsageError(f"{out} is a folder; name a file to write")
    folder = out.parent
    if not folder.is_dir():
        raise UsageError(f"the folder {folder} does not exist; make it first, then run the command again")
    if not os.access(folder, os.W_OK):
        raise UsageError(f"the folder {folder} cannot be written; choose another place or change its permissions")
    places = Places.of(out)
    if resume:
        if not places.journal.exists() and out.exists():
            raise UsageError(f"{out} is complete, there is nothing to resume; --force makes it anew")
        return places
    if not force:
        if places.rendered and places.journal.exists():
            raise UsageError(f"{places.journal} holds an unfinished run; --resume goes on with it, --force begins anew")
        if out.exists():
            raise UsageError(f"{out} exists; --resume goes on with an unfinished run, --force writes it anew")
    return places
