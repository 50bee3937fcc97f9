"""How well mentions are linked to authority entries, and the fitting of the linker's weights.

Usage (from the repository's root):

    python benchmarks/linking.py ../shared/corpus [--fit] [--errors HALF] [--coverage ../shared/real/dev.jsonl]

The gold names mentions and the right entries, none of them if the list holds nobody that is meant:
``tests/data/linking.jsonl`` by record and place in the corpus, ``tests/data/namesakes.jsonl`` with its texts. Halves:

    fit, test             every mention of a fifth of train.jsonl; every mention of dev.jsonl
    hard-fit, hard-test   mentions whose name is ambiguous, from the rest of train.jsonl and from records written about
                          namesakes (a donor called as a general is, a unit of the same number), by turns

Weights are fitted on the first of each pair, the second only measures. Told are precision of the links made, recall of
the mentions that have an entry, the share of the others left unlinked, the share right, and how far confidence is from
truth (expected calibration error over ten bins, Brier score). "withheld" takes from the list the entry that is right,
for mentions with rivals: every link made then is wrong.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from biaotu.authorities import ATTRIBUTE_TYPES, Linker, Links, RecordContext, shipped_entries
from biaotu.authorities.features import NAMES
from biaotu.authorities.linking import shipped_weights
from biaotu.records import Span
from biaotu.records.gold import read_gold

GOLD = Path("tests/data/linking.jsonl")
NAMESAKES = Path("tests/data/namesakes.jsonl")
HALVES = ("fit", "test", "hard-fit", "hard-test")
WEIGHTS = Path("src/biaotu/authorities/data/weights.json")
START: Mapping[str, float] = {
    "bias": 1.0, "own_name": 2.0, "firm_variant": 1.5, "short_variant": 1.0, "former_or_later": 1.0, "by_rule": 0.0,
    "weaker_form": -2.5, "ambiguous": -0.5, "ambiguous_alone": -4.0, "rivals": -0.3, "chained": 0.5, "person": -0.3,
    "short_person_name": -1.0, "place": 0.5, "minor_place": 0.0, "minor_place_alone": -1.0, "elsewhere": -3.0,
    "event": 0.3, "time_inside": 0.7, "unborn": -6.0, "before_begin": -2.5, "after_end": -1.0, "remembered_after": -0.5,
    "related": 1.0, "related_far": 0.5, "full_name_beside": 2.0, "rival_related": -1.5, "ordinary_person": -4.0,
}  # fmt: skip
"""What is believed before anything is counted; the fit leaves it only as far as the gold asks for it."""
FIXED = frozenset(
    {"ambiguous", "ambiguous_alone", "weaker_form", "full_name_beside", "ordinary_person", "elsewhere", "unborn"}
)
"""Not measured but wanted: an ambiguous form with nothing of the record in its favour, a name beside 捐赠 or 知青, a
person not yet born, a hill in another province are to be none; a form with its full name beside it is a link; a body's
own name goes before the former name of another."""
HARD = 0.5
"""What a hard case counts in the fit: they were sought out, in the real texts they are rarer by far."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Case:
    """A mention in its record with the right entries (none for "none of these")."""

    half: str
    record: str
    span: Span
    context: RecordContext
    entries: frozenset[str]


def cases(corpus: Path) -> Iterator[Case]:
    """The gold mentions, in the order of the files."""
    contexts: dict[tuple[str, str], RecordContext] = {}
    for name in ("train", "dev"):
        for gold in read_gold(corpus / f"{name}.jsonl"):
            contexts[name, gold.record.id] = RecordContext.of(gold.record, gold.spans or ())
    for line in GOLD.read_text(encoding="utf-8").splitlines():
        item = json.loads(line)
        context = contexts[item["file"], item["record"]]
        span = next(
            s for s in context.spans if (s.field, s.start, s.end) == (item["field"], item["start"], item["end"])
        )
        yield Case(item["half"], item["record"], span, context, frozenset(item["entries"]))
    for line, gold in zip(NAMESAKES.read_text(encoding="utf-8").splitlines(), read_gold(NAMESAKES), strict=True):
        item = json.loads(line)
        context = RecordContext.of(gold.record, gold.spans or ())
        named = [span for span in context.spans if span.type in ATTRIBUTE_TYPES and span.type != "时间"]
        for span, entries in zip(named, item["entries"], strict=True):
            yield Case(item["half"], item["id"], span, context, frozenset(entries))


