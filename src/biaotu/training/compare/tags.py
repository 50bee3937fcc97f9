"""Table 2 of the paper, on our splits: every method of finding tags side by side, and the default without its parts.

Everything is taken as the bundle gives it: the attribute values are those its network predicts, the picture labels
those it accepts. Nothing here is random, so a row has one run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from typing import Final

from biaotu.evaluation.pairs import Pair
from biaotu.evaluation.tags import TagSource, evaluate_tags
from biaotu.models import Models
from biaotu.pipeline import Annotator
from biaotu.records import Annotation, TextTag
from biaotu.records.gold import GoldRecord, read_gold
from biaotu.runtime import Bundle
from biaotu.runtime.bundle import sha256
from biaotu.taxonomy import ATTRIBUTES
from biaotu.text.candidates import BEFORE_QUOTE, COMPOUND, HEAD, HEAD_FULL, HEAD_LAST, LISTED, OBJECT, QUOTED, WORD
from biaotu.text.lexicon import Lexicon
from biaotu.text.marks import TextMarks
from biaotu.text.reading import Reading, read
from biaotu.text.segment import Segmenter
from biaotu.text.tags import Tagger, TagSettings
from biaotu.training.compare.tables import Runs, Scores, Table
from biaotu.training.compare.tag_baselines import Jieba, KeyBert, Keywords, TfIdf, bundle_embedder
from biaotu.training.statistics import readings

SPLITS: Final = {"museum": "real/dev.jsonl", "own": "corpus/dev.jsonl"}
"""Museum prose, which counts, and the prose written for this project, which is easier."""

CORPUS: Final = ("corpus/train.jsonl", "real/unlabelled.jsonl", "real/registry_titles.jsonl")
"""The texts whose words the bundle's statistics count; TF-IDF counts its documents in the same."""

COLUMNS: Final = (
    *(f"museum {score}@{depth}" for depth in (5, 10) for score in ("P", "R", "F1")),
    "own F1@5",
    "own F1@10",
)
COMMAND: Final = "biaotu-train compare tags --data ../shared --out runs/default"
NOTES: Final = (
    "Micro-averaged over all pairs of record and tag; museum: real/dev.jsonl, own: corpus/dev.jsonl. Attribute values "
    "and picture labels are those that the bundle predicts, never gold ones.",
    "The paper's figures, on its own unpublished data: TF-IDF top-5 F1 .404, its full method .428 (top-10 .416).",
)

_TYPES: Final = ATTRIBUTES.names
GROUPS: Final[Mapping[str, Callable[[str], bool]]] = {
    "TF-IWF": lambda name: name in ("tfiwf", "tfiwf-best", "iwf"),
    "position": lambda name: name in ("title", "lead", "place", "both", "plain-title"),
    "repetition": lambda name: name == "count",
    "length": lambda name: name.startswith("length-"),
    "word class": lambda name: name.startswith("class-"),
    "attribute type and order": lambda name: name.split("-")[0] in _TYPES or name in ("held", "holds", "year", "dated"),
    "title end": lambda name: name in (HEAD, HEAD_FULL, HEAD_LAST, BEFORE_QUOTE) or name.startswith(("head-", "tail")),
    "kind of candidate": lambda name: name in (WORD, COMPOUND, QUOTED, OBJECT, LISTED, "plain", "inside"),
}
"""The features of the default in groups: name -> whether a feature belongs to it."""


@dataclass(frozen=True)
class _Split:
    """Gold records and what the bundle says of them."""

    golds: tuple[GoldRecord, ...]
    annotations: tuple[Annotation, ...]

    @cached_property
    def readings(self) -> tuple[Reading, ...]:
        return tuple(read(gold.record.title, gold.record.description) for gold in self.golds)


Answer = Callable[[Reading, Annotation], Annotation]
"""Puts the tags of one method into an annotation."""


class _Bench:
    """The bundle, loaded once, and its annotations of every split, made when first asked for."""

    def __init__(self, folder: Path | None, data: Path, report: Callable[[str], None]) -> None:
        self.bundle = Bundle(folder)
        self.data = data
        self._report = report

    @cached_property
    def models(self) -> Models:
        return Models(self.bundle)

    @cached_property
    def splits(self) -> dict[str, _Split]:
        return self._annotated(self.models)

    @cached_property
    def splits_without_lexicon(self) -> dict[str, _Split]:
        """As annotated by a bundle to which no lexicon word was ever given."""
        models = Models(self.bundle)
        nothing, segmenter = Lexicon(()), Segmenter()
        models.marks = TextMarks(nothing, segmenter)
        models.tagger = Tagger(nothing, models.tagger.statistics, models.tagger.settings, segmenter=segmenter)
        return self._annotated(models)

    def _annotated(self, models: Models) -> dict[str, _Split]:
        annotator = Annotator(models)
        splits = {}
        for name, file in SPLITS.items():
            golds = tuple(gold for gold in read_gold(self.data / file) if gold.tags)
            self._report(f"{file}: {len(golds)} records are annotated")
            splits[name] = _Split(golds, tuple(annotator.annotate(gold.record) for gold in golds))
        return splits

    def tagger(self, settings: TagSettings) -> Tagger:
        """A tagger of other settings with everything else as it serves."""
        served = self.models.tagger
        return Tagger(served.lexicon, served.statistics, settings, segmenter=served.segmenter)


