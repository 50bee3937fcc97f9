"""JSON Lines files in blocks of some megabytes, so that several processes share them without handing texts around."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from biaotu.errors import InputError, UsageError

BLOCK_BYTES: Final = 1 << 22


@dataclass(frozen=True, slots=True)
class Block:
    """Whole lines of a file.

    Attributes:
        path: the file.
        start: its first byte.
        end: the byte behind its last one.
        row: the number of its first line, counted from 1.
        lines: how many lines it has.
    """

    path: Path
    start: int
    end: int
    row: int
    lines: int

    def read(self) -> Iterator[tuple[int, bytes]]:
        """The lines that hold something, with their numbers.

        Raises:
            InputError: if the file cannot be read any more.
        """
        try:
            with self.path.open("rb") as file:
                file.seek(self.start)
                for row in range(self.row, self.row + self.lines):
                    line = file.readline()
                    if row == 1:
                        line = line.removeprefix(b"\xef\xbb\xbf")
                    if line.strip():
                        yield row, line
        except OSError as error:
            raise InputError(f"cannot be read ({error.strerror})", file=str(self.path)) from error


def blocks(paths: Sequence[Path], size: int = BLOCK_BYTES) -> list[Block]:
    """The blocks of some files, in order: of ``size`` bytes and the rest of a line, the last of a file shorter.

    Raises:
        UsageError: if a file cannot be opened or read.
    """
    found: list[Block] = []
    for path in paths:
        try:
            with path.open("rb") as file:
                start = end = 0
                row = first = 1
                for line in file:
                    end += len(line)
                    row += 1
                    if end - start >= size:
                        found.append(Block(path, start, end, first, row - first))
                        start, first = end, row
                if end > start:
                    found.append(Block(path, start, end, first, row - first))
        except OSError as error:
            raise UsageError(f"{path}: cannot be read ({error.strerror}); check the name and the rights") from error
    return found
