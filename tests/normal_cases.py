"""The golden cases of ``tests/data/normal``: literals with the normalised values that they must have."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from biaotu.normal import normalise, normalise_all
from biaotu.records.gold import unmark

FOLDER = Path(__file__).parent / "data" / "normal"

Values = dict[str, Any] | None


def cases(name: str) -> list[dict[str, Any]]:
    """The cases of one file."""
    return [json.loads(line) for line in (FOLDER / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


def value_of(case: dict[str, Any]) -> Values:
    """The value of a case: alone, or as the last span of its type and wording in its context."""
    if "context" not in case:
        alone = normalise(case["type"], case["value"])
        return alone.to_dict() if alone else None
    text, spans = unmark(case["context"])
    place = max(i for i, span in enumerate(spans) if (span.type, span.value) == (case["type"], case["value"]))
    found = normalise_all("", text, spans)[place]
    return found.to_dict() if found else None


def agrees(value: Values, expected: Values) -> bool:
    """Whether a value has all that is expected; candidates are compared by system and first value."""
    if value is None or expected is None:
        return value is expected
    for key, wanted in expected.items():
        told = value.get(key)
        if key == "candidates":
            told = {entry["system"]: entry["values"][0] for entry in value.get(key, [])}
        if told != wanted:
            return False
    return True
