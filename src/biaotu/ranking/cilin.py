"""同义词词林 (extended): how near two words lie in a tree of meanings.

Every sense of a word has a code such as ``Bo27A01=``: five levels (``B``, ``o``, ``27``, ``A``, ``01``) and a mark:
``=`` words of the same meaning, ``#`` words of the same kind, ``@`` a word alone. Two senses are the nearer the more
levels they share; of words with several senses the nearest pair counts (Tian Jiule, Zhao Wei:
基于同义词词林的词语相似度计算方法, Journal of Jilin University, Information Science Edition, 2010, 28(6)).

Their formula also counts branches of the tree. Measured on public word pairs that term costs more than it brings
(Spearman with the formula and with the plain table below, on pairs of two listed words: COS960 .601 and .656, PKU-500
.501 and .529), so the table is all there is.
"""

from __future__ import annotations

import gzip
import re
import zlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import chain
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from biaotu.errors import BundleError

_CODE: Final = re.compile(r"([A-Z])([a-z])(\d\d)([A-Z])(\d\d)([=#@])")
_NEARNESS: Final = np.array([0.0, 0.15, 0.3, 0.5, 0.75, 0.6, 1.0], dtype=np.float32)
"""Nearness by shared levels, 0 to 4; then all five of the same kind (``#``), and of the same meaning (``=``, ``@``)."""


class Cilin:
    """Senses of words.

    Args:
        codes: word -> its codes.

    Raises:
        ValueError: if a code is not of the form above.
    """

    def __init__(self, codes: Mapping[str, Iterable[str]]) -> None:
        self._codes = {word: tuple(sorted(set(found))) for word, found in codes.items()}
        self._levels = {code: _levels(code) for code in set(chain.from_iterable(self._codes.values()))}

    def __len__(self) -> int:
        return len(self._codes)

    def __contains__(self, word: object) -> bool:
        return word in self._codes

    @property
    def words(self) -> tuple[str, ...]:
        """The listed words."""
        return tuple(self._codes)

    @classmethod
    def load(cls, path: Path) -> Cilin:
        """Read what ``save`` wrote.

        Raises:
            BundleError: if the file cannot be read or is of another shape.
        """
        codes: defaultdict[str, list[str]] = defaultdict(list)
        try:
            with gzip.open(path, "rt", encoding="utf-8") as lines:
                for line in lines:
                    code, *words = line.split()
                    for word in words:
                        codes[word].append(code)
            return cls(codes)
        except (OSError, EOFError, ValueError, zlib.error) as error:
            raise BundleError(f"{path}: no file of 同义词词林 ({error})") from error

    def save(self, path: Path) -> None:
        """Write one line a code, ``code word word ...``, compressed; the same bytes for the same content."""
        words: defaultdict[str, list[str]] = defaultdict(list)
        for word, codes in self._codes.items():
            for code in codes:
                words[code].append(word)
        text = "".join(f"{code} {' '.join(sorted(words[code]))}\n" for code in sorted(words))
        path.write_bytes(gzip.compress(text.encode("utf-8"), 9, mtime=0))

    def codes(self, word: str) -> tuple[str, ...]:
        """The codes of a word; of one that is not listed, those of its longest listed ending, where its head stands."""
        for start in range(len(word)):
            found = self._codes.get(word[start:])
            if found:
                return found
        return ()

    def senses(self, word: str) -> npt.NDArray[np.int32]:
        """``[6, senses]``, a column for each code: numbers for its first level, first two ... all five, its mark."""
        return np.array([self._levels[code] for code in self.codes(word)], dtype=np.int32).reshape(-1, 6).T

    def nearness(self, left: str, right: str) -> float | None:
        """How near two words are, 0 to 1; None if one of them is unknown."""
        one, other = self.senses(left), self.senses(right)
        return float(nearness(one, other).max()) if one.size and other.size else None


def nearness(left: npt.NDArray[np.int32], right: npt.NDArray[np.int32]) -> npt.NDArray[np.float32]:
    """Nearness of every sense to every sense, ``[6, m], [6, n] -> [m, n]``."""
    shared = np.zeros((left.shape[1], right.shape[1]), dtype=np.int8)
    for level in range(5):
        shared += left[level][:, None] == right[level]
    same_kind = left[5] == ord("#")
    shared += (shared == 5) & ~same_kind[:, None]
    return np.asarray(_NEARNESS[shared])


def _levels(code: str) -> tuple[int, int, int, int, int, int]:
    match = _CODE.fullmatch(code)
    if match is None:
        raise ValueError(f"{code!r} is no code of 同义词词林")
    first, second, third, fourth, fifth, mark = match.groups()
    one = ord(first) - ord("A")
    two = one * 26 + ord(second) - ord("a")
    three = two * 100 + int(third)
    four = three * 26 + ord(fourth) - ord("A")
    return one, two, three, four, four * 100 + int(fifth), ord(mark)
