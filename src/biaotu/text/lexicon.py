"""The domain lexicon: persons, units, places, events, object nouns and the like, each word with its kind and source.

Built-in lists lie in ``lexicon_data/``, one text file a list; users add their own (``--lexicon FILE``, see docs).
A list is a UTF-8 text file: header lines ``# list:``, ``# attribute:``, ``# source:``, ``# licence:``, other ``#``
lines are comments, then one entry a line, ``word`` or ``word<TAB>note``. Words are in the form that the models read
(``reading.clean``).
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Final, NamedTuple

from biaotu.errors import InputError
from biaotu.taxonomy import ATTRIBUTES
from biaotu.text.reading import clean

OBJECTS: Final = "objects"
"""Kind of the object nouns: what a relic is. They belong to no attribute."""

USER: Final = "user"
"""Kind of a user's word that came without a type."""

_REMEMBERED: Final = 64
_ORDINARY: Final = 2_000
"""So many texts, if not longer than so many characters, have their matches kept: a record's are asked for twice."""

LONGEST_WORD: Final = 50
"""A longer "word" is a sentence that slipped into the list."""

HEADER_LINES: Final = 4
"""Lines of a built-in list's header: list, attribute, source, licence."""

_KIND_OF: Final = {
    "time": "eras",
    "place": "places",
    "organisation": "organisations",
    "event": "events",
    "person": "persons",
    "colour": "colours",
    "material": "materials",
    "shape": "shapes",
    "work-title": "publications",
    "model": "weapons_models",
    "currency": "currencies",
}
_ALIASES: Final = {
    "人名": "person",
    "地名": "place",
    "机构": "organisation",
    "部队": "organisation",
    "材料": "material",
    "质地": "material",
    "书刊": "work-title",
    "年代": "time",
}
_OBJECT_TYPES: Final = frozenset(["object", "objects", "物品", "器物", "物件", "文物", "藏品", "实物"])
_NO_TYPES: Final = frozenset(("", "none", "无"))
_WORD_HEADERS: Final = frozenset(["word", "term", "词", "词语", "词条", "名称"])
_TYPE_HEADERS: Final = frozenset(["type", "attribute", "kind", "类型", "类别", "属性", "种类"])


@dataclass(frozen=True, slots=True)
class Entry:
    """One word of one list.

    Attributes:
        word: the word as it stands in a clean text.
        attribute: the id of the taxonomy attribute whose values it can be; None for object nouns and untyped words.
        kind: the name of the list (``persons``, ``armed_units``, ``objects`` ...).
        source: where the list comes from.
    """

    word: str
    attribute: str | None
    kind: str
    source: str


class Match(NamedTuple):
    """A lexicon word in a text: ``text[start:end] == word``, offsets count code points."""

    start: int
    end: int
    word: str


