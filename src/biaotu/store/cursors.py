"""Cursors: where a listing goes on, opaque to those who hand them back."""

from __future__ import annotations

import base64
import binascii
import json
from typing import Final

from biaotu.errors import InputError

Part = str | int | float | None
_LARGEST: Final = 2**63 - 1
"""What a column of ids holds on either database."""


def write_cursor(*parts: Part) -> str:
    """A cursor of the values that the last entry was sorted by."""
    return base64.urlsafe_b64encode(json.dumps(parts, ensure_ascii=False).encode()).decode().rstrip("=")


def read_cursor(cursor: str, *kinds: type) -> tuple[Part, ...]:
    """The values of a cursor, of the kinds that were written.

    Raises:
        InputError: if the cursor was not made by this listing.
    """
    try:
        parts = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError, RecursionError) as error:
        raise InputError(f"no cursor of this listing: {cursor!r}; start without one") from error
    if not isinstance(parts, list) or len(parts) != len(kinds):
        raise InputError(f"no cursor of this listing: {cursor!r}; start without one")
    for part, kind in zip(parts, kinds, strict=True):
        if type(part) is not kind or (isinstance(part, int) and abs(part) > _LARGEST):
            raise InputError(f"no cursor of this listing: {cursor!r}; start without one")
    return tuple(parts)
