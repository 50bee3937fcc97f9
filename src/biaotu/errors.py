"""The one error tree of biaotu.

    BiaotuError
    ├── UsageError        the call itself is wrong (unknown option, output format, missing file): exit status 2
    ├── InputError        one record or file of the user's cannot be used; names file, row and cause
    ├── BundleError       the model bundle is missing, damaged or of another version
    ├── ConfigError       a training config holds an unknown or unlawful setting
    └── StoreError        the store cannot be opened, read or written
        ├── NotFound      no such record, user, image ...
        ├── Conflict      someone else changed it meanwhile; look again
        ├── Refused       not allowed in this state or for this person; the message says why
        ├── Busy          others were in the way for too long; the same again may succeed
        ├── Full          the disk that holds it is full; the same again succeeds once there is room
        └── Damaged       what lies on the disk is not what was written; a backup has it

Foreign errors are translated once, at the door where they come in, and chained (``raise ... from``).
"""

from __future__ import annotations

import zipfile
import zlib
from typing import Final

ARCHIVE_DAMAGE: Final = (
    OSError,
    EOFError,
    ValueError,
    TypeError,
    KeyError,
    NotImplementedError,
    RuntimeError,
    zlib.error,
    zipfile.BadZipFile,
)
"""What a damaged, encrypted or newer ``.npz`` makes its readers raise."""


class BiaotuError(Exception):
    """Base of all errors that biaotu raises on purpose."""


class UsageError(BiaotuError):
    """The call is wrong: no such file, unknown format, options that contradict each other."""


class InputError(BiaotuError):
    """Something handed in cannot be used.

    Args:
        reason: what is wrong and what to do about it.
        file: the file it stands in, as the user named it.
        row: the row or line number, counted from 1 as an editor or Excel shows it; None if the whole file is meant.
    """

    def __init__(self, reason: str, *, file: str | None = None, row: int | None = None) -> None:
        self.reason = reason
        self.file = file
        self.row = row
        place = "" if file is None else file if row is None else f"{file}, row {row}"
        super().__init__(f"{place}: {reason}" if place else reason)


class BundleError(BiaotuError):
    """The model bundle cannot be loaded: a file is missing, damaged, or made for another version."""


class ConfigError(BiaotuError):
    """A training config holds an unknown key or an unlawful value."""


class StoreError(BiaotuError):
    """The store cannot be opened, read or written: no such folder, newer schema, missing driver, busy database."""


class NotFound(StoreError):  # noqa: N818 - the name says it; "Error" would add nothing
    """What was asked for is not in the store (any more)."""


class Conflict(StoreError):  # noqa: N818
    """Someone else changed it in the meantime; nothing was written.

    Args:
        message: what collided with what.
        current: how it stands now (for a decision the record's view), to be shown to the person; None if unknown.
    """

    def __init__(self, message: str, current: object = None) -> None:
        self.current = current
        super().__init__(message)


class Refused(StoreError):  # noqa: N818
    """Not allowed in this state or for this person; the message says why and what to do."""


class Busy(StoreError):  # noqa: N818
    """Others were in the way for too long; nothing was written, the same again may succeed."""


class Full(StoreError):  # noqa: N818
    """The disk that holds the store is full; nothing was written, what stands can be read."""


class Damaged(StoreError):  # noqa: N818
    """Bytes of the database are not what was written (a failing disk, a copy that broke off)."""
