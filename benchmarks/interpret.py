"""How well the way of a relic is read and questions are answered, on the golden sets of ``tests/data/interpret``.

    python benchmarks/interpret.py [--half dev|held] [--errors] [--gold ../shared/real/dev.jsonl]

Events: precision and recall by kind, of the kind alone, with all parties, and whole (parties, date and place too).
Answers: the share with exactly the right values, by what was asked; a refusal is right if the record does not tell.
``--gold`` counts the events and captions of a file in the corpus format by its gold values; whether they are right a
reader has to say. The held-out half was written before any rule and is never tuned on.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter, defaultdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))  # the cases and how they are judged live there

from biaotu.interpret import Subject, answer, caption, provenance
from biaotu.normal import normalise_all
from biaotu.records.gold import read_gold
from interpret_cases import cases, score, subject_of


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--half", choices=("dev", "held"), default="held")
    parser.add_argument("--errors", action="store_true", help="name what is wrong")
    parser.add_argument("--gold", type=Path, help="count the events of this file instead")
    options = parser.parse_args()
    if options.gold:
        count(options.gold)
        return
    events(options.half, options.errors)
    answers(options.half, options.errors)


def tell(line: str) -> None:
    """A line on standard output."""
    sys.stdout.write(line + "\n")


def events(half: str, errors: bool) -> None:
    """Events by kind."""
    found = score(cases(f"provenance_{half}"), lambda subject: provenance(subject).events)
    tell(f"{'kind':12} {'gold':>5} {'told':>5}   P kind  P whole  R kind  R whole")
    for kind, one in sorted(found.items(), key=lambda pair: (pair[0] == "all", pair[0])):
        told, gold = max(1, one.told), max(1, one.expected)
        tell(
            f"{kind:12} {one.expected:5} {one.told:5}   {one.kind / told:6.3f}  {one.whole / told:7.3f}"
            f"  {one.kind / gold:6.3f}  {one.whole / gold:7.3f}"
        )
    if errors:
        for where, what, event in found["all"].wrong:
            tell(f"  {where} {what}: {event}")


def answers(half: str, errors: bool) -> None:
    """Answers by intent."""
    right: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    understood = 0
    wrong = []
    for record in cases(f"questions_{half}"):
        subject = subject_of(record)
        for case in record["questions"]:
            given = answer(subject, case["question"])
            good = set(given.values) == set(case["values"])
            kind, _, aspect = case["intent"].partition(".")
            for name in ("all", aspect or kind, *(() if case["values"] else ("(not told)",))):
                asked[name] += 1
                right[name] += good
            understood += given.intent == case["intent"]
            if not good:
                wrong.append(f"  {record['id']} {case['question']} {case['values']} {given.intent} {given.values}")
    tell(f"\nquestions understood {understood / asked['all']:.3f}")
    for name in sorted(asked, key=lambda one: (one == "all", one)):
        tell(f"{name:14} {right[name]:3} of {asked[name]:3}  {right[name] / asked[name]:.3f}")
    tell("\n".join(wrong) if errors else "")


def count(path: Path) -> None:
    """Events and captions of a file with gold values."""
    kinds: Counter[str] = Counter()
    lines: dict[str, int] = defaultdict(int)
    records = told = 0
    for gold in read_gold(path):
        record, spans = gold.record, gold.spans or ()
        normals = normalise_all(record.title, record.description, spans)
        subject = Subject(
            id=record.id,
            title=record.title,
            description=record.description,
            spans=spans,
            normals=tuple(one.to_dict() if one else None for one in normals),
            material=gold.material,
            use=gold.use,
        )
        found = provenance(subject).events
        kinds.update(event.kind for event in found)
        records += 1
        told += bool(found)
        for part in caption(subject).parts:
            lines[part.slot] += 1
    tell(f"{records} records, {told} tell of {sum(kinds.values())} events: {dict(kinds.most_common())}")
    tell("captions have " + ", ".join(f"{slot} {number}" for slot, number in lines.items()))


if __name__ == "__main__":
    main()
