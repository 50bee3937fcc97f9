"""The word statistics of a corpus: ``biaotu-train statistics``, for corpora of any size.

The inputs are JSON Lines with ``title`` and ``description`` (either may be missing; inline marks are taken out). Texts
are streamed, by several processes side by side; what the counts take beyond a limit goes to disk and is merged at the
end (``counting.py``). The file is the same to the last byte whatever the limit and the number of processes.
"""

from __future__ import annotations

import heapq
import shutil
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import chain, groupby
from pathlib import Path
from typing import Final

from biaotu.batch.journal import Journal, OutputError
from biaotu.errors import InputError, UsageError
from biaotu.records.gold import read_gold
from biaotu.text.lexicon import Lexicon
from biaotu.text.reading import Reading, read
from biaotu.text.segment import Segmenter
from biaotu.text.statistics import WordStatistics, build_statistics, write_statistics
from biaotu.training.blocks import blocks
from biaotu.training.counting import Count, merged
from biaotu.training.shares import MARK, Progress, count_shares, end_in, is_word_key, word_in

MEMORY_MB: Final = 256
"""What the tables of counts take at most by default, all processes together."""


@dataclass(frozen=True, slots=True)
class Counted:
    """What a count found and wrote.

    Attributes:
        texts: lines that were counted.
        failed: lines that could not be read.
        total: words of all texts.
        words: different words in the file.
        tails: different ends of titles in the file.
        runs: files that the counts went through.
        errors: the file that names what failed, None if nothing did.
    """

    texts: int
    failed: int
    total: int
    words: int
    tails: int
    runs: int
    errors: Path | None


def readings(paths: Iterable[Path]) -> Iterator[Reading]:
    """The texts of JSON Lines files, one at a time.

    Raises:
        InputError: at the first line that is no record.
    """
    for path in paths:
        for gold in read_gold(path):
            yield read(gold.record.title, gold.record.description)


def build(paths: Sequence[Path], *, min_count: int = 3) -> WordStatistics:
    """Word statistics of the given files in memory, segmented with the built-in lexicon; the first bad line ends it."""
    return build_statistics(readings(paths), Segmenter(Lexicon.load().words), min_count=min_count)


def count_corpus(
    inputs: Sequence[Path],
    out: Path,
    *,
    min_count: int = 3,
    memory: int = MEMORY_MB << 20,
    processes: int = 1,
    on_progress: Progress | None = None,
) -> Counted:
    """Count a corpus into a file of statistics, which is there whole at the end, or as it was before.

    Lines that are no record are left out and named in ``OUT.errors.jsonl``.

    Args:
        inputs: the JSON Lines files.
        out: the file (``.tsv.gz``); while it is made the folder ``OUT.runs`` lies beside it.
        min_count: words and ends seen less often are left out.
        memory: bytes that the tables of counts may take, all processes together. Each process takes about 150 MB
            besides, for Python, dictionary and lexicon.
        processes: how many work side by side.
        on_progress: told about the progress.

    Raises:
        UsageError: if an input cannot be opened, ``out`` cannot be written, or another run is writing it.
        InputError: if no line could be counted.
        OutputError: if the disk fails or a process is killed.
    """
    if not out.parent.is_dir():
        raise UsageError(f"{out.parent}: there is no such folder; make it first")
    if any(path.resolve() == out.resolve() for path in inputs):
        raise UsageError(f"{out}: would be written over the texts themselves; choose another name")
    plan = blocks(inputs)
    errors = out.with_name(f"{out.name}.errors.jsonl")
    try:
        with _runs_folder(out) as folder:
            shares = count_shares(plan, folder, memory, processes, on_progress)
            failed = sum(share.failed for share in shares)
            _write_errors(errors, [share.errors for share in shares] if failed else [])
            total = sum(share.total for share in shares)
            if not total:
                told = f"; {failed} lines could not be read, see {errors}" if failed else ""
                raise InputError(f"no title or description with words in it{told}", file=", ".join(map(str, inputs)))
            runs = [run for share in shares for run in share.runs]
            words, tails = _parted(merged(runs, folder), min_count)
            titles = sum(share.titles for share in shares)
            written = write_statistics(out, words, tails, total=total, titles=titles, min_count=min_count)
    except BrokenProcessPool as error:
        reason = "a process was killed, perhaps for want of memory; try fewer --processes or less --memory"
        raise OutputError(f"{out}: {reason}. Nothing was written") from error
    except OSError as error:
        raise OutputError(f"{error.filename or out}: {error.strerror}; nothing was written, make room first") from error
    texts = sum(share.texts for share in shares)
    return Counted(texts, failed, total, *written, len(runs), errors if failed else None)


@contextmanager
def _runs_folder(out: Path) -> Iterator[Path]:
    """A folder for the runs; what a killed run left there goes. Locked as long as it is used."""
    folder = out.with_name(f"{out.name}.runs")
    folder.mkdir(exist_ok=True)
    with Journal(folder / "lock") as lock:
        lock.create()
        for old in folder.iterdir():
            if old != lock.path:
                old.unlink()
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _parted(counts: Iterator[Count], least: int) -> tuple[Iterator[tuple[str, int]], Iterator[tuple[str, int, int]]]:
    """Words and tails of the merged counts, to be gone through one behind the other."""
    first_tail: list[Count] = []

    def words() -> Iterator[tuple[str, int]]:
        for key, count in counts:
            if not is_word_key(key):
                first_tail.append((key, count))
                return
            if count >= least:
                yield word_in(key), count

    def tails() -> Iterator[tuple[str, int, int]]:
        # No character of an end comes before the tab behind it, so the lines of one end stand together.
        for end, group in groupby(chain(first_tail, counts), key=lambda count: end_in(count[0])):
            found = [count for _, count in group]  # as many as characters stand before it
            if sum(found) >= least and len(found) > 1:
                yield end, sum(found), len(found)

    return words(), tails()


def _write_errors(path: Path, parts: Sequence[Path]) -> None:
    """The failures of all processes in the order of the input; no file if there are none."""
    if not parts:
        path.unlink(missing_ok=True)
        return
    draft = path.with_name(f"{path.name}.draft")
    try:
        with ExitStack() as stack, draft.open("wb") as out:
            files = [stack.enter_context(part.open("rb")) for part in parts]
            for line in heapq.merge(*files, key=lambda line: line[:MARK]):
                out.write(line[MARK:])
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
