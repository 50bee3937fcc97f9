"""The golden set: the share that is right, file by file, and every case that is not."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from peer import Peer

from biaotu.normal import normalise, normalise_all
from biaotu.records.gold import unmark

Values = dict[str, Any] | None


def say(line: str) -> None:
    """One line of the report."""
    sys.stdout.write(line + "\n")


def golden_value(case: dict[str, Any]) -> Values:
    """The value that we give a golden case: alone, or as the last span of its type and wording in its context."""
    if "context" not in case:
        found = normalise(case["type"], case["value"])
        return found.to_dict() if found else None
    text, spans = unmark(case["context"])
    values = normalise_all("", text, spans)
    place = max(i for i, span in enumerate(spans) if (span.type, span.value) == (case["type"], case["value"]))
    return value.to_dict() if (value := values[place]) else None


def agrees(value: Values, expected: Values) -> bool:
    """Whether a value has all that is expected; candidates are compared by system and first value."""
    if value is None or expected is None:
        return value is expected

    def told(key: str, wanted: Any) -> Any:
        if key == "candidates" and isinstance(wanted, dict):
            return {entry["system"]: entry["values"][0] for entry in value.get(key, [])}
        return value.get(key)

    return all(told(key, wanted) == wanted for key, wanted in expected.items())


def golden(folder: Path, peer: bool) -> None:
    """The share of the golden set that is right, file by file."""
    other = Peer() if peer else None
    say(f"{'set':24}{'right':>8}{'of':>8}{'%':>8}{'peer %':>8}")
    for path in sorted(folder.glob("*.jsonl")):
        cases = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        right = 0
        for case in cases:
            value = golden_value(case)
            right += agrees(value, case["expected"])
            if not agrees(value, case["expected"]):
                say(f"  {case['type']} {case['value']} {case.get('context', '')}: {value}, not {case['expected']}")
        theirs = [other.golden(case) for case in cases if "context" not in case and case["expected"]] if other else []
        told = [entry for entry in theirs if entry is not None]
        shown = f"{100 * sum(told) / len(told):8.1f}" if told else f"{'-':>8}"
        say(f"{path.stem:24}{right:8}{len(cases):8}{100 * right / len(cases):8.1f}{shown}")
