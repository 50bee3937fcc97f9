"""Append-only files of whole JSON lines.

Each line goes out in one unbuffered write, so a killed process leaves whole lines behind; what a full disk or a power
cut tore off is cut away when the file is opened again.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

from biaotu.errors import BiaotuError, UsageError

if sys.platform != "win32":
    import fcntl

_BLOCK = 1 << 16


class OutputError(BiaotuError):
    """Writing stopped midway (disk full, file locked): what was written so far is whole and can be resumed."""

    exit_status = 1


class Journal:
    """An append-only file of JSON lines, made with the first line and locked as long as it is open.

    Raises:
        OutputError: when a line cannot be written; the file is cut back to its last whole line.
        UsageError: if another run is writing it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: Any = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def create(self) -> None:
        """Make the file if it is not there, even before the first line."""
        if self._file is None:
            try:
                self._file = self.path.open("ab", buffering=0)
            except OSError as error:
                raise OutputError(f"{self.path} cannot be written ({error.strerror})") from error
            _lock(self._file, self.path)

    def append(self, line: bytes) -> None:
        """Write one whole line, line feed included."""
        self.create()
        start = self._file.seek(0, 2)
        try:
            written = 0
            while written < len(line):
                written += self._file.write(line[written:])
        except OSError as error:
            self._cut_back(start)
            raise OutputError(
                f"{self.path} cannot be written any further ({error.strerror}); make room, then run again with --resume"
            ) from error
        except BaseException:  # Ctrl-C between two pieces of a line
            self._cut_back(start)
            raise

    def _cut_back(self, start: int) -> None:
        with suppress(OSError):  # what cannot be cut now is cut when the run goes on
            self._file.truncate(start)


def refuse_if_written(path: Path) -> None:
    """See that no other run is writing a file; a missing one is written by none.

    Raises:
        UsageError: if there is one.
    """
    with suppress(OSError), path.open("rb") as file:  # what cannot be opened is told when it is to be written
        _lock(file, path)


def _lock(file: Any, path: Path) -> None:
    """Lock a file until it is closed; where the system or the disk has no locks, do without."""
    if sys.platform == "win32":
        return  # it has no such lock: there the user keeps two runs from one output
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise UsageError(f"{path} is being written by another run; wait for its end, or name another output") from error
    except OSError:
        pass


def mend(path: Path) -> None:
    """Cut a torn last line off a file of JSON lines; a missing file stays missing.

    Raises:
        OutputError: if the file cannot be opened for writing.
    """
    if not path.exists():
        return
    try:
        with path.open("r+b") as file:
            while end := file.seek(0, 2):
                start = _last_line(file, end)
                file.seek(start)
                if _is_whole(file.read(end - start)):
                    return
                file.truncate(start)
    except OSError as error:
        raise OutputError(f"{path} cannot be written ({error.strerror})") from error


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """Stream the objects of a file of JSON lines; nothing if it is missing.

    Raises:
        UsageError: at a line that is no JSON object, naming file and line.
    """
    if not path.exists():
        return
    with path.open("rb") as file:
        for row, line in enumerate(file, 1):
            try:
                document = json.loads(line)
            except (ValueError, RecursionError) as error:
                raise UsageError(
                    f"{path}, line {row}: not a line that biaotu wrote; begin anew with --force"
                ) from error
            if not isinstance(document, dict):
                raise UsageError(f"{path}, line {row}: not a line that biaotu wrote; begin anew with --force")
            yield document


def _last_line(file: Any, end: int) -> int:
    """Where the last line of a file of ``end`` bytes begins."""
    place = end - 1  # a line feed at the very end closes the last line
    while place > 0:
        begin = max(0, place - _BLOCK)
        file.seek(begin)
        found: int = file.read(place - begin).rfind(b"\n")
        if found >= 0:
            return begin + found + 1
        place = begin
    return 0


def _is_whole(line: bytes) -> bool:
    if not line.endswith(b"\n"):
        return False
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True
