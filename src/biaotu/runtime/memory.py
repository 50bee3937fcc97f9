"""Memory that the C heap keeps though nothing uses it, given back to the system.

The networks ask for large pieces of ever other sizes and free them again; between these lie the small ones of caches,
and the heap of glibc cannot shrink over them. It grows by about ten kilobytes a record, as far as was measured: 380 MB
after 1,000 texts that all differ, 460 MB after 8,000, of which 150 MB are in use. ``benchmarks/growth.py`` shows it.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from functools import cache


def give_back() -> bool:
    """Give unused memory of the C heap back, some milliseconds of work; False where the system has no such call."""
    trim = _trim()
    if trim is None:
        return False
    trim(0)
    return True


@cache
def _trim() -> Callable[[int], int] | None:
    """``malloc_trim`` of glibc; None on Windows, macOS and with other C libraries."""
    try:
        call = ctypes.CDLL(None).malloc_trim
    except (OSError, AttributeError, TypeError):  # Windows has no library without a name
        return None
    call.argtypes, call.restype = [ctypes.c_size_t], ctypes.c_int
    found: Callable[[int], int] = call
    return found
