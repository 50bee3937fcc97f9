"""From scored strings to proposals: what only repeats known words or is a piece of a better proposal is left out."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from biaotu.training.discover.features import Row
from biaotu.training.discover.general import General
from biaotu.training.discover.texts import Text

ALIGNED: Final = 0.6
"""In so many of its places a proposal begins and ends at the word borders of a segmentation that knows the lexicon."""
ABSORBED: Final = 0.5
"""A string that stands inside one longer word in so many of its places is a piece of it."""
WORD: Final = 0.3
"""From this score on a string counts as a word that absorbs its pieces."""
CONTEXTS: Final = 2
_WIDTH: Final = 20
_TITLES: Final = """
同志 先生 女士 烈士 主席 副主席 总理 元帅 将军 委员长 书记 总书记 教授 父子 夫妇 夫人 等人 等地 一带 地区 境内
"""
_STRETCHES: Final = "时期 年间 时代 初期 早期 中期 晚期 末期 前期 后期 初年 末年 中叶 朝"
_FAMILY: Final = "氏"
_TAILS: Final = frozenset((_TITLES + _STRETCHES).split())


@dataclass(frozen=True, slots=True)
class Proposal:
    """One new word.

    Attributes:
        word: two to eight Chinese characters.
        type: as in a user's lexicon: an attribute's Chinese name, ``物品``, or empty where there is no sure evidence.
        score: how surely the judge takes it for a word worth an entry, from 0 to 1.
        count: how often it stands in the corpus.
        texts: in how many records.
        cohesion: the weakest joint's pointwise mutual information.
        freedom: the smaller entropy of its neighbours.
        keyness: log ratio of its frequency here and what general Chinese makes of its parts.
        contexts: up to two places from different records, the word in brackets ``【】``.
    """

    word: str
    type: str
    score: float
    count: int
    texts: int
    cohesion: float
    freedom: float
    keyness: float
    contexts: tuple[str, ...] = ()


def composed(row: Row, general: General, persons: frozenset[str]) -> bool:
    """Whether a string only puts known words side by side, so that an entry would add nothing.

    A name with a title (``…同志``, ``主席…``), a family (``王氏``), a stretch of time (``…时期``), a number and a word
    (``一座…``), one place in another (``广东番禺``), a deed and its place (``赴…``).
    """
    words, classes = row.parts.words, row.parts.classes
    if len(row.string) == 2 and row.string[1] == _FAMILY:
        return True
    if len(words) < 2:
        return False
    if words[-1] in _TAILS or words[0] == "一":
        return True
    if words[-1] in persons or (classes[-1] == "person" and len(words[-1]) > 2):
        return True
    places = [len(word) > 1 and general.words().get(word) == "ns" for word in words]
    return places[-1] and (classes[0] == "v" or all(places))


def choose(rows: Sequence[Row], scores: Sequence[float], known: Mapping[str, int]) -> list[tuple[Row, float]]:
    """The rows to propose with their scores, best first.

    Args:
        rows: strings that stand by themselves in the segmentation.
        scores: their scores.
        known: counts of words of three characters or more that will not be proposed, but absorb their pieces as better
            proposals do.
    """
    order = sorted(range(len(rows)), key=lambda place: (-scores[place], rows[place].string))
    absorbed: dict[str, int] = {}
    for word, number in known.items():
        _absorb(absorbed, word, number)
    for place in order:
        if scores[place] >= WORD:
            _absorb(absorbed, rows[place].string, rows[place].seen.count)
    return [
        (rows[place], scores[place])
        for place in order
        if absorbed.get(rows[place].string, 0) < ABSORBED * rows[place].seen.count
    ]


def _absorb(absorbed: dict[str, int], word: str, number: int) -> None:
    """Note that every piece of ``word`` stands ``number`` times inside it."""
    for start in range(len(word) - 1):
        for stop in range(start + 2, len(word) + 1):
            if stop - start < len(word):
                piece = word[start:stop]
                absorbed[piece] = max(absorbed.get(piece, 0), number)


def find_contexts(texts: Iterable[Text], words: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Up to two places of each word from different records, twenty characters to either side."""
    lengths: dict[str, set[int]] = {}
    for word in words:
        lengths.setdefault(word[:2], set()).add(len(word))
    found: dict[str, list[str]] = {word: [] for word in words}
    for text in texts:
        here: set[str] = set()
        for offset, run in text.runs():
            for start in range(len(run) - 1):
                for length in lengths.get(run[start : start + 2], ()):
                    word = run[start : start + length]
                    if word in found and word not in here and len(found[word]) < CONTEXTS:
                        here.add(word)
                        found[word].append(_context(text.text, offset + start, length))
    return {word: tuple(places) for word, places in found.items()}


def _context(text: str, start: int, length: int) -> str:
    end = start + length
    before, after = text[max(0, start - _WIDTH) : start], text[end : end + _WIDTH]
    # The dots keep a spreadsheet from reading the cell as a formula, whatever the text begins with.
    return f"…{before}【{text[start:end]}】{after}…"


def write_lexicon(path: Path, proposals: Sequence[Proposal]) -> None:
    """Write the proposals as a user's lexicon: a table (tabs, or commas in a ``.csv``) with ``word`` and ``type``."""
    header = ["word", "type", "score", "count", "texts"]
    _write(path, header, ([one.word, one.type, f"{one.score:.3f}", one.count, one.texts] for one in proposals))


def write_review(path: Path, proposals: Sequence[Proposal]) -> None:
    """Write the proposals for a person to read: all figures and two contexts."""
    header = ["word", "type", "score", "count", "texts", "cohesion", "freedom", "keyness", "context 1", "context 2"]
    rows = (
        [one.word, one.type, f"{one.score:.3f}", one.count, one.texts,
         f"{one.cohesion:.2f}", f"{one.freedom:.2f}", f"{one.keyness:.2f}", *(*one.contexts, "", "")[:CONTEXTS]]
        for one in proposals
    )  # fmt: skip
    _write(path, header, rows)


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    # Excel takes a table for UTF-8 only if it begins with a byte order mark.
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        if path.suffix.lower() == ".csv":
            writer = csv.writer(file, lineterminator="\n")
        else:
            writer = csv.writer(file, delimiter="\t", quoting=csv.QUOTE_NONE, escapechar=None, quotechar=None,
                                lineterminator="\n")  # fmt: skip
        writer.writerow(header)
        writer.writerows(rows)