class Lexicon:
    """Words looked up by name or found in a text.

    A word may stand in several lists (``红星`` a newspaper and a watch); within one kind it counts once, its first
    source is kept.
    """

    def __init__(self, entries: Sequence[Entry]) -> None:
        merged: dict[tuple[str, str], Entry] = {}
        for entry in entries:
            merged.setdefault((entry.word, entry.kind), entry)
        self.entries: tuple[Entry, ...] = tuple(merged.values())
        by_word: dict[str, list[Entry]] = {}
        for entry in self.entries:
            by_word.setdefault(entry.word, []).append(entry)
        self._by_word = by_word
        # By the first two characters: the lengths of the words that begin so, the longest first.
        lengths: dict[str, set[int]] = {}
        for word in by_word:
            if len(word) > 1:
                lengths.setdefault(word[:2], set()).add(len(word))
        self._single = frozenset(word for word in by_word if len(word) == 1)
        self._lengths = {head: tuple(sorted(found, reverse=True)) for head, found in lengths.items()}
        self._kinds = {word: frozenset(entry.kind for entry in found) for word, found in by_word.items()}
        self._attributes: dict[str, frozenset[str]] = {}  # of the words that were asked for
        self._matches = lru_cache(maxsize=_REMEMBERED)(self._all_matches)

    @classmethod
    def load(cls, extra: Sequence[Path] = ()) -> Lexicon:
        """The built-in lists and the user's files.

        Args:
            extra: user files: lists in the built-in format (header optional), or tables (CSV, TSV) with the columns
                ``word`` and ``type`` (词, 类型); UTF-8 with or without BOM, UTF-16 with BOM, or GB18030.

        Raises:
            InputError: a file cannot be read or holds no word, or a line is wrong; names file and row.
        """
        if not extra:
            return _built_in_alone()
        entries = [*_built_in_alone().entries]
        for path in extra:
            entries.extend(read_user_file(path))
        return cls(entries)

    def __contains__(self, word: object) -> bool:
        return word in self._by_word

    def __len__(self) -> int:
        """How many different words there are."""
        return len(self._by_word)

    @property
    def words(self) -> tuple[str, ...]:
        """The different words, in the order of the lists."""
        return tuple(self._by_word)

    def kinds(self, word: str) -> frozenset[str]:
        """The names of the lists a word stands in; empty for an unknown word."""
        return self._kinds.get(word, frozenset())

    def attributes(self, word: str) -> frozenset[str]:
        """The ids of the attributes a word can be a value of; empty for object nouns and unknown words."""
        found = self._attributes.get(word)
        if found is None:
            entries = self._by_word.get(word, ())
            found = frozenset(entry.attribute for entry in entries if entry.attribute is not None)
            if entries:
                self._attributes[word] = found
        return found

    def objects(self) -> frozenset[str]:
        """The object nouns."""
        return frozenset(entry.word for entry in self.entries if entry.kind == OBJECTS)

    def find(self, text: str, *, overlapping: bool = False) -> list[Match]:
        """The lexicon words in a text, by start.

        Args:
            text: the text to search, best as ``reading.clean`` gives it.
            overlapping: give every match, also those inside or across others, longer ones first at one start; otherwise
                the longest one at each place from the left, so that no two overlap.
        """
        matches = self._matches(text) if len(text) <= _ORDINARY else self._all_matches(text)
        if overlapping:
            return list(matches)
        found: list[Match] = []
        reach = 0
        for match in matches:
            if match.start >= reach:
                found.append(match)
                reach = match.end
        return found

    def _all_matches(self, text: str) -> tuple[Match, ...]:
        found: list[Match] = []
        lengths, known, size = self._lengths.get, self._by_word, len(text)
        for start, first in enumerate(text):
            for length in lengths(text[start : start + 2], ()):
                end = start + length
                if end <= size and (word := text[start:end]) in known and not _cuts_latin(text, start, end):
                    found.append(Match(start, end, word))
            if first in self._single and not _cuts_latin(text, start, start + 1):
                found.append(Match(start, start + 1, first))
        return tuple(found)


@lru_cache(maxsize=1)
def _built_in_alone() -> Lexicon:
    """The built-in lists, read once a process: a lexicon never changes."""
    return Lexicon([*_built_in()])


def _built_in() -> Iterator[Entry]:
    """The shipped lists, those written by hand first. Their form is kept by a test, so that loading stays quick."""
    folder = files("biaotu.text").joinpath("lexicon_data")
    names = sorted(path.name for path in folder.iterdir() if path.name.endswith(".txt"))
    for name in sorted(names, key=lambda name: name.startswith("corpus_")):
        lines = folder.joinpath(name).read_text(encoding="utf-8").splitlines()
        header = dict(line[2:].split(": ", 1) for line in lines[:HEADER_LINES])
        kind, attribute = _header_type(header, name, 1)
        source = header["source"]
        for line in lines[HEADER_LINES:]:
            if line[0] != "#":
                yield Entry(line.partition("\t")[0], attribute, kind, source)


