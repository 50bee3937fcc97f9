"""Word statistics of a whole corpus: the counts N_iG behind the IWF (paper eq. 4), and how titles end.

The file is a gzipped table without any sentence in it; words seen less than ``min_count`` times are dropped.
"""

from __future__ import annotations

import gzip
import json
import math
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from biaotu.errors import BundleError
from biaotu.text.reading import Reading
from biaotu.text.segment import Segmenter

_FORMAT: Final = "biaotu-word-statistics"
_VERSION: Final = 1
_LONGEST_TAIL: Final = 8
_BRACKETS: Final = {"）": "（", "】": "【", ")": "(", "]": "["}
_TRAILING: Final = "。，、；：… "


class WordStatistics:
    """What a corpus G says of words.

    Args:
        words: how often each word stands in G (N_iG), rare words left out.
        total: how many words G has in all (sum_m N_mG), the rare ones included.
        tails: for the ends of titles (``手榴弹``, ``榴弹`` ...) how many titles end so and how many different
            characters stand before: an end that is a word follows many different characters.
        titles: how many titles were counted.
        min_count: words and tails seen less often were dropped.
    """

    def __init__(
        self,
        words: Mapping[str, int],
        total: int,
        tails: Mapping[str, tuple[int, int]],
        titles: int,
        *,
        min_count: int = 1,
    ) -> None:
        self.words = dict(words)
        self.total = total
        self.tails = dict(tails)
        self.titles = titles
        self.min_count = min_count
        self._rarest = min(self.words.values(), default=1)

    def iwf(self, word: str) -> float:
        """Inverse word frequency ``log(sum_m N_mG / N_iG)`` (eq. 4); an unseen word has that of the rarest."""
        return math.log(max(self.total, 1) / self.words.get(word, self._rarest))

    def tail(self, end: str) -> tuple[int, int]:
        """How many titles of G end in ``end``, and how many different characters stand before it there."""
        return self.tails.get(end, (0, 0))

    def save(self, path: Path) -> None:
        """Write the statistics; the same statistics give the same bytes."""
        write_statistics(
            path,
            sorted(self.words.items()),
            ((end, count, before) for end, (count, before) in sorted(self.tails.items())),
            total=self.total,
            titles=self.titles,
            min_count=self.min_count,
        )

    @classmethod
    def load(cls, path: Path) -> WordStatistics:
        """Read what ``save`` wrote.

        Raises:
            BundleError: if the file is missing, damaged or of another version.
        """
        try:
            with gzip.open(path, "rt", encoding="utf-8") as lines:
                header = json.loads(next(lines, "null"))
                if not isinstance(header, dict) or (header.get("format"), header.get("version")) != (_FORMAT, _VERSION):
                    raise BundleError(f"{path}: not word statistics of version {_VERSION}; build them anew")
                words: dict[str, int] = {}
                tails: dict[str, tuple[int, int]] = {}
                for line in lines:
                    kind, text, *numbers = line.rstrip("\n").split("\t")
                    if kind == "w":
                        words[text] = int(numbers[0])
                    else:
                        tails[text] = (int(numbers[0]), int(numbers[1]))
                return cls(words, int(header["total"]), tails, int(header["titles"]), min_count=header["min_count"])
        except (OSError, EOFError, ValueError, LookupError, TypeError, RecursionError, zlib.error) as error:
            raise BundleError(f"{path}: word statistics cannot be read ({error})") from error


def build_statistics(readings: Iterable[Reading], segmenter: Segmenter, *, min_count: int = 3) -> WordStatistics:
    """Count the words and title ends of a corpus, one text at a time.

    Args:
        readings: the texts of G; a stream is fine.
        segmenter: the same segmenter that the tagger will use.
        min_count: what is seen less often is dropped, which keeps the file small and no sentence recoverable.
    """
    words: Counter[str] = Counter()
    tails: Counter[str] = Counter()
    before: dict[str, set[str]] = {}
    titles = 0
    for reading in readings:
        words.update(words_of(reading, segmenter))
        ends = title_ends(reading)
        titles += ends is not None
        for end, char in ends or ():
            tails[end] += 1
            before.setdefault(end, set()).add(char)
    return WordStatistics(
        {word: count for word, count in words.items() if count >= min_count},
        sum(words.values()),
        {end: (count, len(before[end])) for end, count in tails.items() if count >= min_count and len(before[end]) > 1},
        titles,
        min_count=min_count,
    )


def words_of(reading: Reading, segmenter: Segmenter) -> list[str]:
    """The words of a text that count, in order."""
    return [token.word for token in segmenter.cut(reading.text) if is_word(token.word)]


def title_ends(reading: Reading) -> list[tuple[str, str]] | None:
    """The ends of a text's title, each with the character before it ("" at the title's beginning); None without one."""
    title = bare_title(reading.text[: reading.title_length])
    if not title:
        return None
    ends = ((title[-length:], title[-length - 1 : -length]) for length in range(1, min(_LONGEST_TAIL, len(title)) + 1))
    return [(end, before) for end, before in ends if is_word(end)]


def write_statistics(
    path: Path,
    words: Iterable[tuple[str, int]],
    tails: Iterable[tuple[str, int, int]],
    *,
    total: int,
    titles: int,
    min_count: int,
) -> tuple[int, int]:
    """Write a file of statistics from streams, so that it may be larger than memory; whole, or not at all.

    Args:
        path: the file; what is there is replaced at the very end.
        words: word and count, sorted by word.
        tails: end of titles, count, different characters before it; sorted by end.
        total: as in ``WordStatistics``.
        titles: as in ``WordStatistics``.
        min_count: as in ``WordStatistics``.

    Returns:
        How many words and how many tails were written.

    Raises:
        OSError: if the disk fails; what was there stays.
    """
    header = {"format": _FORMAT, "version": _VERSION, "total": total, "titles": titles, "min_count": min_count}
    # As gzip.compress does it, which is why the same statistics give the same bytes: no name and no time in it.
    packer = zlib.compressobj(9, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    counts = [0, 0]
    draft = path.with_name(f"{path.name}.draft")
    try:
        with draft.open("wb") as out:
            out.write(packer.compress(f"{json.dumps(header)}\n".encode()))
            for word, count in words:
                out.write(packer.compress(f"w\t{word}\t{count}\n".encode()))
                counts[0] += 1
            for end, count, before in tails:
                out.write(packer.compress(f"t\t{end}\t{count}\t{before}\n".encode()))
                counts[1] += 1
            out.write(packer.flush())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return counts[0], counts[1]


def is_word(text: str) -> bool:
    """Whether a token counts as a word of the text: it holds a letter or a digit, not only marks."""
    return text.isalnum() or any(char.isalnum() for char in text)


def bare_title(title: str) -> str:
    """The title without the marks and brackets that trail it: ``…印章（二级）`` becomes ``…印章``."""
    title = title.rstrip(_TRAILING)
    while title and (opening := title.rfind(_BRACKETS.get(title[-1], "\0"))) >= 0:
        title = title[:opening].rstrip(_TRAILING)
    return title
