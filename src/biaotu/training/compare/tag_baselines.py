"""The keyword methods that the tags are held against: TextRank, TF-IDF and KeyBERT (paper, table 2).

All read the same clean text as the tagger, cut with the same lexicon, and give their words back in the museum's own
wording, so that nothing but the choice of words is compared.
"""

from __future__ import annotations

import logging
import math
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final, Protocol

import numpy as np
import numpy.typing as npt
from sklearn.feature_extraction.text import CountVectorizer

from biaotu.errors import ConfigError
from biaotu.models import Models
from biaotu.text.candidates import WORD, Candidate, find_candidates
from biaotu.text.lexicon import Lexicon
from biaotu.text.reading import Reading
from biaotu.text.segment import Segmenter
from biaotu.text.tags import original_wording

with warnings.catch_warnings():
    # jieba 0.42.1 holds unescaped patterns, which Python names when it first compiles them, and leaves a file open.
    warnings.simplefilter("ignore")
    import jieba
    import jieba.analyse
    import jieba.posseg

Floats = npt.NDArray[np.float32]
Embed = Callable[[str], Floats]
"""A text -> its vector."""

LIMIT: Final = 10
_DIVERSITY: Final = 0.5
"""KeyBERT's own default for maximal marginal relevance."""
_NOUN: Final = "n"


class Keywords(Protocol):
    """A method that finds the words which say most about a text."""

    def keywords(self, reading: Reading, limit: int = LIMIT) -> tuple[str, ...]:
        """The best words of a text, best first, as the museum wrote them."""


class Jieba:
    """TextRank or TF-IDF of ``jieba.analyse`` with the domain lexicon, everything else at the library's defaults.

    TextRank keeps nouns, verbs and place names only. A lexicon word that jieba's dictionary does not know is given to
    it as a noun; without a word class TextRank would drop every one of them.

    Args:
        method: ``textrank``, or ``tfidf`` with the library's table of document frequencies.
        lexicon: the lexicon of serving.
    """

    def __init__(self, method: str, lexicon: Lexicon) -> None:
        jieba.setLogLevel(logging.WARNING)
        tokenizer = jieba.Tokenizer()
        tagged = jieba.posseg.POSTokenizer(tokenizer)
        for word in lexicon.words:
            if len(word) > 1 and not any(char.isspace() for char in word):
                tokenizer.add_word(word, tag=tagged.word_tag_tab.get(word, _NOUN))
        self._extractor: Any
        if method == "textrank":
            self._extractor = jieba.analyse.TextRank()
            self._extractor.tokenizer = self._extractor.postokenizer = tagged
        elif method == "tfidf":
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", ResourceWarning)  # jieba leaves the file of its table open
                self._extractor = jieba.analyse.TFIDF()
            self._extractor.tokenizer, self._extractor.postokenizer = tokenizer, tagged
        else:
            raise ValueError(f"jieba has no method {method!r}; it has textrank and tfidf")

    def keywords(self, reading: Reading, limit: int = LIMIT) -> tuple[str, ...]:
        """The best words of a text, best first, as the museum wrote them."""
        return worded(self._extractor.extract_tags(reading.text, topK=2 * limit), reading, limit)


class TfIdf:
    """TF-IDF over the very words that TF-IWF weighs, its document frequencies counted on the same texts.

    The fair counterpart of TF-IWF: segmentation, lexicon, stop words and corpus are the same, only the weight differs.
    The IDF is the smooth one of scikit-learn, ``log((1 + N) / (1 + n_i)) + 1``.
    """

    def __init__(self, corpus: Iterable[Reading], segmenter: Segmenter, lexicon: Lexicon) -> None:
        self._words = ContentWords(segmenter, lexicon)
        self._documents: Counter[str] = Counter()
        self._total = 0
        for reading in corpus:
            self._documents.update({candidate.text for candidate in self._words.of(reading)})
            self._total += 1

    def keywords(self, reading: Reading, limit: int = LIMIT) -> tuple[str, ...]:
        """The best words of a text, best first, as the museum wrote them."""
        ranked = sorted(
            self._words.of(reading), key=lambda one: (-len(one.places) * self._idf(one.text), one.places[0][0])
        )
        return worded((candidate.text for candidate in ranked), reading, limit)

    def _idf(self, word: str) -> float:
        return math.log((1 + self._total) / (1 + self._documents[word])) + 1


