"""Keep Pillow's warnings to ourselves, in this thread and this block only.

Pillow warns about damaged EXIF, odd palettes and large pictures. What matters of it reaches the user as a notice on the
record. ``warnings.catch_warnings`` would not do: it swaps the process-wide filter list and puts an old one back, so two
threads that decode at once can undo each other's, or the host program's, filters. Here one filter is put in front of
the list and stays; it matches nothing unless the thread that warns is inside ``quiet()``.
"""

from __future__ import annotations

import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager


class _Depth(threading.local):
    value = 0


_depth = _Depth()
_install = threading.Lock()


class _OfQuietThread(type):
    def __subclasscheck__(cls, category: type) -> bool:
        """Every category counts as ours while this thread is quiet, none otherwise."""
        return _depth.value > 0


class _Quiet(Warning, metaclass=_OfQuietThread):
    """The category of the one filter; never raised."""


@contextmanager
def quiet() -> Iterator[None]:
    """Swallow warnings that Pillow raises in this thread inside the block."""
    _depth.value += 1
    try:
        if not warnings.filters or warnings.filters[0][2] is not _Quiet:
            with _install:
                warnings.filterwarnings("ignore", category=_Quiet, module=r"PIL\.")
        yield
    finally:
        _depth.value -= 1
