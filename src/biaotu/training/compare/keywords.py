"""Keywords of scientific abstracts (CSL, Li et al., COLING 2022): the methods of the tags on a public yardstick.

A document is an abstract and a title with about five keywords of its authors; a keyword is found when it stands among
the first k, character for character, upper and lower case alike. 14 % of the keywords stand nowhere in the text and
62 % are no single word of a segmentation, which bounds every method that chooses words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Final

from biaotu.errors import InputError
from biaotu.evaluation.scores import Score, of_sets
from biaotu.models import Models
from biaotu.runtime import Bundle
from biaotu.runtime.bundle import sha256
from biaotu.text.lexicon import Lexicon
from biaotu.text.reading import Reading, read
from biaotu.text.segment import Segmenter
from biaotu.text.statistics import WordStatistics, build_statistics
from biaotu.text.tags import Tagger, TagSettings
from biaotu.training.compare.tables import Runs, Scores, Table
from biaotu.training.compare.tag_baselines import Jieba, KeyBert, Keywords, TfIdf, bundle_embedder

FILE: Final = "benchmarks/csl_kg/dev.tsv"
DEPTHS: Final = (3, 5, 10)
COLUMNS: Final = (*(f"F1@{depth}" for depth in DEPTHS), "P@5", "R@5")
COMMAND: Final = "biaotu-train compare keywords --data ../shared --out runs/default"
NOTES: Final = (
    "CSL keywords, dev, 1,000 documents, micro-averaged, no training on them. An own run of jieba without any lexicon "
    "gave TF-IDF .136 @3, .149 @5, .144 @10 and TextRank .094, .110, .113 (../shared/benchmarks/csl_kg/README.md).",
    "Statistics (bundle): the words of museum texts that ship; (CSL): the words of these 1,000 documents, without "
    "their keywords.",
)

_ENDS: Final = ".。．!！?？…"


@dataclass(frozen=True, slots=True)
class Document:
    """An abstract with its title as a reading, and the keywords that its authors gave, in lower case."""

    reading: Reading
    keywords: frozenset[str]


def read_csl(path: Path) -> list[Document]:
    """Read ``task <tab> abstract title <tab> keyword_keyword...``; the title is what follows the last full stop.

    Raises:
        InputError: if the file cannot be read or a line has another form.
    """
    documents: list[Document] = []
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise InputError(f"cannot be read ({error.strerror})", file=str(path)) from error
    for row, line in enumerate(lines, 1):
        cells = line.split("\t")
        if len(cells) != 3:
            raise InputError(f"has {len(cells)} cells; task, text and keywords are needed", file=str(path), row=row)
        abstract, title = split_title(cells[1])
        keywords = frozenset(word.strip().lower() for word in cells[2].split("_") if word.strip())
        documents.append(Document(read(title, abstract), keywords))
    return documents


def split_title(text: str) -> tuple[str, str]:
    """Abstract and title of a text that ends with its title: cut at the last space behind a full stop, else the last.

    The sets join the two by one space; a title may hold spaces of its own.
    """
    text = text.strip()
    spaces = [match.start() for match in re.finditer(r"\s", text)]
    behind = [place for place in spaces if text[place - 1] in _ENDS]
    cut = (behind or spaces or [0])[-1]
    return text[:cut].strip(), text[cut:].strip()


class _Bench:
    """What the rows share: documents, the models of the bundle, statistics of the documents themselves."""

    def __init__(self, documents: Sequence[Document], bundle: Bundle) -> None:
        self.documents = documents
        self._bundle = bundle
        self.settings = TagSettings.from_dict(bundle.manifest.settings["tags"])

    @cached_property
    def models(self) -> Models:
        return Models(self._bundle)

    @property
    def lexicon(self) -> Lexicon:
        return self.models.tagger.lexicon

    @property
    def segmenter(self) -> Segmenter:
        return self.models.tagger.segmenter

    @cached_property
    def counted(self) -> WordStatistics:
        return build_statistics((one.reading for one in self.documents), self.segmenter, min_count=1)

    def tagger(self, settings: TagSettings, statistics: WordStatistics) -> Tagged:
        return Tagged(Tagger(self.lexicon, statistics, settings, segmenter=self.segmenter))


class Tagged:
    """The tagger as one more method of keywords; it is given no attribute values."""

    def __init__(self, tagger: Tagger) -> None:
        self._tagger = tagger

    def keywords(self, reading: Reading, limit: int = 10) -> tuple[str, ...]:
        """The best words of a text, best first."""
        return tuple(tag.tag for tag in self._tagger.tags(reading, (), limit=limit))


def compare_keywords(data: Path, out: Path, report: Callable[[str], None], *, bundle: Path | None = None) -> Table:
    """Score every method on the dev documents of CSL.

    Args:
        data: folder of the data sets.
        out: finished rows are kept in ``keywords/`` below it and not computed again.
        report: told what is being done.
        bundle: the model bundle; the shipped one by default.

    Raises:
        BundleError: if the bundle is missing or damaged.
        ConfigError: if KeyBERT is not installed.
        InputError: if the benchmark cannot be read.
    """
    checked = Bundle(bundle)
    bench = _Bench(read_csl(data / FILE), checked)
    runs = Runs(out / "keywords", report)
    stamp = {
        "files": {name: part.sha256 for name, part in checked.manifest.files.items()},
        "tags": checked.manifest.settings["tags"],
        "set": sha256(data / FILE),
    }
    rows = [
        runs.row(name, f"keywords-{place:02}", {**stamp, "row": name}, _run(bench, make))
        for place, (name, make) in enumerate(_methods(bench))
    ]
    return Table("keywords", "Keywords of scientific abstracts (CSL)", COLUMNS, tuple(rows), COMMAND, notes=NOTES)


def score_keywords(documents: Sequence[Document], method: Keywords) -> Scores:
    """``F1@3`` ... ``R@10`` of a method, micro-averaged."""
    at = dict.fromkeys(DEPTHS, Score())
    for document in documents:
        found = list(dict.fromkeys(word.lower() for word in method.keywords(document.reading)))
        for depth in DEPTHS:
            at[depth] += of_sets(frozenset(found[:depth]), frozenset(document.keywords))
    scores: dict[str, float] = {}
    for depth, score in at.items():
        scores |= {f"P@{depth}": score.precision, f"R@{depth}": score.recall, f"F1@{depth}": score.f1}
    return scores


def _run(bench: _Bench, make: Callable[[], Keywords]) -> Callable[[int], Scores]:
    """A run that no seed changes."""
    return lambda _: score_keywords(bench.documents, make())


def _methods(bench: _Bench) -> Iterator[tuple[str, Callable[[], Keywords]]]:
    """Name and maker of every row, in the order of the table."""
    words = replace(bench.settings, scorer="tfiwf", candidates="words", length="paper")
    positive = replace(words, length="positive")

    def shipped() -> WordStatistics:
        return bench.models.tagger.statistics

    def key_bert() -> KeyBert:
        return KeyBert(bundle_embedder(bench.models), bench.segmenter, bench.lexicon)

    def tf_idf() -> TfIdf:
        return TfIdf((one.reading for one in bench.documents), bench.segmenter, bench.lexicon)

    yield "TextRank (jieba)", lambda: Jieba("textrank", bench.lexicon)
    yield "TF-IDF (jieba and its table)", lambda: Jieba("tfidf", bench.lexicon)
    yield "TF-IDF (words of TF-IWF, CSL)", tf_idf
    yield "KeyBERT", key_bert
    yield "TF-IWF as printed (bundle)", lambda: bench.tagger(words, shipped())
    yield "TF-IWF as printed (CSL)", lambda: bench.tagger(words, bench.counted)
    yield "TF-IWF, length positive (bundle)", lambda: bench.tagger(positive, shipped())
    yield "TF-IWF, length positive (CSL)", lambda: bench.tagger(positive, bench.counted)
    every = replace(positive, candidates="all")
    yield "TF-IWF, all candidates (CSL)", lambda: bench.tagger(every, bench.counted)
    yield "default, learnt on relics (bundle)", lambda: bench.tagger(bench.settings, shipped())
    yield "default, learnt on relics (CSL)", lambda: bench.tagger(bench.settings, bench.counted)
