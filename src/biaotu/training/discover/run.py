"""``biaotu-train lexicon CORPUS``: the way from record files to a lexicon of new words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from biaotu.batch.resume import failure_line
from biaotu.errors import UsageError
from biaotu.records import Failure
from biaotu.text.lexicon import Lexicon
from biaotu.training.discover.counts import Counts, count
from biaotu.training.discover.features import Row
from biaotu.training.discover.judge import Quality
from biaotu.training.discover.kinds import KindQuality
from biaotu.training.discover.learning import learn
from biaotu.training.discover.measures import look
from biaotu.training.discover.proposals import (
    Proposal,
    choose,
    find_contexts,
    write_lexicon,
    write_review,
)
from biaotu.training.discover.texts import Texts

STRINGS: Final = 2_000_000
"""So many strings are held in memory at most."""
CANDIDATES: Final = 150_000
"""So many strings are looked at closely at most, the most frequent ones."""
_SUFFIXES: Final = frozenset([".tsv", ".csv", ".txt"])

Report = Callable[[str], None]


def _silent(_line: str) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class Discovery:
    """What came out.

    Attributes:
        proposals: the new words, best first.
        quality: how well the judge knows hidden words.
        kinds: how well the types are told.
        failures: rows that could not be read.
        least: the least count in force.
    """

    proposals: tuple[Proposal, ...]
    quality: Quality
    kinds: KindQuality
    failures: tuple[Failure, ...]
    least: int


def review_path(out: Path) -> Path:
    """Where the contexts go: ``new.tsv`` has ``new.review.tsv`` beside it."""
    return out.with_name(f"{out.stem}.review{out.suffix}")


def errors_path(out: Path) -> Path:
    """Where unreadable rows are named."""
    return out.with_name(f"{out.name}.errors.jsonl")


def discover(
    inputs: Sequence[Path],
    out: Path,
    *,
    min_count: int = 5,
    min_score: float = 0.3,
    limit: int = 500,
    lexicon: Sequence[Path] = (),
    force: bool = False,
    seed: int = 1,
    report: Report = _silent,
) -> Discovery:
    """Find new words in record files and write them as a lexicon, with a second file to review them by.

    Args:
        inputs: record files: JSON Lines, CSV, XLSX ...
        out: the lexicon, ``.tsv``, ``.csv`` or ``.txt``; contexts go to ``review_path(out)``, rows that could not be
            read to ``errors_path(out)``.
        min_count: rarer strings are not looked at.
        min_score: what the judge scores lower is not proposed.
        limit: at most so many proposals.
        lexicon: the user's own word lists so far, whose words are known.
        force: write over lists that are there already; a person may have worked on them.
        seed: for the folds of the cross-validation.
        report: is told what goes on, a line at a time.

    Raises:
        UsageError: a limit makes no sense, or ``out`` cannot be written to or is there already.
        InputError: a file cannot be read, or its text is too little to learn from.
    """
    _check_limits(min_count, min_score, limit)
    _check_out(out, inputs, force=force)
    known = Lexicon.load(lexicon)
    with Texts(inputs) as texts:
        report(f"{texts.records} records with {texts.characters} Chinese characters read, "
               f"{texts.repeated} in repeated sentences left out")  # fmt: skip
        counts = count(texts, least=min_count, limit=STRINGS)
        strings = _candidates(counts)
        report(f"{len(strings)} strings of 2 to 8 characters stand {counts.least} times or more")
        seen = look(texts, strings)
        learnt = learn(texts, seen, counts, known, seed=seed)
        quality, kinds = learnt.judge.quality, learnt.kinds
        report(
            f"judge: learnt from {quality.known} known and {quality.others} other strings; AUC {quality.auc:.3f} "
            f"± {quality.spread:.3f}, average precision {quality.precision:.3f} (chance {quality.share:.3f})"
        )
        report(
            f"types: {kinds.quality.named:.0%} of the {kinds.quality.words} typed words that stand in the texts get "
            f"one when hidden, {kinds.quality.right:.1%} of these the right one"
        )
        scores = [float(score) for score in learnt.judge.scores(learnt.rows)]
        chosen = [pair for pair in choose(learnt.rows, scores, learnt.longer) if pair[1] >= min_score][:limit]
        words = [row.string for row, _ in chosen]
        contexts = find_contexts(texts, words)
        types = kinds.guess(words, seen)
        failures = tuple(texts.failures)
    proposals = tuple(
        _proposal(row, score, kind, contexts[row.string]) for (row, score), (kind, _) in zip(chosen, types, strict=True)
    )
    write_lexicon(out, proposals)
    write_review(review_path(out), proposals)
    _write_failures(errors_path(out), failures)
    return Discovery(proposals, quality, kinds.quality, failures, counts.least)


def _check_limits(min_count: int, min_score: float, limit: int) -> None:
    if min_count < 2 or limit < 1 or not 0 <= min_score <= 1:
        raise UsageError("give a least count of 2 or more, a limit of 1 or more and a least score from 0 to 1")


def _check_out(out: Path, inputs: Sequence[Path], *, force: bool) -> None:
    if out.suffix.lower() not in _SUFFIXES:
        raise UsageError(f"{out}: the lexicon is written as .tsv, .csv or .txt; name the file so")
    if not out.parent.is_dir():
        raise UsageError(f"{out.parent}: there is no such folder; make it first")
    for path in (out, review_path(out), errors_path(out)):
        if any(path.resolve() == one.resolve() for one in inputs):
            raise UsageError(f"{path}: would be written over the texts themselves; choose another name")
        if path.exists() and not force:
            raise UsageError(f"{path}: is there already; choose another name, or --force to write it anew")


def _candidates(counts: Counts) -> list[str]:
    strings = [string for string in counts.strings if len(string) > 1]
    if len(strings) > CANDIDATES:
        strings = sorted(strings, key=lambda string: -counts.strings[string])[:CANDIDATES]
    return strings


def _proposal(row: Row, score: float, kind: str, contexts: tuple[str, ...]) -> Proposal:
    measures, seen = row.measures, row.seen
    return Proposal(
        row.string,
        kind,
        score,
        seen.count,
        seen.texts,
        measures.cohesion,
        measures.freedom,
        measures.keyness,
        contexts,
    )


def _write_failures(path: Path, failures: Sequence[Failure]) -> None:
    """Name the rows that could not be read, as ``biaotu annotate`` does; an older list goes if there are none."""
    path.unlink(missing_ok=True)
    if failures:
        path.write_bytes(b"".join(failure_line(failure) for failure in failures))