def read_user_file(path: Path) -> list[Entry]:
    """The entries of a user's lexicon file; formats and errors as in ``Lexicon.load``."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise InputError(f"the lexicon cannot be read ({error.strerror})", file=str(path)) from error
    entries = list(_parse(_decode(raw, str(path)), str(path), user=True))
    if not entries:
        raise InputError("the lexicon holds no word; write one word a line, or a table with the columns word,type",
                         file=str(path))  # fmt: skip
    return entries


def _decode(raw: bytes, file: str) -> str:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", errors="replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        return raw.decode("gb18030")
    except UnicodeDecodeError as error:
        row = raw.count(b"\n", 0, error.start) + 1
        raise InputError("neither UTF-8 nor GB18030 text; save the lexicon as UTF-8", file=file, row=row) from error


def _parse(text: str, file: str, *, user: bool) -> Iterator[Entry]:
    """Read one list or table; ``user`` words are cleaned the way texts are, so that they match."""
    header = {"list": USER, "attribute": "none", "source": file}
    kind, attribute = USER, None
    columns: tuple[int, int | None] | None = None
    # A tab may stand before a free note only in a plain list; in a table the second column is a type and is checked.
    notes = not file.lower().endswith((".csv", ".tsv"))
    first = True
    for row, line in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), 1):
        if not line.strip():
            continue
        if line.startswith("#"):
            key, colon, value = line[1:].partition(":")
            if colon and key.strip() in header:
                header[key.strip()] = value.strip()
                kind, attribute = _header_type(header, file, row)
            continue
        cells = _cells(line, file, row)
        if first:
            first = False
            columns = _columns(cells)
            if columns is not None:
                continue
        place, type_place = columns or (0, 1)
        word = cells[place] if place < len(cells) else ""
        given = cells[type_place] if type_place is not None and type_place < len(cells) else ""
        if given and columns is None and notes and "\t" in line and _type(given) is None:
            given = ""
        entry_kind, entry_attribute = (kind, attribute) if not given else _checked_type(given, file, row)
        yield Entry(_checked_word(word, file, row, user=user), entry_attribute, entry_kind, header["source"])


def _cells(line: str, file: str, row: int) -> list[str]:
    if "\t" in line:
        return [cell.strip() for cell in line.split("\t")]
    try:
        return [cell.strip() for cell in next(csv.reader([line], strict=True))]
    except csv.Error as error:
        raise InputError(f"not a line of CSV ({error}); close the quotes", file=file, row=row) from error


def _columns(cells: Sequence[str]) -> tuple[int, int | None] | None:
    """The places of the word and type columns if the cells are a table's header."""
    names = [cell.lower() for cell in cells]
    word = next((place for place, name in enumerate(names) if name in _WORD_HEADERS), None)
    if word is None:
        return None
    return word, next((place for place, name in enumerate(names) if name in _TYPE_HEADERS), None)


def _type(name: str) -> tuple[str, str | None] | None:
    """Kind and attribute of a type name: an attribute's id or Chinese name, ``object``, ``none``; None if unknown."""
    name = name.strip()
    if name.lower() in _OBJECT_TYPES:
        return OBJECTS, None
    if name.lower() in _NO_TYPES:
        return USER, None
    attribute = _ALIASES.get(name, name.lower())
    for term in ATTRIBUTES:
        if attribute in (term.id, term.zh, term.en):
            return _KIND_OF.get(term.id, term.id), term.id
    return None


def _checked_type(name: str, file: str, row: int) -> tuple[str, str | None]:
    found = _type(name)
    if found is None:
        known = " ".join(ATTRIBUTES.names)
        raise InputError(
            f"{name!r} is no type; use one of {known}, 物品 (object) or leave it empty", file=file, row=row
        )
    return found


def _header_type(header: dict[str, str], file: str, row: int) -> tuple[str, str | None]:
    """What the header lines read so far say of the words that follow."""
    kind, attribute = _checked_type(header["attribute"], file, row)
    if kind != OBJECTS and header["list"] != USER:
        kind = header["list"]
    return kind, attribute


def _checked_word(word: str, file: str, row: int, *, user: bool) -> str:
    tidy = clean(word)[0] if user else word
    if not any(char.isalnum() for char in tidy):
        raise InputError("there is no word in this line; fill it in or delete the line", file=file, row=row)
    if len(tidy) > LONGEST_WORD:
        raise InputError(
            f"the word has {len(tidy)} characters, {LONGEST_WORD} is the limit; split it", file=file, row=row
        )
    return tidy


def _cuts_latin(text: str, start: int, end: int) -> bool:
    """Whether a Latin word or a number is cut in two at an edge: ``CA10`` is not in ``CA100``."""
    return (start > 0 and _latin(text[start - 1]) and _latin(text[start])) or (
        end < len(text) and _latin(text[end - 1]) and _latin(text[end])
    )


def _latin(char: str) -> bool:
    return char.isascii() and char.isalnum()
