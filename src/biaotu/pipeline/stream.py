"""Many records: several side by side, answers in order, memory flat, and no record's fault stops the others."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

from biaotu.errors import BiaotuError
from biaotu.records import Failure, Record, Source
from biaotu.runtime.memory import give_back

READ_AHEAD = 4
"""Records that wait for each thread: enough to keep cores busy, few enough to keep memory flat."""

TIDY_EVERY = 250
"""Records after which memory that the networks no longer need is given back."""

Given = Record | Mapping[str, Any] | Failure
Answer = TypeVar("Answer")


def in_order(
    examine: Callable[[Record | Mapping[str, Any]], Answer], records: Iterable[Given], threads: int
) -> Iterator[Answer | Failure]:
    """Examine a stream, reading ahead a little.

    What cannot be examined comes out as a ``Failure`` in its place; what went in as one is passed on. ``row`` of such
    a failure counts the stream from 1 where the record does not say which file it came from.
    """
    waiting: deque[Future[Answer | Failure]] = deque()
    pool = ThreadPoolExecutor(threads, thread_name_prefix="annotate")
    try:
        for number, record in enumerate(records, 1):
            waiting.append(pool.submit(_answer, examine, record, number))
            if number % TIDY_EVERY == 0:
                give_back()
            if len(waiting) >= threads * READ_AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


def _answer(examine: Callable[[Record | Mapping[str, Any]], Answer], record: Given, number: int) -> Answer | Failure:
    if isinstance(record, Failure):
        return record
    try:
        return examine(record)
    except Exception as error:  # one record's fault, whatever it is, must not stop the others
        reason = str(error) if isinstance(error, BiaotuError) else f"unexpected {type(error).__name__}: {error}"
        source, name = Source("records", number), None
        if isinstance(record, Record):
            source, name = record.source or source, record.id
        elif isinstance(record, Mapping):
            name = str(record.get("id") or "") or None
        return Failure(source, reason, name, None if isinstance(record, Record) else record)