def withheld(linker: Linker, chosen: Iterable[Case]) -> Iterator[tuple[Case, Linker]]:
    """Mentions that other entries could be meant by as well, each with a linker that lacks the right entries."""
    entries = tuple(linker.index.entries.values())
    for case in chosen:
        rivals = [
            match
            for match in linker.index.matches(case.span.value, case.span.type)
            if match.entry.id not in case.entries
        ]
        renamed = any(match.kind in ("former", "later") for match in rivals)  # the same body: no wrong link
        if case.entries and rivals and not renamed:
            without = Linker(entry for entry in entries if entry.id not in case.entries)
            yield replace(case, entries=frozenset()), without


def fit(train: Iterable[tuple[Case, Linker, float]], strength: float = 1.0) -> dict[str, float]:
    """Weights of greatest likelihood, held towards ``START`` by a Gaussian prior of the given strength.

    Each case counts by its third part. Those of ``FIXED`` stay: they are a stance, not a measurement.
    """
    start = np.array([START[name] for name in NAMES])
    free = np.array([float(name not in FIXED) for name in NAMES])
    rows: list[tuple[Floats, int, float]] = []  # candidates' features, place of the right one (-1: none), count
    for case, linker, count in train:
        seen = linker.evidence(case.span, case.context)
        if seen:
            matrix = np.array([[e.features.get(name, 0.0) for name in NAMES] for _, e in seen])
            right = [place for place, (match, _) in enumerate(seen) if match.entry.id in case.entries]
            rows.append((matrix, right[0] if right else -1, count))
    weights = start.copy()
    for _ in range(4000):
        slope = -strength * (weights - start)
        for matrix, right, count in rows:
            scores = np.append(matrix @ weights, 0.0)
            shares = np.exp(scores - scores.max())
            shares /= shares.sum()
            slope -= count * (shares[:-1] @ matrix)
            if right >= 0:
                slope += count * matrix[right]
        weights += 0.01 * free * slope
        if np.abs(free * slope).max() < 1e-3:
            break
    return {name: round(float(weight), 3) for name, weight in zip(NAMES, weights, strict=True)}


@dataclass
class Tally:
    """What came of a number of mentions: (confidence of the answer, whether it was right), and the counts."""

    answers: list[tuple[float, bool]]
    counts: Counter[str]

    def line(self, name: str) -> str:
        """The figures on one line."""
        c, sure = self.counts, np.array([a for a, _ in self.answers])
        right = np.array([float(r) for _, r in self.answers])
        bins = np.minimum((sure * 10).astype(int), 9)
        error = sum(abs(sure[bins == b].sum() - right[bins == b].sum()) for b in range(10)) / max(1, len(sure))
        return (
            f"{name:<22} mentions {len(sure):4}  with entry {c['entry']:4}  precision {share(c['hit'], c['made'])}  "
            f"recall {share(c['hit'], c['entry'])}  none kept {share(c['none_kept'], c['none'])}  "
            f"right {right.mean() if len(right) else 0:.3f}  ECE {error:.3f}  Brier {((sure - right) ** 2).mean():.3f}"
        )


def share(part: int, whole: int) -> str:
    """A share to three places, or a dash."""
    return f"{part / whole:.3f}" if whole else "    -"


