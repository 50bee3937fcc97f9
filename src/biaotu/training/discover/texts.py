"""The corpus on disk: record files read once, cleaned, freed of boilerplate, then gone through as often as needed.

Counting takes one pass for every word length. Cleaning is the slow part and is done once; the clean texts lie in a
temporary file without a name, so that memory does not grow with the corpus and nothing stays behind.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from biaotu.errors import InputError
from biaotu.records import Failure, Record, Source, read_records
from biaotu.records.gold import unmark
from biaotu.text.reading import read

RUN = re.compile(r"[㐀-䶿一-鿿〇]+")
"""A stretch of Chinese characters: words are looked for inside, never across its ends."""
_CLAUSE = re.compile(r"[^，。；：！？、“”‘’《》（）()【】\s]{10,}")
_SEEN_BITS: Final = 1 << 27
_BREAK: Final = "；"


@dataclass(frozen=True, slots=True)
class Text:
    """A clean text: ``text[:title]`` is the record's title."""

    text: str
    title: int

    def runs(self) -> Iterator[tuple[int, str]]:
        """The stretches of Chinese characters with their places."""
        for match in RUN.finditer(self.text):
            yield match.start(), match.group()


class Texts:
    """The texts of record files, to be iterated any number of times; a context manager.

    A clause of ten characters or more that was met before is left out: a sentence repeated in a thousand records would
    make all its pieces look like words. Which clauses were met is kept in a fixed 16 MiB of bits (a Bloom filter of
    two hashes), so that a few clauses of a very large corpus are taken for repeated ones.

    Args:
        inputs: files of records in any form that ``read_records`` takes; inline marks of the corpus format are taken
            out.

    Attributes:
        failures: the rows that could not be read.
        records: how many records have text.
        characters: how many Chinese characters are left to be counted.
        repeated: how many characters of repeated clauses were left out.
    """

    def __init__(self, inputs: Sequence[Path]) -> None:
        self.failures: list[Failure] = []
        self.records = self.characters = self.repeated = 0
        self._seen = bytearray(_SEEN_BITS // 8)
        self._file = tempfile.TemporaryFile("w+", encoding="utf-8", newline="\n")  # noqa: SIM115
        try:
            for path in inputs:
                self._take(path)
        except BaseException:
            self._file.close()
            raise
        self._seen = bytearray()
        if not self.characters:
            self._file.close()
            raise InputError("there is no Chinese text in the records; hand in titles or descriptions",
                             file=", ".join(map(str, inputs)))  # fmt: skip

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def __iter__(self) -> Iterator[Text]:
        self._file.seek(0)
        for line in self._file:
            title, _, body = line.rstrip("\n").partition("\t")
            yield Text(title + body, len(title))

    def _take(self, path: Path) -> None:
        for record in read_records(path):
            if isinstance(record, Failure):
                self.failures.append(record)
                continue
            title, description = self._unmarked(record, str(path))
            reading = read(title, description)
            start = reading.title_length
            head, body = self._fresh(_line(reading.text[:start])), self._fresh(_line(reading.text[start:]))
            han = sum(map(len, RUN.findall(head))) + sum(map(len, RUN.findall(body)))
            if han:
                self.records += 1
                self.characters += han
                self._file.write(f"{head}\t{body}\n")

    def _unmarked(self, record: Record, file: str) -> tuple[str, str]:
        try:
            return unmark(record.title)[0], unmark(record.description)[0]
        except ValueError as error:
            reason = f"the inline marks are wrong ({error}); its text was read with them"
            self.failures.append(Failure(record.source or Source(file), reason, record.id))
            return record.title, record.description

    def _fresh(self, text: str) -> str:
        """The text without the long clauses that were met before."""

        def keep(match: re.Match[str]) -> str:
            clause = match.group()
            if not self._met(clause):
                return clause
            self.repeated += len(clause)
            return _BREAK

        return _CLAUSE.sub(keep, text)

    def _met(self, clause: str) -> bool:
        digest = blake2b(clause.encode("utf-8", "replace"), digest_size=16).digest()
        met = True
        for part in (digest[:8], digest[8:]):
            place = int.from_bytes(part, "little") % _SEEN_BITS
            byte, bit = place >> 3, 1 << (place & 7)
            met = met and bool(self._seen[byte] & bit)
            self._seen[byte] |= bit
        return met


def _line(text: str) -> str:
    return " ".join(text.split())
