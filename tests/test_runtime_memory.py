from __future__ import annotations

import ctypes
import gc
import sys
from pathlib import Path

import pytest

from biaotu.pipeline import stream
from biaotu.runtime import memory


def resident() -> int:
    """Bytes of this process that lie in memory."""
    import os

    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.skipif(sys.platform != "linux" or not hasattr(ctypes.CDLL(None), "malloc_trim"), reason="glibc's heap")
def test_what_a_pinned_heap_holds_is_given_back() -> None:
    libc = ctypes.CDLL(None)
    libc.malloc.restype, libc.free.argtypes = ctypes.c_void_p, [ctypes.c_void_p]
    libc.malloc.argtypes = [ctypes.c_size_t]
    size, pieces, pins = 100_000, [], []
    for _ in range(600):  # below the size from which glibc asks the system for pages of their own
        piece = libc.malloc(size)
        ctypes.memset(piece, 1, size)
        pieces.append(piece)
        pins.append(libc.malloc(5000))  # not so small that it finds a free place elsewhere
    for piece in pieces:
        libc.free(piece)
    gc.collect()
    before = resident()
    assert memory.give_back()
    assert before - resident() > 30_000_000
    for pin in pins:
        libc.free(pin)


def test_a_system_without_the_call_does_without(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ctypes.CDLL", lambda _name: object())
    memory._trim.cache_clear()
    try:
        assert not memory.give_back()
    finally:
        memory._trim.cache_clear()


def test_a_long_stream_gives_memory_back(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[None] = []
    monkeypatch.setattr(stream, "give_back", lambda: calls.append(None))
    answers = list(stream.in_order(lambda record: record, ({"id": str(one)} for one in range(1000)), 2))
    assert len(answers) == 1000
    assert len(calls) == 1000 // stream.TIDY_EVERY