class KeyBert:
    """The library KeyBERT over the words of the segmentation: those nearest to the vector of the whole text.

    Args:
        embed: the text encoder.
        segmenter: cuts the texts.
        lexicon: the lexicon of serving.
        diverse: whether words are chosen by maximal marginal relevance, at the library's default diversity.

    Raises:
        ConfigError: if KeyBERT is not installed.
    """

    def __init__(self, embed: Embed, segmenter: Segmenter, lexicon: Lexicon, *, diverse: bool = False) -> None:
        self._model = _keybert(embed)
        self._words = ContentWords(segmenter, lexicon)
        self._diverse = diverse

    def keywords(self, reading: Reading, limit: int = LIMIT) -> tuple[str, ...]:
        """The best words of a text, best first, as the museum wrote them."""
        words = [candidate.text for candidate in self._words.of(reading)]
        if not words:
            return ()
        # KeyBERT takes its candidates from a vectoriser; this one names the words of this text.
        vectorizer = CountVectorizer(analyzer=lambda _: words)
        found = self._model.extract_keywords(
            reading.text, vectorizer=vectorizer, top_n=2 * limit, use_mmr=self._diverse, diversity=_DIVERSITY
        )
        return worded((word for word, _ in found), reading, limit)


class ContentWords:
    """The words of a text that TF-IWF weighs: those of the segmentation, less stop words and single characters."""

    def __init__(self, segmenter: Segmenter, lexicon: Lexicon) -> None:
        self._segmenter = segmenter
        self._lexicon = lexicon

    def of(self, reading: Reading) -> list[Candidate]:
        """The words with all their places."""
        found = find_candidates(reading, self._segmenter.cut(reading.text), (), self._lexicon)
        return [candidate for candidate in found if WORD in candidate.kinds]


def bundle_embedder(models: Models) -> Embed:
    """Vectors of texts by the bundle's own text encoder: the mean over the last layer of all pieces, of unit length.

    A state holds several layers side by side. The last one is the encoder's own vector of a text and serves KeyBERT
    best (top-5 F1 on the museum dev set .386; all three of the shipped bundle .337, its middle one .290).
    """
    layers = len(models.manifest.training["attributes"]["config"]["encoders"]["layers"])
    last = slice(-int(models.manifest.settings["text"]["width"]) // layers, None)
    known: dict[str, Floats] = {}

    def embed(text: str) -> Floats:
        if text not in known:
            states = [models.states(window)[0][:, last] for window in models.pieces.windows(text)]
            mean = np.concatenate(states).mean(axis=0)
            known[text] = mean / max(float(np.linalg.norm(mean)), 1e-12)
        return known[text]

    return embed


def worded(words: Iterable[str], reading: Reading, limit: int) -> tuple[str, ...]:
    """Words of the clean text in the wording of the original, each once, at most ``limit``."""
    found: dict[str, None] = {}
    for word in words:
        wording = original_wording(Candidate(word, tuple(_places(reading.text, word))), reading)
        if wording:
            found.setdefault(wording)
        if len(found) == limit:
            break
    return tuple(found)


def _places(text: str, word: str) -> Iterator[tuple[int, int]]:
    start = text.find(word)
    while start >= 0 and word:
        yield start, start + len(word)
        start = text.find(word, start + len(word))


def _keybert(embed: Embed) -> Any:
    """The library around an encoder of our own, which it takes as a backend."""
    try:
        from keybert import KeyBERT
        from keybert.backend import BaseEmbedder
    except ImportError as error:
        raise ConfigError("the comparison of tags needs KeyBERT; install biaotu[train]") from error

    class Backend(BaseEmbedder):  # type: ignore[misc]  # the library is not typed
        def embed(self, documents: Sequence[str], verbose: bool = False) -> Floats:  # noqa: ARG002
            return np.stack([embed(str(document)) for document in documents])

    return KeyBERT(model=Backend())
