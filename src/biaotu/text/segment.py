"""Words of a text with their places: jieba with the domain lexicon (paper section 4.2).

Each segmenter owns its dictionary, so that words added here never leak into another user of jieba in the process.
No cache file is written: reading the dictionary takes about half a second, and jieba's own cache in the shared
temporary folder fails on read-only disks and trusts whatever lies there.

The likeliest row of words is looked for here and not by ``jieba.cut``, in one pass where that takes three; dictionary,
weights and the reading of unknown words are jieba's, and so are the words (a test compares them).
"""

from __future__ import annotations

import re
import sys
import warnings
from collections.abc import Iterable, Iterator
from functools import lru_cache
from math import log
from typing import IO, Final, NamedTuple

with warnings.catch_warnings():
    # jieba 0.42.1 asks for pkg_resources and holds unescaped patterns; neither concerns our users.
    warnings.simplefilter("ignore")
    import jieba
    from jieba import finalseg

_PIECE: Final = 2_000
"""Longest stretch handed to jieba at once; its search keeps a table over the whole sentence."""

_LONGEST_WORD: Final = 8

_REMEMBERED: Final = 64
"""Texts of ordinary length whose words are kept: of one record the attribute network and the tagger both ask."""

_UNKNOWN: Final = 32_768
_ORDINARY: Final = 16
"""Rows of characters, if not longer than this, whose reading by the hidden Markov model is kept: names come again."""

_BLOCK: Final = jieba.re_han_default
"""What jieba cuts into words; what lies between is white space or single characters."""
_SPACE: Final = jieba.re_skip_default
_HAN: Final = re.compile("[\u4e00-\u9fd5]+")


class Token(NamedTuple):
    """One word of a text: ``text[start:end] == word``."""

    word: str
    start: int
    end: int


