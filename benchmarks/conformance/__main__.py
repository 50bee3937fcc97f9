"""How well literals are normalised: the golden set, the gold spans that get a value, and Microsoft's conformance cases.

    python benchmarks/conformance golden tests/data/normal [--peer]
    python benchmarks/conformance coverage ../shared/corpus/train.jsonl ../shared/real/dev.jsonl
    python benchmarks/conformance recognizers ../shared/benchmarks/recognizers_text_zh [--failures] [--peer]

``recognizers`` gives our value normaliser the extracted Text of every expected result, with the case's reference date
as the date told last, and counts the values that agree. Results of cases that Python does not support are left out, as
the set's README says, and shown in a second column; what is out of our scope (bits, 明天, 感恩节) counts as failed.
``--peer`` puts the same texts to Microsoft's own package recognizers-text-suite, whose cases they are.
"""

from __future__ import annotations

import argparse
from collections import Counter, defaultdict
from pathlib import Path

from cases import results
from checks import CHECKS
from covered import coverage
from golden import golden, say
from peer import Peer


def recognizers(folder: Path, failures: bool, peer: bool) -> None:
    """The share of Microsoft's expected results that our values agree with, kind by kind."""
    other = Peer() if peer else None
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for expected in results(folder):
        right = CHECKS[expected.kind](expected)
        side = "supported" if expected.supported else "rest"
        counts[expected.kind][side] += 1
        counts[expected.kind][side + " right"] += right
        if other and expected.supported:
            counts[expected.kind]["peer"] += other.right(expected)
        if failures and expected.supported and not right:
            told = expected.result.get("Resolution") or expected.result["Value"]["Timex"]
            say(f"  {expected.kind}: {expected.text}: {told}")
    say(f"{'kind':14}{'right':>7}{'of':>6}{'%':>7}{'all: right':>12}{'of':>6}{'%':>7}{'peer %':>8}")
    for kind in CHECKS:
        count = counts[kind]
        passed, total = count["supported right"], count["supported"]
        every, whole = passed + count["rest right"], total + count["rest"]
        theirs = f"{100 * count['peer'] / total:8.1f}" if other else f"{'-':>8}"
        shares = 100 * passed / total, 100 * every / whole
        say(f"{kind:14}{passed:7}{total:6}{shares[0]:7.1f}{every:12}{whole:6}{shares[1]:7.1f}{theirs}")


def main() -> None:
    """Parse, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    golden_set = commands.add_parser("golden")
    golden_set.add_argument("folder", type=Path)
    golden_set.add_argument("--peer", action="store_true")
    commands.add_parser("coverage").add_argument("files", type=Path, nargs="+")
    cases = commands.add_parser("recognizers")
    cases.add_argument("folder", type=Path)
    cases.add_argument("--failures", action="store_true")
    cases.add_argument("--peer", action="store_true")
    arguments = parser.parse_args()
    if arguments.command == "golden":
        golden(arguments.folder, arguments.peer)
    elif arguments.command == "coverage":
        coverage(arguments.files)
    else:
        recognizers(arguments.folder, arguments.failures, arguments.peer)


if __name__ == "__main__":
    main()