def tally(chosen: Iterable[tuple[Case, Linker]], errors: bool = False) -> dict[str, Tally]:
    """Tallies over all mentions, by attribute, and over those with at least one candidate."""
    found: dict[str, Tally] = {}
    for case, linker in chosen:
        links = linker.link(case.span, case.context)
        best = links.best
        right = best.entry_id in case.entries if best else not case.entries
        groups = ["all", case.span.type, *(["with candidates"] if links.candidates else [])]
        for group in groups:
            one = found.setdefault(group, Tally([], Counter()))
            one.answers.append((best.confidence if best else links.none_of_these, right))
            one.counts["entry" if case.entries else "none"] += 1
            if best:
                one.counts["made"] += 1
                one.counts["hit"] += right
            elif not case.entries:
                one.counts["none_kept"] += 1
        if errors and not right:
            show(case, links)
    return found


def tell(line: str) -> None:
    """One line of the report."""
    sys.stdout.write(line + "\n")


def show(case: Case, links: Links) -> None:
    """One mistake, to look at."""
    told = [f"{one.entry_id} {one.confidence:.2f} ({one.reason})" for one in links.candidates]
    tell(
        f"  {case.record} {case.span.value}: right {sorted(case.entries) or 'none'}; "
        f"{', '.join(told) or 'no candidate'}; none {links.none_of_these:.2f}"
    )


def bins(one: Tally) -> str:
    """Confidence against truth in five bins."""
    parts = []
    for low in (0.0, 0.5, 0.7, 0.8, 0.9, 0.95):
        high = {0.0: 0.5, 0.5: 0.7, 0.7: 0.8, 0.8: 0.9, 0.9: 0.95, 0.95: 1.01}[low]
        inside = [(a, r) for a, r in one.answers if low <= a < high]
        if inside:
            parts.append(
                f"{low:.2f}+ n={len(inside)} said {np.mean([a for a, _ in inside]):.2f} "
                f"true {np.mean([r for _, r in inside]):.2f}"
            )
    return "; ".join(parts)


def coverage(linker: Linker, path: Path) -> None:
    """How many mentions of a gold file without entries have a candidate and get a link; numbers only."""
    counts: dict[str, Counter[str]] = {}
    for gold in read_gold(path):
        for span, links in linker.link_record(RecordContext.of(gold.record, gold.spans or ())):
            one = counts.setdefault(span.type, Counter())
            one["mentions"] += 1
            one["candidates"] += bool(links.candidates)
            one["linked"] += links.best is not None
            one["within"] += links.within is not None
    for kind, one in counts.items():
        tell(
            f"{kind} mentions {one['mentions']:4}  candidate {share(one['candidates'], one['mentions'])}  "
            f"linked {share(one['linked'], one['mentions'])}  part of an entry {share(one['within'], one['mentions'])}"
        )


def main() -> int:
    """Measure; fit first if asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path, help="folder with train.jsonl and dev.jsonl")
    parser.add_argument("--fit", action="store_true", help=f"fit the weights on the half train and write {WEIGHTS}")
    parser.add_argument("--errors", choices=HALVES, help="show the mistakes on a half")
    parser.add_argument("--coverage", type=Path, help="a gold file to count candidates on")
    options = parser.parse_args()
    known = list(cases(options.corpus))
    linker = Linker(shipped_entries())
    if options.fit:
        chosen = [case for case in known if case.half in ("fit", "hard-fit")]
        weights = fit(
            [
                *((case, linker, HARD if case.half == "hard-fit" else 1.0) for case in chosen),
                *((case, without, HARD) for case, without in withheld(linker, chosen)),
            ]
        )
        WEIGHTS.write_text(json.dumps(weights, indent=2) + "\n", encoding="utf-8")
        shipped_weights.cache_clear()
        linker = Linker(shipped_entries())
    for half in HALVES:
        chosen = [case for case in known if case.half == half]
        found = tally(((case, linker) for case in chosen), errors=options.errors == half)
        for name in ("all", "with candidates", *ATTRIBUTE_TYPES):
            if name in found:
                tell(found[name].line(f"{half} {name}"))
        tell(f"  calibration, with candidates: {bins(found['with candidates'])}")
        for name, one in tally(withheld(linker, chosen)).items():
            if name == "all":
                tell(one.line(f"{half} withheld"))
    if options.coverage:
        coverage(linker, options.coverage)
    return 0


if __name__ == "__main__":
    sys.exit(main())
