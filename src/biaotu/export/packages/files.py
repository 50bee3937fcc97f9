"""Exports that are one file: LIDO, SKOS, the census table, CoNLL, corpus, Label Studio, doccano."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from biaotu.errors import UsageError
from biaotu.export.census import census_csv, census_xlsx
from biaotu.export.conll import conll
from biaotu.export.corpus import as_gold, corpus_line, doccano_line, label_studio_task
from biaotu.export.exchange import Holding
from biaotu.export.jsonl import encode
from biaotu.export.lido import lido
from biaotu.export.packages.site import WebSite
from biaotu.export.packages.writing import Shot, Target
from biaotu.records.gold import GoldRecord


def gold_of(holding: Holding) -> GoldRecord:
    """The gold record of a holding; of one that people have settled, no value at all is a judgement too."""
    gold = as_gold(holding.annotation)
    return replace(gold, spans=()) if holding.confirmed and gold.spans is None else gold


class _File:
    """A file that grows by one piece for each record."""

    head = b""
    between = b""
    tail = b""

    def __init__(self, target: Target) -> None:
        self.target = target
        self._file = target.draft.open("xb")
        self._count = 0

    def add(self, holding: Holding, shots: Sequence[Shot]) -> list[str]:
        """Write one record."""
        del shots
        piece = self.piece(holding)  # whole before anything of it is written
        self._file.write((self.between if self._count else self.head) + piece)
        self._count += 1
        return []

    def piece(self, holding: Holding) -> bytes:
        """One record's part of the file."""
        raise NotImplementedError

    def finish(self) -> None:
        """Write what closes the file."""
        self._file.write(self.tail)
        self._file.close()

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()


class CorpusFile(_File):
    """The corpus format with its inline marks."""

    def piece(self, holding: Holding) -> bytes:
        """One line."""
        return encode(corpus_line(gold_of(holding)))


class DoccanoFile(_File):
    """doccano's JSON Lines."""

    def piece(self, holding: Holding) -> bytes:
        """One line."""
        return encode(doccano_line(gold_of(holding)))


class ConllFile(_File):
    """CoNLL, one character a line."""

    def piece(self, holding: Holding) -> bytes:
        """The lines of one record."""
        return "".join(conll([gold_of(holding)])).encode()


class LabelStudioFile(_File):
    """Label Studio's list of tasks, one a line."""

    head, between, tail = b"[\n", b",\n", b"\n]\n"

    def piece(self, holding: Holding) -> bytes:
        """One task."""
        return encode(label_studio_task(gold_of(holding))).rstrip(b"\n")


class LidoFile(_File):
    """LIDO; each record is made as a document of its own and its element taken over, so that memory stays flat."""

    tail = b"</lido:lidoWrap>\n"
    _OPENING: Final = b"  <lido:lido>"

    def piece(self, holding: Holding) -> bytes:
        """One record's element."""
        document = lido([holding], _site(self.target))
        start, end = document.index(self._OPENING), document.rindex(self.tail)  # a "<" in a text is escaped
        self.head = document[:start]
        return document[start:end]


class CensusFile:
    """The census table; its columns are known only when the last record is, so all are held until then."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._holdings: list[Holding] = []

    def add(self, holding: Holding, shots: Sequence[Shot]) -> list[str]:
        """Take one record."""
        del shots
        self._holdings.append(holding)
        return []

    def finish(self) -> None:
        """Write the table."""
        make = census_csv if self._target.suffix == ".csv" else census_xlsx
        self._target.draft.write_bytes(make(self._holdings))

    def close(self) -> None:
        """Nothing is open."""


class SkosFile:
    """Our vocabularies and the census's code tables; there are no records in it."""

    def __init__(self, target: Target) -> None:
        self._target = target

    def add(self, holding: Holding, shots: Sequence[Shot]) -> list[str]:
        """Refused: a vocabulary is no place for records."""
        del shots
        raise UsageError(f"skos holds the vocabularies, no records such as {holding.id}")

    def finish(self) -> None:
        """Write the document."""
        from biaotu.export.skos import skos

        turtle = self._target.suffix == ".ttl"
        self._target.draft.write_bytes(skos(_site(self._target), "turtle" if turtle else "json-ld"))

    def close(self) -> None:
        """Nothing is open."""


def _site(target: Target) -> WebSite:
    if target.site is None:
        raise UsageError("this format names things by addresses; give --base with the address of your site")
    return target.site
