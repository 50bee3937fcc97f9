"""Counting the words of a corpus, shared out to processes: each takes block after block and counts for itself."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from biaotu.batch.resume import failure_line
from biaotu.errors import InputError
from biaotu.records import Failure, Source
from biaotu.records.gold import read_gold_line
from biaotu.text.lexicon import Lexicon
from biaotu.text.reading import Reading, read
from biaotu.text.segment import Segmenter
from biaotu.text.statistics import title_ends, words_of
from biaotu.training.blocks import Block
from biaotu.training.counting import SpillingCounter

MARK: Final = 10
"""A failure begins with so many digits, its block's number, by which those of several processes are put in order."""

_WORD, _TAIL = "0\t", "1\t"  # tails stand behind all words, as in the file
_TELL_EVERY: Final = 100
_LOOK: Final = 0.2
"""Seconds between two looks at how far the processes are."""

Progress = Callable[[int, int], None]
"""Is told how many lines are done, and of how many."""


@dataclass(frozen=True, slots=True)
class Share:
    """What one process counted.

    Attributes:
        texts: lines that were counted.
        failed: lines that could not be read.
        total: words.
        titles: texts with a title.
        runs: files of the counts.
        errors: the failures, each behind a mark.
    """

    texts: int
    failed: int
    total: int
    titles: int
    runs: list[Path]
    errors: Path


@dataclass(frozen=True, slots=True)
class _Shared:
    """Numbers that all processes see: the next block to be taken, lines done, whether to stop."""

    taken: Any
    done: Any
    stop: Any

    @classmethod
    def make(cls, context: Any) -> _Shared:
        return cls(context.Value("q", 0), context.Value("q", 0), context.Value("b", 0))

    def next_block(self) -> int:
        """The number of a block that no other process has."""
        with self.taken.get_lock():
            number: int = self.taken.value
            self.taken.value += 1
        return number

    def add(self, lines: int) -> None:
        """Note that so many more lines are done."""
        with self.done.get_lock():
            self.done.value += lines


def is_word_key(key: str) -> bool:
    """Whether a key of the counts is a word; else it is the end of a title with the character before it."""
    return key.startswith(_WORD)


def word_in(key: str) -> str:
    """The word that a key stands for."""
    return key[len(_WORD) :]


def end_in(key: str) -> str:
    """The end of a title that a key stands for."""
    return key[len(_TAIL) : key.rindex("\t")]


def count_shares(
    plan: Sequence[Block], folder: Path, memory: int, processes: int, on_progress: Progress | None
) -> list[Share]:
    """Count the blocks of a corpus.

    Args:
        plan: the blocks.
        folder: where runs and failures go.
        memory: bytes that the tables of all processes may take.
        processes: how many at most; one alone is this process.
        on_progress: told about the progress.

    Raises:
        InputError: if a file cannot be read any more.
        OSError: if the disk fails.
        BrokenProcessPool: if a process is killed.
    """
    lines = sum(block.lines for block in plan)
    context = multiprocessing.get_context("spawn")
    shared = _Shared.make(context)

    def tell() -> None:
        if on_progress is not None:
            on_progress(shared.done.value, lines)

    processes = min(processes, len(plan))
    if processes <= 1:
        return [_count_share(plan, folder, "0", memory, shared, tell)]
    with ProcessPoolExecutor(processes, context, _begin, (shared.taken, shared.done, shared.stop)) as pool:
        part = memory // processes
        jobs = [pool.submit(_count_in_pool, plan, folder, str(number), part) for number in range(processes)]
        try:
            waiting = set(jobs)
            while waiting:
                ended, waiting = wait(waiting, timeout=_LOOK)
                for job in ended:
                    job.result()
                tell()
        except BaseException:  # Ctrl-C, or the fault of one: the others need not go on
            shared.stop.value = 1
            raise
    return [job.result() for job in jobs]


_POOL: list[_Shared] = []
"""In a process of the pool: what it shares with the others."""


def _begin(taken: Any, done: Any, stop: Any) -> None:
    _POOL[:] = [_Shared(taken, done, stop)]
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the first process gets it, and stops the others


def _count_in_pool(plan: Sequence[Block], folder: Path, name: str, memory: int) -> Share:
    first = multiprocessing.parent_process()

    def look() -> None:
        if first is not None and not first.is_alive():
            os._exit(1)  # it was killed: nobody waits for this share

    return _count_share(plan, folder, name, memory, _POOL[0], look)


def _count_share(
    plan: Sequence[Block], folder: Path, name: str, memory: int, shared: _Shared, look: Callable[[], None]
) -> Share:
    """Count block after block until none is left; calls ``look`` now and then."""
    segmenter = Segmenter(Lexicon.load().words)
    counter = SpillingCounter(folder, name, memory)
    errors = folder / f"{name}.errors"
    texts = failed = total = titles = 0
    with errors.open("wb") as told:
        while (index := shared.next_block()) < len(plan) and not shared.stop.value:
            block = plan[index]
            new = 0
            for row, line in block.read():
                try:
                    reading = _reading(line, block.path, row)
                except InputError as error:
                    raw = line.decode("utf-8", "replace").rstrip("\r\n")
                    failure = Failure(Source(str(block.path), row), error.reason, None, raw)
                    told.write(b"%0*d" % (MARK, index) + failure_line(failure))
                    failed += 1
                else:
                    words, ends = words_of(reading, segmenter), title_ends(reading)
                    counter.add([_WORD + word for word in words])
                    counter.add([f"{_TAIL}{end}\t{before}" for end, before in ends or ()])
                    texts += 1
                    total += len(words)
                    titles += ends is not None
                new += 1
                if new % _TELL_EVERY == 0:
                    shared.add(_TELL_EVERY)
                    look()
                    if shared.stop.value:
                        break
            shared.add(block.lines - new // _TELL_EVERY * _TELL_EVERY)  # empty lines too
    look()
    counter.spill()
    return Share(texts, failed, total, titles, counter.runs, errors)


def _reading(line: bytes, path: Path, row: int) -> Reading:
    """The text of one line.

    Raises:
        InputError: if it is no record.
    """
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(f"is not UTF-8 ({error.reason} at byte {error.start})", file=str(path), row=row) from error
    record = read_gold_line(text, path, row).record
    return read(record.title, record.description)
