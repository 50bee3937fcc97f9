"""One spelling for searching: traditional or simplified, full or half width, capital or small, spaces or none.

Folding goes character by character, so the fold of a part is a part of the fold of the whole: a query that was copied
out of a text always finds it. OpenCC's phrase rules would break that (乾 alone becomes 干, in 乾隆 it stays), therefore
its character table is used for text and query alike. What a reader sees is never the folded form: places lead back to
the original.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import opencc

DROPPED = frozenset("\"'`“”‘’「」『』《》〈〉〝〞″′·・•‧∙-‐‑_﹣")
"""Quotation and book marks, middle dots and hyphens: writers set or leave them out at will."""

_DROPPED_KINDS = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf", "Cs", "Cn", "Co", "Mn", "Me"})


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text and the way back.

    ``places[i]`` is the offset (code points) in the original of the character that gave ``text[i]``.
    """

    text: str
    places: tuple[int, ...]

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The stretch of the original that ``text[start:end]`` (not empty) was folded from."""
        return self.places[start], self.places[end - 1] + 1


class _Folds(dict[int, str]):
    """Code point -> folded characters, filled as characters are met; made for ``str.translate``."""

    def __init__(self, simplified: _Simplified) -> None:
        super().__init__()
        self._simplified = simplified

    def __missing__(self, code: int) -> str:
        folded = "".join(self._one(part) for part in unicodedata.normalize("NFKD", chr(code)).casefold())
        self[code] = folded
        return folded

    def _one(self, char: str) -> str:
        if char in DROPPED or unicodedata.category(char) in _DROPPED_KINDS:
            return ""
        return self._simplified[ord(char)]


class _Simplified(dict[int, str]):
    """Code point -> simplified character, by OpenCC's character table and ``more``."""

    def __init__(self, more: dict[str, str]) -> None:
        super().__init__()
        self._converter = opencc.OpenCC("t2s")
        self._more = more

    def __missing__(self, code: int) -> str:
        char = chr(code)
        simple = self._converter.convert(char) if code > 0x2E7F and not 0xD800 <= code < 0xE000 else char
        self[code] = self._more.get(simple, simple)
        return self[code]


@cache
def _variants() -> dict[str, str]:
    """The pairs of ``folding.tsv``."""
    lines = files("biaotu.search").joinpath("folding.tsv").read_text(encoding="utf-8").splitlines()
    return dict(line.split("\t") for line in lines if line and not line.startswith("#"))


@cache
def _folds() -> _Folds:
    return _Folds(_Simplified(_variants()))


@cache
def _plain() -> _Simplified:
    return _Simplified({})


def fold(text: str) -> str:
    """The folded text; empty if nothing searchable stands there."""
    return text.translate(_folds())


def fold_with_places(text: str) -> Folded:
    """The folded text with the original place of each of its characters."""
    table = _folds()
    parts = [table[ord(char)] for char in text]
    return Folded("".join(parts), tuple(place for place, part in enumerate(parts) for _ in part))


def spelling(value: str) -> str:
    """The normal spelling of an attribute value to show and to count by: simplified, half width, no white space.

    Unlike ``fold`` it keeps capitals, signs and words that differ in simplified writing.
    """
    return "".join(unicodedata.normalize("NFKC", value).split()).translate(_plain())