class Segmenter:
    """Cuts clean text into words.

    Safe to share between threads: the dictionary is complete when the constructor returns and only read afterwards.

    Args:
        words: words of the domain that must not be cut apart; those of one character or with white space are left out,
            as the dictionary has the former and cannot hold the latter.
    """

    def __init__(self, words: Iterable[str] = ()) -> None:
        self._tokenizer = jieba.Tokenizer()
        self._tokenizer.FREQ, self._tokenizer.total, self._classes = read_dictionary(self._tokenizer.get_dict_file())
        self._tokenizer.initialized = True
        self._words = lru_cache(maxsize=_REMEMBERED)(self._cut)
        for word in dict.fromkeys(words):
            if len(word) > 1 and not any(char.isspace() for char in word):
                self._add(word)

    def _add(self, word: str) -> None:
        """``jieba.Tokenizer.add_word`` with the frequency that it suggests, in half the time.

        The word gets so many that it is likelier than the row of words it falls into now.
        """
        tokenizer = self._tokenizer
        if not _HAN.fullmatch(word):  # letters and figures side by side jieba takes together
            tokenizer.add_word(word)
            return
        frequencies, total, likelihood, start = tokenizer.FREQ, float(tokenizer.total), 1.0, 0
        for end in self._ends(word):
            likelihood *= frequencies.get(word[start:end], 1) / total
            start = end
        frequencies[word] = count = max(int(likelihood * tokenizer.total) + 1, frequencies.get(word, 1))
        tokenizer.total += count
        for stop in range(len(word) - 1, 0, -1):
            if (beginning := word[:stop]) in frequencies:
                break  # then all shorter ones are known too
            frequencies[beginning] = 0

    def word_class(self, word: str) -> str:
        """The word class that the dictionary gives (``n``, ``v``, ``nr`` ...); empty for a word it does not know."""
        return self._classes.get(word, "")

    def dictionary_words(self, text: str) -> Iterator[tuple[int, int]]:
        """Start and end of every word of two characters or more that the general dictionary has, longer ones first."""
        frequency = self._tokenizer.FREQ.get  # 0 for beginnings of words, so that a search knows when to stop
        for start in range(len(text)):
            ends = []
            for end in range(start + 2, min(len(text), start + _LONGEST_WORD) + 1):
                count = frequency(word := text[start:end])
                if count is None:
                    break
                if count and word in self._classes:
                    ends.append(end)
            for end in reversed(ends):
                yield start, end

    def cut(self, text: str) -> list[Token]:
        """The words of ``text`` in order, punctuation and spaces included; joined they give the text back."""
        return list(self._words(text) if len(text) <= _PIECE else self._cut(text))

    def _cut(self, text: str) -> tuple[Token, ...]:
        tokens: list[Token] = []
        start = 0
        for piece in _pieces(text):
            for word in self._piece(piece):
                end = start + len(word)
                tokens.append(Token(word, start, end))
                start = end
        return tuple(tokens)

    def _piece(self, text: str) -> Iterator[str]:
        for block in _BLOCK.split(text):
            if not block:
                continue
            if _BLOCK.match(block):
                yield from self._block(block)
                continue
            for part in _SPACE.split(block):
                if _SPACE.match(part):
                    yield part
                else:
                    yield from part

    def _block(self, block: str) -> Iterator[str]:
        """The words of the likeliest row; single characters side by side that are no word together are read anew."""
        start = first = 0  # from first to start: single characters
        for end in self._ends(block):
            if end - start > 1:
                if first < start:
                    yield from self._lone(block[first:start])
                yield block[start:end]
                first = end
            start = end
        if first < start:
            yield from self._lone(block[first:])

    def _lone(self, chars: str) -> Iterable[str]:
        if len(chars) == 1 or self._tokenizer.FREQ.get(chars):
            return chars
        return _read_unknown(chars) if len(chars) <= _ORDINARY else finalseg.cut(chars)

    def _ends(self, block: str) -> list[int]:
        """Where the words of the likeliest row end: the best way on from each character, from the last one back."""
        frequency = self._tokenizer.FREQ.get
        log_total = log(self._tokenizer.total)
        size = len(block)
        scores, ends = [0.0] * (size + 1), [0] * size
        for start in range(size - 1, -1, -1):
            best, chosen, end = 0.0, 0, start + 1
            while end <= size:
                count = frequency(block[start:end])
                if count is None:
                    break
                if count:
                    score = log(count) - log_total + scores[end]
                    if not chosen or score >= best:
                        best, chosen = score, end
                end += 1
            if not chosen:  # no word begins here; jieba weighs the single character as one that was seen once
                best, chosen = scores[start + 1] - log_total, start + 1
            scores[start], ends[start] = best, chosen
        row, place = [], 0
        while place < size:
            place = ends[place]
            row.append(place)
        return row


@lru_cache(maxsize=1)
def shared_segmenter(words: tuple[str, ...]) -> Segmenter:
    """The segmenter of these words, made once while nobody asks for one of others: it takes a second."""
    return Segmenter(words)


@lru_cache(maxsize=_UNKNOWN)
def _read_unknown(chars: str) -> tuple[str, ...]:
    """Words that the dictionary does not have, by jieba's hidden Markov model."""
    return tuple(finalseg.cut(chars))


def read_dictionary(lines: IO[bytes]) -> tuple[dict[str, int], int, dict[str, str]]:
    """Read jieba's dictionary: frequencies of all words and of their beginnings (0), the total, the word classes."""
    with lines:
        columns = lines.read().decode("utf-8").split()  # by columns, a fifth quicker than by lines
    words, counts = columns[::3], [int(number) for number in columns[1::3]]
    classes = dict(zip(words, map(sys.intern, columns[2::3]), strict=True))
    frequencies: dict[str, int] = {}
    longer, length = words, 1
    while longer := [word for word in longer if len(word) > length]:
        frequencies.update(dict.fromkeys([word[:length] for word in longer], 0))
        length += 1
    frequencies.update(zip(words, counts, strict=True))
    return frequencies, sum(counts), classes


def _pieces(text: str) -> Iterator[str]:
    """Cut a long text behind full stops, so that no piece is longer than ``_PIECE``."""
    start = 0
    while len(text) - start > _PIECE:
        stop = text.rfind("。", start, start + _PIECE) + 1
        if stop <= start:
            stop = start + _PIECE
        yield text[start:stop]
        start = stop
    if start < len(text):
        yield text[start:]
