"""What general Chinese knows: jieba's own dictionary with its counts, some words of which can be hidden."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from biaotu.text.segment import read_dictionary

with warnings.catch_warnings():
    # jieba 0.42.1 asks for pkg_resources and holds unescaped patterns; neither concerns our users.
    warnings.simplefilter("ignore")
    import jieba

_CLASSES: Final = {"nr": "person", "nrt": "person", "nrfg": "person", "ns": "place", "nt": "body", "nz": "name"}


@dataclass(frozen=True, slots=True)
class Parts:
    """How general Chinese reads a string: its words, their coarse word classes, and how likely that row of words is.

    ``log_probability`` is the sum over the parts of ``log(count / total)`` (a unigram model); an unknown character
    counts once. ``rarest`` and ``commonest`` are the smallest and largest of its terms.
    """

    words: tuple[str, ...]
    classes: tuple[str, ...]
    log_probability: float
    rarest: float
    commonest: float


class General:
    """Segmentation and frequencies of jieba's dictionary (349,046 words, 60 million counts of general Chinese).

    Args:
        own: words to know besides, all with the count of a rare word.
        hidden: words to do as if they were unknown.
    """

    def __init__(self, own: Iterable[str] = (), hidden: Iterable[str] = ()) -> None:
        self._tokenizer: Any = jieba.Tokenizer()
        frequencies, self._total, self._classes = read_dictionary(self._tokenizer.get_dict_file())
        self._tokenizer.FREQ, self._tokenizer.total = frequencies, self._total
        self._tokenizer.initialized = True
        for word in own:
            if len(word) > 1 and not any(char.isspace() for char in word):
                self._tokenizer.add_word(word)
        for word in hidden:
            if frequencies.get(word) and len(word) > 1:
                frequencies[word] = 0

    def words(self) -> dict[str, str]:
        """All words of the dictionary itself with their word classes."""
        return self._classes

    def cut(self, text: str) -> list[str]:
        """The words of a running text; unknown names are joined by jieba's hidden Markov model."""
        return list(self._tokenizer.cut(text))

    def parts(self, string: str) -> Parts:
        """The most likely row of known words that makes up ``string``."""
        words = tuple(self._tokenizer.cut(string, HMM=False))
        frequency = self._tokenizer.FREQ
        logs = [math.log(max(frequency.get(word, 0), 1) / self._total) for word in words]
        return Parts(words, tuple(self._class(word) for word in words), sum(logs), min(logs), max(logs))

    def _class(self, word: str) -> str:
        found = self._classes.get(word, "")
        return _CLASSES.get(found) or found[:1] or "unknown"