def compare_tags(data: Path, out: Path, report: Callable[[str], None], *, bundle: Path | None = None) -> Table:
    """Score every method of finding tags on the dev splits.

    Args:
        data: folder of the data sets.
        out: finished rows are kept in ``tags/`` below it and not computed again.
        report: told what is being done.
        bundle: the model bundle; the shipped one by default.

    Raises:
        BundleError: if the bundle is missing or damaged.
        ConfigError: if KeyBERT is not installed.
        InputError: if a data set cannot be read.
    """
    bench = _Bench(bundle, data, report)
    runs = Runs(out / "tags", report)
    manifest = bench.bundle.manifest
    stamp = {
        "files": {name: part.sha256 for name, part in manifest.files.items()},
        "settings": {name: manifest.settings[name] for name in ("tags", "ranking", "attributes", "labels")},
        "splits": {name: sha256(data / file) for name, file in SPLITS.items()},
    }
    rows = [
        runs.row(name, f"tags-{place:02}", {**stamp, "row": name}, _run(compute))
        for place, (name, compute) in enumerate(_methods(bench))
    ]
    return Table("tags", "Text tags", COLUMNS, tuple(rows), COMMAND, notes=NOTES)


def _run(compute: Callable[[], Scores]) -> Callable[[int], Scores]:
    """A run that no seed changes."""
    return lambda _: compute()


def _methods(bench: _Bench) -> Iterator[tuple[str, Callable[[], Scores]]]:
    """Name and work of every row, in the order of the table."""
    settings = TagSettings.from_dict(bench.bundle.manifest.settings["tags"])
    yield from _baselines(bench)
    words = replace(settings, scorer="tfiwf", candidates="words", length="paper")
    positive = replace(words, length="positive")
    yield "TF-IWF as printed", lambda: _score_tagger(bench, words)
    yield "TF-IWF, length positive (default form)", lambda: _score_tagger(bench, positive)
    yield "TF-IWF, all candidates", lambda: _score_tagger(bench, replace(positive, candidates="all"))
    yield (
        "TF-IWF as printed + re-ranking (the paper's full method)",
        lambda: _score_tagger(bench, words, source="ranked"),
    )
    yield "TF-IWF, length positive + re-ranking", lambda: _score_tagger(bench, positive, source="ranked")
    yield "our default", lambda: _score(bench.splits, lambda _, annotation: annotation)
    yield "our default + re-ranking", lambda: _score(bench.splits, lambda _, annotation: annotation, "ranked")
    yield from _ablations(bench, settings)


def _baselines(bench: _Bench) -> Iterator[tuple[str, Callable[[], Scores]]]:
    def method(make: Callable[[Models], Keywords]) -> Callable[[], Scores]:
        return lambda: _score_keywords(bench.splits, make(bench.models))

    def key_bert(models: Models, *, diverse: bool) -> KeyBert:
        return KeyBert(bundle_embedder(models), models.tagger.segmenter, models.tagger.lexicon, diverse=diverse)

    def tf_idf(models: Models) -> TfIdf:
        corpus = readings([bench.data / name for name in CORPUS])
        return TfIdf(corpus, models.tagger.segmenter, models.tagger.lexicon)

    yield "TextRank (jieba)", method(lambda models: Jieba("textrank", models.tagger.lexicon))
    yield "TF-IDF (jieba and its table)", method(lambda models: Jieba("tfidf", models.tagger.lexicon))
    yield "TF-IDF (words and corpus of TF-IWF)", method(tf_idf)
    yield "KeyBERT", method(lambda models: key_bert(models, diverse=False))
    yield "KeyBERT, diverse (MMR 0.5)", method(lambda models: key_bert(models, diverse=True))


def _ablations(bench: _Bench, settings: TagSettings) -> Iterator[tuple[str, Callable[[], Scores]]]:
    """The default without one of its parts; weights are not learnt anew."""
    uncut = replace(settings, threshold=0.0)
    yield "default without lexicon", lambda: _score(bench.splits_without_lexicon, lambda _, annotation: annotation)
    yield "default without attribute values", lambda: _score_tagger(bench, settings, spans=False)
    yield "default without threshold (10 tags a record)", lambda: _score_tagger(bench, uncut)
    for group, belongs in GROUPS.items():
        weights = {name: 0.0 if belongs(name) else weight for name, weight in settings.weights.items()}
        yield f"the same without features of {group}", partial(_score_tagger, bench, replace(uncut, weights=weights))


def _score_keywords(splits: Mapping[str, _Split], method: Keywords) -> Scores:
    return _score(
        splits,
        lambda reading, annotation: replace(
            annotation, text_tags=tuple(TextTag(word, 0.0) for word in method.keywords(reading))
        ),
    )


def _score_tagger(
    bench: _Bench, settings: TagSettings, *, source: TagSource = "text_tags", spans: bool = True
) -> Scores:
    """Scores of the tagger with other settings, over the predicted attribute values."""
    tagger, ranker = bench.tagger(settings), bench.models.ranker

    def answer(reading: Reading, annotation: Annotation) -> Annotation:
        tags = tagger.tags(reading, annotation.attributes if spans else ())
        primary, secondary = ranker.rank(tags, (*annotation.material, *annotation.use))
        return replace(annotation, text_tags=tags, primary=primary, secondary=secondary)

    return _score(bench.splits, answer, source)


def _score(splits: Mapping[str, _Split], answer: Answer, source: TagSource = "text_tags") -> Scores:
    """``museum P@5`` ... ``own F1@10``."""
    scores: dict[str, float] = {}
    for name, split in splits.items():
        cases: Sequence[tuple[GoldRecord, Reading, Annotation]] = list(
            zip(split.golds, split.readings, split.annotations, strict=True)
        )
        found = evaluate_tags((Pair(gold, answer(reading, old)) for gold, reading, old in cases), source=source)
        for depth, score in found.at.items():
            scores[f"{name} P@{depth}"] = score.precision
            scores[f"{name} R@{depth}"] = score.recall
            scores[f"{name} F1@{depth}"] = score.f1
    return scores
